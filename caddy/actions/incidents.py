"""Incidents: reported, notified, investigated, closed; and their clocks, of which people are told.

No narrative leaves the incident's own row: neither the audit log nor a mail has any of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions.notifications import notify
from caddy.actions.register_entries import apply, check_names, refuse_seen, told
from caddy.actions.versions import refuse_stale
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.errors import Conflict, NotFound
from caddy.domain.facts import Fact
from caddy.domain.incidents import (
    IncidentState,
    NewIncident,
    check_closing,
    check_incident,
    check_notification,
    clock_of,
    countdown,
    state_of,
)
from caddy.domain.permissions import Role
from caddy.domain.words import say_date, say_time
from caddy.extensions import db
from caddy.models import Incident, IncidentNote, RegisterAction, User
from caddy.queries import alerts, organizations, services
from caddy.queries.shelves import incidents
from caddy.transaction import transaction

REPORTED = "A reportable incident was recorded"
HEADLINES = {
    "notify:soon": "The NDIS Commission must hear of an incident within four hours",
    "notify:overdue": "The NDIS Commission should have heard of an incident by now",
    "details:soon": "The five-day report of an incident is due within four hours",
    "details:overdue": "The five-day report of an incident is overdue",
}


def report_incident(
    entry: NewIncident,
    *,
    participant_id: UUID | None = None,
    service_id: UUID | None = None,
    key: UUID | None = None,
    actor: Actor,
) -> UUID:
    """Record an incident; of a reportable one administrators and the coordinator hear at once.

    Of a service it is that service's participant whom it happened to. `key` was made with the
    form and becomes the incident's id: a report that a phone sends twice is one incident.
    """
    try:
        with transaction(actor):
            if key is not None and (sent := _sent(key, actor)) is not None:
                return sent
            return _report(entry, participant_id, service_id, key or new_id(), actor)
    except IntegrityError as error:
        # The same report came twice at once, and the other was first.
        with transaction(actor):
            sent = _sent(key, actor) if key is not None else None
        if sent is None:
            raise Conflict(
                "not_stored", "The report could not be stored. Send it again."
            ) from error
        return sent


def _sent(key: UUID, actor: Actor) -> UUID | None:
    return db.session.scalar(
        select(Incident.id).where(Incident.id == key, Incident.reported_by == actor.user_id)
    )


def _report(
    entry: NewIncident,
    participant_id: UUID | None,
    service_id: UUID | None,
    incident_id: UUID,
    actor: Actor,
) -> UUID:
    check_incident(entry, clock.now())
    if service_id is not None:
        service = services.one(service_id, seen_by=actor.seen_by)
        if service is None:
            raise NotFound("service")
        participant_id = service.participant_id
    else:
        check_names(participant_id, None, None, actor)
    if actor.user_id is None:
        raise NotFound("person")
    row = Incident(
        id=incident_id,
        organization_id=actor.organization_id,
        participant_id=participant_id,
        service_id=service_id,
        reported_by=actor.user_id,
        **_columns(entry),
    )
    db.session.add(row)
    db.session.flush()  # the audit entry names the id
    given = {"participant_id": participant_id, "service_id": service_id, **_columns(entry)}
    changes = {name: value for name, value in given.items() if value is not None}
    audit.record(Fact.INCIDENT_ADDED, row, changes=told(Incident, changes))
    if row.notify_by is not None:
        _tell(row, REPORTED, f"incident:{row.id}:reported")
    return row.id


def change_incident(
    incident_id: UUID,
    entry: NewIncident,
    *,
    participant_id: UUID | None = None,
    seen: datetime | None = None,
    actor: Actor,
) -> None:
    """Bring an incident in line with what was entered; its clock follows its kind."""
    with transaction(actor):
        row = _load(incident_id, actor)
        refuse_stale(row, seen, "incident")
        check_incident(entry, clock.now())
        if participant_id != row.participant_id:
            check_names(participant_id, None, None, actor)
        was_reportable = row.notify_by is not None
        changes = apply(row, {**_columns(entry), "participant_id": participant_id})
        row.state = _state(row)
        audit.record(Fact.INCIDENT_CHANGED, row, changes=changes)
        if row.notify_by is not None and not was_reportable:
            _tell(row, REPORTED, f"incident:{row.id}:reported")


def notify_commission(
    incident_id: UUID, notified_at: datetime, number: str | None, *, actor: Actor
) -> None:
    """Record that the NDIS Commission was notified, and the number that it gave."""
    with transaction(actor):
        row = _load(incident_id, actor)
        _refuse_unless_reportable(row)
        check_notification(notified_at, row.aware_at, clock.now())
        changes = apply(row, {"notified_at": notified_at, "notification_number": number})
        row.state = _state(row)
        audit.record(Fact.INCIDENT_NOTIFIED, row, changes=changes)


def send_details(incident_id: UUID, sent_at: datetime, *, actor: Actor) -> None:
    """Record that the five-day report was sent to the NDIS Commission."""
    with transaction(actor):
        row = _load(incident_id, actor)
        if row.details_by is None:
            raise Conflict("no_details", "No five-day report is asked for of this incident.")
        check_notification(sent_at, row.aware_at, clock.now())
        audit.record(Fact.INCIDENT_DETAILS_SENT, row, changes=apply(row, {"detailed_at": sent_at}))


def investigate(incident_id: UUID, findings: str, *, actor: Actor) -> None:
    """Write down what was found so far."""
    with transaction(actor):
        row = _load(incident_id, actor)
        changes = apply(row, {"investigation": findings})
        row.state = _state(row)
        audit.record(Fact.INCIDENT_INVESTIGATED, row, changes=changes)


def close_incident(incident_id: UUID, outcome: str, *, actor: Actor) -> None:
    """Close an incident for which nothing is owed any more; it stays as it is from then on."""
    with transaction(actor):
        row = _load(incident_id, actor)
        still = select(func.count(RegisterAction.id)).where(
            RegisterAction.incident_id == incident_id, RegisterAction.done_on.is_(None)
        )
        check_closing(
            is_notified=row.notify_by is None or row.notified_at is not None,
            has_details=row.details_by is None or row.detailed_at is not None,
            outcome=outcome,
            open_actions=db.session.scalar(still) or 0,
        )
        now = clock.now()
        row.outcome, row.closed_at, row.closed_by = outcome, now, actor.user_id
        row.state = IncidentState.CLOSED
        audit.record(Fact.INCIDENT_CLOSED, row, changes={"closed_at": now})


def add_note(incident_id: UUID, body: str, *, actor: Actor) -> UUID:
    """Add to a closed incident what became known since; nothing else of it changes any more."""
    with transaction(actor):
        incident = _seen(incident_id, actor)
        if incident.state is not IncidentState.CLOSED:
            raise Conflict("not_closed", "Write it into the investigation: this is not closed yet.")
        row = IncidentNote(
            organization_id=actor.organization_id, incident_id=incident_id, body=body
        )
        db.session.add(row)
        db.session.flush()  # the audit entry names the id
        changes = told(IncidentNote, {"body": body}) | {"note_id": row.id}
        audit.record(Fact.INCIDENT_NOTED, incident, changes=changes)
        return row.id


def warn(incident_id: UUID, *, actor: Actor) -> int:
    """Tell of a clock that runs out within four hours or has run out, once of each.

    Return how many people were told now.
    """
    with transaction(actor, unrecorded="nothing was written where nobody was to be told"):
        row = db.session.get(Incident, incident_id, with_for_update=True)
        due_at = incidents.owed_by(row) if row is not None else None
        if row is None or due_at is None:
            return 0
        stage = f"{incidents.owed(row)}:{countdown(due_at, None, clock.now())}"
        if stage not in HEADLINES or row.warned_of == stage:
            return 0
        row.warned_of = stage
        people = _tell(row, HEADLINES[stage], f"incident:{row.id}:{stage}")
        audit.record(Fact.INCIDENT_CLOCK_WARNED, row, changes={"stage": stage, "told": people})
        return people


def _columns(entry: NewIncident) -> dict[str, Any]:
    """Return an incident's columns: what was entered, and the clock that follows from it."""
    found = organizations.current()
    deadlines = clock_of(
        entry.kind,
        is_harmed=entry.is_harmed,
        aware_at=entry.aware_at,
        zone=found.timezone,
        is_holiday=lambda day: clock.public_holiday(day, found.state) is not None,
    )
    return {one.name: getattr(entry, one.name) for one in fields(entry)} | {
        "notify_by": deadlines.notify_by,
        "details_by": deadlines.details_by,
    }


def _load(incident_id: UUID, actor: Actor) -> Incident:
    """Return an incident that is not closed, held until the end of the transaction."""
    row = _seen(incident_id, actor)
    if row.state is IncidentState.CLOSED:
        raise Conflict("closed", "This incident is closed. It cannot be changed any more.")
    return row


def _seen(incident_id: UUID, actor: Actor) -> Incident:
    row = db.session.get(Incident, incident_id, with_for_update=True)
    if row is None:
        raise NotFound("incident")
    if row.reported_by != actor.user_id:
        refuse_seen(row.participant_id, actor, "incident")
    return row


def _state(row: Incident) -> IncidentState:
    return state_of(
        is_reportable=row.kind.is_reportable,
        is_notified=row.notified_at is not None,
        is_investigated=bool(row.investigation),
        is_closed=row.closed_at is not None,
    )


def _refuse_unless_reportable(row: Incident) -> None:
    if row.notify_by is None:
        raise Conflict("not_reportable", "The NDIS Commission is not told of this kind.")


def _tell(row: Incident, headline: str, key: str) -> int:
    """Tell administrators and the coordinator of a clock: its kind and hour, and nothing else."""
    due_at = incidents.owed_by(row)
    if due_at is None:
        return 0
    local = clock.local(due_at, organizations.current().timezone)
    by = f"{say_date(local.date())}, {say_time(local)}"
    what = "Notify the NDIS Commission" if incidents.owed(row) == "notify" else "Send the report"
    return notify(
        _people(row),
        kind="incident_clock",
        title=headline,
        body=f"{row.kind.label}. {what} by {by}.",
        link=f"/incidents/{row.id}",
        subject=row,
        dedupe_key=key,
        email_template=EmailTemplate.INCIDENT_CLOCK,
        context={
            "headline": headline,
            "kind": row.kind.label,
            "what": what,
            "due_words": by,
        },
    )


def _people(row: Incident) -> Iterable[User]:
    """Return administrators and the participant's coordinator, or all where there is none."""
    own = incidents.coordinator_of(row.participant_id) if row.participant_id else None
    if own is not None:
        return {*alerts.people_of_roles([Role.ADMIN]), own}
    return alerts.people_of_roles([Role.ADMIN, Role.COORDINATOR])
