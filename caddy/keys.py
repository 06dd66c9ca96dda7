"""Encryption at rest: AES-256-GCM under a ring of keys. The one door to `cryptography`.

A value is stored as `enc1:<key's id>:<base64 of nonce and ciphertext>`. Which column it is of
is authenticated with it: moved to another column it does not open.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from caddy.config import load_settings
from caddy.domain.key_ring import read_ring

MARK = "enc1"
NONCE_BYTES = 12


class Unreadable(Exception):
    """A stored value that no key of the ring opens; the message quotes nothing of it."""


def ids() -> list[str]:
    """Return the ids of the ring's keys; the first one encrypts."""
    return list(_ring())


def prefix(key_id: str | None = None) -> str:
    """Return what every value under a key begins with; by default under the one that encrypts."""
    return f"{MARK}:{key_id or next(iter(_ring()))}:"


def encrypt(plain: str, place: str) -> str:
    """Return a text as it is stored at a place, `table.column`; never twice the same."""
    begin = prefix()
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = next(iter(_ring().values()))
    sealed = nonce + cipher.encrypt(nonce, plain.encode(), f"{begin}{place}".encode())
    return begin + base64.b64encode(sealed).decode()


def decrypt(stored: str, place: str) -> str:
    """Return the text that was encrypted for this place; raise Unreadable."""
    key_id = key_id_of(stored)
    if key_id is None:
        raise Unreadable(f"A value of {place} is not encrypted.")
    cipher = _ring().get(key_id)
    if cipher is None:
        raise Unreadable(f"A value of {place} needs the key {key_id}, which is not in CADDY_KEYS.")
    begin = prefix(key_id)
    try:
        sealed = base64.b64decode(stored[len(begin) :], validate=True)
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return cipher.decrypt(nonce, text, f"{begin}{place}".encode()).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Unreadable(f"A value of {place} does not open with the key {key_id}.") from error


def key_id_of(stored: str) -> str | None:
    """Return under which key a value is; None where it is not encrypted."""
    mark, _, rest = stored.partition(":")
    key_id, colon, _ = rest.partition(":")
    return key_id if mark == MARK and colon else None


def _ring() -> dict[str, AESGCM]:
    return _ciphers(load_settings().keys.get_secret_value())


@lru_cache(maxsize=8)
def _ciphers(text: str) -> dict[str, AESGCM]:
    return {key_id: AESGCM(key) for key_id, key in read_ring(text).items()}
