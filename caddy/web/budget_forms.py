"""The forms of a budget's page: adjusting it, its own thresholds, and what it could carry."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from wtforms import DateField, IntegerField, StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    ValidationError,
)

from caddy.actions.budget_thresholds import Thresholds
from caddy.actions.budgets import Adjustment
from caddy.web.forms import Form, MoneyField, SignedMoneyField

TOO_LONG = "That is too long."
MOST_A_WEEK = Decimal(10_000)
CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")


class AdjustmentForm(Form):
    amount = SignedMoneyField(
        "Amount",
        [InputRequired("Enter an amount, above or below zero.")],
        description="More money as 250.00, less as -250.00.",
        render_kw={"autocomplete": "off"},
    )
    effective_on = DateField(
        "From", [InputRequired("Enter a date.")], description="The day from which it holds."
    )
    reason = StringField(
        "Reason",
        [DataRequired("Say why, for the record."), Length(max=400, message=TOO_LONG)],
        description="Such as: plan reassessed on 3 Nov 2026, letter in the file.",
    )

    def adjustment(self) -> Adjustment:
        return Adjustment(self.amount.cents or 0, self.effective_on.data, self.reason.data)


class BudgetThresholdsForm(Form):
    amber_percent = IntegerField(
        "Amber above (percent used)",
        [Optional(), NumberRange(1, 99, "Between 1 and 99.")],
        description="Empty: as for all of the organization.",
    )
    red_percent = IntegerField(
        "Red above (percent used)", [Optional(), NumberRange(2, 100, "Between 2 and 100.")]
    )
    warning_percent = IntegerField(
        "Warn when above (percent used)",
        [InputRequired("Enter a percentage."), NumberRange(1, 99, "Between 1 and 99.")],
    )
    critical_percent = IntegerField(
        "Critical alert when above (percent used)",
        [InputRequired("Enter a percentage."), NumberRange(2, 100, "Between 2 and 100.")],
    )

    def thresholds(self) -> Thresholds:
        return Thresholds(
            self.amber_percent.data,
            self.red_percent.data,
            self.warning_percent.data,
            self.critical_percent.data,
        )


class WeeklyField(StringField):
    """Hours a week as `6.5` or `6:30`, or a number of units; `amount` once it is validated."""

    amount: Decimal | None = None

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' own signature
        self.amount = None
        if not self.data:
            return
        clock = CLOCK.fullmatch(self.data)
        try:
            amount = (
                Decimal(clock[1]) + Decimal(clock[2]) / 60
                if clock
                else Decimal(self.data.replace(",", ""))
            )
        except InvalidOperation:
            raise ValidationError("Enter a number, such as 6.5 or 6:30.") from None
        if not amount.is_finite() or not 0 < amount <= MOST_A_WEEK:
            raise ValidationError("Enter a number above zero, up to 10,000.")
        self.amount = amount

    @property
    def minutes(self) -> int:
        whole = ((self.amount or Decimal(0)) * 60).quantize(Decimal(1), ROUND_HALF_UP)
        return max(1, int(whole))

    @property
    def units(self) -> int:
        if self.amount is None or self.amount != int(self.amount):
            raise ValidationError("This item is sold by the unit: enter a whole number.")
        return int(self.amount)


class WhatIfForm(Form):
    """Asked by GET: it stores nothing, so that an answer has an address of its own."""

    class Meta(Form.Meta):
        csrf = False

    item = StringField(
        "Support item",
        [InputRequired("Choose a support item."), Length(max=400, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "list": "what-if-items"},
    )
    a_week = WeeklyField(
        "Hours a week",
        description="Such as 6.5 or 6:30; units a week where the item is not sold by the hour.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    price = MoneyField(
        "Price of one hour or unit",
        description="Where it is not the price limit.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
