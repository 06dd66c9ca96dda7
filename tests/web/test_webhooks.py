"""What Resend tells of mails: believed where it is signed, taken once, never backwards."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from caddy import mail
from caddy.actions.notifications import notify
from caddy.domain.actor import Source, system_actor
from caddy.domain.emails import EmailStatus, EmailTemplate
from caddy.extensions import db
from caddy.jobs.mail import send_email
from caddy.models import AuditLog, EmailEvent, EmailLog, EmailSuppression, Notification, User
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import resend, snapshot

PATH = "/webhooks/resend"
HARD = {"type": "Permanent", "subType": "General", "message": "There is no such mailbox."}


@pytest.fixture
def service(monkeypatch):
    with resend.running() as running:
        chosen = resend.settings(key=resend.KEY, url=running.url, webhook_secret=resend.SECRET)
        monkeypatch.setattr(mail, "load_settings", lambda: chosen)
        yield running


@pytest.fixture
def sent(people, service):
    """Return the id of a mail to Cora that Resend has taken."""
    email_id = write(people, "first")
    send(people, email_id)
    return email_id


def write(people, occasion):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        cora = db.session.get_one(User, people.acacia.people["cora"])
        notify(
            [cora],
            kind="test",
            title="A test",
            body="A test.",
            link="/settings/retention",
            subject=cora,
            dedupe_key=occasion,
            email_template=EmailTemplate.RETENTION_REPORT,
            context={"day_on": people.today, "years": 7, "due": 1, "kept_back": 0}
            | {"reasons": [], "staff": 0},
        )
        return db.session.scalars(
            select(EmailLog.id).where(EmailLog.idempotency_key == f"{occasion}:{cora.id}")
        ).one()


def send(people, email_id):
    with scope(people.acacia.id):
        send_email(email_id, actor=system_actor(people.acacia.id, "Caddy", Source.JOB))


def tell(client, body, headers=None):
    headers = headers if headers is not None else resend.signed(body)
    return client._client.post(PATH, data=body, headers=headers, content_type="application/json")


def row(people, email_id):
    with scope(people.acacia.id):
        return db.session.get_one(EmailLog, email_id)


def events(people):
    with scope(people.acacia.id):
        return db.session.scalar(select(func.count(EmailEvent.id)))


def test_a_delivered_mail_is_marked_and_told_twice_it_changes_nothing(people, sign_in, sent):
    body = resend.news("email.delivered", f"resend-{sent}")
    client = sign_in(None)
    assert tell(client, body).json == {"taken": True}
    assert tell(client, body).json == {"taken": False}
    found = row(people, sent)
    assert found.status is EmailStatus.DELIVERED
    assert found.delivered_at.isoformat() == "2026-11-21T01:02:03.456000+00:00"
    assert events(people) == 1


@pytest.mark.parametrize(
    "told",
    [
        ("email.complained", "email.delivered", "email.sent", "email.delivery_delayed"),
        ("email.delivered", "email.complained", "email.failed"),
    ],
)
def test_a_mail_never_goes_back(people, sign_in, sent, told):
    client = sign_in(None)
    for number, kind in enumerate(told):
        body = resend.news(kind, f"resend-{sent}")
        assert tell(client, body, resend.signed(body, f"msg_{number}")).json == {"taken": True}
    assert row(people, sent).status is EmailStatus.COMPLAINED
    assert events(people) == len(told)


def test_what_is_told_before_the_services_id_is_stored_finds_its_mail_by_its_tag(
    people, sign_in, service
):
    email_id = write(people, "early")
    body = resend.news("email.delivered", "re_1", tags={"mail": str(email_id)})
    assert tell(sign_in(None), body).json == {"taken": True}
    found = row(people, email_id)
    assert (found.status, found.provider_id) == (EmailStatus.DELIVERED, "re_1")
    send(people, email_id)
    assert service.requests == []


@pytest.mark.parametrize(
    "wrong",
    ["none", "other_secret", "other_body", "old", "future", "garbled"],
)
def test_what_is_not_signed_or_is_old_is_refused(people, sign_in, sent, wrong):
    body = resend.news("email.delivered", f"resend-{sent}")
    other = "whsec_YW5vdGhlciBzZWNyZXQgaGVyZQ=="
    headers = {
        "none": {},
        "other_secret": resend.signed(body, secret=other),
        "other_body": resend.signed(body + b" "),
        "old": resend.signed(body, age=301),
        "future": resend.signed(body, age=-310),
        "garbled": resend.signed(body) | {"svix-signature": "v1"},
    }[wrong]
    assert tell(sign_in(None), body, headers).status_code == 401
    assert row(people, sent).status is EmailStatus.SENT


def test_without_a_secret_nothing_is_believed(people, sign_in, sent, monkeypatch):
    monkeypatch.setattr(mail, "load_settings", lambda: resend.settings(key=resend.KEY))
    body = resend.news("email.delivered", f"resend-{sent}")
    assert tell(sign_in(None), body).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no JSON", 401),
        (b"[]", 400),
        (json.dumps({"type": "email.sent", "data": {}}).encode(), 400),
        (resend.news("email.sent", "re_1", at="yesterday"), 400),
        (resend.news("email.opened", "re_1"), 200),
        (resend.news("contact.created", "re_1"), 200),
        (resend.news("email.sent", "re_of_another_program", tags={"mail": "x"}), 200),
        (b'{"type": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
def test_what_is_none_of_our_news_changes_nothing(people, sign_in, sent, body, status):
    response = tell(sign_in(None), body)
    assert response.status_code == status
    assert status != 200 or response.json == {"taken": False}
    assert events(people) == 0


def test_an_address_that_bounces_is_not_written_to_until_someone_allows_it(
    people, sign_in, service, sent
):
    body = resend.news("email.bounced", f"resend-{sent}", bounce=HARD)
    tell(sign_in(None), body)
    assert row(people, sent).status is EmailStatus.BOUNCED
    second = write(people, "second")
    send(people, second)
    assert row(people, second).status is EmailStatus.SUPPRESSED
    assert len(service.requests) == 1
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(Notification.id))) == 2
    alice = sign_in("alice")
    cora = people.acacia.people["cora"]
    assert "Mail to this address came back." in alice.get(f"/staff/{cora}").text
    assert "There is no such mailbox." in alice.get("/outbox/suppressions").text
    assert alice.post(f"/outbox/{second}/sending").status_code == 409
    with scope(people.acacia.id):
        given_up = db.session.scalars(select(EmailSuppression.id)).one()
    alice.post(f"/outbox/suppressions/{given_up}/lifting")
    assert alice.post(f"/outbox/{second}/sending").status_code == 303
    send(people, second)
    assert row(people, second).status is EmailStatus.SENT
    assert f"{second}-1" in service.mails
    with scope(people.acacia.id):
        actions = set(db.session.scalars(select(AuditLog.action)))
    assert actions >= {
        *("email.bounced", "email.suppressed", "email.sent_again"),
        "email_suppression.lifted",
    }


def test_a_full_mailbox_is_written_to_again_and_another_provider_writes_on(people, sign_in, sent):
    soft = {"type": "Transient", "subType": "MailboxFull", "message": "Full."}
    tell(sign_in(None), resend.news("email.bounced", f"resend-{sent}", bounce=soft))
    assert row(people, sent).status is EmailStatus.BOUNCED
    with scope(people.acacia.id):
        assert db.session.scalar(select(func.count(EmailSuppression.id))) == 0


def test_news_of_an_earlier_sending_does_not_touch_the_next_one(people, sign_in, service, sent):
    client = sign_in(None)
    body = resend.news("email.failed", f"resend-{sent}", failed={"reason": "No such domain."})
    tell(client, body)
    assert row(people, sent).error == "No such domain."
    sign_in("alice").post(f"/outbox/{sent}/sending")
    late = resend.news("email.delivered", f"resend-{sent}", tags={"mail": str(sent)})
    assert tell(client, late, resend.signed(late, "msg_2")).status_code == 200
    assert row(people, sent).status is EmailStatus.QUEUED


def test_what_was_told_cannot_be_changed(people, sign_in, sent):
    tell(sign_in(None), resend.news("email.delivered", f"resend-{sent}"))
    writing = snapshot.writing()
    with writing as connection, connection.begin(), pytest.raises(DBAPIError, match="only added"):
        connection.execute(text("UPDATE email_events SET kind = 'email.bounced'"))


def test_a_mail_is_shown_as_its_receiver_sees_it_in_a_frame_that_may_do_nothing(
    people, sign_in, sent
):
    client = sign_in("alice")
    shown = client.get(f"/outbox/{sent}")
    assert f'src="/outbox/{sent}/letter"' in shown.text
    assert "sandbox=" in shown.text
    letter = client.get(f"/outbox/{sent}/letter")
    assert "Hello Cora," in letter.text
    policy = letter.headers["Content-Security-Policy"]
    assert "default-src 'none'; style-src 'sha256-" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "Records to erase" in client.get("/outbox?status=sent&search=cora").text
    assert "No mail found" in client.get("/outbox?status=failed").text
