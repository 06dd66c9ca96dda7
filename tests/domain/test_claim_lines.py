"""Lines: one a participant, item, day and type, and always the sum of their services."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain.claim_checks import Provider, double_key, held_back_by, oldest_claimable
from caddy.domain.claim_lines import AgreedTerms, Candidate, Measure, lines_of, measure
from caddy.domain.claim_types import CancellationReason, ClaimType, cancellation_fee
from caddy.domain.claims import ClaimStatus, HoldBack, LineStatus, claim_status
from caddy.domain.participants import PlanManagement
from caddy.domain.pricing import cost_for_minutes
from caddy.domain.services import ServiceStatus

DAY = date(2026, 11, 5)
WHO = UUID(int=1)


def service(minutes=60, price=70_23, **changes):
    one = Candidate(
        id=uuid4(),
        participant_id=WHO,
        participant_name="Pat Green",
        ndis_number="430000001",
        worker_id=UUID(int=2),
        item_number="01_011_0107_1_1",
        item_name="Self-care",
        support_category=1,
        service_on=DAY,
        start_time=time(9),
        end_time=time(10),
        minutes=minutes,
        quantity_milli=None,
        unit_price_cents=price,
        total_cents=cost_for_minutes(price, minutes),
        status=ServiceStatus.COMPLETED,
        claim_type=ClaimType.DIRECT,
        cancellation_reason=None,
        fee_percent=None,
        has_notes=True,
        needs_two_workers=False,
        management=PlanManagement.NDIA_MANAGED,
        plan_manager=None,
        limit_cents=200_00,
        agreement=AgreedTerms(),
    )
    return replace(one, **changes)


def test_services_of_a_day_are_one_line():
    (line,) = lines_of([service(30), service(45)])
    assert (line.measure, line.total_cents) == (Measure(75, None, 70_23), 35_12 + 52_67)


def test_a_cent_is_never_lost_to_rounding():
    three = [service(10, 193_99) for _ in range(3)]
    lines = lines_of(three)
    assert [line.measure.minutes for line in lines] == [20, 10]
    assert sum(line.total_cents for line in lines) == 3 * 32_33


@pytest.mark.parametrize(
    "change",
    [
        {"participant_id": UUID(int=9)},
        {"item_number": "01_013_0107_1_1"},
        {"service_on": date(2026, 11, 6)},
        {"claim_type": ClaimType.TELEHEALTH},
        {"unit_price_cents": 60_00, "total_cents": 60_00},
        {"management": PlanManagement.SELF_MANAGED},
    ],
)
def test_what_differs_is_another_line(change):
    assert len(lines_of([service(), service(**change)])) == 2


SERVICES = st.builds(
    service,
    minutes=st.integers(1, 600),
    price=st.sampled_from([1, 33, 70_23, 77_77, 193_99]),
    participant_id=st.sampled_from([WHO, UUID(int=9)]),
)


@given(st.lists(SERVICES, max_size=25))
def test_lines_hold_every_service_once_and_come_to_their_sum(some):
    lines = lines_of(some)
    held = [one.id for line in lines for one in line.services]
    assert sorted(held) == sorted(one.id for one in some)
    for line in lines:
        assert line.total_cents == line.service_cents == line.measure.cents


@given(st.integers(1, 600), st.sampled_from([70_23, 77_77, 193_99]), st.integers(1, 100))
def test_a_fee_is_written_to_the_cent_and_never_dearer_or_not_at_all(minutes, price, percent):
    fee = cancellation_fee(cost_for_minutes(price, minutes), percent)
    one = service(
        minutes, price, status=ServiceStatus.CANCELLED, fee_percent=percent, total_cents=fee
    )
    way = measure(one)
    assert way is None or (way.cents == fee and way.unit_price_cents <= price)
    if percent == 100 or fee <= price:
        assert way is not None


def test_half_of_three_hours_is_ninety_minutes():
    one = service(180, fee_percent=50, status=ServiceStatus.CANCELLED, total_cents=105_35)
    assert measure(one) == Measure(90, None, 70_23)
    (line,) = lines_of([replace(one, cancellation_reason=CancellationReason.NSDT)])
    assert line.total_cents == 105_35


def reasons(one, provider=None, today=DAY):
    return held_back_by(one, provider or Provider(has_abn=True, has_registration=True), today)


def test_what_is_in_order_is_not_held_back():
    assert reasons(service()) == []
    fee = service(status=ServiceStatus.CANCELLED, has_notes=False, fee_percent=100)
    assert reasons(fee) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"agreement": None}, HoldBack.NO_AGREEMENT),
        ({"agreement": AgreedTerms({"15_056_0128_1_3": None})}, HoldBack.NOT_AGREED),
        ({"agreement": AgreedTerms({"01_011_0107_1_1": 60_00})}, HoldBack.OVER_LIMIT),
        ({"claim_type": ClaimType.TRAVEL}, HoldBack.NOT_AGREED),
        ({"limit_cents": 70_22}, HoldBack.OVER_LIMIT),
        ({"management": None}, HoldBack.OUTSIDE_PLAN),
        ({"has_notes": False}, HoldBack.MISSING_NOTES),
        ({"ndis_number": "120000001"}, HoldBack.NDIS_NUMBER_INVALID),
        ({"service_on": date(2024, 11, 4)}, HoldBack.TOO_OLD),
        ({"total_cents": 70_24}, HoldBack.NOT_EXACT),
    ],
)
def test_each_reason_holds_back(change, reason):
    assert reasons(service(**change)) == [reason]
    assert reason.sentence.endswith(".")
    assert reason.is_fixable is (reason.fixed_at is not None)


def test_the_last_day_of_two_years_is_still_claimable():
    """General: a claim should reach the agency within two years of the support."""
    assert oldest_claimable(DAY) == date(2024, 11, 5)
    assert reasons(service(service_on=date(2024, 11, 5))) == []


def test_only_ndia_managed_lines_need_the_registration():
    without = Provider(has_abn=True, has_registration=False)
    assert reasons(service(), without) == [HoldBack.REGISTRATION_INVALID]
    assert reasons(service(management=PlanManagement.PLAN_MANAGED), without) == []
    none = Provider(has_abn=False, has_registration=True)
    assert reasons(service(), none) == [HoldBack.ABN_INVALID]


def test_a_signature_is_needed_where_it_is_asked_for_and_somebody_was_there():
    strict = Provider(has_abn=True, has_registration=True, wants_signatures=True)
    assert reasons(service(), strict) == [HoldBack.MISSING_SIGNATURE]
    assert reasons(service(is_signed=True), strict) == []
    fee = service(status=ServiceStatus.CANCELLED, fee_percent=100)
    trip = service(
        claim_type=ClaimType.TRAVEL, agreement=AgreedTerms({}, frozenset({ClaimType.TRAVEL}))
    )
    assert [reasons(one, strict) for one in (fee, trip)] == [[], []]


def test_two_workers_at_once_are_doubles_unless_it_is_so_arranged():
    two = [service(), service(worker_id=UUID(int=3))]
    assert double_key(two[0]) == double_key(two[1])
    arranged = [replace(one, needs_two_workers=True) for one in two]
    assert double_key(arranged[0]) != double_key(arranged[1])
    assert double_key(service(claim_type=ClaimType.TRAVEL)) is None


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ("pending paid", "submitted"),
        ("paid accepted", "accepted"),
        ("paid part_paid", "accepted"),
        ("paid rejected credited", "paid"),
        ("rejected credited", "rejected"),
    ],
)
def test_a_claim_stands_where_its_lines_do(lines, status):
    assert claim_status(LineStatus(word) for word in lines.split()) is ClaimStatus(status)
