"""Every route, every role, own and foreign ids: who may open what, and nobody else.

What is expected comes from what each view declares and from the table of roles. A route
that CALLS does not know fails the test: nothing is added without being tried.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, func, select

from caddy import events
from caddy.actions import services
from caddy.cli.demo_items import starter_items
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.extensions import db
from caddy.models import Plan
from caddy.tenancy import scope
from caddy.web.access import access_of
from tests import one_of_each, registers, world
from tests.web import calls, growth, logged
from tests.web.matrix import parts

ROLES = {
    "alice": Role.ADMIN,
    "cora": Role.COORDINATOR,
    "sam": Role.SUPPORT_WORKER,
    "fin": Role.FINANCE,
    "vic": Role.VIEWER,
}
SECRETS = ("Quinn", "Secret", "430 000 002", "430000002")
HIDDEN = ("Olly", "Hidden", "430 000 003", "430000003")
# What is signed stands in place of a token or a session: test_webhooks.py, test_signings.py.
SIGNED = {"webhooks.take_resend", "signing_links.sign"}
# An item and a policy are the organization's, of no participant.
OF_NOBODY = {"GET catalogue.show", "GET policies.show", "POST policies.read"}
# Tried on their own, in test_sign_in.py, test_webhooks.py, test_signings.py and
# test_mailed_links.py: here only what every answer must be.
APART = {"sign_in.create", "signing_links.sign"}
ANYTHING = frozenset(range(200, 500))
FILES = {
    *("tasks.file", "document_files.download", "document_files.preview"),
    *("document_files.shared", "attachments.show"),
    *("claims.file", "claims.preview", "imports.failed_rows"),
}
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+')
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


# What is refused before anything is read is the same whatever the database: tried on one.
on_one_database = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def routes(app):
    return [
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]


@on_one_database
def test_every_route_is_known_to_the_matrix(app):
    assert {f"{method} {endpoint}" for endpoint, method in routes(app)} == set(calls.CALLS)


@pytest.mark.parametrize(
    ("app", "who"),
    [("sqlite", None), *(("sqlite", who) for who in ROLES), ("postgresql", "alice")],
    indirect=["app"],
)
def test_every_route_opens_to_those_it_declares_writes_by_post_and_is_guarded(
    app, people, own, sign_in, who, told
):
    client = sign_in(who)
    client.token()
    told.clear()
    for endpoint, method in routes(app):
        if endpoint in {"live.stream", "sign_in.destroy"}:
            continue  # on their own: below, and in test_sign_in.py
        name = f"{method} {endpoint}"
        with written() as statements:
            response = calls.call(client, name, own)
        case = f"{who}: {name}: {response.status_code}"
        assert response.status_code in expected(app, who, name), case
        if response.status_code == 302 and who is None and not access_of(app, endpoint).is_public:
            assert "/sign-in" in response.location, case
        if method == "GET":
            assert not [one for one in statements if not is_note(one, endpoint)], case
        check_headers(response, endpoint)
        told.append(response.headers.get("Location", ""))
        told.append(response.headers.get("HX-Redirect", ""))
    said = "\n".join(told)
    assert "request.finished" in said
    assert not logged.people_in(said)


def expected(app, who, name):
    """Return what a route may answer someone who calls it with ids of their own provider."""
    endpoint, answers = name.split()[1], calls.CALLS[name].answers
    access = access_of(app, endpoint)
    if endpoint in APART | SIGNED | parts.BY_LINK:
        return ANYTHING
    if access.is_public:
        return answers | {302}
    if who is None:
        return {302}
    if access.permission and access.permission not in ROLE_PERMISSIONS[ROLES[who]]:
        return {403}
    return answers


@contextmanager
def written():
    """Collect the statements that write while a request is answered."""
    statements: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def is_note(statement, endpoint):
    """Say whether it writes down that someone took a file; nothing else is by reading."""
    is_file = endpoint in FILES or endpoint.endswith(("csv", "xlsx"))
    notes = ("INSERT INTO audit_logs", "UPDATE audit_heads")
    return is_file and any(note in statement for note in notes)


def check_headers(response, endpoint):
    for name, value in HEADERS.items():
        assert response.headers[name] == value, endpoint
    policy = response.headers["Content-Security-Policy"]
    if "unsafe" in policy:  # a PDF in a frame of ours, whose reader styles it
        assert response.mimetype == "application/pdf", endpoint
        assert policy.count("unsafe") == policy.count("style-src 'unsafe-inline'"), endpoint
        assert "default-src 'none'; object-src 'none'; script-src 'none'" in policy, endpoint
    else:
        is_letter = endpoint == "outbox.letter" and response.status_code == 200
        stricter = "'none'" if is_letter else "'self'"
        assert f"default-src {stricter}" in policy, endpoint
    # Calendars ask by what they have; the service worker is the same for everyone.
    if endpoint not in {"static", "calendar.feed", "offline.service_worker"}:
        assert "no-store" in response.headers["Cache-Control"], endpoint


@on_one_database
def test_every_route_with_an_id_in_its_address_is_tried_with_a_foreign_one(app):
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            if rule.arguments and rule.endpoint != "static":
                assert calls.CALLS[f"{method} {rule.endpoint}"].takes_ids, rule.endpoint


def test_a_foreign_id_is_not_there_and_says_nothing_of_what_it_names(app, people, sign_in):
    foreign = one_of_each.ids(people, people.banksia)
    for who in (None, *ROLES):
        client = sign_in(who)
        for name, one in calls.CALLS.items():
            if not one.takes_ids:
                continue
            access = access_of(app, name.split()[1])
            answer = 302 if who is None and not access.is_public else 404
            if who and access.permission and access.permission not in ROLE_PERMISSIONS[ROLES[who]]:
                answer = 403
            if answer != 404 and db.engine.dialect.name == "postgresql":
                continue  # refused before anything is read: tried on one database
            response = calls.call(client, name, foreign)
            assert response.status_code == answer, f"{who}: {name}: {response.status_code}"
            assert not any(secret in response.text for secret in SECRETS), f"{who}: {name}"


def test_a_colleagues_participant_is_not_there_for_a_worker(app, people, sign_in):
    hidden = one_of_each.ids(people, people.acacia, world.olly(people))
    client = sign_in("sam")
    for name, one in calls.CALLS.items():
        access = access_of(app, name.split()[1])
        if not one.takes_ids or access.is_public or name in OF_NOBODY:
            continue
        answer = 404
        if access.permission and access.permission not in ROLE_PERMISSIONS[Role.SUPPORT_WORKER]:
            answer = 403
        if answer != 404 and db.engine.dialect.name == "postgresql":
            continue
        response = calls.call(client, name, hidden)
        assert response.status_code == answer, f"{name}: {response.status_code}"
        assert not any(secret in response.text for secret in HIDDEN), name


def test_a_foreign_id_inside_a_form_is_no_choice_and_stores_nothing(app, people, own, sign_in):
    starts_on = people.today + timedelta(days=400)
    form = {
        "starts_on": starts_on.isoformat(),
        "ends_on": (starts_on + timedelta(days=30)).isoformat(),
        "management": "ndia_managed",
        "budgets-0-support_category": "1",
        "budgets-0-amount": "100",
        **{
            f"budgets-{row}-{name}": "" for row in (1, 2) for name in ("support_category", "amount")
        },
    }
    address = f"/participants/{own['participant_id']}/plans"
    client = sign_in("alice")
    charlie = str(people.banksia.people["charlie"])
    refused = client.post(address, form | {"support_coordinator_id": charlie})
    assert refused.status_code == 422
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Plan.id))) == 1
    cora = str(people.acacia.people["cora"])
    assert client.post(address, form | {"support_coordinator_id": cora}).status_code == 302


def test_a_foreign_id_in_the_address_of_a_list_shows_nothing(people, sign_in):
    foreign = one_of_each.ids(people, people.banksia)
    client = sign_in("alice")
    for path in (
        f"/services?participant={foreign['participant_id']}",
        f"/roster?participant={foreign['participant_id']}",
        f"/roster?worker={people.banksia.people['charlie']}",
        f"/participants?coordinator={people.banksia.people['charlie']}",
        f"/participants?after={foreign['participant_id']}",
        f"/services?after={foreign['service_id']}",
        # What is searched for, begun as it is written: the page says again what was typed.
        *(f"/participants?search={word}" for word in ("quin", "4300000")),
        *("/search?q=quin", "/search?q=charl", "/search/suggestions?q=secre"),
        *("/documents?search=secre", "/messages?q=quin", "/staff?search=charl"),
        *("/audit?name=quin", "/participants.csv?search=quin", "/documents.csv?search=secre"),
        *("/audit.csv", "/outbox", "/tasks", "/reports", "/imports", "/finance/payments"),
    ):
        response = client.get(path)
        assert response.status_code == 200, path
        assert not any(secret in response.text for secret in (*SECRETS, "Charlie")), path


def test_a_foreign_id_beside_an_own_one_is_not_there(app, people, own, sign_in):
    foreign = one_of_each.ids(people, people.banksia)
    client, tried = sign_in("alice"), set()
    for rule in app.url_map.iter_rules():
        names = {name for name in rule.arguments if name.endswith("_id")}
        for method in rule.methods - {"HEAD", "OPTIONS"} if len(names) > 1 else ():
            for name in names:
                mixed = own | {name: foreign[name]}
                response = calls.call(client, f"{method} {rule.endpoint}", mixed)
                case = f"{method} {rule.endpoint} with a foreign {name}: {response.status_code}"
                assert response.status_code == 404, case
                tried.add(rule.endpoint)
    assert {"tasks.file", "document_files.download", "plans.edit", "teams.removal"} <= tried


def test_a_stream_brings_nothing_of_what_happened_elsewhere(people, sign_in):
    elsewhere = one_of_each.ids(people, people.banksia)
    since = events.current_id(people.banksia.id)
    with scope(people.banksia.id):
        again = one_of_each.entry(people, people.banksia.participant_id, 5)
        services.log_service(again, world.ZONE, "NSW", actor=people.charlie)
    first = {}
    for who in ("charlie", "alice"):
        response = sign_in(who).get(f"/live?since={since}", buffered=False)
        first[who] = next(response.response)
        response.close()
    assert str(elsewhere["budget_id"]) in str(first["charlie"])
    assert not any(str(one) in str(first["alice"]) for one in elsewhere.values() if one)


@on_one_database
def test_what_writes_refuses_get_and_a_missing_token(app, people, own, sign_in):
    client = sign_in("alice")
    readable = {calls.path(app, one, own) for one, method in routes(app) if method == "GET"}
    for endpoint, method in routes(app):
        if method != "POST" or endpoint == "webhooks.take_resend":
            continue
        address, form = calls.path(app, endpoint, own), calls.CALLS[f"POST {endpoint}"].form
        assert client.post(address, form, token=False).status_code == 400, endpoint
        if address not in readable:
            assert client.get(address).status_code == 405, endpoint


@on_one_database
def test_pages_answer_htmx_with_a_fragment_and_a_browser_with_the_page(people, sign_in):
    client = sign_in("alice")
    for path in (
        *("/", "/panel", "/participants", "/services", "/roster", "/catalogue", "/staff"),
        *("/documents", "/risks"),
    ):
        whole, part = client.get(path), client.get(path, fragment=True)
        assert "<!doctype" in whole.text, path
        assert "<!doctype" not in part.text, path
        # A token of a form says in which second it was made.
        assert TOKEN.sub("", part.text.strip()) in TOKEN.sub("", whole.text), path
        assert "HX-Request-Type" in part.headers["Vary"], path


@on_one_database
def test_no_page_asks_more_queries_for_more_rows(app, people, sign_in):
    client = sign_in("alice")
    paths = (
        *("/", "/panel", "/participants", "/services", "/catalogue", "/documents"),
        *(
            "/services/new",
            "/notifications",
            "/settings/notifications",
            "/staff",
            "/tasks",
            "/reports",
        ),
        *(
            "/settings",
            "/settings/sites",
            "/settings/archives",
            "/audit",
            f"/participants/{people.acacia.participant_id}/history",
            f"/staff/{people.acacia.people['sam']}",
        ),
        f"/participants/{people.acacia.participant_id}",
        *("/roster", "/roster/new", "/compliance", "/compliance/scores", "/outbox"),
        *("/incidents", "/incidents/clocks", "/complaints", "/restrictive-practices", "/risks"),
        *("/policies", "/care-records", "/registers", "/incidents/new", "/risks/new"),
    )
    registers.many(people, 1)
    growth.many_services(people, 3)
    few = {path: growth.queries(app, client, path) for path in paths}
    growth.many_participants(people, 12)
    growth.many_people(people, 12)
    registers.many(people, 12)
    growth.many_services(people, 15)
    growth.many_documents(people, 12)
    many = {path: growth.queries(app, client, path) for path in paths}
    assert many == few


def test_the_stream_is_for_those_who_are_signed_in_and_takes_no_channel(app, people, sign_in):
    assert sign_in(None).get("/live").status_code == 302
    client = sign_in("vic")
    address = f"/live?channel={people.banksia.id}&organization_id={people.banksia.id}"
    response = client.get(address, fragment=True, buffered=False)
    from caddy.events import hub

    assert response.status_code == 200
    assert response.mimetype == "text/event-stream"
    next(response.response)
    assert {listener.organization_id for listener in hub.listeners()} == {people.acacia.id}
    response.close()
    assert hub.count() == 0


def test_the_catalogue_upload_answers_with_what_is_wrong(people, sign_in):
    response = sign_in("alice").post(
        "/catalogue/imports", {"file": (io.BytesIO(b"a,b\n1,2\n"), "x.csv")}
    )
    assert response.status_code == 422
    assert "Support Item Number" in response.text
    assert len(starter_items()) == 36
