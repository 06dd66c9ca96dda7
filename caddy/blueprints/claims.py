"""Claims: what can be claimed, drafts, sending, withdrawing, crediting, and the files as sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.actions import claim_corrections
from caddy.actions import claims as actions
from caddy.domain.claims import ClaimStatus, FileKind, LineStatus
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.participants import PlanManagement
from caddy.domain.permissions import Permission
from caddy.domain.sentences import Sentence, sentence, together, words
from caddy.queries import claim_files, claim_pages, claim_rechecks, claims
from caddy.queries.claim_candidates import HeldBack
from caddy.queries.claim_files import SentFile
from caddy.queries.claims import ClaimFilter
from caddy.web import arguments, claim_views, listings
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.claim_forms import (
    ClaimForm,
    CreditForm,
    Period,
    asked_for,
    quick_periods,
    wanted_of,
)
from caddy.web.downloads import AT_ONCE, Listing, as_file, every, note_file
from caddy.web.pages import page, wants_fragment
from caddy.web.sent_files import sent

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

A_PAGE = 50
MEDIA = {FileKind.INVOICE_PDF: "application/pdf"}


@blueprint.before_request
def _whole_organization() -> None:
    """Refuse those who see some participants only: a claim holds everyone's services."""
    if seen_by() is not None:
        abort(403)


@blueprint.get("")
@requires(Permission.CLAIMS_READ)
def index() -> ResponseReturnValue:
    wanted = _wanted()
    rows, after = claims.page(wanted)
    return page(
        "claims/index.html",
        part="results",
        rows=rows,
        after=after,
        wanted=wanted,
        count=claims.count(wanted),
        open_cents=claim_pages.open_cents([one.id for one in rows]),
        statuses=list(ClaimStatus),
        managements=list(PlanManagement),
    )


def _wanted() -> ClaimFilter:
    return ClaimFilter(
        status=arguments.word("status", ClaimStatus),
        management=arguments.word("management", PlanManagement),
        after=arguments.number("after"),
    )


@as_file(blueprint, "/claims")
@requires(Permission.CLAIMS_READ)
def download() -> Listing:
    wanted = _wanted()
    found = every(lambda after: claims.page(replace(wanted, after=after), AT_ONCE))
    return listings.claims(found)


@blueprint.get("/new")
@requires(Permission.CLAIMS_WRITE)
def new() -> ResponseReturnValue:
    """Show what would be claimed and what is held back, as the days and whom are chosen."""
    period, whom = asked_for(clock.today(person.timezone))
    form = ClaimForm(data={"from_on": period.first, "to_on": period.last, "whom": whom})
    return _new(form, period, whom)


def _new(form: Any, period: Period, whom: str, status: int = 200) -> ResponseReturnValue:
    preview = claims.preview(wanted_of(period.first, period.last, whom))
    start = arguments.number("held") or 0
    shown = preview.held_back[start : start + A_PAGE]
    return page(
        "claims/new.html",
        part="preview",
        status=status,
        form=form,
        period=period,
        whom=whom,
        quick=quick_periods(clock.today(person.timezone)),
        managements=list(PlanManagement),
        people=claim_pages.people_to_claim_for(period.first, period.last),
        preview=preview,
        blocked=claim_views.blocked(shown),
        held_start=start,
        held_next=start + A_PAGE if start + A_PAGE < len(preview.held_back) else None,
    )


@blueprint.post("")
@requires(Permission.CLAIMS_WRITE)
def create() -> ResponseReturnValue:
    """Build a draft; who comes second is told where the services are."""
    form = ClaimForm()
    period, whom = asked_for(clock.today(person.timezone))
    if not form.validate_on_submit():
        return _new(form, period, whom, 422)
    wanted = form.wanted()
    built = actions.build_claim(wanted, actor=actor)
    if built.id is not None:
        flash(_drafted(built.number, built.lines, dollars(built.total_cents)))
        return redirect(url_for("claims.show", claim_id=built.id), 303)
    there = claim_pages.draft_holding(wanted)
    if there is not None:
        flash(
            sentence(
                "{claim} holds the services of these days already. Nothing was claimed twice.",
                claim=there.shown_number,
            )
        )
        return redirect(url_for("claims.show", claim_id=there.id), 303)
    flash("There is nothing to claim in these days.")
    values = {"from_on": wanted.starts_on, "to_on": wanted.ends_on, "whom": form.whom.data}
    return redirect(url_for("claims.new", **values), 303)


def _drafted(claim: str | None, lines: int, amount: str) -> Sentence:
    if lines == 1:
        return sentence("{claim} is drafted: 1 line, {amount}.", claim=claim, amount=amount)
    return sentence(
        "{claim} is drafted: {count} lines, {amount}.",
        claim=claim,
        count=f"{lines:,}",
        amount=amount,
    )


@blueprint.get("/<uuid:claim_id>")
@requires(Permission.CLAIMS_READ)
def show(claim_id: UUID) -> ResponseReturnValue:
    if request.args.get("part") == "sums" and wants_fragment():
        found = claim_views.sums(_claim(claim_id), person.timezone)
        return page("claims/show.html", part="sums", **found)
    return _show(claim_id)


def _show(
    claim_id: UUID,
    *,
    refusal: str | None = None,
    form: Any = None,
    chosen: frozenset[UUID] = frozenset(),
    status: int = 200,
) -> ResponseReturnValue:
    since = events.current_id(person.organization_id)  # before the claim is read: nothing is missed
    claim = _claim(claim_id)
    wanted = arguments.word("status", LineStatus)
    rows, after = claims.lines(
        claim_id, status=wanted, after=arguments.number("after") or 0, size=A_PAGE
    )
    return page(
        "claims/show.html",
        part="main",
        status=status,
        since=since,
        refusal=refusal,
        **claim_views.sums(claim, person.timezone),
        line_counts=claim_pages.lines_by_status(claim_id),
        line_status=wanted,
        lines=rows,
        after=after,
        services=claim_pages.services_behind([one.ClaimLine.id for one in rows]),
        files=claim_views.files(claim, person.timezone),
        transfers=claim_pages.transfers(claim_id),
        form=form or CreditForm(formdata=None),
        chosen=chosen,
        **_checked(claim),
    )


def _checked(claim: Any) -> dict[str, Any]:
    """Return what stands between a draft and its sending, so that it is seen before."""
    if claim.status is not ClaimStatus.DRAFT:
        return {"blocked": [], "blocked_count": 0, "has_changed": False}
    found = claim_rechecks.recheck(claim)
    held: tuple[HeldBack, ...] = found.held_back
    return {
        "blocked": claim_views.blocked(held[:A_PAGE]),
        "blocked_count": len(held),
        "has_changed": found.has_changed,
    }


@blueprint.get("/<uuid:claim_id>/files/<uuid:claim_file_id>")
@requires(Permission.CLAIMS_READ)
def file(claim_id: UUID, claim_file_id: UUID) -> ResponseReturnValue:
    """Give back a file byte for byte as it was sent."""
    found = claim_files.one(claim_id, claim_file_id)
    if found is None:
        abort(404)
    return _given(found)


@blueprint.get("/<uuid:claim_id>/previews/<file_name>")
@requires(Permission.CLAIMS_READ)
def preview(claim_id: UUID, file_name: str) -> ResponseReturnValue:
    """Give a file of a draft as it would be sent today."""
    claim = _claim(claim_id)
    files = (
        claim_files.rendered(claim, clock.today(person.timezone))
        if claim.status is ClaimStatus.DRAFT
        else []
    )
    found = next((one for one in files if one.file_name == file_name), None)
    if found is None:
        abort(404)
    return _given(found)


def _given(found: SentFile) -> Response:
    note_file(found.file_name, found.file_name.rpartition(".")[2].lower(), found.row_count)
    return sent(found.content, found.file_name, MEDIA.get(found.kind, "text/csv; charset=utf-8"))


@blueprint.post("/<uuid:claim_id>/submission")
@requires(Permission.CLAIMS_WRITE)
def submit(claim_id: UUID) -> ResponseReturnValue:
    """Send a draft, or show on its page what keeps it from being sent."""
    _claim(claim_id)
    try:
        done = actions.submit_claim(claim_id, actor=actor)
    except (Conflict, RuleBroken) as error:
        return _show(claim_id, refusal=error.message, status=409)
    if done.was_submitted:
        flash(sentence("{claim} was submitted already. Nothing was sent twice.", claim=done.number))
    else:
        flash(_submitted(done.number, dollars(done.total_cents), len(done.file_names)))
    return redirect(url_for("claims.show", claim_id=claim_id), 303)


def _submitted(claim: str, amount: str, files: int) -> Sentence:
    if files == 1:
        return sentence(
            "{claim} is submitted: {amount} in 1 file, kept below.", claim=claim, amount=amount
        )
    return sentence(
        "{claim} is submitted: {amount} in {count} files, kept below.",
        claim=claim,
        amount=amount,
        count=files,
    )


@blueprint.post("/<uuid:claim_id>/withdrawal")
@requires(Permission.CLAIMS_WRITE)
def withdraw(claim_id: UUID) -> ResponseReturnValue:
    claim = _claim(claim_id)
    number = claim.shown_number
    try:
        actions.withdraw_claim(claim_id, actor=actor)
    except Conflict as error:
        return _show(claim_id, refusal=error.message, status=409)
    flash(sentence("{claim} is withdrawn. Its services can be claimed again.", claim=number))
    return redirect(url_for("claims.show", claim_id=claim_id), 303)


@blueprint.post("/<uuid:claim_id>/credits")
@requires(Permission.CLAIMS_WRITE)
def credit(claim_id: UUID) -> ResponseReturnValue:
    """Take back chosen lines, and with the other button claim their services again at once."""
    _claim(claim_id)
    form = CreditForm()
    chosen = form.line_ids
    refusal = None
    if form.validate_on_submit():
        try:
            return _credited(claim_id, chosen, form)
        except RuleBroken as error:
            form.refuse(error)
        except Conflict as error:
            refusal = error
    return _show(
        claim_id,
        refusal=refusal.message if refusal else None,
        form=form,
        chosen=frozenset(chosen),
        status=409 if refusal else 422,
    )


def _credited(claim_id: UUID, chosen: list[UUID], form: Any) -> ResponseReturnValue:
    if not form.is_reclaimed:
        cents = claim_corrections.credit_lines(claim_id, chosen, form.reason.data, actor=actor)
        flash(
            sentence("Credited {amount}. The services can be claimed again.", amount=dollars(cents))
        )
        return redirect(url_for("claims.show", claim_id=claim_id), 303)
    done = claim_corrections.reclaim_lines(claim_id, chosen, form.reason.data, actor=actor)
    held = len(done.built.held_back)
    credited = sentence("Credited {amount}.", amount=dollars(done.credited_cents))
    if done.built.id is None:
        flash(together(credited, words("Nothing of it can be claimed again yet.")))
        return redirect(url_for("claims.show", claim_id=claim_id), 303)
    drafted = sentence("{claim} is drafted from the same services.", claim=done.built.number)
    if held:
        drafted = sentence(
            "{claim} is drafted from the same services; {count} of them are held back.",
            claim=done.built.number,
            count=held,
        )
    flash(together(credited, drafted))
    return redirect(url_for("claims.show", claim_id=done.built.id), 303)


def _claim(claim_id: UUID) -> Any:
    found = claims.one(claim_id)
    if found is None:
        abort(404)
    return found
