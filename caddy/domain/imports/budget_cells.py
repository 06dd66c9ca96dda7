"""The money in a row: by category, by kind of support, as a total, or a budget a row."""

from __future__ import annotations

from typing import Any

from caddy.domain.imports.participant_fields import CAPACITY_BUILDING, CAPITAL, POOL
from caddy.domain.imports.records import BudgetEntry
from caddy.domain.imports.wrong import Wrong
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import CATEGORY_NAMES, CategoryKind, category_kind, category_name

Values = dict[str, Any]


def budgets_of(values: Values) -> tuple[tuple[BudgetEntry, ...], tuple[str, ...]]:
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
