"""The group of a planned shift: who shares its worker and who joins; moved and cancelled whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import group_moves, group_shifts
from caddy.actions.group_shifts import PlannedGroup
from caddy.actions.series import Changed
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.domain.sentences import Sentence, sentence, together
from caddy.domain.services import ServiceStatus
from caddy.queries import roster
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.group_forms import GroupForm
from caddy.web.pages import page
from caddy.web.participant_choice import is_search
from caddy.web.sent import stored
from caddy.web.shift_forms import CancellationForm, MoveForm, local_now, offer_workers
from caddy.web.shift_views import as_seen, both_versions, form_page, shift_to_change

blueprint = Blueprint("groups", __name__)


@blueprint.get("/services/<uuid:service_id>/group")
@requires(Permission.PARTICIPANTS_WRITE)
def show(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    return _page(_form(shift), shift)


def _form(shift: Any) -> GroupForm:
    """Return the form as it begins: a number only where more share than are planned here."""
    others = roster.of_group(shift, seen_by=None)
    planned = 1 + sum(one.status is ServiceStatus.SCHEDULED for one in others)
    people = shift.people if shift.people > planned else None
    return GroupForm(formdata=None, data={"version": shift.version, "people": people})


def _page(form: GroupForm, shift: Any, status: int = 200, **more: Any) -> ResponseReturnValue:
    form.others.offer(seen_by(), without=shift.participant_id)
    others = roster.of_group(shift, seen_by=seen_by())
    return page("shifts/group.html", form=form, shift=shift, others=others, status=status, **more)


@blueprint.post("/services/<uuid:service_id>/group")
@requires(Permission.PARTICIPANTS_WRITE)
def change(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    form = GroupForm()
    form.others.offer(seen_by(), without=shift.participant_id)
    if is_search():
        return _page(form, shift)
    if not form.validate_on_submit():
        return _page(form, shift, 422)
    try:
        group = group_shifts.change_group(
            service_id,
            form.seen,
            form.others.ids,
            people=form.people.data,
            save_anyway=bool(form.save_anyway.data),
            actor=actor,
        )
    except Conflict as error:
        shift = shift_to_change(service_id)
        return _page(form, shift, **both_versions(service_id, error, form, _form(shift)))
    except RuleBroken as error:
        form.refuse(error)
        return _page(form, shift, 422)
    return stored(service_id, _changed(group))


def _changed(group: PlannedGroup) -> str:
    """Say how many share now, and what the shifts of all of them commit."""
    amount = dollars(group.total_cents)
    if group.people == 1:
        return sentence("Nobody shares the worker now: {amount} committed.", amount=amount)
    return sentence(
        "{count} people share the worker now: {amount} committed for the shifts planned here.",
        count=group.people,
        amount=amount,
    )


@blueprint.get("/services/<uuid:service_id>/group/move")
@requires(Permission.PARTICIPANTS_WRITE)
def moving(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    return _step_page("move", _move_form(shift), shift)


def _move_form(shift: Any) -> MoveForm:
    form = MoveForm(formdata=None, data=as_seen(shift, worker=str(shift.support_worker_id)))
    offer_workers(form, roster.workers())
    return form


@blueprint.post("/services/<uuid:service_id>/group/move")
@requires(Permission.PARTICIPANTS_WRITE)
def move(service_id: UUID) -> ResponseReturnValue:
    """Move all that is still planned of the group, or see what would become of it."""
    shift = shift_to_change(service_id)
    form = MoveForm()
    offer_workers(form, roster.workers())

    def act() -> Changed:
        return group_moves.move_group(
            service_id,
            form.seen,
            form.new_time(),
            reason=form.reason.data or None,
            save_anyway=bool(form.save_anyway.data),
            is_trial=_is_trial(),
            actor=actor,
        )

    def said(done: Changed) -> str:
        return sentence(
            "Moved {shifts}. They cost {amount} now.",
            shifts=_shifts(done.count),
            amount=dollars(done.cents),
        )

    return _step("move", form, shift, act, said, _move_form)


@blueprint.get("/services/<uuid:service_id>/group/cancellation")
@requires(Permission.PARTICIPANTS_WRITE)
def cancelling(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    return _step_page("cancellation", _cancellation_form(shift), shift)


def _cancellation_form(shift: Any) -> CancellationForm:
    now = local_now(clock.local(clock.now(), person.timezone))
    return CancellationForm(formdata=None, data=as_seen(shift, **now))


@blueprint.post("/services/<uuid:service_id>/group/cancellation")
@requires(Permission.PARTICIPANTS_WRITE)
def cancel(service_id: UUID) -> ResponseReturnValue:
    """Cancel all that is still planned of the group, or see what would become of it."""
    shift = shift_to_change(service_id)
    form = CancellationForm()

    def act() -> Changed:
        cancellation = form.cancellation(person.timezone)
        return group_moves.cancel_group(
            service_id, form.seen, cancellation, is_trial=_is_trial(), actor=actor
        )

    def said(done: Changed) -> str:
        freed = sentence(
            "Cancelled {shifts}: {amount} is free again.",
            shifts=_shifts(done.count),
            amount=dollars(done.freed_cents),
        )
        if not done.cents:
            return freed
        return together(freed, sentence("Fees come to {amount}.", amount=dollars(done.cents)))

    return _step("cancellation", form, shift, act, said, _cancellation_form)


def _step(
    name: str,
    form: Any,
    shift: Any,
    act: Callable[[], Changed],
    said: Callable[[Changed], str],
    begin: Callable[[Any], Any],
) -> ResponseReturnValue:
    """Take a step with the whole group, show what it would do, or say what refuses it."""
    if not form.validate_on_submit():
        return _step_page(name, form, shift, 422)
    try:
        done = act()
    except Conflict as error:
        shift = shift_to_change(shift.id)
        return _step_page(name, form, shift, **both_versions(shift.id, error, form, begin(shift)))
    except RuleBroken as error:
        form.refuse(error)
        return _step_page(name, form, shift, 422)
    if _is_trial():
        return _step_page(name, form, shift_to_change(shift.id), changed=done)
    return stored(shift.id, said(done))


def _step_page(
    name: str, form: Any, shift: Any, status: int = 200, **more: Any
) -> ResponseReturnValue:
    rows = [shift, *roster.of_group(shift, seen_by=seen_by())]
    names = {one.participant_id: f"{one.first_name} {one.last_name}" for one in rows}
    address = url_for(f"groups.{name if name == 'move' else 'cancel'}", service_id=shift.id)
    return form_page(name, form, shift, status, of_group=names, address=address, **more)


def _is_trial() -> bool:
    return "check" in request.form


def _shifts(count: int) -> Sentence:
    return sentence("1 shift") if count == 1 else sentence("{count} shifts", count=count)
