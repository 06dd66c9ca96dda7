"""A participant's team, and being told of their budget alerts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField
from wtforms.validators import InputRequired

from caddy.actions import teams as actions
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.permissions import Permission
from caddy.queries import services, teams
from caddy.web.access import actor, requires, seen_by
from caddy.web.forms import Form, choices
from caddy.web.pages import page

blueprint = Blueprint("teams", __name__, url_prefix="/participants")


class TeamForm(Form):
    user_id = SelectField("Who", [InputRequired("Choose someone from the list.")])

    def offer(self, people: list[tuple[str, str]]) -> None:
        self.user_id.choices = choices(("", "Choose someone"), *people)


@blueprint.get("/<uuid:participant_id>/team")
@requires(Permission.PARTICIPANTS_WRITE)
def show(participant_id: UUID) -> ResponseReturnValue:
    return _team(participant_id, TeamForm())


@blueprint.post("/<uuid:participant_id>/team")
@requires(Permission.PARTICIPANTS_WRITE)
def create(participant_id: UUID) -> ResponseReturnValue:
    whom = _whom(participant_id)
    form = TeamForm()
    form.offer(teams.people_to_add(participant_id))
    if form.validate_on_submit():
        try:
            actions.add_to_team(participant_id, UUID(form.user_id.data), actor=actor)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(f"The team of {whom.first_name} {whom.last_name} has one more.")
            return redirect(url_for("teams.show", participant_id=participant_id), 303)
    return _team(participant_id, form, status=422)


@blueprint.post("/<uuid:participant_id>/team/<uuid:user_id>/removal")
@requires(Permission.PARTICIPANTS_WRITE)
def removal(participant_id: UUID, user_id: UUID) -> ResponseReturnValue:
    actions.remove_from_team(participant_id, user_id, actor=actor)
    flash("They are not in the team any more. Everything that they delivered is kept.")
    return redirect(url_for("teams.show", participant_id=participant_id), 303)


@blueprint.post("/<uuid:participant_id>/watching")
@requires(Permission.BUDGETS_READ)
def watching(participant_id: UUID) -> ResponseReturnValue:
    """Have the person told of this participant's budget alerts."""
    actions.watch(participant_id, actor=actor)
    flash("You will be told of alerts on these budgets.")
    return _back(participant_id)


@blueprint.post("/<uuid:participant_id>/watching/ending")
@requires(Permission.BUDGETS_READ)
def ending(participant_id: UUID) -> ResponseReturnValue:
    actions.end_watching(participant_id, actor=actor)
    flash("You will not be told of alerts on these budgets any more.")
    return _back(participant_id)


def _back(participant_id: UUID) -> ResponseReturnValue:
    if actor.may(Permission.PARTICIPANTS_READ):
        return redirect(url_for("participants.show", participant_id=participant_id), 303)
    return redirect(url_for("panel.show"), 303)


def _whom(participant_id: UUID) -> Any:
    whom = services.name_of(participant_id, seen_by=seen_by())
    if whom is None:
        raise NotFound("participant")
    return whom


def _team(participant_id: UUID, form: Any, status: int = 200) -> ResponseReturnValue:
    whom = _whom(participant_id)
    form.offer(teams.people_to_add(participant_id))
    return page(
        "teams/show.html",
        status=status,
        whom=whom,
        form=form,
        members=teams.members(participant_id),
    )
