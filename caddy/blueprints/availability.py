"""One's own hours of the week and leave: seen and changed by everyone who can be rostered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import staff as actions
from caddy.domain.errors import NotFound
from caddy.domain.permissions import Permission
from caddy.domain.staff import WEEKDAYS
from caddy.queries import roster, staff
from caddy.web.access import actor, person, requires
from caddy.web.pages import page
from caddy.web.staff_forms import AvailabilityForm, LeaveForm

blueprint = Blueprint("availability", __name__, url_prefix="/availability")


@blueprint.get("")
@requires(Permission.SERVICES_WRITE)
def show() -> ResponseReturnValue:
    return _page({})


@blueprint.post("/hours")
@requires(Permission.SERVICES_WRITE)
def add_hours() -> ResponseReturnValue:
    form = AvailabilityForm()
    return _save(
        {"availability": form},
        form,
        lambda: actions.add_availability(person.id, form.windows(), actor=actor),
        lambda: "The hours were added.",
    )


@blueprint.post("/hours/<uuid:hours_id>/removal")
@requires(Permission.SERVICES_WRITE)
def removal_of_hours(hours_id: UUID) -> ResponseReturnValue:
    actions.remove_availability(person.id, hours_id, actor=actor)
    return _back("The hours were removed.")


@blueprint.post("/leave")
@requires(Permission.SERVICES_WRITE)
def add_leave() -> ResponseReturnValue:
    form = LeaveForm()
    return _save(
        {"leave": form},
        form,
        lambda: actions.add_leave(person.id, form.leave(), actor=actor),
        lambda: _said_of_leave(form),
    )


@blueprint.post("/leave/<uuid:absence_id>/removal")
@requires(Permission.SERVICES_WRITE)
def removal_of_leave(absence_id: UUID) -> ResponseReturnValue:
    actions.remove_leave(person.id, absence_id, actor=actor)
    return _back("The leave was removed.")


def _said_of_leave(form: LeaveForm) -> str:
    """Say that leave was added, and how many shifts someone else has to take over."""
    count = roster.planned_between(person.id, form.starts_on.data, form.ends_on.data)
    if not count:
        return "The leave was added."
    return (
        f"The leave was added. You have {count} shift{'' if count == 1 else 's'} planned on these "
        "days: ask your coordinator to find someone else."
    )


def _save(
    used: dict[str, Any], form: Any, save: Callable[[], None], said: Callable[[], str]
) -> ResponseReturnValue:
    """Save one of the page's forms and say so, or show the page with what is wrong with it."""
    if form.saves(save):
        return _back(said())
    return _page(used, status=422)


def _back(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("availability.show"), 303)


def _page(used: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    record = staff.record(person.id, clock.today(person.timezone))
    if record is None:
        raise NotFound("person")
    fresh = {
        "availability": AvailabilityForm(formdata=None),
        "leave": LeaveForm(formdata=None),
    }
    return page(
        "availability/show.html",
        record=record,
        forms=fresh | used,
        weekdays=WEEKDAYS,
        status=status,
    )
