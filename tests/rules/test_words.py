"""The template that translators begin with has what templates and code say today."""

from __future__ import annotations

from caddy.cli.words import TEMPLATE, extracted


def test_messages_pot_is_what_extract_would_write():
    is_the_same = TEMPLATE.read_bytes() == extracted()  # pytest would compare letter by letter
    assert is_the_same, "run bin/caddy words extract"
