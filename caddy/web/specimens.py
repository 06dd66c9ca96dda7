"""Made-up people, forms and figures for the styleguide: nothing here is of anybody."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from caddy.domain.budgets import Light, Pace
from caddy.domain.burn_down import Change, burn_down
from caddy.domain.claims import ClaimStatus
from caddy.domain.months import month_of
from caddy.queries.finance import Week
from caddy.web.bar_charts import SERIES, weeks_svg
from caddy.web.charts import burn_down_svg, sparkline_svg
from caddy.web.conflicts import Conflicting, Difference
from caddy.web.forms import Form, MoneyField, choices
from caddy.web.palette import Option, Section
from caddy.web.participant_choice import ParticipantField

WEEKS = 8
PERIOD_DAYS = 91
ALLOCATED, A_DAY = 9_000_00, 118_00  # cents
PERIODS_GONE = 60  # days
PALETTE = (
    Section("Do", [Option("Add a participant", "#pressed", "plus")]),
    Section(
        "Participants",
        [
            Option("Ada Example", "#pressed", "users", "430 000 001"),
            Option("Adam Sample", "#pressed", "users", "430 000 003"),
        ],
    ),
)


class StyleForm(Form):
    """One field of each kind, as the styleguide shows them."""

    name = StringField("First name", [InputRequired()], description="As they like to be called.")
    amount = MoneyField("Amount", [InputRequired()])
    category = SelectField(
        "Support category", [Optional()], choices=choices(("1", "Core"), ("2", "Capacity building"))
    )
    day = DateField("Day", [InputRequired()])
    notes = TextAreaField("Notes", [Optional()])
    is_agreed = BooleanField("They agreed to it")
    way = RadioField("How", choices=choices(("face", "Face to face"), ("phone", "By phone")))
    whom = ParticipantField("Participant")
    file = FileField("File", description="PDF or a picture, up to 20 MB.")


def of(today: date) -> dict[str, Any]:
    """Return what the styleguide shows, as of a day."""
    return {
        "today": today,
        "month": month_of(today),
        "week": {today - timedelta(days=today.weekday() - day) for day in range(7)},
        "at": datetime.combine(today, time(14, 30)),
        "lights": list(Light),
        "paces": [(Pace.OVER, 1_200), (Pace.EVEN, 0), (Pace.UNDER, -900)],
        "statuses": list(ClaimStatus),
        "form": _plain(),
        "wrong": _wrong(),
        "conflict": _conflict(),
        "spark": sparkline_svg([62, 64, 61, 70, 78, 84], "The score over six months"),
        "ages": (3_200_00, 1_150_00, 480_00, 260_00),
        "series_names": SERIES,
        "palette_sections": PALETTE,
        **_charts(today),
    }


def _plain() -> Any:
    form: Any = StyleForm(formdata=None, prefix="plain", data={"name": "Ada", "way": "face"})
    form.whom.choices = choices(("1", "Ada Example, 430 000 001"), ("2", "Bo Example, 430 000 002"))
    return form


def _wrong() -> Any:
    """Return a form as it comes back: what was typed is there, and what is wrong with it."""
    form: Any = StyleForm(formdata=None, prefix="wrong", data={"name": ""})
    form.name.errors = ["Enter a first name."]
    form.amount.data = "twelve"
    form.amount.errors = ["Enter an amount in dollars, such as 1,250.00."]
    return form


def _conflict() -> Conflicting:
    return Conflicting(
        "Bo Example changed the phone number at 2:30 pm.",
        (Difference("Phone", "0400 000 001", "0400 000 002"),),
        "#conflict",
    )


def _charts(today: date) -> dict[str, Any]:
    starts_on = today - timedelta(days=PERIODS_GONE)
    series = burn_down(
        [Change(starts_on, ALLOCATED)],
        {starts_on + timedelta(days=number): A_DAY for number in range(PERIODS_GONE)},
        {},
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=PERIOD_DAYS),
        today=today,
    )
    begun = today - timedelta(weeks=WEEKS)
    weeks = [
        Week(begun + timedelta(weeks=number), 400_00 + number * 60_00, 380_00, 300_00, 40_00)
        for number in range(WEEKS)
    ]
    return {
        "series": series,
        "burn_down_chart": burn_down_svg(series, "What is left of a budget, day by day"),
        "weeks": weeks,
        "weeks_chart": weeks_svg(weeks, "Eight weeks of claims"),
    }
