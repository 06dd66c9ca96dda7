"""The starter set: well-known support items, for trying Caddy before a catalogue is loaded.

Numbers, names, units and price limits are those of the NDIA's Support Catalogue 2025-26;
what providers bill must be checked against the catalogue itself.
"""

from __future__ import annotations

from datetime import date

from caddy.domain.ndis.catalogue import OPEN_END, STATES, CatalogueItem, ItemType, Unit
from caddy.domain.ndis.categories import category_name
from caddy.domain.ndis.identifiers import parse_item_number

WEEKDAY, SATURDAY, SUNDAY = 5, 5, 6
# By support category: the item of a weekday, a Saturday and a Sunday.
ITEMS = {
    1: ("01_011_0107_1_1", "01_013_0107_1_1", "01_014_0107_1_1"),
    4: ("04_104_0125_6_1", "04_105_0125_6_1", "04_106_0125_6_1"),
    7: ("07_002_0106_8_3", None, None),
    9: ("09_009_0117_6_3", None, None),
    15: ("15_617_0128_1_3", None, None),
}
LENGTHS = (60, 90, 120, 120, 150, 180, 240)

STARTS_ON = date(2025, 7, 1)

# Number, name, unit, type, limits in cents (national, remote, very remote), and the five
# flags in the catalogue's order: non-face-to-face, travel, cancellation, reports, SIL.
ROWS: tuple[tuple[str, str, Unit, ItemType, tuple[int, int, int] | None, str], ...] = (
    (
        "01_011_0107_1_1",
        "Assistance With Self-Care Activities - Standard - Weekday Daytime",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (7023, 9832, 10535),
        "YYYNN",
    ),
    (
        "01_015_0107_1_1",
        "Assistance With Self-Care Activities - Standard - Weekday Evening",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (7738, 10833, 11607),
        "YYYNN",
    ),
    (
        "01_002_0107_1_1",
        "Assistance With Self-Care Activities - Standard - Weekday Night",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (7881, 11033, 11822),
        "YYYNN",
    ),
    (
        "01_013_0107_1_1",
        "Assistance With Self-Care Activities - Standard - Saturday",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (9883, 13836, 14825),
        "YYYNN",
    ),
    (
        "01_014_0107_1_1",
        "Assistance With Self-Care Activities - Standard - Sunday",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (12743, 17840, 19115),
        "YYYNN",
    ),
    (
        "01_012_0107_1_1",
        "Assistance With Self-Care Activities - Standard - Public Holiday",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (15603, 21844, 23405),
        "YYYNN",
    ),
    (
        "01_010_0107_1_1",
        "Assistance With Self-Care Activities - Night-Time Sleepover",
        Unit.EACH,
        ItemType.PRICE_LIMITED,
        (29760, 41664, 44640),
        "YYYNN",
    ),
    (
        "01_004_0107_1_1",
        "Assistance with Personal Domestic Activities",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (5906, 8268, 8859),
        "YYYNN",
    ),
    (
        "01_019_0120_1_1",
        "House or Yard Maintenance",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (5698, 7977, 8547),
        "YYYNN",
    ),
    (
        "01_020_0120_1_1",
        "House Cleaning And Other Household Activities",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (5803, 8124, 8705),
        "YYYNN",
    ),
    (
        "01_799_0107_1_1",
        "Provider travel - non-labour costs",
        Unit.EACH,
        ItemType.UNIT_PRICE_ONE,
        (100, 100, 100),
        "NNNNN",
    ),
    ("02_051_0108_1_1", "Transport", Unit.YEAR, ItemType.UNIT_PRICE_ONE, (100, 100, 100), "NNNNN"),
    (
        "02_050_0108_1_1",
        "Specialised Transport To School/Educational Facility/Employment/Community",
        Unit.DAY,
        ItemType.QUOTABLE,
        None,
        "-----",
    ),
    (
        "04_104_0125_6_1",
        "Access Community Social and Rec Activ - Standard - Weekday Daytime",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (7023, 9832, 10535),
        "YYYNN",
    ),
    (
        "04_103_0125_6_1",
        "Access Community Social and Rec Activ - Standard - Weekday Evening",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (7738, 10833, 11607),
        "YYYNN",
    ),
    (
        "04_105_0125_6_1",
        "Access Community Social and Rec Activ - Standard - Saturday",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (9883, 13836, 14825),
        "YYYNN",
    ),
    (
        "04_106_0125_6_1",
        "Access Community Social and Rec Activ - Standard - Sunday",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (12743, 17840, 19115),
        "YYYNN",
    ),
    (
        "04_102_0125_6_1",
        "Access Community Social and Rec Activ - Standard - Public Holiday",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (15603, 21844, 23405),
        "YYYNN",
    ),
    (
        "04_590_0125_6_1",
        "Activity Based Transport",
        Unit.EACH,
        ItemType.UNIT_PRICE_ONE,
        (100, 100, 100),
        "NNNNN",
    ),
    (
        "04_799_0125_6_1",
        "Provider travel - non-labour costs",
        Unit.EACH,
        ItemType.UNIT_PRICE_ONE,
        (100, 100, 100),
        "NNNNN",
    ),
    (
        "07_001_0106_8_3",
        "Support Coordination Level 1: Support Connection",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (8006, 11208, 12009),
        "YYYYN",
    ),
    (
        "07_002_0106_8_3",
        "Support Coordination Level 2: Coordination of Supports",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (10014, 14019, 15021),
        "YYYYN",
    ),
    (
        "07_004_0132_8_3",
        "Support Coordination Level 3: Specialist Support Coordination",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (19054, 26675, 28580),
        "YYYYN",
    ),
    (
        "07_101_0106_6_3",
        "Psychosocial Recovery Coaching - Weekday Daytime",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (10543, 14760, 15815),
        "YYYNN",
    ),
    (
        "08_005_0106_2_3",
        "Assistance With Accommodation And Tenancy Obligations",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (8006, 11208, 12009),
        "YYYNN",
    ),
    (
        "09_009_0117_6_3",
        "Skills Development And Training",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (8006, 11208, 12009),
        "YYYNN",
    ),
    (
        "10_016_0102_5_3",
        "Employment Assistance",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (8006, 11208, 12009),
        "YYYYN",
    ),
    (
        "11_022_0110_7_3",
        "Specialist Behavioural Intervention Support",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (23299, 32619, 34949),
        "YYYYN",
    ),
    (
        "12_027_0126_3_3",
        "Advice provided by an Exercise Physiologist regarding exercise required",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (16699, 23379, 25049),
        "YYYYN",
    ),
    (
        "14_034_0127_8_3",
        "Plan Management - Monthly Fee",
        Unit.MONTH,
        ItemType.PRICE_LIMITED,
        (10445, 10445, 10445),
        "NNNNN",
    ),
    (
        "15_037_0117_1_3",
        "Skill Development And Training including Public Transport Training",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (7023, 9832, 10535),
        "YYYYN",
    ),
    (
        "15_617_0128_1_3",
        "Assessment Recommendation Therapy or Training - Occupational Therapist",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (19399, 27159, 29099),
        "YYYYN",
    ),
    (
        "15_622_0128_1_3",
        "Assessment Recommendation Therapy or Training - Speech Pathologist",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (19399, 27159, 29099),
        "YYYYN",
    ),
    (
        "15_055_0128_1_3",
        "Assessment Recommendation Therapy or Training - Physiotherapist",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (18399, 25759, 27599),
        "YYYYN",
    ),
    (
        "15_054_0128_1_3",
        "Assessment Recommendation Therapy or Training - Psychologist",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (23299, 32619, 34949),
        "YYYYN",
    ),
    (
        "15_052_0128_1_3",
        "Therapy Assistant - Level 1",
        Unit.HOUR,
        ItemType.PRICE_LIMITED,
        (5616, 7862, 8424),
        "YYYYN",
    ),
)
_FLAGS = {"Y": True, "N": False, "-": None}


def starter_items() -> list[CatalogueItem]:
    """Return the starter set as lines of a catalogue, open-ended from 1 July 2025."""
    return [_item(*row) for row in ROWS]


def _item(
    number: str,
    name: str,
    unit: Unit,
    item_type: ItemType,
    limits: tuple[int, int, int] | None,
    flags: str,
) -> CatalogueItem:
    parts = parse_item_number(number)
    category = category_name(parts.category)
    regions = {}
    if limits:
        national, remote, very_remote = limits
        regions = dict.fromkeys(STATES, national)
        regions |= {"REMOTE": remote, "VERY_REMOTE": very_remote}
    face, travel, cancellation, reports, sil = (_FLAGS[letter] for letter in flags)
    return CatalogueItem(
        item_number=number,
        name=name,
        registration_group_number=parts.registration_group,
        registration_group_name="",
        support_category=parts.category,
        support_category_pace=parts.category,
        support_category_name=category,
        support_category_name_pace=category,
        unit=unit,
        is_quote=item_type is ItemType.QUOTABLE,
        item_type=item_type,
        starts_on=STARTS_ON,
        ends_on=OPEN_END,
        limits_cents=regions,
        allows_non_face_to_face=face,
        allows_provider_travel=travel,
        allows_short_notice_cancellation=cancellation,
        allows_ndia_reports=reports,
        allows_irregular_sil=sil,
    )
