"""What a signed agreement refuses, and what an agreement must be to be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from caddy.domain.agreements import (
    AgreedLine,
    AgreedTerms,
    NewAgreement,
    agreed_cents,
    check_agreement,
    check_ending,
    check_signing,
    check_terms,
    no_agreement,
)
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import RuleBroken

DAYTIME, EVENING, OTHER = "01_011_0107_1_1", "01_015_0107_1_1", "04_104_0125_6_1"
TERMS = AgreedTerms(UUID(int=1), "Pat", {DAYTIME: 65_00, EVENING: None})
FIRST, LAST = date(2026, 7, 1), date(2027, 6, 30)
AGREEMENT = NewAgreement(FIRST, LAST, (AgreedLine(DAYTIME, 65_00),))


@pytest.mark.parametrize("cents", [0, 64_99, 65_00])
def test_up_to_the_agreed_price_is_charged(cents):
    check_terms(TERMS, ClaimType.DIRECT, DAYTIME, cents)


@pytest.mark.parametrize(
    ("terms", "claim_type", "number", "cents", "field", "sentence"),
    [
        (
            TERMS,
            ClaimType.DIRECT,
            DAYTIME,
            70_00,
            "unit_price",
            "$70.00 is above the $65.00 agreed with Pat for this item.",
        ),
        (
            TERMS,
            ClaimType.DIRECT,
            OTHER,
            1,
            "item_number",
            f"{OTHER} is not among the items agreed with Pat.",
        ),
        (
            TERMS,
            ClaimType.NON_FACE_TO_FACE,
            DAYTIME,
            1,
            "claim_type",
            "The agreement with Pat does not allow it: Non-face-to-face support.",
        ),
        (
            replace(TERMS, cancellation_percent=0),
            ClaimType.CANCELLATION,
            DAYTIME,
            1,
            "claim_type",
            "The agreement with Pat does not allow it: Short notice cancellation.",
        ),
    ],
)
def test_what_was_not_agreed_is_refused_by_name(terms, claim_type, number, cents, field, sentence):
    with pytest.raises(RuleBroken) as caught:
        check_terms(terms, claim_type, number, cents)
    assert (caught.value.field, caught.value.message) == (field, sentence)


FLAGS = {
    ClaimType.TRAVEL: "allows_travel",
    ClaimType.TRAVEL_COSTS: "allows_travel",
    ClaimType.NON_FACE_TO_FACE: "allows_non_face_to_face",
    ClaimType.NDIA_REPORT: "allows_ndia_reports",
    ClaimType.IRREGULAR_SIL: "allows_irregular_sil",
}


@pytest.mark.parametrize("claim_type", ClaimType)
def test_each_claim_type_asks_for_its_own_flag(claim_type):
    flag = FLAGS.get(claim_type)
    assert TERMS.allows(claim_type) is (flag is None)
    if flag:
        assert replace(TERMS, **{flag: True}).allows(claim_type)


@pytest.mark.parametrize(
    ("claim_type", "number", "more", "cents"),
    [
        (ClaimType.DIRECT, DAYTIME, {}, 65_00),
        (ClaimType.DIRECT, DAYTIME, {"people": 3}, 21_67),
        (ClaimType.TRAVEL, DAYTIME, {"is_therapy": True}, 32_50),
        (ClaimType.TRAVEL, DAYTIME, {}, 65_00),
        (ClaimType.TRAVEL_COSTS, DAYTIME, {}, None),
        (ClaimType.DIRECT, EVENING, {}, None),
        (ClaimType.DIRECT, OTHER, {}, None),
    ],
)
def test_what_shares_or_halves_a_limit_does_so_with_the_agreed_price(
    claim_type, number, more, cents
):
    assert agreed_cents(TERMS, claim_type, number, **more) == cents


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": date(2026, 6, 30)}, "ends_on"),
        ({"review_on": date(2026, 6, 30)}, "review_on"),
        ({"cancellation_percent": 101}, "cancellation_percent"),
        ({"cancellation_percent": -1}, "cancellation_percent"),
        ({"items": ()}, "items"),
        ({"items": (AgreedLine(DAYTIME), AgreedLine(DAYTIME, 1))}, "items"),
    ],
)
def test_an_agreement_that_makes_no_sense_is_refused(change, field):
    check_agreement(AGREEMENT)
    with pytest.raises(RuleBroken) as caught:
        check_agreement(replace(AGREEMENT, **change))
    assert caught.value.field == field


def test_nobody_signs_tomorrow_or_without_a_name():
    check_signing(FIRST, "Pat", FIRST)
    with pytest.raises(RuleBroken, match="has not come yet"):
        check_signing(LAST, "Pat", FIRST)
    with pytest.raises(RuleBroken, match="who signed"):
        check_signing(FIRST, "  ", FIRST)


@pytest.mark.parametrize("on", [date(2026, 6, 30), date(2027, 7, 1)])
def test_an_agreement_ends_inside_itself(on):
    check_ending(FIRST, FIRST, LAST)
    check_ending(LAST, FIRST, LAST)
    with pytest.raises(RuleBroken, match="between 1 Jul 2026 and 30 Jun 2027"):
        check_ending(on, FIRST, LAST)


def test_without_an_agreement_a_note_says_what_follows():
    assert no_agreement("Pat", FIRST) == (
        "Pat has no signed agreement on 1 Jul 2026: the service can be logged, but not yet claimed."
    )
