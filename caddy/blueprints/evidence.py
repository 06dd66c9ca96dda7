"""Evidence packs: asking for one of a period and a module, and those that were made."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import evidence as actions
from caddy.domain.permissions import Permission
from caddy.domain.tasks import TaskKind
from caddy.queries import tasks
from caddy.web.access import actor, person, requires
from caddy.web.pages import page
from caddy.web.report_forms import EvidenceForm

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")

RECENT = 5


@blueprint.get("")
@requires(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    return _show(EvidenceForm.of_last_year(clock.today(person.timezone)))


@blueprint.post("")
@requires(Permission.AUDIT_READ)
def create() -> ResponseReturnValue:
    """Leave a pack to the worker and show how far it is."""
    form = EvidenceForm()
    if not form.validate_on_submit():
        return _show(form, status=422)
    task_id = actions.ask_for_evidence(form.asked(), actor=actor)
    return redirect(url_for("tasks.show", task_id=task_id), 303)


def _show(form: EvidenceForm, status: int = 200) -> ResponseReturnValue:
    recent, _ = tasks.page(actor, kind=TaskKind.EVIDENCE, size=RECENT)
    return page("evidence/index.html", form=form, recent=recent, status=status)
