"""A member of staff's account: their role, single permissions, and whether they may sign in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import factors as factor_actions
from caddy.actions import members as actions
from caddy.domain.errors import NotFound
from caddy.domain.people import UserStatus
from caddy.domain.permissions import MEANINGS, ROLE_PERMISSIONS, Permission, Role
from caddy.queries import factors, staff
from caddy.web.access import actor, confirmed, requires
from caddy.web.account_forms import PermissionsForm, RoleForm
from caddy.web.forms import Form
from caddy.web.pages import page

blueprint = Blueprint("members", __name__, url_prefix="/staff")

SAID = {
    UserStatus.ACTIVE: "{name} can sign in again.",
    UserStatus.INACTIVE: "{name} has left and was signed out everywhere.",
    UserStatus.SUSPENDED: "{name} is suspended and was signed out everywhere.",
}


@blueprint.get("/<uuid:user_id>/account")
@requires(Permission.ORGANIZATION_WRITE)
def show(user_id: UUID) -> ResponseReturnValue:
    return _page(user_id)


@blueprint.post("/<uuid:user_id>/role")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def role(user_id: UUID) -> ResponseReturnValue:
    user, form = _user(user_id), RoleForm()
    name = user.name
    if not form.saves(lambda: actions.change_role(user_id, Role(form.role.data), actor=actor)):
        return _page(user_id, {"role": form}, status=422)
    flash(f"{name} is now: {Role(form.role.data).label}.")
    return redirect(url_for("members.show", user_id=user_id), 303)


@blueprint.post("/<uuid:user_id>/status")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def status(user_id: UUID) -> ResponseReturnValue:
    name, form = _user(user_id).name, Form()
    wanted = request.form.get("status", "")
    if wanted not in set(UserStatus):
        form.form_errors.append("Choose what is to be done.")
        return _page(user_id, {"status": form}, status=422)
    chosen = UserStatus(wanted)
    if not form.saves(lambda: actions.change_status(user_id, chosen, actor=actor)):
        return _page(user_id, {"status": form}, status=422)
    flash(SAID[chosen].format(name=name))
    return redirect(url_for("members.show", user_id=user_id), 303)


@blueprint.post("/<uuid:user_id>/second-factor/removal")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def removal_of_factors(user_id: UUID) -> ResponseReturnValue:
    """Take someone's second step away who has lost it: they sign in without, and set up another."""
    name, form = _user(user_id).name, Form()
    if not form.saves(lambda: factor_actions.reset(user_id, actor=actor)):
        return _page(user_id, {"factors": form}, status=422)
    flash(f"{name} signs in without a second step now, and was signed out everywhere.")
    return redirect(url_for("members.show", user_id=user_id), 303)


@blueprint.get("/<uuid:user_id>/permissions")
@requires(Permission.ORGANIZATION_WRITE)
def show_permissions(user_id: UUID) -> ResponseReturnValue:
    user = _user(user_id)
    held = PermissionsForm(formdata=None, data={"permissions": user.permissions})
    return _permissions(user, held)


@blueprint.post("/<uuid:user_id>/permissions")
@requires(Permission.ORGANIZATION_WRITE)
@confirmed
def permissions(user_id: UUID) -> ResponseReturnValue:
    user, form = _user(user_id), PermissionsForm()
    name = user.name
    form.offer(user.role)
    if not form.saves(lambda: actions.change_permissions(user_id, form.wanted(), actor=actor)):
        return _permissions(_user(user_id), form, status=422)
    flash(f"What {name} may do was saved. It counts at once.")
    return redirect(url_for("members.show_permissions", user_id=user_id), 303)


def _permissions(user: Any, form: PermissionsForm, status: int = 200) -> ResponseReturnValue:
    form.offer(user.role)
    of_role = [said for one, said in MEANINGS.items() if one in ROLE_PERMISSIONS[user.role]]
    return page("members/permissions.html", user=user, form=form, of_role=of_role, status=status)


def _page(
    user_id: UUID, used: dict[str, Form] | None = None, status: int = 200
) -> ResponseReturnValue:
    user = _user(user_id)
    fresh = {
        "role": RoleForm(formdata=None, data={"role": user.role.value}),
        "status": Form(),
        "factors": Form(),
    }
    return page(
        "members/show.html",
        user=user,
        forms=fresh | (used or {}),
        held=factors.of(user_id),
        status=status,
    )


def _user(user_id: UUID) -> Any:
    user = staff.person(user_id)
    if user is None:
        raise NotFound("person")
    return user
