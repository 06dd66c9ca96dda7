"""The forms of claims: which days and whom, and what is credited and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import request
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from caddy.domain.participants import PlanManagement
from caddy.domain.words import say_day
from caddy.queries.claim_candidates import ClaimWanted
from caddy.web import arguments
from caddy.web.forms import Form

FORTNIGHT = 14
LONGEST = 366  # days of one claim
WANTED_DATE = "Enter a date."


@dataclass(frozen=True, slots=True)
class Period:
    """Days to claim, the first and the last, under the words that choose them."""

    first: date
    last: date
    label: str = ""


def quick_periods(today: date) -> list[Period]:
    """Return what is claimed most often: whole days that are over, up to yesterday."""
    yesterday = today - timedelta(days=1)
    last = today.replace(day=1) - timedelta(days=1)
    this = today.replace(day=1)
    return [
        Period(today - timedelta(days=FORTNIGHT), yesterday, "Last fortnight"),
        Period(last.replace(day=1), last, f"{last:%B}"),
        Period(min(this, yesterday), yesterday, f"Since {say_day(min(this, yesterday))}"),
    ]


def management_of(whom: str) -> PlanManagement | None:
    try:
        return PlanManagement(whom)
    except ValueError:
        return None


def participant_of(whom: str) -> UUID | None:
    try:
        return UUID(whom)
    except ValueError:
        return None


def wanted_of(first: date, last: date, whom: str) -> ClaimWanted:
    """Return what to claim; `whom` is a management, a participant's id, or nothing for all."""
    participant_id = participant_of(whom)
    return ClaimWanted(
        first,
        last,
        participant_ids=(participant_id,) if participant_id else None,
        management=management_of(whom),
    )


def asked_for(today: date) -> tuple[Period, str]:
    """Return the days and whom an address asks for: the last fortnight of all where it does not."""
    usual = quick_periods(today)[0]
    first, last = arguments.day("from_on") or usual.first, arguments.day("to_on") or usual.last
    if not first <= last <= first + timedelta(days=LONGEST):
        first, last = usual.first, usual.last
    return Period(first, last), arguments.text("whom")


class ClaimForm(Form):
    from_on = DateField("From", [InputRequired(WANTED_DATE)])
    to_on = DateField("To", [InputRequired(WANTED_DATE)])
    whom = HiddenField("Whom", [Length(max=100)])

    def validate_to_on(self, field: DateField) -> None:
        first, last = self.from_on.data, field.data
        if first and last and last < first:
            raise ValidationError("The period ends before it begins.")
        if first and last and (last - first).days > LONGEST:
            raise ValidationError("Choose at most a year at once.")

    def wanted(self) -> ClaimWanted:
        return wanted_of(self.from_on.data, self.to_on.data, self.whom.data or "")


class CreditForm(Form):
    reason = StringField(
        "Why",
        [
            InputRequired("Say why these lines are credited."),
            Length(max=1000, message="That is too long."),
        ],
        description="Kept with the claim, for whoever looks at it later.",
    )

    @property
    def is_reclaimed(self) -> bool:
        """Say whether the button was pressed that claims the same services again."""
        return "reclaim" in request.form

    @property
    def line_ids(self) -> list[UUID]:
        """Return the lines that were ticked; what is no id counts as one that is not there."""
        return [participant_of(one) or UUID(int=0) for one in request.form.getlist("line")]
