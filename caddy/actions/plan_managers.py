"""Keeping where plan managers are reached."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.plan_managers import ManagerEntry
from caddy.extensions import db
from caddy.models import PlanManager
from caddy.transaction import transaction


def add_manager(entry: ManagerEntry, *, actor: Actor) -> UUID:
    """Keep a plan manager; RuleBroken on `name` where one of this name is kept already."""
    with transaction(actor):
        _refuse_taken(entry.name, None)
        row = PlanManager(organization_id=actor.organization_id, **entry.columns)
        db.session.add(row)
        db.session.flush()  # the audit entry names the id
        given = {name: value for name, value in entry.columns.items() if value is not None}
        audit.record(Fact.PLAN_MANAGER_ADDED, row, changes=given)
        return row.id


def change_manager(manager_id: UUID, entry: ManagerEntry, *, actor: Actor) -> None:
    with transaction(actor):
        row = db.session.get(PlanManager, manager_id, with_for_update=True)
        if row is None:
            raise NotFound("plan manager")
        _refuse_taken(entry.name, manager_id)
        changes = {}
        for name, after in entry.columns.items():
            before = getattr(row, name)
            if before != after:
                changes[name] = (before, after)
                setattr(row, name, after)
        audit.record(Fact.PLAN_MANAGER_CHANGED, row, changes=changes)


def _refuse_taken(name: str, own_id: UUID | None) -> None:
    holder = db.session.scalar(select(PlanManager.id).where(PlanManager.name == name))
    if holder is not None and holder != own_id:
        raise RuleBroken("name", "manager_taken", f"{name} is in the list already.")
