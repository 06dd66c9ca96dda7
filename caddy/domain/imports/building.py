"""Values of a row as one entry: what belongs together, and what cannot both be true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from caddy.domain.agreements import AgreedLine
from caddy.domain.claim_types import ClaimType
from caddy.domain.funding import ReleasePattern
from caddy.domain.imports.catalogue_fields import TITLES
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.participant_fields import CAPACITY_BUILDING, CAPITAL, POOL
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
from caddy.domain.money import dollars
from caddy.domain.ndis.catalogue import item_of
from caddy.domain.ndis.categories import CATEGORY_NAMES, CategoryKind, category_kind, category_name
from caddy.domain.participants import PlanManagement
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import QualificationEntry

Values = dict[str, Any]

PROFILE_COLUMNS = (
    "first_name last_name date_of_birth preferred_name gender email phone mobile "
    "preferred_contact_method street suburb state postcode country price_zone mmm "
    "needs_two_workers communication_needs cultural_considerations interests routines status"
).split()
MEDICAL = "disabilities medications allergies dietary_requirements".split()
PLAN_PARTS = "plan_review_on plan_number goals is_core_pooled release".split()
TERMS = (
    "review_on allows_travel allows_non_face_to_face allows_ndia_reports allows_irregular_sil "
    "cancellation_percent terms"
).split()


class Wrong(ValueError):
    """Values that can each be read, and cannot be true together; `field` is the one to blame."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def participant(values: Values) -> ParticipantEntry:
    """Return a participant with the plan and the budgets that stand in the same row."""
    budgets, notes = _budgets(values)
    plan = _plan(values, budgets)
    named: Values = {name: values[name] for name in PROFILE_COLUMNS if name in values}
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
    )


def _budgets(values: Values) -> tuple[tuple[BudgetEntry, ...], tuple[str, ...]]:
    """Return the budgets of a row, and what had to be decided about them."""
    told = {
        number: values[f"budget_{number}"]
        for number in CATEGORY_NAMES
        if values.get(f"budget_{number}")
    }
    notes: list[str] = []
    for name, kind, number in (
        ("core_budget", CategoryKind.CORE, POOL),
        ("capacity_building_budget", CategoryKind.CAPACITY_BUILDING, CAPACITY_BUILDING),
        ("capital_budget", CategoryKind.CAPITAL, CAPITAL),
    ):
        _add_kind(values.get(name, 0), kind, number, told, notes, name)
    budgets = [BudgetEntry(number, amount) for number, amount in told.items()]
    budgets += _budget_of_its_own(values, notes)
    total = values.get("total_budget", 0)
    summed = sum(one.allocated_cents for one in budgets)
    if total and not budgets:
        notes.append("The file names no categories: the total is flexible core money.")
        budgets = [BudgetEntry(POOL, total)]
    elif total and "budget_amount" not in values and summed > total:
        said = f"The budgets come to {dollars(summed)}, more than the total."
        raise Wrong("total_budget", said)
    return tuple(budgets), tuple(notes)


def _add_kind(
    amount: int,
    kind: CategoryKind,
    number: int,
    told: dict[int, int],
    notes: list[str],
    field: str,
) -> None:
    """Put money that is told by kind into a category, unless its categories are told too."""
    own = sum(cents for one, cents in told.items() if category_kind(one) is kind)
    if not amount:
        return
    if own > amount:
        raise Wrong(field, f"Its categories come to {dollars(own)}, more than that.")
    if own:
        return
    told[number] = amount
    if number != POOL:
        notes.append(_assumed(kind.label, number))


def _assumed(what: str, number: int) -> str:
    return f"{what} money without a category goes to {category_name(number)}."


def _budget_of_its_own(values: Values, notes: list[str]) -> list[BudgetEntry]:
    amount, category = values.get("budget_amount"), values.get("budget_category")
    item = values.get("budget_item")
    if amount is None and category is None:
        return []
    if category is None and item is None:
        raise Wrong("budget_category", "This amount has no category.")
    if not amount:
        raise Wrong("budget_amount", "A budget needs an amount above zero.")
    number = category.number if category else int((item or "")[:2])
    if category and category.is_assumed:
        notes.append(_assumed(category_kind(number).label, number))
    return [BudgetEntry(number, amount, item or "")]


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
