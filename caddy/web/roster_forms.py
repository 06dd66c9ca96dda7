"""The form of a shift that is planned, once or by the week."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from caddy.actions.schedules import NewSchedule
from caddy.actions.services import ServiceEntry
from caddy.domain.claim_types import ClaimType
from caddy.domain.schedules import WEEKDAY_NAMES, WeeklyPattern
from caddy.domain.travel import MOST_PEOPLE
from caddy.web.forms import Form, MoneyField, WholeField, choices
from caddy.web.participant_choice import ParticipantsField
from caddy.web.service_forms import CHOOSING, CHOSEN, LONGEST_CHOICE, chosen_number
from caddy.web.trip_forms import NUMERIC, QuantityField

MOST_WEEKS = 8
# Nobody plans a cancellation.
PLANNED = [one for one in CHOSEN if one is not ClaimType.CANCELLATION]


class RosterForm(Form):
    participant_id = HiddenField(
        "Participant", [InputRequired("Choose a participant.")], render_kw={"id": "participant_id"}
    )
    worker = SelectField("Worker", [InputRequired("Choose a worker.")], coerce=str)
    service_on = DateField("Date", [InputRequired("Enter the date.")])
    start_time = TimeField("Start", [InputRequired("Enter when it starts.")])
    end_time = TimeField("End", [InputRequired("Enter when it ends.")])
    ends_next_day = BooleanField("It ends the next day")
    item_number = StringField(
        "Support item",
        [
            InputRequired("Choose the support item."),
            Length(max=LONGEST_CHOICE, message="That is too long."),
        ],
        description=CHOOSING,
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
    others = ParticipantsField(
        "Who else shares the worker",
        description="Each gets a shift of their own, paid from their own budget.",
    )
    people = WholeField(
        "People in the group",
        [
            Optional(),
            NumberRange(1, MOST_PEOPLE, f"Enter a number between 1 and {MOST_PEOPLE}."),
        ],
        description="Leave it empty for those you chose. More if someone has another provider.",
        render_kw=NUMERIC,
    )
    claim_type = SelectField(
        "What is claimed",
        choices=choices(*((one.value, one.label) for one in PLANNED)),
        default=ClaimType.DIRECT.value,
    )
    notes = TextAreaField("Notes for the worker", [Length(max=10_000, message="That is too long.")])
    repeats = BooleanField("It comes back every week")
    weekdays = SelectMultipleField(
        "On these days",
        choices=choices(*((str(number), name) for number, name in enumerate(WEEKDAY_NAMES))),
        description="None: the day of the first one.",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    every_weeks = IntegerField(
        "Every how many weeks",
        [Optional(), NumberRange(1, MOST_WEEKS, message="Choose 1 to 8 weeks.")],
        render_kw={"inputmode": "numeric"},
    )
    ends_on = DateField("Last day", [Optional()])
    skips_holidays = BooleanField("Not on public holidays")
    save_anyway = BooleanField("Save all the same")

    def entry(self, participant_id: UUID) -> ServiceEntry:
        return ServiceEntry(
            participant_id=participant_id,
            service_on=self.service_on.data,
            start_time=self.start_time.data,
            end_time=self.end_time.data,
            ends_next_day=bool(self.ends_next_day.data),
            item_number=chosen_number(self.item_number.data or ""),
            notes=self.notes.data or "",
            quantity_milli=self.quantity.milli,
            unit_price_cents=self.unit_price.cents,
            claim_type=ClaimType(self.claim_type.data),
            people=self.people.data or 1,
        )

    def schedule(self, participant_id: UUID) -> NewSchedule:
        """Return the weekly pattern; without a last day it is as long as the first day."""
        first: date = self.service_on.data
        days = {int(number) for number in self.weekdays.data or ()} or {first.weekday()}
        return NewSchedule(
            participant_id=participant_id,
            worker_id=UUID(self.worker.data),
            item_number=chosen_number(self.item_number.data or ""),
            pattern=WeeklyPattern(
                weekdays=frozenset(days),
                start=self.start_time.data,
                end=self.end_time.data,
                starts_on=first,
                ends_on=self.ends_on.data or first,
                every_weeks=self.every_weeks.data or 1,
                skips_holidays=bool(self.skips_holidays.data),
            ),
            notes=self.notes.data or "",
            unit_price_cents=self.unit_price.cents,
            quantity_milli=self.quantity.milli,
            claim_type=ClaimType(self.claim_type.data),
            people=self.people.data,
            others=self.others.ids,
        )

    @property
    def has_group(self) -> bool:
        """Say whether anything of a group was entered, looked for, or is wrong."""
        others, people = self.others, self.people
        return bool(others.data or others.typed or others.errors or people.data or people.errors)

    @property
    def has_more(self) -> bool:
        """Say whether a claim type, quantity or price was entered, or is wrong."""
        fields = [self.claim_type, self.quantity, self.unit_price]
        return any(one.errors or one.data not in (None, "", one.default) for one in fields)

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the last day too of what comes back."""
        is_valid: bool = super().validate(extra_validators)
        if self.repeats.data and self.ends_on.data is None:
            self.ends_on.errors = [*self.ends_on.errors, "Enter the last day."]
            return False
        return is_valid


class PreviewForm(RosterForm):
    """The same form while it is being filled in: nothing is stored."""

    class Meta(RosterForm.Meta):
        csrf = False

    worker = SelectField("Worker", [Optional()], coerce=str, validate_choice=False)
