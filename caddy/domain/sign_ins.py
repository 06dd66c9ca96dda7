"""How people sign in, for how long, and what a browser is called in words. Knows no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

SessionToken = NewType("SessionToken", str)

# A session that was seen this long ago is marked as seen again: once, not at every request.
SEEN_EVERY = timedelta(minutes=10)
CONFIRMED_FOR = timedelta(minutes=10)
REMEMBERED_FOR = timedelta(days=30)
SECOND_STEP_FOR = timedelta(minutes=10)
LONGEST_AGENT = 400


class SignInWay(StrEnum):
    """By what a person showed who they are."""

    PASSWORD = "password"  # noqa: S105 - a word for a way, not a password
    MAGIC_LINK = "magic_link"
    PASSKEY = "passkey"
    OPENID = "openid"
    INVITATION = "invitation"
    SIGN_UP = "sign_up"

    @property
    def label(self) -> str:
        return {
            "password": "Password",
            "magic_link": "Link by email",
            "passkey": "Passkey",
            "openid": "Another service",
            "invitation": "Invitation",
            "sign_up": "Sign-up",
        }[self.value]


def is_fresh(confirmed_at: datetime | None, now: datetime) -> bool:
    """Say whether someone showed within the last ten minutes that it is still them."""
    return confirmed_at is not None and now - confirmed_at < CONFIRMED_FOR


# Looked for in this order: most browsers also name those that they descend from.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_MACHINES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "an Android device"),
    ("CrOS", "a Chromebook"),
    ("Windows", "a Windows computer"),
    ("Macintosh", "a Mac"),
    ("Linux", "a Linux computer"),
)


def device_in_words(user_agent: str | None) -> str:
    """Return what a browser says of itself as a person would say it.

    >>> device_in_words("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1")
    'Safari on an iPhone'
    >>> device_in_words("curl/8.0")
    'An unknown browser'
    """
    agent = user_agent or ""
    browser = next((name for mark, name in _BROWSERS if mark in agent), None)
    machine = next((name for mark, name in _MACHINES if mark in agent), None)
    if browser and machine:
        return f"{browser} on {machine}"
    return browser or (f"A browser on {machine}" if machine else "An unknown browser")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where an unknown person comes from."""

    ip: str | None
    user_agent: str | None

    def told(self) -> dict[str, str]:
        """Return what a mail says of it: the device in words, and the address."""
        return {
            "device": device_in_words(self.user_agent),
            "place": self.ip or "an unknown address",
        }
