"""A participant's statement: what each budget began with, what was delivered, what is left.

Amounts are cents. Whoever reads the database fills these in; nothing here is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from caddy.domain.ndis.categories import category_name
from caddy.domain.periods import Days
from caddy.domain.reports import Sum, show_quantity
from caddy.domain.spreadsheets import Cents, Table
from caddy.domain.words import say_minutes

MOST_LINES_OF_PART = 500
HOUR = "h"


@dataclass(frozen=True, slots=True)
class Delivered:
    """One service that was paid for from a budget, or the fee of one that was cancelled.

    `quantity_milli` is thousandths of `unit`; of an hour, `minutes` are exact.
    """

    service_on: date
    item_number: str
    item_name: str
    support_category: int
    worker: str
    kind: str
    minutes: int
    quantity_milli: int
    unit: str
    unit_price_cents: int
    total_cents: int

    @property
    def amount(self) -> str:
        """Return how much was delivered: time, or units."""
        if self.unit == HOUR:
            return say_minutes(self.minutes)
        return show_quantity(self.quantity_milli, self.unit)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Money that came to a budget in the period, or left it without a service."""

    on: date
    cents: int
    reason: str


@dataclass(frozen=True, slots=True)
class ItemSum:
    """What the services of one item come to."""

    item_number: str
    item_name: str
    services: int
    amount: str
    total_cents: int


@dataclass(frozen=True, slots=True)
class BudgetStatement:
    """A budget over the period: `opening_cents` is what was left of it the evening before."""

    name: str
    starts_on: date
    ends_on: date
    opening_cents: int
    adjustments: tuple[Adjusted, ...]
    services: tuple[Delivered, ...]

    @property
    def added_cents(self) -> int:
        return sum(one.cents for one in self.adjustments)

    @property
    def spent_cents(self) -> int:
        return sum(one.total_cents for one in self.services)

    @property
    def held_cents(self) -> int:
        """Return what there was to spend in the period."""
        return self.opening_cents + self.added_cents

    @property
    def closing_cents(self) -> int:
        return self.held_cents - self.spent_cents


@dataclass(frozen=True, slots=True)
class Statement:
    """What a participant is told of some days; budgets in the order of the plan."""

    participant: str
    ndis_number: str
    address: tuple[str, ...]
    days: Days
    budgets: tuple[BudgetStatement, ...]

    @property
    def opening_cents(self) -> int:
        return sum(one.opening_cents for one in self.budgets)

    @property
    def added_cents(self) -> int:
        return sum(one.added_cents for one in self.budgets)

    @property
    def spent_cents(self) -> int:
        return sum(one.spent_cents for one in self.budgets)

    @property
    def closing_cents(self) -> int:
        return sum(one.closing_cents for one in self.budgets)

    @property
    def count(self) -> int:
        return sum(len(one.services) for one in self.budgets)


@dataclass(frozen=True, slots=True)
class Piece:
    """A budget, or what one part of the report holds of a long one."""

    budget: BudgetStatement
    services: tuple[Delivered, ...]
    is_continued: bool
    is_last: bool


def in_pieces(
    budgets: Sequence[BudgetStatement], most: int = MOST_LINES_OF_PART
) -> list[list[Piece]]:
    """Cut budgets into parts of at most so many services; a budget may go on in the next.

    A budget without services is a piece too: what was added to it is said.
    """
    parts: list[list[Piece]] = [[]]
    room = most
    for budget in budgets:
        start, count = 0, len(budget.services)
        while True:
            taken = budget.services[start : start + room]
            end = start + len(taken)
            parts[-1].append(Piece(budget, taken, start > 0, end == count))
            room -= len(taken)
            if not room:
                parts.append([])
                room = most
            if end == count:
                break
            start = end
    return [part for part in parts if part]


def by_category(services: Sequence[Delivered]) -> list[Sum]:
    """Return what the services of each support category come to, in the catalogue's order.

    By the category of the item: flexible core money pays for several.
    """
    found: dict[int, tuple[int, int]] = {}
    for one in services:
        count, cents = found.get(one.support_category, (0, 0))
        found[one.support_category] = (count + 1, cents + one.total_cents)
    return [Sum(category_name(number), *found[number]) for number in sorted(found)]


def by_item(services: Sequence[Delivered]) -> list[ItemSum]:
    """Return what the services of each item come to, the largest sum first."""
    found: dict[tuple[str, str], list[Delivered]] = {}
    for one in services:
        found.setdefault((one.item_number, one.unit), []).append(one)
    sums = [
        ItemSum(
            number,
            some[-1].item_name,
            len(some),
            say_minutes(sum(one.minutes for one in some))
            if unit == HOUR
            else show_quantity(sum(one.quantity_milli for one in some), unit),
            sum(one.total_cents for one in some),
        )
        for (number, unit), some in found.items()
    ]
    return sorted(sums, key=lambda one: (-one.total_cents, one.item_number))


def tables(statement: Statement) -> list[Table]:
    """Return a statement as sheets: its services, its budgets, its adjustments."""
    services = [
        (
            budget.name,
            one.service_on,
            one.item_number,
            one.item_name,
            one.kind,
            one.worker,
            one.amount,
            Cents(one.unit_price_cents),
            Cents(one.total_cents),
        )
        for budget in statement.budgets
        for one in budget.services
    ]
    budgets = [
        (
            one.name,
            one.starts_on,
            one.ends_on,
            Cents(one.opening_cents),
            Cents(one.added_cents),
            Cents(one.spent_cents),
            Cents(one.closing_cents),
        )
        for one in statement.budgets
    ]
    changes = [
        (budget.name, one.on, one.reason, Cents(one.cents))
        for budget in statement.budgets
        for one in budget.adjustments
    ]
    return [
        Table("Services", SERVICE_HEADER, services),
        Table("Budgets", BUDGET_HEADER, budgets),
        Table("Adjustments", ("Budget", "Date", "Reason", "Amount"), changes),
    ]


SERVICE_HEADER = tuple(
    "Budget,Date,Support item,Name,Type,Worker,Time or quantity,Price,Amount".split(",")
)
BUDGET_HEADER = tuple("Budget,From,To,At the start,Added,Spent,At the end".split(","))
