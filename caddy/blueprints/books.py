"""The books of a period: what its claims come to, and the files for Xero and the journal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.domain import books
from caddy.domain.ndis.categories import category_name
from caddy.domain.permissions import Permission
from caddy.domain.words import say_date
from caddy.queries import books as queries
from caddy.web import arguments
from caddy.web.access import person, requires, seen_by
from caddy.web.downloads import download, note_file
from caddy.web.pages import page

blueprint = Blueprint("books", __name__, url_prefix="/finance/books")

LONGEST = timedelta(days=366)
MOST_INVOICES = 500  # that Xero takes in one file
ACCOUNT = re.compile(r"[A-Za-z0-9.-]{1,10}")


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which claims were sent, both included, and the account they are booked on."""

    first: date
    last: date
    account: str
    was_shortened: bool = False

    @property
    def which(self) -> Any:
        return queries.sent_within(self.first, self.last, person.timezone)

    @property
    def name(self) -> str:
        return f"{self.first.isoformat()}-to-{self.last.isoformat()}"

    @property
    def arguments(self) -> dict[str, str]:
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "account": self.account,
        }


@blueprint.before_request
def _of_everyone() -> None:
    if seen_by() is not None:
        abort(404)  # the books are of all participants


@blueprint.get("")
@requires(Permission.CLAIMS_READ)
def show() -> ResponseReturnValue:
    period = _period()
    return page(
        "finance/books.html",
        part="results",
        period=period,
        sums=queries.sums(period.which),
        category_name=category_name,
        most_invoices=MOST_INVOICES,
    )


@blueprint.get("/invoices.csv", endpoint="invoices_csv")
@requires(Permission.CLAIMS_READ)
def invoices() -> ResponseReturnValue:
    """Send sales invoices in Xero's import layout."""
    period = _period()
    content = books.xero_invoices(
        queries.lines(period.which, person.timezone), account=period.account
    )
    return _file(content, "Xero invoices", period)


@blueprint.get("/contacts.csv", endpoint="contacts_csv")
@requires(Permission.CLAIMS_READ)
def contacts() -> ResponseReturnValue:
    """Send whom the invoices are addressed to in Xero's import layout."""
    period = _period()
    return _file(books.xero_contacts(queries.contacts(period.which)), "Xero contacts", period)


@blueprint.get("/journal.csv", endpoint="journal_csv")
@requires(Permission.CLAIMS_READ)
def journal() -> ResponseReturnValue:
    """Send one journal by support category and GST code."""
    period = _period()
    reference = f"Claims {say_date(period.first)} to {say_date(period.last)}"
    content = books.journal(queries.lines(period.which, person.timezone), period.last, reference)
    return _file(content, "Journal", period)


def _file(content: bytes, name: str, period: Period) -> ResponseReturnValue:
    note_file(name, "csv", content.count(b"\n") - 1)
    return download(content, f"{name} {period.name}", "csv")


def _period() -> Period:
    """Return the period that is asked for; without one, this month up to today."""
    today = clock.today(person.timezone)
    last = arguments.day("to") or today
    first = arguments.day("from") or last.replace(day=1)
    first, last = min(first, last), max(first, last)
    account = request.args.get("account", "").strip()
    return Period(
        max(first, last - LONGEST),
        last,
        account if ACCOUNT.fullmatch(account) else books.INCOME_ACCOUNT,
        was_shortened=last - first > LONGEST,
    )
