"""What a row of an imported file says, as plain values: no ids of Caddy, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from caddy.domain.agreements import AgreedLine, NewAgreement
from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.funding import ReleasePattern
from caddy.domain.ndis.catalogue import CatalogueItem
from caddy.domain.participants import NewBudget, NewPlan, PlanManagement, PriceZone, Profile, placed
from caddy.domain.permissions import Role
from caddy.domain.staff import QualificationEntry

PROFILE_DEFAULTS: dict[str, Any] = {
    "country": "Australia",
    "price_zone": PriceZone.NATIONAL,
    "mmm": 1,
    "needs_two_workers": False,
}
OPTIONAL_COLUMNS = (
    "preferred_name gender email phone mobile preferred_contact_method street suburb state "
    "postcode communication_needs cultural_considerations routines"
).split()


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row cannot be loaded: its number in the file, the field's name, the cell, a sentence.

    `field` is "" where the row as a whole is wrong.
    """

    row: int
    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class BudgetEntry:
    """Money of a plan for a category (0: the pool of flexible core money), in cents."""

    support_category: int
    allocated_cents: int
    stated_for: str = ""


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan. `total_cents` is what the file says it comes to, where it says so.

    `support_coordinator` is an email address or a name of someone on the staff. Where the file
    does not say who manages the plan, `is_management_told` is False and a known plan keeps it.
    """

    starts_on: date
    ends_on: date
    management: PlanManagement
    review_on: date | None = None
    plan_number: str | None = None
    plan_manager: str | None = None
    support_coordinator: str | None = None
    goals: tuple[str, ...] = ()
    is_core_pooled: bool = False
    release: ReleasePattern = ReleasePattern.AT_ONCE
    total_cents: int | None = None
    is_management_told: bool = True


@dataclass(frozen=True, slots=True)
class ParticipantEntry:
    """A participant, their plan and its budgets; in a file of plans, the plan alone.

    `values` holds what the file says of the participant's own columns (and `date_of_birth`),
    and nothing that it leaves empty. `site` and `tags`, `contacts`, `medical` likewise: None or
    empty says nothing. `notes` are sentences for the dry run: what was decided for the row.
    """

    ndis_number: str | None
    legacy_id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] | None = None
    contacts: tuple[dict[str, str], ...] = ()
    medical: Mapping[str, list[Any]] = field(default_factory=dict)
    site: str | None = None
    plan: PlanEntry | None = None
    budgets: tuple[BudgetEntry, ...] = ()
    notes: tuple[str, ...] = ()

    def profile(self) -> Profile:
        """Return the profile of a new participant: what the file leaves out, as a form does."""
        named = dict(self.values)
        born = named.pop("date_of_birth")
        columns: dict[str, Any] = dict.fromkeys(OPTIONAL_COLUMNS)
        columns |= {"interests": [], "custom_fields": {}, **PROFILE_DEFAULTS, **named}
        columns |= placed(named)
        return Profile(
            ndis_number=self.ndis_number or "",
            date_of_birth=born,
            columns=columns,
            tags=self.tags or (),
            emergency_contacts=self.contacts,
            medical=dict(self.medical),
        )

    def new_plan(self) -> NewPlan | None:
        """Return the plan as the ordinary action takes it, or None where the file has none."""
        plan = self.plan
        if plan is None:
            return None
        return NewPlan(
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            management=plan.management,
            budgets=tuple(
                NewBudget(one.support_category, one.allocated_cents, one.stated_for)
                for one in self.budgets
            ),
            plan_number=plan.plan_number,
            review_on=plan.review_on,
            plan_manager=plan.plan_manager,
            goals=plan.goals,
            is_core_pooled=plan.is_core_pooled,
            release=plan.release,
        )


@dataclass(frozen=True, slots=True)
class Whom:
    """A participant as a row names one: by NDIS number, or by the old system's id."""

    ndis_number: str | None = None
    legacy_id: str | None = None


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A member of staff; `values` holds only the columns that the file says something of."""

    email: str
    legacy_id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    role: Role | None = None
    qualifications: tuple[QualificationEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """A service agreement; signed where the file has the day of the signature."""

    participant: Whom
    starts_on: date
    ends_on: date
    items: tuple[AgreedLine, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    signed_on: date | None = None
    signed_by: str | None = None
    legacy_id: str | None = None

    def new_agreement(self) -> NewAgreement:
        """Return the agreement as the ordinary action takes it."""
        return NewAgreement(self.starts_on, self.ends_on, self.items, **self.values)


@dataclass(frozen=True, slots=True)
class ServiceEntryRow:
    """A delivered service, in local times. `worker` is an email address, a name or an old id.

    `quantity_milli` is thousandths of the item's unit; amounts are cents. `total_cents` is what
    the file says it came to, to be compared, never stored as it is.
    """

    participant: Whom
    worker: str | None
    service_on: date
    start_time: time
    end_time: time
    ends_next_day: bool
    item_number: str
    quantity_milli: int | None = None
    unit_price_cents: int | None = None
    total_cents: int | None = None
    claim_type: ClaimType = ClaimType.DIRECT
    cancellation_reason: CancellationReason | None = None
    people: int = 1
    notes: str = ""
    legacy_id: str | None = None


Entry = ParticipantEntry | StaffEntry | AgreementEntry | ServiceEntryRow | CatalogueItem


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row, or rows that are one entry: `entry` where nothing was wrong, else `errors`.

    `place` is the number of the (first) row as a person sees it in the file, `places` all.
    `key` is equal for rows that are one entry where they follow each other; () is alone.
    """

    place: int
    entry: Entry | None
    errors: tuple[RowError, ...] = ()
    legacy_id: str | None = None
    places: tuple[int, ...] = ()
    key: tuple[object, ...] = ()
