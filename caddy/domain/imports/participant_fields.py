"""The columns of files of participants and of plans, by all the names other systems give them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from caddy.domain.funding import ReleasePattern
from caddy.domain.imports import cells
from caddy.domain.imports.fields import FieldSpec, field, identity, wanted
from caddy.domain.ndis.categories import CATEGORY_NAMES, CORE_POOL
from caddy.domain.ndis.identifiers import parse_ndis_number
from caddy.domain.participants import ParticipantStatus, PlanManagement, PriceZone
from caddy.domain.phones import parse_phone

Fields = tuple[FieldSpec, ...]

STATES = {
    "act": "ACT", "australiancapitalterritory": "ACT",
    "nsw": "NSW", "newsouthwales": "NSW",
    "nt": "NT", "northernterritory": "NT",
    "qld": "QLD", "queensland": "QLD",
    "sa": "SA", "southaustralia": "SA",
    "tas": "TAS", "tasmania": "TAS",
    "vic": "VIC", "victoria": "VIC",
    "wa": "WA", "westernaustralia": "WA",
}  # fmt: skip
ZONES = {
    **dict.fromkeys("national metro metropolitan regional mmm1 mmm2 mmm3 mmm4 mmm5".split(),
                    PriceZone.NATIONAL),
    **dict.fromkeys("remote mmm6".split(), PriceZone.REMOTE),
    **dict.fromkeys("veryremote mmm7".split(), PriceZone.VERY_REMOTE),
}  # fmt: skip
MANAGEMENTS = {
    **dict.fromkeys("self selfmanaged selfmanagement".split(), PlanManagement.SELF_MANAGED),
    **dict.fromkeys("plan planmanaged planmanager planmanagement".split(),
                    PlanManagement.PLAN_MANAGED),
    **dict.fromkeys("ndia ndiamanaged agency agencymanaged ndis ndismanaged ndiaagencymanaged "
                    "agencyndiamanaged".split(), PlanManagement.NDIA_MANAGED),
}  # fmt: skip
STATUSES = {
    **dict.fromkeys("active current open".split(), ParticipantStatus.ACTIVE),
    **dict.fromkeys("inactive exited closed ceased former onhold suspended discharged".split(),
                    ParticipantStatus.INACTIVE),
    **dict.fromkeys("archived deceased".split(), ParticipantStatus.ARCHIVED),
}  # fmt: skip
CONTACT_METHODS = {
    "mobile": "mobile", "sms": "mobile", "text": "mobile", "cell": "mobile",
    "phone": "phone", "call": "phone", "telephone": "phone", "landline": "phone",
    "email": "email", "post": "post", "mail": "post", "letter": "post",
    "inperson": "in_person", "facetoface": "in_person",
}  # fmt: skip
RELEASES = {
    cells.plain(name): one
    for one in ReleasePattern
    if one is not ReleasePattern.DATES  # its dates do not fit a cell
    for name in (one.label, one.value)
}
CATEGORIES = {
    **{cells.plain(name): number for number, name in CATEGORY_NAMES.items()},
    "assistancewithsocialeconomicandcommunityparticipation": 4,
    "socialandcommunityparticipation": 4,
    "socialcommunityparticipation": 4,
    "socialcommunityandcivicparticipation": 4,
    "communityparticipation": 4,
    "dailyactivities": 1,
    "dailyliving": 1,
    "assistancewithdailyliving": 1,
    "supportcoordination": 7,
    "coordinationofsupports": 7,
    "sda": 17,
    "employment": 10,
    "improvedlifechoices": 14,
    "improvedrelationships": 11,
    "improvedhealthandwellbeing": 12,
    "improvedlearning": 13,
    "improveddailyliving": 15,
    "capacitybuildingdailyactivity": 15,
    "cbdailyactivity": 15,
    "therapy": 15,
    "behavioursupports": 20,
}  # fmt: skip


def ndis_number(cell: str) -> str:
    """Return nine digits; a spreadsheet's `.0` and an apostrophe before them are dropped."""
    return parse_ndis_number(cell.removeprefix("'").removesuffix(".0"))


PERSON: Fields = (
    wanted("first_name", "First name", cells.text(),
           "given name|given names|firstname|forename|participant first name|client first name|"
           "legal first name|fname|name first"),
    wanted("last_name", "Last name", cells.text(),
           "surname|family name|lastname|participant last name|client last name|participant "
           "surname|legal last name|lname|name last"),
    wanted("date_of_birth", "Date of birth", cells.birthday,
           "dob|birth date|birthdate|birthday|d.o.b.|born|participant dob|client dob"),
    field("preferred_name", "Preferred name", cells.text(), "known as|nickname|goes by|alias"),
    field("gender", "Gender", cells.text(40), "sex|gender identity"),
    field("email", "Email", cells.email,
          "e-mail|email address|participant email|client email|primary email|contact email"),
    field("phone", "Phone", parse_phone,
          "phone number|telephone|home phone|landline|primary phone|contact number|"
          "contact phone|phone home|ph|tel"),
    field("mobile", "Mobile", parse_phone,
          "mobile phone|mobile number|cell|cell phone|mob|phone mobile"),
    field("preferred_contact_method", "Preferred way to be reached",
          cells.one_of(CONTACT_METHODS, "Write mobile, phone, email, post or in person."),
          "preferred contact|preferred contact method|contact method|contact preference"),
    field("street", "Street", cells.text(),
          "address|street address|address line 1|address 1|residential address|home address"),
    field("suburb", "Suburb", cells.text(), "city|town|locality|suburb/town"),
    field("state", "State", cells.one_of(STATES, "Write a state such as NSW."), "state/territory|"
          "territory|province"),
    field("postcode", "Postcode", cells.postcode, "post code|zip|zip code|postal code"),
    field("country", "Country", cells.text(40)),
    field("price_zone", "Price zone",
          cells.one_of(ZONES, "Write national, remote or very remote."),
          "pricing zone|price region|pricing region|remoteness|zone"),
    field("mmm", "Modified Monash area", cells.whole(1, 7),
          "modified monash model|monash|mmm area|mmm category|mmm classification"),
    field("site", "Site", cells.text(), "house|sil house|home|location|service location|sil site"),
    field("needs_two_workers", "Needs two workers", cells.yes,
          "2:1|two to one|needs two workers at once|two workers"),
    field("communication_needs", "Communication needs", cells.long_text,
          "communication|language|preferred language|interpreter"),
    field("cultural_considerations", "Cultural considerations", cells.long_text,
          "culture|cultural needs|cultural background"),
    field("interests", "Interests", cells.words, "hobbies|likes"),
    field("routines", "Routines", cells.long_text, "daily routine|routine"),
    field("disabilities", "Disabilities", cells.words,
          "disability|diagnosis|diagnoses|primary disability|disability type|conditions"),
    field("medications", "Medications", cells.lines, "medication|medicines"),
    field("allergies", "Allergies", cells.words, "allergy"),
    field("dietary_requirements", "Dietary requirements", cells.words,
          "diet|dietary|dietary needs"),
    field("tags", "Tags", cells.words, "tag|labels|groups|group"),
    field("contact_name", "Emergency contact", cells.text(),
          "emergency contact name|next of kin|next of kin name|nok|guardian|guardian name|"
          "nominee|nominee name|carer|carer name|representative"),
    field("contact_relationship", "Emergency contact's relationship", cells.text(),
          "emergency contact relationship|relationship|next of kin relationship|"
          "relationship to participant"),
    field("contact_phone", "Emergency contact's phone", parse_phone,
          "emergency contact phone|emergency contact number|emergency phone|next of kin phone|"
          "guardian phone|nominee phone|carer phone|emergency contact mobile"),
    field("status", "Status", cells.one_of(STATUSES, "Write active or inactive."),
          "participant status|client status"),
)  # fmt: skip


# Money that a file tells apart only by kind goes to one category of that kind: core money to the
# pool, which is what "flexible" means; the others to the category that most plans hold.
POOL, CAPACITY_BUILDING, CAPITAL = CORE_POOL, 15, 5
_KINDS = {
    **dict.fromkeys("core coresupports corefunding corebudget".split(), POOL),
    **dict.fromkeys("capacitybuilding capacitybuildingsupports capacity cb".split(),
                    CAPACITY_BUILDING),
    **dict.fromkeys("capital capitalsupports".split(), CAPITAL),
}  # fmt: skip


class Category(NamedTuple):
    """A support category; `is_assumed` where the file named only the kind of support."""

    number: int
    is_assumed: bool = False


def support_category(cell: str) -> Category:
    """Return a category from its number or name.

    >>> [support_category(one).number for one in ("01 - Assistance with Daily Life", "15", "Core")]
    [1, 15, 0]
    """
    words = re.sub(r"\.0$", "", cell)
    number = re.match(r"(?i)\s*(?:category|cat\.?)?\s*0*(\d{1,2})(?!\d)", words)
    name = cells.plain(words)
    bare = cells.plain(re.sub(r"^[\s\d.\-:]+", "", words))
    for known in (name, bare):
        if known in CATEGORIES:
            return Category(CATEGORIES[known])
        if known in _KINDS:
            return Category(_KINDS[known], is_assumed=_KINDS[known] != POOL)
    if number and int(number[1]) in CATEGORY_NAMES:
        return Category(int(number[1]))
    raise ValueError("There is no such support category: write its number or its name.")


def plan_fields(dated: Callable[..., FieldSpec], starts: str = "", ends: str = "") -> Fields:
    """Return the fields of a plan; `dated` makes the dates needed or not."""
    return (
        dated("plan_starts_on", "Plan starts", cells.day,
              "plan start|plan start date|start of plan|plan from|plan commencement|"
              "plan commencement date|ndis plan start|ndis plan start date|plan begin date|"
              "start date of plan|" + starts),
        dated("plan_ends_on", "Plan ends", cells.day,
              "plan end|plan end date|end of plan|plan to|plan expiry|plan expiry date|"
              "ndis plan end|ndis plan end date|plan finish|end date of plan|" + ends),
        field("plan_review_on", "Plan review", cells.day,
              "review|plan review date|review date|reassessment date|plan reassessment date"),
        field("plan_number", "Plan number", cells.text(40),
              "plan no|plan id|ndis plan number|plan reference"),
        field("management", "Who manages the funding",
              cells.one_of(MANAGEMENTS, "Write self managed, plan managed or NDIA managed."),
              "plan management|management|management type|plan management type|"
              "funding management|fund management|managed by|plan type|funding type|"
              "plan managed by"),
        field("plan_manager", "Plan manager", cells.text(),
              "plan manager name|plan management agency|plan management company|"
              "plan management provider"),
        field("support_coordinator", "Coordinator", cells.text(254),
              "support coordinator|coordinator email|support coordinator email|case manager|"
              "key worker|coordinator name"),
        field("goals", "Goals", cells.lines, "plan goals|goal|ndis goals"),
        field("is_core_pooled", "Flexible core money is one pool", cells.yes,
              "core pooled|core flexible|flexible core"),
        field("release", "How the money is released",
              cells.one_of(RELEASES, "Write at once, monthly, quarterly or half yearly."),
              "funding period|funding periods|release"),
    )  # fmt: skip


def _of_category(number: int) -> FieldSpec:
    """Return the column of one category's money: by number, by name, by both."""
    name = CATEGORY_NAMES[number]
    ways = [word for word, its in CATEGORIES.items() if its == number]
    numbered = f"category {number}|category {number:02}|cat {number}|support category {number}|"
    numbered += f"category {number} budget|category {number} amount|{number}|{number:02}|"
    numbered += f"budget {number}|{number} {name}|{number:02} {name}|"
    numbered += f"category {number} {name}|{number:02} {name} budget|{number} {name} budget|"
    named = "|".join(f"{way}|{way} budget|{way} amount|{way} funding" for way in ways)
    return field(f"budget_{number}", f"{number:02} {name}", cells.cents, numbered + named)


BUDGETS: Fields = (
    field("total_budget", "Total budget", cells.cents,
          "total|total funding|plan total|total plan budget|total amount|total plan|plan budget|"
          "total plan funding|ndis budget|total allocated|plan value|total plan value"),
    field("core_budget", "Core budget", cells.cents,
          "core|budget core|core supports|core funding|core supports budget|core amount|"
          "core total"),
    field("capacity_building_budget", "Capacity building budget", cells.cents,
          "capacity building|budget capacity building|capacity budget|cb budget|"
          "capacity building supports|"
          "capacity building funding|capacity building amount|cb|capacity building total"),
    field("capital_budget", "Capital budget", cells.cents,
          "capital|budget capital|capital supports|capital funding|capital supports budget|"
          "capital amount|"
          "capital total"),
    *(_of_category(number) for number in CATEGORY_NAMES),
    field("budget_category", "Budget's category", support_category,
          "category|support category|budget category|category number|category name|budget name|"
          "support category name|support category number|budget type",
          "Where each budget has a row of its own."),
    field("budget_amount", "Budget's amount", cells.cents,
          "amount|budget amount|budget|allocated|allocation|category budget|allocated amount|"
          "allocated budget|funding|funding amount|budget allocated",
          "Where each budget has a row of its own."),
    field("budget_item", "Budget is stated for", cells.item_number,
          "stated item|stated support|support item number|stated for",
          "The support item that a stated budget is for."),
)  # fmt: skip

_NUMBER = (
    "ndis no|ndis|ndis id|ndisnumber|ndis #|participant ndis number|client ndis number|ndis num|"
)
_LEGACY = (
    "legacy id|old id|external id|client id|participant id|customer id|record id|id|client number|"
    "client code|participant number|reference|client ref|system id|_id|uuid|participant code"
)
PARTICIPANT_FIELDS: Fields = (
    identity("ndis_number", "NDIS number", ndis_number,
             _NUMBER + "participant number ndis|ndis participant number|ndis reference"),
    *PERSON,
    *plan_fields(field),
    *BUDGETS,
    identity("legacy_id", "Id in the old system", cells.text(100), _LEGACY, is_required=False),
)  # fmt: skip
PLAN_FIELDS: Fields = (
    identity("ndis_number", "NDIS number", ndis_number, _NUMBER, is_required=False),
    *plan_fields(wanted, "start date|start|from|starts|starts on|commencement date",
                 "end date|end|to|finish|ends|ends on|expiry|expiry date"),
    *BUDGETS,
    identity("legacy_id", "Participant's id in the old system", cells.text(100), _LEGACY,
             is_required=False),
)  # fmt: skip
