"""The form of a service, and what it makes for the action."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional, Regexp

from caddy.actions.services import ServiceEntry
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.errors import RuleBroken
from caddy.web.forms import MoneyField, choices, signer
from caddy.web.trip_forms import QuantityField, TripFields, people

__all__ = ["EstimateForm", "QuantityField", "ServiceForm", "chosen_number"]

# Travel is entered beside the support it belongs to, not instead of it.
CHOSEN = [one for one in ClaimType if not one.is_travel]
NUMBERED = re.compile(r"\s*(\d{2}_\d{2,12}_\d{4}_\d_\d(?:_[A-Za-z0-9]+)*)\b")
LONGEST_CHOICE = 500  # a number with its name
CHOOSING = (
    "Type part of its name or number, then choose. A name without a number means the item for "
    "the day and the times."
)


class ServiceForm(TripFields):
    participant_id = HiddenField(
        "Participant", [InputRequired("Choose a participant.")], render_kw={"id": "participant_id"}
    )
    idempotency_key = HiddenField(validators=[Optional(), Regexp(r"^[0-9A-Za-z-]{8,64}$")])
    service_on = DateField("Date", [InputRequired("Enter the date.")])
    start_time = TimeField("Start", [InputRequired("Enter when it started.")])
    end_time = TimeField("End", [InputRequired("Enter when it ended.")])
    ends_next_day = BooleanField("It ended the next day")
    location_address = StringField(
        "Where",
        [Length(max=400, message="That is too long.")],
        description="The place, if it was not at home.",
        render_kw={"autocomplete": "off"},
    )
    item_number = StringField(
        "Support item",
        [
            InputRequired("Choose the support item."),
            Length(max=LONGEST_CHOICE, message="That is too long."),
        ],
        description=CHOOSING,
        render_kw={"autocomplete": "off", "list": "item-options"},
    )
    quantity = QuantityField(
        "Quantity",
        description="Only for items that are not sold by the hour. 1 unless you say otherwise.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    unit_price = MoneyField(
        "Price of one unit",
        description="Only where you agreed on less than the limit, or for a quoted item.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    claim_type = SelectField(
        "What is claimed",
        choices=choices(*((one.value, one.label) for one in CHOSEN)),
        default=ClaimType.DIRECT.value,
    )
    people = people("People who shared the worker")
    notified_at = DateTimeLocalField(
        "When it was cancelled", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )
    cancellation_reason = SelectField(
        "Why it was cancelled",
        choices=choices(
            ("", "Not cancelled"), *((one.value, one.label) for one in CancellationReason)
        ),
        default="",
    )
    notes = TextAreaField(
        "Notes",
        [
            InputRequired("Write a line about what you did together."),
            Length(max=10_000, message="That is too long."),
        ],
        description="What you did together, and anything the next worker should know.",
    )
    signed_by = signer()

    def entry(self, participant_id: UUID) -> ServiceEntry:
        fields = self._fields
        return ServiceEntry(
            participant_id=participant_id,
            service_on=self.service_on.data,
            start_time=self.start_time.data,
            end_time=self.end_time.data,
            ends_next_day=bool(self.ends_next_day.data),
            item_number=chosen_number(self.item_number.data or ""),
            notes=fields["notes"].data if "notes" in fields else "",
            quantity_milli=self.quantity.milli,
            unit_price_cents=self.unit_price.cents,
            idempotency_key=fields["idempotency_key"].data or None
            if "idempotency_key" in fields
            else None,
            claim_type=ClaimType(self.claim_type.data),
            people=self.people.data or 1,
            notified_at=self.notified_at.data,
            cancellation_reason=CancellationReason(self.cancellation_reason.data)
            if self.cancellation_reason.data
            else None,
            travel=self.travel,
            signed_by=self.signed_by.data,
            location_address=self.location_address.data or None,
        )

    @property
    def has_more(self) -> bool:
        """Say whether anything beyond a plain support was entered, or is wrong."""
        return self.has_trip or self.has_any(MORE)


MORE = "claim_type people notified_at cancellation_reason quantity unit_price".split()


class EstimateForm(ServiceForm):
    """The same form while it is being filled in: notes are not sent, nothing is stored."""

    class Meta(ServiceForm.Meta):
        csrf = False

    notes = None
    idempotency_key = None


def chosen_number(typed: str) -> str:
    """Return the item number in what was typed or chosen, such as `01_011_0107_1_1 Assist…`."""
    found = NUMBERED.match(typed)
    return found[1].upper() if found else typed.strip()


def is_family(typed: str | None) -> bool:
    """Say whether a name was typed or chosen without a number: the times choose the item."""
    return not NUMBERED.match(typed or "")


def refused(error: RuleBroken) -> dict[str, Any]:
    """Return what an estimate shows of a refusal: why, and what to choose from where it asks."""
    details = error.details if isinstance(error.details, dict) else {}
    choices_asked = details.get("choices", [])
    return {
        "refusal": details["why"] if choices_asked else error.message,
        "item_choices": choices_asked,
    }
