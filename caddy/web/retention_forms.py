"""The forms of retention: how long, why a hold, and the number that confirms an erasure."""

from __future__ import annotations

from uuid import UUID

from flask import request
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from caddy.domain.errors import RuleBroken
from caddy.domain.retention import DEFAULT_YEARS, LONGEST_YEARS
from caddy.web.forms import Form, WholeField


class YearsForm(Form):
    years = WholeField(
        "Years after the last service",
        [InputRequired("Enter a number of years.")],
        description=f"From {DEFAULT_YEARS} to {LONGEST_YEARS}.",
        render_kw={"inputmode": "numeric"},
    )


class StaffYearsForm(Form):
    staff_years = WholeField(
        "Years after they were last here",
        [InputRequired("Enter a number of years.")],
        description=f"From {DEFAULT_YEARS} to {LONGEST_YEARS}.",
        render_kw={"inputmode": "numeric"},
    )

    def refuse(self, error: RuleBroken) -> None:
        """Put the refusal of a number of years beside this form's own field."""
        field = "staff_years" if error.field == "years" else error.field
        super().refuse(RuleBroken(field, error.code, error.message))


class HoldForm(Form):
    hold_reason = TextAreaField(
        "Why must the records be kept?",
        [
            InputRequired("Say why the records must be kept."),
            Length(max=1000, message="That is too long."),
        ],
        description="A court case, an investigation, a complaint.",
        render_kw={"rows": "2"},
    )


class ErasureForm(Form):
    confirmed = WholeField(
        "How many will be erased",
        [InputRequired("Type the number to confirm.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )

    @staticmethod
    def chosen(name: str) -> list[UUID]:
        """Return the people whom the page named; what is no id is nobody's."""
        found = []
        for text in request.form.getlist(name):
            try:
                found.append(UUID(text))
            except ValueError:
                continue
        return found
