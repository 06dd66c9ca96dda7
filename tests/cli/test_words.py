"""`caddy words`: a language is begun, brought up to date and compiled."""

from __future__ import annotations

import gettext

import pytest
from click.testing import CliRunner

from caddy.cli import words


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setattr(words, "CATALOGUES", tmp_path)
    monkeypatch.setattr(words, "CODE", tmp_path)
    monkeypatch.setattr(words, "TEMPLATE", tmp_path / "messages.pot")
    (tmp_path / "messages.pot").write_text(
        '#: a.html\nmsgid "Save"\nmsgstr ""\n\nmsgid "{count} % used"\nmsgstr ""\n'
    )
    return lambda *arguments: CliRunner().invoke(words.command, arguments)


def test_a_language_is_begun_translated_kept_up_to_date_and_compiled(run, tmp_path):
    place = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    assert run("begin", "de").exit_code == 0
    assert "python-format" not in place.read_text()
    place.write_text(
        place.read_text().replace('msgid "Save"\nmsgstr ""', 'msgid "Save"\nmsgstr "Sichern"')
    )
    (tmp_path / "messages.pot").write_text('msgid "Save"\nmsgstr ""\n\nmsgid "Stop"\nmsgstr ""\n')
    assert run("update").exit_code == 0
    assert 'msgid "Stop"' in place.read_text()
    assert "de: 1 of 2 messages" in run("compile").output
    with place.with_suffix(".mo").open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("Save") == "Sichern"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("begin", "../de"), "is no language"),
        (("begin", "en_AU"), "is no language"),
        (("begin", "xq"), "is no language"),
        (("update", "fr"), "begin it first"),
    ],
)
def test_what_is_no_language_is_refused(run, arguments, says):
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert says in answer.output
