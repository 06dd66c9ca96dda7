"""Services as lists and pages show them, and what logging one has to know."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import aliased

from caddy.columns import Rows
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import Budget, Participant, Plan, Service, SupportItem, User
from caddy.queries import visibility
from caddy.queries.participant_names import matching

PAGE = 50
MOST_COUNTED = 1_000
MOST_OF_PLAN = 100
MOST_SHARING = 1_000
DELIVERED = (ServiceStatus.COMPLETED, ServiceStatus.BILLED)


def participant_on(participant_id: UUID, service_on: date, *, seen_by: UUID | None) -> Any | None:
    """Return what prices and limits need of a participant, with the plan of that day."""
    statement: Rows = (
        select(
            Participant.first_name,
            Participant.status,
            Participant.state,
            Participant.price_zone,
            Participant.mmm,
            Plan.id.label("plan_id"),
        )
        .outerjoin(
            Plan,
            and_(
                Plan.participant_id == Participant.id,
                Plan.organization_id == Participant.organization_id,
                Plan.starts_on <= service_on,
                Plan.ends_on >= service_on,
            ),
        )
        .where(Participant.id == participant_id)
        .limit(1)
    )
    return db.session.execute(
        visibility.of_own_participants(statement, Participant.id, seen_by)
    ).one_or_none()


def budgets_for(plan_id: UUID, categories: set[int], service_on: date) -> list[Any]:
    """Return the plan's budgets of some categories whose period holds the day."""
    return list(
        db.session.execute(
            select(Budget.id, Budget.support_category, Budget.stated_for, Budget.remaining_cents)
            .where(Budget.plan_id == plan_id, Budget.support_category.in_(categories))
            .where(Budget.starts_on <= service_on, Budget.ends_on >= service_on)
            .limit(MOST_OF_PLAN)
        )
    )


def by_idempotency_key(key: str) -> Service | None:
    return db.session.scalars(select(Service).where(Service.idempotency_key == key)).one_or_none()


def sharing(group_key: UUID, worker_id: UUID, service_on: date) -> list[Any]:
    """Return the lines of one shared trip that are charged, with the supports they belong to.

    Whose line was cancelled has no share any more. The worker and the day are in the key too:
    by them the lines are found.
    """
    main = aliased(Service)
    return list(
        db.session.execute(
            select(
                Service.unit_price_cents,
                Service.total_cents,
                main.unit_price_cents.label("main_price_cents"),
                main.people.label("main_people"),
                SupportItem.registration_group_number,
            )
            .join(
                main,
                and_(
                    main.id == Service.main_service_id,
                    main.organization_id == Service.organization_id,
                ),
            )
            .join(
                SupportItem,
                and_(
                    SupportItem.id == main.support_item_id,
                    SupportItem.organization_id == main.organization_id,
                ),
            )
            .where(Service.support_worker_id == worker_id, Service.service_on == service_on)
            .where(Service.group_key == group_key, Service.status != ServiceStatus.CANCELLED)
            .order_by(Service.id)
            .limit(MOST_SHARING)
        )
    )


def lines_of(service_id: UUID) -> list[Any]:
    """Return the lines of travel and other time that belong to a support."""
    return list(
        db.session.execute(
            select(
                Service.id,
                Service.claim_type,
                Service.item_number,
                Service.duration_minutes,
                Service.quantity_milli,
                Service.people,
                Service.total_cents,
                Service.status,
            )
            .where(Service.main_service_id == service_id)
            .order_by(Service.id)
            .limit(MOST_OF_PLAN)
        )
    )


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    """What a list of services is narrowed to; `after` is the last row of the page before."""

    participant_id: UUID | None = None
    worker_id: UUID | None = None
    status: ServiceStatus | None = None
    from_on: date | None = None
    to_on: date | None = None
    is_oldest_first: bool = False
    after: tuple[date, UUID] | None = None


def page(
    wanted: ServiceFilter, *, seen_by: UUID | None, size: int = PAGE
) -> tuple[list[Any], tuple[date, UUID] | None]:
    """Return up to 50 services in order, and the key of the page after, if there is one."""
    key = tuple_(Service.service_on, Service.id)
    statement = _narrowed(_columns(), wanted, seen_by).limit(size + 1)
    if wanted.is_oldest_first:
        statement = statement.order_by(Service.service_on, Service.id)
    else:
        statement = statement.order_by(Service.service_on.desc(), Service.id.desc())
    if wanted.after:
        is_later = key > wanted.after if wanted.is_oldest_first else key < wanted.after
        statement = statement.where(is_later)
    rows = list(db.session.execute(statement))
    has_more = len(rows) > size
    shown = rows[:size]
    return shown, (shown[-1].service_on, shown[-1].id) if has_more else None


def count(wanted: ServiceFilter, *, seen_by: UUID | None) -> int:
    """Return how many services the filter holds, counting no further than 1,000."""
    some = _narrowed(select(Service.id), wanted, seen_by).limit(MOST_COUNTED).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _columns() -> Rows:
    return (
        select(
            Service.id,
            Service.service_on,
            Service.start_time,
            Service.end_time,
            Service.duration_minutes,
            Service.item_number,
            Service.item_name,
            Service.unit_price_cents,
            Service.quantity_milli,
            Service.total_cents,
            Service.status,
            Service.notes,
            Service.signed_by,
            Service.signed_at,
            Service.claim_type,
            Service.people,
            Service.fee_percent,
            Service.cancellation_reason,
            Service.agreement_id,
            Service.main_service_id,
            Service.participant_id,
            Service.budget_id,
            Service.location_address,
            Service.created_at,
            func.coalesce(Participant.preferred_name, Participant.first_name).label("first_name"),
            Participant.last_name,
            User.first_name.label("worker_first_name"),
            User.last_name.label("worker_last_name"),
        )
        .join(Participant, Participant.id == Service.participant_id)
        .join(User, User.id == Service.support_worker_id)
    )


def _narrowed(statement: Rows, wanted: ServiceFilter, seen_by: UUID | None) -> Rows:
    statement = visibility.of_own_services(statement, seen_by)
    if wanted.participant_id is not None:
        statement = statement.where(Service.participant_id == wanted.participant_id)
    if wanted.worker_id is not None:
        statement = statement.where(Service.support_worker_id == wanted.worker_id)
    if wanted.status is not None:
        statement = statement.where(Service.status == wanted.status)
    if wanted.from_on is not None:
        statement = statement.where(Service.service_on >= wanted.from_on)
    if wanted.to_on is not None:
        statement = statement.where(Service.service_on <= wanted.to_on)
    return statement


def one(service_id: UUID, *, seen_by: UUID | None) -> Any | None:
    """Return one service as its page shows it, with the budget it was taken from."""
    statement = (
        _columns()
        .add_columns(Budget.support_category, Budget.remaining_cents)
        .join(Budget, Budget.id == Service.budget_id)
        .where(Service.id == service_id)
    )
    return db.session.execute(visibility.of_own_services(statement, seen_by)).one_or_none()


def sums_between(first: date, last: date, *, seen_by: UUID | None) -> tuple[int, int]:
    """Return how many services were delivered on these local days, and what they cost."""
    statement: Rows = select(
        func.count(Service.id), func.coalesce(func.sum(Service.total_cents), 0)
    ).where(Service.service_on >= first, Service.service_on <= last, Service.status.in_(DELIVERED))
    row = db.session.execute(visibility.of_own_services(statement, seen_by)).one()
    return int(row[0]), int(row[1])


def participants_to_choose(typed: str, *, seen_by: UUID | None, limit: int = 20) -> list[Any]:
    """Return active participants whose name or NDIS number holds every word typed."""
    statement: Rows = (
        select(
            Participant.id, Participant.first_name, Participant.last_name, Participant.ndis_number
        )
        .where(Participant.status == "active")
        .order_by(Participant.sort_name, Participant.id)
        .limit(limit)
    )
    statement = visibility.of_own_participants(statement, Participant.id, seen_by)
    statement = matching(statement, typed)
    return list(db.session.execute(statement))


def name_of(participant_id: UUID, *, seen_by: UUID | None) -> Any | None:
    """Return a participant's names and NDIS number, for a form that already names them."""
    statement: Rows = select(
        Participant.id, Participant.first_name, Participant.last_name, Participant.ndis_number
    ).where(Participant.id == participant_id)
    return db.session.execute(
        visibility.of_own_participants(statement, Participant.id, seen_by)
    ).one_or_none()


def names_of(participant_ids: Collection[UUID], *, seen_by: UUID | None) -> list[Any]:
    """Return the names and numbers of some participants, up to 100, those that are seen."""
    if not participant_ids:
        return []
    statement: Rows = (
        select(
            Participant.id, Participant.first_name, Participant.last_name, Participant.ndis_number
        )
        .where(Participant.id.in_(participant_ids))
        .order_by(Participant.sort_name, Participant.id)
        .limit(100)
    )
    return list(
        db.session.execute(visibility.of_own_participants(statement, Participant.id, seen_by))
    )


def categories_of(participant_id: UUID, service_on: date) -> set[int]:
    """Return the support categories for which a participant has a budget on a day."""
    return set(
        db.session.scalars(
            select(Budget.support_category)
            .where(Budget.participant_id == participant_id)
            .where(Budget.starts_on <= service_on, Budget.ends_on >= service_on)
            .limit(50)
        )
    )


def key_of(service_id: UUID, *, seen_by: UUID | None) -> tuple[date, UUID] | None:
    """Return the key by which the page after a service begins."""
    statement: Rows = select(Service.service_on, Service.id).where(Service.id == service_id)
    row = db.session.execute(visibility.of_own_services(statement, seen_by)).one_or_none()
    return (row.service_on, row.id) if row else None
