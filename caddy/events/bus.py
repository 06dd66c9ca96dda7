"""The wire: thin events to Redis and back, kept for a while so that they can be replayed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import redis
from flask_sse import ServerSentEventsBlueprint

from caddy import clock
from caddy.extensions import redis_client

log = logging.getLogger(__name__)

PREFIX = "caddy:live:"
KEPT = 1_000
KEPT_SECONDS = 86_400
CONFIRM_SECONDS = 5
NOTHING_YET = "0-0"
RECENT_SECONDS = 0.25

# One round trip: keep the event, learn its id, tell every process.
_PUBLISH = """
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 't', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', KEYS[1], id .. ' ' .. ARGV[3])
return id
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that panels show: its kind, its id, and the version it now has."""

    kind: str
    id: UUID
    version: int


def news(kind: str, key: UUID) -> Topic:
    """Return the topic of something that counts no versions: what comes later is newer."""
    return Topic(kind, key, int(clock.now().timestamp() * 1_000_000))


@dataclass(frozen=True, slots=True)
class Event:
    """What was announced at one commit of one organization."""

    organization_id: UUID
    id: str
    topics: tuple[Topic, ...]


class LiveEvents(ServerSentEventsBlueprint):
    """flask-sse's channel with a pooled client, replay, and without its open route.

    The route it comes with takes the channel from the query string: anyone could listen to
    anyone. Ours is in `blueprints/live.py` and takes it from the session.
    """

    @property
    def redis(self) -> redis.Redis:
        return redis_client()

    def publish(self, data: str, channel: str, **_unused: Any) -> None:
        """Keep an event in its channel's replay log and send it to every process."""
        script = self.redis.register_script(_PUBLISH)
        script(keys=[channel], args=[KEPT, KEPT_SECONDS, data])


_channel = LiveEvents("sse", __name__)


def publish(organization_id: UUID, topics: Sequence[Topic]) -> None:
    """Announce what changed, after its commit.

    Where Redis is away the change stands all the same; panels refresh when it is back.
    """
    data = json.dumps([[topic.kind, str(topic.id), topic.version] for topic in topics])
    try:
        _channel.publish(data, channel=f"{PREFIX}{organization_id}")
    except redis.RedisError:
        log.warning("live.publish_failed")


def decode(organization_id: UUID, event_id: str, data: str) -> Event:
    topics = (Topic(kind, UUID(key), version) for kind, key, version in json.loads(data))
    return Event(organization_id, event_id, tuple(topics))


def received(pubsub: Any, first_wait: float) -> Iterator[Event]:
    """Yield what has arrived: waits for the first event, then takes those that lie ready.

    The client connects again by itself after a cut, and what was said meanwhile is gone: a
    subscription that is confirmed a second time counts as lost.
    """
    wait: float = first_wait
    while (message := pubsub.get_message(timeout=wait)) is not None:
        wait = 0
        if message["type"] != "pmessage":
            raise redis.ConnectionError("The subscription was cut and made anew.")
        organization_id = UUID(message["channel"].decode().removeprefix(PREFIX))
        event_id, _, data = message["data"].decode().partition(" ")
        yield decode(organization_id, event_id, data)


def subscribe() -> Any:
    """Return this process's one subscription to all organizations' events, once confirmed."""
    pubsub = redis_client().pubsub()  # type: ignore[no-untyped-call] # redis-py's own gap
    pubsub.psubscribe(f"{PREFIX}*")
    if pubsub.get_message(timeout=CONFIRM_SECONDS) is None:
        raise redis.TimeoutError
    return pubsub


def current_id(organization_id: UUID) -> str:
    """Return the id of the newest event: a page remembers it and asks for what came after."""
    try:
        newest: Any = redis_client().xrevrange(f"{PREFIX}{organization_id}", count=1)
    except redis.RedisError:
        return NOTHING_YET
    return newest[0][0].decode() if newest else NOTHING_YET


def recent_id(organization_id: UUID) -> str:
    """Return the newest event, or what was the newest up to a quarter of a second ago.

    For the many pages that show nothing of what is announced but counts: an older id has their
    stream tell them something twice, never too little.
    """
    return _newest_in(int(time.monotonic() / RECENT_SECONDS), organization_id)


@lru_cache(maxsize=1_024)
def _newest_in(_quarter: int, organization_id: UUID) -> str:
    return current_id(organization_id)


def since(organization_id: UUID, last_id: str) -> list[Event] | None:
    """Return what was announced after an event, or None where that is no longer known."""
    stream = f"{PREFIX}{organization_id}"
    try:
        oldest: Any = redis_client().xrange(stream, count=1)
        if not oldest:
            return [] if last_id == NOTHING_YET else None
        if last_id == NOTHING_YET or _order(oldest[0][0].decode()) > _order(last_id):
            return None
        kept: Any = redis_client().xrange(stream, min=f"({last_id}", count=KEPT)
    except (redis.RedisError, ValueError):
        return None
    return [decode(organization_id, key.decode(), values[b"t"].decode()) for key, values in kept]


def _order(event_id: str) -> tuple[int, int]:
    milliseconds, _, number = event_id.partition("-")
    return int(milliseconds), int(number or 0)
