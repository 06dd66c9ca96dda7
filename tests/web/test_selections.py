"""Several rows at once: what is done, what is refused and why, and the way back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy.actions import schedules, services
from caddy.extensions import db
from caddy.models import Budget, Participant, ParticipantTag, Plan, Service
from caddy.tenancy import scope
from tests import one_of_each, world


def undo(client, page):
    note = re.search(r'name="undo" value="([^"]+)"', page.text)
    return client.post("/selection/reversal", {"undo": note[1]})


def planned(people, weeks=2):
    with scope(people.acacia.id):
        schedules.create_schedule(
            one_of_each.weekly(people, people.acacia, weeks), actor=people.alice
        )
        return list(
            db.session.scalars(
                select(Service.id).where(Service.status == "scheduled").order_by(Service.service_on)
            )
        )


def state(people):
    """Return each shift's state, cost and worker, and what the budgets commit."""
    with scope(people.acacia.id):
        found = select(Service.status, Service.total_cents, Service.support_worker_id)
        rows = db.session.execute(found.order_by(Service.service_on, Service.id)).all()
        committed = select(Budget.committed_cents).order_by(Budget.id)
        return [tuple(row) for row in rows], list(db.session.scalars(committed))


def test_shifts_are_cancelled_together_those_that_cannot_be_say_why_and_undo_brings_them_back(
    people, sign_in
):
    client, shifts = sign_in("cora"), planned(people)
    with scope(people.acacia.id):
        entry = one_of_each.entry(people, people.acacia.participant_id)
        logged = services.log_service(entry, world.ZONE, "NSW", actor=people.alice).id
    before = state(people)
    chosen = {"id": [str(one) for one in (*shifts, logged)], "list": "status=scheduled"}
    asked = client.get(f"/services/selection?id={shifts[0].hex}&id={shifts[1].hex}")
    assert "2 shifts chosen" in asked.text
    refused = client.post("/services/selection", chosen | {"deed": "cancel"})
    assert refused.status_code == 422
    assert "Say why they are cancelled." in refused.text
    done = client.post(
        "/services/selection", chosen | {"deed": "cancel", "cancel-reason": "Flood."}
    )
    assert "2 shifts cancelled" in done.text
    assert "This service is completed: it cannot be cancelled here." in done.text
    assert "/services?status=scheduled" in done.text
    rows, committed = state(people)
    assert [row[0] for row in rows].count("cancelled") == 2
    assert sum(committed) < sum(before[1])
    stranger = undo(sign_in("alice"), done)
    assert stranger.status_code == 409
    assert "2 shifts put back as before" in undo(client, done).text
    assert state(people) == before
    again = undo(client, done)
    assert "Nothing was changed" in again.text
    assert "changed this shift in the meantime" in again.text
    assert state(people) == before


def test_a_way_back_ends_after_ten_minutes_and_where_someone_else_was_faster(
    people, sign_in, monkeypatch
):
    client, shifts = sign_in("cora"), planned(people, weeks=1)
    form = {"id": [str(shifts[0])], "deed": "cancel", "cancel-reason": "Flood."}
    done = client.post("/services/selection", form)
    with monkeypatch.context() as patch:
        patch.setattr("caddy.web.selections.UNDO_MINUTES", -1)  # as if they were over
        answer = undo(client, done)
    assert answer.status_code == 409
    assert "cannot be undone any more" in answer.text
    note = re.search(r'name="undo" value="([^"]+)"', done.text)[1]
    # Not its last letter: some of that one's bits mean nothing.
    forged = note[:-9] + ("A" if note[-9] != "A" else "B") + note[-8:]
    assert client.post("/selection/reversal", {"undo": forged}).status_code == 409
    assert [row[0] for row in state(people)[0]] == ["cancelled"]


def test_shifts_go_to_another_worker_who_can_have_them_and_back(people, sign_in):
    client, shifts = sign_in("cora"), planned(people)
    cora, sam = people.acacia.people["cora"], people.acacia.people["sam"]
    form = {"id": [str(one) for one in shifts], "deed": "assign", "assign-worker": str(cora)}
    refused = client.post("/services/selection", form)
    assert "Nothing was changed" in refused.text
    assert refused.text.count("<li><strong>Pat Green") == 2  # she holds no screening
    world.screened(people.alice, cora, people.today + timedelta(days=900))
    done = client.post("/services/selection", form)
    assert "2 shifts given to another worker" in done.text
    assert {row[2] for row in state(people)[0]} == {cora}
    assert "2 shifts put back as before" in undo(client, done).text
    assert {row[2] for row in state(people)[0]} == {sam}


@pytest.mark.parametrize("deed", ["tag", "coordinate", "archive"])
def test_participants_are_tagged_coordinated_and_archived_together_and_it_is_undone(
    people, sign_in, deed
):
    client, pat, olly = sign_in("cora"), people.acacia.participant_id, world.olly(people)
    cora = people.acacia.people["cora"]
    values = {
        "tag": {"tag-tag": "North"},
        "coordinate": {"coordinate-coordinator": str(cora)},
        "archive": {"archive-reason": "Moved away."},
    }[deed]

    def look():
        with scope(people.acacia.id):
            return (
                set(db.session.scalars(select(ParticipantTag.participant_id))),
                set(db.session.scalars(select(Plan.support_coordinator_id))),
                set(db.session.scalars(select(Participant.status))),
            )

    before = look()
    form = {"id": [str(pat), str(olly), str(people.banksia.participant_id)], "deed": deed}
    done = client.post("/participants/selection", form | values)
    assert done.text.count("<h1") == 1
    assert "2 participants" in re.search(r"<h1[^>]*>([^<]+)", done.text)[1]
    assert "Secret" not in done.text
    assert look() != before
    again = client.post("/participants/selection", form | values)
    assert "Nothing was changed" in again.text
    assert "2 participants put back as before" in undo(client, done).text
    assert look() == before
