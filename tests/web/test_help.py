"""Help: it reads easily, names what is really there, and leads nobody where they may not go."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlalchemy import event

from caddy.domain.glossary import GLOSSARY, anchor
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.extensions import db
from caddy.web.access import access_of

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "caddy" / "templates"
ROLES = {
    "sam": Role.SUPPORT_WORKER,
    "cora": Role.COORDINATOR,
    "fin": Role.FINANCE,
    "alice": Role.ADMIN,
    "vic": Role.VIEWER,
}
GUIDES = {role: f"/help/{role.value.replace('_', '-')}" for role in ROLES.values()}
PAGES = ["/help", "/help/words", "/help/keys", "/help/changes", *GUIDES.values()]
HARDEST_GRADE = 8
# What these pages say does not hang on the database: they are read on one of them.
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
BLOCKS = {"p", "li", "h1", "h2", "h3", "dt", "dd", "td", "th", "caption"}
NAMED = re.compile(r'(?:push|go)\((?:"[a-z_]+\.[a-z_]+", )?"([^"]+)"\)')
GLOSSARY_NAMES = re.compile(r'(?:help_link|help_term)\("([^"]+)"|\bterm="([^"]+)"')


class Reader(HTMLParser):
    """The words, links and ids of what a page says: blocks of text, each ended by a full stop."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.depth = 0
        self.words: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        own = dict(attrs)
        self.depth += tag == "main"
        if own.get("id"):
            self.ids.add(own["id"])
        if self.depth and tag == "a" and own.get("href"):
            self.links.append(own["href"])

    def handle_endtag(self, tag):
        self.depth -= tag == "main"
        if self.depth and tag in BLOCKS:
            self.words.append(". ")

    def handle_data(self, data):
        if self.depth:
            self.words.append(data)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade: years of school that reading it asks for."""
    sentences = [one for one in re.split(r"[.!?:]+\s", text) if re.search(r"[A-Za-z]", one)]
    words = re.findall(r"[A-Za-z\u2019']+", text)
    syllables = sum(syllables_of(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def syllables_of(word: str) -> int:
    stem = re.sub(r"(?:[^laeiouy]es|[^td]ed|[^l]e)$", lambda m: m[0][0], word)
    return max(1, len(re.findall(r"[aeiouy]+", stem)))


def test_the_measure_of_reading_tells_easy_from_hard():
    assert grade("The cat sat on the mat. It was warm. ") < 2
    hard = "Organizational administration necessitates comprehensive documentation of expenditure."
    assert grade(hard) > 20
    assert [syllables_of(one) for one in ("plan", "budget", "used", "table", "agreement")] == [
        *(1, 2, 1, 2, 3)
    ]


@SQLITE
@pytest.mark.parametrize("who", ROLES)
def test_every_link_of_help_leads_to_a_page_that_the_reader_may_open(app, people, sign_in, who):
    client, match = sign_in(who), app.url_map.bind("").match
    words = Reader(client.get("/help/words").text).ids
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 200, path
        read = Reader(response.text)
        assert grade("".join(read.words)) <= HARDEST_GRADE, path
        for link in read.links:
            address, _, place = link.partition("#")
            endpoint, _ids = match(address or path, method="GET")
            wanted = access_of(app, endpoint).permission
            assert wanted is None or wanted in ROLE_PERMISSIONS[ROLES[who]], f"{path}: {link}"
            if endpoint == "help.words" or not address:
                assert not place or place in (words if address else read.ids), f"{path}: {link}"


@SQLITE
def test_a_reader_finds_the_guide_of_their_role_first(people, sign_in):
    for who, role in ROLES.items():
        page = sign_in(who).get("/help").text
        first = re.search(r'<h3><a href="([^"]+)"', page)
        assert first[1] == GUIDES[role], who
        assert page.count("Your role") == 1


def test_the_glossary_has_every_word_that_a_page_explains():
    named = {
        (path.name, one or other)
        for path in TEMPLATES.rglob("*.html")
        for one, other in GLOSSARY_NAMES.findall(path.read_text())
    }
    known = {term.lower() for term in GLOSSARY}
    assert len(GLOSSARY) >= 50
    assert len({anchor(term) for term in GLOSSARY}) == len(GLOSSARY)
    assert {term for _, term in named} >= {"claim type", "plan management", "MMM", "severity"}
    assert [one for one in named if one[1].lower() not in known] == []


def test_guides_name_buttons_by_the_words_that_are_on_them():
    said = "\n".join(
        path.read_text()
        for folder in (TEMPLATES, ROOT / "caddy" / "web")
        for path in folder.rglob("*")
        if path.suffix in {".html", ".py"} and path.parent.name != "help"
    )
    named = {
        (path.name, words)
        for path in (TEMPLATES / "help").glob("*.html")
        for words in NAMED.findall(path.read_text())
    }
    assert len(named) > 60
    lost = [
        (page, words)
        for page, words in named
        if not re.search(rf'[>}}"]\s*{re.escape(words)}\s*[<{{:"]', said)
    ]
    assert lost == []


@SQLITE
def test_a_hard_field_explains_its_word_where_it_stands(people, sign_in):
    client = sign_in("sam")
    page = client.get(f"/services/new?participant={people.acacia.participant_id}").text
    assert "What is “claim type”?" in page
    assert GLOSSARY["Claim type"] in page
    assert "/help/words#short-notice-cancellation" in page


def test_asking_for_the_first_steps_is_one_statement(app, people):
    from caddy.queries import first_steps
    from caddy.tenancy import scope

    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    with scope(people.acacia.id):
        db.session.connection()
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            steps = first_steps.of(people.acacia.people["alice"])
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in asked if one.startswith("SELECT")]) == 1
    assert steps.done == (False, True, True, True, False)
