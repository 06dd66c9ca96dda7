"""The form of a payment that someone records by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from caddy.web.forms import Form, MoneyField


class PaymentForm(Form):
    """`today` and `sent_on` bound the day: money comes after its invoice, and not tomorrow."""

    today: date = date.max
    sent_on: date = date.min

    amount = MoneyField(
        "Amount",
        [InputRequired("Enter the amount that came.")],
        description="What came in. It may be less than is owed: the rest stays open.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    paid_on = DateField("Day of the payment", [InputRequired("Enter a date.")])
    reference = StringField(
        "Reference",
        [
            DataRequired("Enter the reference of the payment."),
            Length(max=200, message="That is too long."),
        ],
        description="From the bank statement or the remittance advice.",
        render_kw={"autocomplete": "off"},
    )

    def validate_amount(self, field: Any) -> None:
        if field.cents == 0:
            raise ValidationError("Enter an amount above zero.")

    def validate_paid_on(self, field: Any) -> None:
        if field.data is None:
            return  # no date at all, which is said already
        if field.data > self.today:
            raise ValidationError("This day is still to come.")
        if field.data < self.sent_on:
            raise ValidationError("The invoice was not sent yet on this day.")
