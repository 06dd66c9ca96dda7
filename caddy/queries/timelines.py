"""What happened to one participant, of every kind, newest first, as far as a person may see it.

One query a kind, each along its own index, put together by the instant: the key of a page is the
instant and the id of its last moment.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, tuple_

from caddy.columns import Rows
from caddy.domain.actor import Actor
from caddy.domain.audit_phrases import label_of
from caddy.domain.claims import SENT, claim_number
from caddy.domain.facts import Fact
from caddy.domain.permissions import Permission
from caddy.extensions import db
from caddy.models import (
    AuditLog,
    Claim,
    ClaimLine,
    Conversation,
    Document,
    Incident,
    Message,
    Service,
    User,
)
from caddy.queries import conversations, documents, visibility
from caddy.queries.shelves import incidents

PAGE = 40
LONGEST_QUOTE = 140
OF_PLANS = (Fact.PLAN_ADDED.value, Fact.PLAN_CHANGED.value, Fact.BUDGET_ADJUSTED.value)

Key = tuple[datetime, UUID]


class MomentKind(StrEnum):
    SERVICES = "services"
    CLAIMS = "claims"
    DOCUMENTS = "documents"
    INCIDENTS = "incidents"
    MESSAGES = "messages"
    PLANS = "plans"

    @property
    def label(self) -> str:
        return "Plans and budgets" if self is MomentKind.PLANS else self.value.capitalize()

    @property
    def permission(self) -> Permission:
        """Return what it takes to see moments of this kind, besides the participant."""
        return {
            "services": Permission.SERVICES_READ,
            "claims": Permission.CLAIMS_READ,
            "documents": Permission.DOCUMENTS_READ,
            "incidents": Permission.INCIDENTS_READ,
            "messages": Permission.MESSAGES_WRITE,
            "plans": Permission.PARTICIPANTS_WRITE,
        }[self.value]


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened. `subject_id` is whose page tells more; cents where there are any."""

    at: datetime
    id: UUID
    kind: MomentKind
    subject_id: UUID
    title: str
    note: str
    cents: int | None = None

    @property
    def key(self) -> Key:
        return self.at, self.id


def kinds_for(actor: Actor) -> list[MomentKind]:
    """Return the kinds of moments that a person may see."""
    return [kind for kind in MomentKind if actor.may(kind.permission)]


def page(
    participant_id: UUID,
    actor: Actor,
    kinds: Collection[MomentKind],
    until: datetime,
    before: Key | None = None,
) -> tuple[list[Moment], Key | None]:
    """Return up to 40 moments up to an instant, and the key of the page after.

    Whether the participant is theirs to see, is asked before; what they may not read of them
    is left out here. One query a kind, however much there is.
    """
    found: list[Moment] = []
    for kind in kinds:
        if actor.may(kind.permission):
            found += READERS[kind](participant_id, actor, until, before)
    found.sort(key=lambda one: one.key, reverse=True)
    shown = found[:PAGE]
    return shown, shown[-1].key if len(found) > PAGE else None


def _latest(statement: Rows, at: Any, own_id: Any, until: datetime, before: Key | None) -> Any:
    """Return the newest rows of a statement that are older than the page's edge."""
    statement = statement.where(at <= until)
    if before is not None:
        statement = statement.where(tuple_(at, own_id) < before)
    return db.session.execute(statement.order_by(at.desc(), own_id.desc()).limit(PAGE + 1))


def _services(
    participant_id: UUID, actor: Actor, until: datetime, before: Key | None
) -> Iterator[Moment]:
    statement: Rows = (
        select(
            Service.id,
            Service.started_at,
            Service.status,
            Service.item_name,
            Service.total_cents,
            User.first_name,
            User.last_name,
        )
        .join(User, User.id == Service.support_worker_id)
        .where(Service.participant_id == participant_id, Service.main_service_id.is_(None))
    )
    statement = visibility.of_own_services(statement, actor.seen_by)
    for row in _latest(statement, Service.started_at, Service.id, until, before):
        yield Moment(
            row.started_at,
            row.id,
            MomentKind.SERVICES,
            row.id,
            f"Service, {row.status.label.lower()}",
            f"{row.item_name}, with {row.first_name} {row.last_name}",
            row.total_cents if actor.may(Permission.BUDGETS_READ) else None,
        )


def _claims(
    participant_id: UUID, _actor: Actor, until: datetime, before: Key | None
) -> Iterator[Moment]:
    cents = func.sum(ClaimLine.total_cents)
    statement: Rows = (
        select(Claim.id, Claim.submitted_at, Claim.number, Claim.status, cents.label("cents"))
        .join(ClaimLine, ClaimLine.claim_id == Claim.id)
        .where(ClaimLine.participant_id == participant_id, Claim.status.in_(SENT))
        .group_by(Claim.id, Claim.submitted_at, Claim.number, Claim.status)
    )
    for row in _latest(statement, Claim.submitted_at, Claim.id, until, before):
        yield Moment(
            row.submitted_at,
            row.id,
            MomentKind.CLAIMS,
            row.id,
            f"Claimed on {claim_number(row.number)}",
            f"The claim is {row.status.label.lower()}",
            int(row.cents),
        )


def _documents(
    participant_id: UUID, actor: Actor, until: datetime, before: Key | None
) -> Iterator[Moment]:
    statement: Rows = select(
        Document.id, Document.created_at, Document.title, Document.kind, Document.version
    ).where(Document.participant_id == participant_id, documents.seen(actor))
    for row in _latest(statement, Document.created_at, Document.id, until, before):
        version = f", version {row.version} now" if row.version > 1 else ""
        yield Moment(
            row.created_at,
            row.id,
            MomentKind.DOCUMENTS,
            row.id,
            f"Document: {row.title}",
            f"{row.kind.label}{version}",
        )


def _incidents(
    participant_id: UUID, actor: Actor, until: datetime, before: Key | None
) -> Iterator[Moment]:
    statement: Rows = select(
        Incident.id, Incident.happened_at, Incident.kind, Incident.severity, Incident.state
    ).where(Incident.participant_id == participant_id)
    own = incidents.SHELF.own
    if actor.seen_by is not None and own is not None:
        statement = statement.where(own(actor.seen_by))
    for row in _latest(statement, Incident.happened_at, Incident.id, until, before):
        yield Moment(
            row.happened_at,
            row.id,
            MomentKind.INCIDENTS,
            row.id,
            f"Incident: {row.kind.label}",
            f"{row.severity.word}, {row.state.label.lower()}",
        )


def _messages(
    participant_id: UUID, actor: Actor, until: datetime, before: Key | None
) -> Iterator[Moment]:
    statement: Rows = (
        select(
            Message.id,
            Message.sent_at,
            Message.body,
            Message.conversation_id,
            Conversation.title,
            User.first_name,
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(User, User.id == Message.author_id)
        .where(Conversation.participant_id == participant_id, Message.removed_at.is_(None))
        .where(conversations.readable(actor))
    )
    for row in _latest(statement, Message.sent_at, Message.id, until, before):
        quote = " ".join(row.body.split())
        cut = "…" if len(quote) > LONGEST_QUOTE else ""
        yield Moment(
            row.sent_at,
            row.id,
            MomentKind.MESSAGES,
            row.conversation_id,
            f"{row.first_name} wrote in {row.title}",
            f"{quote[:LONGEST_QUOTE]}{cut}",
        )


def _plans(
    participant_id: UUID, _actor: Actor, until: datetime, before: Key | None
) -> Iterator[Moment]:
    statement: Rows = select(
        AuditLog.id, AuditLog.happened_at, AuditLog.action, AuditLog.actor_name
    ).where(AuditLog.participant_id == participant_id, AuditLog.action.in_(OF_PLANS))
    for row in _latest(statement, AuditLog.happened_at, AuditLog.id, until, before):
        yield Moment(
            row.happened_at,
            row.id,
            MomentKind.PLANS,
            participant_id,
            label_of(row.action),
            f"by {row.actor_name}",
        )


READERS: dict[MomentKind, Callable[[UUID, Actor, datetime, Key | None], Iterator[Moment]]] = {
    MomentKind.SERVICES: _services,
    MomentKind.CLAIMS: _claims,
    MomentKind.DOCUMENTS: _documents,
    MomentKind.INCIDENTS: _incidents,
    MomentKind.MESSAGES: _messages,
    MomentKind.PLANS: _plans,
}
