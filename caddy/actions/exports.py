"""Writing down that someone took a list out of Caddy as a file."""

from __future__ import annotations

from collections.abc import Mapping

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import Organization
from caddy.transaction import transaction


def note_list(name: str, ending: str, rows: int, asked: Mapping[str, str], *, actor: Actor) -> None:
    """Write down which list, as what, how many rows, and what it was narrowed to."""
    with transaction(actor):
        organization = db.session.get_one(Organization, actor.organization_id)
        changes = {"list": name, "format": ending, "rows": rows, "asked": dict(asked)}
        audit.record(Fact.LIST_EXPORTED, organization, changes=changes)
