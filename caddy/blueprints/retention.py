"""Retention: how long records are kept, legal holds, and erasing those whose years are over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import erasure_staff
from caddy.actions import retention as actions
from caddy.actions.erasure import ask_for_erasure
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.domain.retention import MOST_AT_ONCE, RetentionKind
from caddy.queries import participants, retention, retention_staff
from caddy.web.access import actor, confirmed, person, requires, seen_by
from caddy.web.pages import page
from caddy.web.retention_forms import ErasureForm, HoldForm, StaffYearsForm, YearsForm

blueprint = Blueprint("retention", __name__)


@blueprint.get("/settings/retention")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    return _policies(_years(), _staff_years())


@blueprint.post("/settings/retention")
@requires(Permission.ORGANIZATION_WRITE)
def update() -> ResponseReturnValue:
    form: Any = YearsForm()
    if form.saves(
        lambda: actions.set_years(RetentionKind.PARTICIPANTS, form.years.data, actor=actor)
    ):
        flash(f"Participants are kept for {form.years.data} years after their last service.")
        return redirect(url_for("retention.show"), 303)
    return _policies(form, _staff_years(), status=422)


@blueprint.post("/settings/retention/staff")
@requires(Permission.ORGANIZATION_WRITE)
def update_staff() -> ResponseReturnValue:
    form: Any = StaffYearsForm()
    if form.saves(
        lambda: actions.set_years(RetentionKind.STAFF, form.staff_years.data, actor=actor)
    ):
        flash(f"Records of staff are kept for {form.staff_years.data} years after they left.")
        return redirect(url_for("retention.show"), 303)
    return _policies(_years(), form, status=422)


def _years() -> YearsForm:
    stored = {"years": retention.years_of(RetentionKind.PARTICIPANTS)}
    return YearsForm(formdata=None, data=stored)


def _staff_years() -> StaffYearsForm:
    stored = {"staff_years": retention.years_of(RetentionKind.STAFF)}
    return StaffYearsForm(formdata=None, data=stored)


def _policies(form: Any, staff_form: Any, status: int = 200) -> ResponseReturnValue:
    today = clock.today(person.timezone)
    return page(
        "retention/show.html",
        status=status,
        form=form,
        staff_form=staff_form,
        numbers=retention.numbers(today, seen_by=seen_by()),
        due=retention.to_erase(today, seen_by=seen_by()),
        kept=retention.held_back(today, seen_by=seen_by()),
        staff_due=retention_staff.to_erase(today),
        staff_count=retention_staff.count(today),
        report=retention.last_report(),
        most=MOST_AT_ONCE,
    )


@blueprint.get("/settings/retention/erasures/new")
@requires(Permission.ORGANIZATION_WRITE)
def new_erasure() -> ResponseReturnValue:
    return _erasure(ErasureForm())


@blueprint.post("/settings/retention/erasures")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def erase() -> ResponseReturnValue:
    """Leave the erasure to the worker, and show how far it is."""
    form: Any = ErasureForm()
    return _asked(
        form,
        lambda: ask_for_erasure(form.chosen("participant_id"), form.confirmed.data, actor=actor),
        lambda: _erasure(form, status=422),
    )


def _asked(
    form: Any, ask: Callable[[], UUID], again: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            task_id = ask()
        except RuleBroken as error:
            form.refuse(error)
        except Conflict as error:
            form.form_errors.append(error.message)
        else:
            return redirect(url_for("tasks.show", task_id=task_id), 303)
    return again()


def _erasure(form: Any, status: int = 200) -> ResponseReturnValue:
    """Show who would be erased now, each with why; what is confirmed is what was shown."""
    today = clock.today(person.timezone)
    return page(
        "retention/new.html",
        status=status,
        form=form,
        due=retention.to_erase(today, seen_by=seen_by()),
        numbers=retention.numbers(today, seen_by=seen_by()),
        years=retention.years_of(RetentionKind.PARTICIPANTS),
    )


@blueprint.get("/settings/retention/staff/erasures/new")
@requires(Permission.ORGANIZATION_WRITE)
def new_staff_erasure() -> ResponseReturnValue:
    return _staff_erasure(ErasureForm())


@blueprint.post("/settings/retention/staff/erasures")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def erase_staff() -> ResponseReturnValue:
    form: Any = ErasureForm()
    return _asked(
        form,
        lambda: erasure_staff.ask_for_erasure(
            form.chosen("user_id"), form.confirmed.data, actor=actor
        ),
        lambda: _staff_erasure(form, status=422),
    )


def _staff_erasure(form: Any, status: int = 200) -> ResponseReturnValue:
    today = clock.today(person.timezone)
    return page(
        "retention/new_staff.html",
        status=status,
        form=form,
        staff_due=retention_staff.to_erase(today),
        years=retention.years_of(RetentionKind.STAFF),
    )


@blueprint.post("/participants/<uuid:participant_id>/legal-hold")
@requires(Permission.ORGANIZATION_WRITE)
def place_hold(participant_id: UUID) -> ResponseReturnValue:
    record = participants.record(participant_id, seen_by=seen_by())
    if record is None:
        abort(404)
    form: Any = HoldForm()
    if not form.validate_on_submit():
        return page(
            "retention/hold.html", status=422, participant=record.participant, hold_form=form
        )
    actions.place_hold(participant_id, form.hold_reason.data, actor=actor)
    flash("The legal hold is placed: these records are kept until it is lifted.")
    there = url_for("participants.show", participant_id=participant_id, tab="compliance")
    return redirect(there, 303)


@blueprint.post("/participants/<uuid:participant_id>/legal-hold/lifting")
@requires(Permission.ORGANIZATION_WRITE)
def lift_hold(participant_id: UUID) -> ResponseReturnValue:
    actions.lift_hold(participant_id, actor=actor)
    flash("The legal hold is lifted.")
    there = url_for("participants.show", participant_id=participant_id, tab="compliance")
    return redirect(there, 303)
