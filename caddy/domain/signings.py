"""What a signature on a screen is: who may give it, what it says, and how long a link lives.

Knows no table. A signature is of one exact document: its SHA-256 is part of it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from caddy.domain.errors import Conflict, RuleBroken

LINK_LIVES = timedelta(days=14)
MOST_WAITING = 10
LONGEST_NAME = 200
LONGEST_DRAWING = 20_000
DRAWING_WIDTH, DRAWING_HEIGHT = 600, 200
# Strokes of whole numbers, each from a point over others: it is put into a picture as it is.
_DRAWING = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+")


class SignerRole(StrEnum):
    """As whom someone signs."""

    PARTICIPANT = "participant"
    NOMINEE = "nominee"
    PARENT = "parent"
    GUARDIAN = "guardian"

    @property
    def label(self) -> str:
        return {
            "participant": "The participant",
            "nominee": "The participant's nominee",
            "parent": "The participant's parent",
            "guardian": "The participant's guardian",
        }[self.value]


class SigningWay(StrEnum):
    """On the screen of someone who works here, or through a link in a mail."""

    ON_SCREEN = "on_screen"
    BY_LINK = "by_link"

    @property
    def label(self) -> str:
        return {"on_screen": "On screen", "by_link": "Through a link in an email"}[self.value]


class SubjectKind(StrEnum):
    """What can be signed."""

    AGREEMENT = "agreement"
    SERVICE = "service"


class LinkState(StrEnum):
    """What became of a link; only one that waits opens anything."""

    WAITING = "waiting"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return {
            "waiting": "Waiting",
            "used": "Signed",
            "revoked": "Taken back",
            "expired": "Too old",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it is given. `sha256` is of the document that was shown to the signer.

    A typed name is always enough; `drawing` is the path of the strokes, where there are any.
    """

    name: str
    role: SignerRole
    has_agreed: bool
    sha256: str
    drawing: str | None = None


def check_signature(signature: Signature) -> None:
    """Refuse a signature without a name, without consent, or with strokes that are none."""
    if not signature.name.strip():
        raise RuleBroken("name", "nobody_signed", "Type your full name.")
    if len(signature.name) > LONGEST_NAME:
        raise RuleBroken("name", "name_too_long", "That is too long.")
    if not signature.has_agreed:
        raise RuleBroken("has_agreed", "not_agreed", "Tick the box to say that you agree.")
    if signature.drawing and not is_drawing(signature.drawing):
        raise RuleBroken(
            None, "drawing", "The drawn signature could not be read. Clear it and draw it again."
        )


def is_drawing(text: str) -> bool:
    """Say whether a text is strokes and nothing else.

    >>> is_drawing("M10 20L30 40M1 1"), is_drawing('M10 20"/><script>')
    (True, False)
    """
    return len(text) <= LONGEST_DRAWING and _DRAWING.fullmatch(text) is not None


def check_document(signature: Signature, sha256: str) -> None:
    """Refuse a signature on another document than the one that is there now."""
    if not hmac.compare_digest(signature.sha256.encode(errors="replace"), sha256.encode()):
        raise Conflict(
            "document_changed",
            "The document changed after it was opened. Read it again before you sign.",
        )


def statement(subject: SubjectKind, role: SignerRole) -> str:
    """Return the exact words that a signer agrees to; they name nobody.

    >>> statement(SubjectKind.SERVICE, SignerRole.NOMINEE)
    "I confirm that this support was delivered as it is written here. I am the participant's nominee."
    """  # noqa: E501 - the sentence as it is stored
    who = f"I am {role.label[0].lower()}{role.label[1:]}."
    return f"{CONSENT[subject]} {who}"


CONSENT = {
    SubjectKind.AGREEMENT: "I have read this service agreement and I agree to it.",
    SubjectKind.SERVICE: "I confirm that this support was delivered as it is written here.",
}


def state_of(
    used_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, now: datetime
) -> LinkState:
    """Return what became of a link."""
    if used_at is not None:
        return LinkState.USED
    if revoked_at is not None:
        return LinkState.REVOKED
    return LinkState.WAITING if now < expires_at else LinkState.EXPIRED


def token_of(seed: str, secret: str) -> str:
    """Return the secret in a link's address: 256 bits that the database alone does not tell.

    It is worked out from a link's random seed and the secret of this installation, so that the
    mail can be written later and the secret itself is stored nowhere.
    """
    digest = hmac.new(secret.encode(), f"signing link {seed}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """Return what of a link's secret is stored, to find the link again."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def text_checksum(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()
