"""The end of every way of signing in: a session is begun and the browser gets its cookie."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from caddy import tenancy
from caddy.actions import sessions
from caddy.domain.sign_ins import SignInWay, Visitor
from caddy.queries import users
from caddy.web import devices, redirects
from caddy.web.access import SignedIn, actor, person


def visitor() -> Visitor:
    """Return where this request comes from."""
    return Visitor(request.remote_addr, request.user_agent.string)


def enter(user_id: UUID, way: SignInWay, *, has_second_factor: bool = False) -> None:
    """Sign a person in in this browser. What its session held before is not carried over."""
    who = visitor()
    _leave_earlier()
    token = sessions.begin(
        user_id,
        way,
        ip=who.ip,
        user_agent=who.user_agent,
        has_second_factor=has_second_factor,
    )
    user = users.of_session(token)
    if user is None or user.session is None:
        raise RuntimeError("A session that was just begun is not there.")
    session.clear()
    session.permanent = True
    mine = SignedIn(user, token)
    login_user(mine)
    if not devices.mark_for(user.email):
        sessions.note_new_device(user.session.id, user.timezone, actor=mine.actor)
    devices.remember(user.email)


def _leave_earlier() -> None:
    """End the session this browser was in: it is not left open where nobody sees it."""
    if current_user.is_authenticated and person.session:
        with tenancy.scope(person.organization_id):
            sessions.sign_out(person.session.id, actor=actor)


def onward() -> ResponseReturnValue:
    """Go where the person wanted to before they were asked to sign in."""
    return redirect(safe(request.args.get("next")))


def safe(target: str | None) -> str:
    """Return where to go next: a path of this site, or else the dashboard."""
    return redirects.safe(target, url_for("dashboard.show"))
