"""What a worker must hold: when each lapses, in which order it is said, and who is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.errors import RuleBroken
from caddy.domain.qualifications import (
    VALID_YEARS,
    QualificationKind,
    check_qualified,
    lapsed,
    refusal,
    usual_expiry,
)

SCREENING, ORIENTATION = QualificationKind.WORKER_SCREENING, QualificationKind.ORIENTATION
AID, LICENCE = QualificationKind.FIRST_AID, QualificationKind.DRIVERS_LICENCE
DAY = date(2026, 11, 23)
KINDS = st.sampled_from(QualificationKind)
HELD = st.dictionaries(KINDS, st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)))


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        (SCREENING, "Worker screening"),
        (ORIENTATION, "Orientation module"),
        (AID, "First aid"),
        (QualificationKind.POLICE_CHECK, "Police check"),
        (QualificationKind.WORKING_WITH_CHILDREN, "Working with children check"),
        (LICENCE, "Driver's licence"),
        (QualificationKind.CAR_INSURANCE, "Car insurance"),
    ],
)
def test_each_kind_has_a_name_for_people(kind, label):
    assert kind.label == label


def test_only_the_orientation_is_done_once():
    assert [kind for kind in QualificationKind if not kind.does_expire] == [ORIENTATION]


@pytest.mark.parametrize(
    ("issued", "expires"),
    [
        (date(2021, 10, 3), date(2026, 10, 3)),
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2023, 2, 28), date(2028, 2, 28)),
    ],
)
def test_a_screening_lasts_five_years(issued, expires):
    """General: a worker screening clearance."""
    assert usual_expiry(SCREENING, issued) == expires


@given(kind=KINDS, issued=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_only_what_the_scheme_limits_has_a_usual_end(kind, issued):
    expires = usual_expiry(kind, issued)
    if kind in VALID_YEARS:
        assert expires.year == issued.year + VALID_YEARS[kind]
        assert (expires.month, expires.day) in {(issued.month, issued.day), (2, 28)}
    else:
        assert expires is None


@pytest.mark.parametrize(
    ("kind", "expires", "is_valid"),
    [
        (SCREENING, DAY, True),  # the last day counts
        (SCREENING, DAY - timedelta(days=1), False),
        (SCREENING, DAY + timedelta(days=1), True),
        (SCREENING, None, False),  # the scheme limits it, so a date must be there
        (AID, None, True),
        (AID, DAY - timedelta(days=1), False),
        (ORIENTATION, None, True),
        (ORIENTATION, DAY - timedelta(days=900), True),  # never lapses, whatever was entered
    ],
)
def test_what_is_held_is_valid_up_to_its_last_day(kind, expires, is_valid):
    assert lapsed({kind}, {kind: expires}, DAY) == ([] if is_valid else [kind])


@given(required=st.sets(KINDS), held=HELD, on=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_what_lapses_is_required_in_order_and_stays_lapsed(required, held, on):
    missing = lapsed(required, held, on)
    assert missing == [kind for kind in QualificationKind if kind in missing]
    assert required - held.keys() <= set(missing) <= required
    assert set(missing) <= set(lapsed(required, held, on + timedelta(days=1)))
    assert lapsed(set(), held, on) == []


@pytest.mark.parametrize(
    ("kind", "held", "said"),
    [
        (SCREENING, {}, "Sam's worker screening is not recorded."),
        (LICENCE, {LICENCE: date(2026, 7, 1)}, "Sam's driver's licence lapsed on 1 Jul 2026."),
        (ORIENTATION, {}, "Sam's orientation module is not recorded."),
        (
            SCREENING,
            {SCREENING: None},
            "Sam's worker screening is recorded without the day on which it ends.",
        ),
    ],
)
def test_a_refusal_says_why(kind, held, said):
    assert refusal("Sam", kind, held) == said


def test_a_worker_is_refused_with_each_thing_that_is_missing():
    with pytest.raises(RuleBroken) as caught:
        check_qualified(
            "Sam", [AID, LICENCE, SCREENING], {LICENCE: DAY, AID: date(2026, 1, 1)}, DAY
        )
    assert caught.value.message == (
        "Sam's worker screening is not recorded. Sam's first aid lapsed on 1 Jan 2026."
    )
    assert caught.value.details == {"kinds": ["worker_screening", "first_aid"]}
    assert (caught.value.field, caught.value.code) == ("worker", "not_qualified")


def test_a_worker_who_holds_everything_is_welcome():
    check_qualified("Sam", [AID, SCREENING], {AID: None, SCREENING: DAY}, DAY)
