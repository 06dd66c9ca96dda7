"""What a file's plan means for a participant who is here already: a new one, or changes to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import category_name
from caddy.domain.participants import NewBudget, NewPlan, plans_overlap
from caddy.domain.words import say_date
from caddy.models import Budget, Plan

CHANGEABLE = "management plan_number plan_manager review_on support_coordinator_id goals".split()


@dataclass(slots=True)
class PlanWork:
    """A plan to add (`new`), or what changes of one that is known: columns, budgets, amounts."""

    new: NewPlan | None = None
    known: Plan | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    added: list[NewBudget] = field(default_factory=list)
    adjusted: list[tuple[Budget, int]] = field(default_factory=list)
    as_entered: NewPlan | None = None

    def __bool__(self) -> bool:
        return bool(self.new or self.changes or self.added or self.adjusted)

    @property
    def cents(self) -> int:
        """Return the money that it brings, or takes away."""
        new = self.new.budgets if self.new else self.added
        return sum(one.allocated_cents for one in new) + sum(cents for _, cents in self.adjusted)


def decide_plan(
    plan: NewPlan,
    known: Sequence[Plan],
    budgets: Mapping[UUID, list[Budget]],
    *,
    is_management_told: bool,
) -> PlanWork:
    """Return what a plan in a file changes; a plan is matched by the day it starts."""
    same = next((one for one in known if one.starts_on == plan.starts_on), None)
    if same is None:
        for other in known:
            if other.starts_on <= plan.ends_on and other.ends_on >= plan.starts_on:
                raise plans_overlap(other.starts_on, other.ends_on)
        return PlanWork(new=plan)
    if same.ends_on != plan.ends_on:
        raise RuleBroken(
            "plan_ends_on",
            "plan_ends_otherwise",
            f"The plan from {say_date(same.starts_on)} is here already and ends on "
            f"{say_date(same.ends_on)}, not on {say_date(plan.ends_on)}.",
        )
    work = PlanWork(known=same, as_entered=replace(plan, is_core_pooled=same.is_core_pooled))
    for name in CHANGEABLE:
        before, after = getattr(same, name), getattr(plan, name)
        after = list(after) if name == "goals" else after
        if name == "management" and not is_management_told:
            continue
        if after and before != after:
            work.changes[name] = (before, after)
    _decide_budgets(work, budgets.get(same.id, []))
    return work


def _decide_budgets(work: PlanWork, known: Sequence[Budget]) -> None:
    if work.as_entered is None:
        raise ValueError("a known plan is compared with one that was entered")
    held = {(one.support_category, one.stated_for): one for one in known}
    for line in work.as_entered.lines():
        budget = held.get((line.support_category, line.stated_for))
        if budget is None:
            work.added.append(line)
            continue
        cents = line.allocated_cents - budget.allocated_cents
        if cents and budget.remaining_cents + cents < 0:
            raise RuleBroken(
                "budgets",
                "more_than_remains",
                f"{category_name(line.support_category)} cannot go down to "
                f"{dollars(line.allocated_cents)}: more than that is spent or promised.",
            )
        if cents:
            work.adjusted.append((budget, cents))
