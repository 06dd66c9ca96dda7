"""A participant's statement for some days, in six queries whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from caddy.columns import Rows
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.ndis.catalogue import Unit
from caddy.domain.ndis.identifiers import parse_item_number
from caddy.domain.periods import Days
from caddy.domain.services import SPENT, ServiceStatus
from caddy.domain.statements import HOUR, Adjusted, BudgetStatement, Delivered, Statement
from caddy.extensions import db
from caddy.models import Budget, BudgetAdjustment, Participant, Service, SupportItem, User
from caddy.queries import visibility
from caddy.queries.budgets import MOST_OF_PARTICIPANT, budget_name

MOST_SERVICES = 20_000
MOST_ADJUSTMENTS = 5_000


def statement(participant_id: UUID, days: Days, *, seen_by: UUID | None) -> Statement:
    """Return what a participant is told of some days; raise NotFound where they are not seen.

    Every budget that holds money on one of the days is there, also one without a service.
    """
    participant = seen_participant(participant_id, seen_by)
    budgets = _budgets(participant_id, days)
    ids = [row.id for row in budgets]
    adjustments = adjustments_of(ids)
    before = _spent_before(ids, days.first)
    services = _services(ids, days)
    return Statement(
        participant=participant.name,
        ndis_number=participant.ndis_number,
        address=address_of(participant),
        days=days,
        budgets=tuple(
            _budget(row, days, adjustments.get(row.id, []), before.get(row.id, 0), services[row.id])
            for row in budgets
        ),
    )


def seen_participant(participant_id: UUID, seen_by: UUID | None) -> Participant:
    """Return a participant, or raise NotFound where someone may not see them."""
    participant = db.session.get(Participant, participant_id)
    if participant is None or not visibility.is_seen(participant_id, seen_by):
        raise NotFound("participant")
    return participant


def address_of(participant: Participant) -> tuple[str, ...]:
    place = " ".join(
        part for part in (participant.suburb, participant.state, participant.postcode) if part
    )
    return tuple(line for line in (participant.street, place) if line)


def _budgets(participant_id: UUID, days: Days) -> Sequence[Any]:
    return db.session.execute(
        select(
            Budget.id,
            Budget.support_category,
            Budget.stated_for,
            Budget.starts_on,
            Budget.ends_on,
        )
        .where(Budget.participant_id == participant_id)
        .where(Budget.starts_on <= days.last, Budget.ends_on >= days.first)
        .order_by(Budget.starts_on, Budget.support_category, Budget.stated_for)
        .limit(MOST_OF_PARTICIPANT)
    ).all()


def adjustments_of(budget_ids: Sequence[UUID]) -> dict[UUID, list[Adjusted]]:
    """Return what some budgets were given, by the day from which it holds.

    What was entered for a day before the budget's first holds from that day on.
    """
    rows = db.session.execute(
        select(
            BudgetAdjustment.budget_id,
            BudgetAdjustment.effective_on,
            BudgetAdjustment.amount_cents,
            BudgetAdjustment.reason,
            Budget.starts_on,
        )
        .join(Budget, Budget.id == BudgetAdjustment.budget_id)
        .where(BudgetAdjustment.budget_id.in_(budget_ids))
        .order_by(BudgetAdjustment.effective_on, BudgetAdjustment.id)
        .limit(MOST_ADJUSTMENTS)
    )
    found: dict[UUID, list[Adjusted]] = {}
    for row in rows:
        on = max(row.effective_on, row.starts_on)
        found.setdefault(row.budget_id, []).append(Adjusted(on, row.amount_cents, row.reason))
    return found


def _spent_before(budget_ids: Sequence[UUID], first: date) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Service.budget_id, func.sum(Service.total_cents))
        .where(Service.budget_id.in_(budget_ids), Service.service_on < first)
        .where(Service.status.in_(SPENT))
        .group_by(Service.budget_id)
    )
    return {budget_id: int(cents) for budget_id, cents in rows}


def _services(budget_ids: Sequence[UUID], days: Days) -> dict[UUID, list[Delivered]]:
    """Return the services of the days, by day. One that was cancelled without a fee is none."""
    statement: Rows = (
        select(
            Service.budget_id,
            Service.service_on,
            Service.item_number,
            Service.item_name,
            Service.claim_type,
            Service.fee_percent,
            Service.duration_minutes,
            Service.quantity_milli,
            Service.unit_price_cents,
            Service.total_cents,
            SupportItem.unit,
            User.first_name,
            User.last_name,
        )
        .join(SupportItem, SupportItem.id == Service.support_item_id)
        .join(User, User.id == Service.support_worker_id)
        .where(Service.budget_id.in_(budget_ids), Service.status.in_(SPENT))
        .where(Service.service_on >= days.first, Service.service_on <= days.last)
        .where(or_(Service.total_cents > 0, Service.status != ServiceStatus.CANCELLED))
        .order_by(Service.service_on, Service.start_time, Service.id)
        .limit(MOST_SERVICES + 1)
    )
    rows = db.session.execute(statement).all()
    if len(rows) > MOST_SERVICES:
        raise RuleBroken(
            "ends_on",
            "too_many_services",
            f"These days hold more than {MOST_SERVICES:,} services. Choose fewer days.",
        )
    found: dict[UUID, list[Delivered]] = {one: [] for one in budget_ids}
    for row in rows:
        found[row.budget_id].append(_delivered(row))
    return found


def _delivered(row: Any) -> Delivered:
    is_fee = row.fee_percent is not None
    kind = f"Cancelled, {row.fee_percent} % fee" if is_fee else row.claim_type.label
    is_plain = row.claim_type is ClaimType.DIRECT and not is_fee
    return Delivered(
        service_on=row.service_on,
        item_number=row.item_number,
        item_name=row.item_name,
        support_category=parse_item_number(row.item_number).category,
        worker=f"{row.first_name} {row.last_name}",
        kind="" if is_plain else kind,
        minutes=row.duration_minutes,
        quantity_milli=row.quantity_milli or 1_000,
        unit=HOUR if row.unit is Unit.HOUR else row.unit.label,
        unit_price_cents=row.unit_price_cents,
        total_cents=row.total_cents,
    )


def _budget(
    row: Any, days: Days, adjustments: list[Adjusted], before: int, services: list[Delivered]
) -> BudgetStatement:
    earlier = sum(one.cents for one in adjustments if one.on < days.first)
    return BudgetStatement(
        name=budget_name(row.support_category, row.stated_for),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        opening_cents=earlier - before,
        adjustments=tuple(one for one in adjustments if days.first <= one.on <= days.last),
        services=tuple(services),
    )
