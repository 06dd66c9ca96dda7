"""What the mail service tells later of a mail: how it goes on from there. Knows no HTTP.

The words and the shape are Resend's (its documentation of webhooks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.emails import EmailStatus

LONGEST_DETAIL = 1_000
LONGEST_ID = 200
# The tag by which a mail of ours names its own sending: the service may tell of it sooner
# than its id is stored.
OWN_KEY_TAG = "mail"
UUID_LENGTH = 36


class EventKind(StrEnum):
    """Every word the service says; of the last three nothing is kept."""

    SENT = "email.sent"
    DELAYED = "email.delivery_delayed"
    DELIVERED = "email.delivered"
    FAILED = "email.failed"
    BOUNCED = "email.bounced"
    SUPPRESSED = "email.suppressed"
    COMPLAINED = "email.complained"
    OPENED = "email.opened"
    CLICKED = "email.clicked"
    SCHEDULED = "email.scheduled"

    @property
    def label(self) -> str:
        return {
            "email.delivery_delayed": "Delayed, the service goes on trying",
            "email.suppressed": "Not sent: the service knows that this address bounces",
            "email.complained": "Marked as spam by the receiver",
        }.get(self.value, self.value.removeprefix("email.").capitalize())


IGNORED = frozenset({EventKind.OPENED, EventKind.CLICKED, EventKind.SCHEDULED})
OUTCOMES = {
    EventKind.SENT: EmailStatus.SENT,
    EventKind.DELIVERED: EmailStatus.DELIVERED,
    EventKind.FAILED: EmailStatus.FAILED,
    EventKind.BOUNCED: EmailStatus.BOUNCED,
    EventKind.SUPPRESSED: EmailStatus.BOUNCED,
    EventKind.COMPLAINED: EmailStatus.COMPLAINED,
}
# News comes in any order; a mail goes on along this line and never back.
_ORDER = (
    EmailStatus.QUEUED,
    EmailStatus.SENT,
    EmailStatus.FAILED,
    EmailStatus.DELIVERED,
    EmailStatus.BOUNCED,
    EmailStatus.COMPLAINED,
    EmailStatus.SUPPRESSED,
)
_PASSING_BOUNCE = "transient"


class SuppressionReason(StrEnum):
    """Why an address is not written to any more."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"

    @property
    def sentence(self) -> str:
        if self is SuppressionReason.BOUNCED:
            return "Mail to this address came back."
        return "The receiver marked a mail as spam."


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One piece of news of one mail; `own_key` is our key of its sending, where it carried one."""

    kind: EventKind
    provider_id: str
    own_key: str
    happened_at: datetime
    detail: str
    reason: SuppressionReason | None

    @property
    def own_id(self) -> UUID | None:
        """Return the id of our row, if the key is one of ours."""
        try:
            return UUID(self.own_key[:UUID_LENGTH])
        except ValueError:
            return None


def sending_key(email_id: UUID, resends: int) -> str:
    """Return the key by which the service knows a mail again; sent again it is another one.

    >>> sending_key(UUID(int=7), 0)
    '00000000-0000-0000-0000-000000000007'
    >>> sending_key(UUID(int=7), 2)
    '00000000-0000-0000-0000-000000000007-2'
    """
    return f"{email_id}-{resends}" if resends else str(email_id)


def read_event(told: Any) -> MailEvent | None:
    """Return what a checked message of the service says, or None where it is nothing to keep.

    Raises ValueError where the message is not one of the service's.
    """
    data = told.get("data") if isinstance(told, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(told.get("type"), str):
        raise ValueError(  # noqa: TRY004 - one kind of refusal
            "This is not a message of the mail service."
        )
    try:
        kind = EventKind(told["type"])
    except ValueError:
        return None  # of contacts and domains, or a word that is new
    if kind in IGNORED:
        return None
    provider_id = data.get("email_id")
    if not isinstance(provider_id, str) or not 0 < len(provider_id) <= LONGEST_ID:
        raise ValueError("The message names no mail.")
    detail = _detail(data)
    return MailEvent(
        kind,
        provider_id,
        _own_key(data.get("tags")),
        _instant(told.get("created_at")),
        detail,
        _reason(kind, data.get("bounce")),
    )


def status_after(status: EmailStatus, kind: EventKind) -> EmailStatus:
    """Return the status of a mail once something is told of it; never an earlier one.

    >>> status_after(EmailStatus.SENT, EventKind.DELIVERED).value
    'delivered'
    >>> status_after(EmailStatus.COMPLAINED, EventKind.DELIVERED).value
    'complained'
    """
    outcome = OUTCOMES.get(kind, status)
    return max(status, outcome, key=_ORDER.index)


def _reason(kind: EventKind, bounce: Any) -> SuppressionReason | None:
    """Return why an address is given up: a full mailbox may take the next mail."""
    if kind is EventKind.COMPLAINED:
        return SuppressionReason.COMPLAINED
    if kind is EventKind.SUPPRESSED:
        return SuppressionReason.BOUNCED
    if kind is not EventKind.BOUNCED:
        return None
    told = str(bounce.get("type", "")) if isinstance(bounce, Mapping) else ""
    return None if told.lower() == _PASSING_BOUNCE else SuppressionReason.BOUNCED


def _detail(data: Mapping[str, Any]) -> str:
    for name, key in (("bounce", "message"), ("failed", "reason"), ("suppressed", "message")):
        part = data.get(name)
        if isinstance(part, Mapping) and isinstance(part.get(key), str):
            return str(part[key]).replace("\0", "")[:LONGEST_DETAIL]
    return ""


def _own_key(tags: Any) -> str:
    value = tags.get(OWN_KEY_TAG) if isinstance(tags, Mapping) else None
    return value if isinstance(value, str) else ""


def _instant(value: Any) -> datetime:
    """Return an instant as ISO 8601 gives it, in UTC."""
    if not isinstance(value, str):
        raise ValueError("The message says no time.")  # noqa: TRY004 - one kind of refusal
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
