"""Retention: how long records are kept, legal holds, and erasing those whose years are over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import retention as actions
from caddy.actions.erasure import Erased, erase_participants
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.permissions import Permission
from caddy.domain.retention import MOST_AT_ONCE, RetentionKind
from caddy.queries import participants, retention
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.pages import page
from caddy.web.retention_forms import ErasureForm, HoldForm, YearsForm

blueprint = Blueprint("retention", __name__)


@blueprint.get("/settings/retention")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    stored = {"years": retention.years_of(RetentionKind.PARTICIPANTS)}
    return _policies(YearsForm(formdata=None, data=stored))


@blueprint.post("/settings/retention")
@requires(Permission.ORGANIZATION_WRITE)
def update() -> ResponseReturnValue:
    form: Any = YearsForm()
    if form.saves(
        lambda: actions.set_years(RetentionKind.PARTICIPANTS, form.years.data, actor=actor)
    ):
        flash(f"Participants are kept for {form.years.data} years after their last service.")
        return redirect(url_for("retention.show"), 303)
    return _policies(form, status=422)


def _policies(form: Any, status: int = 200) -> ResponseReturnValue:
    today = clock.today(person.timezone)
    return page(
        "retention/show.html",
        status=status,
        form=form,
        numbers=retention.numbers(today, seen_by=seen_by()),
        due=retention.to_erase(today, seen_by=seen_by()),
        kept=retention.held_back(today, seen_by=seen_by()),
        report=retention.last_report(),
        most=MOST_AT_ONCE,
    )


@blueprint.get("/settings/retention/erasures/new")
@requires(Permission.ORGANIZATION_WRITE)
def new_erasure() -> ResponseReturnValue:
    return _erasure(ErasureForm())


@blueprint.post("/settings/retention/erasures")
@requires(Permission.ORGANIZATION_WRITE)
def erase() -> ResponseReturnValue:
    form: Any = ErasureForm()
    if form.validate_on_submit():
        try:
            done = erase_participants(form.chosen(), form.confirmed.data, actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        except Conflict as error:
            form.form_errors.append(error.message)
        else:
            flash(_said(done))
            return redirect(url_for("retention.show"), 303)
    return _erasure(form, status=422)


def _said(done: Erased) -> str:
    left = f" {len(done.refused)} left: they must be kept now." if done.refused else ""
    who = (
        "1 participant was" if done.participants == 1 else f"{done.participants} participants were"
    )
    return (
        f"{who} erased. Files taken away: {done.files:,}. "
        f"The money of their services stays: {done.services:,}.{left}"
    )


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
    return redirect(url_for("participants.show", participant_id=participant_id), 303)


@blueprint.post("/participants/<uuid:participant_id>/legal-hold/lifting")
@requires(Permission.ORGANIZATION_WRITE)
def lift_hold(participant_id: UUID) -> ResponseReturnValue:
    actions.lift_hold(participant_id, actor=actor)
    flash("The legal hold is lifted.")
    return redirect(url_for("participants.show", participant_id=participant_id), 303)
