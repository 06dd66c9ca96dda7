"""What one box finds: people, services, claims, documents, staff; only what its asker may see."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy import clock, search
from caddy.columns import Rows
from caddy.domain.claims import claim_number
from caddy.domain.ndis.identifiers import show_ndis_number
from caddy.domain.participants import shown_name
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Permission
from caddy.domain.searching import ALIKE, fold, likeness, words_of
from caddy.domain.words import say_date, say_time
from caddy.extensions import db
from caddy.models import (
    Attachment,
    Claim,
    Document,
    Participant,
    ParticipantWorker,
    Service,
    ServiceAgreement,
    User,
)
from caddy.queries import documents, visibility
from caddy.queries.participant_names import WHO

FEW = 5
MANY = 25
MOST_OWN = 1_000
MOST_STAFF = 2_000
MOST_OF_ALL = 200
RECENT = timedelta(days=90)
_ITEM_NUMBER = re.compile(r"\s*\d\d_\d")
DAY_FORMATS = ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d %b %Y", "%d %B %Y")


class Group(StrEnum):
    """What was found, in the order in which it is shown; `endpoint` shows one of it."""

    PARTICIPANTS = "participants"
    SERVICES = "services"
    CLAIMS = "claims"
    DOCUMENTS = "documents"
    FILES = "files of services and agreements"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its id, its name and what tells it from its like."""

    id: UUID
    title: str
    said: str


@dataclass(frozen=True, slots=True)
class Asker:
    """Who searches: what they may open, whose participants alone they see, if so, and where."""

    permissions: frozenset[Permission]
    seen_by: UUID | None
    timezone: str
    user_id: UUID | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


def everything(text: str, asker: Asker, limit: int = FEW) -> dict[Group, list[Hit]]:
    """Return up to `limit` of each kind in which a text is found; kinds without any are left out.

    The number of queries is the same whatever is found.
    """
    if not words_of(text):
        return {}
    found: dict[Group, list[Hit]] = {}
    people = search.find(text, search.Kind.PARTICIPANT, limit, among=_own(asker.seen_by))
    if asker.may(Permission.PARTICIPANTS_READ):
        found[Group.PARTICIPANTS] = _participants(people)
    if asker.may(Permission.SERVICES_READ):
        found[Group.SERVICES] = _services(text, people, asker, limit)
    if asker.may(Permission.CLAIMS_READ):
        found[Group.CLAIMS] = _claims(text, limit)
    if asker.may(Permission.DOCUMENTS_READ):
        found[Group.DOCUMENTS] = _documents(text, asker, limit)
    if asker.may(Permission.PARTICIPANTS_READ):
        found[Group.FILES] = _files(text, asker, limit)
    if asker.may(Permission.PARTICIPANTS_WRITE):
        found[Group.STAFF] = _staff(text, limit)
    return {group: hits for group, hits in found.items() if hits}


def _own(seen_by: UUID | None) -> list[UUID] | None:
    if seen_by is None:
        return None
    team = select(ParticipantWorker.participant_id).where(ParticipantWorker.user_id == seen_by)
    return list(db.session.scalars(team.limit(MOST_OWN)))


def _participants(ids: Sequence[UUID]) -> list[Hit]:
    rows = db.session.execute(select(*WHO).where(Participant.id.in_(ids)))
    hits = {
        row.id: Hit(
            row.id,
            shown_name(row.first_name, row.last_name, row.preferred_name),
            f"NDIS {show_ndis_number(row.ndis_number)}"
            + ("" if row.status == "active" else f" · {row.status.value}"),
        )
        for row in rows
    }
    return [hits[one] for one in ids if one in hits]


def _services(text: str, people: Sequence[UUID], asker: Asker, limit: int) -> list[Hit]:
    """Return the latest services on a day, with an item, or of the participants found."""
    statement: Rows = (
        select(
            Service.id,
            Service.service_on,
            Service.start_time,
            Service.item_name,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
        )
        .join(Participant, Participant.id == Service.participant_id)
        .order_by(Service.service_on.desc(), Service.id.desc())
        .limit(limit)
    )
    statement = visibility.of_own_services(statement, asker.seen_by)
    day = _day(text)
    if day is not None:
        statement = statement.where(Service.service_on == day)
    elif _ITEM_NUMBER.match(text):
        # Services are not indexed by item: only what is recent is looked through.
        statement = statement.where(
            Service.item_number.startswith(text.strip(), autoescape=True),
            Service.service_on >= clock.today(asker.timezone) - RECENT,
        )
    else:
        statement = statement.where(Service.participant_id.in_(people))
    return [
        Hit(
            row.id,
            f"{row.first_name} {row.last_name}, {say_date(row.service_on)}",
            f"{row.item_name} · {say_time(row.start_time)}",
        )
        for row in db.session.execute(statement)
    ]


def _day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _claims(text: str, limit: int) -> list[Hit]:
    digits = text.strip().upper().removeprefix("C").removeprefix("-").lstrip("0")
    if not digits.isascii() or not digits.isdigit() or len(digits) > len("123456789"):
        return []
    rows = db.session.execute(
        select(Claim.id, Claim.number, Claim.status, Claim.period_starts_on, Claim.period_ends_on)
        .where(Claim.number == int(digits))
        .limit(limit)
    )
    return [
        Hit(
            row.id,
            claim_number(row.number),
            f"{row.status.label} · {say_date(row.period_starts_on)} "
            f"to {say_date(row.period_ends_on)}",
        )
        for row in rows
    ]


def _documents(text: str, asker: Asker, limit: int) -> list[Hit]:
    """Return documents by title, tag and file name; those that are retired are left out."""
    ids = search.find(text, search.Kind.PAPER, MOST_OF_ALL)
    statement: Rows = (
        select(
            Document.id,
            Document.title,
            Document.kind,
            Participant.first_name,
            Participant.last_name,
        )
        .outerjoin(Participant, Participant.id == Document.participant_id)
        .where(Document.id.in_(ids), Document.is_active.is_(True), documents.seen(asker))
    )
    hits = {
        row.id: Hit(
            row.id,
            row.title,
            " · ".join(
                filter(
                    None,
                    (
                        row.kind.label,
                        f"{row.first_name} {row.last_name}" if row.last_name else "",
                    ),
                )
            ),
        )
        for row in db.session.execute(statement)
    }
    return [hits[one] for one in ids if one in hits][:limit]


def _files(text: str, asker: Asker, limit: int) -> list[Hit]:
    ids = search.find(text, search.Kind.DOCUMENT, limit if asker.seen_by is None else 200)
    statement: Rows = (
        select(Attachment.id, Attachment.file_name, Attachment.created_at)
        .outerjoin(Service, Service.id == Attachment.service_id)
        .outerjoin(ServiceAgreement, ServiceAgreement.id == Attachment.agreement_id)
        .where(Attachment.id.in_(ids))
    )
    if asker.seen_by is not None:
        statement = statement.where(
            or_(
                Service.support_worker_id == asker.seen_by,
                visibility.supports(Service.participant_id, asker.seen_by),
                visibility.supports(ServiceAgreement.participant_id, asker.seen_by),
            )
        )
    hits = {
        row.id: Hit(
            row.id, row.file_name, f"added {say_date(clock.local(row.created_at, asker.timezone))}"
        )
        for row in db.session.execute(statement)
    }
    return [hits[one] for one in ids if one in hits][:limit]


def _staff(text: str, limit: int) -> list[Hit]:
    """Return colleagues by name or address: few enough to be looked through one by one."""
    rows = db.session.execute(
        select(User.id, User.first_name, User.last_name, User.email, User.role)
        .where(User.status == UserStatus.ACTIVE)
        .order_by(User.last_name, User.first_name, User.id)
        .limit(MOST_STAFF)
    ).all()
    words = words_of(text)
    found: list[tuple[int, Any]] = []
    for row in rows:
        name = fold(f"{row.first_name} {row.last_name} {row.email}")
        held = name.replace("'", "").replace("-", "")
        alike = 100 if all(word in held for word in words) else likeness(words, name)
        if alike > ALIKE:
            found.append((alike, row))
    found.sort(key=lambda one: -one[0])
    return [
        Hit(row.id, f"{row.first_name} {row.last_name}", f"{row.role.label} · {row.email}")
        for _, row in found[:limit]
    ]
