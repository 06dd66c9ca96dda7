"""Support categories 1 to 21 and the part of a plan's funding each belongs to (PAPL 2025-26)."""

from __future__ import annotations

from enum import StrEnum


class CategoryKind(StrEnum):
    """Core money is flexible across core categories; capital and capacity building are not."""

    CORE = "core"
    CAPITAL = "capital"
    CAPACITY_BUILDING = "capacity_building"
    RECURRING = "recurring"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


_NAMES: dict[CategoryKind, dict[int, str]] = {
    CategoryKind.CORE: {
        1: "Assistance with Daily Life",
        2: "Transport",
        3: "Consumables",
        4: "Social, Economic and Community Participation",
        16: "Home and Living",
        21: "YPIRAC Cross Billing",
    },
    CategoryKind.CAPITAL: {
        5: "Assistive Technology",
        6: "Home Modifications",
        17: "Specialist Disability Accommodation",
        19: "Assistive Technology Maintenance, Repair and Rental",
    },
    CategoryKind.RECURRING: {18: "Recurring Transport"},
    CategoryKind.CAPACITY_BUILDING: {
        7: "Support Coordination and Psychosocial Recovery Coaches",
        8: "Improved Living Arrangements",
        9: "Increased Social and Community Participation",
        10: "Finding and Keeping a Job",
        11: "Relationships",
        12: "Health and Wellbeing",
        13: "Lifelong Learning",
        14: "Choice and Control",
        15: "Improved Daily Living Skills",
        20: "Behaviour Support",
    },
}

# The pool of a plan's flexible core money: one budget for all core categories.
CORE_POOL = 0
CORE_POOL_NAME = "Core supports (flexible)"

CATEGORY_NAMES = dict(sorted((n, name) for names in _NAMES.values() for n, name in names.items()))
CATEGORY_KINDS = {n: kind for kind, names in _NAMES.items() for n in names}


def category_name(number: int) -> str:
    """Return a category's name; the pool of flexible core money has one too.

    >>> category_name(4), category_name(0)
    ('Social, Economic and Community Participation', 'Core supports (flexible)')
    """
    return CORE_POOL_NAME if number == CORE_POOL else CATEGORY_NAMES[number]


def category_kind(number: int) -> CategoryKind:
    """Return which part of the plan's funding a category belongs to.

    >>> category_kind(1), category_kind(15)
    (<CategoryKind.CORE: 'core'>, <CategoryKind.CAPACITY_BUILDING: 'capacity_building'>)
    """
    return CategoryKind.CORE if number == CORE_POOL else CATEGORY_KINDS[number]
