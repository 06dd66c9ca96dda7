"""One box finds people, services, claims, documents and staff: what its asker may see, no more."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from caddy.actions import attachments, teams
from caddy.actions.attachments import Upload
from caddy.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from caddy.domain.searching import searchable, words_of
from caddy.extensions import db
from caddy.models import Attachment, Participant
from caddy.queries import participants, search, services
from caddy.queries.search import Asker, Group
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import samples, world
from tests.web import growth

ALL = Asker(frozenset(Permission), None, world.ZONE)


@pytest.fixture
def some(people):
    """Acacia's participants with names that are hard to type."""
    made = {}
    names = (("Zoë", "O'Brien-Smith"), ("Lukas", "Johnson"), ("Lukasz", "Johansson"))
    for place, (first, last) in enumerate(names):
        number = f"43012300{place}"
        made[first] = world.participant(people.alice, first, last, number, people.today)
    with scope(people.acacia.id):
        yield made


def names(text, asker=ALL, group=Group.PARTICIPANTS):
    return [hit.title for hit in search.everything(text, asker).get(group, [])]


@pytest.mark.parametrize(
    "typed",
    ["zoe", "ZOË", "o'brien", "O’Brien", "obrien", "brien zo", "smith", "430 123 000", "123000"],  # noqa: RUF001
)
def test_a_name_is_found_by_its_parts_without_accents_and_joints(some, typed):
    assert names(typed) == ["Zoë O'Brien-Smith"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("Zoë O’Brien", 1), ("zoe smith", 1), ("O'BRIEN", 1), ("430 123 000", 1), ("%", 0), ("", 4)],  # noqa: RUF001
)
def test_lists_find_a_name_as_the_box_does(some, typed, found):
    wanted = participants.ParticipantFilter(search=typed)
    page = participants.page(wanted, with_budgets=False, seen_by=None)
    assert len(page.rows) == found
    assert len(services.participants_to_choose(typed, seen_by=None)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zo", ["Zoë O'Brien-Smith"]),  # the first word of an entry
        ("br", ["Zoë O'Brien-Smith"]),  # one in its midst
        ("jo lu", ["Lukas Johnson", "Lukasz Johansson"]),
        ("uk", []),
        ("3001", ["Lukas Johnson"]),  # any part of a number
        ("9230", []),
    ],
)
def test_two_letters_begin_a_word_and_figures_stand_anywhere_in_a_number(some, typed, found):
    assert sorted(names(typed)) == sorted(found)


def test_what_begins_so_comes_first(some):
    assert names("lukas")[0] == "Lukas Johnson"
    assert names("jo") == ["Lukas Johnson", "Lukasz Johansson"]


def test_a_misspelt_name_is_found_where_the_database_can_compare(some, app):
    from caddy.search import _can_compare

    if db.engine.dialect.name == "postgresql" and not _can_compare():
        assert names("jonhson") == []  # plain full text: pg_trgm is missing
        assert names("johns") == ["Lukas Johnson"]
    else:
        assert names("jonson")[0] == "Lukas Johnson"
        assert "Lukas Johnson" in names("jonhson")
        assert names("xyzzyq") == []


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(some, people):
    with transaction(people.alice, unrecorded="a test renames"):
        row = db.session.get(Participant, some["Lukas"])
        row.last_name = "Quigley"
        row.index_names()
    assert names("quigley") == ["Lukas Quigley"]
    assert "Lukas Quigley" not in names("johnson")
    with transaction(people.alice, unrecorded="a test changes in bulk"):
        db.session.execute(
            update(Participant)
            .where(Participant.id == some["Lukas"])
            .values(search_text=searchable("Lukas", "Wren"))
        )
    assert names("wren") == ["Lukas Quigley"]
    assert names("quigley") == []


def test_nothing_of_another_organization_is_found(people):
    with scope(people.acacia.id):
        assert names("quinn") == []
        assert names("430000002") == []
    with scope(people.banksia.id):
        assert names("quinn") == ["Quinn Secret"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_many_alike_in_another_organization_keep_nobody_from_their_own(app, people, monkeypatch):
    for place in range(4):
        world.participant(people.charlie, "Ann", "Petrov", f"43012390{place}", people.today)
    world.participant(people.alice, "Ivan", "Petrov", "430123909", people.today)
    monkeypatch.setattr("caddy.search.CANDIDATES", 1)
    with scope(people.acacia.id):
        assert names("petrof") == ["Ivan Petrov"]


def test_a_worker_finds_their_own_participants_only(some, people):
    sam = people.acacia.people["sam"]
    asker = Asker(ROLE_PERMISSIONS[Role.SUPPORT_WORKER], sam, world.ZONE)
    assert names("pat", asker) == ["Pat Green"]
    assert names("zoe", asker) == []
    teams.add_to_team(some["Zoë"], sam, actor=people.alice)
    assert names("zoe", asker) == ["Zoë O'Brien-Smith"]
    assert Group.STAFF not in search.everything("cora", asker)


def test_services_claims_documents_and_staff_are_found(people, own):
    with scope(people.acacia.id):
        attachments.attach_to_service(
            own["service_id"],
            Upload(io.BytesIO(samples.PDF), "Progress note May.pdf"),
            actor=people.alice,
        )
        found = search.everything("pat", ALL)
        assert found[Group.SERVICES][0].title.startswith("Pat Green, ")
        assert names("progress may", group=Group.FILES) == ["Progress note May.pdf"]
        assert names("coraa", group=Group.STAFF) == ["Cora Acacia"]
        worker = Asker(
            ROLE_PERMISSIONS[Role.SUPPORT_WORKER], people.acacia.people["sam"], world.ZONE
        )
        assert names("progress", worker, Group.FILES) == ["Progress note May.pdf"]
        viewer = Asker(frozenset({Permission.SERVICES_READ}), None, world.ZONE)
        assert set(search.everything("pat", viewer)) == {Group.SERVICES}


@pytest.mark.parametrize(
    ("zone", "day"), [("Australia/Sydney", "22 Nov 2026"), ("UTC", "21 Nov 2026")]
)
def test_a_document_is_of_the_day_it_was_added_where_its_asker_is(people, own, zone, day):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test: late at night"):
        row = db.session.get_one(Attachment, own["attachment_id"])
        row.created_at = datetime(2026, 11, 21, 20, tzinfo=UTC)
    with scope(people.acacia.id):
        asker = Asker(frozenset(Permission), None, zone)
        (hit,) = search.everything("quinn secret", asker)[Group.FILES]
        assert hit.said == f"added {day}"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60) | st.sampled_from(['"', "NEAR(", "a* OR b", "%_\\", "'; --", "-x ^"]))
def test_no_text_makes_an_error(some, text):
    search.everything(text.replace("\0", ""), ALL)


@given(st.text())
def test_words_are_letters_and_figures_only(text):
    assert all(word.isalnum() for word in words_of(text))


def test_the_number_of_queries_does_not_grow_with_what_is_found(app, people, sign_in):
    client = sign_in("alice")
    few = growth.queries(app, client, "/search?q=pat")
    for place in range(8):
        world.participant(people.alice, "Pat", f"More{place}", f"43055500{place}", people.today)
    assert growth.queries(app, client, "/search?q=pat") == few


def test_the_page_and_the_suggestions_lead_to_what_was_found(people, sign_in):
    client = sign_in("cora")
    page = client.get("/search?q=pat").text
    assert f"/participants/{people.acacia.participant_id}" in page
    part = client.get("/search/suggestions?q=pat", fragment=True).text
    assert "<!doctype" not in part
    assert "Pat Green" in part
    assert "Nothing found" in client.get("/search?q=nobodyhere").text
