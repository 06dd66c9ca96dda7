"""Finance's dashboard and receivables, and the fragments that live events put into them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.claims import SENT, claim_number
from caddy.domain.participants import PlanManagement
from caddy.domain.permissions import Permission
from caddy.domain.sentences import words
from caddy.events import Fragment
from caddy.queries import claims, finance, organizations, receivables
from caddy.queries.claim_candidates import ClaimWanted
from caddy.queries.receivables import AGE_LABELS, OwedFilter
from caddy.web import arguments, claim_views, listings
from caddy.web.access import person, requires, seen_by
from caddy.web.bar_charts import SERIES, weeks_svg
from caddy.web.downloads import Listing, as_file
from caddy.web.pages import page

blueprint = Blueprint("finance", __name__, url_prefix="/finance")

HELD_BACK_DAYS = timedelta(days=27)  # and today: four weeks


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
        svg=weeks_svg(found.weeks, words("Claimed, paid and rejected by week"), "weeks"),
    )


@blueprint.get("/held-back")
@requires(Permission.CLAIMS_READ)
def held_back() -> ResponseReturnValue:
    """Show what of the last four weeks cannot be claimed yet, and why."""
    today = clock.today(person.timezone)
    wanted = ClaimWanted(today - HELD_BACK_DAYS, today)
    return page(
        "finance/held_back.html",
        part="card",
        wanted=wanted,
        found=claims.preview(wanted),
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
        if claim.status in SENT:
            files = claim_views.files(claim, zone)
            html = render_template("claims/_files.html", claim=claim, files=files)
            yield Fragment(f"claim-files-{claim.id}", html, Permission.CLAIMS_READ)


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


@as_file(blueprint, "/finance/receivables", "receivables")
@requires(Permission.CLAIMS_READ)
def download_receivables() -> Listing:
    """Send what each payer owes, by age, with the sums below."""
    today = clock.today(person.timezone)
    rows = receivables.aged(today, person.timezone, receivables.MOST_LINES)
    return listings.receivables(rows, receivables.totals(today, person.timezone))


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


@as_file(blueprint, "/finance/receivables/lines", "lines")
@requires(Permission.CLAIMS_READ)
def download_lines() -> Listing:
    """Send the lines behind a number, the oldest first."""
    wanted, today = _wanted(), clock.today(person.timezone)
    rows, _ = receivables.lines(wanted, today, person.timezone, receivables.MOST_LINES)
    return listings.open_lines(rows)


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
