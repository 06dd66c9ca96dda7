"""What a browser is asked about passkeys, and whether what it answers is right: WebAuthn level 3.

Knows no request and no table; bytes are base64url text without padding on the way in and out.
Loaded where somebody uses a passkey, not with the app: its packages take a while.
"""

from __future__ import annotations

from collections.abc import Sequence
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

from caddy.domain.passkeys import (
    CHALLENGE_SECONDS,
    LONGEST_CREDENTIAL_ID,
    LONGEST_PUBLIC_KEY,
    SITE_NAME,
    CopiedPasskey,
    KnownPasskey,
    NewPasskey,
    PasskeyRefused,
    Site,
    UsedPasskey,
)

# Beside the package's own: what its parsers stumble over in an answer that nobody's browser made.
BROKEN = (
    *(WebAuthnException, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, AssertionError, RecursionError),
)


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
