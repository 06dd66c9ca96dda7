"""The team on the participant's page, and what a worker meets of a colleague's participants."""

from __future__ import annotations

from sqlalchemy import select, update

from caddy.extensions import db
from caddy.models import ParticipantWorker, User
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world


def test_lists_searches_and_choices_hold_only_ones_own(people, sign_in):
    olly = world.olly(people)
    client = sign_in("sam")
    for path in ("/participants", "/participants?search=olly&status=all", "/services/new"):
        assert "Olly" not in client.get(path).text, path
    assert "Pat" in client.get("/participants").text
    assert client.get(f"/participants?after={olly}").status_code == 200
    assert "Olly" not in client.get(f"/services?participant={olly}").text
    assert "Olly" in sign_in("vic").get("/participants").text


def test_a_coordinator_adds_and_removes_and_is_told_what_is_wrong(people, sign_in):
    olly, sam = world.olly(people), people.acacia.people["sam"]
    client = sign_in("cora")
    assert "Nobody yet" in client.get(f"/participants/{olly}/team").text
    path = f"/participants/{olly}/team"
    assert client.post(path, {"user_id": str(sam)}).status_code == 303
    assert "Sam Acacia" in client.get(f"/participants/{olly}").text
    assert sign_in("sam").get(f"/participants/{olly}").status_code == 200
    again = client.post(path, {"user_id": str(sam)})
    assert again.status_code == 422
    assert "error-summary" in again.text
    assert client.post(f"{path}/{sam}/removal").status_code == 303
    assert sign_in("sam").get(f"/participants/{olly}").status_code == 404


def test_someone_of_another_organization_is_no_choice(people, sign_in):
    charlie = str(people.banksia.people["charlie"])
    path = f"/participants/{people.acacia.participant_id}/team"
    assert sign_in("alice").post(path, {"user_id": charlie}).status_code == 422
    with scope(people.acacia.id):
        found = db.session.scalars(select(ParticipantWorker.user_id)).all()
    assert found == [people.acacia.people["sam"]]


def test_one_asks_to_be_told_and_stops_it_on_the_page(people, sign_in):
    client = sign_in("vic")
    path = f"/participants/{people.acacia.participant_id}"
    assert "Tell me of alerts" in client.get(path).text
    assert client.post(f"{path}/watching").status_code == 303
    assert "Stop telling me" in client.get(path).text
    assert client.post(f"{path}/watching/ending").status_code == 303
    assert "Tell me of alerts" in client.get(path).text


def test_a_worker_who_may_see_budgets_sees_those_of_their_own_only(people, sign_in):
    world.olly(people)
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(User)
            .where(User.id == people.acacia.people["sam"])
            .values(permissions=["budgets.read"])
        )
    client = sign_in("sam")
    wall = client.get("/panel").text
    assert "Pat Green" in wall
    assert "Olly" not in wall
    assert "organization-totals" not in wall
    assert "organization-totals" not in client.get("/").text
    stream = client.get("/live", buffered=False)
    from caddy.events import hub

    next(stream.response)
    assert [one.permissions for one in hub.listeners()] == [frozenset()]
    stream.close()
