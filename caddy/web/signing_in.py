"""The end of every way of signing in: a second step where there is one, then a session begins.

What waits for the second step lies signed in the browser's own cookie: it grants nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from caddy import clock, tenancy
from caddy.actions import sessions
from caddy.domain.actor import Actor
from caddy.domain.sign_ins import SECOND_STEP_FOR, SignInWay, Visitor
from caddy.queries import factors, users
from caddy.queries import sessions as open_sessions
from caddy.queries.factors import Factors
from caddy.queries.users import SessionUser
from caddy.web import devices, redirects
from caddy.web.access import SignedIn, actor, person

WAITING = "second_step"  # its place in the browser's cookie
REMEMBERED = "remembered"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Someone who has shown a first factor and is asked for a second one."""

    user: SessionUser
    way: SignInWay
    onward: str
    held: Factors

    @property
    def actor(self) -> Actor:
        """Return as whom what they try is written down."""
        return SignedIn(self.user, "").actor


def visitor() -> Visitor:
    """Return where this request comes from."""
    return Visitor(request.remote_addr, request.user_agent.string)


def proceed(
    user_id: UUID, way: SignInWay, *, said: str = "", after: str | None = None
) -> ResponseReturnValue:
    """Sign in whoever showed a first factor, or ask for the second one where they have one.

    `said` is shown on the first page of who comes in at once; `after` is that page where the
    address does not say it. Every first factor ends here.
    """
    target = safe(after or request.args.get("next"))
    user = users.active(user_id)
    if user is not None and _held(user).is_any:
        shown_at = _shown_here(user)
        if shown_at is not None:
            enter(user_id, way, shown_at=shown_at)
            remember()
            return redirect(target)
        until = clock.now() + SECOND_STEP_FOR
        session[WAITING] = {
            "user": str(user_id),
            "way": way.value,
            "onward": target,
            "until": until.timestamp(),
        }
        return redirect(url_for("second_step.new"))
    enter(user_id, way)
    if said:
        flash(said)
    return redirect(target)


def _shown_here(user: SessionUser) -> datetime | None:
    """Return when the second step was shown in this browser, where it is not asked for again.

    The person chose that, and their last session here ran out and was not ended: signing out,
    here or everywhere, and every change of a factor has it asked for again.
    """
    token = session.get("_user_id")
    if not session.get(REMEMBERED) or not token:
        return None
    with tenancy.scope(user.organization_id):
        return open_sessions.second_step_shown_at(token, user.id)


def remember() -> None:
    """Ask for no second step in this browser for 30 days; belongs behind `enter`."""
    session[REMEMBERED] = True


def waiting() -> Waiting | None:
    """Return who waits in this browser for the second step; None after ten minutes."""
    told = session.get(WAITING)
    if told is None or told["until"] < clock.now().timestamp():
        return None
    user = users.active(UUID(told["user"]))
    if user is None:
        return None
    return Waiting(user, SignInWay(told["way"]), told["onward"], _held(user))


def _held(user: SessionUser) -> Factors:
    with tenancy.scope(user.organization_id):
        return factors.of(user.id)


def enter(
    user_id: UUID,
    way: SignInWay,
    *,
    has_second_factor: bool = False,
    shown_at: datetime | None = None,
) -> None:
    """Sign a person in in this browser. What its session held before is not carried over.

    `shown_at` is when the second factor was shown, where that was not just now.
    """
    who = visitor()
    _leave_earlier()
    token = sessions.begin(
        user_id,
        way,
        ip=who.ip,
        user_agent=who.user_agent,
        has_second_factor=has_second_factor,
        shown_at=shown_at,
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
