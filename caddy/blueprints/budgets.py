"""One budget: its numbers and what is behind them, its adjustments, thresholds, what it carries."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.actions.budget_thresholds import set_budget_thresholds
from caddy.actions.budgets import adjust_budget
from caddy.domain.burn_down import BurnDown, Change, burn_down
from caddy.domain.errors import RuleBroken
from caddy.domain.funding import lines_of, position_of
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import (
    CATEGORY_KINDS,
    CORE_POOL,
    CategoryKind,
)
from caddy.domain.permissions import Permission
from caddy.domain.sentences import sentence
from caddy.queries import budget_pages, budgets, services, support_items, visibility
from caddy.queries.budget_pages import AdjustmentLine, Behind, Shown
from caddy.queries.budgets import BudgetView
from caddy.web import arguments, what_if
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.budget_forms import AdjustmentForm, BudgetThresholdsForm, WhatIfForm
from caddy.web.charts import burn_down_svg
from caddy.web.pages import page

blueprint = Blueprint("budgets", __name__, url_prefix="/budgets")


@blueprint.get("/<uuid:budget_id>")
@requires(Permission.BUDGETS_READ)
def show(budget_id: UUID) -> ResponseReturnValue:
    part = "entries" if request.args.get("part") == "entries" else "main"
    return _page(_budget(budget_id), part=part)


@blueprint.get("/<uuid:budget_id>/what-if")
@requires(Permission.BUDGETS_READ)
def ask_what_if(budget_id: UUID) -> ResponseReturnValue:
    """Say how much of an item a week the budget can carry. Stores nothing."""
    budget = _budget(budget_id)
    form = WhatIfForm(formdata=request.args)
    answer, status = None, 200
    if request.args:
        answer = what_if.answer(budget, form) if form.validate() else None
        status = 200 if answer else 422
    return _page(budget, part="what_if", status=status, what_if_form=form, answer=answer)


def _page(
    budget: BudgetView, *, part: str = "main", status: int = 200, **context: Any
) -> ResponseReturnValue:
    since = events.current_id(person.organization_id)
    shown = arguments.word("show", Shown) or Shown.SPENT
    after = arguments.identifier("after")
    rows, following = budget_pages.services(
        budget.id, shown, services.key_of(after, seen_by=seen_by()) if after else None
    )
    entries = budget_pages.adjustments(budget.id)
    behind = budget_pages.behind(budget.id)
    series = _series(budget, entries, behind)
    context.setdefault("what_if_form", WhatIfForm(formdata=None, data={"item": _stated(budget)}))
    context.setdefault("thresholds_form", _thresholds_form(budget))
    return page(
        "budgets/show.html",
        part=part,
        status=status,
        since=since,
        budget=budget,
        budget_id=budget.id,
        series=series,
        svg=burn_down_svg(
            series, sentence("Burn-down of {budget}", budget=budget.name), f"chart-{budget.id}"
        ),
        periods=lines_of(budget.periods),
        current=position_of(budget.periods, budget.today) if budget.periods else None,
        adjustments=entries,
        behind=behind,
        shown=shown,
        kinds=list(Shown),
        rows=rows,
        following=following,
        items=support_items.suggestions("", _day(budget), _categories(budget)),
        **{"answer": None, **context},
    )


def _series(
    budget: BudgetView, entries: list[AdjustmentLine], behind: dict[Shown, Behind]
) -> BurnDown:
    return burn_down(
        [Change(one.effective_on, one.amount_cents) for one in entries],
        behind[Shown.SPENT].by_day,
        behind[Shown.COMMITTED].by_day,
        starts_on=budget.starts_on,
        ends_on=budget.ends_on,
        today=budget.today,
    )


def _stated(budget: BudgetView) -> str:
    return "" if budget.stated_for == budgets.STATED_CATEGORY else budget.stated_for


def _day(budget: BudgetView) -> Any:
    return min(max(budget.today, budget.starts_on), budget.ends_on)


def _categories(budget: BudgetView) -> set[int]:
    if budget.support_category != CORE_POOL:
        return {budget.support_category}
    return {number for number, kind in CATEGORY_KINDS.items() if kind is CategoryKind.CORE}


@blueprint.get("/<uuid:budget_id>/adjustments/new")
@requires(Permission.PARTICIPANTS_WRITE)
def new_adjustment(budget_id: UUID) -> ResponseReturnValue:
    budget = _budget(budget_id)
    form = AdjustmentForm(data={"effective_on": _day(budget)})
    return page("budgets/adjust.html", budget=budget, form=form)


@blueprint.post("/<uuid:budget_id>/adjustments")
@requires(Permission.PARTICIPANTS_WRITE)
def adjust(budget_id: UUID) -> ResponseReturnValue:
    budget = _budget(budget_id)
    form = AdjustmentForm()
    if form.validate_on_submit():
        wanted = form.adjustment()
        try:
            remaining = adjust_budget(budget_id, wanted, actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            way = "added to" if wanted.amount_cents > 0 else "taken from"
            flash(
                f"{dollars(abs(wanted.amount_cents))} {way} {budget.name}: "
                f"{dollars(remaining)} remains."
            )
            return redirect(url_for("budgets.show", budget_id=budget_id), 303)
    return page("budgets/adjust.html", budget=budget, form=form, status=422)


@blueprint.post("/<uuid:budget_id>/thresholds")
@requires(Permission.PARTICIPANTS_WRITE)
def thresholds(budget_id: UUID) -> ResponseReturnValue:
    budget = _budget(budget_id)
    form = BudgetThresholdsForm()
    if form.validate_on_submit():
        try:
            set_budget_thresholds(budget_id, form.thresholds(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(f"The thresholds of {budget.name} were saved.")
            return redirect(url_for("budgets.show", budget_id=budget_id), 303)
    return _page(budget, status=422, thresholds_form=form)


def _thresholds_form(budget: BudgetView) -> BudgetThresholdsForm:
    percents = budget_pages.alert_percents(budget.id)
    return BudgetThresholdsForm(
        formdata=None,
        data={
            "amber_percent": budget.own_amber_percent,
            "red_percent": budget.own_red_percent,
            "warning_percent": percents.get("warning"),
            "critical_percent": percents.get("critical"),
        },
    )


def _budget(budget_id: UUID) -> BudgetView:
    budget = budgets.one(budget_id, clock.today(person.timezone))
    if budget is None or not visibility.is_seen(budget.participant_id, seen_by()):
        abort(404)
    return budget
