"""Codes of an app against RFC 6238's own examples, and codes on paper however they are typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from caddy.domain import recovery_codes, totp

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
# RFC 6238, appendix B, SHA-1: seconds since 1970, and the last six of its eight digits.
EXAMPLES = [
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
]


@pytest.mark.parametrize(("seconds", "code"), EXAMPLES)
def test_a_code_is_good_for_its_half_minute_and_the_ones_beside_it_and_once(seconds, code):
    at, counter = datetime.fromtimestamp(seconds, UTC), seconds // 30
    for away in (-30, 0, 30):
        assert totp.counter_of(SECRET, code, at + timedelta(seconds=away), None) == counter
    for away in (-60, 60):
        assert totp.counter_of(SECRET, code, at + timedelta(seconds=away), None) is None
    assert totp.counter_of(SECRET, f" {code[:3]} {code[3:]} ", at, counter - 1) == counter
    assert totp.counter_of(SECRET, code, at, counter) is None
    assert totp.counter_of(SECRET, code, at, counter + 1) is None
    for wrong in ("", "x", code[:5], code + "0", "١٢٣٤٥٦", "\ud800"):
        assert totp.counter_of(SECRET, wrong, at, None) is None


def test_codes_on_paper_are_read_however_they_are_typed_and_none_is_like_another():
    made = recovery_codes.new_codes()
    assert len({one.name for one in made}) == recovery_codes.HOW_MANY
    for one in made:
        for typed in (str(one), str(one).upper().replace("-", " "), f"  {one.name}{one.secret} "):
            assert recovery_codes.read(typed) == one
        assert not set(one.name + one.secret) & set("il1o0")
    for wrong in ("", "abcd-efgh", f"{made[0]}x", str(made[0]).replace("-", "1")):
        assert recovery_codes.read(wrong) is None
