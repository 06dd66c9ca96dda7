"""Headers, cookies and CSRF: what holds for every answer."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_wtf import CSRFProtect
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
        "frame-src 'none'",
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

__all__ = ["configure", "csrf", "install", "limiter", "open_to_other_sites"]

csrf = CSRFProtect()
# What others may send without a token of ours, and what proves it instead. Nothing else is.
OPEN_TO_OTHER_SITES: dict[str, str] = {}
# What a browser forgets when somebody signs out, beyond the cookie: a phone may be shared.
FORGOTTEN = '"cache", "storage"'
SIGNING_OUT = "sign_in.destroy"


def configure(app: Flask, settings: Settings) -> None:
    """Set what cookies, tokens and limits need before the extensions look."""
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


def install(app: Flask, settings: Settings) -> None:
    csrf.init_app(app)
    limiter.init_app(app)

    @app.after_request
    def _harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.is_production:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains"
            )
        if request.endpoint == SIGNING_OUT and response.status_code < FIRST_ERROR:
            response.headers["Clear-Site-Data"] = FORGOTTEN
        if request.endpoint != "static":
            # Personal pages are kept nowhere: not by proxies, not by the browser's own cache.
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def open_to_other_sites(app: Flask) -> None:
    """Ask no token of what the one list names, once every route is there."""
    for endpoint in OPEN_TO_OTHER_SITES:
        csrf.exempt(app.view_functions[endpoint])
