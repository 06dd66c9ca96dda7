"""What a subscription refuses, by what kind of write a route is. The one place that enforces it.

Reading is never refused. One's own things (`@signed_in`) always work, and so do the writes below.
"""

from __future__ import annotations

from flask import Flask, request

from caddy import clock
from caddy.domain.subscriptions import Feature, Subscription, refuse_write
from caddy.queries.users import SessionUser

# Blueprints whose writes work after the end too: taking data along, the duty to keep and to
# erase records, and who may come in.
ALWAYS_WORK = frozenset({"evidence", "exports", "invitations", "members", "reports", "retention"})
# Blueprints whose writes belong to a feature that not every plan has.
FEATURES = {"imports": Feature.IMPORTS, "letterheads": Feature.LETTERHEAD}


def check(subscription: Subscription, *, is_own: bool) -> None:
    """Refuse this request where it writes and the subscription does not allow it."""
    if request.method == "GET":
        return
    blueprint = request.blueprint or ""
    refuse_write(
        subscription,
        FEATURES.get(blueprint),
        clock.now(),
        always_works=is_own or blueprint in ALWAYS_WORK,
    )


def notice(person: SessionUser) -> str:
    """Return the sentence about the subscription that stands on top of every page, or nothing."""
    return person.subscription.notice(clock.now())


def install(app: Flask) -> None:
    app.jinja_env.globals["subscription_notice"] = notice
