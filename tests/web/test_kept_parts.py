"""Parts rendered once: each for its values, in its language, and anew while it is edited."""

from __future__ import annotations

import pytest
from flask import Flask
from jinja2 import DictLoader

from caddy.config import Settings
from caddy.domain.permissions import Permission
from caddy.web import kept_parts
from tests.web.test_permissions import grant


@pytest.fixture
def parts():
    """Return a function that renders one kept part, and the list of what was rendered for it."""
    rendered = []

    def make(environment="test"):
        own = Flask(__name__)
        own.jinja_env.loader = DictLoader({"part.html": "{{ seen(word) }}: {{ word }}"})
        own.jinja_env.globals["seen"] = lambda word: rendered.append(word) or len(rendered)
        kept_parts.install(own, Settings(CADDY_ENV=environment))
        return own.jinja_env.globals["kept_part"]

    return make, rendered


def test_a_part_is_rendered_once_for_each_of_its_values_and_escapes_them(parts):
    make, rendered = parts
    part = make()
    assert part("part.html", word="a") == part("part.html", word="a") == "1: a"
    assert part("part.html", word="<b>") == "2: &lt;b&gt;"
    assert rendered == ["a", "<b>"]


def test_while_templates_are_edited_nothing_is_kept(parts):
    make, rendered = parts
    part = make("development")
    part("part.html", word="a")
    part("part.html", word="a")
    assert rendered == ["a", "a"]


def test_a_part_is_another_one_in_another_language(parts, monkeypatch):
    make, rendered = parts
    part = make()
    part("part.html", word="a")
    monkeypatch.setattr(kept_parts, "language", lambda: "de")
    part("part.html", word="a")
    assert rendered == ["a", "a"]


def test_two_people_and_the_same_one_with_other_rights_have_each_their_own_frame(
    people, sign_in, app
):
    pages = {who: sign_in(who).get("/").text for who in ("alice", "sam", "alice", "vic")}
    assert "Alice" in pages["alice"]
    assert "Alice" not in pages["sam"] + pages["vic"]
    assert 'href="/settings"' in pages["alice"]
    assert 'href="/settings"' not in pages["sam"] + pages["vic"]
    assert people.banksia.name not in "".join(pages.values())
    vic = sign_in("vic")
    assert 'href="/audit"' not in vic.get("/help").text
    grant(people, "vic", Permission.AUDIT_READ)
    assert 'href="/audit"' in vic.get("/help").text
