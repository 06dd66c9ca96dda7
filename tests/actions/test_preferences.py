"""Being told: by kind and way, and not in one's quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from caddy import clock
from caddy.actions import preferences as actions
from caddy.domain.errors import RuleBroken
from caddy.domain.telling import Digest, NewsKind, SmsStatus, Ways
from caddy.extensions import db
from caddy.jobs.texts import send_sms
from caddy.models import EmailLog, Notification, SmsLog
from caddy.queries import preferences, texts
from caddy.queue import Outbox
from caddy.tenancy import scope
from tests import messaging
from tests.actions.test_notifications import tell

NIGHT = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)  # midnight in Sydney
MORNING = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)  # seven there


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def reached():
    return tuple(
        len(db.session.scalars(select(model)).all()) for model in (Notification, EmailLog, SmsLog)
    )


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (Ways(), (1, 1, 1)),
        (Ways(by_email=False), (1, 0, 1)),
        (Ways(in_app=False, by_sms=False), (0, 1, 0)),
        (Ways(in_app=False, by_email=False, by_sms=False), (0, 0, 0)),
    ],
)
def test_each_kind_comes_in_the_ways_chosen_for_it(people, ways, expected):
    messaging.wants(people, "sam", phone="0400 000 000", notify_by_sms=True)
    sam = messaging.actor(people, "sam")
    actions.choose_kinds({NewsKind.BUDGETS: ways}, actor=sam)
    assert tell(people, "sam") == (1 if any(expected) else 0)
    assert reached() == expected
    tell(people, "sam", kind="plan_expiry", key="another")
    assert reached() == tuple(one + 1 for one in expected)


def test_a_way_that_someone_does_not_use_is_used_for_no_kind(people):
    sam = messaging.actor(people, "sam")
    actions.choose_kinds({NewsKind.BUDGETS: Ways()}, actor=sam)
    messaging.wants(people, "sam", notify_by_email=False, notify_by_sms=True, phone=None)
    tell(people, "sam")
    assert reached() == (1, 0, 0)


def test_in_quiet_hours_mail_and_text_wait_and_the_bell_does_not(people, monkeypatch):
    messaging.wants(people, "sam", phone="0400 000 000", notify_by_sms=True)
    sam = messaging.actor(people, "sam")
    actions.choose_hours(time(21), time(7), Digest.DAILY, actor=sam)
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    tell(people, "sam")
    assert reached() == (1, 1, 1)
    waiting = db.session.execute(select(Outbox.job, Outbox.run_after)).all()
    assert {(row.job, row.run_after) for row in waiting} == {
        ("send_email", MORNING),
        ("send_sms", MORNING),
    }


def test_a_reportable_incident_waits_for_nobody(people, monkeypatch):
    sam = messaging.actor(people, "sam")
    actions.choose_hours(time(21), time(7), Digest.DAILY, actor=sam)
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    tell(people, "sam", kind="incident_clock")
    assert set(db.session.scalars(select(Outbox.run_after))) == {NIGHT}


def test_a_text_message_names_nobody_and_is_kept_for_want_of_a_provider(people):
    messaging.wants(people, "sam", phone="0400 000 000", notify_by_sms=True)
    tell(people, "sam")
    (row,) = texts.latest()
    assert (row.status, row.to_number) == (SmsStatus.WAITING, "0400 000 000")
    assert "Pat" not in row.body
    for _ in range(2):
        send_sms(row.id, actor=people.alice)
    assert texts.latest()[0].status is SmsStatus.KEPT


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ((time(21), None), "quiet_until"),
        ((None, time(7)), "quiet_from"),
        ((time(7), time(7)), "quiet_until"),
    ],
)
def test_quiet_hours_have_two_ends(people, hours, field):
    sam = messaging.actor(people, "sam")
    with pytest.raises(RuleBroken) as refused:
        actions.choose_hours(*hours, Digest.NEVER, actor=sam)
    assert refused.value.field == field
    assert preferences.of(sam.user_id).digest is Digest.DAILY
