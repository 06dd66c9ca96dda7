"""What a participant, a plan and its budgets must be before they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.funding import Period, ReleasePattern, periods_of
from caddy.domain.ndis.categories import (
    CATEGORY_NAMES,
    CORE_POOL,
    CategoryKind,
    category_kind,
    category_name,
)
from caddy.domain.sentences import sentence
from caddy.domain.words import say_date

OLDEST_YEARS = 130


class ParticipantStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    ARCHIVED = "archived"


class PriceZone(StrEnum):
    """Where the participant is when supported: MMM 1-5, MMM 6 or MMM 7 (PAPL 2025-26)."""

    NATIONAL = "national"
    REMOTE = "remote"
    VERY_REMOTE = "very_remote"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


FARTHEST_AREA = 7


def shown_name(first_name: str, last_name: str, preferred_name: str | None) -> str:
    """Return a participant's name as it is shown: by the first name that they prefer.

    >>> shown_name("Robert", "Green", "Bob"), shown_name("Robert", "Green", None)
    ('Bob Green', 'Robert Green')
    """
    return f"{preferred_name or first_name} {last_name}"


def zone_of(mmm: int) -> PriceZone:
    """Return the region whose price limits apply in a Modified Monash area, from 1 to 7.

    PAPL 2025-26: the national limits hold in MMM 1 to 5, the remote ones in MMM 6 and the very
    remote ones in MMM 7. The only place that decides it.

    >>> zone_of(5), zone_of(6)
    (<PriceZone.NATIONAL: 'national'>, <PriceZone.REMOTE: 'remote'>)
    """
    if not 1 <= mmm <= FARTHEST_AREA:
        raise RuleBroken("mmm", "unknown_mmm", "A Modified Monash area is a number from 1 to 7.")
    return {6: PriceZone.REMOTE, 7: PriceZone.VERY_REMOTE}.get(mmm, PriceZone.NATIONAL)


def area_of(mmm: int, zone: PriceZone) -> int:
    """Return the Modified Monash area that caps travel: a remote price zone is 6 or 7 already.

    >>> area_of(3, PriceZone.NATIONAL), area_of(1, PriceZone.REMOTE)
    (3, 6)
    """
    return max(mmm, {PriceZone.REMOTE: 6, PriceZone.VERY_REMOTE: 7}.get(zone, 1))


class PlanManagement(StrEnum):
    SELF_MANAGED = "self_managed"
    PLAN_MANAGED = "plan_managed"
    NDIA_MANAGED = "ndia_managed"

    @property
    def label(self) -> str:
        return {"ndia_managed": "NDIA managed"}.get(
            self.value, self.value.replace("_", " ").capitalize()
        )


@dataclass(frozen=True, slots=True)
class NewBudget:
    """One line of a plan. `stated_for` is an item number, or `*` for a stated category.

    `release` is None where it is released as the whole plan is.
    """

    support_category: int
    allocated_cents: int
    stated_for: str = ""
    release: ReleasePattern | None = None
    release_dates: tuple[date, ...] = ()

    @property
    def is_pooled(self) -> bool:
        """Say whether it goes to the plan's pool, where it has one: flexible core money."""
        return not self.stated_for and category_kind(self.support_category) is CategoryKind.CORE


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan as it is entered, with its budgets."""

    starts_on: date
    ends_on: date
    management: PlanManagement
    budgets: tuple[NewBudget, ...]
    plan_number: str | None = None
    review_on: date | None = None
    plan_manager: str | None = None
    support_coordinator_id: UUID | None = None
    goals: tuple[str, ...] = ()
    is_core_pooled: bool = False
    release: ReleasePattern = ReleasePattern.AT_ONCE
    release_dates: tuple[date, ...] = ()

    def lines(self) -> tuple[NewBudget, ...]:
        """Return the budgets as they are kept: flexible core money in one, where it is pooled."""
        if not self.is_core_pooled:
            return self.budgets
        pooled = [budget for budget in self.budgets if budget.is_pooled]
        others = [budget for budget in self.budgets if not budget.is_pooled]
        whole = sum(budget.allocated_cents for budget in pooled)
        if not pooled:
            return self.budgets
        first = pooled[0]
        pool = NewBudget(CORE_POOL, whole, "", first.release, first.release_dates)
        return (pool, *others)

    def periods_of(self, budget: NewBudget) -> tuple[Period, ...]:
        """Return the funding periods of one of the plan's budgets."""
        if budget.release is None:
            return periods_of(self.starts_on, self.ends_on, self.release, self.release_dates)
        return periods_of(self.starts_on, self.ends_on, budget.release, budget.release_dates)


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What of a plan can be changed once it is there: all but its money, and why."""

    starts_on: date
    ends_on: date
    management: PlanManagement
    plan_number: str | None = None
    review_on: date | None = None
    plan_manager: str | None = None
    support_coordinator_id: UUID | None = None
    goals: tuple[str, ...] = ()
    reason: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """Return the values of the plan's own columns."""
        names = [name for name in self.__dataclass_fields__ if name != "reason"]
        return {name: getattr(self, name) for name in names} | {"goals": list(self.goals)}


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything about a participant but the plan. `columns` are the participant's own."""

    ndis_number: str
    date_of_birth: date
    columns: dict[str, Any]
    tags: tuple[str, ...] = ()
    emergency_contacts: tuple[dict[str, Any], ...] = ()
    medical: dict[str, list[Any]] = field(default_factory=dict)


def placed(columns: Mapping[str, Any], known_mmm: int = 1) -> dict[str, Any]:
    """Return what columns say of a place, whole: the area decides the price zone.

    Where only the zone is told, the known area stays if it lies in it, and is the nearest of
    the zone else. Refused where both are told and cannot both be true; {} where neither is.

    >>> placed({"mmm": 6})["price_zone"], placed({"price_zone": PriceZone.VERY_REMOTE})["mmm"]
    (<PriceZone.REMOTE: 'remote'>, 7)
    """
    mmm: int | None = columns.get("mmm")
    zone: PriceZone | None = columns.get("price_zone")
    if mmm is None:
        if zone is None:
            return {}
        area = known_mmm if zone_of(known_mmm) is zone else area_of(1, zone)
        return {"mmm": area, "price_zone": zone}
    follows = zone_of(mmm)
    if zone is not None and zone is not follows:
        raise RuleBroken(
            "mmm",
            "zone_contradicts",
            sentence(
                "MMM {mmm} has the {follows} price limits, not the {zone} ones. Correct the one "
                "that is wrong.",
                mmm=mmm,
                follows=follows.label,
                zone=zone.label,
            ),
        )
    return {"mmm": mmm, "price_zone": follows}


def check_profile(profile: Profile, today: date) -> None:
    """Refuse a profile that cannot be true."""
    placed(profile.columns)
    if profile.date_of_birth >= today:
        raise RuleBroken(
            "date_of_birth", "birth_in_future", "The date of birth is not in the past."
        )
    if today.year - profile.date_of_birth.year > OLDEST_YEARS:
        raise RuleBroken(
            "date_of_birth", "birth_too_long_ago", "Check the year of the date of birth."
        )


def check_dates(plan: NewPlan | PlanChange) -> None:
    if plan.ends_on < plan.starts_on:
        raise RuleBroken("ends_on", "plan_period", "The plan ends before it starts.")
    if plan.review_on and plan.review_on < plan.starts_on:
        raise RuleBroken("review_on", "review_date", "The review is before the plan starts.")


def check_plan(plan: NewPlan) -> None:
    """Refuse a plan whose dates or budgets cannot be right."""
    check_dates(plan)
    if not plan.budgets:
        raise RuleBroken("budgets", "no_budgets", "Enter at least one budget of the plan.")
    periods_of(plan.starts_on, plan.ends_on, plan.release, plan.release_dates)
    _check_pool(plan)
    seen: set[tuple[int, str]] = set()
    for budget in plan.budgets:
        if budget.support_category not in {CORE_POOL, *CATEGORY_NAMES}:
            raise RuleBroken("budgets", "unknown_category", "Choose a support category.")
        name = category_name(budget.support_category)
        if (budget.support_category, budget.stated_for) in seen:
            said = sentence("{category} has two budgets; enter one.", category=name)
            raise RuleBroken("budgets", "category_twice", said)
        if budget.allocated_cents <= 0:
            said = sentence("Enter an amount above zero for {category}.", category=name)
            raise RuleBroken("budgets", "no_amount", said)
        plan.periods_of(budget)
        seen.add((budget.support_category, budget.stated_for))


def plans_overlap(starts_on: date, ends_on: date) -> RuleBroken:
    """Return the refusal of a plan for days that another one of the participant covers."""
    return RuleBroken(
        "starts_on",
        "plans_overlap",
        sentence(
            "Another plan already covers {start} to {end}.",
            start=say_date(starts_on),
            end=say_date(ends_on),
        ),
    )


def _check_pool(plan: NewPlan) -> None:
    ways = {
        (budget.release, budget.release_dates)
        for budget in plan.budgets
        if plan.is_core_pooled and budget.is_pooled
    }
    if len(ways) > 1:
        raise RuleBroken(
            "is_core_pooled",
            "pool_released_apart",
            "Core budgets that are released in different ways are not one pool: "
            "choose one way for them, or keep them apart.",
        )


def check_limit(active: int, limit: int) -> None:
    """Refuse one participant more than the subscription has room for."""
    if active >= limit:
        raise RuleBroken(
            None,
            "participant_limit",
            sentence(
                "Your subscription has room for {count} active participants. Archive someone who "
                "has left, or ask an administrator to change the subscription.",
                count=limit,
            ),
            {"active": active, "limit": limit},
        )
