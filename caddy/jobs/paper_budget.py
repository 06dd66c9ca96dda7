"""The budget report of a plan meeting on paper: where each budget stands, and how it got there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from caddy.domain.money import dollars
from caddy.domain.periods import id_of
from caddy.domain.reports import Paper
from caddy.domain.spreadsheets import Cents, Table
from caddy.domain.words import say_date, say_minutes
from caddy.jobs import paper_drawings as drawings
from caddy.jobs.paper_parts import fill, made
from caddy.pdf import Progress
from caddy.queries import letterheads
from caddy.queries.budget_reports import Carried, PlanReport, ReportedBudget, plan_report

BUDGETS_OF_PART = 10


def make(params: Mapping[str, str], progress: Progress, *, seen_by: UUID | None) -> Paper:
    """Return the report of a plan of `participant_id`: of `plan_id`, or of the plan of today.

    `seen_by` is the person who asked where they see only some participants. Raises NotFound
    for a participant or a plan that is not there for them.
    """
    whom = id_of(params, "participant_id", "participant")
    which = id_of(params, "plan_id", "plan") if params.get("plan_id") else None
    report = plan_report(whom, which, seen_by=seen_by)
    head = letterheads.head()
    shown = [_shown(one) for one in report.budgets]
    first = fill("budget.html", letterhead=head, report=report, budgets=shown)
    cut = [shown[at : at + BUDGETS_OF_PART] for at in range(0, len(shown), BUDGETS_OF_PART)]
    parts = [fill("budget_parts.html", budgets=some) for some in cut]
    begun = [first + parts[0], *parts[1:]] if parts else [first]
    parts = [*begun, fill("budget_notes.html", report=report)]
    made_pdf = made(
        parts,
        f"Budget report for {report.participant}",
        head,
        assets=letterheads.assets(),
        progress=progress,
    )
    stem = f"Budget report {report.participant} {say_date(report.today)}"
    return Paper(stem, made_pdf, _tables(report))


def _shown(one: ReportedBudget) -> dict[str, Any]:
    view = one.view
    said = (
        f"{view.name}: {dollars(view.spent_cents)} spent and {dollars(view.committed_cents)} "
        f"committed of {dollars(view.allocated_cents)}; "
        f"{view.mark_basis_points // 100} % of the time is gone"
    )
    shades = [(view.spent_cents, drawings.SPENT), (view.committed_cents, drawings.COMMITTED)]
    return {
        "view": view,
        "series": one.series,
        "items": one.items,
        "bar": drawings.bar(shades, view.allocated_cents, said, view.mark_basis_points),
        "chart": drawings.burn_down(one.series, f"What is left of {view.name}, day by day")
        if one.series
        else None,
        "lasts": _lasts(one),
        "carried": _sentence(one.carried, one) if one.carried else None,
    }


def _lasts(one: ReportedBudget) -> str:
    """Return how long the money lasts, in a sentence."""
    view, series = one.view, one.series
    if view.starts_on > view.today:
        return f"This budget begins on {say_date(view.starts_on)}."
    if view.ends_on < view.today:
        return (
            f"This budget ended on {say_date(view.ends_on)} with "
            f"{dollars(view.remaining_cents)} left."
        )
    if series is None or not series.burn_cents_per_day:
        return "Nothing has been spent yet."
    rate = f"About {dollars(series.burn_cents_per_day * 7)} a week has been spent so far."
    if series.runs_out_on is None:
        return f"{rate} At this rate the money lasts to the end, {say_date(view.ends_on)}."
    return (
        f"{rate} At this rate, and with what is booked, the money lasts until "
        f"{say_date(series.runs_out_on)}: {(view.ends_on - series.runs_out_on).days:,} days "
        f"before the plan ends."
    )


def _sentence(carried: Carried, one: ReportedBudget) -> str:
    """Return what the rest pays for: after what is booked already, to the budget's last day."""
    until = say_date(one.view.ends_on)
    left = f"What is free, {dollars(one.view.remaining_cents)}, pays for"
    if carried.hours:
        amount = say_minutes(carried.hours.minutes_a_week)
        return (
            f"{left} {amount} a week of {carried.item_name} until {until}, at "
            f"{dollars(carried.price_cents)} an hour."
        )
    units = carried.units.units_a_week if carried.units else 0
    return (
        f"{left} {units:,} a week of {carried.item_name} until {until}, at "
        f"{dollars(carried.price_cents)} each."
    )


def _tables(report: PlanReport) -> list[Table]:
    budgets = [
        (
            one.view.name,
            one.view.starts_on,
            one.view.ends_on,
            Cents(one.view.allocated_cents),
            Cents(one.view.spent_cents),
            Cents(one.view.committed_cents),
            Cents(one.view.remaining_cents),
            f"{one.view.used_basis_points // 100} %",
            f"{one.view.mark_basis_points // 100} %",
            one.series.runs_out_on if one.series else None,
        )
        for one in report.budgets
    ]
    items = [
        (
            one.view.name,
            item.item_number,
            item.item_name,
            item.services,
            item.amount,
            Cents(item.total_cents),
        )
        for one in report.budgets
        for item in one.items
    ]
    days = [
        (
            one.view.name,
            row.on,
            Cents(row.allocated_cents),
            Cents(row.ideal_cents),
            None if row.actual_cents is None else Cents(row.actual_cents),
            None if row.projected_cents is None else Cents(row.projected_cents),
        )
        for one in report.budgets
        if one.series
        for row in one.series.rows
    ]
    return [
        Table("Budgets", BUDGET_HEADER, budgets),
        Table("Items", ITEM_HEADER, items),
        Table("Over time", DAY_HEADER, days),
    ]


BUDGET_HEADER = tuple(
    "Budget,From,To,Allocated,Spent,Committed,Remaining,Used,Time gone,Lasts until".split(",")
)
ITEM_HEADER = tuple("Budget,Support item,Name,Services,Time or quantity,Total".split(","))
DAY_HEADER = tuple("Budget,Day,Allocated,Even pace,Remaining,At this rate".split(","))
