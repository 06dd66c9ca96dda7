"""The form of a service, and what it makes for the action."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
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
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from caddy.actions.services import ServiceEntry
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.travel import MOST_PEOPLE, Travel
from caddy.web.forms import Form, MoneyField, WholeField, choices, signer

LARGEST_QUANTITY = Decimal(1_000_000)
LONGEST_TRIP = 24 * 60
# Travel is entered beside the support it belongs to, not instead of it.
CHOSEN = [one for one in ClaimType if one not in {ClaimType.TRAVEL, ClaimType.TRAVEL_COSTS}]
NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}
PER_KILOMETRE = "0.99"


def _people(label: str) -> WholeField:
    between = f"Enter a number between 1 and {MOST_PEOPLE}."
    limits = [Optional(), NumberRange(1, MOST_PEOPLE, between)]
    return WholeField(label, limits, default=1, render_kw=NUMERIC)


def _minutes(label: str) -> WholeField:
    limits = [Optional(), NumberRange(0, LONGEST_TRIP, "Enter the minutes of one way.")]
    return WholeField(label, limits, render_kw=NUMERIC)


class QuantityField(StringField):
    """A number of units as typed; `milli` is thousandths of one, once it is validated."""

    milli: int | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' own signature
        self.milli = None
        if not self.data:
            return
        try:
            amount = Decimal(self.data.replace(",", ""))
        except InvalidOperation:
            raise ValidationError("Enter a number, such as 1 or 21.5.") from None
        if not amount.is_finite() or not 0 < amount <= LARGEST_QUANTITY:
            raise ValidationError("Enter a number above zero.")
        if amount != round(amount, 3):
            raise ValidationError("Enter three decimals at the most.")
        self.milli = int(amount * 1000)


class ServiceForm(Form):
    participant_id = HiddenField(
        "Participant", [InputRequired("Choose a participant.")], render_kw={"id": "participant_id"}
    )
    idempotency_key = HiddenField(validators=[Optional(), Regexp(r"^[0-9A-Za-z-]{8,64}$")])
    service_on = DateField("Date", [InputRequired("Enter the date.")])
    start_time = TimeField("Start", [InputRequired("Enter when it started.")])
    end_time = TimeField("End", [InputRequired("Enter when it ended.")])
    ends_next_day = BooleanField("It ended the next day")
    item_number = StringField(
        "Support item",
        [InputRequired("Choose the support item."), Length(max=40, message="That is too long.")],
        description="Type part of its name or number, then choose.",
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
    people = _people("People who shared the worker")
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
    minutes_there = _minutes("Minutes there")
    minutes_back = _minutes("Minutes back")
    kilometres = QuantityField("Kilometres", render_kw=DECIMAL)
    per_kilometre = MoneyField("Price of a kilometre", default=PER_KILOMETRE, render_kw=DECIMAL)
    tolls = MoneyField("Tolls and parking", render_kw=DECIMAL)
    travel_people = _people("People who shared the trip")
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
            travel=self._travel(),
            signed_by=self.signed_by.data,
        )

    def _travel(self) -> Travel | None:
        """Return the trip, or None where nothing of one was entered."""
        travel = Travel(
            minutes_there=self.minutes_there.data or 0,
            minutes_back=self.minutes_back.data or 0,
            kilometres_milli=self.kilometres.milli or 0,
            cents_per_kilometre=self.per_kilometre.cents or 0,
            tolls_cents=self.tolls.cents or 0,
            people=self.travel_people.data or 1,
        )
        return None if travel.is_nothing else travel

    @property
    def has_more(self) -> bool:
        """Say whether anything beyond a plain support was entered, or is wrong."""
        return any(
            self[name].errors or self[name].data not in (None, "", self[name].default)
            for name in MORE
        )


MORE = (
    "claim_type people notified_at cancellation_reason minutes_there minutes_back kilometres "
    "per_kilometre tolls travel_people quantity unit_price"
).split()


class EstimateForm(ServiceForm):
    """The same form while it is being filled in: notes are not sent, nothing is stored."""

    class Meta(ServiceForm.Meta):
        csrf = False

    notes = None
    idempotency_key = None


def chosen_number(typed: str) -> str:
    """Return the item number in what was typed or chosen, such as `01_011_0107_1_1 Assist…`."""
    found = re.match(r"\s*(\d{2}_\d{2,12}_\d{4}_\d_\d(?:_[A-Za-z0-9]+)*)\b", typed)
    return found[1].upper() if found else typed.strip()
