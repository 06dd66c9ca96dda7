"""Houses and places where several participants live or are supported together."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import Participant, Site
from caddy.transaction import transaction


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """A site as it is entered."""

    name: str
    street: str | None = None
    suburb: str | None = None
    state: str | None = None
    postcode: str | None = None

    @property
    def columns(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def add_site(entry: SiteEntry, *, actor: Actor) -> UUID:
    with transaction(actor):
        _refuse_taken(entry.name, None)
        site = Site(organization_id=actor.organization_id, **entry.columns)
        db.session.add(site)
        db.session.flush()  # the audit entry names the id
        audit.record(Fact.SITE_ADDED, site, changes={"name": entry.name})
        return site.id


def change_site(site_id: UUID, entry: SiteEntry, *, actor: Actor) -> None:
    with transaction(actor):
        site = db.session.get(Site, site_id)
        if site is None:
            raise NotFound("site")
        _refuse_taken(entry.name, site_id)
        changes = {}
        for name, after in entry.columns.items():
            before = getattr(site, name)
            if before != after:
                changes[name] = (before, after)
                setattr(site, name, after)
        audit.record(Fact.SITE_CHANGED, site, changes=changes)


def move_in(site_id: UUID, participant_id: UUID, *, actor: Actor) -> None:
    """Note that a participant lives or is supported at a site, wherever they were before."""
    with transaction(actor):
        if db.session.get(Site, site_id) is None:
            raise NotFound("site")
        _place(participant_id, site_id)


def move_out(site_id: UUID, participant_id: UUID, *, actor: Actor) -> None:
    """Note that a participant is no longer at a site."""
    with transaction(actor):
        _place(participant_id, None, only_from=site_id)


def _place(participant_id: UUID, site_id: UUID | None, *, only_from: UUID | None = None) -> None:
    whom = db.session.get(Participant, participant_id, with_for_update=True)
    if whom is None or (only_from is not None and whom.site_id != only_from):
        raise NotFound("participant")
    before, whom.site_id = whom.site_id, site_id
    audit.record(Fact.PARTICIPANT_CHANGED, whom, changes={"site_id": (before, site_id)})


def _refuse_taken(name: str, own_id: UUID | None) -> None:
    holder = db.session.scalar(select(Site.id).where(Site.name == name))
    if holder is not None and holder != own_id:
        raise RuleBroken("name", "site_taken", f"There is a site with the name {name} already.")
