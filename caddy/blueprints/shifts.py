"""The steps of one shift: started, finished, cancelled, corrected, moved, its schedule ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import corrections, series, shifts
from caddy.actions.series import SeriesMove
from caddy.domain import schedules as schedule_rules
from caddy.domain import shifts as rules
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.domain.sentences import Sentence, sentence, together
from caddy.domain.services import ServiceStatus
from caddy.domain.words import say_time
from caddy.queries import organizations, roster, services, support_items
from caddy.web import arguments
from caddy.web.access import actor, person, requires
from caddy.web.pages import page, wants_json
from caddy.web.sent import sent, stored
from caddy.web.shift_forms import (
    CancellationForm,
    CorrectionForm,
    EndingForm,
    FinishForm,
    MoveForm,
    StepForm,
    local_now,
    offer_workers,
)
from caddy.web.shift_views import (
    as_seen,
    both_versions,
    form_page,
    say_cancelled,
    say_finished,
    shift_to_change,
)

blueprint = Blueprint("shifts", __name__)


@blueprint.post("/services/<uuid:service_id>/start")
@requires(Permission.SERVICES_WRITE)
def start(service_id: UUID) -> ResponseReturnValue:
    shift_to_change(service_id)
    form = StepForm()
    came = sent()
    at = came.kept_at if came else None
    done = shifts.start_shift(
        service_id, form.seen, at=at, place=form.place, sent=came, actor=actor
    )
    begun = clock.local(at or clock.now(), person.timezone)
    return stored(service_id, sentence("Started at {time}.", time=say_time(begun)), done.version)


@blueprint.get("/services/<uuid:service_id>/finish")
@requires(Permission.SERVICES_WRITE)
def finishing(service_id: UUID) -> ResponseReturnValue:
    """Ask for the times that were: from when it was started to now."""
    shift = shift_to_change(service_id)
    return _finish_page(_finish_form(shift), shift)


def _finish_form(shift: Any) -> FinishForm:
    end = clock.local(clock.now(), person.timezone)
    started = next(
        (one for one in roster.changes_of(shift.id) if one.to_status == "in_progress"), None
    )
    times: dict[str, Any] = {}
    if started is not None:
        begin = clock.local(started.happened_at, person.timezone)
        times = {
            "service_on": begin.date(),
            "start_time": begin.time().replace(second=0, microsecond=0),
            "end_time": end.time().replace(second=0, microsecond=0),
            "ends_next_day": end.date() > begin.date(),
        }
    # Who shares the worker has mostly shared the trip to them too.
    more = {"notes": shift.notes, "travel_people": shift.people}
    return FinishForm(formdata=None, data=as_seen(shift, **more, **times))


def _finish_page(
    form: FinishForm, shift: Any, status: int = 200, **more: Any
) -> ResponseReturnValue:
    needs_signature = organizations.current().is_signature_required
    return form_page("finish", form, shift, status, needs_signature=needs_signature, **more)


@blueprint.post("/services/<uuid:service_id>/finish")
@requires(Permission.SERVICES_WRITE)
def finish(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    form = FinishForm()
    if not form.validate_on_submit():
        return _finish_page(form, shift, 422)
    try:
        done = shifts.finish_shift(
            service_id,
            form.seen,
            form.times,
            form.notes.data,
            signed_by=form.signed_by.data,
            travel=form.travel,
            place=form.place,
            sent=sent(),
            actor=actor,
        )
    except Conflict as error:
        if wants_json():
            raise
        shift = shift_to_change(service_id)
        theirs = _finish_form(shift)
        return _finish_page(form, shift, **both_versions(service_id, error, form, theirs))
    except RuleBroken as error:
        form.refuse(error)
        return _finish_page(form, shift, 422)
    after = url_for("signings.of_service", service_id=service_id) if form.signs_next.data else None
    return stored(service_id, say_finished(done), done.version, after=after)


@blueprint.get("/services/<uuid:service_id>/cancellation")
@requires(Permission.SERVICES_WRITE)
def cancelling(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    now = local_now(clock.local(clock.now(), person.timezone))
    return _cancellation_page(CancellationForm(data=as_seen(shift, **now)), shift)


def _cancellation_page(
    form: CancellationForm, shift: Any, status: int = 200, **more: Any
) -> ResponseReturnValue:
    """Ask why; a support's travel goes with it, so the page says what that is."""
    lines = services.lines_of(shift.id)
    return form_page("cancellation", form, shift, status, lines=lines, **more)


@blueprint.post("/services/<uuid:service_id>/cancellation")
@requires(Permission.SERVICES_WRITE)
def cancel(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    form = CancellationForm()
    if not form.validate_on_submit():
        return _cancellation_page(form, shift, 422)
    try:
        done = shifts.cancel_service(
            service_id,
            form.seen,
            form.cancellation(person.timezone),
            is_trial=_is_trial(),
            actor=actor,
        )
    except Conflict as error:
        shift = shift_to_change(service_id)
        theirs = CancellationForm(formdata=None, data=as_seen(shift))
        return _cancellation_page(form, shift, **both_versions(service_id, error, form, theirs))
    except RuleBroken as error:
        form.refuse(error)
        return _cancellation_page(form, shift, 422)
    if _is_trial():
        return _cancellation_page(form, shift_to_change(service_id), outcome=done)
    return stored(service_id, say_cancelled(done))


@blueprint.get("/services/<uuid:service_id>/correction")
@requires(Permission.SERVICES_WRITE)
def correcting(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    if shift.claim_type.is_travel:
        return redirect(url_for("trips.correcting", service_id=service_id))
    return _correction_page(_correction_form(shift), shift)


def _correction_form(shift: Any) -> CorrectionForm:
    """Return the form of a service as it is."""
    agreed = roster.agreed_price(shift, person.state)
    entered = {
        "item_number": shift.item_number,
        "notes": shift.notes,
        "signed_by": shift.signed_by,
        "quantity": _units(shift),
        "unit_price": dollars(agreed).lstrip("$") if agreed is not None else "",
    }
    return CorrectionForm(formdata=None, data=as_seen(shift, **entered))


def _units(shift: Any) -> str:
    """Return a quantity as one types it."""
    if shift.quantity_milli is None:
        return ""
    whole, rest = divmod(shift.quantity_milli, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _correction_page(
    form: CorrectionForm, shift: Any, status: int = 200, **more: Any
) -> ResponseReturnValue:
    day = form.service_on.data or shift.service_on
    options = support_items.suggestions("", day, services.categories_of(shift.participant_id, day))
    lines = services.lines_of(shift.id)
    return form_page(
        "correction",
        form,
        shift,
        status,
        options=options,
        families=support_items.family_names(options),
        lines=lines,
        **more,
    )


@blueprint.post("/services/<uuid:service_id>/correction")
@requires(Permission.SERVICES_WRITE)
def correct(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    form = CorrectionForm()
    if not form.validate_on_submit():
        return _correction_page(form, shift, 422)
    entry = form.entry(shift.participant_id)
    try:
        cents = corrections.correct_service(
            service_id, form.seen, entry, form.reason.data, actor=actor
        )
    except Conflict as error:
        shift = shift_to_change(service_id)
        theirs = _correction_form(shift)
        return _correction_page(form, shift, **both_versions(service_id, error, form, theirs))
    except RuleBroken as error:
        form.refuse(error)
        return _correction_page(form, shift, 422)
    return stored(service_id, sentence("Corrected. It costs {amount} now.", amount=dollars(cents)))


@blueprint.get("/services/<uuid:service_id>/move")
@requires(Permission.PARTICIPANTS_WRITE)
def moving(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    return form_page("move", _move_form(shift), shift)


def _move_form(shift: Any) -> MoveForm:
    schedule = roster.schedule(shift.schedule_id) if shift.schedule_id else None
    more = {"weekdays": [str(day) for day in schedule.weekdays]} if schedule else {}
    entered = as_seen(shift, worker=str(shift.support_worker_id), **more)
    form = MoveForm(formdata=None, data=entered)
    offer_workers(form, roster.workers())
    return form


@blueprint.post("/services/<uuid:service_id>/move")
@requires(Permission.PARTICIPANTS_WRITE)
def move(service_id: UUID) -> ResponseReturnValue:
    shift = shift_to_change(service_id)
    form = MoveForm()
    offer_workers(form, roster.workers())
    if not form.validate_on_submit():
        return form_page("move", form, shift, 422)
    try:
        done = _move(form, shift)
    except Conflict as error:
        if wants_json():
            raise
        shift = shift_to_change(service_id)
        theirs = _move_form(shift)
        return form_page("move", form, shift, **both_versions(service_id, error, form, theirs))
    except RuleBroken as error:
        form.refuse(error)
        return form_page("move", form, shift, 422)
    if _is_trial():
        return form_page("move", form, shift_to_change(service_id), **done)
    version = done["outcome"].version if "outcome" in done else 1
    return stored(service_id, _moved(**done), version)


def _is_trial() -> bool:
    """Say whether the button was pressed that only shows what would happen."""
    return "check" in request.form


def _move(form: MoveForm, shift: Any) -> dict[str, Any]:
    """Move the one shift, or its schedule from it on, or see what would become of them."""
    to = form.new_time()
    how: dict[str, Any] = {
        "reason": form.reason.data or None,
        "save_anyway": bool(form.save_anyway.data),
        "is_trial": _is_trial(),
        "actor": actor,
    }
    schedule = roster.schedule(shift.schedule_id) if shift.schedule_id else None
    if schedule is None or not form.all_after.data:
        return {"outcome": shifts.move_service(shift.id, form.seen, to, **how)}
    rules.check_state(shift.status, ServiceStatus.SCHEDULED, "moved")
    days = schedule_rules.day_moves(
        schedule.weekdays, form.wanted_weekdays, shift.service_on, to.service_on
    )
    wanted = SeriesMove(to.times, to.worker_id, days)
    seen = (shift.id, form.seen)
    changed = series.move_schedule(schedule.id, shift.service_on, wanted, seen=seen, **how)
    return {"changed": changed}


def _moved(outcome: Any = None, changed: Any = None) -> str:
    """Say what was moved, and what it costs."""
    if changed is None:
        return sentence("Moved. It costs {amount} now.", amount=dollars(outcome.total_cents))
    moved = sentence(
        "Moved {shifts}. They cost {amount} now.",
        shifts=_shifts(changed.count - changed.cancelled),
        amount=dollars(changed.cents),
    )
    if not changed.cancelled:
        return moved
    cancelled = sentence(
        "{shifts} would have been on a public holiday: cancelled.",
        shifts=_shifts(changed.cancelled),
    )
    return together(moved, cancelled)


def _shifts(count: int) -> Sentence:
    return sentence("1 shift") if count == 1 else sentence("{count} shifts", count=count)


def _schedule(schedule_id: UUID) -> Any:
    schedule = roster.schedule(schedule_id)
    if schedule is None:
        raise NotFound("schedule")
    return schedule


@blueprint.get("/schedules/<uuid:schedule_id>/ending")
@requires(Permission.PARTICIPANTS_WRITE)
def ending(schedule_id: UUID) -> ResponseReturnValue:
    schedule = _schedule(schedule_id)
    from_on = arguments.day("from") or clock.today(person.timezone)
    now = local_now(clock.local(clock.now(), person.timezone))
    return _ending_page(EndingForm(data={"from_on": from_on, **now}), schedule)


def _ending_page(
    form: EndingForm, schedule: Any, status: int = 200, **more: Any
) -> ResponseReturnValue:
    return page("shifts/ending.html", form=form, schedule=schedule, status=status, **more)


@blueprint.post("/schedules/<uuid:schedule_id>/ending")
@requires(Permission.PARTICIPANTS_WRITE)
def end(schedule_id: UUID) -> ResponseReturnValue:
    """Cancel every planned shift of a schedule from a day on."""
    schedule = _schedule(schedule_id)
    form = EndingForm()
    if not form.validate_on_submit():
        return _ending_page(form, schedule, 422)
    try:
        changed = series.end_schedule(
            schedule_id,
            form.from_on.data,
            form.cancellation(person.timezone),
            is_trial=_is_trial(),
            actor=actor,
        )
    except RuleBroken as error:
        form.refuse(error)
        return _ending_page(form, _schedule(schedule_id), 422)
    if _is_trial():
        return _ending_page(form, _schedule(schedule_id), changed=changed)
    said = sentence(
        "Cancelled {shifts}: {amount} is free again.",
        shifts=_shifts(changed.count),
        amount=dollars(changed.freed_cents),
    )
    if changed.cents:
        said = together(said, sentence("Fees come to {amount}.", amount=dollars(changed.cents)))
    flash(said)
    return redirect(
        url_for("roster.index", day=form.from_on.data, participant=schedule.participant_id), 303
    )
