"""A participant's medical details: shown when they are asked for, and changed, apart."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import medical as actions
from caddy.domain.errors import Conflict
from caddy.domain.permissions import Permission
from caddy.queries import participants
from caddy.queries.participants import ParticipantRecord
from caddy.web.access import actor, requires, seen_by
from caddy.web.conflicts import conflicting, seen, version_of
from caddy.web.pages import page, wants_fragment
from caddy.web.participant_forms import MedicalForm, entered_medical

blueprint = Blueprint("medical", __name__, url_prefix="/participants")


@blueprint.post("/<uuid:participant_id>/medical-views")
@requires(Permission.PARTICIPANTS_MEDICAL)
def view(participant_id: UUID) -> ResponseReturnValue:
    """Show the details; a POST, because that someone looked is written down."""
    record = _record(participant_id)
    medical = actions.view_medical(participant_id, actor=actor)
    return page(
        "participants/medical.html",
        part="details",
        participant=record.participant,
        medical=medical,
        form=_stored(record, medical),
        conflict=None,
        is_on_profile=wants_fragment(),
    )


@blueprint.post("/<uuid:participant_id>/medical-details")
@requires(Permission.PARTICIPANTS_WRITE)
def update(participant_id: UUID) -> ResponseReturnValue:
    record, form, conflict, status = _record(participant_id), MedicalForm(), None, 422
    if form.validate_on_submit():
        try:
            actions.change_medical(
                participant_id, form.medical(), seen=seen(form.version.data), actor=actor
            )
        except Conflict as error:
            # Theirs is shown, so that this too is looking at it.
            medical = actions.view_medical(participant_id, actor=actor)
            theirs = _stored(_record(participant_id), medical)
            their_url = url_for("participants.show", participant_id=participant_id)
            conflict = conflicting(error.message, form, theirs, their_url)
            status = error.status
        else:
            flash("The medical details were saved.")
            return redirect(url_for("participants.show", participant_id=participant_id))
    return page(
        "participants/medical.html",
        participant=record.participant,
        medical=None,
        form=form,
        conflict=conflict,
        status=status,
    )


def _stored(record: ParticipantRecord, medical: Any) -> MedicalForm:
    values = entered_medical(medical) | {"version": version_of(record.participant)}
    return MedicalForm(formdata=None, data=values)


def _record(participant_id: UUID) -> ParticipantRecord:
    record = participants.record(participant_id, seen_by=seen_by())
    if record is None:
        abort(404)
    return record
