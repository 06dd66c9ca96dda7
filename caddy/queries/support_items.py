"""Lines of the Support Catalogue, found by number and date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_

from caddy.domain.family_choice import families, without_mark
from caddy.domain.item_family import plain
from caddy.domain.ndis.items import holding, limit_for
from caddy.domain.participants import PriceZone
from caddy.domain.quotes import region_for
from caddy.extensions import db
from caddy.models import CatalogueImport, SupportItem

MOST_SUGGESTED = 200
MOST_WORDS = 12


def on_date(item_number: str, service_on: date) -> SupportItem | None:
    """Return the line that holds an item's price on a day.

    A number may stand on lines whose dates overlap; the one that began last counts.
    """
    return db.session.scalars(
        select(SupportItem)
        .where(SupportItem.item_number == item_number)
        .where(SupportItem.starts_on <= service_on, SupportItem.ends_on >= service_on)
        .order_by(SupportItem.starts_on.desc(), SupportItem.ends_on)
        .limit(1)
    ).one_or_none()


def one(item_id: UUID) -> SupportItem | None:
    return db.session.get(SupportItem, item_id)


def is_known(item_number: str) -> bool:
    """Say whether the catalogue has the item on any day."""
    return (
        db.session.scalar(
            select(SupportItem.id).where(SupportItem.item_number == item_number).limit(1)
        )
        is not None
    )


def numbered(item_number: str) -> list[SupportItem]:
    """Return every line of an item, whatever day it holds on."""
    return list(
        db.session.scalars(
            select(SupportItem)
            .where(func.upper(SupportItem.item_number) == item_number.strip().upper())
            .order_by(SupportItem.starts_on)
        )
    )


def holding_on(day: date) -> list[SupportItem]:
    """Return every line that holds on a day, one a number: the one that began last."""
    return holding(
        db.session.scalars(
            select(SupportItem)
            .where(SupportItem.starts_on <= day, SupportItem.ends_on >= day)
            .order_by(SupportItem.item_number)
        ),
        day,
    )


def beside(item: SupportItem, day: date) -> list[SupportItem]:
    """Return the lines of an item's group and category on a day: its family, its travel costs."""
    return holding(
        db.session.scalars(
            select(SupportItem)
            .where(
                SupportItem.registration_group_number == item.registration_group_number,
                SupportItem.support_category == item.support_category,
            )
            .where(SupportItem.starts_on <= day, SupportItem.ends_on >= day)
            .order_by(SupportItem.item_number)
        ),
        day,
    )


def limit_cents(item: SupportItem, state: str, zone: PriceZone) -> int | None:
    """Return the price limit of one unit where the participant is, or None where there is none."""
    return limit_for(item, region_for(state, zone))


def suggestions(typed: str, service_on: date, categories: set[int]) -> list[Any]:
    """Return up to 200 items of the given categories whose number or name holds what was typed."""
    words = [word for word in typed.lower().split()[:6] if word]
    statement = (
        select(
            SupportItem.item_number,
            SupportItem.name,
            SupportItem.unit,
            SupportItem.registration_group_number,
            SupportItem.support_category,
        )
        .where(SupportItem.starts_on <= service_on, SupportItem.ends_on >= service_on)
        .where(
            or_(
                SupportItem.support_category.in_(categories),
                SupportItem.support_category_pace.in_(categories),
            )
        )
        .order_by(SupportItem.support_category, SupportItem.item_number)
        .limit(MOST_SUGGESTED)
    )
    for word in words:
        statement = statement.where(
            or_(
                func.lower(SupportItem.name).contains(word, autoescape=True),
                SupportItem.item_number.startswith(word.upper(), autoescape=True),
            )
        )
    return list(db.session.execute(statement))


def family_names(suggested: Sequence[Any]) -> list[str]:
    """Return what the families among suggested items are called: those that go by the times."""
    return [one.label for one in families(suggested)]


def called(typed: str, day: date) -> list[SupportItem]:
    """Return up to 200 lines that hold on a day and have every word that was typed."""
    words = plain(without_mark(typed)).split()[:MOST_WORDS]
    if not words:
        return []
    statement = (
        select(SupportItem)
        .where(SupportItem.starts_on <= day, SupportItem.ends_on >= day)
        .order_by(SupportItem.support_category, SupportItem.item_number)
        .limit(MOST_SUGGESTED)
    )
    for word in words:
        name = func.lower(SupportItem.name)
        statement = statement.where(name.contains(word, autoescape=True))
    return holding(db.session.scalars(statement), day)


def page(
    typed: str, category: int | None, after: UUID | None, size: int = 50
) -> tuple[list[SupportItem], UUID | None]:
    """Return up to 50 lines by number, and the id that the next page begins after."""
    key = tuple_(SupportItem.item_number, SupportItem.starts_on, SupportItem.id)
    statement = select(SupportItem).order_by(
        SupportItem.item_number, SupportItem.starts_on, SupportItem.id
    )
    for word in typed.lower().split()[:6]:
        statement = statement.where(
            or_(
                func.lower(SupportItem.name).contains(word, autoescape=True),
                func.lower(SupportItem.item_number).startswith(word, autoescape=True),
            )
        )
    if category:
        statement = statement.where(
            or_(
                SupportItem.support_category == category,
                SupportItem.support_category_pace == category,
            )
        )
    edge = db.session.get(SupportItem, after) if after else None
    if edge is not None:
        statement = statement.where(key > (edge.item_number, edge.starts_on, edge.id))
    found = list(db.session.scalars(statement.limit(size + 1)))
    return found[:size], found[size - 1].id if len(found) > size else None


def last_import() -> CatalogueImport | None:
    return db.session.scalars(
        select(CatalogueImport).order_by(CatalogueImport.created_at.desc()).limit(1)
    ).one_or_none()
