"""What is measured, and how it is told to Prometheus: requests, queries, panels, work, mail.

Processes of the web server share files; what workers do is counted in Redis, because each job
is a process of its own. A label is a route or a kind, never an id.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import redis
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import Engine, event

from caddy.extensions import redis_client

log = logging.getLogger(__name__)

CONTENT_TYPE = CONTENT_TYPE_LATEST
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
OUTCOMES_KEY = "caddy:metrics:outcomes"
SECONDS_KEY = "caddy:metrics:seconds"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_own = CollectorRegistry()
REQUESTS = Histogram(
    "caddy_request_seconds",
    "How long requests took, by the address's pattern.",
    ("route", "method", "status"),
    registry=_own,
    buckets=BUCKETS,
)
QUERY_SECONDS = Histogram(
    "caddy_request_query_seconds",
    "How long the database took of a request.",
    ("route",),
    registry=_own,
    buckets=BUCKETS,
)
QUERIES = Counter(
    "caddy_request_queries", "Statements that requests took.", ("route",), registry=_own
)
LISTENERS = Gauge(
    "caddy_live_listeners",
    "Live streams that are open.",
    registry=_own,
    multiprocess_mode="livesum",
)


@dataclass(slots=True)
class Tally:
    """The statements of one request: how many, and how long they took together."""

    count: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure as it is when one asks: `caddy_<name>` with its labels."""

    name: str
    meaning: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)
_asked: list[Callable[[], Iterable[Measure]]] = []


def begin_tally() -> Tally:
    """Count this request's statements from now on."""
    tally = Tally()
    _tally.set(tally)
    return tally


@event.listens_for(Engine, "before_cursor_execute")
def _begin(_conn: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _m: Any) -> None:
    if context is not None:
        context.caddy_begun = time.perf_counter()


@event.listens_for(Engine, "after_cursor_execute")
def _end(_conn: Any, _cursor: Any, _statement: Any, _values: Any, context: Any, _m: Any) -> None:
    tally = _tally.get()
    begun = getattr(context, "caddy_begun", None)
    if tally is not None and begun is not None:
        tally.count += 1
        tally.seconds += time.perf_counter() - begun


def note_request(route: str, method: str, status: int, seconds: float, tally: Tally) -> None:
    """Note how a request went. `route` is the address's pattern, which holds no id."""
    REQUESTS.labels(route, method, f"{status // 100}xx").observe(seconds)
    QUERY_SECONDS.labels(route).observe(tally.seconds)
    QUERIES.labels(route).inc(tally.count)


def note_outcome(kind: str, name: str, outcome: str, seconds: float = 0.0) -> None:
    """Count how a job or a mail ended. Without Redis it goes uncounted."""
    try:
        with redis_client().pipeline(transaction=False) as pipe:
            pipe.hincrby(OUTCOMES_KEY, f"{kind} {name} {outcome}", 1)
            if seconds:
                pipe.hincrbyfloat(SECONDS_KEY, f"{kind} {name}", seconds)
            pipe.execute()
    except (redis.RedisError, OSError):
        log.warning("metrics.uncounted")


def asks(measure: Callable[[], Iterable[Measure]]) -> Callable[[], Iterable[Measure]]:
    """Register a function that says how things stand at the moment one asks."""
    _asked.append(measure)
    return measure


class _Now:
    """What is asked for only when somebody looks."""

    def collect(self) -> Iterator[Any]:
        yield from _outcomes()
        for measure in _asked:
            families: dict[str, GaugeMetricFamily] = {}
            for one in measure():
                family = families.setdefault(
                    one.name,
                    GaugeMetricFamily(f"caddy_{one.name}", one.meaning, labels=list(one.labels)),
                )
                family.add_metric(list(one.labels.values()), one.value)
            yield from families.values()


def _outcomes() -> Iterator[Any]:
    jobs = CounterMetricFamily("caddy_jobs", "Jobs that ended.", labels=["job", "outcome"])
    mails = CounterMetricFamily("caddy_emails", "Mails that ended.", labels=["template", "outcome"])
    spent = CounterMetricFamily("caddy_job_seconds", "Time that jobs took.", labels=["job"])
    try:
        ended: Any = redis_client().hgetall(OUTCOMES_KEY)
        took: Any = redis_client().hgetall(SECONDS_KEY)
    except (redis.RedisError, OSError):
        return
    for key, count in ended.items():
        kind, name, outcome = key.decode().split(" ")
        (jobs if kind == "job" else mails).add_metric([name, outcome], int(count))
    for key, seconds in took.items():
        spent.add_metric([key.decode().partition(" ")[2]], float(seconds))
    yield from (jobs, mails, spent)


def exposition() -> bytes:
    """Return everything that is measured, of all processes, as Prometheus reads it."""
    now = CollectorRegistry()
    now.register(_Now())
    if os.environ.get(SHARED_FOLDER):
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call] # the package's own gap
        return generate_latest(shared) + generate_latest(now)
    return generate_latest(_own) + generate_latest(now)
