"""Checks that come back: on which local day each was due last, by the organization's own hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

LAST_DAY_OF_EVERY_MONTH = 28


class Recurring(StrEnum):
    DAILY_CHECK = "daily_check"
    WEEKLY_AUDIT = "weekly_audit"
    WEEKLY_COMPLIANCE = "weekly_compliance"
    MONTHLY_PLAN_EXPIRY = "monthly_plan_expiry"
    MONTHLY_RETENTION = "monthly_retention"


@dataclass(frozen=True, slots=True)
class Hours:
    """When an organization wants its checks, in its own time zone. Weekday 0 is Monday."""

    daily_check_hour: int = 8
    weekly_check_weekday: int = 0
    weekly_check_hour: int = 9
    monthly_notice_day: int = 1
    monthly_notice_hour: int = 8


def last_due_on(kind: Recurring, now: datetime, hours: Hours) -> date:
    """Return the latest local day on which a check has been due by a local moment.

    >>> last_due_on(Recurring.DAILY_CHECK, datetime(2026, 11, 21, 7, 59), Hours())
    datetime.date(2026, 11, 20)
    >>> last_due_on(Recurring.WEEKLY_COMPLIANCE, datetime(2026, 11, 21, 12, 0), Hours())
    datetime.date(2026, 11, 16)
    >>> last_due_on(Recurring.MONTHLY_PLAN_EXPIRY, datetime(2026, 3, 1, 7, 0), Hours())
    datetime.date(2026, 2, 1)
    """
    today = now.date()
    if kind is Recurring.DAILY_CHECK:
        return today if now.hour >= hours.daily_check_hour else today - timedelta(days=1)
    if kind in {Recurring.WEEKLY_AUDIT, Recurring.WEEKLY_COMPLIANCE}:
        due = today - timedelta(days=(today.weekday() - hours.weekly_check_weekday) % 7)
        is_too_early = due == today and now.hour < hours.weekly_check_hour
        return due - timedelta(days=7) if is_too_early else due
    due = today.replace(day=min(hours.monthly_notice_day, LAST_DAY_OF_EVERY_MONTH))
    if due > today or (due == today and now.hour < hours.monthly_notice_hour):
        due = (due.replace(day=1) - timedelta(days=1)).replace(day=due.day)
    return due
