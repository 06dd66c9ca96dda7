"""What documents are: their kinds, whose they are, how large one may be, and when they lapse."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from caddy.domain.errors import RuleBroken
from caddy.domain.files import MEBIBYTE, Allowed, FileKind
from caddy.domain.searching import fold, searchable
from caddy.domain.subscriptions import PLANS, SubscriptionPlan

SOON = timedelta(days=60)
LINK_MINUTES = 10
LONGEST_TITLE = 200
LONGEST_TAG = 40
MOST_TAGS = 10
MOST_AT_ONCE = 20
MOST_VERSIONS = 200


class DocumentKind(StrEnum):
    """What a document is for, as registers and scores ask for it."""

    AGREEMENT = "agreement"
    ASSESSMENT = "assessment"
    BEHAVIOUR_SUPPORT_PLAN = "behaviour_support_plan"
    CERTIFICATE = "certificate"
    COMPLAINT = "complaint"
    CONSENT = "consent"
    CORRESPONDENCE = "correspondence"
    IDENTITY = "identity"
    INCIDENT = "incident"
    INSURANCE = "insurance"
    MEDICAL = "medical"
    NDIS_PLAN = "ndis_plan"
    PHOTO = "photo"
    POLICY = "policy"
    PROCEDURE = "procedure"
    RECEIPT = "receipt"
    RISK_ASSESSMENT = "risk_assessment"
    SCREENING = "screening"
    SUPPORT_PLAN = "support_plan"
    OTHER = "other"

    @property
    def label(self) -> str:
        return LABELS.get(self, self.value.replace("_", " ").capitalize())


LABELS = {
    DocumentKind.AGREEMENT: "Service agreement",
    DocumentKind.CERTIFICATE: "Certificate or licence",
    DocumentKind.CORRESPONDENCE: "Letter or email",
    DocumentKind.IDENTITY: "Proof of identity",
    DocumentKind.INCIDENT: "Incident report",
    DocumentKind.MEDICAL: "Health information",
    DocumentKind.NDIS_PLAN: "NDIS plan",
    DocumentKind.SCREENING: "Worker screening or police check",
    DocumentKind.OTHER: "Something else",
}
# Everyone who reads documents reads these of the organization: they say how it works.
FOR_EVERYONE = frozenset({DocumentKind.POLICY, DocumentKind.PROCEDURE})


class LinkName(StrEnum):
    """What a document can belong to; a document of none is the organization's own."""

    PARTICIPANT = "participant"
    USER = "user"
    SERVICE = "service"
    INCIDENT = "incident"
    POLICY = "policy"
    QUALIFICATION = "qualification"
    AGREEMENT = "agreement"
    CARE_RECORD = "care_record"


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that a document belongs to."""

    name: LinkName
    id: UUID


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """What a person says of a document. An empty title is guessed from the file's name."""

    kind: DocumentKind
    title: str = ""
    tags: tuple[str, ...] = ()
    expires_on: date | None = None


LARGEST_FILE = max(plan.file_bytes for plan in PLANS.values())
LARGEST_REQUEST = 2 * LARGEST_FILE + MEBIBYTE


def allowed(plan: SubscriptionPlan) -> Allowed:
    """Return which files a subscription plan takes.

    >>> allowed(SubscriptionPlan.FREE).most
    'A file has 10 MB at the most.'
    """
    return Allowed(
        frozenset(FileKind),
        PLANS[plan].file_bytes,
        "Choose a PDF, a picture (PNG, JPEG, WEBP), a document (DOCX, ODT), a table (XLSX, CSV) "
        "or plain text: this file is none of them.",
    )


class Expiry(StrEnum):
    """How a document stands on a day; the last 60 days are soon."""

    NONE = "none"
    CURRENT = "current"
    SOON = "soon"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        return {"none": "Does not expire", "soon": "Expires soon"}.get(
            self.value, self.value.capitalize()
        )


def expiry(expires_on: date | None, today: date) -> Expiry:
    """Return how a document stands: on its last day it still counts.

    >>> expiry(date(2026, 3, 1), date(2026, 3, 1)), expiry(date(2026, 3, 1), date(2026, 3, 2))
    (<Expiry.SOON: 'soon'>, <Expiry.EXPIRED: 'expired'>)
    """
    if expires_on is None:
        return Expiry.NONE
    if expires_on < today:
        return Expiry.EXPIRED
    return Expiry.SOON if expires_on <= today + SOON else Expiry.CURRENT


def guess_title(file_name: str) -> str:
    """Return a title from the name of a file, as a person would write it.

    >>> guess_title("service_agreement-2026 (signed).PDF"), guess_title(".pdf")
    ('Service agreement 2026 (signed)', 'Document')
    """
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", file_name.replace("\\", "/").rpartition("/")[2])
    words = " ".join(re.sub(r"[_\-.\x00-\x1f\x7f]+", " ", stem).split())[:LONGEST_TITLE].strip()
    return words[:1].upper() + words[1:] if words else "Document"


def clean_tags(text: str) -> tuple[str, ...]:
    """Return tags that were typed with commas between, each once however it is written.

    >>> clean_tags("NDIS plan,  ndis PLAN, , 2026")
    ('NDIS plan', '2026')
    """
    found: dict[str, str] = {}
    for one in text.split(","):
        tag = " ".join(one.split())
        if len(tag) > LONGEST_TAG:
            raise RuleBroken("tags", "long_tag", f"A tag has {LONGEST_TAG} letters at the most.")
        if tag:
            found.setdefault(fold(tag), tag)
    if len(found) > MOST_TAGS:
        raise RuleBroken("tags", "many_tags", f"A document has {MOST_TAGS} tags at the most.")
    return tuple(found.values())


def tag_mark(tag: str) -> str:
    """Return how a tag stands in what is searched, told apart from the same word of a title."""
    return f"#{fold(' '.join(tag.split()))}#"


def search_words(title: str, tags: Iterable[str], file_name: str) -> str:
    """Return what a document is found by."""
    marks = "".join(tag_mark(tag) for tag in tags)
    return f"{searchable(title, *tags, file_name)} {marks}".strip()
