"""Which messages a template gives to the catalogue, and that what it does stays what it was."""

from __future__ import annotations

import io

import pytest

from caddy.translation import extraction

PAGES = [
    ("<p>Two  words\n here</p>", ["Two words here"]),
    (
        "<p>{{ count }} left of {{ row.total }}, {{ row.total }}</p>",
        ["{count} left of {total}, {total}"],
    ),
    ('{{ n }} day{{ "" if n == 1 else "s" }} left', ["{n} day left", "{n} days left"]),
    ('<p title="Read &amp; sign" class="wide">&nbsp;</p>', ["Read & sign"]),
    ('<a{% if here %} aria-label="Here"{% endif %} href="{{ url }}">Go</a>', ["Here", "Go"]),
    ('{{ button("Save", "primary", symbol="plus") }}', ["Save"]),
    ('{{ breadcrumb(("Claims", url_for("claims.index"))) }}', ["Claims"]),
    (
        '{{ stat("Paid", total, "{:,} line{}".format(n, "" if n == 1 else "s")) }}',
        ["{n} line", "{n} lines", "Paid"],
    ),
    ('{{ button("Send " ~ (cents | money)) }}', ["Send {cents}"]),
    ('<p>{{ icon("plus") }}Add</p>', ["Add"]),
    (
        '{{ name or "Nobody" }} and {{ "On" if is_on else other }}',
        ["{name} and {value}", "Nobody", "On"],
    ),
    ("<code>not read</code><script>nor this</script>Read", ["Read"]),
    ("{{ row.name }} · {{ row.total }} {# not this #}", []),
    ("Caddy", []),
    ('{% extends "x.html" %}{% block theme %} class="on-wall"{% endblock %}', []),
]


@pytest.mark.parametrize(("source", "messages"), PAGES)
def test_sentences_are_taken_whole_with_named_places(source, messages):
    assert sorted(taken(source, "page.html")) == sorted(messages)


def test_a_mail_in_plain_text_is_taken_line_by_line():
    source = "Spent:     {{ cents | money }}\n\n- {{ name }}: <{{ url }}>, soon\n"
    assert taken(source, "mail.txt") == ["Spent:     {cents}", "- {name}: <{url}>, soon"]


def test_of_code_sentences_and_labels_are_taken_and_what_is_put_together_is_not():
    source = '''
"""A docstring is read by nobody who works here."""
name = StringField("First name", [Length(max=9, message="That is too long.")])
raise RuleBroken("name", "no_name", f"There is no {name}.")
raise Forbidden("not_yours", "Ask an administrator.")
flash(sentence("{name} was added.", name=name))
log.info("request.finished")
'''
    found = extraction.python(io.BytesIO(source.encode()), (), (), {})
    assert [message for _, _, message, _ in found] == [
        "First name",
        "That is too long.",
        "Ask an administrator.",
        "{name} was added.",
    ]


def taken(source, name):
    found = extraction.templates(io.BytesIO(source.encode()), (), (), {"name": name})
    return [message for _, _, message, _ in found]
