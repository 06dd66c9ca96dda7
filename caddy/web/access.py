"""Who may open which page: each view declares it, one hook enforces it, nothing is open by default.

The app refuses to start while a view declares nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from werkzeug.local import LocalProxy

from caddy import clock, logs, tenancy
from caddy.actions import sessions
from caddy.config import load_settings
from caddy.domain.actor import Actor
from caddy.domain.permissions import Permission
from caddy.domain.sign_ins import SEEN_EVERY
from caddy.queries import users
from caddy.queries.users import SessionUser
from caddy.web import subscriptions
from caddy.web.errors import answer
from caddy.web.pages import wants_json

# What a page asks for by itself while nobody may be there.
UNATTENDED = {"live.stream", "presence.create"}

HELP = "help"  # whose pages may be read before anything is set up

View = TypeVar("View", bound=Callable[..., Any])


class UndeclaredAccess(RuntimeError):
    """A view says nothing about who may open it."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declares. `permission` is None for pages of everyone who is signed in."""

    is_public: bool = False
    permission: Permission | None = None


def requires(permission: Permission) -> Callable[[View], View]:
    """Open a view to people with a permission; a colleague without it gets 403."""
    return _declare(Access(permission=permission))


def signed_in(view: View) -> View:
    """Open a view to everyone who is signed in."""
    return _declare(Access())(view)


def public(view: View) -> View:
    """Open a view to anyone at all."""
    return _declare(Access(is_public=True))(view)


def confirmed(view: View) -> View:
    """Have a view ask first whether it is still them, where that was not shown of late.

    Stands beside what says who may open it. `web/confirming.py` asks, and goes on after it.
    """
    view.__caddy_confirmed__ = True  # type: ignore[attr-defined] # read by needs_confirming
    return view


def needs_confirming(app: Flask, endpoint: str) -> bool:
    return getattr(app.view_functions.get(endpoint), "__caddy_confirmed__", False)


def enrols(view: View) -> View:
    """Open a view also to who has to set up a second factor first: to do it, or to leave."""
    view.__caddy_enrols__ = True  # type: ignore[attr-defined] # read by _lead_to_factors
    return view


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.__caddy_access__ = access  # type: ignore[attr-defined] # read by access_of
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    return getattr(app.view_functions.get(endpoint), "__caddy_access__", None)


def refuse_undeclared(app: Flask) -> None:
    """Stop the start where any route has a view without a declaration."""
    bare = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if not access_of(app, rule.endpoint)
    )
    if bare:
        raise UndeclaredAccess(
            f"Say who may open {', '.join(bare)}: add @requires(…), @signed_in or @public."
        )


class SignedIn:
    """The session's person, as Flask-Login wants to see them."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: SessionUser, token: str) -> None:
        self.user = user
        self._token = token
        self.actor = Actor(
            organization_id=user.organization_id,
            user_id=user.id,
            name=user.name,
            role=user.role,
            permissions=user.permissions,
            ip=request.remote_addr,
            user_agent=request.user_agent.string,
        )

    def get_id(self) -> str:
        """Return what the cookie carries: the session's secret, and nothing else."""
        return self._token


login_manager = LoginManager()
login_manager.session_protection = None  # the session's own row says when it is over


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> SignedIn | None:
    user = users.of_session(token)
    return SignedIn(user, token) if user else None


def _actor() -> Actor:
    return current_user.actor  # type: ignore[no-any-return]


def _person() -> SessionUser:
    return current_user.user  # type: ignore[no-any-return]


actor: Actor = LocalProxy(_actor)  # type: ignore[assignment]
person: SessionUser = LocalProxy(_person)  # type: ignore[assignment]


def seen_by() -> UUID | None:
    """Return the user whose participants alone the signed-in person sees; None where all."""
    return actor.seen_by


def install(app: Flask) -> None:
    login_manager.init_app(app)
    public(app.view_functions["static"])
    app.before_request(_enforce)
    app.teardown_request(_leave_scope)
    app.context_processor(_for_templates)


def _enforce() -> ResponseReturnValue | None:
    """Let in, send to sign-in, or refuse; then enter the person's organization."""
    if request.endpoint is None:
        return None  # no such page: the 404 handler answers, whoever asks
    access = access_of(current_app, request.endpoint)
    if access is None:
        abort(403)
    if access.is_public:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    g.scope = ExitStack()
    g.scope.enter_context(tenancy.scope(person.organization_id))
    logs.bind(organization_id=str(person.organization_id), user_id=str(person.id))
    _keep_alive()
    if person.needs_factor and (led := _lead_to_factors()):
        return led
    if access.permission and not actor.may(access.permission):
        abort(403)
    subscriptions.check(person.subscription, is_own=access.permission is None)
    return None


def _lead_to_factors() -> ResponseReturnValue | None:
    """Send who has to set up a second factor to where that is done; what a page asks, nowhere."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "__caddy_enrols__", False) or request.blueprint == HELP:
        return None
    if request.endpoint in UNATTENDED:
        abort(403)
    if wants_json():
        return answer(403, "second_factor_needed", "Set up a second step of signing in first.")
    return lead_to(url_for("factors.show"))


def lead_to(target: str) -> ResponseReturnValue:
    """Send to a page that comes first; htmx is told to load it whole."""
    if request.headers.get("HX-Request") == "true":
        return Response("", 403, {"HX-Redirect": target}, mimetype="text/plain")
    return redirect(target, 303)


def _keep_alive() -> None:
    """Mark the session as in use, once in ten minutes; an open page by itself is not use."""
    session = person.session
    is_due = session is not None and clock.now() - session.last_seen_at > SEEN_EVERY
    if session is not None and is_due and request.endpoint not in UNATTENDED:
        sessions.touch(session.id, actor=actor)


def session_lasts_seconds() -> float | None:
    """Return for how long the session holds if it is not used again; None without one."""
    session = person.session
    if session is None:
        return None
    idle = timedelta(hours=load_settings().session_idle_hours)
    ends_at = min(session.last_seen_at + idle, session.expires_at)
    return max(0.0, (ends_at - clock.now()).total_seconds())


def _to_sign_in() -> ResponseReturnValue:
    """Send to sign-in and back again. An htmx request is told to load the whole page."""
    if request.headers.get("HX-Request") == "true":
        after = _open_page()
        # What waits on a phone is told by its own page, which says itself that one has to sign in.
        tells_itself = after.partition("?")[0] == url_for("offline.waiting")
        stays = tells_itself and request.endpoint in UNATTENDED
        led = {} if stays else {"HX-Redirect": url_for("sign_in.new", next=after)}
        return Response("", 401, led, mimetype="text/plain")
    after = url_for("dashboard.show")
    if request.method == "GET":
        after = _address(request.path, request.args.items(multi=True))
    return redirect(url_for("sign_in.new", next=after))


def _open_page() -> str:
    """Return the page that htmx asks a part for: one is led back to a page, never to its part."""
    with suppress(ValueError):  # what is no address at all
        whole = urlsplit(request.headers.get("HX-Current-URL", ""))
        if whole.netloc == request.host:
            return _address(whole.path, parse_qsl(whole.query))
    return url_for("dashboard.show")


def _address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return an address without what was searched: it may be a name."""
    kept = [one for one in pairs if one[0] not in {"search", "q"}]
    return f"{path}?{urlencode(kept)}" if kept else path


def _leave_scope(_error: BaseException | None) -> None:
    held: ExitStack | None = g.pop("scope", None)
    if held is not None:
        held.close()


def _for_templates() -> dict[str, Any]:
    if g.get("scope") is None:
        return {"person": None, "may": lambda _permission: False}
    whose: SignedIn = current_user._get_current_object()  # noqa: SLF001 - a page asks often
    return {
        "person": whose.user,
        "may": lambda permission: whose.actor.may(Permission(permission)),
    }
