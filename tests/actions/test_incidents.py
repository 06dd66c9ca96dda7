"""Incidents from the report to the closing; who hears of their clocks, and what is never said."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import incidents as actions
from caddy.actions import register_entries as entries
from caddy.columns import new_id
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.incidents import IncidentKind, IncidentState
from caddy.extensions import db
from caddy.jobs.incidents import find_clocks_running_out
from caddy.models import AuditLog, EmailLog, Incident, Notification, User
from caddy.queries.shelves import base
from caddy.queries.shelves import incidents as shelf
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import registers, world

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def report(people, *, actor=None, **more):
    participant_id = more.pop("participant_id", people.acacia.participant_id)
    return actions.report_incident(
        registers.incident(**more), participant_id=participant_id, actor=actor or people.sam
    )


def told():
    """Return who was told of what, by first name, in the order in which it happened."""
    rows = db.session.execute(
        select(User.first_name, Notification.title)
        .join(User, User.id == Notification.user_id)
        .order_by(Notification.id, User.first_name)
    )
    return [(row.first_name, row.title) for row in rows]


def move(people, incident_id, **columns):
    """Set columns of an incident, as time would."""
    with transaction(people.alice, unrecorded="a test"):
        row = db.session.get_one(Incident, incident_id)
        for name, value in columns.items():
            setattr(row, name, value)


def test_of_a_reportable_incident_those_in_charge_hear_at_once_and_read_no_story(people):
    report(people)
    assert sorted(told()) == [("Alice", actions.REPORTED), ("Cora", actions.REPORTED)]
    mails = db.session.scalars(select(EmailLog).order_by(EmailLog.to_address)).all()
    assert [one.to_address for one in mails] == ["alice@acacia.example", "cora@acacia.example"]
    written = [json.dumps([one.context, one.subject]) for one in mails]
    written += [f"{one.title} {one.body}" for one in db.session.scalars(select(Notification))]
    written += [json.dumps(one) for one in db.session.scalars(select(AuditLog.changes))]
    assert "Serious injury" in " ".join(written)
    assert not any(word in " ".join(written) for word in ("Quinn", "kitchen", "Pat"))


def test_a_report_sent_twice_is_one_incident_told_of_once(people):
    key = new_id()
    made = [
        actions.report_incident(registers.incident(), key=key, actor=people.sam) for _ in range(2)
    ]
    assert made == [key, key]
    assert len(db.session.scalars(select(Incident)).all()) == 1
    assert len(told()) == 2
    # Nobody gets at the incident of another by its id.
    with pytest.raises(Conflict, match="Send it again"):
        actions.report_incident(registers.incident(), key=key, actor=people.alice)


def test_of_other_incidents_nobody_is_told_and_there_is_no_clock(people):
    row = db.session.get_one(Incident, report(people, kind=IncidentKind.NEAR_MISS))
    assert (row.notify_by, row.details_by, told()) == (None, None, [])


def test_a_clock_is_told_of_once_when_four_hours_are_left_and_once_when_it_is_over(people):
    incident_id = report(people)
    assert find_clocks_running_out() == 0
    move(people, incident_id, notify_by=clock.now() + 3 * HOUR)
    assert [find_clocks_running_out(), find_clocks_running_out()] == [2, 0]
    move(people, incident_id, notify_by=clock.now() - HOUR)
    assert [find_clocks_running_out(), find_clocks_running_out()] == [2, 0]
    assert [title for who, title in told() if who == "Cora"] == [
        actions.REPORTED,
        actions.HEADLINES["notify:soon"],
        actions.HEADLINES["notify:overdue"],
    ]
    # Once the Commission knows, the five-day report is what is owed.
    actions.notify_commission(incident_id, clock.now(), "RI-1", actor=people.alice)
    assert find_clocks_running_out() == 0
    move(people, incident_id, details_by=clock.now() + 3 * HOUR)
    assert find_clocks_running_out() == 2


def test_an_incident_is_notified_investigated_acted_on_and_closed_in_that_order(people):
    alice = people.alice
    incident_id = report(people)
    with pytest.raises(RuleBroken, match="before anyone here knew"):
        actions.notify_commission(incident_id, clock.now() - 9 * HOUR, None, actor=alice)
    actions.investigate(incident_id, "The step is loose.", actor=alice)
    assert db.session.get_one(Incident, incident_id).state is IncidentState.OPEN
    with pytest.raises(Conflict, match="Commission was notified"):
        actions.close_incident(incident_id, "Mended.", actor=alice)
    actions.notify_commission(incident_id, clock.now(), "RI-1", actor=alice)
    assert db.session.get_one(Incident, incident_id).state is IncidentState.INVESTIGATING
    with pytest.raises(Conflict, match="five-day report"):
        actions.close_incident(incident_id, "Mended.", actor=alice)
    actions.send_details(incident_id, clock.now(), actor=alice)
    mend = entries.NewAction("Mend the step", people.today, people.acacia.people["cora"])
    action_id = entries.add_action("incident_id", incident_id, mend, actor=alice)
    with pytest.raises(Conflict, match="1 action is still to be done"):
        actions.close_incident(incident_id, "Mended.", actor=alice)
    assert entries.finish_action(action_id, actor=alice) == ("incident_id", incident_id)
    actions.close_incident(incident_id, "Mended.", actor=alice)
    assert db.session.get_one(Incident, incident_id).state is IncidentState.CLOSED
    with pytest.raises(Conflict, match="closed"):
        actions.investigate(incident_id, "More.", actor=alice)
    with pytest.raises(Conflict, match="closed"):
        entries.add_action("incident_id", incident_id, mend, actor=alice)


def test_its_clock_follows_its_kind(people):
    near_miss = registers.incident(IncidentKind.NEAR_MISS)
    pat = people.acacia.participant_id
    incident_id = actions.report_incident(near_miss, participant_id=pat, actor=people.sam)
    worse = registers.incident(IncidentKind.ABUSE_OR_NEGLECT)
    actions.change_incident(incident_id, worse, participant_id=pat, actor=people.alice)
    row = db.session.get_one(Incident, incident_id)
    assert row.notify_by == row.aware_at + 24 * HOUR
    assert {who for who, _ in told()} == {"Alice", "Cora"}
    actions.change_incident(incident_id, near_miss, participant_id=pat, actor=people.alice)
    assert db.session.get_one(Incident, incident_id).notify_by is None


def test_a_worker_sees_what_they_reported_and_what_happened_to_their_participants(people):
    olly, sam = world.olly(people), people.acacia.people["sam"]
    own = report(people, participant_id=None, kind=IncidentKind.PROPERTY)
    of_pat = report(people, actor=people.alice)
    hidden = report(people, actor=people.alice, participant_id=olly)
    rows, _ = base.page(shelf.SHELF, base.Wanted(choice="all"), base.look(), seen_by=sam)
    assert {entry.row.id for entry in rows} == {own, of_pat}
    assert base.one(shelf.SHELF, hidden, seen_by=sam) is None
    running = shelf.running(base.look(), seen_by=sam)
    assert [entry.row.id for entry in running] == [of_pat]
    with pytest.raises(RuleBroken, match="of the list"):
        report(people, participant_id=olly)
    with pytest.raises(NotFound):
        actions.investigate(hidden, "What I heard.", actor=people.sam)


@pytest.mark.parametrize(
    ("hours_ago", "aware_after", "field"), [(-2, 0, "happened_on"), (2, -1, "aware_on")]
)
def test_nothing_is_known_of_before_it_happened(people, hours_ago, aware_after, field):
    at = clock.now() - hours_ago * HOUR
    with pytest.raises(RuleBroken) as refused:
        report(people, happened_at=at, aware_at=at + aware_after * HOUR)
    assert refused.value.field == field
