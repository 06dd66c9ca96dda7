"""The wall's filter as an address says it, and as a link writes it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request

from caddy.domain.budgets import Light
from caddy.domain.ndis.categories import CATEGORY_NAMES, CORE_POOL, CategoryKind
from caddy.queries import participants, sites
from caddy.queries.groups import GroupKind
from caddy.queries.wall import Scale, WallFilter, WallKey, WallSort
from caddy.web import arguments
from caddy.web.access import person, seen_by

KEY = re.compile(r"(red|amber|green)_(-?\d{1,9})_([0-9a-f-]{36})")
NOBODY = "none"


def scale() -> Scale:
    """Return the thresholds of the signed-in person's organization."""
    return Scale(person.light_amber_percent, person.light_red_percent, person.pace_variance_percent)


def wanted() -> WallFilter:
    return WallFilter(
        light=arguments.word("light", Light),
        category=arguments.word("category", CategoryKind),
        site_id=arguments.identifier("site"),
        without_site=request.args.get("site") == NOBODY,
        coordinator_id=arguments.identifier("coordinator"),
        without_coordinator=request.args.get("coordinator") == NOBODY,
        support_category=_support_category(),
        sort=arguments.word("sort", WallSort) or WallSort.RISK,
        after=_key(request.args.get("after", "")),
    )


def _support_category() -> int | None:
    found = request.args.get("support_category", type=int)
    return found if found in {CORE_POOL, *CATEGORY_NAMES} else None


def _key(text: str) -> WallKey | None:
    found = KEY.fullmatch(text)
    try:
        return WallKey(Light(found[1]), int(found[2]), UUID(found[3])) if found else None
    except ValueError:
        return None


def written(shown: WallFilter, **changed: Any) -> dict[str, Any]:
    """Return a filter as arguments of an address, with some of them changed."""
    values = {
        "light": shown.light,
        "category": shown.category,
        "site": NOBODY if shown.without_site else shown.site_id,
        "coordinator": NOBODY if shown.without_coordinator else shown.coordinator_id,
        "support_category": shown.support_category,
        "sort": None if shown.sort is WallSort.RISK else shown.sort,
    }
    return {name: value for name, value in (values | changed).items() if value is not None}


def group(shown: WallFilter) -> tuple[GroupKind, Any] | None:
    """Return the group that a filter narrows to: which kind, and its key."""
    if shown.site_id or shown.without_site:
        return GroupKind.SITE, shown.site_id
    if shown.coordinator_id or shown.without_coordinator:
        return GroupKind.COORDINATOR, shown.coordinator_id
    if shown.support_category is not None:
        return GroupKind.CATEGORY, shown.support_category
    return None


def of_group(kind: GroupKind, key: Any) -> dict[str, Any]:
    """Return the arguments that narrow the wall to one group."""
    name = "support_category" if kind is GroupKind.CATEGORY else kind.value
    return {name: NOBODY if key is None else key}


@dataclass(frozen=True, slots=True)
class Choices:
    """The houses and the caseloads that the wall can be narrowed to: ids and names."""

    sites: list[tuple[str, str]]
    coordinators: list[tuple[str, str]]


def choices() -> Choices:
    """Return what a filter offers; nothing of groups to who sees their own participants only."""
    if seen_by() is not None:
        return Choices([], [])
    return Choices(sites.to_choose(), participants.coordinators())
