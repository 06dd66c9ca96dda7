"""The end of every way of signing in: a session is begun and the browser gets its cookie."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_user

from caddy.actions import sessions
from caddy.actions.sign_ins import Visitor
from caddy.domain.sign_ins import SignInWay
from caddy.queries import users
from caddy.web import redirects
from caddy.web.access import SignedIn


def visitor() -> Visitor:
    """Return where this request comes from."""
    return Visitor(request.remote_addr, request.user_agent.string)


def enter(user_id: UUID, way: SignInWay, *, has_second_factor: bool = False) -> None:
    """Sign a person in in this browser. What its session held before is not carried over."""
    who = visitor()
    token = sessions.begin(
        user_id,
        way,
        ip=who.ip,
        user_agent=who.user_agent,
        has_second_factor=has_second_factor,
    )
    user = users.of_session(token)
    if user is None:
        raise RuntimeError("A session that was just begun is not there.")
    session.clear()
    session.permanent = True
    login_user(SignedIn(user, token))


def onward() -> ResponseReturnValue:
    """Go where the person wanted to before they were asked to sign in."""
    return redirect(safe(request.args.get("next")))


def safe(target: str | None) -> str:
    """Return where to go next: a path of this site, or else the dashboard."""
    return redirects.safe(target, url_for("dashboard.show"))
