"""What is recorded of staff: how a qualification stands, and what is refused."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from caddy.domain.errors import RuleBroken
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import (
    Leave,
    QualificationEntry,
    Standing,
    Window,
    check_leave,
    check_window,
    checked_qualification,
    standing,
)

TODAY = date(2026, 11, 21)
SCREENING = QualificationKind.WORKER_SCREENING
AID = QualificationKind.FIRST_AID
ORIENTATION = QualificationKind.ORIENTATION


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, "lapsed"), (0, "ends_soon"), (59, "ends_soon"), (60, "valid"), (900, "valid")],
)
def test_the_last_day_counts_and_the_last_sixty_are_soon(days, expected):
    expires_on = TODAY + timedelta(days=days)
    assert standing(AID, is_held=True, expires_on=expires_on, today=TODAY) == expected


def test_without_an_end_only_what_the_scheme_limits_is_missing():
    def stands(kind):
        return standing(kind, is_held=True, expires_on=None, today=TODAY)

    assert stands(SCREENING) is Standing.MISSING
    assert stands(AID) is stands(ORIENTATION) is Standing.VALID
    assert standing(AID, is_held=False, expires_on=None, today=TODAY) is Standing.MISSING


def test_what_does_not_end_keeps_no_end():
    entered = QualificationEntry(ORIENTATION, "7", date(2020, 1, 1), date(2021, 1, 1))
    assert checked_qualification(entered, TODAY).expires_on is None


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (QualificationEntry(SCREENING), "expires_on"),
        (QualificationEntry(AID, issued_on=TODAY + timedelta(days=1)), "issued_on"),
        (QualificationEntry(AID, None, TODAY, TODAY - timedelta(days=1)), "expires_on"),
    ],
)
def test_what_cannot_be_right_is_refused(entry, field):
    with pytest.raises(RuleBroken) as refused:
        checked_qualification(entry, TODAY)
    assert refused.value.field == field


def test_hours_may_touch_and_may_not_overlap():
    nine_to_five = Window(0, time(9), time(17))
    check_window(Window(0, time(17), time(20)), [nine_to_five])
    check_window(Window(1, time(9), time(17)), [nine_to_five])
    with pytest.raises(RuleBroken, match=r"Monday, 9:00 am to 5:00 pm is recorded already\."):
        check_window(Window(0, time(16, 59), time(20)), [nine_to_five])
    for wrong in (Window(0, time(9), time(9)), Window(7, time(9), time(10))):
        with pytest.raises(RuleBroken):
            check_window(wrong, [])


def test_leave_may_follow_leave_and_may_not_overlap():
    week = Leave(date(2027, 1, 4), date(2027, 1, 8))
    check_leave(Leave(date(2027, 1, 9), date(2027, 1, 9)), [week])
    with pytest.raises(RuleBroken, match="4 Jan 2027 to 8 Jan 2027 is leave already"):
        check_leave(Leave(date(2027, 1, 8), date(2027, 1, 9)), [week])
    for wrong in (
        Leave(date(2027, 1, 2), date(2027, 1, 1)),
        Leave(date(2027, 1, 1), date(2037, 1, 1)),
    ):
        with pytest.raises(RuleBroken):
            check_leave(wrong, [])
