"""Finance's dashboard and receivables, and the fragments that live events put into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.claims import claim_number
from caddy.domain.participants import PlanManagement
from caddy.domain.permissions import Permission
from caddy.domain.spreadsheets import Cell, Cents, Table, as_csv
from caddy.events import Fragment
from caddy.queries import claims, finance, organizations, receivables
from caddy.queries.receivables import AGE_LABELS, OwedFilter
from caddy.web import arguments, claim_views
from caddy.web.access import person, requires, seen_by
from caddy.web.bar_charts import SERIES, weeks_svg
from caddy.web.csv_files import csv_file
from caddy.web.pages import page

blueprint = Blueprint("finance", __name__, url_prefix="/finance")


@blueprint.before_request
def _of_everyone() -> None:
    if seen_by() is not None:
        abort(404)  # these are sums of all participants


@blueprint.get("")
@requires(Permission.CLAIMS_READ)
def show() -> ResponseReturnValue:
    # Asked first: what is committed while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    found = finance.dashboard(clock.today(person.timezone), person.timezone)
    return page(
        "finance/show.html",
        part="main",
        since=since,
        found=found,
        totals=found.totals,
        series=SERIES,
        svg=weeks_svg(found.weeks, "Claimed, paid and rejected by week", "weeks"),
    )


@events.renders("claim")
def render_claims(ids: Sequence[UUID]) -> Iterator[Fragment]:
    """Yield finance's totals and where each of some claims stands."""
    zone = organizations.current().timezone
    found = finance.totals(clock.today(zone), zone)
    html = render_template("finance/_totals.html", totals=found)
    yield Fragment("finance-totals", html, Permission.CLAIMS_READ)
    for claim in claims.some(ids):
        html = render_template("claims/_sums.html", **claim_views.sums(claim, zone))
        yield Fragment(f"claim-sums-{claim.id}", html, Permission.CLAIMS_READ)


@blueprint.get("/receivables")
@requires(Permission.CLAIMS_READ)
def list_receivables() -> ResponseReturnValue:
    today = clock.today(person.timezone)
    rows = receivables.aged(today, person.timezone)
    sums = receivables.totals(today, person.timezone)
    return page(
        "finance/receivables.html",
        part="main",
        rows=rows,
        most=max((row.total_cents for row in rows), default=0),
        sums=sums,
        total_cents=sum(sums),
        labels=AGE_LABELS,
        most_rows=receivables.MOST_PAYERS,
    )


@blueprint.get("/receivables.csv")
@requires(Permission.CLAIMS_READ)
def receivables_file() -> ResponseReturnValue:
    """Send what each payer owes, by age, with the sums below."""
    today = clock.today(person.timezone)
    header = ("Payer", "Plan management", *AGE_LABELS, "Total")
    rows: list[tuple[Cell, ...]] = [
        (row.payer, row.management.label, *map(Cents, row.cents), Cents(row.total_cents))
        for row in receivables.aged(today, person.timezone, receivables.MOST_LINES)
    ]
    sums = receivables.totals(today, person.timezone)
    last: tuple[Cell, ...] = ("Total", "", *map(Cents, sums), Cents(sum(sums)))
    table = Table("Receivables", header, [*rows, last])
    return csv_file(as_csv(table), f"receivables-{today.isoformat()}.csv")


@blueprint.get("/receivables/lines")
@requires(Permission.CLAIMS_READ)
def receivable_lines() -> ResponseReturnValue:
    """Show the lines behind a number of the receivables."""
    wanted, today = _wanted(), clock.today(person.timezone)
    count, cents = receivables.sums_of(wanted, today, person.timezone)
    rows, following = receivables.lines(wanted, today, person.timezone)
    return page(
        "finance/lines.html",
        part="results",
        wanted=wanted,
        count=count,
        owed_cents=cents,
        rows=rows,
        labels=AGE_LABELS,
        after=f"{following[0].isoformat()}_{following[1]}" if following else None,
        claim_number=claim_number,
    )


@blueprint.get("/receivables/lines.csv")
@requires(Permission.CLAIMS_READ)
def receivable_lines_file() -> ResponseReturnValue:
    """Send the lines behind a number, the oldest first."""
    wanted, today = _wanted(), clock.today(person.timezone)
    rows, _ = receivables.lines(wanted, today, person.timezone, receivables.MOST_LINES)
    header = tuple(
        "Payer,Claim,Claim reference,Participant,Service date,Item number,Age,Claimed,Paid,"
        "Owed".split(",")
    )
    table = Table(
        "Open lines",
        header,
        [
            (
                row.ClaimLine.payer,
                claim_number(row.number),
                row.ClaimLine.claim_reference,
                f"{row.first_name} {row.last_name}",
                row.ClaimLine.service_on,
                row.ClaimLine.item_number,
                AGE_LABELS[row.age],
                Cents(row.ClaimLine.total_cents),
                Cents(row.ClaimLine.paid_cents),
                Cents(row.owed_cents),
            )
            for row in rows
        ],
    )
    return csv_file(as_csv(table), f"receivable-lines-{today.isoformat()}.csv")


def _wanted() -> OwedFilter:
    age = request.args.get("age", type=int)
    return OwedFilter(
        payer=arguments.text("payer", 401) or None,
        management=arguments.word("management", PlanManagement),
        age=age if age in range(len(AGE_LABELS)) else None,
        after=_key(request.args.get("after", "")),
    )


def _key(text: str) -> tuple[date, UUID] | None:
    day, _, key = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None
