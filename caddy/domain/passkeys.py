"""Passkeys (WebAuthn level 3): what a browser is asked, and whether what it answers is right.

Knows no request and no table; bytes are base64url text without padding on the way in and out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_registration_credential_json import (
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_SECONDS = 300
LONGEST_CREDENTIAL_ID = 1_400  # 1,023 bytes as base64url: WebAuthn level 3, section 4
LONGEST_PUBLIC_KEY = 2_000
LONGEST_ANSWER = 20_000  # letters of what a browser sends: far more than any sends
MOST_OF_ONE_PERSON = 20
SITE_NAME = "Caddy"
USUAL_PORTS = {"http": 80, "https": 443}
BY_NUMBER = ("127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - compared, not bound


# Beside the package's own: what its parsers stumble over in an answer that nobody's browser made.
BROKEN = (
    *(WebAuthnException, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, AssertionError, RecursionError),
)


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


def ask_to_make(
    site: Site, challenge: bytes, user_id: UUID, *, email: str, name: str, known: Sequence[str]
) -> str:
    """Return as JSON what a browser is asked to make: one that needs no address to sign in.

    `known` are the ids of the person's passkeys: a device makes no second one beside them.
    """
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=SITE_NAME,
        user_id=user_id.bytes,
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        timeout=CHALLENGE_SECONDS * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
        ],
    )
    return options_to_json(options)


def ask_to_sign_in(site: Site, challenge: bytes) -> str:
    """Return as JSON what a browser is asked to sign. Names nobody's passkeys."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=CHALLENGE_SECONDS * 1000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def check_made(site: Site, challenge: bytes, answer: str) -> NewPasskey:
    """Return the passkey that a device made; raise PasskeyRefused where the answer is not right."""
    try:
        credential = parse_registration_credential_json(answer)
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except BROKEN as error:
        raise PasskeyRefused(str(error)) from error
    new = NewPasskey(
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=tuple(one.value for one in credential.response.transports or ()),
        is_backed_up=made.credential_backed_up,
    )
    if len(new.credential_id) > LONGEST_CREDENTIAL_ID or len(new.public_key) > LONGEST_PUBLIC_KEY:
        raise PasskeyRefused("Its id or its key is longer than any may be.")
    return new


def credential_id_of(answer: str) -> str:
    """Return which passkey an answer says it is of; raise PasskeyRefused where it says none."""
    try:
        return bytes_to_base64url(parse_authentication_credential_json(answer).raw_id)
    except BROKEN as error:
        raise PasskeyRefused(str(error)) from error


def check_used(site: Site, challenge: bytes, answer: str, known: KnownPasskey) -> UsedPasskey:
    """Return what a passkey's answer says; raise PasskeyRefused where it is not right.

    The device must have asked for a finger, a face or a PIN, and its counter must have gone on
    where it counts at all: one that stands still or goes back is a copy's.
    """
    try:
        used = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=0,  # compared below, once the signature is known
            require_user_verification=True,
        )
    except BROKEN as error:
        raise PasskeyRefused(str(error)) from error
    counts = used.new_sign_count > 0 or known.sign_count > 0
    if counts and used.new_sign_count <= known.sign_count:
        raise CopiedPasskey(f"It counted {used.new_sign_count} after {known.sign_count}.")
    return UsedPasskey(used.new_sign_count, used.credential_backed_up)
