"""The form of a service, and what it makes for the action."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from caddy.actions.services import ServiceEntry
from caddy.web.forms import Form, MoneyField

LARGEST_QUANTITY = Decimal(1_000_000)


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
    notes = TextAreaField(
        "Notes",
        [
            InputRequired("Write a line about what you did together."),
            Length(max=10_000, message="That is too long."),
        ],
        description="What you did together, and anything the next worker should know.",
    )

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
        )


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
