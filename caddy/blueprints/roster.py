"""The roster: a day or a week of shifts, and planning one, once or by the week."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import group_shifts, previews, schedules, shifts
from caddy.domain import months
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.money import dollars
from caddy.domain.permissions import Permission
from caddy.domain.schedules import describe
from caddy.domain.sentences import sentence, together
from caddy.domain.words import say_date, say_time
from caddy.queries import roster, services, support_items
from caddy.web import arguments, roster_views
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.pages import page
from caddy.web.participant_choice import is_search
from caddy.web.roster_forms import PreviewForm, RosterForm
from caddy.web.roster_views import Column
from caddy.web.service_forms import LONGEST_CHOICE, refused
from caddy.web.shift_forms import offer_workers

blueprint = Blueprint("roster", __name__, url_prefix="/roster")

WEEK = 7


class View(StrEnum):
    DAY = "day"
    WEEK = "week"


@blueprint.get("")
@requires(Permission.SERVICES_READ)
def index() -> ResponseReturnValue:
    today = clock.today(person.timezone)
    day = arguments.day("day") or today
    view = arguments.word("view", View) or View.WEEK
    worker_id, participant_id = arguments.identifier("worker"), arguments.identifier("participant")
    days = _days(day, view)
    shown = roster.shifts(days[0], days[-1], worker_id, participant_id, seen_by=seen_by())
    workers = roster.workers()
    kept = {"worker": worker_id, "participant": participant_id}
    step = timedelta(days=len(days))
    return page(
        "roster/index.html",
        part="results",
        columns=_columns(days, view, shown, [] if worker_id else workers),
        count=len(shown),
        most=roster.MOST_SHOWN,
        view=view,
        day=day,
        days=days,
        month=months.month_of(day),
        address_of=partial(_address, step=timedelta(), view=view, kept=kept),
        today=today,
        kept=kept,
        before=_address(day, -step, view, kept),
        after=_address(day, step, view, kept),
        workers=workers,
        whom=services.name_of(participant_id, seen_by=seen_by())
        if participant_id and shown
        else None,
    )


def _columns(days: list[date], view: View, shown: list[Any], workers: list[Any]) -> list[Column]:
    if view is View.WEEK:
        return roster_views.by_day(days, shown)
    # Who plans can give a shift to anyone; others are shown who works.
    others = workers if actor.may(Permission.PARTICIPANTS_WRITE) else []
    return roster_views.by_worker(days[0], shown, others)


def _days(day: date, view: View) -> list[date]:
    """Return the days to show: the one, or its week from Monday on."""
    if view is View.DAY:
        return [day]
    try:
        monday = day - timedelta(days=day.weekday())
        return [monday + timedelta(days=number) for number in range(WEEK)]
    except OverflowError:
        return [day]


def _address(day: date, step: timedelta, view: View, kept: dict[str, Any]) -> str | None:
    """Return the address of the days before or after; none past the end of the calendar."""
    try:
        return url_for("roster.index", day=day + step, view=view.value, **kept)
    except OverflowError:
        return None


@blueprint.get("/new")
@requires(Permission.PARTICIPANTS_WRITE)
def new() -> ResponseReturnValue:
    """Ask whom first, then for the shift; each step is a plain page."""
    participant_id = arguments.identifier("participant")
    day = arguments.day("day") or clock.today(person.timezone)
    if participant_id is None:
        typed = arguments.text("search")
        return page(
            "roster/choose.html",
            part="results",
            typed=typed,
            day=day,
            participants=services.participants_to_choose(typed, seen_by=seen_by()),
        )
    worker_id = arguments.identifier("worker")
    form = RosterForm(data={"service_on": day, "worker": str(worker_id or ""), "every_weeks": 1})
    form.participant_id.data = str(participant_id)
    return _form_page(form, participant_id)


@blueprint.post("")
@requires(Permission.PARTICIPANTS_WRITE)
def create() -> ResponseReturnValue:
    form = RosterForm()
    participant_id = _participant_id(form)
    _offer(form, participant_id)
    if "use_item" in request.form:
        form.item_number.data = request.form["use_item"][:LONGEST_CHOICE]
    if is_search() or "use_item" in request.form:
        return _form_page(form, participant_id)
    if not form.validate_on_submit():
        return _form_page(form, participant_id, status=422)
    try:
        day = _plan(form, participant_id)
    except RuleBroken as error:
        form.refuse(error)
        return _form_page(form, participant_id, status=422)
    return redirect(url_for("roster.index", day=day, participant=participant_id), 303)


def _plan(form: RosterForm, participant_id: UUID) -> date:
    """Store what the form asks for, say so, and return its first day."""
    save_anyway = bool(form.save_anyway.data)
    first: date = form.service_on.data
    if form.repeats.data:
        wanted = form.schedule(participant_id)
        made = schedules.create_schedule(wanted, save_anyway=save_anyway, actor=actor)
        amount = dollars(made.total_cents)
        planned = (
            sentence("Planned 1 shift: {amount} committed.", amount=amount)
            if made.count == 1
            else sentence(
                "Planned {count} shifts: {amount} committed.", count=made.count, amount=amount
            )
        )
        flash(together(planned, f"{describe(wanted.pattern)}."))
        return first
    entry, worker_id = form.entry(participant_id), UUID(form.worker.data)
    if not form.others.ids:
        shift = shifts.schedule_service(entry, worker_id, save_anyway=save_anyway, actor=actor)
        flash(_planned(form, 1, shift.total_cents))
        return first
    group = group_shifts.schedule_group(
        entry,
        form.others.ids,
        worker_id,
        people=form.people.data,
        save_anyway=save_anyway,
        actor=actor,
    )
    flash(_planned(form, len(group.ids), group.total_cents))
    return first


def _planned(form: RosterForm, count: int, cents: int) -> str:
    """Say what was planned, for how many, and what it commits."""
    said = {
        "day": say_date(form.service_on.data),
        "time": say_time(form.start_time.data),
        "amount": dollars(cents),
    }
    if count == 1:
        return sentence("Planned {day}, {time}: {amount} committed.", **said)
    return sentence(
        "Planned {day}, {time}, for {count} people: {amount} committed.", count=count, **said
    )


def _offer(form: RosterForm, participant_id: UUID) -> None:
    """Fill in who can be chosen: the worker, and who else shares them."""
    offer_workers(form, roster.workers())
    form.others.offer(seen_by(), without=participant_id)


def _participant_id(form: Any) -> UUID:
    try:
        participant_id = UUID(form.participant_id.data or "")
    except ValueError:
        raise NotFound("participant") from None
    if services.name_of(participant_id, seen_by=seen_by()) is None:
        raise NotFound("participant")
    return participant_id


def _form_page(form: RosterForm, participant_id: UUID, status: int = 200) -> ResponseReturnValue:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        raise NotFound("participant")
    if not form.others.choices:
        _offer(form, participant_id)
    day = form.service_on.data or clock.today(person.timezone)
    options = support_items.suggestions("", day, services.categories_of(participant_id, day))
    return page(
        "roster/new.html",
        form=form,
        whom=whom,
        options=options,
        families=support_items.family_names(options),
        status=status,
    )


@blueprint.get("/estimate")
@requires(Permission.PARTICIPANTS_WRITE)
def estimate() -> ResponseReturnValue:
    """Say what the shift would cost and what stands against it. Stores nothing."""
    form = PreviewForm(formdata=request.args)
    participant_id = _participant_id(form)
    form.others.offer(seen_by(), without=participant_id)
    found, said = None, {}
    if form.validate():
        try:
            worker_id = arguments.identifier("worker")
            found = previews.preview(
                form.entry(participant_id),
                worker_id,
                form.others.ids,
                people=form.people.data,
                actor=actor,
            )
        except RuleBroken as error:
            said = refused(error)
    return page("roster/estimate.html", part="estimate", found=found, **said)
