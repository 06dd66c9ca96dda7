"""Telling people what ends soon: of each thing once at each step, all of a day in one digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from caddy import audit, clock
from caddy.actions.notifications import notify
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.emails import EmailTemplate
from caddy.domain.expiries import Expiry, Readers, step_of, told_of
from caddy.domain.facts import Fact
from caddy.domain.permissions import Role
from caddy.extensions import db
from caddy.models import ExpiryNotice, PeriodicRun
from caddy.queries import alerts, expiries
from caddy.tenancy import insert_missing
from caddy.transaction import current_work, transaction

AT_ONCE = 500
MOST_LISTED = 50

News = dict[UUID, list[Expiry]]


def tell(run_id: UUID, today: date, *, actor: Actor) -> int:
    """Send everyone one digest of what came to a step that they were not told of yet.

    Returns how many people were told. What was told is stored with the mails themselves, so
    that a run that broke off tells all of it and one that comes twice tells nothing.
    """
    with transaction(actor):
        news = _new(expiries.ending(today), today)
        run = db.session.get_one(PeriodicRun, run_id)
        told = 0
        for user in expiries.active(set(news)):
            items = news[user.id]
            overdue = sum(item.due_on < today for item in items)
            told += notify(
                [user],
                kind="expiries",
                title=_title(overdue, len(items)),
                body=_body(items),
                link="/notifications",
                subject=run,
                dedupe_key=f"expiries:{run_id}",
                email_template=EmailTemplate.COMPLIANCE_DIGEST,
                context={
                    "day_on": today,
                    "overdue": overdue,
                    "due_soon": len(items) - overdue,
                    "items": [item.as_row(today) for item in items[:MOST_LISTED]],
                },
            )
        if news:
            audit.record(Fact.EXPIRIES_TOLD, run, changes={"told": told})
        return told


def _new(found: Sequence[Expiry], today: date) -> News:
    """Store who is told of what now; return for each person what was not told before."""
    readers = Readers(
        admins=[one.id for one in alerts.people_of_roles([Role.ADMIN])],
        coordinators=[one.id for one in alerts.people_of_roles([Role.COORDINATOR])],
        coordinator_of=expiries.coordinators_of(
            {one.participant_id for one in found if one.participant_id}, today
        ),
    )
    instant = clock.now()
    rows: list[dict[str, Any]] = []
    of_row: dict[UUID, tuple[UUID, Expiry]] = {}
    for one in found:
        step = step_of(one.due_on, today)
        for user_id in sorted(told_of(one, readers)) if step is not None else ():
            row_id = new_id()
            of_row[row_id] = (user_id, one)
            rows.append(
                {
                    "id": row_id,
                    "user_id": user_id,
                    "thing": one.thing,
                    "due_on": one.due_on,
                    "step": step,
                    "told_on": today,
                    "created_at": instant,
                    "updated_at": instant,
                }
            )
    news: News = defaultdict(list)
    keys = ("user_id", "thing", "due_on", "step")
    for at in range(0, len(rows), AT_ONCE):
        stored = insert_missing(ExpiryNotice, keys, rows[at : at + AT_ONCE])
        for row in rows[at : at + AT_ONCE]:
            if row["id"] in stored:
                user_id, one = of_row[row["id"]]
                news[user_id].append(one)
    if news:
        current_work().changed_rows = True  # no flush sees these rows
    return news


def _title(overdue: int, count: int) -> str:
    if not overdue:
        return f"{count:,} thing{'' if count == 1 else 's'} will end soon"
    return f"{overdue:,} overdue, {count - overdue:,} due soon"


def _body(items: Sequence[Expiry]) -> str:
    first = "; ".join(f"{one.what}, {one.whom}" for one in items[:3])
    return f"{first}; and {len(items) - 3:,} more." if len(items) > 3 else f"{first}."  # noqa: PLR2004 - the three that are named
