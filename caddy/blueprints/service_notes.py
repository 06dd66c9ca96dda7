"""The notes of a service, changed where they stand; without htmx on a page of their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from caddy.actions import service_notes, shifts
from caddy.domain.errors import CHANGED, Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.domain.services import ServiceStatus
from caddy.web.access import actor, requires
from caddy.web.pages import page, wants_fragment
from caddy.web.shift_forms import TOO_LONG, NoteForm, StepForm
from caddy.web.shift_views import shift_to_change

blueprint = Blueprint("service_notes", __name__)


class CorrectedNotesForm(StepForm):
    """The notes of a delivered service, and why they are changed."""

    notes = TextAreaField("Notes", [Length(max=10_000, message=TOO_LONG)])
    reason = StringField(
        "Why they are changed",
        [
            InputRequired("Say why the notes are changed."),
            Length(max=1000, message=TOO_LONG),
        ],
        description="Kept with the service, and the notes as they were.",
        render_kw={"autocomplete": "off"},
    )


@blueprint.get("/services/<uuid:service_id>/notes/correction")
@requires(Permission.SERVICES_WRITE)
def edit(service_id: UUID) -> ResponseReturnValue:
    """Open the notes; with `?as=text` show them again as they were."""
    shift = shift_to_change(service_id)
    if wants_fragment() and request.args.get("as") == "text":
        return _shown(shift, None)
    form = _form_of(shift)(formdata=None, data={"notes": shift.notes, "version": shift.version})
    return _shown(shift, form)


@blueprint.post("/services/<uuid:service_id>/notes/correction")
@requires(Permission.SERVICES_WRITE)
def update(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    form, status = _form_of(shift)(), 422
    if form.validate_on_submit():
        try:
            _save(service_id, form)
        except Conflict as error:
            if error.code != CHANGED:
                raise
            shift, status = shift_to_change(service_id), error.status
            form.form_errors.append(f"{error.message} They say now: {shift.notes or 'nothing'}")
            form.version.data = str(shift.version)
        except RuleBroken as error:
            form.refuse(error)
        else:
            if wants_fragment():
                return _shown(shift_to_change(service_id), None)
            flash("The notes were saved.")
            return redirect(url_for("services.show", service_id=service_id), 303)
    return _shown(shift, form, status)


def _form_of(shift: Any) -> type[StepForm]:
    return NoteForm if shift.status is ServiceStatus.IN_PROGRESS else CorrectedNotesForm


def _save(service_id: UUID, form: Any) -> None:
    if isinstance(form, CorrectedNotesForm):
        service_notes.correct_notes(
            service_id, form.seen, form.notes.data or "", form.reason.data or "", actor=actor
        )
    else:
        shifts.note_shift(service_id, form.seen, form.notes.data, actor=actor)


def _shown(shift: Any, form: Any, status: int = 200) -> ResponseReturnValue:
    return page(
        "services/notes.html",
        part="notes",
        shift=shift,
        service=shift,
        may_note=True,
        form=form,
        status=status,
    )
