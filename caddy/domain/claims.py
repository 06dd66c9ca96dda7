"""Claims: their states and what leads to them, their numbers, why a service is held back."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from caddy.domain.money import divide_half_up
from caddy.domain.services import ServiceStatus


class ClaimStatus(StrEnum):
    """`withdrawn` is a draft that was given up: its number stays, its services are free."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PAID = "paid"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class LineStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    PAID = "paid"
    PART_PAID = "part_paid"
    REJECTED = "rejected"
    CREDITED = "credited"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class FileKind(StrEnum):
    BULK_CSV = "bulk_csv"
    INVOICE_PDF = "invoice_pdf"
    INVOICE_CSV = "invoice_csv"


class GstCode(StrEnum):
    """The bulk file's GST codes; nearly all supports are free of it."""

    TAXABLE = "P1"
    FREE = "P2"
    OUT_OF_SCOPE = "P5"

    @property
    def label(self) -> str:
        return {"P1": "GST", "P2": "GST free", "P5": "Out of scope"}[self.value]


GST_SHARE = 11  # GST is inside: an eleventh of a taxable amount


def gst_inside(cents: int, code: GstCode) -> int:
    """Return the GST inside an amount in cents, rounded half up; none where it is not taxable.

    >>> gst_inside(110_05, GstCode.TAXABLE), gst_inside(110_05, GstCode.FREE)
    (1000, 0)
    """
    return divide_half_up(cents, GST_SHARE) if code is GstCode.TAXABLE else 0


SENT = frozenset(
    {ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED, ClaimStatus.REJECTED, ClaimStatus.PAID}
)
# Lines from which money may still come, and those that no longer hold their services.
OPEN_LINES = frozenset({LineStatus.PENDING, LineStatus.ACCEPTED, LineStatus.PART_PAID})
CLOSED_LINES = frozenset({LineStatus.REJECTED, LineStatus.CREDITED})


def claim_number(number: int) -> str:
    """Return a claim's number as it is shown.

    >>> claim_number(123)
    'C-000123'
    """
    return f"C-{number:06}"


def line_reference(number: int, position: int) -> str:
    """Return what a line is answered by: unique, letters, digits and `-`, at most 50 long.

    >>> line_reference(123, 7)
    'C-000123-0007'
    """
    return f"{claim_number(number)}-{position:04}"


def claim_status(lines: Iterable[LineStatus]) -> ClaimStatus:
    """Return where a claim that was sent stands, by its lines.

    It is paid when every line that was not rejected or credited is, rejected when none is
    left, accepted once each line has its answer.

    >>> claim_status([LineStatus.PAID, LineStatus.REJECTED]).value
    'paid'
    """
    states = set(lines)
    if states and states <= CLOSED_LINES:
        return ClaimStatus.REJECTED
    if LineStatus.PENDING in states:
        return ClaimStatus.SUBMITTED
    if states - CLOSED_LINES == {LineStatus.PAID}:
        return ClaimStatus.PAID
    return ClaimStatus.ACCEPTED


def paid_status(total_cents: int, paid_cents: int) -> LineStatus:
    """Return the state of a line for which an amount came; a short payment stays open."""
    if paid_cents >= total_cents:
        return LineStatus.PAID
    return LineStatus.PART_PAID if paid_cents > 0 else LineStatus.ACCEPTED


def freed_status(fee_percent: int | None) -> ServiceStatus:
    """Return the state of a service that no claim holds any more: what it was before."""
    return ServiceStatus.COMPLETED if fee_percent is None else ServiceStatus.CANCELLED


class HoldBack(StrEnum):
    """Why a service is not claimed yet."""

    NO_AGREEMENT = "no_agreement"
    NOT_AGREED = "not_agreed"
    OVER_LIMIT = "over_limit"
    OUTSIDE_PLAN = "outside_plan"
    MISSING_NOTES = "missing_notes"
    MISSING_SIGNATURE = "missing_signature"
    NDIS_NUMBER_INVALID = "ndis_number_invalid"
    ABN_INVALID = "abn_invalid"
    REGISTRATION_INVALID = "registration_invalid"
    TOO_OLD = "too_old"
    DUPLICATE = "duplicate"
    NOT_EXACT = "not_exact"

    @property
    def sentence(self) -> str:
        return {
            "no_agreement": "No signed service agreement covers this day.",
            "not_agreed": "The service agreement does not include this item or way of claiming.",
            "over_limit": "The unit price is over the price limit, or over what was agreed.",
            "outside_plan": "The participant has no plan on this day.",
            "missing_notes": "The service has no notes.",
            "missing_signature": "Nobody confirmed the service by name, which your organization "
            "requires.",
            "ndis_number_invalid": "The participant's NDIS number is not valid.",
            "abn_invalid": "The organization's ABN is missing or does not add up.",
            "registration_invalid": "The organization's NDIS registration number is missing "
            "or is not a number.",
            "too_old": "The service is older than two years, the time within which it "
            "can be claimed.",
            "duplicate": "It looks the same as another service of this participant.",
            "not_exact": "Its amount cannot be written as a unit price times hours or units.",
        }[self.value]

    @property
    def is_fixable(self) -> bool:
        return self is not HoldBack.TOO_OLD

    @property
    def fixed_at(self) -> str | None:
        """Return the kind of form that mends it: agreement, plan, service, … or None."""
        return {
            "no_agreement": "agreement",
            "not_agreed": "agreement",
            "outside_plan": "plan",
            "ndis_number_invalid": "participant",
            "abn_invalid": "organization",
            "registration_invalid": "organization",
            "too_old": None,
        }.get(self.value, "service")
