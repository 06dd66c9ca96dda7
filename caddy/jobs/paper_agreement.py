"""A service agreement on paper, and the page that says who signed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caddy.domain.reports import Letterhead
from caddy.domain.signed_texts import ALLOWED, NOT_ALLOWED
from caddy.jobs.paper_parts import fill, made

TITLE = "Service agreement with {}"


def agreement_pdf(
    record: Any,
    participant: Any,
    letterhead: Letterhead,
    *,
    assets: Mapping[str, bytes] | None = None,
    signing: Mapping[str, Any] | None = None,
) -> bytes:
    """Return an agreement as PDF: the same words as its text; with `signing`, who signed it."""
    agreement = record.agreement
    allowed = [
        ("Provider travel", agreement.allows_travel),
        ("Non-face-to-face support", agreement.allows_non_face_to_face),
        ("NDIA requested reports", agreement.allows_ndia_reports),
        ("Irregular SIL supports", agreement.allows_irregular_sil),
    ]
    parts = [
        fill(
            "agreement.html",
            letterhead=letterhead,
            agreement=agreement,
            participant=participant,
            items=record.items,
            allowed=[(name, ALLOWED if is_so else NOT_ALLOWED) for name, is_so in allowed],
        )
    ]
    if signing is not None:
        parts.append(fill("signing.html", participant=participant, **signing))
    return made(parts, TITLE.format(record.participant_name), letterhead, assets=assets)
