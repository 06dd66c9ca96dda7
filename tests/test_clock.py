"""Public holidays differ by state."""

from __future__ import annotations

from datetime import date

import pytest

from caddy import clock


@pytest.mark.parametrize(
    ("day", "state", "name"),
    [
        (date(2025, 11, 4), "VIC", "Melbourne Cup Day"),
        (date(2025, 11, 4), "NSW", None),
        (date(2026, 3, 2), "WA", "Labour Day"),
        (date(2026, 3, 9), "TAS", "Eight Hours Day"),
        (date(2026, 1, 26), "NT", "Australia Day"),
        (date(2026, 12, 25), None, "Christmas Day"),
        (date(2026, 10, 5), "NSW", "Labour Day"),
        (date(2026, 10, 5), None, None),
        (date(2026, 12, 24), "SA", None),  # a holiday from 7 pm only
        (date(2025, 11, 20), "QLD", None),
    ],
)
def test_a_day_is_a_holiday_in_some_states(day, state, name):
    """General: the days are those of the holidays package; from midnight on: PAPL 2025-26."""
    assert clock.public_holiday(day, state) == name


@pytest.mark.parametrize("state", clock.STATE_ZONES)
def test_christmas_is_one_everywhere(state):
    """General: a holiday of every state."""
    assert clock.public_holiday(date(2025, 12, 25), state) == "Christmas Day"


def test_there_is_no_ninth_state():
    with pytest.raises(ValueError, match="'XX' is no state"):
        clock.public_holiday(date(2025, 12, 25), "XX")
