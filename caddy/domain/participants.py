"""What a participant, a plan and its budgets must be before they are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.categories import CATEGORY_NAMES, category_name

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
    support_category: int
    allocated_cents: int


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


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything about a participant but the plan. `columns` are the participant's own."""

    ndis_number: str
    date_of_birth: date
    columns: dict[str, Any]
    tags: tuple[str, ...] = ()
    emergency_contacts: tuple[dict[str, Any], ...] = ()
    medical: dict[str, list[Any]] = field(default_factory=dict)


def check_profile(profile: Profile, today: date) -> None:
    if profile.date_of_birth >= today:
        raise RuleBroken(
            "date_of_birth", "birth_in_future", "The date of birth is not in the past."
        )
    if today.year - profile.date_of_birth.year > OLDEST_YEARS:
        raise RuleBroken(
            "date_of_birth", "birth_too_long_ago", "Check the year of the date of birth."
        )


def check_plan(plan: NewPlan) -> None:
    """Refuse a plan whose dates or budgets cannot be right."""
    if plan.ends_on <= plan.starts_on:
        raise RuleBroken("ends_on", "plan_period", "The plan ends before it starts.")
    if plan.review_on and plan.review_on < plan.starts_on:
        raise RuleBroken("review_on", "review_date", "The review is before the plan starts.")
    if not plan.budgets:
        raise RuleBroken("budgets", "no_budgets", "Enter at least one budget of the plan.")
    seen: set[int] = set()
    for budget in plan.budgets:
        if budget.support_category not in CATEGORY_NAMES:
            raise RuleBroken("budgets", "unknown_category", "Choose a support category.")
        name = category_name(budget.support_category)
        if budget.support_category in seen:
            raise RuleBroken("budgets", "category_twice", f"{name} has two budgets; enter one.")
        if budget.allocated_cents <= 0:
            raise RuleBroken("budgets", "no_amount", f"Enter an amount above zero for {name}.")
        seen.add(budget.support_category)


def check_limit(active: int, limit: int) -> None:
    """Refuse one participant more than the subscription has room for."""
    if active >= limit:
        raise RuleBroken(
            None,
            "participant_limit",
            f"Your subscription has room for {limit} active participants. Archive someone who "
            "has left, or ask an administrator to change the subscription.",
            {"active": active, "limit": limit},
        )
