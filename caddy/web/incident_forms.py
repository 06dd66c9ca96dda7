"""The forms of incidents: a short one for a car park, and those of what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms import BooleanField, DateField, HiddenField, SelectField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from caddy import clock
from caddy.domain.incidents import IncidentKind, NewIncident, Severity
from caddy.web.forms import Form
from caddy.web.participant_choice import ParticipantField
from caddy.web.register_forms import WANTED_DATE, as_id, day, instant, line, story, word

WANTED_TIME = "Enter a time."
REPORTABLE = "The NDIS Commission must be told"
OTHERS = "For our own register"


def _kinds() -> list[SelectChoice]:
    """Return the kinds, those that are not reportable first: they are what happens most."""
    offered = [SelectChoice("", "Choose")]
    for is_reportable, group in ((False, OTHERS), (True, REPORTABLE)):
        offered += [
            SelectChoice(kind.value, kind.label, optgroup=group)
            for kind in IncidentKind
            if kind.is_reportable is is_reportable
        ]
    return offered


class IncidentForm(Form):
    version = HiddenField()
    service_id = HiddenField()
    key = HiddenField()
    participant_id = ParticipantField("Who was it about?", "No participant")
    kind = SelectField(
        "What kind of incident?", [InputRequired("Choose what happened.")], choices=_kinds()
    )
    severity = word("How serious was it?", Severity)
    is_harmed = BooleanField("Someone was hurt, or could have been")
    happened_on = day("Day")
    happened_time = TimeField("Time", [InputRequired(WANTED_TIME)])
    what_happened = story(
        "What happened?",
        "Say what happened.",
        description="What you saw and heard, in order. Short is fine: you can be asked for more.",
    )
    immediate_action = story("What did you do about it?")
    place = line("Where?")
    people_involved = story("Who else was there, or saw it?")
    aware_on = DateField("Day we knew of it", [Optional()])
    aware_time = TimeField("Time we knew of it", [Optional()])

    def offer(self, seen_by: UUID | None, named: UUID | None = None) -> None:
        """Fill the choice of participants, with whoever is named already."""
        self.participant_id.offer(seen_by, named)

    @property
    def has_more(self) -> bool:
        """Say whether the folded part holds something that is wrong or was typed."""
        more: Any = (self.place, self.people_involved, self.aware_on, self.aware_time)
        return any(field.errors or field.data for field in more)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the other half of when we knew: the clock is counted from it."""
        is_valid: bool = super().validate(extra_validators)
        for given, wanted, said in (
            (self.aware_on, self.aware_time, WANTED_TIME),
            (self.aware_time, self.aware_on, WANTED_DATE),
        ):
            if given.data and wanted.data is None and not wanted.errors:
                wanted.errors = [said]
                is_valid = False
        return is_valid

    @property
    def whom(self) -> UUID | None:
        return as_id(self.participant_id.data)

    def entry(self, zone: str, now: datetime) -> NewIncident:
        """Return what was entered; without a day of its own, we know of it since now."""
        aware_at = now
        if self.aware_on.data and self.aware_time.data:
            aware_at = instant(self.aware_on.data, self.aware_time.data, zone)
        return NewIncident(
            kind=IncidentKind(self.kind.data),
            severity=Severity(self.severity.data),
            happened_at=instant(self.happened_on.data, self.happened_time.data, zone),
            aware_at=aware_at,
            what_happened=self.what_happened.data,
            is_harmed=bool(self.is_harmed.data),
            place=self.place.data or None,
            immediate_action=self.immediate_action.data or None,
            people_involved=self.people_involved.data or None,
        )


def entered_times(row: Any, zone: str) -> dict[str, Any]:
    """Return a stored incident's instants as the form's days and times."""
    happened, aware = clock.local(row.happened_at, zone), clock.local(row.aware_at, zone)
    return {
        "happened_on": happened.date(),
        "happened_time": happened.time(),
        "aware_on": aware.date(),
        "aware_time": aware.time(),
    }


class NotificationForm(Form):
    notified_on = day("Day")
    notified_time = TimeField("Time", [InputRequired(WANTED_TIME)])
    number = line("Notification number", longest=40, description="As the Commission gave it.")

    def at(self, zone: str) -> datetime:
        return instant(self.notified_on.data, self.notified_time.data, zone)


class DetailsForm(Form):
    notified_on = day("Day")
    notified_time = TimeField("Time", [InputRequired(WANTED_TIME)])

    def at(self, zone: str) -> datetime:
        return instant(self.notified_on.data, self.notified_time.data, zone)


class InvestigationForm(Form):
    investigation = story("What was found", "Write down what was found.")


class ClosingForm(Form):
    outcome = story("What came of it", "Say what came of it.")


class NoteForm(Form):
    body = story(
        "A further note",
        "Write the note.",
        description="It is added with your name and the time, and stays as it is.",
    )
