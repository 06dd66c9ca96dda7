"""The forms of the registers: one for each, which makes the entry that its rules check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, time
from enum import StrEnum
from types import UnionType
from typing import Any, ClassVar, get_args, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from caddy.actions.register_entries import NewAction
from caddy.domain.care_records import CareKind, NewCareRecord
from caddy.domain.complaints import NewComplaint
from caddy.domain.policies import NewPolicy
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.restrictive_practices import (
    LONGEST_USE_MINUTES,
    NewPractice,
    NewUse,
    PracticeKind,
)
from caddy.domain.risks import CONSEQUENCES, LIKELIHOODS, NewRisk, RiskState
from caddy.queries import register_choices
from caddy.web.forms import AtMost, Form, WholeField, choices
from caddy.web.participant_choice import ParticipantField

TOO_LONG = "That is too long."
WANTED_DATE = "Enter a date."
LONGEST_TEXT = 10_000

Offer = Callable[[UUID | None], list[tuple[str, str]]]


def word(label: str, kind: type[StrEnum], **more: Any) -> SelectField:
    """Return the field for one word of a closed list."""
    offered = choices(("", "Choose"), *((one.value, one.label) for one in kind))  # type: ignore[attr-defined] # every such list labels its words
    return SelectField(label, [InputRequired("Choose one.")], choices=offered, **more)


def line(label: str, wanted: str = "", longest: int = 200, **more: Any) -> StringField:
    first = InputRequired(wanted) if wanted else Optional()
    return StringField(label, [first, Length(max=longest, message=TOO_LONG)], **more)


def story(label: str, wanted: str = "", longest: int = LONGEST_TEXT, **more: Any) -> TextAreaField:
    first = InputRequired(wanted) if wanted else Optional()
    said = f"This has up to {longest:,} letters. Shorten it."
    more.setdefault("render_kw", {"data-most": longest})
    return TextAreaField(label, [first, AtMost(longest, said)], **more)


def day(label: str, **more: Any) -> DateField:
    return DateField(label, [InputRequired(WANTED_DATE)], **more)


def maybe_day(label: str, **more: Any) -> DateField:
    return DateField(label, [Optional()], **more)


def someone(label: str, nobody: str, wanted: str = "") -> SelectField:
    """Return the field for a person or a site; `offer` fills it."""
    first = InputRequired(wanted) if wanted else Optional()
    return SelectField(label, [first], choices=choices(("", nobody)))


def instant(on: date, at: time, zone: str) -> datetime:
    """Return a day and an hour of a time zone as an instant."""
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC)


class EntryForm(Form):
    """A form whose fields are those of the entry it makes, by name."""

    makes: ClassVar[Any]
    version = HiddenField()

    def offer(self, seen_by: UUID | None, row: Any = None) -> None:
        """Fill the choices of people and places, with those that a stored row names."""
        offers: Mapping[str, Offer] = {
            "owner_id": register_choices.people,
            "site_id": lambda _named: register_choices.places(),
        }
        for name, offered in offers.items():
            field: Any = self._fields.get(name)
            if field is not None:
                field.choices = [field.choices[0], *choices(*offered(self._named(name, row)))]
        whom: Any = self._fields.get("participant_id")
        if whom is not None:
            whom.offer(seen_by, getattr(row, "participant_id", None))

    def _named(self, name: str, row: Any) -> UUID | None:
        if row is not None:
            return getattr(row, name, None)
        return as_id(self._fields[name].data)

    def entry(self) -> Any:
        """Return what was entered, each value as the entry's own type; what is empty is None."""
        hints = get_type_hints(self.makes)
        return self.makes(
            **{
                one.name: _typed(self._fields[one.name].data, hints[one.name])
                for one in fields(self.makes)
            }
        )


def as_id(text: Any) -> UUID | None:
    try:
        return UUID(str(text or ""))
    except ValueError:
        return None


def _typed(value: Any, hint: Any) -> Any:
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if UUID in kinds:
        return as_id(value)
    if value in {None, ""}:
        return None
    kind = kinds[0]
    if isinstance(kind, type) and issubclass(kind, StrEnum | int):
        return kind(value)
    return value


class ComplaintForm(EntryForm):
    makes = NewComplaint
    about = line("What or whom is it about?", "Say in a few words what it is about.")
    details = story("The complaint", "Write down what was said.")
    complainant = line(
        "Who complains", description="Leave this empty where they want to stay anonymous."
    )
    participant_id = ParticipantField("Participant", "Nobody in particular")
    received_on = day("Received on")
    acknowledged_on = maybe_day("Acknowledged on", description="When they heard that you have it.")
    owner_id = someone("Who looks after it", "Nobody yet")
    commission_on = maybe_day("Taken to the NDIS Commission on")
    outcome = story("What came of it")
    resolved_on = maybe_day("Resolved on")


class PracticeForm(EntryForm):
    makes = NewPractice
    participant_id = ParticipantField("Participant")
    kind = word("Kind", PracticeKind)
    details = story("What is done, and when it may be", "Describe the practice.")
    starts_on = day("In use since")
    behaviour_plan = line("Behaviour support plan", description="Its title and date.")
    practitioner = line("Behaviour support practitioner")
    authorised_by = line("Authorised by", description="The panel or person in your state.")
    authorised_until = maybe_day("Authorised until")
    reported_until = maybe_day(
        "Monthly reports sent up to", description="The last day of the last month you reported."
    )
    ended_on = maybe_day("Ended on")


def _scale(label: str, names: tuple[str, ...]) -> SelectField:
    offered = [(str(number), f"{number}: {name}") for number, name in enumerate(names, 1)]
    return SelectField(
        label, [InputRequired("Choose one.")], choices=choices(("", "Choose"), *offered)
    )


class RiskForm(EntryForm):
    makes = NewRisk
    title = line("The risk", "Say in a few words what could go wrong.")
    details = story("More about it")
    participant_id = ParticipantField("Participant", "Not of one participant")
    site_id = someone("Site", "Not of one site")
    likelihood = _scale("How likely", LIKELIHOODS)
    consequence = _scale("How bad", CONSEQUENCES)
    controls = story("What you do about it", "Say what keeps it from happening.")
    owner_id = someone("Who looks after it", "Nobody yet")
    review_on = day("Next review")
    state = word("State", RiskState, default=RiskState.OPEN.value)


class PolicyForm(EntryForm):
    makes = NewPolicy
    title = line("Title", "Enter the title.")
    module = word("Practice Standards module", PracticeModule)
    edition = line("Version", "Enter the version, such as 1.2.", longest=40)
    summary = story("What it says, in short", longest=4_000)
    approved_on = maybe_day("Approved on", description="Without a day it is a draft.")
    review_on = day("Next review")
    owner_id = someone("Who looks after it", "Nobody yet")
    retired_on = maybe_day("Retired on")


class CareRecordForm(EntryForm):
    makes = NewCareRecord
    participant_id = ParticipantField("Participant")
    kind = word("What", CareKind)
    given_by = line(
        "Given or agreed by",
        "Say who gave or agreed it.",
        description="The participant, or who may decide for them.",
    )
    given_on = day("On")
    review_on = maybe_day("Next review", description="Support plans are reviewed every year.")
    expires_on = maybe_day("Expires on")
    withdrawn_on = maybe_day("Withdrawn on")
    details = story("What it covers")


class ActionForm(Form):
    what = line("What is to be done", "Say what is to be done.", longest=1_000)
    owner_id = someone("By whom", "Nobody yet")
    due_on = day("By when")

    def offer(self) -> None:
        self.owner_id.choices = [
            self.owner_id.choices[0],
            *choices(*register_choices.people()),
        ]

    def entry(self) -> NewAction:
        return NewAction(self.what.data, self.due_on.data, as_id(self.owner_id.data))


class UseForm(Form):
    used_on = day("Day")
    used_time = TimeField("Time", [InputRequired("Enter a time.")])
    minutes = WholeField(
        "For how many minutes",
        [InputRequired("Enter minutes."), NumberRange(0, LONGEST_USE_MINUTES, "Enter minutes.")],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    reason = story("Why, and what was tried before", "Say why it was used.")

    def use(self, zone: str) -> NewUse:
        return NewUse(
            instant(self.used_on.data, self.used_time.data, zone),
            self.minutes.data,
            self.reason.data,
        )
