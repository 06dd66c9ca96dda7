"""Other services that say who somebody is (OpenID Connect): how they are configured, what they say.

Knows no network and no token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LONGEST_ISSUER = 400
LONGEST_SUBJECT = 255  # OpenID Connect Core 1.0, section 2
LONGEST_NAME = 60
LONGEST_EMAIL = 254
LONGEST_PERSON = 200
MOST_PROVIDERS = 8
HERE = ("localhost", "127.0.0.1", "::1")
WANTED = ("name", "issuer", "client_id", "client_secret")


@dataclass(frozen=True, slots=True)
class Provider:
    """One service of this installation. `key` stands in addresses, `name` on buttons."""

    key: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a service says of who signed in there, once its signature and its time are checked."""

    issuer: str
    subject: str
    email: str | None
    is_email_verified: bool
    first_name: str
    last_name: str


def key_of(name: str) -> str:
    """Return how a service is called in addresses.

    >>> key_of("Acacia's Keycloak")
    'acacia-s-keycloak'
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def is_safe_address(address: str) -> bool:
    """Say whether what is sent to an address is encrypted, or stays on this machine.

    >>> is_safe_address("https://id.example"), is_safe_address("http://id.example")
    (True, False)
    """
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in HERE
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)


def read_providers(text: str) -> tuple[Provider, ...]:
    """Return the services that a JSON list names; raise ValueError with a sentence.

    Each is an object with `name`, `issuer`, `client_id` and `client_secret`.
    """
    if not text.strip():
        return ()
    try:
        rows = json.loads(text)
    except ValueError:
        raise ValueError("it is not JSON.") from None
    if not isinstance(rows, list) or len(rows) > MOST_PROVIDERS:
        raise ValueError(f"it is a JSON list of up to {MOST_PROVIDERS} objects.")
    found = tuple(_provider(row) for row in rows)
    for told in ([one.key for one in found], [one.issuer for one in found]):
        if len(told) != len(set(told)):
            raise ValueError("two of its services have the same name or issuer.")
    return found


def _provider(row: Any) -> Provider:
    if not isinstance(row, Mapping) or set(row) != set(WANTED):
        raise ValueError(f"each service has {', '.join(WANTED[:-1])} and {WANTED[-1]}.")
    told = {name: str(row[name]).strip() for name in WANTED}
    if not all(value and value.isprintable() for value in told.values()):
        raise ValueError("a part of a service is empty.")
    key = key_of(told["name"])
    if not key or len(told["name"]) > LONGEST_NAME:
        raise ValueError(f"a service's name is up to {LONGEST_NAME} letters, such as Google.")
    issuer = told["issuer"]
    if not is_safe_address(issuer) or len(issuer) > LONGEST_ISSUER or set("?#") & set(issuer):
        raise ValueError("an issuer is an address such as https://accounts.google.com.")
    return Provider(key, told["name"], issuer, told["client_id"], told["client_secret"])


def claimed(claims: Mapping[str, Any]) -> Claimed:
    """Return what the checked claims of an ID token say of a person; ValueError where it is odd.

    An address counts as verified only where the service says so in as many words.
    """
    subject = str(claims["sub"])
    if not subject.strip() or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise ValueError("The subject is empty, too long or not printable.")
    email = _printable(claims.get("email")).lower()
    first, _, last = _printable(claims.get("name")).rpartition(" ")
    return Claimed(
        issuer=str(claims["iss"]),
        subject=subject,
        email=email if "@" in email and len(email) <= LONGEST_EMAIL else None,
        # Some services write the word instead of the truth value.
        is_email_verified=claims.get("email_verified") in (True, "true"),
        first_name=_printable(claims.get("given_name"))[:LONGEST_PERSON] or first[:LONGEST_PERSON],
        last_name=_printable(claims.get("family_name"))[:LONGEST_PERSON] or last[:LONGEST_PERSON],
    )


def _printable(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(one for one in text if one.isprintable()).strip()
