"""Answering a budget page's question: how much of an item a week it can carry to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wtforms.validators import ValidationError

from caddy.domain import what_if as rules
from caddy.domain.errors import RuleBroken
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.what_if import Outlook, WeeklyHours, WeeklyUnits
from caddy.queries import budget_pages
from caddy.queries.budgets import BudgetView
from caddy.web.access import person
from caddy.web.service_forms import chosen_number


@dataclass(frozen=True, slots=True)
class Answer:
    """What a budget carries of an item. `outlook` is of the amount that was asked for."""

    item_name: str
    price_cents: int
    hours: WeeklyHours | None
    units: WeeklyUnits | None
    outlook: Outlook | None
    asked: str


def answer(budget: BudgetView, form: Any) -> Answer | None:
    """Return the answer, or None with a sentence beside the field that is to blame."""
    try:
        return _answer(budget, form)
    except RuleBroken as error:
        form.refuse(error)
    except ValidationError as error:
        form.refuse(RuleBroken("a_week", "not_whole", str(error)))
    return None


def _answer(budget: BudgetView, form: Any) -> Answer:
    # A plan that is still to come is asked as on the eve of its first day.
    eve = max(budget.today, budget.starts_on - timedelta(days=1))
    on = min(max(budget.today, budget.starts_on), budget.ends_on)
    found = budget_pages.priced_item(budget, chosen_number(form.item.data), on, person.state)
    if found is None:
        raise RuleBroken("item", "unknown_item", "This item is not in the Support Catalogue.")
    if not found.is_carried:
        raise RuleBroken("item", "other_budget", f"{budget.name} does not pay for this item.")
    price = found.limit_cents if form.price.cents is None else form.price.cents
    if not price:
        raise RuleBroken("price", "no_price", "Enter the price that was agreed on.")
    if found.limit_cents is not None and price > found.limit_cents:
        raise RuleBroken("price", "above_limit", "The price is above the price limit.")
    days = {"today": eve, "ends_on": budget.ends_on}
    left, asked = budget.remaining_cents, form.a_week.amount is not None
    if found.item.unit is Unit.HOUR:
        minutes = form.a_week.minutes
        return Answer(
            found.item.name,
            price,
            rules.hours_a_week(left, price, **days),
            None,
            rules.outlook_for_hours(left, price, minutes, **days) if asked else None,
            form.a_week.data,
        )
    return Answer(
        found.item.name,
        price,
        None,
        rules.units_a_week(left, price, **days),
        rules.outlook_for_units(left, price, form.a_week.units, **days) if asked else None,
        form.a_week.data,
    )
