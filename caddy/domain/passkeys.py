"""Passkeys (WebAuthn level 3): what is known of one, and for which site they hold.

What a browser is asked, and what it answers, is in `passkey_answers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

CHALLENGE_SECONDS = 300
LONGEST_CREDENTIAL_ID = 1_400  # 1,023 bytes as base64url: WebAuthn level 3, section 4
LONGEST_PUBLIC_KEY = 2_000
LONGEST_ANSWER = 20_000  # letters of what a browser sends: far more than any sends
MOST_OF_ONE_PERSON = 20
SITE_NAME = "Caddy"
USUAL_PORTS = {"http": 80, "https": 443}
BY_NUMBER = ("127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared, not bound


class PasskeyRefused(Exception):
    """What a browser sent is no right answer. The message is for the log, not for people."""


class CopiedPasskey(PasskeyRefused):
    """The signature is right, and the device's counter did not go on: one of two is a copy."""


@dataclass(frozen=True, slots=True)
class Site:
    """For which site passkeys hold: the host's name, and the whole origin."""

    host: str
    origin: str


def site_of(public_url: str) -> Site:
    """Return for which site the passkeys of an installation hold.

    No browser makes one for a number: on a machine of one's own `localhost` stands for it.

    >>> site_of("http://127.0.0.1:8000")
    Site(host='localhost', origin='http://localhost:8000')
    >>> site_of("https://Caddy.example:443/").origin
    'https://caddy.example'
    """
    parts = urlsplit(public_url)
    host = "localhost" if parts.hostname in BY_NUMBER else parts.hostname or ""
    port = f":{parts.port}" if parts.port not in {None, USUAL_PORTS.get(parts.scheme)} else ""
    return Site(host, f"{parts.scheme}://{host}{port}")


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that a device has just made."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]
    is_backed_up: bool


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    """What is kept of a passkey, to check an answer by."""

    public_key: str
    sign_count: int


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """What a passkey's right answer says of it."""

    sign_count: int
    is_backed_up: bool
