"""Computing compliance scores and storing them, a day's anew where they were computed before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from caddy import audit, clock
from caddy.domain import compliance_findings
from caddy.domain.actor import Actor
from caddy.domain.compliance_score import Score, Subject, score
from caddy.domain.facts import Fact
from caddy.domain.qualifications import QualificationKind
from caddy.extensions import db
from caddy.models import ComplianceScore, Organization
from caddy.queries import organizations, score_facts
from caddy.queue import Job, later
from caddy.tenancy import current_organization_id
from caddy.transaction import add_many, transaction

AT_ONCE = 200

Scores = Mapping[UUID, Score]


def ask_for_scores(*, actor: Actor) -> None:
    """Leave the job that computes today's scores anew."""
    with transaction(actor, unrecorded="work was left, nothing changed"):
        later(Job.SCORE_COMPLIANCE, actor.organization_id)


def compute(today: date, *, actor: Actor) -> int:
    """Compute and store the scores of everyone and of the organization; return the latter.

    In batches, each its own transaction, the organization's last: it stands for a whole day.
    Run twice on a day it stores the same rows.
    """
    now = clock.now()

    def of_participants(ids: Sequence[UUID]) -> Scores:
        return {
            one.id: score(Subject.PARTICIPANT, compliance_findings.of_participant(one, today))
            for one in score_facts.of_participants(ids, today, now)
        }

    participants = _batches(
        Subject.PARTICIPANT, today, score_facts.participants, of_participants, actor
    )
    required = [QualificationKind(one) for one in organizations.current().required_qualifications]

    def of_workers(ids: Sequence[UUID]) -> Scores:
        held = score_facts.held_by(ids)
        return {
            one: score(
                Subject.WORKER,
                compliance_findings.of_worker(one, required, held.get(one, {}), today),
            )
            for one in ids
        }

    workers = _batches(Subject.WORKER, today, score_facts.workers, of_workers, actor)
    facts = score_facts.of_organization(today, now, participants, workers)
    own = score(Subject.ORGANIZATION, compliance_findings.of_organization(facts))
    with transaction(actor):
        organization_id = current_organization_id()
        _store(Subject.ORGANIZATION, today, {organization_id: own})
        organization = db.session.get_one(Organization, organization_id)
        audit.record(Fact.COMPLIANCE_SCORED, organization, changes={"score": own.points})
    return own.points


def _batches(
    kind: Subject,
    today: date,
    following: Callable[[UUID | None, int], list[UUID]],
    scored: Callable[[Sequence[UUID]], Scores],
    actor: Actor,
) -> list[int]:
    points: list[int] = []
    after = None
    while ids := following(after, AT_ONCE):
        found = scored(ids)
        with transaction(actor, unrecorded="the score of the organization is recorded, at the end"):
            _store(kind, today, found)
        points += [one.points for one in found.values()]
        after = ids[-1]
    return points


def _store(kind: Subject, today: date, found: Scores) -> None:
    db.session.execute(
        delete(ComplianceScore)
        .where(ComplianceScore.subject_kind == kind, ComplianceScore.computed_on == today)
        .where(ComplianceScore.subject_id.in_(list(found)))
        .execution_options(synchronize_session=False)
    )
    rows: list[dict[str, Any]] = [
        {
            "subject_kind": kind,
            "subject_id": subject_id,
            "computed_on": today,
            "score": one.points,
            "lines": [line.as_row() for line in one.lost],
        }
        for subject_id, one in found.items()
    ]
    add_many(ComplianceScore, rows)
