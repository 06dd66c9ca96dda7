"""What a ring of keys looks like as text: `id:base64`, comma between; the first one encrypts."""

from __future__ import annotations

import base64
import binascii
import re
import secrets

KEY_BYTES = 32  # AES-256
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")


def read_ring(text: str) -> dict[str, bytes]:
    """Return the keys by id, in their order; raise ValueError with a sentence.

    >>> key = bytes(range(32))
    >>> list(read_ring(f"{entry_of('2026b', key)},{entry_of('2026a', key)}"))
    ['2026b', '2026a']
    """
    ring: dict[str, bytes] = {}
    for entry in filter(None, (one.strip() for one in text.split(","))):
        name, colon, encoded = entry.partition(":")
        if not colon or not _ID.fullmatch(name):
            raise ValueError("each key is id:base64, and an id has small letters and digits.")
        if name in ring:
            raise ValueError(f"the id {name} stands there twice.")
        ring[name] = _key(name, encoded)
    return ring


def _key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"the key {name} is not base64.") from error
    if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 2:
        raise ValueError(f"the key {name} is not {KEY_BYTES} random bytes.")
    return key


def entry_of(name: str, key: bytes) -> str:
    """Return a key as `read_ring` reads it."""
    return f"{name}:{base64.b64encode(key).decode()}"


def new_entry(name: str) -> str:
    """Return a new key with its id; raise ValueError for an id that cannot be one."""
    entry = entry_of(name, secrets.token_bytes(KEY_BYTES))
    read_ring(entry)
    return entry
