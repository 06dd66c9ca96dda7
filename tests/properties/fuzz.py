"""What the fuzzer sends, and where: fields of every form, query parameters, nasty values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

from tests.web import calls

PRODUCT = Path(__file__).resolve().parents[2] / "caddy"
# Told apart from whatever a page says by itself: never there unescaped.
MARKUP = "<zq data-x=1>"
BROKEN_OUT = '" onzq="1'
WORKED_OUT = "982007569"
# Kept short until they are sent, so that a failure can be read.
LENGTHY = {"~long~": "x" * 100_000, "~digits~": "1" * 5_000}
NASTY = (
    *("", " ", "\0", "a\0b", "\ud800", "\udfff!", "\u202eevil\u202c", "\ufeff", "\u200b\u2028"),
    *(
        "e\u0301" * 50,
        "\U0001f9d1\u200d\U0001f9bd",
        "\ufb00\u2167\u0661\u0662",
        "\x1b[31m",
        "\r\nX-Evil: 1",
    ),
    *("~long~", "~digits~", "9" * 19, "9" * 30, "-1", "-0", "0", "1e999", "NaN", "Infinity"),
    *("9223372036854775808", "2147483648", "1,5", "$1.999", "10000000.01", "0x10", "1_000", "²"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "0000-00-00", "10000-01-01"),
    *("9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00+14:00", "2026-11-21T25:61", "24:00"),
    *("23:59", "00:00", "true", "y", "None", "null", "[]", "{}", '{"a":', "[object Object]"),
    *(MARKUP, f"'>{MARKUP}", f"</textarea></select>{MARKUP}", BROKEN_OUT, "javascript:alert(1)"),
    *("{{ 31337 * 31337 }}", "{% raw %}", "${31337*31337}", "%s%n%x", "{0.__class__}"),
    *("'; DROP TABLE users; --", "' OR 1=1 --", "\\", "%", "_", "*", '"', "(", "NEAR(a b)"),
    *("../../../../etc/passwd", "/etc/passwd\0.csv", "//evil.example", "C:\\x", "a/../b", "."),
    *("00000000-0000-0000-0000-000000000000", "urn:uuid:zzz", "=cmd|' /C calc'!A0", "@SUM(1)"),
)
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))


def encoded(pairs: list[tuple[str, str]]) -> bytes:
    """Return pairs as a form or a query, also where they hold what is no text at all."""

    def quoted(text: str) -> bytes:
        text = LENGTHY.get(text, text)
        return quote_from_bytes(text.encode("utf-8", "surrogatepass")).encode()

    return b"&".join(quoted(name) + b"=" + quoted(value) for name, value in pairs)


def query_names() -> list[str]:
    """Return every name that some page looks for in its address."""
    readers = r"args(?:\.get|\.getlist)?|values\.get|word|identifier|day|number|text|chosen"
    found = set()
    for path in [*(PRODUCT / "web").rglob("*.py"), *(PRODUCT / "blueprints").rglob("*.py")]:
        found |= set(re.findall(rf'\b(?:{readers})[(\[]\s*"([a-z_]+)"', path.read_text()))
    return sorted(found)


FORM = re.compile(r'<form[^>]*\baction="([^"]*)".*?</form>', re.DOTALL)
FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"')


def forms_of(page: str) -> dict[str, set[str]]:
    """Return the names of the fields by the address that a form of a page goes to."""
    found: dict[str, set[str]] = {}
    for form in FORM.finditer(page):
        found.setdefault(form[1], set()).update(FIELD.findall(form[0]))
    return found


def filled(names: list[str], valid: dict[str, Any]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Return fields of which some hold what makes sense, some nasty things, some twice."""

    def value(name: str) -> st.SearchStrategy[str]:
        right = valid.get(name)
        return st.one_of(st.just(str(right)), values) if right is not None else values

    if not names:
        return st.just([])
    one = st.sampled_from(names).flatmap(lambda name: st.tuples(st.just(name), value(name)))
    few = st.lists(one, min_size=1, max_size=5)
    whole = st.tuples(*(st.tuples(st.just(name), value(name)) for name in names)).map(list)
    return st.one_of(few, whole) if len(names) <= 40 else few


def odd_path(address: str, rule: Any, own: dict[str, Any]) -> str:
    """Return an address with numbers beyond all bounds and names that lead elsewhere."""
    for name in rule.arguments:
        value = str(own.get(name, ""))
        kind = type(rule._converters[name]).__name__
        odd = {"IntegerConverter": "9" * 30, "UnicodeConverter": "..%2f%00%ff%3Czq%20x%3E"}.get(
            kind
        )
        if odd and value:
            address = address.replace(quote_from_bytes(value.encode()), odd)
    return address


ODD = {"IntegerConverter": "9" * 30, "UnicodeConverter": "..%2f%00%ff%3Czq%20x%3E"}
SKIPPED = frozenset({"GET live.stream", "POST sign_in.destroy", "GET static"})
ROUTES = sorted(name for name in calls.CALLS if name not in SKIPPED)
