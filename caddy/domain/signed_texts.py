"""What is signed, in plain words: the same rows always make the same text, letter for letter.

The text is read beside the PDF, and its checksum tells whether what is stored has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from caddy.domain.money import dollars
from caddy.domain.ndis.identifiers import show_abn, show_ndis_number
from caddy.domain.words import say_date, say_time

ALLOWED = "Yes"
NOT_ALLOWED = "No"


@dataclass(frozen=True, slots=True)
class Between:
    """Who agrees with whom."""

    provider: str
    abn: str | None
    participant: str
    ndis_number: str


@dataclass(frozen=True, slots=True)
class AgreementWords:
    """What an agreement says. A price of None is the limit of the day."""

    between: Between
    starts_on: date
    ends_on: date
    review_on: date | None
    items: Sequence[tuple[str, str, int | None]]
    allowed: Sequence[tuple[str, bool]]
    cancellation_percent: int
    terms: str | None


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What a service says to whom it was delivered; what it cost is not theirs to confirm here."""

    between: Between
    worker: str
    on: date
    start: time
    end: time
    minutes: int
    quantity_milli: int | None
    item_number: str
    item_name: str
    notes: str


def agreement_text(words: AgreementWords) -> str:
    """Return an agreement in plain words."""
    lines = ["Service agreement", "", *_parties(words.between), ""]
    lines.append(f"From {say_date(words.starts_on)} to {say_date(words.ends_on)}")
    if words.review_on:
        lines.append(f"Review on {say_date(words.review_on)}")
    lines += ["", "Agreed supports"]
    for number, name, cents in words.items:
        price = "the price limit of the day" if cents is None else dollars(cents)
        lines.append(f"- {name} ({number}): {price}")
    lines += ["", "What may be claimed besides the support itself"]
    lines += [f"- {name}: {ALLOWED if is_so else NOT_ALLOWED}" for name, is_so in words.allowed]
    lines.append(f"- Short notice cancellation: {words.cancellation_percent} % of the price")
    if words.terms:
        lines += ["", "Other terms", words.terms.strip()]
    return _joined(lines)


def service_text(words: ServiceWords) -> str:
    """Return a service in plain words."""
    who = words.between
    times = f"{say_time(words.start)} to {say_time(words.end)}"
    lines = [
        "Support that was delivered",
        "",
        f"To {who.participant}, NDIS {show_ndis_number(who.ndis_number)}",
        f"By {words.worker}, for {who.provider}",
        f"On {say_date(words.on)}, {times}, {words.minutes} minutes",
        f"Support: {words.item_name} ({words.item_number})",
    ]
    if words.quantity_milli:
        whole, rest = divmod(words.quantity_milli, 1000)
        lines.append(f"Quantity: {whole}{f'.{rest:03}'.rstrip('0') if rest else ''}")
    if words.notes.strip():
        lines += ["", "Notes", words.notes.strip()]
    return _joined(lines)


def _parties(who: Between) -> list[str]:
    abn = f", ABN {show_abn(who.abn)}" if who.abn else ""
    return [
        f"Between {who.provider}{abn}",
        f"and {who.participant}, NDIS {show_ndis_number(who.ndis_number)}",
    ]


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n") + "\n"
