"""A plan that is there: changing its dates, who manages and leads it, its goals."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import plan_changes as actions
from caddy.domain.errors import CHANGED, Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import participants
from caddy.queries.participants import ParticipantRecord
from caddy.web.access import actor, requires, seen_by
from caddy.web.conflicts import Conflicting, conflicting, seen
from caddy.web.forms import stored
from caddy.web.pages import page
from caddy.web.plan_forms import PlanChangeForm, stored_plan

blueprint = Blueprint("plans", __name__, url_prefix="/participants/<uuid:participant_id>/plans")


@blueprint.get("/<uuid:plan_id>/edit")
@requires(Permission.PARTICIPANTS_WRITE)
def edit(participant_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    record, plan = _plan(participant_id, plan_id)
    return _form_page(_stored(plan), record, plan)


@blueprint.post("/<uuid:plan_id>/edit")
@requires(Permission.PARTICIPANTS_WRITE)
def update(participant_id: UUID, plan_id: UUID) -> ResponseReturnValue:
    record, plan = _plan(participant_id, plan_id)
    form = PlanChangeForm()
    form.offer_coordinators(participants.coordinators())
    if not form.validate_on_submit():
        return _form_page(form, record, plan, status=422)
    try:
        actions.change_plan(plan_id, form.change(), seen=seen(form.version.data), actor=actor)
    except Conflict as error:
        if error.code != CHANGED:
            raise
        record, plan = _plan(participant_id, plan_id)
        their_url = url_for("plans.edit", participant_id=participant_id, plan_id=plan_id)
        both = conflicting(error.message, form, _stored(plan), their_url)
        return _form_page(form, record, plan, status=error.status, conflict=both)
    except RuleBroken as error:
        form.refuse(error)
        return _form_page(form, *_plan(participant_id, plan_id), status=422)
    flash("The plan was saved.")
    return redirect(url_for("participants.show", participant_id=participant_id), 303)


def _stored(plan: Any) -> PlanChangeForm:
    """Return the form of a plan as it is stored."""
    form: PlanChangeForm = stored(PlanChangeForm, plan, stored_plan(plan))
    form.offer_coordinators(participants.coordinators())
    return form


def _form_page(
    form: PlanChangeForm,
    record: ParticipantRecord,
    plan: Any,
    status: int = 200,
    conflict: Conflicting | None = None,
) -> ResponseReturnValue:
    return page(
        "plans/edit.html",
        form=form,
        participant=record.participant,
        plan=plan,
        conflict=conflict,
        status=status,
    )


def _plan(participant_id: UUID, plan_id: UUID) -> tuple[ParticipantRecord, Any]:
    """Return a plan with whose it is; one of somebody else is not there."""
    record = participants.record(participant_id, seen_by=seen_by())
    plan = next((one for one in record.plans if one.id == plan_id), None) if record else None
    if record is None or plan is None:
        abort(404)
    return record, plan
