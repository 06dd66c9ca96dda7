"""The form of a plan with its budgets: pooled or apart, stated or flexible, released in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from caddy.domain.errors import RuleBroken
from caddy.domain.funding import ReleasePattern, periods_of
from caddy.domain.ndis.categories import CATEGORY_NAMES, category_kind
from caddy.domain.participants import NewBudget, NewPlan, PlanChange, PlanManagement
from caddy.web.conflicts import version_of
from caddy.web.forms import Form, LinesField, MoneyField, Part, choices

TOO_LONG = "That is too long."
WANTED_DATE = "Enter a date."
FIRST_ROWS = 3
MOST_ROWS = 25
ITEM_NUMBER = re.compile(r"\d{2}_\d{2,12}_\d{4}_\d_\d(_[A-Z0-9]+)*")
STATED_CATEGORY, STATED_ITEM = "*", "item"
PATTERNS = tuple((pattern.value, pattern.label) for pattern in ReleasePattern)


class DatesField(LinesField):
    """Dates, one a line, as 1/7/2026 or 2026-07-01; `dates` once it is validated."""

    dates: tuple[date, ...] = ()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' own signature
        self.dates = tuple(parse_day(line) for line in self.lines)


def parse_day(text: str) -> date:
    """Return the day that a line names, day before month as in Australia."""
    for style in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, style).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValidationError(f"{text} is not a date: write 1/7/2026 or 2026-07-01.")


class BudgetRow(Part):
    support_category = SelectField(
        "Support category",
        default="",
        choices=choices(
            ("", "Choose a category"),
            *(
                (str(number), f"{number:02} {name} ({category_kind(number).label})")
                for number, name in CATEGORY_NAMES.items()
            ),
        ),
    )
    amount = MoneyField("Amount", render_kw={"inputmode": "decimal", "autocomplete": "off"})
    stated = SelectField(
        "Use of this money",
        default="",
        choices=choices(
            ("", "Flexible"),
            (STATED_CATEGORY, "Stated for this category"),
            (STATED_ITEM, "Stated for one item"),
        ),
    )
    stated_item = StringField(
        "Item number",
        [Length(max=40, message=TOO_LONG)],
        description="Where it is stated for one item: 01_011_0107_1_1.",
        render_kw={"autocomplete": "off"},
    )
    release = SelectField(
        "How it is released",
        default="",
        choices=choices(("", "As the whole plan"), *PATTERNS),
    )
    release_dates = DatesField("Dates of release", description="One a line, such as 1/10/2026.")

    @property
    def is_detailed(self) -> bool:
        """Say whether more than a category and an amount was entered, or is wrong."""
        own = (self.stated, self.stated_item, self.release, self.release_dates)
        return any(one.data or one.errors for one in own)

    def check(self, starts_on: date | None, ends_on: date | None) -> None:
        """Put what is missing or wrong in the row beside its field."""
        amount, category, item = self.amount, self.support_category, self.stated_item
        if amount.data and not category.data:
            _blame(category, "Choose a category for this amount.")
        if category.data and not amount.data:
            _blame(amount, "Enter an amount for this category.")
        if self.stated.data == STATED_ITEM and not ITEM_NUMBER.fullmatch(self._item()):
            _blame(item, "Enter the number of the item, such as 01_011_0107_1_1.")
        if item.data and self.stated.data != STATED_ITEM:
            _blame(self.stated, "Choose “Stated for one item” for this item number.")
        check_release(self.release, self.release_dates, starts_on, ends_on)

    def _item(self) -> str:
        return (self.stated_item.data or "").strip().upper()

    def budget(self) -> NewBudget:
        stated = self.stated.data or ""
        return NewBudget(
            int(self.support_category.data),
            self.amount.cents or 0,
            self._item() if stated == STATED_ITEM else stated,
            ReleasePattern(self.release.data) if self.release.data else None,
            self.release_dates.dates if self.release.data == ReleasePattern.DATES else (),
        )


def _blame(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def check_release(release: Any, dates: Any, starts_on: date | None, ends_on: date | None) -> None:
    """Put beside the field what is wrong with a release on dates of its own."""
    if dates.errors:
        return
    if release.data != ReleasePattern.DATES:
        if dates.data:
            _blame(release, f"Choose “{ReleasePattern.DATES.label}” for these dates.")
        return
    if not dates.dates:
        _blame(dates, "Enter the dates on which the money is released.")
    elif starts_on and ends_on and starts_on <= ends_on:
        try:
            periods_of(starts_on, ends_on, ReleasePattern.DATES, dates.dates)
        except RuleBroken as error:
            _blame(dates, error.message)


class PlanDetails(Part):
    """What a plan is but for its money."""

    plan_number = StringField("Plan number", [Length(max=40, message=TOO_LONG)])
    starts_on = DateField("Plan starts", [InputRequired(WANTED_DATE)])
    ends_on = DateField("Plan ends", [InputRequired(WANTED_DATE)])
    review_on = DateField("Review", [Optional()])
    management = RadioField(
        "Who manages the funding",
        [InputRequired("Choose who manages the funding.")],
        choices=choices(*((kind.value, kind.label) for kind in PlanManagement)),
        default=PlanManagement.NDIA_MANAGED.value,
    )
    plan_manager = StringField(
        "Plan manager",
        [Length(max=200, message=TOO_LONG)],
        description="Where the plan is plan managed.",
    )
    support_coordinator_id = SelectField(
        "Coordinator", default="", choices=choices(("", "Nobody yet"))
    )
    goals = LinesField("Goals", description="One a line, in the participant's words.")

    def offer_coordinators(self, people: list[tuple[str, str]]) -> None:
        self.support_coordinator_id.choices = choices(("", "Nobody yet"), *people)

    @property
    def details(self) -> dict[str, Any]:
        """Return the columns that these fields are of."""
        coordinator = self.support_coordinator_id.data
        return {
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "review_on": self.review_on.data,
            "management": PlanManagement(self.management.data),
            "plan_number": self.plan_number.data or None,
            "plan_manager": self.plan_manager.data or None,
            "support_coordinator_id": UUID(coordinator) if coordinator else None,
            "goals": tuple(self.goals.lines),
        }


class PlanFields(PlanDetails):
    is_core_pooled = BooleanField(
        "Flexible core money is one pool",
        description="Core budgets that are not stated become one budget for all core supports.",
    )
    release = SelectField(
        "How the money is released",
        default=ReleasePattern.AT_ONCE.value,
        choices=choices(*PATTERNS),
        description="In equal parts; what one leaves goes to the next.",
    )
    release_dates = DatesField(
        "Dates of release",
        description="Where it has dates of its own: one a line, such as 1/10/2026.",
    )
    budgets = FieldList(FormField(BudgetRow), min_entries=FIRST_ROWS, max_entries=MOST_ROWS)

    def validate_budgets(self, field: FieldList) -> None:
        """Say in each row what is missing or wrong in it."""
        for row in field:
            row.form.check(self.starts_on.data, self.ends_on.data)

    def validate_release_dates(self, field: Any) -> None:
        check_release(self.release, field, self.starts_on.data, self.ends_on.data)

    @property
    def has_wrong_rows(self) -> bool:
        own = (self.release, self.release_dates)
        return any(one.errors for row in self.budgets for one in row.form) or any(
            one.errors for one in own
        )

    def plan(self) -> NewPlan:
        release = ReleasePattern(self.release.data)
        return NewPlan(
            **self.details,
            is_core_pooled=self.is_core_pooled.data,
            release=release,
            release_dates=self.release_dates.dates if release is ReleasePattern.DATES else (),
            budgets=tuple(
                row.form.budget() for row in self.budgets if row["support_category"].data
            ),
        )


class PlanForm(PlanFields, Form):
    """A plan on a page of its own."""


class PlanChangeForm(PlanDetails, Form):
    """A plan that is there, on a page of its own. Its money is changed by adjustments."""

    version = HiddenField()
    reason = StringField(
        "Why it is changed",
        [Length(max=400, message=TOO_LONG)],
        description="Needed where the dates or the management change. Kept in the history.",
    )

    def change(self) -> PlanChange:
        return PlanChange(**self.details, reason=self.reason.data or "")


def stored_plan(plan: Any) -> dict[str, Any]:
    """Return a stored plan as the form's fields hold it."""
    return {
        "version": version_of(plan),
        "management": plan.management.value,
        "support_coordinator_id": str(plan.support_coordinator_id or ""),
        "goals": "\n".join(plan.goals),
    }


def following_plan(plans: Sequence[Any]) -> dict[str, Any]:
    """Return what the plan after the last one begins with: the next day, and who leads it."""
    if not plans:
        return {}
    last = max(plans, key=lambda plan: plan.ends_on)
    return {
        "starts_on": last.ends_on + timedelta(days=1),
        "management": last.management.value,
        "plan_manager": last.plan_manager,
        "support_coordinator_id": str(last.support_coordinator_id or ""),
        "is_core_pooled": last.is_core_pooled,
        "goals": "\n".join(last.goals),
    }
