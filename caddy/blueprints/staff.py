"""Staff: the list, and a person's qualifications, hours of the week and leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy import clock
from caddy.actions import staff as actions
from caddy.domain.documents import LinkName
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.permissions import Permission, Role
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import WEEKDAYS
from caddy.queries import emails, factors, staff
from caddy.queries.staff import StaffFilter, StaffRecord
from caddy.web import arguments, listings, score_views
from caddy.web.access import actor, person, requires
from caddy.web.document_views import listed
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.forms import Form
from caddy.web.pages import page
from caddy.web.staff_forms import AvailabilityForm, LeaveForm, QualificationForm

blueprint = Blueprint("staff", __name__, url_prefix="/staff")


@blueprint.get("")
@requires(Permission.PARTICIPANTS_WRITE)
def index() -> ResponseReturnValue:
    wanted = _wanted()
    rows, following = staff.page(wanted, clock.today(person.timezone))
    return page(
        "staff/index.html",
        part="results",
        wanted=wanted,
        rows=rows,
        after=following[-1] if following else None,
        count=staff.count(wanted),
        roles=list(Role),
        has_factor=_with_factors([row.id for row in rows]),
    )


def _with_factors(user_ids: list[UUID]) -> set[UUID] | None:
    """Return who of some people has a second step of signing in; None where it is not for them."""
    if not actor.may(Permission.ORGANIZATION_WRITE):
        return None
    return factors.having(user_ids)


def _wanted() -> StaffFilter:
    after = arguments.identifier("after")
    return StaffFilter(
        search=arguments.text("search"),
        role=arguments.word("role", Role),
        with_inactive=bool(request.args.get("inactive")),
        after=staff.key_of(after) if after else None,
    )


@as_file(blueprint, "/staff")
@requires(Permission.PARTICIPANTS_WRITE)
def download() -> Listing:
    wanted, today = _wanted(), clock.today(person.timezone)

    def fetch(after: Any) -> Any:
        return staff.page(replace(wanted, after=after), today, AT_ONCE)

    return listings.staff(every(fetch))


@blueprint.get("/<uuid:user_id>")
@requires(Permission.PARTICIPANTS_WRITE)
def show(user_id: UUID) -> ResponseReturnValue:
    """Show a person; with `change` the form holds what is recorded of that qualification."""
    record = _record(user_id)
    wanted = arguments.word("change", QualificationKind)
    held = next((one for one in record.qualifications if one.kind is wanted), None)
    return _page(record, {"qualification": QualificationForm(formdata=None, obj=held)})


@blueprint.post("/<uuid:user_id>/qualifications")
@requires(Permission.PARTICIPANTS_WRITE)
def record_qualification(user_id: UUID) -> ResponseReturnValue:
    form = QualificationForm()
    return _save(
        user_id,
        "qualification",
        form,
        lambda: actions.record_qualification(user_id, form.entry(), actor=actor),
        "The qualification was recorded.",
    )


@blueprint.post("/<uuid:user_id>/qualifications/<uuid:qualification_id>/removal")
@requires(Permission.PARTICIPANTS_WRITE)
def removal_of_qualification(user_id: UUID, qualification_id: UUID) -> ResponseReturnValue:
    actions.remove_qualification(user_id, qualification_id, actor=actor)
    return _back(user_id, "The qualification was removed.")


@blueprint.post("/<uuid:user_id>/availability")
@requires(Permission.PARTICIPANTS_WRITE)
def add_availability(user_id: UUID) -> ResponseReturnValue:
    form = AvailabilityForm()
    return _save(
        user_id,
        "availability",
        form,
        lambda: actions.add_availability(user_id, form.windows(), actor=actor),
        "The hours were added.",
    )


@blueprint.post("/<uuid:user_id>/availability/<uuid:window_id>/removal")
@requires(Permission.PARTICIPANTS_WRITE)
def removal_of_availability(user_id: UUID, window_id: UUID) -> ResponseReturnValue:
    actions.remove_availability(user_id, window_id, actor=actor)
    return _back(user_id, "The hours were removed.")


@blueprint.post("/<uuid:user_id>/leave")
@requires(Permission.PARTICIPANTS_WRITE)
def add_leave(user_id: UUID) -> ResponseReturnValue:
    form = LeaveForm()
    return _save(
        user_id,
        "leave",
        form,
        lambda: actions.add_leave(user_id, form.leave(), actor=actor),
        "The leave was added.",
    )


@blueprint.post("/<uuid:user_id>/leave/<uuid:leave_id>/removal")
@requires(Permission.PARTICIPANTS_WRITE)
def removal_of_leave(user_id: UUID, leave_id: UUID) -> ResponseReturnValue:
    actions.remove_leave(user_id, leave_id, actor=actor)
    return _back(user_id, "The leave was removed.")


def _save(
    user_id: UUID, name: str, form: Any, save: Callable[[], None], said: str
) -> ResponseReturnValue:
    """Save one of the page's forms and say so, or show the page with what is wrong with it."""
    _record(user_id)
    if form.validate_on_submit():
        try:
            save()
        except RuleBroken as error:
            form.refuse(error)
        else:
            return _back(user_id, said)
    return _page(_record(user_id), {name: form}, status=422)


def _back(user_id: UUID, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("staff.show", user_id=user_id), 303)


def _page(record: StaffRecord, used: dict[str, Form], status: int = 200) -> ResponseReturnValue:
    fresh = {
        "qualification": QualificationForm(formdata=None),
        "availability": AvailabilityForm(formdata=None),
        "leave": LeaveForm(formdata=None),
    }
    return page(
        "staff/show.html",
        record=record,
        forms=fresh | used,
        weekdays=WEEKDAYS,
        score=score_views.of_worker(record.user.id),
        suppression=emails.suppression_of(record.user.email),
        documents=listed(LinkName.USER, record.user.id),
        status=status,
    )


def _record(user_id: UUID) -> StaffRecord:
    record = staff.record(user_id, clock.today(person.timezone))
    if record is None:
        raise NotFound("person")
    return record
