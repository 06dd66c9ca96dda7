"""How dates, times and lists are said: one way each, and all of them told apart."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.words import say_date, say_day, say_edge, say_list, say_time


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (time(0), "12:00 am"),
        (time(0, 5), "12:05 am"),
        (time(1), "1:00 am"),
        (time(11, 59), "11:59 am"),
        (time(12), "12:00 pm"),
        (time(13, 7), "1:07 pm"),
        (time(15, 30), "3:30 pm"),
        (time(23, 59, 59), "11:59 pm"),
        (datetime(2026, 11, 23, 9, 30, tzinfo=ZoneInfo("Australia/Perth")), "9:30 am"),
    ],
)
def test_a_time_is_said_on_a_clock_of_twelve_hours(value, said):
    """General: times are shown as `3:30 pm`."""
    assert say_time(value) == said


@pytest.mark.parametrize("say", [say_date, say_time, say_edge])
def test_an_instant_as_it_is_stored_is_not_said_for_its_day_is_another_one_in_australia(say):
    with pytest.raises(ValueError, match="say where"):
        say(datetime(2026, 11, 22, 16, 42, tzinfo=UTC))


def test_no_two_minutes_of_a_day_are_said_alike():
    said = {say_time(time(hour, minute)) for hour in range(24) for minute in range(60)}
    assert len(said) == 24 * 60


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_date_is_said_without_a_leading_zero_and_read_back(day):
    """General: dates are shown as `21 Nov 2026`."""
    said = say_date(day)
    assert datetime.strptime(f"{said} +0000", "%d %b %Y %z").date() == day
    assert not said.startswith("0")
    assert said == f"{say_day(day)} {day.year}"
    assert say_date(date(2026, 11, 21)) == "21 Nov 2026"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["Monday"], "Monday"),
        (["Monday", "Friday"], "Monday and Friday"),
        (("a", "b", "c", "d"), "a, b, c and d"),
    ],
)
def test_a_list_is_joined_as_in_a_sentence(words, said):
    assert say_list(words) == said
