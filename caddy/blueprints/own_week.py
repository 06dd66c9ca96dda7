"""A worker's own week on one page, which a phone keeps for where there is no network; its notes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import shifts
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import organizations, roster, services
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.pages import page, wants_json
from caddy.web.sent import sent, stored
from caddy.web.shift_forms import NoteForm, TripForm
from caddy.web.shift_views import both_versions, form_page, shift_to_change

blueprint = Blueprint("own_week", __name__)

MOST_PARTICIPANTS = 40
RECENT = timedelta(days=60)


@blueprint.get("/shifts/mine")
@requires(Permission.SERVICES_WRITE)
def show() -> ResponseReturnValue:
    """Show what is ahead with all that its forms need, and nothing of anyone's health."""
    today = clock.today(person.timezone)
    shifts_ahead = roster.own_week(person.id, today)
    days = [(on, list(some)) for on, some in groupby(shifts_ahead, key=lambda one: one.service_on)]
    return page(
        "shifts/mine.html",
        days=days,
        today=today,
        week=roster.WEEK,
        now=clock.local(clock.now(), person.timezone),
        participants=_participants(shifts_ahead),
        items=_items(shifts_ahead, today),
        needs_signature=organizations.current().is_signature_required,
        trip=TripForm(formdata=None).trip,
    )


def _participants(ahead: list[Any]) -> list[tuple[UUID, str]]:
    """Return whom one may log a service for here: one's own, or else those of one's shifts."""
    found = {one.participant_id: f"{one.first_name} {one.last_name}" for one in ahead}
    if seen_by() is not None:
        own = services.participants_to_choose("", seen_by=seen_by(), limit=MOST_PARTICIPANTS)
        found |= {one.id: f"{one.first_name} {one.last_name}" for one in own}
    return sorted(found.items(), key=lambda pair: pair[1])


def _items(ahead: list[Any], today: date) -> dict[str, str]:
    """Return the support items that one works with, by number."""
    recent = roster.recent_items(person.id, today - RECENT)
    return {one.item_number: one.item_name for one in (*recent, *ahead)}


@blueprint.get("/services/<uuid:service_id>/notes")
@requires(Permission.SERVICES_WRITE)
def noting(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    return form_page("note", _note_form(shift), shift)


def _note_form(shift: Any) -> NoteForm:
    return NoteForm(formdata=None, data={"version": shift.version, "notes": shift.notes})


@blueprint.post("/services/<uuid:service_id>/notes")
@requires(Permission.SERVICES_WRITE)
def note(service_id: UUID) -> ResponseReturnValue:
    """Keep what is worth keeping while the shift goes on."""
    shift = shift_to_change(service_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return form_page("note", form, shift, 422)
    try:
        done = shifts.note_shift(service_id, form.seen, form.notes.data, sent=sent(), actor=actor)
    except Conflict as error:
        if wants_json():
            raise
        shift = shift_to_change(service_id)
        conflict = both_versions(service_id, error, form, _note_form(shift))
        return form_page("note", form, shift, **conflict)
    except RuleBroken as error:
        form.refuse(error)
        return form_page("note", form, shift, 422)
    return stored(service_id, "The note is kept.", done.version)
