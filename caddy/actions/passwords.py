"""Passwords: argon2id, and the same time spent whether or not anyone is found."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from caddy.config import load_settings
from caddy.domain import passwords as rules
from caddy.domain.passwords import normalized

Result = TypeVar("Result")

_hasher = PasswordHasher()  # RFC 9106, second recommendation: argon2id, 64 MiB, 3 passes


def hash_password(password: str) -> str:
    return _aside(lambda: _hasher.hash(normalized(password)))


def matches(password_hash: str | None, password: str) -> bool:
    """Say whether a password is the right one; takes as long where there is no hash at all."""

    def check() -> bool:
        try:
            return _hasher.verify(password_hash or _nobodys_hash(), normalized(password))
        except (Argon2Error, InvalidHashError):
            return False

    return _aside(check) and password_hash is not None


def refuse_weak(password: str, own_words: Iterable[str], field: str = "password") -> None:
    """Refuse a password that is easy to guess, or that is on the installation's list."""
    rules.check(password, own_words, field)
    listed = load_settings().breached_passwords
    if listed is not None and is_listed(listed, password):
        raise rules.refuse_leaked(field)


def is_listed(place: Path, password: str) -> bool:
    """Say whether a password's SHA-1 is in a file sorted by it, or begins as a line there does.

    The file is Have I Been Pwned's download: one upper-case SHA-1, or the beginning of one, a
    line, with or without `:` and a count. It is searched by halves, never read whole.
    """
    # Not for keeping anything secret: the published lists are of SHA-1.
    wanted = hashlib.sha1(normalized(password).encode(), usedforsecurity=False).hexdigest().upper()
    with place.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()  # we landed inside a line, or at its end: the next is whole
            line = file.readline().split(b":")[0].strip().decode("ascii", "replace").upper()
            if line and wanted.startswith(line):
                return True
            if not line or line > wanted:
                high = middle
            else:
                low = middle + 1
        file.seek(0)
        first = file.readline().split(b":")[0].strip().decode("ascii", "replace").upper()
    return bool(first) and wanted.startswith(first)


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
