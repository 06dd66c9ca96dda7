"""How often someone may try to sign in, so that guessing is slow and nobody is locked out.

Failures are counted for an address and an account together, and apart from those for each
browser that the account was used in before: what a stranger does never holds a person up.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from flask import request
from limits.storage import MemoryStorage, Storage

from caddy import clock
from caddy.config import load_settings
from caddy.web import devices
from caddy.web.security import limiter

log = logging.getLogger(__name__)

Result = TypeVar("Result")

KEPT_SECONDS = 3_600
LONGEST_WAIT_SECONDS = 900
SLOWED_SECONDS = 1
EVEN_SECONDS = 0.5

_own = MemoryStorage()  # counts where Redis is away


def who(email: str) -> str:
    """Return under which name tries are counted: a browser known to the account, or from where.

    What is kept in Redis names nobody.
    """
    known = devices.mark_for(email)
    told = f"device {known}" if known else f"address {request.remote_addr} {email.strip().lower()}"
    return hashlib.sha256(told.encode()).hexdigest()


def second(email: str) -> str:
    """Return under which name tries at the second step are counted.

    All browsers that the account does not know share one count, wherever they are: whoever gets
    this far knows the first factor, and six digits must not be guessed from a thousand places.
    """
    known = devices.mark_for(email)
    told = f"device {known}" if known else f"account {email.strip().lower()}"
    return hashlib.sha256(f"second step {told}".encode()).hexdigest()


def inside(session_id: UUID | None) -> str:
    """Return under which name tries of who is signed in are counted: a session's own.

    Whoever tries is in it already, and holds nobody else up.
    """
    return hashlib.sha256(f"confirm {session_id}".encode()).hexdigest()


def told_to_wait(seconds: int) -> str:
    """Return the sentence for who has to wait before the next try."""
    return f"Too many tries. Wait {seconds} second{'' if seconds == 1 else 's'} and try again."


def where() -> str:
    """Return under which name all tries from one place are counted; a known browser is its own."""
    known = devices.mark_for(request.form.get("email", ""))
    return f"device {known}" if known else request.remote_addr or "nowhere"


def seconds_to_wait(key: str) -> int:
    """Return how long tries under a name are not looked at any more; 0 where they are."""
    waiting = f"wait:{key}"

    def ask(storage: Storage) -> int:
        if not storage.get(waiting):
            return 0
        return max(1, round(storage.get_expiry(waiting) - clock.now().timestamp()))

    return _counted(ask)


def failed(key: str) -> None:
    """Count a failure. From the sixth on, each doubles the wait, up to a quarter of an hour."""

    def count(storage: Storage) -> None:
        failures = storage.incr(f"failed:{key}", KEPT_SECONDS)
        over = failures - load_settings().sign_in_tries
        if over > 0:
            storage.clear(f"wait:{key}")  # a wait that was begun would keep its own end
            storage.incr(f"wait:{key}", min(2**over, LONGEST_WAIT_SECONDS))

    _counted(count)


def succeeded(key: str) -> None:
    """Forget the failures of who has come in."""
    _counted(lambda storage: storage.clear(f"failed:{key}"))


def _counted(do: Callable[[Storage], Result]) -> Result:
    """Count in Redis; where it is away, in this process, and slowly: nobody is sent away."""
    try:
        # Every storage of limits has the same methods.
        return do(limiter.storage)
    except limiter.storage.base_exceptions:
        log.warning("attempts.storage_away")
        time.sleep(SLOWED_SECONDS)
        return do(_own)


@dataclass(slots=True)
class Found:
    """Who was found, if anyone was."""

    user_id: UUID | None = None


@contextmanager
def evenly() -> Iterator[Found]:
    """Take as long whatever was not found: whole half seconds, so that time tells nothing.

    A known address costs a few milliseconds more in the database than an unknown one. Who is
    found does not wait. Under gevent waiting costs nothing.
    """
    began, found = time.monotonic(), Found()
    try:
        yield found
    finally:
        if EVEN_SECONDS and found.user_id is None:
            time.sleep(EVEN_SECONDS - (time.monotonic() - began) % EVEN_SECONDS)
