"""One field of a profile, changed where it stands; without htmx on a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import participant_parts as actions
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import participants
from caddy.queries.participants import ParticipantRecord
from caddy.web.access import actor, requires, seen_by
from caddy.web.conflicts import seen, version_of
from caddy.web.field_forms import FIELDS, InPlace, TagsForm
from caddy.web.pages import page, wants_fragment

blueprint = Blueprint("participant_fields", __name__, url_prefix="/participants")


@blueprint.get("/<uuid:participant_id>/fields/<field_name>")
@requires(Permission.PARTICIPANTS_WRITE)
def edit(participant_id: UUID, field_name: str) -> ResponseReturnValue:
    """Open a field; with `?as=text` show it again as it was."""
    field, record = _field(field_name), _record(participant_id)
    if wants_fragment() and request.args.get("as") == "text":
        return _shown(field, record, None)
    version = version_of(record.participant)
    form = field.form(formdata=None, data={"value": field.held(record), "version": version})
    return _shown(field, record, form)


@blueprint.post("/<uuid:participant_id>/fields/<field_name>")
@requires(Permission.PARTICIPANTS_WRITE)
def update(participant_id: UUID, field_name: str) -> ResponseReturnValue:
    field, record = _field(field_name), _record(participant_id)
    form, status = field.form(), 422
    if form.validate_on_submit():
        try:
            _save(participant_id, field_name, form)
        except Conflict as error:
            record, status = _record(participant_id), error.status
            said = field.held(record) or "nothing"
            form.form_errors.append(f"{error.message} It says now: {said}.")
            form.version.data = version_of(record.participant)
        except RuleBroken as error:
            form.refuse(RuleBroken("value", error.code, error.message))
        else:
            if wants_fragment():
                return _shown(field, _record(participant_id), None)
            flash("Saved.")
            return redirect(url_for("participants.show", participant_id=participant_id), 303)
    return _shown(field, record, form, status)


def _save(participant_id: UUID, name: str, form: Any) -> None:
    version = seen(form.version.data)
    if isinstance(form, TagsForm):
        actions.change_tags(participant_id, form.tags(), seen=version, actor=actor)
    else:
        value = form.value.data or None
        actions.change_field(participant_id, name, value, seen=version, actor=actor)


def _shown(
    field: InPlace, record: ParticipantRecord, form: Any, status: int = 200
) -> ResponseReturnValue:
    return page(
        "participants/field.html",
        part="field",
        field=field,
        value=field.held(record),
        record=record,
        participant=record.participant,
        form=form,
        status=status,
    )


def _field(name: str) -> InPlace:
    found = FIELDS.get(name)
    if found is None:
        abort(404)
    return found


def _record(participant_id: UUID) -> ParticipantRecord:
    record = participants.record(participant_id, seen_by=seen_by())
    if record is None:
        abort(404)
    return record
