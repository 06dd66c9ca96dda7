"""Choosing how long records are kept, and holding or freeing those of one participant."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import audit, clock
from caddy.domain.actor import Actor
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.retention import DEFAULT_YEARS, RetentionKind, check_years
from caddy.extensions import db
from caddy.models import LegalHold, Participant, RetentionPolicy
from caddy.queries import visibility
from caddy.transaction import transaction


def set_years(kind: RetentionKind, years: int, *, actor: Actor) -> None:
    """Choose for how many years a kind of record is kept: from 7 to 100."""
    check_years(years)
    with transaction(actor):
        stored = select(RetentionPolicy).where(RetentionPolicy.kind == kind)
        policy = db.session.scalars(stored).one_or_none()
        if policy is None:
            policy = RetentionPolicy(kind=kind, years=DEFAULT_YEARS)
            db.session.add(policy)
            db.session.flush()  # the audit entry names its id
        changes = {"kind": kind.value, "years": (policy.years, years)}
        policy.years = years
        audit.record(Fact.RETENTION_CHANGED, policy, changes=changes)


def place_hold(participant_id: UUID, reason: str, *, actor: Actor) -> None:
    """Keep a participant's records whatever the years say, until the hold is lifted."""
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed", "Say why the records must be kept.")
    with transaction(actor):
        participant = _locked(participant_id, actor)
        if participant.erased_at is not None:
            raise Conflict("erased", "This participant is erased: there is nothing to hold.")
        if _live(participant_id) is not None:
            raise Conflict("on_hold", "This participant is under a legal hold already.")
        hold = LegalHold(
            participant_id=participant_id,
            reason=reason.strip(),
            placed_at=clock.now(),
            placed_by=actor.user_id,
        )
        db.session.add(hold)
        audit.record(Fact.LEGAL_HOLD_PLACED, participant, changes={"reason": hold.reason})


def lift_hold(participant_id: UUID, *, actor: Actor) -> None:
    """End a legal hold: from now on the years count again."""
    with transaction(actor):
        participant = _locked(participant_id, actor)
        hold = _live(participant_id)
        if hold is None:
            raise Conflict("not_on_hold", "This participant is not under a legal hold.")
        hold.lifted_at = clock.now()
        hold.lifted_by = actor.user_id
        audit.record(Fact.LEGAL_HOLD_LIFTED, participant, changes={"placed_at": hold.placed_at})


def _locked(participant_id: UUID, actor: Actor) -> Participant:
    """Load a participant who is there for the actor, so that nobody erases them meanwhile."""
    if not visibility.is_seen(participant_id, actor.seen_by):
        raise NotFound("participant")
    return db.session.get_one(Participant, participant_id, with_for_update=True)


def _live(participant_id: UUID) -> LegalHold | None:
    return db.session.scalars(
        select(LegalHold).where(
            LegalHold.participant_id == participant_id, LegalHold.lifted_at.is_(None)
        )
    ).one_or_none()
