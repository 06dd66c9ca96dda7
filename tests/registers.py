"""An entry in each register, made by the product's own actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from caddy import clock
from caddy.actions import incidents
from caddy.actions import register_entries as entries
from caddy.columns import new_id
from caddy.domain.care_records import CareKind, NewCareRecord
from caddy.domain.complaints import NewComplaint
from caddy.domain.incidents import IncidentKind, NewIncident, Severity
from caddy.domain.policies import NewPolicy
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.restrictive_practices import NewPractice, NewUse, PracticeKind
from caddy.domain.risks import NewRisk
from caddy.tenancy import scope

STORY = "Quinn Secret fell in the kitchen."


def incident(kind=IncidentKind.SERIOUS_INJURY, hours_ago=1, **more: Any) -> NewIncident:
    """Return an incident that happened some hours ago and was known of at once."""
    at = clock.now() - timedelta(hours=hours_ago)
    entry = NewIncident(kind, Severity.MAJOR, at, at, STORY, place="Kitchen")
    return replace(entry, **more)


def filled(participant_id: UUID, actor: Any) -> dict[str, UUID]:
    """Return the ids of an entry in each register, about one participant."""
    today = clock.today("Australia/Sydney")
    later = today + timedelta(days=200)
    with scope(actor.organization_id):
        incident_id = incidents.report_incident(
            incident(), participant_id=participant_id, actor=actor
        )
        made = {
            name: entries.add_entry(entry, actor=actor)
            for name, entry in {
                "complaint_id": NewComplaint(
                    "Quinn Secret's bus", STORY, today, participant_id=participant_id
                ),
                "practice_id": NewPractice(participant_id, PracticeKind.MECHANICAL, STORY, today),
                "risk_id": NewRisk(
                    "Quinn Secret may fall", 3, 4, STORY, later, participant_id=participant_id
                ),
                "policy_id": NewPolicy(
                    f"Secret policy {new_id()}",
                    PracticeModule.RIGHTS,
                    "1.0",
                    later,
                    approved_on=today,
                ),
                "care_record_id": NewCareRecord(
                    participant_id, CareKind.PHOTOS, "Quinn Secret", today, review_on=later
                ),
            }.items()
        }
        entries.add_use(made["practice_id"], NewUse(clock.now(), 10, STORY), actor=actor)
        entries.read_policy(made["policy_id"], actor=actor)
        action = entries.NewAction("Mend the step", later)
        action_id = entries.add_action("incident_id", incident_id, action, actor=actor)
    return {"incident_id": incident_id, "action_id": action_id, **made}


def many(people: Any, count: int) -> None:
    """Add entries to every register, about Pat."""
    for _ in range(count):
        filled(people.acacia.participant_id, people.alice)
