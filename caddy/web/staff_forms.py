"""The forms of a person's page: what they hold, when they can be rostered, when they are away."""

from __future__ import annotations

from typing import Any

from wtforms import DateField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import WEEKDAYS, Leave, QualificationEntry, Window
from caddy.web.forms import Form, choices

TOO_LONG = "That is too long."
WANTED_DATE = "Enter a date."
WANTED_TIME = "Enter a time."


class QualificationForm(Form):
    kind = SelectField(
        "Qualification",
        [InputRequired("Choose a qualification.")],
        choices=choices(
            ("", "Choose a qualification"),
            *((kind.value, kind.label) for kind in QualificationKind),
        ),
    )
    number = StringField("Number", [Length(max=40, message=TOO_LONG)])
    issued_on = DateField("Issued", [Optional()])
    expires_on = DateField(
        "Valid to",
        [Optional()],
        description="May be left out where the scheme sets it: a worker screening lasts five "
        "years, the orientation module does not end.",
    )

    def entry(self) -> QualificationEntry:
        return QualificationEntry(
            QualificationKind(self.kind.data),
            self.number.data or None,
            self.issued_on.data,
            self.expires_on.data,
        )


class AvailabilityForm(Form):
    weekday = SelectMultipleField(
        "Days",
        [InputRequired("Choose at least one day.")],
        choices=choices(*((str(number), name) for number, name in enumerate(WEEKDAYS))),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    start_time = TimeField("From", [InputRequired(WANTED_TIME)])
    end_time = TimeField("To", [InputRequired(WANTED_TIME)])

    def windows(self) -> list[Window]:
        days: Any = self.weekday.data
        return [
            Window(number, self.start_time.data, self.end_time.data)
            for number in sorted({int(day) for day in days})
        ]


class LeaveForm(Form):
    starts_on = DateField("First day away", [InputRequired(WANTED_DATE)])
    ends_on = DateField("Last day away", [InputRequired(WANTED_DATE)])
    reason = StringField(
        "Reason",
        [Length(max=200, message=TOO_LONG)],
        description="Such as annual leave. Leave health out of it.",
    )

    def leave(self) -> Leave:
        return Leave(self.starts_on.data, self.ends_on.data, self.reason.data or None)
