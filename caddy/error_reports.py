"""Errors told to Sentry, where it is configured: what broke and where, and nothing of anybody.

Nothing is gathered by itself: no request, no body, no header, no variable, no message.
"""

from __future__ import annotations

from typing import Any

from caddy.config import VERSION, Settings

KEPT = frozenset(
    {"event_id", "timestamp", "level", "platform", "release", "environment", "exception", "tags"}
)
KEPT_TAGS = frozenset({"request_id", "route", "job", "command", "organization_id"})
_state = {"is_on": False}


def configure(settings: Settings, transport: Any = None) -> None:
    """Begin to report, where CADDY_SENTRY_DSN says to whom."""
    dsn = settings.sentry_dsn.get_secret_value()
    _state["is_on"] = bool(dsn)
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration

    sentry_sdk.init(
        dsn=dsn,
        environment=settings.environment,
        release=f"caddy@{VERSION}",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[AtexitIntegration(callback=lambda _pending, _timeout: None)],
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        server_name="caddy",
        before_send=strip,
        transport=transport,
    )


def capture(error: BaseException, tags: dict[str, Any]) -> None:
    """Report an error that nobody expected."""
    if not _state["is_on"]:
        return
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        scope.set_tags({name: str(value) for name, value in tags.items() if name in KEPT_TAGS})
        scope.capture_exception(error)


def strip(event: Any, _hint: Any) -> Any:
    """Return what may leave of a report: kinds of errors, places in the code, ids."""
    kept = {name: value for name, value in event.items() if name in KEPT}
    kept["tags"] = {
        name: value for name, value in dict(kept.get("tags") or {}).items() if name in KEPT_TAGS
    }
    for one in (kept.get("exception") or {}).get("values", []):
        one.pop("value", None)  # it may quote what someone entered
        for frame in (one.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)
    return kept
