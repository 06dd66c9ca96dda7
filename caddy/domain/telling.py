"""What people are told of by kind, in which ways, and when not: the rules of notifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

LONGEST_SMS = 300


class SmsStatus(StrEnum):
    """`kept` is written down and was sent nowhere, for want of a provider."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept"


class Digest(StrEnum):
    """How soon a mail tells an absent person of unread messages."""

    NEVER = "never"
    HOURLY = "hourly"
    DAILY = "daily"

    @property
    def after(self) -> timedelta | None:
        return {Digest.HOURLY: timedelta(hours=1), Digest.DAILY: timedelta(days=1)}.get(self)

    @property
    def label(self) -> str:
        return DIGEST_LABELS[self]


DIGEST_LABELS = {
    Digest.NEVER: "No mail",
    Digest.HOURLY: "After an hour",
    Digest.DAILY: "After a day",
}


class NewsKind(StrEnum):
    """The kinds that people choose about. Each stands for all notifications that begin so."""

    BUDGETS = "budgets"
    PLANS = "plans"
    INCIDENTS = "incidents"
    COMPLIANCE = "compliance"
    DOCUMENTS = "documents"
    MENTIONS = "mentions"
    SUMMARIES = "summaries"
    OTHER = "other"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS = {
    NewsKind.BUDGETS: "Budget alerts",
    NewsKind.PLANS: "Plans that end",
    NewsKind.INCIDENTS: "Incidents and complaints",
    NewsKind.COMPLIANCE: "What expires or is overdue",
    NewsKind.DOCUMENTS: "Documents and signatures",
    NewsKind.MENTIONS: "Messages and mentions",
    NewsKind.SUMMARIES: "Daily summary",
    NewsKind.OTHER: "Everything else",
}
BEGINNINGS = {
    "budget": NewsKind.BUDGETS,
    "plan": NewsKind.PLANS,
    "incident": NewsKind.INCIDENTS,
    "reportable": NewsKind.INCIDENTS,
    "complaint": NewsKind.INCIDENTS,
    "weekly_compliance": NewsKind.COMPLIANCE,
    "compliance": NewsKind.COMPLIANCE,
    "expiry": NewsKind.COMPLIANCE,
    "qualification": NewsKind.COMPLIANCE,
    "risk": NewsKind.COMPLIANCE,
    "policy": NewsKind.COMPLIANCE,
    "document": NewsKind.DOCUMENTS,
    "sign": NewsKind.DOCUMENTS,
    "mention": NewsKind.MENTIONS,
    "messages": NewsKind.MENTIONS,
    "daily_check": NewsKind.SUMMARIES,
}
# The agency must hear of these within 24 hours: nobody sleeps through them.
URGENT = ("incident_clock", "incident_reportable", "reportable")


def news_kind(kind: str) -> NewsKind:
    """Return which of the kinds that people choose about a notification belongs to.

    >>> news_kind("budget_warning"), news_kind("backup_trouble")
    (<NewsKind.BUDGETS: 'budgets'>, <NewsKind.OTHER: 'other'>)
    """
    found = (news for beginning, news in BEGINNINGS.items() if kind.startswith(beginning))
    return next(found, NewsKind.OTHER)


def is_urgent(kind: str) -> bool:
    """Say whether a notification of this kind also goes out in quiet hours."""
    return kind.startswith(URGENT)


@dataclass(frozen=True, slots=True)
class Ways:
    """In which ways someone is told of something."""

    in_app: bool = True
    by_email: bool = True
    by_sms: bool = True

    def within(self, other: Ways) -> Ways:
        """Return the ways that are in both.

        >>> Ways(by_sms=False).within(Ways(by_email=False))
        Ways(in_app=True, by_email=False, by_sms=False)
        """
        return Ways(
            self.in_app and other.in_app,
            self.by_email and other.by_email,
            self.by_sms and other.by_sms,
        )


def end_of_quiet(local: datetime, quiet_from: time | None, quiet_until: time | None) -> datetime:
    """Return from when on someone may be written to: the local time given, or later.

    Hours that end before they begin reach over midnight; the end itself is not quiet.

    >>> night = time(21), time(7)
    >>> end_of_quiet(datetime(2026, 11, 21, 23, 0), *night)
    datetime.datetime(2026, 11, 22, 7, 0)
    >>> end_of_quiet(datetime(2026, 11, 21, 7, 0), *night)
    datetime.datetime(2026, 11, 21, 7, 0)
    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return local
    at = local.time()
    if quiet_from < quiet_until:
        is_quiet = quiet_from <= at < quiet_until
    else:
        is_quiet = at >= quiet_from or at < quiet_until
    if not is_quiet:
        return local
    is_tomorrow = at >= quiet_until
    day = local.date() + timedelta(days=1) if is_tomorrow else local.date()
    return datetime.combine(day, quiet_until, tzinfo=local.tzinfo)
