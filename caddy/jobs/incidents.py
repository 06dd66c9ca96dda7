"""The clocks of reportable incidents: looked at once a minute, in every organization."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from caddy import clock
from caddy.actions import incidents
from caddy.domain.actor import Source, system_actor
from caddy.domain.incidents import SOON, IncidentState
from caddy.extensions import db
from caddy.models import Incident
from caddy.tenancy import scope, unscoped

AT_ONCE = 500


def find_clocks_running_out() -> int:
    """Tell of clocks that run out within four hours or have run out; return how many were told.

    Whom and what was told of already is asked again under the incident's own lock.
    """
    now = clock.now()
    told = 0
    with unscoped("the clocks of every organization are looked at by one process"):
        rows = db.session.execute(
            select(Incident.organization_id, Incident.id)
            .where(
                Incident.state != IncidentState.CLOSED,
                or_(
                    Incident.notified_at.is_(None) & _untold("notify", Incident.notify_by, now),
                    Incident.notified_at.is_not(None)
                    & Incident.detailed_at.is_(None)
                    & _untold("details", Incident.details_by, now),
                ),
            )
            .order_by(Incident.id)
            .limit(AT_ONCE)
        ).all()
    for row in rows:
        with scope(row.organization_id):
            actor = system_actor(row.organization_id, "Schedule", Source.JOB)
            told += incidents.warn(row.id, actor=actor)
    return told


def _untold(what: str, due_at: Any, now: datetime) -> Any:
    """Return the condition that a deadline is near or over and people do not know of it yet."""
    told = func.coalesce(Incident.warned_of, "")
    return or_(
        and_(due_at < now, told != f"{what}:overdue"),
        and_(due_at >= now, due_at <= now + SOON, told != f"{what}:soon"),
    )
