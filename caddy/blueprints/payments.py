"""Money that came: transfers by day and reference, and recording one by hand."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions.claim_corrections import Received, record_payment
from caddy.domain.claims import claim_number
from caddy.domain.errors import RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.queries import payments
from caddy.queries.payments import Key, OpenInvoice
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.finance_forms import PaymentForm
from caddy.web.pages import page

blueprint = Blueprint("payments", __name__, url_prefix="/finance/payments")

SHOWN = timedelta(days=365)  # without a period the last year is shown
PLACE = re.compile(r"(\d{1,9})_(\d{1,9})")


@blueprint.before_request
def _of_everyone() -> None:
    if seen_by() is not None:
        abort(404)  # transfers are of all participants


@blueprint.get("")
@requires(Permission.CLAIMS_READ)
def index() -> ResponseReturnValue:
    first, last = _period()
    rows, following = payments.page(first, last, _key())
    return page(
        "finance/payments.html",
        part="results",
        first=first,
        last=last,
        rows=rows,
        sum_cents=payments.sum_cents(first, last),
        after=following,
    )


def _period() -> tuple[date, date]:
    last = arguments.day("to") or clock.today(person.timezone)
    return arguments.day("from") or last - SHOWN, last


def _key() -> Key | None:
    on = arguments.day("after")
    return (on, request.args.get("reference", "")[:200]) if on else None  # which may be empty


@as_file(blueprint, "/finance/payments")
@requires(Permission.CLAIMS_READ)
def download() -> Listing:
    """Send the transfers of a period, newest first."""
    first, last = _period()
    return listings.payments(every(lambda after: payments.page(first, last, after, AT_ONCE)))


@blueprint.get("/transfer")
@requires(Permission.CLAIMS_READ)
def show() -> ResponseReturnValue:
    """Show what one transfer paid, line by line."""
    on, reference = arguments.day("on"), arguments.text("reference", 200)
    if on is None:
        abort(404)
    rows, following = payments.lines(on, reference, arguments.text("after", 50))
    if not rows:
        abort(404)
    return page(
        "finance/transfer.html",
        part="results",
        on=on,
        reference=reference,
        rows=rows,
        after=following,
        claim_number=claim_number,
    )


@blueprint.get("/new")
@requires(Permission.CLAIMS_WRITE)
def new() -> ResponseReturnValue:
    """Show the invoices that wait for money or, for one of them, the form."""
    if "claim" in request.args:
        invoice = _invoice()
        today = clock.today(person.timezone)
        amount = dollars(invoice.owed_cents).removeprefix("$")
        form = PaymentForm(data={"amount": amount, "paid_on": today})
        return _form(invoice, form)
    found = PLACE.fullmatch(request.args.get("after", ""))
    rows, following = payments.open_invoices((int(found[1]), int(found[2])) if found else None)
    return page(
        "finance/invoices.html",
        part="results",
        rows=rows,
        after=f"{following[0]}_{following[1]}" if following else None,
        claim_number=claim_number,
    )


@blueprint.post("")
@requires(Permission.CLAIMS_WRITE)
def create() -> ResponseReturnValue:
    invoice = _invoice()
    form = PaymentForm()
    form.today = clock.today(person.timezone)
    form.sent_on = clock.local(invoice.submitted_at, person.timezone).date()
    if form.validate_on_submit():
        try:
            flash(_record(invoice, form))
        except RuleBroken as error:
            form.refuse(error)
        else:
            return redirect(url_for("payments.index"), 303)
    return _form(invoice, form, 422)


def _record(invoice: OpenInvoice, form: PaymentForm) -> str:
    """Record the payment and return what to say of it."""
    on, reference = form.paid_on.data, form.reference.data
    was_there = payments.is_recorded(invoice, on, reference)
    received = Received(
        form.amount.cents or 0, on, reference, invoice.payer, invoice.participant_id
    )
    left = record_payment(invoice.claim_id, received, actor=actor)
    if was_there:
        return "This payment was recorded before. Nothing was changed."
    rest = f"{dollars(left)} is still owed" if left else "the invoice is paid in full"
    return f"{dollars(received.cents)} from {invoice.payer} was recorded: {rest}."


def _form(invoice: OpenInvoice, form: PaymentForm, status: int = 200) -> ResponseReturnValue:
    number = payments.number_of(invoice)
    return page("finance/payment.html", status=status, invoice=invoice, number=number, form=form)


def _invoice() -> OpenInvoice:
    """Return the invoice that the address or the form names by its claim and first line."""
    try:
        claim_id = UUID(request.values.get("claim", ""))
        position = int(request.values.get("line", "1"))
    except ValueError:
        abort(404)
    found = payments.open_invoice(claim_id, position)
    if found is None:
        abort(404)
    return found
