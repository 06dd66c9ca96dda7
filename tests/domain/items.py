"""Catalogue items for the tests of the rules: the real names and limits, made short."""

from __future__ import annotations

from datetime import date

from caddy.domain.ndis.catalogue import OPEN_END, STATES, CatalogueItem, ItemType, Unit
from caddy.domain.ndis.identifiers import parse_item_number


def item(number, name="A support", cents=None, **values):
    """Return a line as the NDIA's file would give it: one limit everywhere but where remote."""
    parts = parse_item_number(number)
    limits = {} if cents is None else dict.fromkeys(STATES, cents)
    defaults = {
        "registration_group_number": parts.registration_group,
        "registration_group_name": "",
        "support_category": parts.category,
        "support_category_pace": parts.category,
        "support_category_name": "",
        "support_category_name_pace": "",
        "unit": Unit.HOUR,
        "is_quote": False,
        "item_type": ItemType.PRICE_LIMITED if limits else ItemType.QUOTABLE,
        "starts_on": date(2025, 7, 1),
        "ends_on": OPEN_END,
        "limits_cents": limits,
    }
    return CatalogueItem(item_number=number, name=name, **(defaults | values))


SELF_CARE = "Assistance With Self-Care Activities"
DAYTIME = item("01_011_0107_1_1", f"{SELF_CARE} - Standard - Weekday Daytime", 70_23)
EVENING = item("01_015_0107_1_1", f"{SELF_CARE} - Standard - Weekday Evening", 77_38)
NIGHT = item("01_002_0107_1_1", f"{SELF_CARE} - Standard - Weekday Night", 78_81)
SATURDAY = item("01_013_0107_1_1", f"{SELF_CARE} - Standard - Saturday", 98_83)
SUNDAY = item("01_014_0107_1_1", f"{SELF_CARE} - Standard - Sunday", 127_43)
HOLIDAY = item("01_012_0107_1_1", f"{SELF_CARE} - Standard - Public Holiday", 156_03)
SLEEPOVER = item("01_010_0107_1_1", f"{SELF_CARE} - Night-Time Sleepover", 297_60, unit=Unit.EACH)
SELF_CARE_ITEMS = [DAYTIME, EVENING, NIGHT, SATURDAY, SUNDAY, HOLIDAY, SLEEPOVER]
CLEANING = item("01_020_0120_1_1", "House Cleaning And Other Household Activities", 58_03)
THERAPY = item(
    "15_056_0128_1_3",
    "Assessment Recommendation Therapy or Training - Other Professional",
    193_99,
    allows_provider_travel=True,
)
