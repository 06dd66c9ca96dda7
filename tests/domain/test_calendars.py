"""A calendar as phones read it: parsed back by a strict reader of RFC 5545 of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from caddy.domain.calendars import CalendarEvent, calendar_text, escape, fold

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Australia/Sydney"))
SHIFT = CalendarEvent(
    uid="7@caddy",
    starts_at=NINE,
    ends_at=NINE + timedelta(hours=2),
    summary="Kim, Marrickville",
    changed_at=NOW,
)
TEXT = {"summary", "location", "description", "uid", "name", "x-wr-calname", "prodid"}
# Section 3.1: a name, no parameters (none are written), a value without control characters.
_LINE = re.compile(r"([A-Za-z0-9-]+):([^\x00-\x08\x0a-\x1f\x7f]*)")
# Section 3.3.11: TSAFE-CHAR, ":" and DQUOTE, or one of the four escapes.
_TEXT = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,Nn])*")
_INSTANT = re.compile(r"\d{8}T\d{6}Z")

Component = tuple[str, list[tuple[str, str]], list]


def read(text: str) -> Component:
    """Return the calendar as (name, properties, components); refuse what the grammar refuses."""
    octets = text.encode()
    assert octets.endswith(b"\r\n")
    physical = octets[:-2].split(b"\r\n")
    for line in physical:
        assert b"\r" not in line
        assert b"\n" not in line
        assert 0 < len(line) <= 75
        line.decode()  # no character is cut in two
    logical = octets.replace(b"\r\n ", b"").replace(b"\r\n\t", b"").decode()[:-2].split("\r\n")
    stack: list[Component] = [("", [], [])]
    for line in logical:
        matched = _LINE.fullmatch(line)
        assert matched, line
        name, value = matched[1].upper(), matched[2]
        if name == "BEGIN":
            stack.append((value, [], []))
        elif name == "END":
            done = stack.pop()
            assert done[0] == value
            stack[-1][2].append(done)
        else:
            stack[-1][1].append((name, unescaped(value) if name.lower() in TEXT else value))
    assert len(stack) == 1
    assert stack[0][1] == []
    (calendar,) = stack[0][2]
    assert calendar[0] == "VCALENDAR"
    return calendar


def unescaped(value: str) -> str:
    assert _TEXT.fullmatch(value), value
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), value)


def only_event(text: str) -> dict[str, str]:
    _, _, components = read(text)
    ((name, properties, inner),) = components
    assert (name, inner) == ("VEVENT", [])
    assert len(dict(properties)) == len(properties)  # each of ours at most once, section 3.6.1
    return dict(properties)


def shown(text: str) -> str:
    """Return what of a text can be written: line ends are one, other controls are none."""
    ends = re.sub("\r\n|[\r\u0085\u2028\u2029]", "\n", text)
    return "".join(one for one in ends if one in "\t\n" or not (one < " " or one == "\x7f"))


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
SECONDS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(summary=WORDS, location=WORDS, description=WORDS, name=WORDS)
@example("a\r\nEND:VCALENDAR\r\nBEGIN:VEVENT", "\\n", "\\\\;,\\,", "\\")
@example("\U0001f600" * 40, "e\u0301" * 60, "\ufeff" * 30, "\x0b\x1c\x85\u2028")
def test_whatever_is_written_is_read_back(summary, location, description, name):
    event = replace(SHIFT, summary=summary, location=location, description=description)
    text = calendar_text(name, [event], NOW)
    found = only_event(text)
    assert found["SUMMARY"] == shown(summary)
    assert found.get("LOCATION", "") == shown(location)
    assert found.get("DESCRIPTION", "") == shown(description)
    properties = dict(read(text)[1])
    assert properties["NAME"] == properties["X-WR-CALNAME"] == shown(name)


@given(starts=SECONDS, length=st.integers(1, 10**6), changed=SECONDS, sequence=st.integers(0, 999))
def test_times_are_read_back_to_the_second(starts, length, changed, sequence):
    starts = starts.replace(microsecond=0)
    ends = starts + timedelta(seconds=length)
    event = replace(SHIFT, starts_at=starts, ends_at=ends, changed_at=changed, sequence=sequence)
    found = only_event(calendar_text("Shifts", [event], NOW))
    for name, value in {
        "DTSTART": starts,
        "DTEND": ends,
        "DTSTAMP": NOW,
        "LAST-MODIFIED": changed,
    }.items():
        assert _INSTANT.fullmatch(found[name])
        assert datetime.strptime(found[name], "%Y%m%dT%H%M%S%z") == value.replace(microsecond=0)
    assert found["SEQUENCE"] == str(sequence)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1))
@example("é" * 38)
@example("a" * 75)
@example("a" * 76)
@example("a" * 73 + "\U0001f600")
@example(" " * 200)
def test_a_folded_line_unfolds_to_itself(line):
    parts = fold(line).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert all(part.startswith(" ") and len(part) > 1 for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line


@pytest.mark.parametrize(("octets", "parts"), [(1, 1), (75, 1), (76, 2), (149, 2), (150, 3)])
def test_a_line_is_cut_only_where_it_must_be(octets, parts):
    assert len(fold("x" * octets).split("\r\n")) == parts


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Kim, Pat; Jo", r"Kim\, Pat\; Jo"),
        ("C:\\new", r"C:\\new"),
        ("one\r\ntwo\rthree\nfour", r"one\ntwo\nthree\nfour"),
        ('colons: and "quotes"', 'colons: and "quotes"'),
        ("bell\x07 and\ttab", "bell and\ttab"),
        ("half \ud83d a pair", "half  a pair"),
        ("", ""),
    ],
)
def test_a_text_is_escaped(text, written):
    assert escape(text) == written


def test_a_calendar_says_what_section_3_6_asks_for():
    _, properties, components = read(calendar_text("Caddy shifts", [SHIFT, SHIFT], NOW))
    names = [name for name, _ in properties]
    assert {"VERSION", "PRODID"} <= set(names)
    assert len(names) == len(set(names))
    assert dict(properties)["VERSION"] == "2.0"
    assert [name for name, _, _ in components] == ["VEVENT", "VEVENT"]


def test_an_event_says_when_in_utc_and_leaves_out_what_is_empty():
    assert only_event(calendar_text("Shifts", [SHIFT], NOW)) == {
        "UID": "7@caddy",
        "DTSTAMP": "20261121T080000Z",
        "DTSTART": "20261122T220000Z",
        "DTEND": "20261123T000000Z",
        "SUMMARY": "Kim, Marrickville",
        "STATUS": "CONFIRMED",
        "SEQUENCE": "0",
        "LAST-MODIFIED": "20261121T080000Z",
    }


def test_a_cancelled_shift_stays_and_says_so():
    gone = replace(SHIFT, is_cancelled=True, sequence=3)
    found = only_event(calendar_text("Shifts", [gone], NOW))
    assert (found["STATUS"], found["SEQUENCE"], found["UID"]) == ("CANCELLED", "3", "7@caddy")


def test_a_calendar_without_shifts_still_holds_a_component():
    _, _, ((name, properties, inner),) = read(calendar_text("Shifts", [], NOW))
    assert (name, properties) == ("VTIMEZONE", [("TZID", "UTC")])
    ((part, rules, _),) = inner
    assert part == "STANDARD"
    assert {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"} == set(dict(rules))


def test_the_same_shifts_make_the_same_text():
    assert calendar_text("Shifts", [SHIFT], NOW) == calendar_text("Shifts", iter([SHIFT]), NOW)


def test_the_hour_that_comes_twice_is_a_length():
    """5 April 2026: from 2:30 in summer time to 2:30 after it is an hour."""
    half_past = datetime(2026, 4, 5, 2, 30, tzinfo=ZoneInfo("Australia/Sydney"))
    event = replace(SHIFT, starts_at=half_past, ends_at=half_past.replace(fold=1))
    found = only_event(calendar_text("Shifts", [event], NOW))
    assert (found["DTSTART"], found["DTEND"]) == ("20260404T153000Z", "20260404T163000Z")


@pytest.mark.parametrize(
    "length", [timedelta(), timedelta(minutes=-1), timedelta(microseconds=900_000)]
)
def test_an_event_that_would_be_written_without_length_is_refused(length):
    with pytest.raises(ValueError, match="ends after it starts"):
        calendar_text("Shifts", [replace(SHIFT, ends_at=NINE + length)], NOW)


@pytest.mark.parametrize("name", ["starts_at", "ends_at", "changed_at"])
def test_a_time_without_a_zone_is_refused(name):
    with pytest.raises(ValueError, match="name their zone"):
        calendar_text("Shifts", [replace(SHIFT, **{name: datetime(2026, 11, 23, 12)})], NOW)
    with pytest.raises(ValueError, match="name their zone"):
        calendar_text("Shifts", [SHIFT], datetime(2026, 11, 23, 12))
