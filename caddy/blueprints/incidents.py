"""Incidents: reported from a phone, their clocks, and what follows until they are closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import incidents as actions
from caddy.actions import register_entries
from caddy.columns import new_id
from caddy.domain.documents import LinkName
from caddy.domain.errors import CHANGED, Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import services
from caddy.queries.shelves import base, incidents
from caddy.queries.shelves.base import Entry
from caddy.web import arguments
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.conflicts import Conflicting, conflicting, seen, version_of
from caddy.web.document_views import listed
from caddy.web.downloads import Listing, as_file
from caddy.web.forms import stored
from caddy.web.incident_clocks import clocks_of, running
from caddy.web.incident_forms import (
    ClosingForm,
    DetailsForm,
    IncidentForm,
    InvestigationForm,
    NoteForm,
    NotificationForm,
    entered_times,
)
from caddy.web.pages import page
from caddy.web.participant_choice import is_search
from caddy.web.register_forms import ActionForm, as_id
from caddy.web.register_pages import register_file, register_list

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


@blueprint.get("")
@requires(Permission.INCIDENTS_READ)
def index() -> ResponseReturnValue:
    return register_list(incidents.SHELF, may_add=actor.may(Permission.INCIDENTS_WRITE))


@as_file(blueprint, "/incidents")
@requires(Permission.INCIDENTS_READ)
def download() -> Listing:
    return register_file(incidents.SHELF)


@blueprint.get("/clocks")
@requires(Permission.INCIDENTS_READ)
def clocks() -> ResponseReturnValue:
    """Show the clocks that are running; the dashboard asks for them every minute."""
    return page("incidents/clocks.html", part="clocks", clocks=running())


@blueprint.get("/new")
@requires(Permission.INCIDENTS_WRITE)
def new() -> ResponseReturnValue:
    now = clock.local(clock.now(), person.timezone)
    service_id = arguments.identifier("service")
    service = services.one(service_id, seen_by=seen_by()) if service_id else None
    if service_id is not None and service is None:
        abort(404)
    form = IncidentForm(
        formdata=None,
        data={
            "participant_id": arguments.identifier("participant"),
            "service_id": service_id or "",
            "key": new_id(),
            "happened_on": now.date(),
            "happened_time": now.time().replace(second=0, microsecond=0),
        },
    )
    return _form_page(form)


@blueprint.post("")
@requires(Permission.INCIDENTS_WRITE)
def create() -> ResponseReturnValue:
    form: Any = IncidentForm()
    if is_search():
        return _form_page(form)
    form.offer(seen_by())
    if form.validate_on_submit():
        try:
            made = actions.report_incident(
                form.entry(person.timezone, clock.now().replace(second=0, microsecond=0)),
                participant_id=form.whom,
                service_id=as_id(form.service_id.data),
                key=as_id(form.key.data),
                actor=actor,
            )
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("Thank you. The incident is reported.")
            return redirect(url_for("incidents.show", incident_id=made), 303)
    return _form_page(form, status=422)


@blueprint.get("/<uuid:incident_id>")
@requires(Permission.INCIDENTS_READ)
def show(incident_id: UUID) -> ResponseReturnValue:
    return _show(incident_id)


def _show(incident_id: UUID, status: int = 200, **refused: Any) -> ResponseReturnValue:
    entry, at = _entry(incident_id), base.look()
    now = clock.local(at.now, person.timezone)
    when = {"notified_on": now.date(), "notified_time": now.time().replace(second=0, microsecond=0)}
    forms = {
        "action_form": ActionForm(formdata=None),
        "notification_form": NotificationForm(formdata=None, data=when),
        "details_form": DetailsForm(formdata=None, data=when, prefix="details-"),
        "investigation_form": InvestigationForm(
            formdata=None, data={"investigation": entry.row.investigation}
        ),
        "closing_form": ClosingForm(formdata=None),
        "note_form": NoteForm(formdata=None),
        **refused,
    }
    forms["action_form"].offer()
    return page(
        "incidents/show.html",
        part="main",
        status=status,
        entry=entry,
        incident=entry.row,
        stands=incidents.SHELF.stands(entry.row, at),
        clocks=clocks_of(entry, at),
        actions=incidents.actions_of("incident_id", incident_id),
        notes=incidents.notes_of(incident_id),
        documents=listed(LinkName.INCIDENT, incident_id),
        today=at.today,
        **forms,
    )


@blueprint.get("/<uuid:incident_id>/edit")
@requires(Permission.REGISTERS_WRITE)
def edit(incident_id: UUID) -> ResponseReturnValue:
    entry = _entry(incident_id)
    return _form_page(_stored(entry), entry)


@blueprint.post("/<uuid:incident_id>/edit")
@requires(Permission.REGISTERS_WRITE)
def update(incident_id: UUID) -> ResponseReturnValue:
    entry = _entry(incident_id)
    form: Any = IncidentForm()
    if is_search():
        return _form_page(form, entry)
    form.offer(seen_by(), entry.row.participant_id)
    if form.validate_on_submit():
        try:
            actions.change_incident(
                incident_id,
                form.entry(person.timezone, entry.row.aware_at),
                participant_id=form.whom,
                seen=seen(form.version.data),
                actor=actor,
            )
        except Conflict as error:
            if error.code != CHANGED:
                raise
            entry = _entry(incident_id)
            theirs = url_for("incidents.edit", incident_id=incident_id)
            both = conflicting(error.message, form, _stored(entry), theirs)
            return _form_page(form, entry, error.status, both)
        except RuleBroken as error:
            form.refuse(error)
            entry = _entry(incident_id)
        else:
            return _done(incident_id, "The incident was saved.")
    return _form_page(form, entry, status=422)


@blueprint.post("/<uuid:incident_id>/notification")
@requires(Permission.REGISTERS_WRITE)
def notification(incident_id: UUID) -> ResponseReturnValue:
    """Record that the NDIS Commission was notified."""
    form: Any = NotificationForm()
    return _saved(
        incident_id,
        ("notification_form", form),
        lambda: actions.notify_commission(
            incident_id, form.at(person.timezone), form.number.data or None, actor=actor
        ),
        "It is recorded that the NDIS Commission was notified.",
    )


@blueprint.post("/<uuid:incident_id>/details")
@requires(Permission.REGISTERS_WRITE)
def details(incident_id: UUID) -> ResponseReturnValue:
    """Record that the five-day report was sent."""
    form: Any = DetailsForm(prefix="details-")
    return _saved(
        incident_id,
        ("details_form", form),
        lambda: actions.send_details(incident_id, form.at(person.timezone), actor=actor),
        "It is recorded that the five-day report was sent.",
    )


@blueprint.post("/<uuid:incident_id>/investigation")
@requires(Permission.REGISTERS_WRITE)
def investigation(incident_id: UUID) -> ResponseReturnValue:
    """Write down what was found so far."""
    form: Any = InvestigationForm()
    return _saved(
        incident_id,
        ("investigation_form", form),
        lambda: actions.investigate(incident_id, form.investigation.data, actor=actor),
        "What was found is saved.",
    )


@blueprint.post("/<uuid:incident_id>/actions")
@requires(Permission.REGISTERS_WRITE)
def add_action(incident_id: UUID) -> ResponseReturnValue:
    """Note what is to be done, so that it does not happen again."""
    form: Any = ActionForm()
    form.offer()
    return _saved(
        incident_id,
        ("action_form", form),
        lambda: register_entries.add_action("incident_id", incident_id, form.entry(), actor=actor),
        "It is noted.",
    )


@blueprint.post("/<uuid:incident_id>/closing")
@requires(Permission.REGISTERS_WRITE)
def closing(incident_id: UUID) -> ResponseReturnValue:
    form: Any = ClosingForm()
    return _saved(
        incident_id,
        ("closing_form", form),
        lambda: actions.close_incident(incident_id, form.outcome.data, actor=actor),
        "The incident is closed.",
    )


@blueprint.post("/<uuid:incident_id>/notes")
@requires(Permission.REGISTERS_WRITE)
def add_note(incident_id: UUID) -> ResponseReturnValue:
    """Add what became known after the incident was closed."""
    form: Any = NoteForm()
    return _saved(
        incident_id,
        ("note_form", form),
        lambda: actions.add_note(incident_id, form.body.data, actor=actor),
        "The note is added.",
    )


def _saved(
    incident_id: UUID, named: tuple[str, Any], save: Callable[[], object], said: str
) -> ResponseReturnValue:
    """Save a form of the incident's page; where it is refused, the page comes back with it."""
    _entry(incident_id)
    name, form = named
    try:
        is_saved = form.saves(save)
    except Conflict as error:
        # What is still owed is said on the page where it can be done.
        form.form_errors.append(error.message)
        return _show(incident_id, error.status, **{name: form})
    return _done(incident_id, said) if is_saved else _show(incident_id, 422, **{name: form})


def _done(incident_id: UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("incidents.show", incident_id=incident_id), 303)


def _stored(entry: Entry) -> Any:
    entered = {"version": version_of(entry.row), **entered_times(entry.row, person.timezone)}
    form = stored(IncidentForm, entry.row, entered)
    form.offer(seen_by(), entry.row.participant_id)
    return form


def _form_page(
    form: Any,
    entry: Entry | None = None,
    status: int = 200,
    conflict: Conflicting | None = None,
) -> ResponseReturnValue:
    form.offer(seen_by(), entry.row.participant_id if entry else None)
    service_id = None if entry else as_id(form.service_id.data)
    service = services.one(service_id, seen_by=seen_by()) if service_id else None
    if service_id is not None and service is None:
        abort(404)
    return page(
        "incidents/form.html",
        form=form,
        entry=entry,
        service=service,
        conflict=conflict,
        status=status,
    )


def _entry(incident_id: UUID) -> Entry:
    found = base.one(incidents.SHELF, incident_id, seen_by=seen_by())
    if found is None:
        abort(404)
    return found
