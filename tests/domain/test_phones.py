"""Phone numbers: the usual ones are read fast, and no differently from all others."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from caddy.domain.phones import _any, parse_phone


def either(read, text):
    try:
        return read(text)
    except ValueError as error:
        return str(error)


@settings(max_examples=400)
@given(st.from_regex(r"(\+?61 ?|0)[2-9]\d{8}", fullmatch=True))
@example("0412345678")
@example("0851003000")
@example("0851001000")
@example("0244444444")
def test_the_fast_way_reads_what_the_whole_way_reads(text):
    assert either(parse_phone, text) == either(_any, text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13 11 14", "13 11 14"),
        ("1800 800 110", "1800 800 110"),
        ("+64 9 300 1234", "+64 9 300 1234"),
    ],
)
def test_other_numbers_are_read_too(text, shown):
    assert parse_phone(text) == shown
