"""Shifts of Sam's: one that is on now, and the form of one in a week."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import schedules
from caddy.extensions import db
from caddy.models import Service
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import one_of_each, world


def mine_today(people: world.World) -> UUID:
    """Plan a shift of Sam's for now."""
    now = clock.local(clock.now(), world.ZONE)
    wanted = one_of_each.weekly(people, people.acacia)
    with scope(people.acacia.id):
        series = schedules.create_schedule(wanted, actor=people.alice)
        row = db.session.scalars(
            select(Service).where(Service.schedule_id == series.schedule_id)
        ).one()
        service_id = row.id
        with transaction(people.alice, unrecorded="a test"):
            row = db.session.get_one(Service, service_id)
            row.service_on = now.date()
            row.started_at = now - timedelta(hours=1)
            row.ended_at = now + timedelta(hours=1)
    return service_id


def planned_form(people: world.World, **more: str) -> dict[str, str]:
    """Return what is typed to plan a shift for Pat, a week from now at nine."""
    return {
        "participant_id": str(people.acacia.participant_id),
        "worker": str(people.acacia.people["sam"]),
        "service_on": (people.today + timedelta(days=7)).isoformat(),
        "start_time": "09:00",
        "item_number": "01_011_0107_1_1",
        **more,
    }
