"""The columns of files of staff, agreements, services and items, by their many names."""

from __future__ import annotations

from caddy.domain.claim_types import CancellationReason, ClaimType
from caddy.domain.imports import cells
from caddy.domain.imports.fields import FieldSpec, field, identity, wanted
from caddy.domain.imports.participant_fields import ndis_number
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.phones import parse_phone
from caddy.domain.qualifications import QualificationKind

ROLES = {
    **{cells.plain(role.value): role for role in Role},
    **dict.fromkeys("administrator manager owner director".split(), Role.ADMIN),
    **dict.fromkeys("supportcoordinator teamleader teamlead".split(), Role.COORDINATOR),
    **dict.fromkeys("worker dsw carer disabilitysupportworker therapist supportstaff".split(),
                    Role.SUPPORT_WORKER),
    **dict.fromkeys("accounts billing accountant bookkeeper payroll".split(), Role.FINANCE),
    **dict.fromkeys("readonly auditor".split(), Role.VIEWER),
}  # fmt: skip
STATUSES = {
    **dict.fromkeys("active current employed".split(), UserStatus.ACTIVE),
    **dict.fromkeys("inactive left terminated former resigned".split(), UserStatus.INACTIVE),
    "suspended": UserStatus.SUSPENDED,
}  # fmt: skip
CLAIM_TYPES = {
    **{cells.plain(one.value): one for one in ClaimType},
    **{cells.plain(one.label): one for one in ClaimType},
    **{cells.plain(one.ndia_code): one for one in ClaimType
       if one not in {ClaimType.DIRECT, ClaimType.TRAVEL_COSTS}},
    "directservice": ClaimType.DIRECT, "directsupport": ClaimType.DIRECT,
    "standard": ClaimType.DIRECT, "facetoface": ClaimType.DIRECT,
    "providertravel": ClaimType.TRAVEL, "cancelled": ClaimType.CANCELLATION,
    "reportwriting": ClaimType.NDIA_REPORT, "nonf2f": ClaimType.NON_FACE_TO_FACE,
}  # fmt: skip
REASONS = {
    **{cells.plain(one.value): one for one in CancellationReason},
    **{cells.plain(one.label): one for one in CancellationReason},
    "health": CancellationReason.NSDH, "sick": CancellationReason.NSDH,
    "family": CancellationReason.NSDF, "transport": CancellationReason.NSDT,
    "other": CancellationReason.NSDO,
}  # fmt: skip

_HELD = {
    QualificationKind.WORKER_SCREENING: "ndis worker screening|screening|ndis worker check|"
    "worker screening check|ndiswsc",
    QualificationKind.ORIENTATION: "orientation|ndis orientation|worker orientation module",
    QualificationKind.FIRST_AID: "first aid certificate|cpr",
    QualificationKind.POLICE_CHECK: "national police check|police clearance",
    QualificationKind.WORKING_WITH_CHILDREN: "wwcc|working with children|blue card",
    QualificationKind.DRIVERS_LICENCE: "driver licence|drivers license|driver's license|licence",
    QualificationKind.CAR_INSURANCE: "vehicle insurance|car registration",
}


def _held(kind: QualificationKind) -> tuple[FieldSpec, ...]:
    """Return the three columns of a qualification: its number, its first and its last day."""
    names = [kind.label, *_HELD[kind].split("|")]

    def ways(*endings: str) -> str:
        return "|".join(f"{name} {ending}".strip() for name in names for ending in endings)

    return (
        field(f"{kind.value}_number", f"{kind.label}: number", cells.text(40),
              ways("number", "no", "card number", "id")),
        field(f"{kind.value}_issued_on", f"{kind.label}: issued", cells.day,
              ways("issued", "issue date", "date", "issued on", "completed", "date completed")),
        field(f"{kind.value}_expires_on", f"{kind.label}: valid to", cells.day,
              ways("expiry", "expiry date", "expires", "valid to", "end date", "expires on")),
    )  # fmt: skip


STAFF_FIELDS: tuple[FieldSpec, ...] = (
    identity("email", "Email", cells.email,
             "e-mail|email address|work email|staff email|login|username|user name"),
    wanted("first_name", "First name", cells.text(), "given name|given names|firstname|forename"),
    wanted("last_name", "Last name", cells.text(), "surname|family name|lastname"),
    field("phone", "Phone", parse_phone,
          "mobile|mobile phone|mobile number|phone number|telephone|contact number"),
    field("role", "Role", cells.one_of(
        ROLES, "Write admin, coordinator, support worker, finance or viewer."),
          "position|job title|title|user role|access level|staff type"),
    field("status", "Status", cells.one_of(STATUSES, "Write active or inactive."),
          "staff status|employment status"),
    *(one for kind in QualificationKind for one in _held(kind)),
    identity("legacy_id", "Id in the old system", cells.text(100),
             "legacy id|old id|external id|staff id|employee id|employee number|worker id|id|"
             "payroll id|user id|_id|staff number", is_required=False),
)  # fmt: skip

_PARTICIPANT = (
    identity("ndis_number", "NDIS number", ndis_number,
             "ndis no|ndis|ndis id|ndis #|participant ndis number|client ndis number|ndis num",
             is_required=False),
    identity("participant_legacy_id", "Participant's id in the old system", cells.text(100),
             "participant id|client id|client number|participant number|client code|customer id|"
             "legacy participant id|participant legacy id|client|participant|participant ref|"
             "old participant id|participant code", is_required=False),
)  # fmt: skip

AGREEMENT_FIELDS: tuple[FieldSpec, ...] = (
    *_PARTICIPANT,
    wanted("starts_on", "Starts", cells.day,
           "start|start date|agreement start|agreement start date|from|commencement date|"
           "agreement from|starts on"),
    wanted("ends_on", "Ends", cells.day,
           "end|end date|agreement end|agreement end date|to|expiry|expiry date|finish|"
           "agreement to|ends on"),
    field("review_on", "Review", cells.day, "review date|agreement review|review on"),
    field("signed_on", "Signed on", cells.day,
          "signed|signed date|date signed|signature date|agreement signed"),
    field("signed_by", "Signed by", cells.text(), "signatory|signed by name|signer"),
    field("item_number", "Support item", cells.item_number,
          "item|support item number|item number|line item|item code|support number|"
          "ndis item|support item code|ndis support item", "One row for each item."),
    field("unit_price", "Agreed price", cells.cents,
          "price|rate|agreed rate|unit price|hourly rate|price per unit|cost|unit rate"),
    field("allows_travel", "Travel is agreed", cells.yes,
          "travel|provider travel|travel allowed|allows travel"),
    field("allows_non_face_to_face", "Non-face-to-face is agreed", cells.yes,
          "non face to face|nf2f|non-face-to-face support|non face to face allowed"),
    field("allows_ndia_reports", "NDIA reports are agreed", cells.yes,
          "ndia reports|reports|ndia requested reports"),
    field("allows_irregular_sil", "Irregular SIL is agreed", cells.yes,
          "irregular sil|irregular sil supports"),
    field("cancellation_percent", "Cancellation fee in percent", cells.whole(0, 100),
          "cancellation|cancellation fee|cancellation fee %|cancellation percent"),
    field("terms", "Other terms", cells.long_text, "terms|conditions|notes|comments"),
    identity("legacy_id", "Id in the old system", cells.text(100),
             "legacy id|old id|external id|agreement id|id|agreement number|_id",
             is_required=False),
)  # fmt: skip

SERVICE_FIELDS: tuple[FieldSpec, ...] = (
    *_PARTICIPANT,
    field("worker", "Worker", cells.text(254),
          "worker email|staff|staff email|support worker|support worker email|employee|carer|"
          "staff name|worker name|staff id|worker id|employee id|delivered by|provided by|"
          "support worker name"),
    wanted("service_on", "Date", cells.day,
           "service date|date of service|support date|shift date|delivered on|start date|"
           "supports delivered from|supportsdeliveredfrom|appointment date|date of support"),
    wanted("start_time", "Start", cells.clock_time,
           "start time|time start|from|shift start|started|time from|actual start"),
    field("end_time", "End", cells.clock_time,
          "end time|finish|finish time|time end|to|shift end|ended|time to|actual end"),
    field("hours", "Hours", cells.hours,
          "duration|duration hours|hours worked|total hours|duration (hours)|length"),
    identity("item_number", "Support item", cells.item_number,
             "item|support item number|item number|line item|item code|support number|"
             "supportnumber|ndis item|support item code|ndis support item|service code"),
    field("quantity", "Quantity", cells.milli, "qty|units|unit quantity|number of units"),
    field("unit_price", "Price of one unit", cells.cents,
          "price|rate|unit price|hourly rate|unitprice|unit rate|charge rate"),
    field("total", "Total", cells.cents,
          "amount|total amount|total price|total cost|cost|charge|total charge|line total"),
    field("claim_type", "What is claimed",
          cells.one_of(CLAIM_TYPES, "Write direct, NF2F, TRAN, CANC, REPW, THLT or IRSS."),
          "claimtype|type|service type|type of claim"),
    field("cancellation_reason", "Why it was cancelled",
          cells.one_of(REASONS, "Write NSDH, NSDF, NSDT or NSDO."),
          "cancellationreason|cancel reason|reason"),
    field("people", "People who shared the worker", cells.whole(1, 99),
          "participants|group size|ratio|number of participants"),
    field("notes", "Notes", cells.long_text,
          "note|comments|progress notes|case notes|description|case note|shift notes|details"),
    identity("legacy_id", "Id in the old system", cells.text(100),
             "legacy id|old id|external id|service id|shift id|id|booking id|appointment id|"
             "claim reference|claimreference|_id|session id", is_required=False),
)  # fmt: skip
