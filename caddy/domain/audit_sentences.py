"""An entry of the audit log as a sentence, and what it changed, as people read it. Pure.

Names of rows are looked up by who asks: what is an id here is a name in `names`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from caddy.domain.audit_phrases import phrase_of
from caddy.domain.money import dollars
from caddy.domain.words import say_date, say_list, say_minutes, say_time

OPTIONAL = re.compile(r"\[([^\]]*)\]")
FIELD = re.compile(r"\{(\w+)\}")
PAIR = 2
LONGEST_VALUE = 200
NOTHING = "nothing"
# What a person reads nothing from: ids of rows without a name, checksums, what repeats the rest.
HIDDEN = frozenset({"participant_id", "budget_id", "import_id", "sha256", "logo_sha256", "version"})
LABELS = {
    "abn": "ABN",
    "asked": "narrowed to",
    "bank_bsb": "BSB",
    "budget_remaining_cents": "left in the budget",
    "duration_minutes": "length",
    "gst_code": "GST",
    "item_number": "support item",
    "kept_at": "done on the phone",
    "mmm": "remoteness (MMM)",
    "ndis_number": "NDIS number",
    "ndis_registration": "NDIS registration",
    "needs_two_workers": "need of two workers",
    "phone": "phone number",
    "mobile": "mobile number",
    "quantity_milli": "quantity",
    "site_id": "site",
    "support_worker_id": "worker",
    "support_coordinator_id": "support coordinator",
    "user_id": "person",
}
ENDINGS = re.compile(r"_(cents|percent|on|at|id|minutes|milli|basis_points)$")
CHANGED = "changed"  # what was written of fields whose contents are not told


@dataclass(frozen=True, slots=True)
class Change:
    """One field that was told: its name in words, and its value before, where there was one."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """What an entry says behind the name of who did it, and what is not in it yet."""

    text: str
    changes: tuple[Change, ...]

    @property
    def details(self) -> str:
        """All that was changed on one line, as a file shows it."""
        return "; ".join(
            f"{one.label}: {one.after}"
            if one.before is None
            else f"{one.label}: {one.before} → {one.after}"
            for one in self.changes
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What of a row of the log is said. `whom` and `subject` are names, where they have one."""

    action: str
    changes: Mapping[str, Any]
    whom: str | None = None
    subject: str | None = None


def sentence(entry: Entry, names: Mapping[str, str], zone: str) -> Sentence:
    """Return an entry in words; `names` are those of ids among its changes, `zone` the clock's.

    >>> told = {"duration_minutes": 120, "total_cents": 14048}
    >>> sentence(Entry("service.logged", told, "Maya Chen"), {}, "Australia/Sydney").text
    'logged a service for Maya Chen, 2 h, $140.48'
    >>> told = {"phone": ["02 9000 0000", "02 9000 0001"]}
    >>> sentence(Entry("participant.changed", told, "Maya Chen"), {}, "Australia/Sydney").text
    'changed the phone number of Maya Chen from 02 9000 0000 to 02 9000 0001'
    """
    told = dict(entry.changes)
    shown = {name: value for name, value in told.items() if name not in HIDDEN}
    used: set[str] = set()

    def word(name: str) -> str | None:
        if name == "whom":
            return entry.whom
        if name == "subject":
            return entry.subject
        if name == "fields":
            return _fields(list(shown))
        if name not in told:
            return None
        used.add(name)
        return say(name, _after(told[name]), names, zone)

    phrase = phrase_of(entry.action)
    text = _filled(phrase, word)
    changes = [_change(name, value, names, zone) for name, value in shown.items()]
    if "{fields}" in phrase and len(changes) == 1 and changes[0].before is not None:
        return Sentence(f"{text} from {changes[0].before} to {changes[0].after}", ())
    kept = [
        change
        for (name, value), change in zip(shown.items(), changes, strict=True)
        if name not in used or _is_pair(value)
    ]
    return Sentence(text, tuple(kept))


def _filled(phrase: str, word: Callable[[str], str | None]) -> str:
    """Fill a phrase in; a part in brackets goes where it has nothing to say."""

    def part(found: re.Match[str]) -> str:
        names = FIELD.findall(found[1])
        if any(word(name) is None for name in names):
            return ""
        return FIELD.sub(lambda one: word(one[1]) or "", found[1])

    missing = {"whom": "a participant", "subject": "someone", "fields": "details"}
    text = OPTIONAL.sub(part, phrase)
    return FIELD.sub(lambda one: word(one[1]) or missing.get(one[1], "it"), text)


def _fields(names: list[str]) -> str:
    if not names:
        return "details"
    words = [label(name) for name in names]
    most = 3
    if len(words) > most:
        words = [*words[:most], f"{len(words) - most} more details"]
    return "the " + say_list(words)


def label(name: str) -> str:
    """Return a field's name in words.

    >>> label("phone"), label("starts_on"), label("light_amber_percent"), label("is_core_pooled")
    ('phone number', 'starts', 'light amber', 'core pooled')
    """
    return LABELS.get(name) or ENDINGS.sub("", name.removeprefix("is_")).replace("_", " ")


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == PAIR


def _after(value: Any) -> Any:
    return value[1] if _is_pair(value) else value


def _change(name: str, value: Any, names: Mapping[str, str], zone: str) -> Change:
    if _is_pair(value) and name not in {"period", "windows", "lines", "files", "claims"}:
        before, after = (say(name, one, names, zone) for one in value)
        return Change(label(name), before, after)
    return Change(label(name), None, say(name, value, names, zone))


def say(name: str, value: Any, names: Mapping[str, str], zone: str) -> str:
    """Return a value as people read it; what it is, its field's name says.

    >>> say("total_cents", 14048, {}, "UTC"), say("starts_on", "2026-11-21", {}, "UTC")
    ('$140.48', '21 Nov 2026')
    >>> say("status", "part_paid", {}, "UTC"), say("email", None, {}, "UTC")
    ('part paid', 'nothing')
    """
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return _cut(", ".join(say(name, one, names, zone) for one in value))
    if isinstance(value, dict):
        said = (f"{key}: {say(str(key), one, names, zone)}" for key, one in value.items())
        return _cut(", ".join(said))
    if isinstance(value, int):
        return _number(name, value)
    text = str(value)
    return names.get(text) or _day(text, zone) or _word(name, text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _number(name: str, value: int) -> str:
    if name.endswith("cents"):
        return dollars(value)
    if name.endswith("_minutes"):
        return say_minutes(value)
    if name.endswith("_percent"):
        return f"{value} %"
    if name.endswith("_milli"):
        return f"{value / 1000:g}"
    return f"{value:,}" if abs(value) >= 10_000 else str(value)  # noqa: PLR2004 - years have 4


def _day(text: str, zone: str) -> str | None:
    """Return a text that is a day or an instant as people write it, or None."""
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        if len(text) == len("2026-11-21"):
            return say_date(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    local = instant.astimezone(ZoneInfo(zone)) if instant.tzinfo else instant
    return f"{say_date(local)}, {say_time(local)}"


WORDS = frozenset({"status", "state", "kind", "role", "management", "claim_type", "type", "source"})


def _word(name: str, text: str) -> str:
    is_word = name in WORDS or re.fullmatch(r"[a-z]+(_[a-z]+)+", text)
    return _cut(text.replace("_", " ") if is_word else text)
