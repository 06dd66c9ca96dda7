"""The register of policies: everyone of staff may read them, and say that they did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from caddy.actions import register_entries as actions
from caddy.domain.documents import LinkName
from caddy.domain.permissions import Permission
from caddy.queries.shelves import policies
from caddy.queries.shelves.base import Entry, Look
from caddy.web.access import actor, person, signed_in
from caddy.web.document_views import listed
from caddy.web.register_forms import PolicyForm
from caddy.web.register_pages import RegisterPages

blueprint = Blueprint("policies", __name__)


def _readings(entry: Entry, _at: Look) -> dict[str, Any]:
    """Return who has read a policy as it holds; whoever may not see registers, only themselves."""
    told: dict[str, Any] = {"read_at": policies.read_at(entry.row, person.id), "readings": None}
    told["documents"] = listed(LinkName.POLICY, entry.row.id)
    if actor.may(Permission.REGISTERS_READ):
        told["readings"] = policies.readings(entry.row)
    return told


pages = RegisterPages(
    blueprint,
    policies.SHELF,
    PolicyForm,
    "policy_id",
    more="registers/_readings.html",
    tells=_readings,
    lists=None,
    reads=None,
)
pages.install()


@blueprint.post("/policies/<uuid:policy_id>/readings")
@signed_in
def read(policy_id: UUID) -> ResponseReturnValue:
    """Note that one has read a policy."""
    pages.entry(policy_id)
    actions.read_policy(policy_id, actor=actor)
    flash("Thank you. It is noted that you have read this policy.")
    return redirect(url_for("policies.show", policy_id=policy_id), 303)
