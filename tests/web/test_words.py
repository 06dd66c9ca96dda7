"""Pages in another language: what reaches the catalogue, what comes back, and that it is safe."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask.templating import Environment
from sqlalchemy import text

from caddy.config import load_settings
from caddy.domain.glossary import GLOSSARY
from caddy.domain.sentences import sentence, together
from caddy.extensions import db
from caddy.jobs import letters
from caddy.translation import languages
from caddy.translation.languages import EXTENSION, Languages, MissingCatalogueError
from caddy.translation.pseudo import PSEUDO, accented
from caddy.translation.shown import html, looked_up
from tests import world
from tests.web import calls
from tests.web.reading import Visitor, read

SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
WORD = re.compile(r"[A-Za-z]{3,}")
# Documents, which are translated as a whole or not at all, and what is shown as it was written.
DOCUMENTS = ("help.", "audit.", "styleguide.", "timelines.", "outbox.show", "live.")
# Dates and units, which stay Australian; names that are official; what is signed as it stands;
# and what Python puts together: docs/decisions/0046-words-in-another-language.md has the list.
AS_THEY_ARE = frozenset(
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec January February March April June July August "
    "September October November December Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
    "min point points NDIS NDIA GST ABN MMM SHA Caddy CSV Pro Enterprise Free Zeile Geld".split()
)
PUT_TOGETHER = (
    *("entry needs a look", "entries need a look", "Since", "From 7 to 100."),
    *("shift", "Anonymous", "Reviewed", "High", "Major", "open", "workers", "Mend the step"),
    *("I have read this", "I confirm that this", "The role sees", "None", "Completed", "am", "pm"),
    *("Core", "Mechanical restraint", "Not authorised", "Consent: photos", "Quinn Secret"),
    *("Rare", "Unlikely", "Possible", "Likely", "Almost certain", "Negligible", "Minor"),
    *("Worker screening", "Open", "Between Acacia"),
    *("Moderate", "Severe", "Capital", "Capacity building", "Recurring"),
)
CATEGORY = re.compile(r"\d\d [A-Z]")  # a support category, by its number and official name
TERM = re.compile(r"“[^”]+”\?$")  # a word of the glossary


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


def endpoints(app):
    """Return the endpoints of pages; files are written in no language of ours."""
    return sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.endpoint.endswith((".csv", ".xlsx", ".stream"))
    )


def pages(app, client, own, wanted):
    """Yield the pages of some endpoints, and what is read on each."""
    for endpoint in wanted:
        response = calls.call(client, f"GET {endpoint}", own)
        if response.status_code == 200 and response.mimetype == "text/html":
            yield endpoint, read(response.text)


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
def test_every_page_gives_all_that_it_says_to_the_catalogue(app, people, own, speak):
    client = visitor(app, people)
    client.get("/participants")  # whose rows are kept as they were drawn
    speak(PSEUDO)
    seen, english = 0, {}
    wanted = [one for one in endpoints(app) if not one.startswith(DOCUMENTS)]
    for endpoint, page in pages(app, client, own, wanted):
        seen += 1
        for said in page:
            if not CATEGORY.match(said) and not TERM.search(said):
                english.setdefault(said, endpoint)
    typed = stored_words()
    explained = set(GLOSSARY.values())
    left = sorted(
        f"{endpoint}: {said}"
        for said, endpoint in english.items()
        if set(WORD.findall(said)) - typed - AS_THEY_ARE
        and said not in explained
        and not any(one in said for one in PUT_TOGETHER)
    )
    assert seen > 100
    assert not left, "\n".join(left)


@SQLITE
def test_a_page_says_the_same_through_a_catalogue_that_says_the_same(
    app, people, own, speak, monkeypatch
):
    """Nothing is lost, doubled or moved by what templates are compiled to."""
    client = visitor(app, people)
    wanted = [one for one in endpoints(app) if not one.startswith("audit.")][::4]
    plain = dict(pages(app, client, own, wanted))
    speak(PSEUDO)
    monkeypatch.setattr("caddy.translation.shown.gettext", lambda message: message)
    # Another catalogue under a name that has one: what was kept in that is not asked for.
    monkeypatch.setattr("caddy.web.kept_parts.language", lambda: "the same")
    same = dict(pages(app, client, own, wanted))
    assert len(plain) > 30
    assert {name: measured(page) for name, page in same.items()} == {
        name: measured(page) for name, page in plain.items()
    }


def measured(page):
    """Return a page's text without ids and numbers, which differ from one moment to the next."""
    return re.sub(r"[0-9a-f]{32}|\s|\d", "", "".join(page))


@SQLITE
def test_english_is_compiled_as_if_there_were_no_other_language(app):
    """The same code to the last letter, so that it says and costs what it always did."""
    ours = app.jinja_env
    theirs = Environment(
        app, **{name: getattr(ours, name) for name in ("trim_blocks", "lstrip_blocks")}
    )
    theirs.__dict__ |= {name: getattr(ours, name) for name in ("filters", "globals", "autoescape")}
    names = [
        one for one in ours.list_templates(("html", "txt")) if one.startswith(("comp", "cl", "em"))
    ]
    for name in names:
        source, _, _ = ours.loader.get_source(ours, name)
        assert ours.compile(source, name, raw=True) == theirs.compile(source, name, raw=True)
    assert len(names) > 50


@pytest.fixture
def german(app, monkeypatch, tmp_path):
    """Give an app a catalogue of German beside its English."""
    place = tmp_path / "de" / "LC_MESSAGES" / "messages.mo"
    place.parent.mkdir(parents=True)
    made = Catalog(locale="de")
    made.add("Claims", "Abrechnungen & <i>mehr</i>")
    made.add("Agreements with {name}", "Mit {name} {unbekannt} vereinbart: {name.__class__}")
    with place.open("wb") as stream:
        write_mo(stream, made)
    monkeypatch.setitem(app.extensions, EXTENSION, Languages(load_settings(), tmp_path))
    monkeypatch.setattr(app.extensions["babel"], "translation_directories", [str(tmp_path)])


@SQLITE
def test_a_browser_gets_its_language_where_there_is_a_catalogue(app, people, german):
    client = visitor(app, people)

    def claims(languages):
        return client.get("/claims", headers={"Accept-Language": languages})

    in_german = claims("fr, de;q=0.8, en;q=0.5")
    assert '<html lang="de"' in in_german.text
    assert "<h1>Abrechnungen &amp; &lt;i&gt;mehr&lt;/i&gt;</h1>" in in_german.text
    assert "Build a claim" in in_german.text  # what nobody has translated stays English
    assert "Accept-Language" in in_german.vary
    for others in ("fr", "en-US, en;q=0.9, de;q=0.1", ""):
        assert '<html lang="en-AU"' in claims(others).text
        assert "<h1>Claims</h1>" in claims(others).text
    # Values are escaped as ever, and a catalogue can name values and nothing else.
    with app.test_request_context(headers={"Accept-Language": "de"}):
        said = html("Agreements with {name}", name="<b>&")
    assert said == "Mit &lt;b&gt;&amp; {unbekannt} vereinbart: {name.__class__}"


@SQLITE
def test_what_was_done_and_what_was_refused_is_said_in_that_language(app, people, own, speak):
    speak(PSEUDO)
    client = visitor(app, people)
    done = calls.call(client, "POST services.create", own)
    assert done.status_code == 303, done.text
    assert accented("Logged") in client.get(done.location).text
    refused = client.post("/services", {"participant_id": str(own["participant_id"])})
    assert refused.status_code == 422
    assert accented("Please check what you entered") in refused.text
    missing = client.get("/nowhere", headers={"Accept": "application/json"})
    assert missing.json["message"] == accented(
        "This page does not exist, or it is not yours to see."
    )


@SQLITE
def test_a_sentence_survives_the_session_with_the_sentences_inside_it(app, speak):
    said = together(sentence("Moved {shifts}.", shifts=sentence("{count} shifts", count=2)), "Ok.")
    kept = app.session_interface.serializer.loads(app.session_interface.serializer.dumps(said))
    assert kept == said == "Moved 2 shifts. Ok."
    speak(PSEUDO)
    assert looked_up(kept) == f"Moved 2 {accented('shifts')}. Ok."  # the others are made up here


@SQLITE
def test_mails_speak_the_language_of_the_settings_line_by_line(app, speak):
    """A mail is written by a worker: no browser is there to choose."""
    context = dict.fromkeys(
        ("participant_first_name", "budget_name", "percent_used", "threshold_percent"), "1"
    )
    context |= dict.fromkeys(("spent_cents", "remaining_cents", "allocated_cents"), 1_250_00)
    context |= dict.fromkeys(("first_name", "organization_name", "url", "link"), "x")
    english = letters._render("budget_alert.txt", context).splitlines()
    assert "Spent:     $1,250.00" in english
    speak(PSEUDO)
    lines = letters._render("budget_alert.txt", context).splitlines()
    assert f"{accented('Spent')}:     $1,250.00" in lines
    assert len(lines) == len(english)


@SQLITE
def test_a_language_without_a_catalogue_stops_the_start(app):
    settings = load_settings().model_copy(update={"language": "de"})
    with pytest.raises(MissingCatalogueError, match="CADDY_LANGUAGE is de, which has no catalogue"):
        languages.install(Flask("bare"), settings)
