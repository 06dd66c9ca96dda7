"""The fields of a trip to a support, wherever one is entered: logged, finished or corrected."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import NumberRange, Optional, ValidationError

from caddy.domain.travel import MOST_PEOPLE, Travel
from caddy.web.forms import Form, MoneyField, WholeField

LARGEST_QUANTITY = Decimal(1_000_000)
LONGEST_TRIP = 24 * 60
NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL = {"inputmode": "decimal", "autocomplete": "off"}
PER_KILOMETRE = "0.99"
TRIP = "minutes_there minutes_back kilometres per_kilometre tolls travel_people".split()


def people(label: str) -> WholeField:
    between = f"Enter a number between 1 and {MOST_PEOPLE}."
    limits = [Optional(), NumberRange(1, MOST_PEOPLE, between)]
    return WholeField(label, limits, default=1, render_kw=NUMERIC)


def minutes(label: str) -> WholeField:
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


class TripFields(Form):
    """A form with a trip among what it asks for. Its fields come after the form's own."""

    minutes_there = minutes("Minutes there")
    minutes_back = minutes("Minutes back")
    kilometres = QuantityField("Kilometres", render_kw=DECIMAL)
    per_kilometre = MoneyField("Price of a kilometre", default=PER_KILOMETRE, render_kw=DECIMAL)
    tolls = MoneyField("Tolls and parking", render_kw=DECIMAL)
    travel_people = people("People who shared the trip")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in TRIP:
            self._fields[name] = self._fields.pop(name)

    @property
    def travel(self) -> Travel | None:
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
    def trip(self) -> list[Field]:
        """Return the fields of the trip in their order, for a form that is drawn otherwise."""
        return [self[name] for name in TRIP]

    @property
    def has_trip(self) -> bool:
        """Say whether anything of a trip was entered, or is wrong."""
        return self.has_any(TRIP)

    def has_any(self, names: Iterable[str]) -> bool:
        """Say whether one of some fields holds more than it begins with, or is wrong."""
        return any(
            self[name].errors or self[name].data not in (None, "", self[name].object_data)
            for name in names
        )
