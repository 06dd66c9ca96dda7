"""Pages in another language: what reaches the catalogue, what comes back, and that it is safe."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from sqlalchemy import text

from caddy.config import load_settings
from caddy.domain.sentences import sentence, together
from caddy.extensions import db
from caddy.translation import languages
from caddy.translation.languages import EXTENSION, Languages, MissingCatalogueError
from caddy.translation.pseudo import PSEUDO, accented
from caddy.translation.shown import looked_up
from tests import world
from tests.web import calls
from tests.web.reading import Reader, Visitor

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WORD = re.compile(r"[A-Za-z]{3,}")
# Documents, which are translated as a whole or not at all, and what is shown as it was written.
DOCUMENTS = ("help.", "audit.", "styleguide.", "timelines.", "outbox.show", "live.")
# Dates and units, which stay Australian; names that are official; what is signed as it stands;
# and what Python puts together: docs/decisions/0046-words-in-another-language.md has the list.
AS_THEY_ARE = re.compile(
    r"Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec|January|February|March|April|August"
    r"|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"
    r"|Sunday|min|points?|NDIS|NDIA|GST|ABN|MMM|SHA|Caddy|CSV|Pro|Enterprise|Free|Zeile|Geld"
)
PUT_TOGETHER = (
    *("left", "late", "entry needs a look", "entries need a look", "Since", "From 7 to 100."),
    *("shift", "Anonymous", "Reviewed", "High", "Major", "open", "workers", "Mend the step"),
    *("I have read this", "I confirm that this", "The role sees", "None", "Completed", "am", "pm"),
    *("Core", "Mechanical restraint", "Not authorised", "Consent: photos", "Quinn Secret"),
    *("Rare", "Unlikely", "Possible", "Likely", "Almost certain", "Negligible", "Minor"),
    *("Moderate", "Severe", "Capital", "Capacity building", "Recurring"),
)
CATEGORY = re.compile(r"\d\d [A-Z]")  # a support category, by its number and official name
GLOSSARY = re.compile(r"“[^”]+”\?$")


@pytest.fixture
def speak(app, monkeypatch):
    """Let an app speak a language, as if its settings said so: `speak("en_XA")`."""

    def make(language):
        settings = load_settings().model_copy(update={"language": language})
        monkeypatch.setitem(app.extensions, EXTENSION, Languages(settings))

    return make


def visitor(app, people, who="alice"):
    client = Visitor(app)
    client.sign_in(f"{who}@acacia.example", world.PASSWORD)
    return client


def pages(app, client, own):
    """Yield every page that answers a GET, and what it says."""
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint != "live.stream":
            response = calls.call(client, f"GET {rule.endpoint}", own)
            if response.status_code == 200 and response.mimetype == "text/html":
                yield rule.endpoint, Reader(response.text)


def stored_words():
    """Return every word that is in the database: what somebody typed is never translated."""
    found = set()
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(text(f'SELECT * FROM "{table.name}"')):  # noqa: S608
                for value in row:
                    found |= set(WORD.findall(value)) if isinstance(value, str) else set()
    return found


@SQLITE
def test_every_page_gives_all_that_it_says_to_the_catalogue(app, people, speak):
    own = calls.ids(people, people.acacia)
    speak(PSEUDO)
    seen, english = 0, {}
    for endpoint, page in pages(app, visitor(app, people), own):
        if endpoint.startswith(DOCUMENTS):
            continue
        seen += 1
        for said in page.said:
            if not CATEGORY.match(said) and not GLOSSARY.search(said):
                english.setdefault(said, endpoint)
    typed = stored_words()
    left = {
        f"{endpoint}: {said}"
        for said, endpoint in english.items()
        if not any(one in said for one in PUT_TOGETHER)
        and [
            word for word in WORD.findall(said) if word not in typed | set(AS_THEY_ARE.findall(said))
        ]
    }
    assert seen > 100
    assert not left


@SQLITE
def test_a_page_says_the_same_through_a_catalogue_that_says_the_same(
    app, people, speak, monkeypatch
):
    """Nothing is lost, doubled or moved by what templates are compiled to."""
    own = calls.ids(people, people.acacia)
    client = visitor(app, people)
    plain = {endpoint: page.text for endpoint, page in pages(app, client, own)}
    speak(PSEUDO)
    monkeypatch.setattr(languages, "gettext", lambda message: message)
    monkeypatch.setattr("caddy.translation.shown.gettext", lambda message: message)
    different = {
        endpoint
        for endpoint, page in pages(app, client, own)
        if re.sub(r"[0-9a-f]{32}|\d", "", page.text) != re.sub(r"[0-9a-f]{32}|\d", "", plain[endpoint])
    }
    assert not different


def test_english_is_compiled_as_if_there_were_no_other_language(app):
    """The same code to the last letter, so that it says and costs what it always did."""
    class Plain(type(app.jinja_env).__mro__[1]):
        pass

    for name in app.jinja_env.list_templates(filter_func=lambda one: one.startswith(("c", "l"))):
        source, _, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        if name.endswith((".html", ".txt")):
            ours = app.jinja_env.compile(source, name, raw=True)
            assert ours == super(type(app.jinja_env), app.jinja_env).compile(source, name, raw=True)
