"""A few believable entries in each register of the demo; one incident's clock is running."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from caddy import clock
from caddy.actions import incidents
from caddy.actions import register_entries as entries
from caddy.domain.actor import Actor
from caddy.domain.care_records import CareKind, NewCareRecord
from caddy.domain.complaints import NewComplaint
from caddy.domain.incidents import IncidentKind, NewIncident, Severity
from caddy.domain.policies import NewPolicy
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.restrictive_practices import NewPractice, NewUse, PracticeKind
from caddy.domain.risks import NewRisk, RiskState

YEAR = timedelta(days=365)
POLICIES = (
    ("Incident management", PracticeModule.GOVERNANCE, "2.1", 300),
    ("Complaints and feedback", PracticeModule.GOVERNANCE, "1.4", 40),
    ("Privacy and dignity", PracticeModule.RIGHTS, "3.0", 200),
    ("Medication", PracticeModule.ENVIRONMENT, "1.2", -12),
    ("Safe environment", PracticeModule.ENVIRONMENT, "1.0", 150),
)
CARE = (
    (CareKind.SHARE_INFORMATION, 300),
    (CareKind.SUPPORT_PLAN, 90),
    (CareKind.RISK_ASSESSMENT, 25),
    (CareKind.EMERGENCY_PLAN, 200),
)


def add_registers(people: list[Any], today: date, actor: Actor) -> None:
    """Add them about the first participants: rows with `id`, `first_name` and `last_name`."""
    if not people:
        return
    whom = [row.id for row in people]
    _add_policies(today, actor)
    for number, row in enumerate(people):
        _add_care(row, number, today, actor)
    _add_complaints(whom[-1], today, actor)
    _add_risks(whom[0], today, actor)
    _add_practice(whom[0], today, actor)
    _add_incidents(whom, today, actor)


def _add_policies(today: date, actor: Actor) -> None:
    for title, module, edition, days in POLICIES:
        review_on = today + timedelta(days=days)
        policy = NewPolicy(
            title,
            module,
            edition,
            review_on,
            approved_on=review_on - YEAR,
            owner_id=actor.user_id,
            summary=f"How we go about it, who does what, and what is written down: {title}.",
        )
        entries.read_policy(entries.add_entry(policy, actor=actor), actor=actor)


def _add_care(row: Any, number: int, today: date, actor: Actor) -> None:
    name = f"{row.first_name} {row.last_name}"
    for kind, days in CARE[: 4 - number % 2]:
        review_on = today + timedelta(days=days - 30 * number)
        record = NewCareRecord(row.id, kind, name, review_on - YEAR, review_on=review_on)
        entries.add_entry(record, actor=actor)


def _add_complaints(participant_id: UUID, today: date, actor: Actor) -> None:
    late = NewComplaint(
        "Changes of the roster",
        "The worker changed three times in a fortnight, and nobody rang before.",
        today - timedelta(days=4),
        complainant="Sister of the participant",
        participant_id=participant_id,
    )
    entries.add_entry(late, actor=actor)
    solved = NewComplaint(
        "Cleaning of the van",
        "The van was not clean on Monday.",
        today - timedelta(days=40),
        acknowledged_on=today - timedelta(days=39),
        resolved_on=today - timedelta(days=30),
        outcome="The van is cleaned on Friday afternoons now. Nobody was named.",
    )
    entries.add_entry(solved, actor=actor)


def _add_risks(participant_id: UUID, today: date, actor: Actor) -> None:
    falls = NewRisk(
        "Falls in the bathroom",
        4,
        4,
        "Non-slip mat, rails, two workers for transfers.",
        today + timedelta(days=80),
        participant_id=participant_id,
        owner_id=actor.user_id,
        state=RiskState.CONTROLLED,
    )
    risk_id = entries.add_entry(falls, actor=actor)
    action = entries.NewAction("Ask the OT for a second rail", today + timedelta(days=9))
    entries.add_action("risk_id", risk_id, action, actor=actor)
    heat = NewRisk(
        "Heat waves in summer",
        3,
        3,
        "Check on everyone by phone; cool rooms at both sites.",
        today + timedelta(days=20),
    )
    entries.add_entry(heat, actor=actor)


def _add_practice(participant_id: UUID, today: date, actor: Actor) -> None:
    last_month = today.replace(day=1) - timedelta(days=1)
    practice = NewPractice(
        participant_id,
        PracticeKind.ENVIRONMENTAL,
        "The knife drawer is locked while meals are cooked.",
        today - timedelta(days=200),
        behaviour_plan="Behaviour support plan, version 3",
        practitioner="Dr Robin Lee",
        authorised_by="Restrictive practices authorisation panel",
        authorised_until=today + timedelta(days=160),
        reported_until=last_month,
    )
    practice_id = entries.add_entry(practice, actor=actor)
    use = NewUse(clock.now() - timedelta(days=1), 35, "Dinner was cooked; the plan was followed.")
    entries.add_use(practice_id, use, actor=actor)


def _add_incidents(whom: list[UUID], today: date, actor: Actor) -> None:
    at = clock.now() - timedelta(hours=21, minutes=10)
    running = NewIncident(
        IncidentKind.SERIOUS_INJURY,
        Severity.MAJOR,
        at,
        at,
        "Slipped on the wet floor of the shopping centre and could not put weight on the left "
        "foot. An ambulance came; the hospital says the ankle is broken.",
        is_harmed=True,
        place="Dubbo Square",
        immediate_action="Rang 000, stayed until the ambulance came, rang the family.",
        people_involved="A security guard of the centre saw it.",
    )
    incident_id = incidents.report_incident(running, participant_id=whom[0], actor=actor)
    action = entries.NewAction("Ask the centre for its report", today + timedelta(days=5))
    entries.add_action("incident_id", incident_id, action, actor=actor)
    earlier = at - timedelta(days=20)
    error = replace(
        running,
        kind=IncidentKind.MEDICATION_ERROR,
        severity=Severity.MINOR,
        happened_at=earlier,
        aware_at=earlier,
        what_happened="The morning tablet was given at noon. The pharmacist said it does no harm.",
        is_harmed=False,
        place="At home",
        immediate_action="Rang the pharmacist and the coordinator.",
        people_involved=None,
    )
    closed_id = incidents.report_incident(error, participant_id=whom[-1], actor=actor)
    incidents.investigate(closed_id, "The chart was on the wrong shelf.", actor=actor)
    incidents.close_incident(closed_id, "The chart hangs beside the box now.", actor=actor)
