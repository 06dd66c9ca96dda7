"""The mails there are: their subject lines and what each has to be told. Knows no sending.

What a mail is told is stored with it as JSON until it is sent: names, numbers, paths and days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

LONGEST_SUBJECT = 400


class EmailStatus(StrEnum):
    """How far a mail has come; what the service tells later is in domain/mail_events.py."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SUPPRESSED = "suppressed"

    @property
    def label(self) -> str:
        return {
            "queued": "Waiting",
            "bounced": "Came back",
            "complained": "Marked as spam",
            "suppressed": "Held back",
        }.get(self.value, self.value.capitalize())


# Where a mail did not arrive, someone may send it again.
MAY_BE_SENT_AGAIN = frozenset({EmailStatus.FAILED, EmailStatus.BOUNCED, EmailStatus.SUPPRESSED})


class EmailTemplate(StrEnum):
    """Each has its `.txt` and its `.html` in templates/emails."""

    AUDIT_TROUBLE = "audit_trouble"
    BACKUP_TROUBLE = "backup_trouble"
    BUDGET_ALERT = "budget_alert"
    COMPLIANCE_DIGEST = "compliance_digest"
    DAILY_DIGEST = "daily_digest"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    INVITATION = "invitation"
    INVITATION_ELSEWHERE = "invitation_elsewhere"
    MAGIC_LINK = "magic_link"
    NEW_DEVICE = "new_device"
    MENTION = "mention"
    MESSAGE_DIGEST = "message_digest"
    INCIDENT_CLOCK = "incident_clock"
    PACE_ALERT = "pace_alert"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of a mail
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of a mail
    PLAN_EXPIRY = "plan_expiry"
    RETENTION_REPORT = "retention_report"
    SIGN_UP = "sign_up"
    SIGN_UP_KNOWN = "sign_up_known"
    SIGNING_REQUEST = "signing_request"
    UNDERSPENDING = "underspending"
    WAY_IN_ADDED = "way_in_added"
    WAY_IN_REMOVED = "way_in_removed"


SUBJECTS = {
    EmailTemplate.AUDIT_TROUBLE: "The audit log is not as it was written",
    EmailTemplate.BACKUP_TROUBLE: "There is no backup of {day_on.day} {day_on:%b %Y}",
    EmailTemplate.BUDGET_ALERT: "Budget alert: {participant_first_name} at {threshold_percent} %",
    EmailTemplate.COMPLIANCE_DIGEST: "Compliance: {overdue} overdue, {due_soon} due soon",
    EmailTemplate.DAILY_DIGEST: "Your summary for {day_on.day} {day_on:%b %Y}",
    EmailTemplate.FACTOR_ADDED: "A second step was added to how you sign in",
    EmailTemplate.FACTOR_REMOVED: "A second step was removed from how you sign in",
    EmailTemplate.INVITATION: "{inviter_name} invites you to {invited_to}",
    EmailTemplate.INVITATION_ELSEWHERE: "{inviter_name} invites you to {invited_to}",
    EmailTemplate.MAGIC_LINK: "Your link to sign in",
    EmailTemplate.NEW_DEVICE: "You signed in on a new device",
    EmailTemplate.MENTION: "{author_name} mentions you in Caddy",
    EmailTemplate.MESSAGE_DIGEST: "Unread messages in Caddy: {messages}",
    EmailTemplate.INCIDENT_CLOCK: "{headline}: by {due_words}",
    EmailTemplate.PACE_ALERT: "Pace alert: money for {participant_first_name} may run out early",
    EmailTemplate.PASSWORD_CHANGED: "Your password was changed",
    EmailTemplate.PASSWORD_RESET: "Choose a new password",
    EmailTemplate.PLAN_EXPIRY: (
        "The plan of {participant_first_name} ends on {ends_on.day} {ends_on:%b %Y}"
    ),
    EmailTemplate.RETENTION_REPORT: "Records to erase: {due}, kept back: {kept_back}",
    EmailTemplate.SIGN_UP: "Confirm your address",
    EmailTemplate.SIGN_UP_KNOWN: "You use Caddy already",
    EmailTemplate.SIGNING_REQUEST: "Please sign: {what}",
    EmailTemplate.UNDERSPENDING: "Pace alert: money for {participant_first_name} is spent slowly",
    EmailTemplate.WAY_IN_ADDED: "There is a new way to sign in as you",
    EmailTemplate.WAY_IN_REMOVED: "One way to sign in as you was removed",
}


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What each mail needs, by name: `…_cents` whole cents, `…_on` a date, a `…percent…` a whole
# number. Of a list of rows, each row needs what ROWS says.
NEEDS: dict[EmailTemplate, frozenset[str]] = {
    EmailTemplate.AUDIT_TROUBLE: _names("day_on findings sentences"),
    EmailTemplate.BACKUP_TROUBLE: _names("day_on sentence"),
    EmailTemplate.BUDGET_ALERT: _names(
        "participant_first_name budget_name threshold_percent percent_used"
        " allocated_cents spent_cents remaining_cents"
    ),
    EmailTemplate.COMPLIANCE_DIGEST: _names("day_on overdue due_soon items"),
    EmailTemplate.DAILY_DIGEST: _names(
        "day_on services minutes delivered_cents unclaimed_services unclaimed_cents alerts plans"
    ),
    EmailTemplate.FACTOR_ADDED: _names("device place when factor"),
    EmailTemplate.FACTOR_REMOVED: _names("device place when factor"),
    EmailTemplate.INVITATION: _names("inviter_name invited_to role_label until"),
    EmailTemplate.INVITATION_ELSEWHERE: _names("inviter_name invited_to"),
    EmailTemplate.MAGIC_LINK: _names("device place minutes"),
    EmailTemplate.NEW_DEVICE: _names("device place when"),
    EmailTemplate.MENTION: _names("author_name"),
    EmailTemplate.MESSAGE_DIGEST: _names("messages"),
    # The kind and the hour, and nothing of what happened or to whom.
    EmailTemplate.INCIDENT_CLOCK: _names("headline kind what due_words"),
    EmailTemplate.PACE_ALERT: _names(
        "participant_first_name budget_name percent_used percent_of_time"
        " allocated_cents spent_cents remaining_cents runs_out_on ends_on"
    ),
    EmailTemplate.PASSWORD_CHANGED: _names("device place when"),
    EmailTemplate.PASSWORD_RESET: _names("device place minutes"),
    EmailTemplate.PLAN_EXPIRY: _names(
        "participant_first_name ends_on days_left allocated_cents remaining_cents"
    ),
    EmailTemplate.RETENTION_REPORT: _names("day_on years due kept_back staff reasons"),
    # The address itself is stored nowhere: it is worked out when the mail is written.
    EmailTemplate.SIGNING_REQUEST: _names(
        "signing_link_id to_name participant_first_name what asked_by expires_on"
    ),
    EmailTemplate.SIGN_UP: _names("device place hours"),
    EmailTemplate.SIGN_UP_KNOWN: _names("device place"),
    EmailTemplate.UNDERSPENDING: _names(
        "participant_first_name budget_name percent_used percent_of_time"
        " allocated_cents spent_cents remaining_cents ends_on"
    ),
    EmailTemplate.WAY_IN_ADDED: _names("what device place when"),
    EmailTemplate.WAY_IN_REMOVED: _names("what device place when"),
}
# What mails that were stored before a name was added are told by it.
ADDED_LATER: dict[str, dict[str, Any]] = {EmailTemplate.RETENTION_REPORT: {"staff": 0}}
ROWS = {
    "alerts": _names("participant_first_name budget_name percent_used remaining_cents link"),
    "items": _names("what whom due_on is_overdue link"),
    "plans": _names("participant_first_name ends_on days_left link"),
    "reasons": _names("sentence count"),
}


def check(template: EmailTemplate, context: Mapping[str, Any]) -> None:
    """Raise ValueError where a mail would not be told all that it says."""
    missing = set(NEEDS[template] - set(context))
    for name in NEEDS[template] & set(ROWS) & set(context):
        missing |= {f"{name}.{key}" for row in context[name] for key in ROWS[name] - set(row)}
    if missing:
        raise ValueError(f"The mail {template} is not told {', '.join(sorted(missing))}.")


def subject_of(template: EmailTemplate, context: Mapping[str, Any]) -> str:
    """Return the subject line, on one line whatever the names hold.

    >>> subject_of(EmailTemplate.COMPLIANCE_DIGEST, {"overdue": 2, "due_soon": 5})
    'Compliance: 2 overdue, 5 due soon'
    """
    line = SUBJECTS[template].format_map({**context})
    return " ".join(line.split())[:LONGEST_SUBJECT]


def stored(value: Any) -> Any:
    """Return what a mail is told as JSON keeps it: days and ids as text."""
    if isinstance(value, Mapping):
        return {str(name): stored(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [stored(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def told_by(template: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a stored mail was told, also where its template asks for more since then.

    >>> told_by("retention_report", {"due": 1, "day_on": "2026-11-21"})["staff"]
    0
    """
    return {**ADDED_LATER.get(template, {}), **restored(dict(context))}


def restored(value: Any, name: str = "") -> Any:
    """Return what was stored as it was told: `…_on` is a date again.

    >>> restored({"ends_on": "2026-11-21", "rows": [{"due_on": None}]})
    {'ends_on': datetime.date(2026, 11, 21), 'rows': [{'due_on': None}]}
    """
    if isinstance(value, dict):
        return {key: restored(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [restored(item) for item in value]
    is_day = isinstance(value, str) and name.endswith("_on")
    return date.fromisoformat(value) if is_day else value
