"""The wall of budgets: narrowed, sorted, page by page, and summed by group.

What a budget's light is by its own thresholds, or the organization's, is asked of the
database here and of one budget in `domain.budgets`: tests hold the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from caddy.columns import Rows
from caddy.domain import budgets as rules
from caddy.domain.budgets import Light, Pace
from caddy.domain.ndis.categories import CategoryKind
from caddy.extensions import db
from caddy.models import Budget, Participant, Plan
from caddy.queries import visibility
from caddy.queries.budgets import BudgetView, columns, views

PAGE = 48
LIGHTS_BY_RISK = (Light.RED, Light.AMBER, Light.GREEN)


class WallSort(StrEnum):
    RISK = "risk"
    USED = "used"
    PACE_OVER = "pace_over"
    PACE_UNDER = "pace_under"

    @property
    def label(self) -> str:
        return {
            "risk": "At risk first",
            "used": "Most used first",
            "pace_over": "Overspending first",
            "pace_under": "Underspending first",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Scale:
    """The organization's thresholds in percent: of the lights, and of the pace."""

    amber: int
    red: int
    variance: int


@dataclass(frozen=True, slots=True)
class WallKey:
    """The last budget of a page: its light counts where the wall is sorted by risk."""

    light: Light
    value: int
    id: UUID


@dataclass(frozen=True, slots=True)
class WallFilter:
    """What the wall of budgets is narrowed to; `after` is the last key of the page before.

    `site_id`, `coordinator_id` and `support_category` are groups; without_site and
    without_coordinator those that are in none. `seen_by` sees their own participants only.
    """

    light: Light | None = None
    category: CategoryKind | None = None
    site_id: UUID | None = None
    coordinator_id: UUID | None = None
    support_category: int | None = None
    without_site: bool = False
    without_coordinator: bool = False
    seen_by: UUID | None = None
    sort: WallSort = WallSort.RISK
    after: WallKey | None = None

    @property
    def is_of_group(self) -> bool:
        ids = (self.site_id, self.coordinator_id, self.support_category)
        return self.without_site or self.without_coordinator or any(one is not None for one in ids)


def page(
    wanted: WallFilter, today: date, scale: Scale, size: int = PAGE
) -> tuple[list[BudgetView], WallKey | None]:
    """Return up to 48 current budgets in order, and the key of the page after.

    By risk: the lights one after another, each read along the index of paces. Every budget is
    on exactly one page while none of them changes.
    """
    lights: tuple[Light | None, ...] = (wanted.light,)
    if wanted.sort is WallSort.RISK and wanted.light is None:
        first = LIGHTS_BY_RISK.index(wanted.after.light) if wanted.after else 0
        lights = LIGHTS_BY_RISK[first:]
    rows: list[Any] = []
    for light in lights:
        is_later = wanted.after and light is not None and light is not wanted.after.light
        rows += _stage(
            wanted, light, None if is_later else wanted.after, size + 1 - len(rows), scale
        )
        if len(rows) > size:
            break
    shown = views(rows[:size], today)
    return shown, _key(shown[-1], wanted.sort) if len(rows) > size else None


def _stage(
    wanted: WallFilter, light: Light | None, after: WallKey | None, limit: int, scale: Scale
) -> list[Any]:
    column = Budget.used_basis_points if wanted.sort is WallSort.USED else Budget.pace_basis_points
    key = tuple_(column, Budget.id)
    statement = _narrowed(columns(), wanted).limit(limit)
    if light is not None:
        statement = statement.where(is_of_light(light, scale))
    if wanted.sort is WallSort.PACE_UNDER:
        statement = statement.order_by(column, Budget.id)
        edge = key > (after.value, after.id) if after else None
    else:
        statement = statement.order_by(column.desc(), Budget.id.desc())
        edge = key < (after.value, after.id) if after else None
    if edge is not None:
        statement = statement.where(edge)
    return list(db.session.execute(statement))


def _key(last: BudgetView, sort: WallSort) -> WallKey:
    value = last.used_basis_points if sort is WallSort.USED else last.pace_basis_points
    return WallKey(last.light, value, last.id)


def _narrowed(statement: Rows, wanted: WallFilter) -> Rows:
    statement = statement.where(Budget.is_current.is_(True))
    statement = visibility.of_own_participants(statement, Budget.participant_id, wanted.seen_by)
    if wanted.category:
        statement = statement.where(Budget.category == wanted.category)
    if wanted.support_category is not None:
        statement = statement.where(Budget.support_category == wanted.support_category)
    if wanted.site_id or wanted.without_site:
        own = select(Participant.id).where(Participant.site_id == wanted.site_id)
        statement = statement.where(Budget.participant_id.in_(own))
    if wanted.coordinator_id or wanted.without_coordinator:
        led = select(Plan.id).where(Plan.support_coordinator_id == wanted.coordinator_id)
        statement = statement.where(Budget.plan_id.in_(led))
    return statement


def is_of_light(light: Light, scale: Scale) -> ColumnElement[bool]:
    """Return the condition of a light, by the budget's own thresholds where it has some.

    The stored share is rounded down, so that the edges are compared in cents.
    """
    spent = Budget.spent_cents * 100
    amber = func.coalesce(Budget.light_amber_percent, scale.amber)
    red = func.coalesce(Budget.light_red_percent, scale.red)
    over_amber, over_red = (
        spent > Budget.allocated_cents * amber,
        spent > Budget.allocated_cents * red,
    )
    return {
        Light.RED: over_red,
        Light.AMBER: and_(over_amber, ~over_red),
        Light.GREEN: ~over_amber,
    }[light]


@dataclass(frozen=True, slots=True)
class GroupSums:
    """What some current budgets hold together, in cents, and how many have which light or pace."""

    allocated_cents: int
    committed_cents: int
    spent_cents: int
    remaining_cents: int
    count: int
    lights: dict[Light, int]
    paces: dict[Pace, int]
    light: Light

    @property
    def used_basis_points(self) -> int:
        return rules.used_basis_points(self.spent_cents, self.allocated_cents)

    @property
    def committed_basis_points(self) -> int:
        return rules.used_basis_points(self.committed_cents, self.allocated_cents)

    @property
    def at_risk(self) -> int:
        return self.lights[Light.RED]


def sum_columns(scale: Scale) -> list[Any]:
    """Return what a group's sums are read from, in the order of `sums_of`."""

    def count_of(condition: ColumnElement[bool]) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    money = (Budget.allocated_cents, Budget.committed_cents, Budget.spent_cents)
    variance = scale.variance * 100
    over = Budget.pace_basis_points > variance
    under = Budget.pace_basis_points < -variance
    return [
        *(func.coalesce(func.sum(column), 0) for column in money),
        func.count(Budget.id),
        *(count_of(is_of_light(light, scale)) for light in LIGHTS_BY_RISK),
        *(count_of(one) for one in (over, under, ~or_(over, under))),
    ]


def sums_of(row: Any, scale: Scale) -> GroupSums:
    allocated, committed, spent, count, *counts = (int(value) for value in row)
    return GroupSums(
        allocated_cents=allocated,
        committed_cents=committed,
        spent_cents=spent,
        remaining_cents=rules.remaining(allocated, committed, spent),
        count=count,
        lights=dict(zip(LIGHTS_BY_RISK, counts[:3], strict=True)),
        paces=dict(zip((Pace.OVER, Pace.UNDER, Pace.EVEN), counts[3:], strict=True)),
        light=rules.light_for(spent, allocated, scale.amber, scale.red),
    )


def sums(wanted: WallFilter, scale: Scale) -> GroupSums:
    """Return the sums of all that the wall is narrowed to, whatever light: one query."""
    statement: Any = select(*sum_columns(scale))
    return sums_of(db.session.execute(_narrowed(statement, wanted)).one(), scale)


def most_at_risk(today: date, scale: Scale, limit: int = 6) -> list[BudgetView]:
    """Return the budgets past their red threshold, most used first."""
    wanted = WallFilter(light=Light.RED, sort=WallSort.USED)
    return views(_stage(wanted, Light.RED, None, limit, scale), today)
