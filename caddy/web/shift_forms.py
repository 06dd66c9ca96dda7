"""The forms of a shift's steps: each carries the version that was seen, and the place if given."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime
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

from caddy.actions.services import ServiceEntry
from caddy.actions.shifts import NewTime, Times, instant
from caddy.actions.steps import Place
from caddy.domain.claim_types import CancellationReason
from caddy.domain.schedules import WEEKDAY_NAMES
from caddy.domain.shifts import Cancellation
from caddy.web.forms import Form, MoneyField, choices, signer
from caddy.web.service_forms import LONGEST_CHOICE, chosen_number
from caddy.web.trip_forms import QuantityField, TripFields

TOO_LONG = "That is too long."


def _degrees(text: str | None, most: int) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None


def why() -> StringField:
    """Return the field for the reason of a correction."""
    return StringField(
        "Why it is corrected",
        [InputRequired("Say why it is corrected."), Length(max=1000, message=TOO_LONG)],
        description="Kept with the service, for whoever looks at it later.",
    )


class StepForm(Form):
    """What every step carries. A place that makes no sense counts as not given."""

    version = HiddenField(validators=[InputRequired("Open the shift again.")])
    latitude = HiddenField()
    longitude = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version that was seen; 0, which no row has, where it is no number."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 9 else 0  # noqa: PLR2004

    @property
    def place(self) -> Place | None:
        latitude, longitude = _degrees(self.latitude.data, 90), _degrees(self.longitude.data, 180)
        if latitude is None or longitude is None:
            return None
        return Place(latitude, longitude)


class TimesForm(StepForm):
    start_time = TimeField("Start", [InputRequired("Enter when it starts.")])
    end_time = TimeField("End", [InputRequired("Enter when it ends.")])
    ends_next_day = BooleanField("It ends the next day")

    @property
    def times(self) -> Times:
        return Times(self.start_time.data, self.end_time.data, bool(self.ends_next_day.data))


class NoteForm(StepForm):
    notes = TextAreaField(
        "Notes",
        [InputRequired("Write what you want to keep."), Length(max=10_000, message=TOO_LONG)],
        description="Kept with the shift. They stand in its form when you finish.",
    )


class FinishForm(TripFields, TimesForm):
    service_on = DateField("Date", [InputRequired("Enter the day it began.")])
    notes = TextAreaField(
        "Notes",
        [
            InputRequired("Write a line about what you did together."),
            Length(max=10_000, message=TOO_LONG),
        ],
        description="What you did together, and anything the next worker should know.",
    )
    signed_by = signer()
    signs_next = BooleanField("Have it signed on this screen next")

    @property
    def times(self) -> Times:
        return replace(super().times, on=self.service_on.data)


class NoticeForm(Form):
    """When and why something is cancelled, and the fee for it."""

    notified_on = DateField("Told on", [InputRequired("Enter the day you were told.")])
    notified_time = TimeField("Told at", [InputRequired("Enter when you were told.")])
    reason = StringField(
        "Why", [InputRequired("Say why it is cancelled."), Length(max=1000, message=TOO_LONG)]
    )
    fee_percent = IntegerField(
        "Fee in percent",
        [Optional(), NumberRange(0, 100, message="A fee is 0 to 100 percent.")],
        description="Only at short notice, and only where the Support Catalogue allows it.",
        render_kw={"inputmode": "numeric"},
    )
    code = SelectField(
        "Reason for the claim",
        default="",
        choices=choices(
            ("", "No fee is claimed"), *((one.value, one.label) for one in CancellationReason)
        ),
    )

    def cancellation(self, zone: str) -> Cancellation:
        return Cancellation(
            reason=self.reason.data or "",
            notified_at=instant(self.notified_on.data, self.notified_time.data, zone),
            code=CancellationReason(self.code.data) if self.code.data else None,
            fee_percent=self.fee_percent.data or 0,
        )


class CancellationForm(NoticeForm, StepForm):
    """The cancellation of one shift."""


class CorrectionForm(TripFields, TimesForm):
    service_on = DateField("Date", [InputRequired("Enter the date.")])
    item_number = StringField(
        "Support item",
        [InputRequired("Choose the support item."), Length(max=LONGEST_CHOICE, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "list": "item-options"},
    )
    quantity = QuantityField(
        "Quantity",
        description="Only for items that are not sold by the hour.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    unit_price = MoneyField(
        "Price of one unit",
        description="Only where you agreed on less than the limit, or for a quoted item.",
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    notes = TextAreaField("Notes", [Length(max=10_000, message=TOO_LONG)])
    signed_by = signer()
    reason = why()

    def entry(self, participant_id: UUID) -> ServiceEntry:
        return ServiceEntry(
            participant_id=participant_id,
            service_on=self.service_on.data,
            start_time=self.start_time.data,
            end_time=self.end_time.data,
            ends_next_day=bool(self.ends_next_day.data),
            item_number=chosen_number(self.item_number.data or ""),
            signed_by=self.signed_by.data,
            notes=self.notes.data or "",
            quantity_milli=self.quantity.milli,
            unit_price_cents=self.unit_price.cents,
            travel=self.travel,
        )


class TripForm(TripFields, StepForm):
    """The correction of one line of a trip: of the fields, the page shows those of its part."""

    reason = why()


class MoveForm(TimesForm):
    service_on = DateField(
        "Date",
        [InputRequired("Enter the date.")],
        description="With all after it, those of the same weekday move by as many days.",
    )
    worker = SelectField("Worker", [InputRequired("Choose a worker.")], coerce=str)
    all_after = BooleanField("This shift and all after it")
    weekdays = SelectMultipleField(
        "Days of the week, for all after it",
        choices=choices(*((str(number), name) for number, name in enumerate(WEEKDAY_NAMES))),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    reason = StringField("Why", [Length(max=1000, message=TOO_LONG)])
    save_anyway = BooleanField("Save all the same")

    def new_time(self) -> NewTime:
        return NewTime(self.service_on.data, self.times, UUID(self.worker.data))

    @property
    def wanted_weekdays(self) -> set[int]:
        chosen: Any = self.weekdays.data
        return {int(day) for day in chosen or ()}


class EndingForm(NoticeForm):
    """The end of a schedule: from which day on its shifts are cancelled, and why."""

    from_on = DateField("From", [InputRequired("Enter the first day to cancel.")])


def offer_workers(form: Any, workers: list[Any]) -> None:
    """Fill a form's select with the people who can be rostered."""
    form.worker.choices = choices(
        ("", "Choose"), *((str(one.id), f"{one.first_name} {one.last_name}") for one in workers)
    )


def local_now(now: datetime) -> dict[str, Any]:
    """Return the defaults of "told on" and "told at"."""
    return {"notified_on": now.date(), "notified_time": now.time().replace(second=0, microsecond=0)}
