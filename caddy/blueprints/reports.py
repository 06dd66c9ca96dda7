"""Reports: which there are, with a small form each, and asking the worker for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import reports as actions
from caddy.domain.permissions import Permission
from caddy.domain.report_kinds import ReportKind
from caddy.domain.tasks import TaskKind
from caddy.queries import report_claims, tasks
from caddy.web import arguments
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.pages import page
from caddy.web.participant_choice import is_search
from caddy.web.report_forms import ReportForm, form_of

blueprint = Blueprint("reports", __name__, url_prefix="/reports")

RECENT = 5
OK = 200


@blueprint.get("")
@requires(Permission.BUDGETS_READ)
def index() -> ResponseReturnValue:
    return _reports()


@blueprint.post("")
@requires(Permission.BUDGETS_READ)
def create() -> ResponseReturnValue:
    """Leave a report to the worker and show how far it is."""
    kind = _asked_kind()
    form: Any = form_of(kind, clock.today(person.timezone), (), seen_by(), is_sent=True)
    if is_search():
        return _reports(kind)
    if not form.validate_on_submit():
        return _reports(kind, status=422)
    task_id = actions.ask_for_report(kind, form.params(kind), actor=actor)
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _asked_kind() -> ReportKind:
    try:
        kind = ReportKind(request.form.get("kind", ""))
    except ValueError:
        abort(404)
    if kind not in _kinds():
        abort(403)
    return kind


def _kinds() -> list[ReportKind]:
    """Return the kinds that someone may ask for; those of all participants if they see all."""
    return [
        kind
        for kind in ReportKind
        if actor.may(kind.needs) and (seen_by() is None or "participant_id" in kind.asks)
    ]


def _reports(sent: ReportKind | None = None, status: int = OK) -> ResponseReturnValue:
    named = arguments.identifier("participant")
    claim_id = arguments.identifier("claim")
    kinds = _kinds()
    claims = report_claims.to_choose() if ReportKind.CLAIM in kinds else []
    chosen = {
        "participant_id": str(named or ""),
        "claim_id": str(claim_id) if claim_id and _is_among(claims, claim_id) else "",
    }
    today = clock.today(person.timezone)
    forms: dict[ReportKind, ReportForm] = {
        kind: form_of(kind, today, claims, seen_by(), chosen=chosen, is_sent=kind is sent)
        for kind in kinds
    }
    if sent and status != OK:
        forms[sent].validate()
    recent, _ = tasks.page(actor, kind=TaskKind.REPORT, size=RECENT)
    return page(
        "reports/index.html",
        status=status,
        forms=forms,
        recent=recent,
    )


def _is_among(rows: list[Any], wanted: UUID) -> bool:
    return any(row.id == wanted for row in rows)
