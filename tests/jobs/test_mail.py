"""Sending stored mails: once, readable, tried again where that helps, given up where not."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import html5lib
import pytest
from sqlalchemy import select, update

from caddy import clock, mail, queue
from caddy.actions.notifications import notify
from caddy.config import load_settings
from caddy.domain.actor import Source, system_actor
from caddy.domain.emails import NEEDS, EmailStatus, EmailTemplate, restored, stored
from caddy.extensions import db
from caddy.jobs import letters
from caddy.jobs.mail import send_email
from caddy.mail import MailUnavailable
from caddy.models import AuditLog, EmailLog, User
from caddy.queries import emails
from caddy.queue import Outbox, OutboxState
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import resend

BUDGET = {
    "participant_first_name": "Zoë <b>",
    "budget_name": "Core & capital",
    "percent_used": 76,
    "allocated_cents": 1_000_00,
    "spent_cents": 760_00,
    "remaining_cents": 240_00,
}
DAY = date(2026, 11, 21)
CONTEXTS = {
    EmailTemplate.AUDIT_TROUBLE: {
        "day_on": DAY,
        "findings": 1,
        "sentences": ["Row 5 was changed after it was written."],
    },
    EmailTemplate.BACKUP_TROUBLE: {"day_on": DAY, "sentence": "The disk is full."},
    EmailTemplate.BUDGET_ALERT: BUDGET | {"threshold_percent": 75},
    EmailTemplate.UNDERSPENDING: BUDGET | {"percent_of_time": 40, "ends_on": date(2027, 3, 1)},
    EmailTemplate.PACE_ALERT: BUDGET
    | {"percent_of_time": 40, "runs_out_on": DAY, "ends_on": date(2027, 3, 1)},
    EmailTemplate.PLAN_EXPIRY: {
        "participant_first_name": "Pat",
        "ends_on": DAY,
        "days_left": 1,
        "allocated_cents": 1_000_00,
        "remaining_cents": 240_00,
    },
    EmailTemplate.DAILY_DIGEST: {
        "day_on": DAY,
        "services": 1_200,
        "minutes": 90,
        "delivered_cents": 105_35,
        "unclaimed_services": 1,
        "unclaimed_cents": 105_35,
        "alerts": [{**BUDGET, "link": "/participants/1"}],
        "plans": [
            {"participant_first_name": "Pat", "ends_on": DAY, "days_left": 3, "link": "/plans/1"}
        ],
    },
    EmailTemplate.INCIDENT_CLOCK: {
        "headline": "A reportable incident was recorded",
        "kind": "Serious injury",
        "what": "Notify the NDIS Commission",
        "due_words": "22 Nov 2026, 3:30 pm",
    },
    EmailTemplate.MENTION: {"author_name": "Zoë <b>"},
    EmailTemplate.MESSAGE_DIGEST: {"messages": 1_200},
    EmailTemplate.RETENTION_REPORT: {
        "day_on": DAY,
        "years": 7,
        "due": 1_200,
        "kept_back": 1,
        "staff": 2,
        "reasons": [{"sentence": "Under a legal hold.", "count": 1}],
    },
    EmailTemplate.SIGNING_REQUEST: {
        "signing_link_id": "01a1fe82-1a4b-77c7-971f-0f8103a73737",  # of no link that is there
        "to_name": "Cora",
        "participant_first_name": "Zoë <b>",
        "what": "the service agreement",
        "asked_by": "Alice",
        "expires_on": DAY,
    },
    EmailTemplate.INCIDENT_CLOCK: {
        "headline": "4 hours left",
        "kind": "Serious injury",
        "what": "Notify the NDIS Commission",
        "due_words": "21 Nov 2026, 4:44 pm",
    },
    EmailTemplate.COMPLIANCE_DIGEST: {
        "day_on": DAY,
        "overdue": 1,
        "due_soon": 0,
        "items": [
            {
                "what": "First aid",
                "whom": "Sam Acacia",
                "due_on": DAY,
                "is_overdue": True,
                "link": "/people/1",
            }
        ],
    },
}
SAYS = {
    EmailTemplate.AUDIT_TROUBLE: ("found 1 thing", "Row 5 was changed"),
    EmailTemplate.BACKUP_TROUBLE: ("no backup of 21 Nov 2026", "The disk is full."),
    EmailTemplate.BUDGET_ALERT: ("$240.00", "76 %", "75 %", "Zoë", "/participants/7"),
    EmailTemplate.UNDERSPENDING: ("40 %", "1 Mar 2027"),
    EmailTemplate.MENTION: ("Zoë", "mentions you", "/participants/7"),
    EmailTemplate.MESSAGE_DIGEST: ("1,200 unread messages",),
    EmailTemplate.PACE_ALERT: ("40 %", "21 Nov 2026", "1 Mar 2027", "$1,000.00"),
    EmailTemplate.PLAN_EXPIRY: ("21 Nov 2026", "1 day left", "$240.00", "$1,000.00"),
    EmailTemplate.DAILY_DIGEST: ("1,200", "1 h 30 min", "$105.35", "76 %", "3 days left"),
    EmailTemplate.INCIDENT_CLOCK: ("Serious injury", "Notify the NDIS Commission by 22 Nov 2026"),
    EmailTemplate.RETENTION_REPORT: (
        "1,200 could be",
        "7 years",
        "Under a legal hold",
        "Records of 2",
    ),
    EmailTemplate.SIGNING_REQUEST: ("Alice at Acacia", "the service agreement", "21 Nov 2026"),
    EmailTemplate.INCIDENT_CLOCK: ("Serious injury", "21 Nov 2026, 4:44 pm"),
    EmailTemplate.COMPLIANCE_DIGEST: ("1 overdue", "First aid", "Sam Acacia", "21 Nov 2026"),
}


@pytest.fixture
def service(monkeypatch):
    with resend.running() as running:
        chosen = resend.settings(key=resend.KEY, url=running.url)
        monkeypatch.setattr(mail, "load_settings", lambda: chosen)
        yield running


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def write(people, template=EmailTemplate.BUDGET_ALERT, context=None):
    """Store a mail to Cora as an action would, and return its id."""
    with transaction(people.alice, unrecorded="a test"):
        cora = db.session.get_one(User, people.acacia.people["cora"])
        notify(
            [cora],
            kind=template,
            title="A test",
            body="A test.",
            link="/participants/7",
            subject=cora,
            dedupe_key=f"test:{template}",
            email_template=template,
            context=context or CONTEXTS[template],
        )
    return db.session.scalars(select(EmailLog.id).where(EmailLog.template == template.value)).one()


def send(people, email_id):
    send_email(email_id, actor=system_actor(people.acacia.id, "Caddy", Source.JOB))


def log(email_id):
    db.session.close()
    return db.session.get_one(EmailLog, email_id)


def facts(word):
    return db.session.scalars(
        select(AuditLog).where(AuditLog.action == word).order_by(AuditLog.id)
    ).all()


def test_it_goes_out_and_is_written_down(people, service):
    email_id = write(people)
    send(people, email_id)
    row = log(email_id)
    assert (row.status, row.attempts, row.error) == (EmailStatus.SENT, 1, None)
    assert row.provider_id == f"resend-{email_id}"
    assert row.sent_at is not None
    assert service.mails[str(email_id)]["to"] == ["cora@acacia.example"]
    assert service.mails[str(email_id)]["tags"] == [
        {"name": "environment", "value": "test"},
        {"name": "template", "value": "budget_alert"},
        {"name": "mail", "value": str(email_id)},
    ]
    assert [fact.entity_id for fact in facts("email.sent")] == [email_id]


def test_run_twice_it_is_sent_once(people, service):
    email_id = write(people)
    send(people, email_id)
    send(people, email_id)
    assert len(service.requests) == 1
    assert len(facts("email.sent")) == 1


def test_where_only_the_answer_was_lost_the_second_run_sends_the_very_same_mail(people, service):
    email_id = write(people)
    service.loses_answers = True
    with pytest.raises(MailUnavailable):
        send(people, email_id)
    service.loses_answers = False
    send(people, email_id)
    assert len(service.requests) == 2
    assert len(service.mails) == 1
    assert log(email_id).status is EmailStatus.SENT


def test_a_refused_mail_is_given_up_with_the_services_sentence(people, service):
    email_id = write(people)
    service.answer = (422, {"message": "The address is not one."})
    send(people, email_id)
    send(people, email_id)
    row = log(email_id)
    assert (row.status, row.error) == (EmailStatus.FAILED, "The address is not one.")
    assert row.sent_at is None
    assert len(service.requests) == 1
    assert len(facts("email.failed")) == 1


def test_where_the_service_is_away_the_outbox_tries_again_and_at_last_gives_up(people, service):
    email_id = write(people)
    service.answer = (500, {"message": "We are down."})
    outbox = db.session.scalars(select(Outbox.id)).one()
    for number in range(1, queue.ATTEMPTS + 1):
        with transaction(people.alice, unrecorded="a test"):
            db.session.execute(update(Outbox).values(attempts=number))
        with pytest.raises(MailUnavailable):
            queue.run(str(outbox), str(people.acacia.id))
        row = log(email_id)
        is_last = number == queue.ATTEMPTS
        assert row.attempts == number
        assert row.error == "We are down."
        assert row.status is (EmailStatus.FAILED if is_last else EmailStatus.QUEUED)
    assert db.session.scalars(select(Outbox.state)).one() is OutboxState.FAILED
    assert len(facts("email.failed")) == 1


def test_a_service_that_asks_for_a_pause_gets_it(people, service):
    write(people)
    service.answer = (429, {"message": "Slow down."})
    service.answer_headers = {"Retry-After": "3600"}
    outbox = db.session.scalars(select(Outbox.id)).one()
    with pytest.raises(MailUnavailable):
        queue.run(str(outbox), str(people.acacia.id))
    db.session.close()
    row = db.session.get_one(Outbox, outbox)
    assert row.run_after - clock.now() > timedelta(minutes=59)


def test_a_pause_that_the_service_asks_for_uses_up_no_try_for_two_days(people, service):
    email_id = write(people)
    service.answer = (429, {"message": "Slow down."})
    outbox = db.session.scalars(select(Outbox.id)).one()
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(Outbox).values(attempts=queue.ATTEMPTS))
    with pytest.raises(MailUnavailable):
        queue.run(str(outbox), str(people.acacia.id))
    db.session.close()
    row = db.session.get_one(Outbox, outbox)
    assert (row.state, row.attempts) == (OutboxState.PENDING, queue.ATTEMPTS - 1)
    assert (log(email_id).attempts, log(email_id).status) == (0, EmailStatus.QUEUED)
    with transaction(people.alice, unrecorded="a test"):
        db.session.get_one(EmailLog, email_id).created_at -= timedelta(days=3)
    with pytest.raises(MailUnavailable):
        queue.run(str(outbox), str(people.acacia.id))
    assert log(email_id).attempts == 1


def test_it_goes_out_after_the_service_is_back(people, service):
    email_id = write(people)
    service.answer = (503, {"message": "We are down."})
    outbox = db.session.scalars(select(Outbox.id)).one()
    with pytest.raises(MailUnavailable):
        queue.run(str(outbox), str(people.acacia.id))
    service.answer = None
    queue.run(str(outbox), str(people.acacia.id))
    row = log(email_id)
    assert (row.status, row.attempts, row.error) == (EmailStatus.SENT, 2, None)
    assert db.session.scalars(select(Outbox.state)).one() is OutboxState.DONE


def test_who_may_not_sign_in_any_more_is_sent_nothing(people, service):
    email_id = write(people)
    with transaction(people.alice, unrecorded="a test"):
        db.session.get_one(User, people.acacia.people["cora"]).status = "suspended"
    send(people, email_id)
    row = log(email_id)
    assert (row.status, row.error) == (
        EmailStatus.FAILED,
        "This person may not sign in any more.",
    )
    assert service.requests == []


def test_another_organizations_mail_is_not_there(people, service):
    email_id = write(people)
    with scope(people.banksia.id):
        send_email(email_id, actor=people.charlie)
    assert service.requests == []


def test_production_without_a_key_says_so_in_the_log_of_mails(people, monkeypatch, tmp_path):
    chosen = resend.settings(environment="production", var=tmp_path)
    monkeypatch.setattr(mail, "load_settings", lambda: chosen)
    email_id = write(people)
    send(people, email_id)
    row = log(email_id)
    assert row.status is EmailStatus.FAILED
    assert row.error == "No mail service is configured: set RESEND_API_KEY."
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize("template", CONTEXTS)
def test_every_mail_says_what_it_has_to_in_both_forms(people, monkeypatch, tmp_path, template):
    chosen = resend.settings(var=tmp_path)
    monkeypatch.setattr(mail, "load_settings", lambda: chosen)
    email_id = write(people, template)
    send(people, email_id)
    assert log(email_id).provider_id == f"file:{email_id}.eml"
    letter = message_from_bytes(
        (tmp_path / "mail" / f"{email_id}.eml").read_bytes(), policy=default
    )
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    url = load_settings().public_url
    for words in (*SAYS[template], "Hello Cora,", "Acacia"):
        assert words in text, text
        assert words in html, html
    # Who signs has no account, and so nothing to choose.
    has_choice = template is not EmailTemplate.SIGNING_REQUEST
    for form in (text, html):
        assert (f"{url}/settings/notifications" in form) is has_choice
    assert f"{url}/participants/7" in text
    assert "Zoë <b>" not in html
    assert "\n\n\n" not in text.replace("\r", ""), text
    assert "<img" not in html
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    assert not [one for one in parser.errors if one[1] != "unexpected-solidus"]


VISITOR = {"device": "Safari on an iPhone", "place": "203.0.113.7"}
FACTOR = {**VISITOR, "when": "21 Nov 2026 at 4:44 pm", "factor": "an app on your phone"}
ACCOUNT = {
    EmailTemplate.FACTOR_ADDED: FACTOR,
    EmailTemplate.FACTOR_REMOVED: FACTOR,
    EmailTemplate.INVITATION: {
        "inviter_name": "Alice <b>",
        "invited_to": "Acacia",
        "role_label": "Support worker",
        "until": "28 Nov 2026",
    },
    EmailTemplate.INVITATION_ELSEWHERE: {"inviter_name": "Alice <b>", "invited_to": "Acacia"},
    EmailTemplate.MAGIC_LINK: {**VISITOR, "minutes": 15},
    EmailTemplate.NEW_DEVICE: {**VISITOR, "when": "21 Nov 2026 at 4:44 pm"},
    EmailTemplate.PASSWORD_CHANGED: {**VISITOR, "when": "21 Nov 2026 at 4:44 pm"},
    EmailTemplate.PASSWORD_RESET: {**VISITOR, "minutes": 60},
    EmailTemplate.SIGN_UP: {**VISITOR, "hours": 48},
    EmailTemplate.SIGN_UP_KNOWN: VISITOR,
    EmailTemplate.WAY_IN_ADDED: {
        **VISITOR,
        "when": "21 Nov 2026 at 4:44 pm",
        "what": "your account at Kauri",
    },
    EmailTemplate.WAY_IN_REMOVED: {
        **VISITOR,
        "when": "21 Nov 2026 at 4:44 pm",
        "what": "your account at Kauri",
    },
}


def test_every_mail_there_is_was_read():
    assert {*CONTEXTS, *ACCOUNT} == set(EmailTemplate)


@pytest.mark.parametrize("template", ACCOUNT)
def test_a_mail_about_signing_in_says_who_and_where_and_cannot_be_turned_off(
    people, monkeypatch, tmp_path, template
):
    chosen = resend.settings(var=tmp_path)
    monkeypatch.setattr(mail, "load_settings", lambda: chosen)
    told = ACCOUNT[template]
    send(people, write(people, template, told))
    (place,) = (tmp_path / "mail").iterdir()
    letter = message_from_bytes(place.read_bytes(), policy=default)
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert all(str(value) in text for value in told.values()), text
    has_link = template is not EmailTemplate.INVITATION_ELSEWHERE
    for form in (text, html):
        assert "/settings/notifications" not in form
        assert ("/participants/7" in form) is has_link
    assert "Alice <b>" not in html
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(html)
    assert not [one for one in parser.errors if one[1] != "unexpected-solidus"]


def test_digests_with_nothing_in_them_read_well(people, monkeypatch, tmp_path):
    chosen = resend.settings(var=tmp_path)
    monkeypatch.setattr(mail, "load_settings", lambda: chosen)
    daily = CONTEXTS[EmailTemplate.DAILY_DIGEST] | {"alerts": [], "plans": []}
    send(people, write(people, EmailTemplate.DAILY_DIGEST, daily))
    (place,) = (tmp_path / "mail").iterdir()
    text = message_from_bytes(place.read_bytes(), policy=default).get_body(("plain",)).get_content()
    assert "Budgets to look at" not in text
    assert "\n\n\n" not in text.replace("\r", "")


def test_a_mail_that_was_stored_before_its_template_asked_for_more_is_shown(people):
    email_id = write(people, EmailTemplate.RETENTION_REPORT)
    with transaction(people.alice, unrecorded="a test's beginning"):
        row = db.session.get_one(EmailLog, email_id)
        row.context = {name: value for name, value in row.context.items() if name != "staff"}
    shown = letters.shown(emails.letter(email_id))
    assert shown is not None
    assert "could be erased" in shown.text
    assert "who left your staff" not in shown.text


@pytest.mark.parametrize("template", CONTEXTS)
def test_what_is_told_survives_its_storage(template):
    assert restored(stored(CONTEXTS[template])) == CONTEXTS[template]
    assert NEEDS[template] <= set(CONTEXTS[template])
