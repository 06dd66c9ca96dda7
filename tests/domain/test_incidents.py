"""The clocks of incidents: which kinds have one, and when each runs out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from caddy import clock
from caddy.domain import complaints, restrictive_practices, risks
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.incidents import (
    REPORTABLE,
    Clock,
    Countdown,
    IncidentKind,
    IncidentState,
    check_closing,
    clock_of,
    countdown,
    state_of,
    time_left,
)
from caddy.domain.registers import Tone

SYDNEY = ZoneInfo("Australia/Sydney")
# The Friday before Christmas: 25, 26 and 28 December 2026 and New Year are holidays in NSW.
AWARE = datetime(2026, 12, 18, 16, 0, tzinfo=SYDNEY)


def clock_in(kind, state="NSW", zone="Australia/Sydney", aware_at=AWARE, *, is_harmed=False):
    return clock_of(
        kind,
        is_harmed=is_harmed,
        aware_at=aware_at,
        zone=zone,
        is_holiday=lambda day: clock.public_holiday(day, state) is not None,
    )


@pytest.mark.parametrize("kind", IncidentKind)
def test_only_the_six_kinds_of_the_act_have_a_clock(kind):
    """General: the reportable incidents of the NDIS Commission's rules."""
    assert (clock_in(kind) == Clock()) is (kind not in REPORTABLE)
    assert len(REPORTABLE) == 6


def test_twenty_four_hours_run_through_the_weekend_and_the_details_take_five_business_days():
    """General: the NDIS Commission's rules."""
    found = clock_in(IncidentKind.SERIOUS_INJURY)
    assert found.notify_by == AWARE + timedelta(hours=24)
    # 21, 22, 23, 24 December, then 25 to 28 are no business days: 29 December.
    assert found.details_by == datetime(2026, 12, 29, 23, 59, tzinfo=SYDNEY)


def test_an_unauthorised_practice_has_five_business_days_but_a_day_where_it_did_harm():
    """General: the NDIS Commission's rules."""
    kind = IncidentKind.UNAUTHORISED_PRACTICE
    assert clock_in(kind) == Clock(datetime(2026, 12, 29, 23, 59, tzinfo=SYDNEY))
    assert clock_in(kind, is_harmed=True).notify_by == AWARE + timedelta(hours=24)


def test_a_business_day_is_the_states_and_ends_at_its_own_midnight():
    """Melbourne Cup Day (3 November 2026) is a holiday in Victoria alone."""
    aware = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)  # a Friday in both
    kind = IncidentKind.UNAUTHORISED_PRACTICE
    victoria = clock_in(kind, "VIC", "Australia/Melbourne", aware)
    perth = clock_in(kind, "WA", "Australia/Perth", aware)
    assert victoria.notify_by.date() == date(2026, 11, 9)
    assert perth.notify_by == datetime(2026, 11, 6, 23, 59, tzinfo=ZoneInfo("Australia/Perth"))


@pytest.mark.parametrize(
    ("hours", "stage", "said"),
    [
        (30, Countdown.RUNNING, "1 day 6 hours left"),
        (4, Countdown.SOON, "4 hours left"),
        (0, Countdown.SOON, "Less than a minute left"),
        (-25, Countdown.OVERDUE, "1 day 1 hour late"),
    ],
)
def test_a_clock_says_in_words_what_is_left(hours, stage, said):
    due_at = AWARE + timedelta(hours=hours)
    assert (countdown(due_at, None, AWARE), time_left(due_at, AWARE)) == (stage, said)
    assert countdown(due_at, AWARE, AWARE) is Countdown.DONE


def test_a_reportable_incident_stays_open_until_the_commission_knows():
    def state(**more):
        given = {
            "is_reportable": True,
            "is_notified": False,
            "is_investigated": True,
            "is_closed": False,
        }
        return state_of(**{**given, **more})

    assert state() is IncidentState.OPEN
    assert state(is_notified=True) is IncidentState.INVESTIGATING
    assert state(is_notified=True, is_investigated=False) is IncidentState.NOTIFIED
    assert state(is_reportable=False) is IncidentState.INVESTIGATING


@pytest.mark.parametrize(
    ("owed", "refusal"),
    [
        ({"is_notified": False}, "Commission was notified"),
        ({"has_details": False}, "five-day report"),
        ({"open_actions": 2}, "2 actions are still to be done"),
        ({"outcome": " "}, "what came of it"),
    ],
)
def test_nothing_is_closed_while_something_is_owed(owed, refusal):
    given = {"is_notified": True, "has_details": True, "outcome": "Mended.", "open_actions": 0}
    check_closing(**given)
    with pytest.raises((Conflict, RuleBroken), match=refusal):
        check_closing(**given | owed)


def test_registers_say_what_is_wrong_first():
    today, later = date(2026, 11, 21), date(2027, 11, 21)
    received = complaints.ComplaintState.RECEIVED
    assert complaints.stands(received, date(2026, 10, 1), today).tone is Tone.BAD
    assert complaints.stands(received, today, today).tone is Tone.SOON
    practice = restrictive_practices.stands
    due = date(2026, 12, 7)
    assert practice(None, None, "Plan", due, today).label == "Not authorised"
    assert practice(later, None, None, due, today).label == "No behaviour support plan"
    assert practice(later, None, "Plan", date(2026, 11, 20), today).label == (
        "Monthly report overdue"
    )
    assert practice(later, None, "Plan", due, today).tone is Tone.GOOD
    opened, controlled = risks.RiskState.OPEN, risks.RiskState.CONTROLLED
    assert risks.stands(opened, 20, later, today).label == "Extreme and not controlled"
    assert risks.stands(controlled, 20, later, today).tone is Tone.GOOD
    assert risks.stands(controlled, 2, date(2026, 11, 20), today).tone is Tone.BAD
