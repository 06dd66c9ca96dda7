"""The pages of long work: one's own list, a live bar, files as downloads that are written down."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from caddy import audit, events
from caddy.actions import tasks as actions
from caddy.domain.facts import Fact
from caddy.domain.permissions import Permission, Role
from caddy.events import hub
from caddy.events.fragments import render
from caddy.events.hub import Listener
from caddy.extensions import db
from caddy.models import AuditLog, Task
from caddy.tenancy import scope
from tests import tasks as some


@pytest.fixture
def fin(people):
    return people.acacia.actor("fin", Role.FINANCE)


def test_a_finished_task_shows_its_files_and_a_download_is_its_bytes_and_is_written_down(
    people, sign_in, fin
):
    task_id = some.done(fin, "Claim report: C-000007")
    client = sign_in("fin")
    assert "Claim report: C-000007" in client.get("/tasks").text
    page = client.get(f"/tasks/{task_id}").text
    assert "All of it." in page
    assert "Give up" not in page
    address = re.search(rf'href="(/tasks/{task_id}/files/[^"]+)"', page)[1]
    got = client.get(address)
    assert got.data == some.TEXT.content
    assert got.headers["Content-Disposition"] == 'attachment; filename="a b.csv"'
    assert got.mimetype == "text/csv"
    with scope(people.acacia.id):
        notes = db.session.scalars(
            select(AuditLog).where(AuditLog.action == Fact.TASK_FILE_DOWNLOADED)
        ).all()
    assert [(one.user_id, one.changes["file_name"]) for one in notes] == [(fin.user_id, "a b.csv")]


def test_it_is_not_there_for_a_colleague_and_is_for_an_administrator(people, sign_in, fin):
    task_id = some.done(fin, "Claim report: C-000007")
    file = some.files(people.alice, task_id)[0]
    paths = (f"/tasks/{task_id}", f"/tasks/{task_id}/files/{file.id}")
    for path in paths:
        assert sign_in("cora").get(path).status_code == 404
        assert sign_in("charlie").get(path).status_code == 404
        assert sign_in("alice").get(path).status_code == 200
    assert sign_in("cora").post(f"/tasks/{task_id}/cancellation").status_code == 404
    assert "C-000007" not in sign_in("alice").get("/tasks").text  # one's own are listed


def test_whoever_no_longer_holds_what_it_needs_does_not_see_their_own(people, sign_in, fin):
    with scope(people.acacia.id):
        task_id = actions.start_task(
            some.TaskKind.REPORT, "Claim", {}, actor=fin, needs=Permission.AUDIT_READ
        )
    client = sign_in("fin")
    assert client.get(f"/tasks/{task_id}").status_code == 404
    assert "Claim" not in re.sub("(?s)<nav.*?</nav>", "", client.get("/tasks").text)


def test_giving_up_one_that_waits_ends_it(people, sign_in, fin):
    task_id = some.begun(fin)
    client = sign_in("fin")
    assert "Waiting for its turn" in client.get(f"/tasks/{task_id}").text
    client.post(f"/tasks/{task_id}/cancellation")
    assert "Given up" in client.get(f"/tasks/{task_id}").text


def test_a_step_reaches_the_open_page_of_its_owner_and_of_nobody_else(app, people, fin):
    task_id = some.begun(fin, "Of Pat Green")
    own = Listener(people.acacia.id, fin.user_id, frozenset())
    other = Listener(people.acacia.id, people.sam.user_id, people.alice.permissions)
    with scope(people.acacia.id):
        audit.announce(people.acacia.id, [events.Topic("something", task_id, 1)])
        since = events.current_id(people.acacia.id)
        assert actions.take_task(task_id, actor=fin)
        actions.tell(task_id, 1, 4, actor=fin)
        with app.test_request_context():
            mine, theirs = (hub.first_message(one, since).decode() for one in (own, other))
    assert f'hx-target="#task-{task_id}"' in mine
    assert "25 % done" in mine
    assert "Pat Green" not in theirs
    assert str(task_id) not in theirs


def test_steps_that_follow_closely_are_told_once_and_the_page_knows_the_newest(app, people, fin):
    task_id = some.begun(fin)
    with scope(people.acacia.id):
        actions.take_task(task_id, actor=fin)
        for done in range(1, 50):
            assert actions.tell(task_id, done, 50, actor=fin)
        assert db.session.get_one(Task, task_id).done_steps == 1
        versions = [
            topic.version
            for event in events.bus.since(people.acacia.id, "0-1") or []
            for topic in event.topics
        ]
        assert versions == sorted(set(versions))
        topic = events.Topic("task", UUID(str(task_id)), 0)
        with app.test_request_context():
            (fragment,) = render([topic])
    assert fragment.user_id == fin.user_id
