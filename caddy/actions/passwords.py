"""Passwords: argon2id, and the same time spent whether or not anyone is found."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

Result = TypeVar("Result")

_hasher = PasswordHasher()  # RFC 9106, second recommendation: argon2id, 64 MiB, 3 passes


def hash_password(password: str) -> str:
    return _aside(lambda: _hasher.hash(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Say whether a password is the right one; takes as long where there is no hash at all."""

    def check() -> bool:
        try:
            return _hasher.verify(password_hash or _nobodys_hash(), password)
        except (Argon2Error, InvalidHashError):
            return False

    return _aside(check) and password_hash is not None


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash("a password that nobody has")


def _aside(work: Callable[[], Result]) -> Result:
    """Run slow arithmetic beside the event loop, so that live panels of a process never wait."""
    gevent = sys.modules.get("gevent")
    monkey = sys.modules.get("gevent.monkey")
    if gevent is None or monkey is None or not monkey.is_module_patched("threading"):
        return work()
    result: Result = gevent.get_hub().threadpool.apply(work)
    return result
