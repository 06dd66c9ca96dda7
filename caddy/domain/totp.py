"""Codes of an app (RFC 6238): six digits for every half minute. Knows no clock and no database."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

ISSUER = "Caddy"
DIGITS = 6
AROUND = (0, -1, 1)  # phones' clocks are a little off, and typing takes a while
GROUP = 4


def new_secret() -> str:
    """Return a new key of 160 bits, as apps take it: 32 letters and digits."""
    return pyotp.random_base32()


def grouped(secret: str) -> str:
    """Return a key as it is read off and typed: in groups of four.

    >>> grouped("ABCDEFGHIJ")
    'ABCD EFGH IJ'
    """
    return " ".join(secret[at : at + GROUP] for at in range(0, len(secret), GROUP))


def address_of(secret: str, email: str) -> str:
    """Return what the picture says that an app scans: whose key it is, and the key."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def counter_of(secret: str, code: str, at: datetime, last: int | None) -> int | None:
    """Return the half minute whose code this is: that of `at`, the one before or the one after.

    None where it is none of them, or not later than the last that was taken: a code counts once.
    """
    digits = "".join(code.split()).encode(errors="replace")
    app = pyotp.TOTP(secret, digits=DIGITS)
    found = None
    for away in AROUND:  # all three, whatever is found: time tells nothing
        counter = app.timecode(at) + away
        is_right = hmac.compare_digest(app.generate_otp(counter).encode(), digits)
        if is_right and (last is None or counter > last):
            found = counter
    return found
