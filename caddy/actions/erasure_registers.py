"""What names a participant in the registers: narratives, complainants, plans, controls.

The rows stay, as what an auditor counts, about a participant whom nobody can name. Everything
here belongs inside the transaction of an erasure.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import case, or_, select, update

from caddy.domain.retention import ERASED_TEXT
from caddy.extensions import db
from caddy.models import (
    CareRecord,
    Complaint,
    Incident,
    IncidentNote,
    PracticeUse,
    RegisterAction,
    RestrictivePractice,
    Risk,
)


def erase_registers(participant_id: UUID) -> None:
    """Empty what was written of a participant in every register."""
    # A closed incident keeps an outcome: that it has one is what lets it be closed.
    outcome = case((Incident.outcome.is_not(None), ERASED_TEXT), else_=None)
    told: dict[str, Any] = {
        "what_happened": ERASED_TEXT,
        "outcome": outcome,
        **dict.fromkeys(("place", "immediate_action", "people_involved", "investigation")),
    }
    _empty(Incident, participant_id, told)
    incidents = _of(Incident, participant_id)
    _run(
        update(IncidentNote).where(IncidentNote.incident_id.in_(incidents)).values(body=ERASED_TEXT)
    )
    said: dict[str, Any] = {"about": ERASED_TEXT, "details": ERASED_TEXT}
    _empty(Complaint, participant_id, {**said, "complainant": None, "outcome": None})
    _empty(
        RestrictivePractice,
        participant_id,
        {"details": ERASED_TEXT, "behaviour_plan": None, "practitioner": None},
    )
    _empty(
        Risk,
        participant_id,
        {"title": ERASED_TEXT, "details": None, "controls": ERASED_TEXT},
    )
    _empty(CareRecord, participant_id, {"given_by": ERASED_TEXT, "details": None})
    practices = _of(RestrictivePractice, participant_id)
    _run(
        update(PracticeUse).where(PracticeUse.practice_id.in_(practices)).values(reason=ERASED_TEXT)
    )
    about = or_(
        RegisterAction.incident_id.in_(incidents),
        RegisterAction.complaint_id.in_(_of(Complaint, participant_id)),
        RegisterAction.risk_id.in_(_of(Risk, participant_id)),
    )
    _run(update(RegisterAction).where(about).values(what=ERASED_TEXT))


def _of(model: Any, participant_id: UUID) -> Any:
    return select(model.id).where(model.participant_id == participant_id)


def _empty(model: Any, participant_id: UUID, values: dict[str, Any]) -> None:
    _run(update(model).where(model.participant_id == participant_id).values(**values))


def _run(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
