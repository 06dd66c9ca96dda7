"""How large a request may be, and how often it may come: one table for each.

Counts are kept in Redis, or in the process while it is away. They are a person's own, so that
nobody is held up by others; where nobody is signed in they are an address's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, has_request_context, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from caddy import clock
from caddy.config import Settings
from caddy.queries import health

KILOBYTE = 1024
FORM_BYTES = 512 * KILOBYTE  # the longest form there is, with every note at its longest
MOST_OF_FILE = 20  # megabytes
FILE_BYTES = (MOST_OF_FILE + 1) * KILOBYTE * KILOBYTE  # a file and its form
FORM_PARTS = 2_000
# Where files of people who are signed in come in; everywhere else a request is a form. What takes
# more than one file says so itself, with `takes_bytes`.
UPLOADS = frozenset(
    {
        "agreements.add_document",
        "agreements.signature",
        "catalogue.create",
        "imports.create",
        "letterheads.set_logo",
        "results.create",
        "services.attach",
    }
)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests of a kind in a minute, together."""

    kind: str
    a_minute: int
    endpoints: frozenset[str] = frozenset()


RATES = (
    # What takes long or takes data along. Lists as files end in .csv and .xlsx.
    Rate(
        "files",
        30,
        frozenset({"exports.create_archive", "exports.create_record", "reports.create"}),
    ),
    Rate("searches", 240, frozenset({"search.show", "search.suggest"})),
    Rate("uploads", 60, UPLOADS),
    # Everything else that writes. An outbox that was offline for a day sends a hundred at once.
    Rate("writes", 300),
)
# Beyond these, ways of signing in and secret addresses count what is tried there. Beside the view
# stands under whose name: an address's, a person's or a link's; "guesses" are those that failed.
# How often one account may be tried is a setting: CADDY_SIGN_IN_LIMIT.
TRIES: dict[str, str] = {
    "calendar.guesses": "30 per minute",
    "calendar.reads": "60 per minute",
    "document_links.opened": "60 per minute",
    "factors.confirmed": "20 per minute",
    "invitations": "100 per hour",
    "mailed_links.guesses": "30 per minute",
    "passkeys.answers": "60 per 10 minutes",
    "passkeys.challenges": "120 per 10 minutes",
    "passwords.asked": "60 per hour",
    "passwords.asked_for_one": "5 per 15 minutes",
    "passwords.changed": "10 per minute",
    "providers": "60 per 10 minutes",
    "second_step": "60 per minute",
    "sign_in": "60 per minute",
    "sign_in_links.asked": "60 per hour",
    "sign_in_links.asked_for_one": "5 per 15 minutes",
    "sign_up.asked": "20 per hour",
    "sign_up.asked_for_one": "5 per hour",
    "signing_links.guesses": "30 per minute",
    "signing_links.opened": "60 per minute",
    "webhooks.refused": "30 per minute",
}
SHORTEST_WAIT, A_MINUTE = 1, 60


class ByView(Limiter):
    """A limiter all of whose limits stand beside a view, whose wrapper counts them.

    It looks at every other request too, for limits of an app or of a blueprint: there are none.
    """

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        app.before_request_funcs[None].remove(self._check_request_limit)


limiter = ByView(get_remote_address, strategy="moving-window")
_without_redis = MovingWindowRateLimiter(MemoryStorage())


def rate_of(endpoint: str, methods: frozenset[str]) -> Rate | None:
    """Return what counts a route, or None where it only reads a page."""
    if endpoint.rpartition(".")[2] in {"csv", "xlsx"}:
        return RATES[0]
    named = next((rate for rate in RATES if endpoint in rate.endpoints), None)
    return named or (RATES[-1] if "POST" in methods else None)


def whose() -> str:
    """Return whose requests are counted: the person's, or the address's where nobody is known."""
    if current_user.is_authenticated:
        return str(current_user.actor.user_id)
    return str(get_remote_address())


def configure(app: Flask, settings: Settings) -> None:
    """Say how large anything may be; before anything reads a form."""
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1),
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.before_request(_measure)


def _measure() -> None:
    if request.endpoint in UPLOADS and "_user_id" in session:
        request.max_content_length = FILE_BYTES


def install(app: Flask, settings: Settings) -> None:
    """Count what comes to the routes of the table; after it is known whose it is."""
    kinds = {
        rate.kind: RateLimitItemPerMinute(rate.a_minute * settings.rate_limit_scale)
        for rate in RATES
    }
    rates = {
        rule.endpoint: rate
        for rule in app.url_map.iter_rules()
        if (rate := rate_of(rule.endpoint, frozenset(rule.methods or ())))
    }

    @app.before_request
    def _count() -> None:
        rate = rates.get(request.endpoint or "")
        if rate is not None:
            _refuse_beyond(kinds[rate.kind], rate.kind, whose())


def _refuse_beyond(most: RateLimitItem, kind: str, who: str) -> None:
    """Count one request; refuse it where there were too many."""
    counter: Any = limiter.limiter
    try:
        is_within = counter.hit(most, kind, who)
    except Exception as error:
        if not health.is_outage(error):
            raise
        counter = _without_redis
        is_within = counter.hit(most, kind, who)
    if not is_within:
        raise TooManyRequests(retry_after=_wait(counter.get_window_stats(most, kind, who)[0]))


def retry_after() -> int:
    """Return in how many seconds the limit beside a view, that was passed, has room again."""
    passed = limiter.current_limit if has_request_context() else None
    return A_MINUTE if passed is None else _wait(passed.reset_at)


def _wait(until: float) -> int:
    return max(SHORTEST_WAIT, round(until - clock.now().timestamp()))
