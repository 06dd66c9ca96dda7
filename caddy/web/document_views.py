"""Documents on the pages of what they belong to, and where those pages are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, url_for

from caddy.domain.documents import Link, LinkName
from caddy.domain.permissions import Permission
from caddy.queries import documents
from caddy.web.access import access_of, actor, seen_by

SHOWN_BY = {
    LinkName.PARTICIPANT: ("participants.show", "participant_id"),
    LinkName.USER: ("staff.show", "user_id"),
    LinkName.SERVICE: ("services.show", "service_id"),
    LinkName.AGREEMENT: ("agreements.show", "agreement_id"),
    LinkName.INCIDENT: ("incidents.show", "incident_id"),
    LinkName.POLICY: ("policies.show", "policy_id"),
    LinkName.CARE_RECORD: ("care_records.show", "care_record_id"),
}


def listed(name: LinkName, link_id: UUID) -> list[Any] | None:
    """Return the documents of one thing for its page, or None where the person reads none."""
    if not actor.may(Permission.DOCUMENTS_READ):
        return None
    return documents.of(
        name,
        link_id,
        seen_by=seen_by(),
        with_medical=actor.may(Permission.PARTICIPANTS_MEDICAL)
        or (name is LinkName.USER and link_id == actor.user_id),
    )


def home_of(link: Link | None, user_id: UUID | None = None) -> str:
    """Return the page of what a document belongs to; the list, where they may open none."""
    if link is not None and link.name is LinkName.QUALIFICATION and user_id is not None:
        link = Link(LinkName.USER, user_id)
    endpoint, name = SHOWN_BY.get(link.name, ("", "")) if link else ("", "")
    access = access_of(current_app, endpoint)
    if link is None or access is None or (access.permission and not actor.may(access.permission)):
        return url_for("documents.index")
    return url_for(endpoint, **{name: link.id})  # type: ignore[arg-type] # a value of the address
