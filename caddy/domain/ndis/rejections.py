"""The agency's reasons for refusing a line, in plain words, with what to do and where.

Their wording has varied over the years, so reasons are known by the words in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class FixedAt(StrEnum):
    """Where a refused line is put right; `CLAIM` is the claim that was paid before."""

    SERVICE = "service"
    PLAN = "plan"
    PARTICIPANT = "participant"
    ORGANIZATION = "organization"
    CLAIM = "claim"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error in plain words, what to do about it, and where that is done."""

    means: str
    to_do: str
    fixed_at: FixedAt = FixedAt.SERVICE


# Words of the agency's reasons, the first that is found counts (general; vendors' manuals).
_EXPLANATIONS: tuple[tuple[str, Explanation], ...] = tuple(
    (pattern, Explanation(means, to_do, FixedAt(place)))
    for pattern, place, means, to_do in (
        (
            r"claim ?(line )?reference|reference (number )?(is )?(not unique|already)",
            "service",
            "The agency does not accept this claim reference, or has seen it before.",
            "Claim the service again: it gets a new reference on the new claim.",
        ),
        (
            r"duplicate|already (been )?(claimed|paid|submitted|exists?)|overlap",
            "claim",
            "The agency already holds a payment request for this support.",
            "Look for the earlier claim. Claim again only if that one was not paid.",
        ),
        (
            r"insufficient|exceed\w* (the )?(available|budget|plan|funds|fund)|no funds|not enough",
            "plan",
            "The plan has not enough money left in this category.",
            "Ask the participant or their support coordinator; claim again after a plan change.",
        ),
        (
            r"in.?kind",
            "plan",
            "This support is paid for in another way, by an in-kind program.",
            "Ask the participant who pays for it. It is not claimed from the agency.",
        ),
        (
            r"price|rate|limit|unit amount",
            "service",
            "The unit price is over the agency's price limit.",
            "Correct the price of the service, then claim it again.",
        ),
        (
            r"service booking|booking",
            "plan",
            "There is no service booking that covers this support.",
            "Check the service booking with the agency, then claim again.",
        ),
        (
            r"endorse|not (the )?(my )?provider|relationship|not linked",
            "participant",
            "The participant has not named you as a provider of this support.",
            "Ask the participant to endorse you for this category, then claim again.",
        ),
        (
            r"plan.*(date|period|end|expired|active|approved)|outside.*plan|no (\w+ )?plan",
            "plan",
            "The participant had no plan with the agency on this day.",
            "Check the dates of the plan with the participant, correct them, then claim again.",
        ),
        (
            r"plan.?manag|self.?manag|managed by",
            "plan",
            "The agency does not pay for this part of the plan itself.",
            "Check who manages the plan, correct it, then claim again: it becomes an invoice.",
        ),
        (
            r"participant|ndis ?number|client",
            "participant",
            "The agency does not know this participant's NDIS number.",
            "Check the NDIS number against the plan, correct it, then claim again.",
        ),
        (
            r"registration|provider|abn",
            "organization",
            "The agency does not accept the registration number or the ABN.",
            "Check both in the organization's settings; see that the registration is current.",
        ),
        (
            r"cancel",
            "service",
            "The cancellation is not accepted for this support.",
            "Check that the item allows it, how late it was, and the reason; then claim again.",
        ),
        (
            r"claim ?type",
            "service",
            "The claim type is not allowed for this support item.",
            "Choose another claim type for the service, then claim it again.",
        ),
        (
            r"support (item|number|category)|item number|invalid item|item .*not (found|valid)",
            "service",
            "The support item is not valid on this day.",
            "Choose an item that holds on the day of the service, then claim it again.",
        ),
        (
            r"future|older|2 years|two years|date",
            "service",
            "The day of the support cannot be claimed.",
            "Check the day of the service. Nothing older than two years is paid.",
        ),
        (
            r"hours|quantity",
            "service",
            "The hours or the quantity are not accepted.",
            "Check the length or the quantity of the service, then claim it again.",
        ),
        (
            r"gst",
            "service",
            "The GST code is not accepted.",
            "Nearly all supports are GST free; correct it, then claim again.",
        ),
    )
)
_UNKNOWN = Explanation(
    "The agency refused this line without a reason that Caddy knows.",
    "Read the agency's own words below, or ask the agency, before you claim it again.",
    FixedAt.NOWHERE,
)


def explain(code: str | None, reason: str | None) -> Explanation:
    """Return what an error means and what to do.

    >>> explain(None, "Duplicate claim").means
    'The agency already holds a payment request for this support.'
    """
    text = f"{reason or ''} {code or ''}".lower()
    found = (one for pattern, one in _EXPLANATIONS if re.search(pattern, text))
    return next(found, _UNKNOWN)
