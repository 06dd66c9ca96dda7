"""What an agreement must be before it is kept, and what it refuses once it is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from caddy.domain.claim_types import ALL, ClaimType, group_limit, travel_price
from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars
from caddy.domain.registers import Stands, Tone, by_day
from caddy.domain.staff import SOON
from caddy.domain.words import say_date

NO_AGREEMENT = (
    "{name} has no signed agreement on {day}: the service can be logged, but not yet claimed."
)


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """An item that is agreed; without a price the price limit of the day is agreed."""

    item_number: str
    unit_price_cents: int | None = None


@dataclass(frozen=True, slots=True)
class NewAgreement:
    """An agreement as it is entered, with its items."""

    starts_on: date
    ends_on: date
    items: tuple[AgreedLine, ...]
    review_on: date | None = None
    allows_travel: bool = False
    allows_non_face_to_face: bool = False
    allows_ndia_reports: bool = False
    allows_irregular_sil: bool = False
    cancellation_percent: int = ALL
    terms: str | None = None


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """What holds between a participant and the provider on a day.

    `prices_cents` maps an item's number to its agreed price, or to None where the limit of the
    day is agreed.
    """

    agreement_id: UUID
    name: str
    prices_cents: Mapping[str, int | None]
    allows_travel: bool = False
    allows_non_face_to_face: bool = False
    allows_ndia_reports: bool = False
    allows_irregular_sil: bool = False
    cancellation_percent: int = ALL

    def allows(self, claim_type: ClaimType) -> bool:
        """Say whether the agreement lets something be claimed; the support itself it always does.

        A cancellation is allowed where some part of its fee is agreed.
        """
        return {
            ClaimType.TRAVEL: self.allows_travel,
            ClaimType.TRAVEL_COSTS: self.allows_travel,
            ClaimType.NON_FACE_TO_FACE: self.allows_non_face_to_face,
            ClaimType.NDIA_REPORT: self.allows_ndia_reports,
            ClaimType.IRREGULAR_SIL: self.allows_irregular_sil,
            ClaimType.CANCELLATION: self.cancellation_percent > 0,
        }.get(claim_type, True)


def check_agreement(agreement: NewAgreement) -> None:
    """Refuse an agreement whose dates, share or items make no sense."""
    if agreement.ends_on < agreement.starts_on:
        raise RuleBroken("ends_on", "period", "The agreement ends before it starts.")
    if agreement.review_on is not None and agreement.review_on < agreement.starts_on:
        raise RuleBroken("review_on", "review", "The review is before the agreement starts.")
    if not 0 <= agreement.cancellation_percent <= ALL:
        raise RuleBroken(
            "cancellation_percent",
            "cancellation_percent",
            "A cancellation fee is 0 % to 100 % of the agreed price.",
        )
    if not agreement.items:
        raise RuleBroken("items", "no_items", "Enter at least one item that is agreed.")
    numbers = [line.item_number for line in agreement.items]
    for row, number in enumerate(numbers):
        if number in numbers[:row]:
            raise RuleBroken(
                "items",
                "item_twice",
                f"{number} is entered twice.",
                {"row": row, "column": "item_number"},
            )


def check_signing(signed_on: date, signed_by: str, today: date) -> None:
    if signed_on > today:
        raise RuleBroken("signed_on", "signed_in_future", "This day has not come yet.")
    if not signed_by.strip():
        raise RuleBroken("signed_by", "nobody_signed", "Say who signed the agreement.")


def check_ending(on: date, starts_on: date, ends_on: date) -> None:
    """Refuse a last day outside the agreement: an end can be brought forward, never put off."""
    if not starts_on <= on <= ends_on:
        raise RuleBroken(
            "on",
            "end_outside",
            f"The last day is between {say_date(starts_on)} and {say_date(ends_on)}.",
        )


def stands(
    status: str, signed_on: date | None, ends_on: date, review_on: date | None, today: date
) -> Stands:
    """Return how an agreement stands in the register; the last 60 days are soon.

    >>> stands("draft", None, date(2027, 6, 30), None, date(2026, 11, 21)).label
    'Not signed yet'
    """
    if status == "ended" or ends_on < today:
        return Stands("Ended", Tone.UNKNOWN)
    if signed_on is None or status == "draft":
        return Stands("Not signed yet", Tone.SOON)
    if review_on is not None and review_on < today:
        return Stands("Review overdue", Tone.BAD)
    if ends_on - today < SOON:
        return Stands("Ends within 60 days", Tone.SOON)
    return by_day(review_on, today)


def overlap(starts_on: date, ends_on: date) -> RuleBroken:
    """Return the refusal of a second signed agreement for the same days."""
    return RuleBroken(
        None,
        "agreements_overlap",
        f"Another signed agreement holds from {say_date(starts_on)} to {say_date(ends_on)}. "
        "End it first, or change the dates of this one.",
    )


def agreed_cents(
    terms: AgreedTerms,
    claim_type: ClaimType,
    item_number: str,
    *,
    people: int = 1,
    is_therapy: bool = False,
) -> int | None:
    """Return the price of one unit that is agreed for one participant, in cents.

    None where the limit of the day is agreed. What halves or shares a limit halves or shares
    the agreed price as well: travel to therapy, and a group.
    """
    cents = terms.prices_cents.get(item_number)
    if cents is None or claim_type is ClaimType.TRAVEL_COSTS:
        return None
    if claim_type is ClaimType.TRAVEL:
        cents = travel_price(cents, is_therapy)
    return group_limit(cents, people)


def check_terms(
    terms: AgreedTerms,
    claim_type: ClaimType,
    item_number: str,
    unit_price_cents: int,
    *,
    people: int = 1,
    is_therapy: bool = False,
) -> None:
    """Refuse what the agreement of the day does not hold: an item, a claim type, a price.

    Kilometres and tolls are agreed with the item they belong to: give that item's number.
    """
    if item_number not in terms.prices_cents:
        raise RuleBroken(
            "item_number",
            "item_not_agreed",
            f"{item_number} is not among the items agreed with {terms.name}.",
            {"agreement_id": str(terms.agreement_id)},
        )
    if not terms.allows(claim_type):
        raise RuleBroken(
            "claim_type",
            "claim_type_not_agreed",
            f"The agreement with {terms.name} does not allow it: {claim_type.label}.",
            {"claim_type": claim_type.value},
        )
    agreed = agreed_cents(terms, claim_type, item_number, people=people, is_therapy=is_therapy)
    if agreed is not None and unit_price_cents > agreed:
        raise RuleBroken(
            "unit_price",
            "over_agreed_price",
            f"{dollars(unit_price_cents)} is above the {dollars(agreed)} agreed with "
            f"{terms.name} for this item.",
            {"entered_cents": unit_price_cents, "agreed_cents": agreed},
        )


def no_agreement(name: str, day: date) -> str:
    """Return the note beside an estimate where nothing was agreed for the day."""
    return NO_AGREEMENT.format(name=name, day=say_date(day))
