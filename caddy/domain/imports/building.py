"""Values of a row as one entry: what belongs together, and what cannot both be true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from caddy.domain.agreements import AgreedLine
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import RuleBroken
from caddy.domain.funding import ReleasePattern
from caddy.domain.imports.budget_cells import Values, budgets_of
from caddy.domain.imports.catalogue_fields import TITLES
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.participant_fields import POOL
from caddy.domain.imports.records import (
    AgreementEntry,
    BudgetEntry,
    Entry,
    ParticipantEntry,
    PlanEntry,
    ServiceEntryRow,
    StaffEntry,
    Whom,
)
from caddy.domain.imports.wrong import Wrong
from caddy.domain.money import dollars
from caddy.domain.ndis.catalogue import item_of
from caddy.domain.ndis.categories import category_name
from caddy.domain.participants import PlanManagement, placed
from caddy.domain.qualifications import QualificationKind
from caddy.domain.services import LONGEST
from caddy.domain.staff import QualificationEntry

PROFILE_COLUMNS = (
    "first_name last_name date_of_birth preferred_name gender email phone mobile "
    "preferred_contact_method street suburb state postcode country price_zone mmm "
    "needs_two_workers communication_needs cultural_considerations interests routines status"
).split()
MEDICAL = "disabilities medications allergies dietary_requirements".split()
TERMS = (
    "review_on allows_travel allows_non_face_to_face allows_ndia_reports allows_irregular_sil "
    "cancellation_percent terms"
).split()


def participant(values: Values) -> ParticipantEntry:
    """Return a participant with the plan and the budgets that stand in the same row."""
    budgets, notes = budgets_of(values)
    plan = _plan(values, budgets)
    named: Values = {name: values[name] for name in PROFILE_COLUMNS if name in values}
    if "mmm" in named:
        named |= _placed(named)
    if "interests" in named:
        named["interests"] = list(named["interests"])
    return ParticipantEntry(
        ndis_number=values.get("ndis_number"),
        legacy_id=values.get("legacy_id"),
        values=named,
        tags=tuple(tag[:40] for tag in values["tags"]) if "tags" in values else None,
        contacts=_contacts(values),
        medical={name: _medical(name, values[name]) for name in MEDICAL if name in values},
        site=values.get("site"),
        plan=plan,
        budgets=budgets,
        notes=notes,
    )


def _placed(named: Values) -> Values:
    try:
        return placed(named)
    except RuleBroken as error:
        raise Wrong(error.field or "", error.message) from error


def plan_alone(values: Values) -> ParticipantEntry:
    """Return the plan of a participant who is there already, or stands in another file."""
    _whom(values, "legacy_id")
    return participant(values)


def _contacts(values: Values) -> tuple[dict[str, str], ...]:
    name = values.get("contact_name")
    if name is None:
        return ()
    return (
        {
            "name": name,
            "relationship": values.get("contact_relationship", ""),
            "phone": values.get("contact_phone", ""),
        },
    )


def _medical(name: str, said: tuple[str, ...]) -> list[Any]:
    if name != "medications":
        return list(said)
    parts = ([*(part.strip() for part in one.split(",", 2)), "", ""] for one in said)
    return [{"name": p[0], "dosage": p[1], "frequency": p[2]} for p in parts]


def _plan(values: Values, budgets: tuple[BudgetEntry, ...]) -> PlanEntry | None:
    starts_on, ends_on = values.get("plan_starts_on"), values.get("plan_ends_on")
    if starts_on is None and ends_on is None:
        return None
    if starts_on is None or ends_on is None:
        lacks = "plan_starts_on" if starts_on is None else "plan_ends_on"
        raise Wrong(lacks, "A plan needs both its first and its last day.")
    if ends_on <= starts_on:
        raise Wrong("plan_ends_on", "The plan ends before it starts.")
    review_on = values.get("plan_review_on")
    if review_on is not None and review_on < starts_on:
        raise Wrong("plan_review_on", "The review is before the plan starts.")
    manager = values.get("plan_manager")
    by_default = PlanManagement.PLAN_MANAGED if manager else PlanManagement.NDIA_MANAGED
    return PlanEntry(
        starts_on=starts_on,
        ends_on=ends_on,
        management=values.get("management", by_default),
        review_on=review_on,
        plan_number=values.get("plan_number"),
        plan_manager=manager,
        support_coordinator=values.get("support_coordinator"),
        goals=values.get("goals", ()),
        is_core_pooled=values.get("is_core_pooled", False)
        or any(one.support_category == POOL for one in budgets),
        release=values.get("release", ReleasePattern.AT_ONCE),
        total_cents=values.get("total_budget"),
        is_management_told="management" in values or manager is not None,
    )


def staff(values: Values) -> StaffEntry:
    named = {n: values[n] for n in "first_name last_name phone status".split() if n in values}
    return StaffEntry(
        email=values["email"],
        legacy_id=values.get("legacy_id"),
        values=named,
        role=values.get("role"),
        qualifications=tuple(
            QualificationEntry(kind, *parts)
            for kind in QualificationKind
            if any(
                parts := [
                    values.get(f"{kind.value}_{part}")
                    for part in ("number", "issued_on", "expires_on")
                ]
            )
        ),
    )


def _whom(values: Values, legacy: str) -> Whom:
    whom = Whom(values.get("ndis_number"), values.get(legacy))
    if whom.ndis_number is None and whom.legacy_id is None:
        raise Wrong("ndis_number", "This row names no participant.")
    return whom


def agreement(values: Values) -> AgreementEntry:
    if values["ends_on"] < values["starts_on"]:
        raise Wrong("ends_on", "The agreement ends before it starts.")
    item, price = values.get("item_number"), values.get("unit_price")
    if price is not None and item is None:
        raise Wrong("item_number", "This price has no support item.")
    return AgreementEntry(
        participant=_whom(values, "participant_legacy_id"),
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        items=(AgreedLine(item, price),) if item else (),
        values={name: values[name] for name in TERMS if name in values},
        signed_on=values.get("signed_on"),
        signed_by=values.get("signed_by"),
        legacy_id=values.get("legacy_id"),
    )


def service(values: Values) -> ServiceEntryRow:
    whom = _whom(values, "participant_legacy_id")
    start, end = values["start_time"], values.get("end_time")
    minutes = values.get("hours")
    if end is None:
        if not minutes:
            raise Wrong("end_time", "Say when it ended, or how many hours it took.")
        if timedelta(minutes=minutes) > LONGEST:
            raise Wrong("hours", "One service lasts 24 hours at the most.")
        began = datetime.combine(values["service_on"], start)
        end = (began + timedelta(minutes=minutes)).time()
    reason = values.get("cancellation_reason")
    by_default = ClaimType.CANCELLATION if reason else ClaimType.DIRECT
    return ServiceEntryRow(
        participant=whom,
        worker=values.get("worker"),
        service_on=values["service_on"],
        start_time=start,
        end_time=end,
        ends_next_day=end <= start,
        item_number=values["item_number"],
        quantity_milli=values.get("quantity"),
        unit_price_cents=values.get("unit_price"),
        total_cents=values.get("total"),
        claim_type=values.get("claim_type", by_default),
        cancellation_reason=reason,
        people=values.get("people", 1),
        notes=values.get("notes", ""),
        legacy_id=values.get("legacy_id"),
    )


def catalogue(values: Values) -> Entry:
    try:
        return item_of({TITLES[name]: cell for name, cell in values.items()})
    except ValueError as error:
        said = str(error)
        raise Wrong("", f"{said[:1].upper()}{said[1:]}.") from error


def join(one: Entry | None, other: Entry | None) -> Entry | None:
    """Return one entry of two rows, or raise Wrong: what the first leaves out the other tells."""
    if isinstance(one, AgreementEntry) and isinstance(other, AgreementEntry):
        return one if one == other else replace(one, items=(*one.items, *other.items))
    if not isinstance(one, ParticipantEntry) or not isinstance(other, ParticipantEntry):
        return one
    if one == other:
        return one
    plan = one.plan or other.plan
    budgets = (*one.budgets, *other.budgets)
    lines = [(budget.support_category, budget.stated_for) for budget in budgets]
    twice = next((line for line in lines if lines.count(line) > 1), None)
    if twice:
        said = f"{category_name(twice[0])} has an amount in an earlier row already."
        raise Wrong("budget_amount", said)
    summed = sum(budget.allocated_cents for budget in budgets)
    if plan and plan.total_cents and summed > plan.total_cents:
        raise Wrong("total_budget", f"The budgets come to {dollars(summed)}, more than the total.")
    if plan and any(budget.support_category == POOL for budget in budgets):
        plan = replace(plan, is_core_pooled=True)
    return replace(
        one,
        values={**other.values, **one.values},
        plan=plan,
        budgets=budgets,
        notes=tuple(dict.fromkeys(one.notes + other.notes)),
    )


def check_whole(entry: Entry | None) -> None:
    """Refuse what is only wrong once all rows of an entry are joined."""
    if isinstance(entry, ParticipantEntry) and entry.budgets and entry.plan is None:
        raise Wrong("plan_starts_on", "A budget needs the plan's first and last day.")


BUILDERS: dict[ImportKind, Callable[[Values], Entry]] = {
    ImportKind.PARTICIPANTS: participant,
    ImportKind.PLANS: plan_alone,
    ImportKind.STAFF: staff,
    ImportKind.AGREEMENTS: agreement,
    ImportKind.SERVICES: service,
    ImportKind.CATALOGUE: catalogue,
}
