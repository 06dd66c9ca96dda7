"""Headers, cookies and CSRF: what holds for every answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from caddy.config import Settings
from caddy.web.limits import limiter

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "frame-src 'self'",  # a paper in the page: PDFs, and mails as their receivers see them
        "manifest-src 'self'",
        "worker-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR = 31_536_000
FIRST_ERROR = 400

__all__ = ["configure", "csrf", "install", "limiter", "takes_bytes"]

View = TypeVar("View", bound=Callable[..., Any])

# The one list of views that take a POST without a session's token, and what proves it instead.
WITHOUT_TOKEN = {
    "caddy.blueprints.webhooks.take_resend": "the signature of the mail service",
}

csrf = CSRFProtect()
# What a browser forgets when somebody signs out, beyond the cookie: a phone may be shared.
FORGOTTEN = '"cache", "storage"'
SIGNING_OUT = "sign_in.destroy"
# Where somebody else's things wait on the same phone, to be sent when they come back.
FORGOTTEN_BUT_OUTBOX = '"cache"'


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie, whose signer is made once and not for every request."""

    def __init__(self) -> None:
        self._signer = lru_cache(maxsize=4)(self._signer_for)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._signer(app, app.secret_key)

    def _signer_for(self, app: Flask, _secret: object) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


def configure(app: Flask, settings: Settings) -> None:
    """Set what cookies, tokens and limits need before the extensions look."""
    app.session_interface = Sessions()
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="__Host-caddy" if settings.is_production else "caddy",
        SESSION_COOKIE_SECURE=settings.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=settings.session_days * 86_400,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as its session
        WTF_CSRF_SSL_STRICT=settings.is_production,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def takes_bytes(most: int) -> Callable[[View], View]:
    """Let a view of people who are signed in take a larger request than all others."""

    def mark(view: View) -> View:
        view.__caddy_most_bytes__ = most  # type: ignore[attr-defined] # read by _make_room
        return view

    return mark


def _make_room() -> None:
    """Say how large a request may be, before anything reads its form."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "__caddy_most_bytes__", None)
    if most is not None and "_user_id" in session:
        request.max_content_length = most


def install(app: Flask, settings: Settings) -> None:
    app.before_request(_make_room)
    csrf.init_app(app)
    limiter.init_app(app)
    for view in WITHOUT_TOKEN:
        csrf.exempt(view)

    @app.after_request
    def _harden(response: Response) -> Response:
        there = {name.lower() for name, _ in response.headers}
        response.headers.extend(one for one in HEADERS.items() if one[0].lower() not in there)
        if settings.is_production:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains"
            )
        if request.endpoint == SIGNING_OUT and response.status_code < FIRST_ERROR:
            keeps = "others_wait" in request.form
            response.headers["Clear-Site-Data"] = FORGOTTEN_BUT_OUTBOX if keeps else FORGOTTEN
        if request.endpoint != "static":
            # Personal pages are kept nowhere: not by proxies, not by the browser's own cache.
            response.headers.setdefault("Cache-Control", "no-store")
        return response
