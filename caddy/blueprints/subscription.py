"""The organization's subscription: its plan, what it holds, and how much of it is used."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from caddy.domain.permissions import Permission
from caddy.domain.subscriptions import PLANS, Feature
from caddy.queries import subscriptions
from caddy.web.access import person, requires
from caddy.web.pages import page

blueprint = Blueprint("subscription", __name__)


@blueprint.get("/settings/subscription")
@requires(Permission.ORGANIZATION_WRITE)
def show() -> ResponseReturnValue:
    return page(
        "subscription/show.html",
        subscription=person.subscription,
        use=subscriptions.use(),
        plans=PLANS,
        features=Feature,
    )
