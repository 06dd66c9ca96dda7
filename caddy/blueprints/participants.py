"""Participants: the list, the profile, adding, changing, archiving, a later plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import participants as actions
from caddy.actions import plans as plan_actions
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.participants import ParticipantStatus, Profile
from caddy.domain.permissions import Permission
from caddy.domain.sentences import sentence
from caddy.queries import participants, sites
from caddy.queries.participants import ParticipantFilter, ParticipantRecord
from caddy.web import arguments, listings
from caddy.web.access import actor, person, requires, seen_by
from caddy.web.conflicts import conflicting, seen
from caddy.web.downloads import AT_ONCE, Listing, as_file, every
from caddy.web.forms import begins_at, stored
from caddy.web.pages import page
from caddy.web.participant_forms import (
    ArchiveForm,
    NewParticipantForm,
    ProfileForm,
    entered_profile,
)
from caddy.web.participant_rows import all_rows
from caddy.web.plan_forms import MOST_ROWS, PlanForm, following_plan
from caddy.web.profile_views import Tab, profile

blueprint = Blueprint("participants", __name__, url_prefix="/participants")


@blueprint.get("")
@requires(Permission.PARTICIPANTS_READ)
def index() -> ResponseReturnValue:
    wanted = _wanted()
    with_budgets = actor.may(Permission.BUDGETS_READ)
    found = participants.page(wanted, with_budgets=with_budgets, seen_by=seen_by())
    lights = (person.light_amber_percent, person.light_red_percent)
    return page(
        "participants/index.html",
        part="results",
        wanted=wanted,
        rows=all_rows(found, with_budgets, *lights, actor.may(Permission.PARTICIPANTS_WRITE)),
        before=found.before[1] if found.before else None,
        after=found.after[1] if found.after else None,
        count=found.count,
        statuses=tuple(ParticipantStatus),
        with_budgets=with_budgets,
    )


def _wanted() -> ParticipantFilter:
    """Read the filter from the address; a page's edge is named by an id, never by a name."""
    after, before = arguments.identifier("after"), arguments.identifier("before")
    status = arguments.word("status", ParticipantStatus)
    return ParticipantFilter(
        search=arguments.text("search"),
        status=status
        or (None if request.args.get("status") == "all" else ParticipantStatus.ACTIVE),
        tag=arguments.text("tag", 40) or None,
        coordinator_id=arguments.identifier("coordinator"),
        after=participants.key_of(after, seen_by=seen_by()) if after else None,
        before=participants.key_of(before, seen_by=seen_by()) if before else None,
    )


@as_file(blueprint, "/participants")
@requires(Permission.PARTICIPANTS_READ)
def download() -> Listing:
    wanted, with_budgets = _wanted(), actor.may(Permission.BUDGETS_READ)

    def fetch(after: Any) -> Any:
        found = participants.page(
            replace(wanted, before=None, after=after),
            with_budgets=with_budgets,
            seen_by=seen_by(),
            size=AT_ONCE,
        )
        return found.rows, found.after

    return listings.participants(every(fetch), with_budgets=with_budgets)


@blueprint.get("/new")
@requires(Permission.PARTICIPANTS_WRITE)
def new() -> ResponseReturnValue:
    form = NewParticipantForm()
    form.offer_coordinators(participants.coordinators())
    form.offer_sites(sites.to_choose())
    return page("participants/new.html", form=form)


@blueprint.post("")
@requires(Permission.PARTICIPANTS_WRITE)
def create() -> ResponseReturnValue:
    form = NewParticipantForm()
    form.offer_coordinators(participants.coordinators())
    form.offer_sites(sites.to_choose())
    if _adds_row(form):
        return page("participants/new.html", form=form)
    if form.validate_on_submit() and not form.has_wrong_rows:
        try:
            participant_id = actions.add_participant(_entered(form), form.plan(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            name = f"{form.first_name.data} {form.last_name.data}"
            flash(sentence("{name} was added with their plan.", name=name))
            return redirect(url_for("participants.show", participant_id=participant_id))
    return page("participants/new.html", form=form, status=422)


def _entered(form: Any) -> Profile:
    """Return what was entered; of health nothing from someone who may not see it."""
    profile: Profile = form.profile()
    may = actor.may(Permission.PARTICIPANTS_MEDICAL)
    return profile if may else replace(profile, medical={})


def _adds_row(form: Any) -> bool:
    """Answer the “add another budget” button: one row more, with all that was typed kept."""
    if "add_budget" not in request.form:
        return False
    if len(form.budgets) < MOST_ROWS:
        form.budgets.append_entry()
    begins_at(form.budgets[-1].form.support_category)
    return True


@blueprint.get("/<uuid:participant_id>")
@requires(Permission.PARTICIPANTS_READ)
def show(participant_id: UUID) -> ResponseReturnValue:
    tab = arguments.word("tab", Tab) or Tab.OVERVIEW
    return profile(_record(participant_id), tab, ArchiveForm())


@blueprint.get("/<uuid:participant_id>/edit")
@requires(Permission.PARTICIPANTS_WRITE)
def edit(participant_id: UUID) -> ResponseReturnValue:
    record = _record(participant_id)
    return page("participants/edit.html", form=_stored(record), participant=record.participant)


def _stored(record: ParticipantRecord) -> ProfileForm:
    """Return the form of a profile as it is stored."""
    form: ProfileForm = stored(ProfileForm, record.participant, entered_profile(record))
    form.offer_sites(sites.to_choose())
    return form


@blueprint.post("/<uuid:participant_id>/edit")
@requires(Permission.PARTICIPANTS_WRITE)
def update(participant_id: UUID) -> ResponseReturnValue:
    record, conflict, status = _record(participant_id), None, 422
    form = ProfileForm()
    form.offer_sites(sites.to_choose())
    if form.validate_on_submit():
        try:
            actions.change_participant(
                participant_id, form.profile(), seen=seen(form.version.data), actor=actor
            )
        except Conflict as error:
            record, status = _record(participant_id), error.status
            their_url = url_for("participants.edit", participant_id=participant_id)
            conflict = conflicting(error.message, form, _stored(record), their_url)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("The profile was saved.")
            return redirect(url_for("participants.show", participant_id=participant_id))
    return page(
        "participants/edit.html",
        form=form,
        participant=record.participant,
        conflict=conflict,
        status=status,
    )


@blueprint.post("/<uuid:participant_id>/archival")
@requires(Permission.PARTICIPANTS_WRITE)
def archival(participant_id: UUID) -> ResponseReturnValue:
    form = ArchiveForm()
    if not form.validate_on_submit():
        return profile(_record(participant_id), Tab.COMPLIANCE, form, status=422)
    actions.archive_participant(participant_id, form.reason.data, actor=actor)
    flash("The participant is archived. Every record is kept, and they can be restored.")
    return redirect(url_for("participants.show", participant_id=participant_id))


@blueprint.post("/<uuid:participant_id>/restoration")
@requires(Permission.PARTICIPANTS_WRITE)
def restoration(participant_id: UUID) -> ResponseReturnValue:
    try:
        actions.restore_participant(participant_id, actor=actor)
    except RuleBroken as error:
        flash(error.message)
    else:
        flash("The participant is active again.")
    return redirect(url_for("participants.show", participant_id=participant_id))


@blueprint.get("/<uuid:participant_id>/plans/new")
@requires(Permission.PARTICIPANTS_WRITE)
def new_plan(participant_id: UUID) -> ResponseReturnValue:
    record = _record(participant_id)
    form = PlanForm(data=following_plan(record.plans))
    form.offer_coordinators(participants.coordinators())
    return page("participants/new_plan.html", form=form, participant=record.participant)


@blueprint.post("/<uuid:participant_id>/plans")
@requires(Permission.PARTICIPANTS_WRITE)
def create_plan(participant_id: UUID) -> ResponseReturnValue:
    record = _record(participant_id)
    form = PlanForm()
    form.offer_coordinators(participants.coordinators())
    template = "participants/new_plan.html"
    if _adds_row(form):
        return page(template, form=form, participant=record.participant)
    if form.validate_on_submit() and not form.has_wrong_rows:
        try:
            plan_actions.add_plan(participant_id, form.plan(), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash("The plan was added.")
            return redirect(url_for("participants.show", participant_id=participant_id))
    return page(template, form=form, participant=record.participant, status=422)


def _record(participant_id: UUID) -> ParticipantRecord:
    record = participants.record(participant_id, seen_by=seen_by())
    if record is None:
        abort(404)
    return record
