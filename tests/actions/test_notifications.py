"""Telling people: once, in the ways they chose, and only those who may sign in."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from caddy.actions import notifications as actions
from caddy.domain.emails import EmailStatus, EmailTemplate
from caddy.domain.errors import NotFound
from caddy.domain.facts import Fact
from caddy.domain.people import UserStatus
from caddy.extensions import db
from caddy.models import AuditLog, EmailLog, Notification, Participant, User
from caddy.queries import notifications, users
from caddy.queue import Outbox
from caddy.tenancy import scope
from caddy.transaction import NothingRecorded, NoTransaction, transaction

CONTEXT = {
    "participant_first_name": "Pat",
    "budget_name": "Core",
    "threshold_percent": 75,
    "percent_used": 76,
    "allocated_cents": 1_000_00,
    "spent_cents": 760_00,
    "remaining_cents": 240_00,
}


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def unread(user_id):
    person = users.active(user_id)
    return person.unread_notifications if person else None


def tell(people, *who, key="alert:1", **changes):
    """Tell some of Acacia of Pat's budget, as an action would."""
    with transaction(people.alice, unrecorded="a test"):
        users = db.session.scalars(
            select(User).where(User.id.in_([people.acacia.people[name] for name in who]))
        ).all()
        told = {
            "kind": "budget_alert",
            "title": "Pat: Core is 76 % used",
            "body": "$240.00 remains.",
            "link": f"/participants/{people.acacia.participant_id}",
            "subject": db.session.get_one(Participant, people.acacia.participant_id),
            "dedupe_key": key,
            "email_template": EmailTemplate.BUDGET_ALERT,
            "context": CONTEXT,
        }
        return actions.notify(users, **(told | changes))


def change(people, who, **values):
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(
            update(User).where(User.id == people.acacia.people[who]).values(**values)
        )


def counts():
    return tuple(
        db.session.scalar(select(func.count(model.id)))
        for model in (Notification, EmailLog, Outbox)
    )


def test_people_are_told_in_caddy_and_by_mail(people):
    assert tell(people, "alice", "cora") == 2
    assert counts() == (2, 2, 2)
    email = db.session.scalars(
        select(EmailLog).where(EmailLog.to_address == "cora@acacia.example")
    ).one()
    assert email.subject == "Budget alert: Pat at 75 %"
    assert (email.status, email.attempts) == (EmailStatus.QUEUED, 0)
    assert (email.subject_type, email.subject_id) == ("participants", people.acacia.participant_id)
    assert email.context["link"] == f"/participants/{people.acacia.participant_id}"
    assert (email.created_by, email.created_at) == (people.alice.user_id, email.updated_at)
    jobs = db.session.execute(select(Outbox.job, Outbox.subject_id)).all()
    ids = set(db.session.scalars(select(EmailLog.id)))
    assert {(row.job, row.subject_id) for row in jobs} == {("send_email", one) for one in ids}


def test_the_same_occasion_is_told_once_and_another_one_again(people):
    assert tell(people, "cora") == 1
    assert tell(people, "cora") == 0
    assert counts() == (1, 1, 1)
    assert tell(people, "cora", "fin") == 1
    assert tell(people, "cora", key="alert:2") == 1
    assert counts() == (3, 3, 3)


def test_many_writers_of_one_occasion_tell_it_once(app, people):
    told = []

    def work():
        with app.app_context(), scope(people.acacia.id):
            told.append(tell(people, "alice", "cora", "fin"))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 0, 0, 3]
    assert counts() == (3, 3, 3)


@pytest.mark.parametrize(
    ("in_app", "by_email", "expected"),
    [(True, False, (1, 0, 0)), (False, True, (0, 1, 1)), (False, False, (0, 0, 0))],
)
def test_everyone_is_told_in_the_ways_they_chose(people, in_app, by_email, expected):
    cora = people.acacia.actor("cora", "coordinator")
    actions.choose(in_app=in_app, by_email=by_email, actor=cora)
    assert tell(people, "cora") == (1 if in_app or by_email else 0)
    assert counts() == expected


def test_who_may_not_sign_in_is_told_nothing(people):
    change(people, "cora", status=UserStatus.SUSPENDED)
    assert tell(people, "cora") == 0
    assert counts() == (0, 0, 0)


def test_another_organizations_person_is_refused_by_the_database(people):
    with scope(people.banksia.id):
        charlie = db.session.get_one(User, people.banksia.people["charlie"])
    with pytest.raises(IntegrityError), transaction(people.alice, unrecorded="a test"):
        actions.notify(
            [charlie], kind="x", title="x", body="x", link="/", subject=charlie, dedupe_key="x"
        )
    assert counts() == (0, 0, 0)


def test_without_a_template_there_is_no_mail(people):
    assert tell(people, "cora", email_template=None, context=None) == 1
    assert counts() == (1, 0, 0)


def test_a_mail_that_would_not_know_what_to_say_is_refused_whole(people):
    with pytest.raises(ValueError, match="budget_alert is not told remaining_cents"):
        tell(people, "cora", context={k: v for k, v in CONTEXT.items() if k != "remaining_cents"})
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("link", ["https://evil.example", "//evil.example", "participants"])
def test_a_link_stays_in_caddy(people, link):
    with pytest.raises(ValueError, match="is not a path of Caddy"):
        tell(people, "cora", link=link)


def test_it_belongs_to_an_action_that_says_what_happened(people):
    with pytest.raises(NoTransaction):
        actions.notify([], kind="x", title="x", body="x", link="/", subject=User(), dedupe_key="x")
    cora = db.session.get_one(User, people.acacia.people["cora"])
    with pytest.raises(NothingRecorded), transaction(people.alice):
        actions.notify(
            [cora], kind="x", title="x", body="x", link="/", subject=cora, dedupe_key="x"
        )
    assert counts() == (0, 0, 0)


def test_reading_one_leaves_the_others_unread(people):
    tell(people, "cora")
    tell(people, "cora", key="alert:2")
    cora = people.acacia.actor("cora", "coordinator")
    rows, _ = notifications.page(cora.user_id)
    link = actions.mark_read(rows[0].id, actor=cora)
    assert link == f"/participants/{people.acacia.participant_id}"
    first = notifications.page(cora.user_id)[0][0].read_at
    actions.mark_read(rows[0].id, actor=cora)
    assert notifications.page(cora.user_id)[0][0].read_at == first
    assert unread(cora.user_id) == 1


def test_a_colleagues_notification_is_not_there(people):
    tell(people, "cora")
    (row,), _ = notifications.page(people.acacia.people["cora"])
    with pytest.raises(NotFound):
        actions.mark_read(row.id, actor=people.alice)
    assert unread(people.acacia.people["cora"]) == 1


def test_reading_all_reads_only_ones_own(people):
    for number in range(3):
        tell(people, "alice", "cora", key=f"alert:{number}")
    assert actions.mark_all_read(actor=people.alice) == 3
    assert actions.mark_all_read(actor=people.alice) == 0
    assert unread(people.acacia.people["cora"]) == 3


def test_a_choice_is_written_down(people):
    cora = people.acacia.actor("cora", "coordinator")
    actions.choose(in_app=True, by_email=False, actor=cora)
    fact = db.session.scalars(
        select(AuditLog).where(AuditLog.action == Fact.NOTIFICATIONS_CHOSEN)
    ).one()
    assert fact.entity_id == cora.user_id
    assert fact.changes == {"notify_by_email": [True, False], "notify_in_app": [True, True]}
