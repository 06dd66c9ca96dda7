"""The time bands of the PAPL 2025-26: every edge, and that a split loses no minute."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.bands import (
    Band,
    band_for,
    day_band,
    may_be_sleepover,
    minutes_in,
    segments,
    wall_minutes,
)
from caddy.domain.words import say_edge, say_time

# Thursday 20 November 2025 and the days around it; Tuesday 25 is made a holiday, and
# Christmas and Boxing Day are two holidays on end.
HOLIDAYS = {date(2025, 11, 25), date(2025, 12, 25), date(2025, 12, 26)}


def is_holiday(day):
    return day in HOLIDAYS


def at(text):
    """Return `20 19:00` as a time in November 2025, `25.12 19:00` in another month."""
    day, clock = text.split()
    number, _, month = day.partition(".")
    hour, minute = clock.split(":")
    return datetime(2025, int(month or 11), int(number), int(hour), int(minute))


@pytest.mark.parametrize(
    ("start", "end", "band"),
    [
        ("20 6:00", "20 20:00", Band.WEEKDAY_DAYTIME),
        ("20 9:00", "20 11:30", Band.WEEKDAY_DAYTIME),
        ("20 19:59", "20 20:00", Band.WEEKDAY_DAYTIME),
        ("20 19:00", "20 21:00", None),
        ("20 19:59", "20 20:01", None),
        ("20 6:00", "20 20:01", None),
        ("20 20:00", "20 22:00", Band.WEEKDAY_EVENING),
        ("20 20:00", "21 0:00", Band.WEEKDAY_EVENING),
        ("20 23:59", "21 0:00", Band.WEEKDAY_EVENING),
        ("20 23:59", "21 0:01", Band.WEEKDAY_NIGHT),
        ("20 22:00", "21 6:00", Band.WEEKDAY_NIGHT),
        ("20 0:00", "20 6:00", Band.WEEKDAY_NIGHT),
        ("20 5:59", "20 6:00", Band.WEEKDAY_NIGHT),
        ("20 5:00", "20 10:00", Band.WEEKDAY_NIGHT),
        ("22 0:00", "23 0:00", Band.SATURDAY),
        ("22 19:00", "22 21:00", Band.SATURDAY),
        ("23 0:00", "24 0:00", Band.SUNDAY),
        ("23 3:00", "23 4:00", Band.SUNDAY),
        ("25 0:00", "26 0:00", Band.PUBLIC_HOLIDAY),
        ("25 19:00", "25 21:00", Band.PUBLIC_HOLIDAY),
        ("25.12 22:00", "26.12 6:00", Band.PUBLIC_HOLIDAY),
        ("21 22:00", "22 6:00", None),
        ("22 22:00", "23 6:00", None),
        ("23 22:00", "24 6:00", None),
        ("24 22:00", "25 6:00", None),
        ("25 22:00", "26 6:00", None),
        ("26.12 22:00", "27.12 2:00", None),
        ("18 22:00", "20 6:00", None),
        ("20 9:00", "20 9:00", None),
        ("20 9:00", "20 8:00", None),
    ],
)
def test_a_support_fits_one_band_or_none_papl_2025_26(start, end, band):
    assert band_for(at(start), at(end), is_holiday) is band


@pytest.mark.parametrize(
    ("day", "band"),
    [
        (date(2025, 11, 20), None),
        (date(2025, 11, 22), Band.SATURDAY),
        (date(2025, 11, 23), Band.SUNDAY),
        (date(2025, 11, 25), Band.PUBLIC_HOLIDAY),
    ],
)
def test_whole_days_have_a_band_midnight_to_midnight_papl_2025_26(day, band):
    assert day_band(day, is_holiday) is band


def test_a_holiday_on_a_saturday_is_a_holiday_papl_2025_26():
    assert day_band(date(2025, 11, 22), lambda _day: True) is Band.PUBLIC_HOLIDAY


@pytest.mark.parametrize(
    ("start", "end", "may"),
    [
        ("20 22:00", "21 6:00", True),
        ("20 22:00", "21 5:59", False),
        ("20 16:00", "21 0:00", False),
        ("20 16:01", "21 0:01", True),
        ("21 0:00", "21 8:00", False),
        ("21 22:00", "22 8:00", True),
    ],
)
def test_a_sleepover_spans_midnight_and_lasts_8_hours_papl_2025_26(start, end, may):
    assert may_be_sleepover(at(start), at(end)) is may


@pytest.mark.parametrize(
    ("start", "end", "pieces"),
    [
        ("20 9:00", "20 11:00", [(Band.WEEKDAY_DAYTIME, 120)]),
        ("20 19:00", "20 21:00", [(Band.WEEKDAY_DAYTIME, 60), (Band.WEEKDAY_EVENING, 60)]),
        ("20 19:00", "21 0:00", [(Band.WEEKDAY_DAYTIME, 60), (Band.WEEKDAY_EVENING, 240)]),
        ("20 22:00", "21 6:00", [(Band.WEEKDAY_NIGHT, 480)]),
        ("20 22:00", "21 8:00", [(Band.WEEKDAY_NIGHT, 480), (Band.WEEKDAY_DAYTIME, 120)]),
        ("20 18:00", "21 2:00", [(Band.WEEKDAY_DAYTIME, 120), (Band.WEEKDAY_NIGHT, 360)]),
        ("20 5:00", "20 10:00", [(Band.WEEKDAY_NIGHT, 60), (Band.WEEKDAY_DAYTIME, 240)]),
        ("21 22:00", "22 6:00", [(Band.WEEKDAY_EVENING, 120), (Band.SATURDAY, 360)]),
        ("22 22:00", "23 6:00", [(Band.SATURDAY, 120), (Band.SUNDAY, 360)]),
        ("23 22:00", "24 6:00", [(Band.SUNDAY, 120), (Band.WEEKDAY_NIGHT, 360)]),
        ("24 22:00", "25 6:00", [(Band.WEEKDAY_EVENING, 120), (Band.PUBLIC_HOLIDAY, 360)]),
        ("25.12 22:00", "26.12 6:00", [(Band.PUBLIC_HOLIDAY, 480)]),
        (
            "21 19:00",
            "22 1:00",
            [(Band.WEEKDAY_DAYTIME, 60), (Band.WEEKDAY_EVENING, 240), (Band.SATURDAY, 60)],
        ),
        ("20 9:00", "20 9:00", []),
        ("20 9:00", "20 8:00", []),
    ],
)
def test_a_support_is_cut_where_its_band_changes_papl_2025_26(start, end, pieces):
    found = segments(at(start), at(end), is_holiday)
    assert [(one.band, one.minutes) for one in found] == pieces


@given(
    st.datetimes(datetime(2025, 11, 1), datetime(2026, 1, 31)),
    st.integers(1, 24 * 60),
)
def test_segments_cover_the_support_exactly_and_each_fits_its_band(moment, minutes):
    start = moment.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    found = segments(start, end, is_holiday)
    assert (found[0].start, found[-1].end) == (start, end)
    assert all(one.end == after.start for one, after in pairwise(found))
    assert all(one.band is not after.band for one, after in pairwise(found))
    assert sum(one.minutes for one in found) == minutes
    assert all(one.minutes == wall_minutes(one.start, one.end) > 0 for one in found)
    assert all(band_for(one.start, one.end, is_holiday) is one.band for one in found)


@given(
    st.datetimes(datetime(2026, 10, 1), datetime(2026, 10, 7)),
    st.integers(1, 24 * 60),
)
def test_minutes_that_passed_sum_also_where_the_clocks_change(moment, minutes):
    start = moment.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=minutes)
    passed = minutes_in("Australia/Sydney")
    found = segments(start, end, is_holiday, minutes_between=passed)
    assert sum(one.minutes for one in found) == passed(start, end)


def test_the_night_the_clocks_go_back_has_an_hour_more():
    night = datetime(2026, 4, 4, 23), datetime(2026, 4, 5, 7)
    assert minutes_in("Australia/Sydney")(*night) == 9 * 60
    assert minutes_in("Australia/Perth")(*night) == 8 * 60


def test_bands_are_named_for_people():
    assert [band.label for band in Band] == [
        "Weekday daytime",
        "Weekday evening",
        "Weekday night",
        "Saturday",
        "Sunday",
        "Public holiday",
        "Night-time sleepover",
    ]
    assert Band.PUBLIC_HOLIDAY.short == "public holiday"


def test_the_end_of_a_day_is_called_midnight():
    assert (say_time(at("20 0:00")), say_edge(at("20 0:00"))) == ("12:00 am", "midnight")
    assert (say_time(at("20 12:00")), say_edge(at("20 0:30"))) == ("12:00 pm", "12:30 am")
