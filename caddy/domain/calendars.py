"""A worker's shifts as an iCalendar text (RFC 5545), for the calendar on their phone.

Written here: one component and a dozen properties, of which escaping and folding are the only
rules with edges, are less than a library to keep.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_OCTETS = 75  # of a line without its end, RFC 5545 section 3.1
PRODUCT = "-//Caddy//Shifts//EN"

_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})

# A calendar holds at least one component (section 3.6): this one says nothing to anybody.
_NO_EVENTS = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One shift. `uid` stays the same for ever; `sequence` grows with every change of it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    changed_at: datetime
    location: str = ""
    description: str = ""
    is_cancelled: bool = False
    sequence: int = 0


def calendar_text(name: str, events: Iterable[CalendarEvent], now: datetime) -> str:
    """Return the calendar: lines of at most 75 octets in UTF-8, each ended by CRLF.

    Times are written in UTC, so that no reader needs Australia's rules of daylight saving.
    A cancelled shift stays in the text, marked, so that calendars which hold it take it away.
    """
    title = escape(name)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{title}",
        f"X-WR-CALNAME:{title}",
    ]
    body = [line for event in events for line in _event_lines(event, now)]
    lines += [*(body or _NO_EVENTS), "END:VCALENDAR"]
    return "".join(fold(line) + "\r\n" for line in lines)


def escape(text: str) -> str:
    r"""Return a TEXT value (section 3.3.11). Control characters have no place in one: they go.

    >>> print(escape("Bring: keys, card; see C:\\notes"))
    Bring: keys\, card\; see C:\\notes
    """
    return _UNWRITABLE.sub("", _LINE_ENDS.sub("\n", text)).translate(_ESCAPES)


def fold(line: str) -> str:
    r"""Return a line cut into lines of at most 75 octets, never inside a character.

    Every line after the first begins with a space, which counts and which readers drop.

    >>> [len(part.encode()) for part in fold("SUMMARY:" + "é" * 50).split("\r\n")]
    [74, 35]
    """
    parts: list[str] = []
    current, room = "", MOST_OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append(current)
            current, room = " ", MOST_OCTETS - 1
        current += letter
        room -= size
    return "\r\n".join([*parts, current])


def _event_lines(event: CalendarEvent, now: datetime) -> Iterator[str]:
    starts, ends = _instant(event.starts_at), _instant(event.ends_at)
    if ends <= starts:  # as written: to the second
        raise ValueError("an event ends after it starts")
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(event.uid)}"
    yield f"DTSTAMP:{_instant(now)}"
    yield f"DTSTART:{starts}"
    yield f"DTEND:{ends}"
    yield f"SUMMARY:{escape(event.summary)}"
    if event.location:
        yield f"LOCATION:{escape(event.location)}"
    if event.description:
        yield f"DESCRIPTION:{escape(event.description)}"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"LAST-MODIFIED:{_instant(event.changed_at)}"
    yield "END:VEVENT"


def _instant(value: datetime) -> str:
    """Return an instant in UTC to the second, as section 3.3.5 writes it."""
    if value.utcoffset() is None:
        raise ValueError("an event's times name their zone")
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"
