"""The template that translators begin with has what templates and code say today."""

from __future__ import annotations

from caddy.cli.words import CATALOGUES, TEMPLATE, extracted


def test_messages_pot_is_what_extract_would_write():
    assert TEMPLATE.read_bytes() == extracted(), "run bin/caddy words extract"


def test_compiled_catalogues_are_made_where_they_are_used():
    assert "*.mo" in (CATALOGUES.parent.parent / ".gitignore").read_text().split()
