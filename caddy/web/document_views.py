"""Where the things are shown that documents belong to."""

from __future__ import annotations

from flask import current_app, url_for

from caddy.domain.documents import Link, LinkName

SHOWN_BY = {
    LinkName.PARTICIPANT: ("participants.show", "participant_id"),
    LinkName.USER: ("staff.show", "user_id"),
    LinkName.SERVICE: ("services.show", "service_id"),
    LinkName.AGREEMENT: ("agreements.show", "agreement_id"),
    LinkName.INCIDENT: ("incidents.show", "incident_id"),
    LinkName.POLICY: ("policies.show", "policy_id"),
}


def home_of(link: Link | None) -> str:
    """Return the page of what a document belongs to; the list, where it has none of its own."""
    endpoint, name = SHOWN_BY.get(link.name, ("", "")) if link else ("", "")
    if link is None or endpoint not in current_app.view_functions:
        return url_for("documents.index")
    return url_for(endpoint, **{name: link.id})  # type: ignore[arg-type] # a value of the address
