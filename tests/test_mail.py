"""The door for mail: what Resend answers, and what happens where there is no Resend."""

from __future__ import annotations

import threading
from email import message_from_bytes
from email.policy import default

import pytest

from caddy import mail
from caddy.mail import MailRefused, MailUnavailable, Message
from tests import resend

LETTER = Message(
    to="cora@acacia.example",
    subject="Budget alert: Zoë at 75 %",
    html="<p>Zoë has <strong>$250.00</strong> left.</p>",
    text="Zoë has $250.00 left.\n",
    tags=(("environment", "test"), ("template", "budget alert é")),
)


@pytest.fixture
def service(monkeypatch):
    with resend.running() as running:
        chosen = resend.settings(key=resend.KEY, url=running.url)
        monkeypatch.setattr(mail, "load_settings", lambda: chosen)
        yield running


def test_a_mail_is_handed_over_in_both_forms_and_its_id_comes_back(service):
    assert mail.send(LETTER, "one").provider_id == "resend-one"
    assert service.mails["one"] == {
        "from": "Caddy <caddy@localhost.localdomain>",
        "to": ["cora@acacia.example"],
        "subject": LETTER.subject,
        "html": LETTER.html,
        "text": LETTER.text,
        "tags": [
            {"name": "environment", "value": "test"},
            {"name": "template", "value": "budget_alert__"},
        ],
    }
    assert service.requests[0]["Content-Type"] == "application/json"


def test_the_same_key_again_sends_nothing_again(service):
    assert mail.send(LETTER, "one") == mail.send(LETTER, "one")
    assert len(service.mails) == 1


def test_a_refusal_carries_the_services_own_sentence(service):
    service.answer = (422, {"statusCode": 422, "message": "The `to` field is not an address."})
    with pytest.raises(MailRefused, match="The `to` field is not an address"):
        mail.send(LETTER, "one")


def test_a_refusal_without_a_sentence_names_its_status(service):
    service.answer = (302, "<html>")
    with pytest.raises(MailRefused, match="answered 302"):
        mail.send(LETTER, "one")


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_passes_may_be_tried_again(service, status):
    service.answer = (status, {"message": "Slow down."})
    with pytest.raises(MailUnavailable, match="Slow down"):
        mail.send(LETTER, "one")


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry-After": "7", "RateLimit-Reset": "3"}, 7),
        ({"RateLimit-Reset": "90"}, 90),
        ({"Retry-After": "999999999"}, 86_400),
        ({"Retry-After": "soon"}, 0),
    ],
)
def test_a_service_that_is_asked_too_often_says_for_how_long(service, headers, pause):
    service.answer = (429, {"message": "Too many requests."})
    service.answer_headers = headers
    with pytest.raises(MailUnavailable) as refused:
        mail.send(LETTER, "one")
    assert refused.value.retry_after == pause


def test_a_mail_that_is_on_its_way_is_asked_for_again(service):
    service.hangs = threading.Event()
    first = threading.Thread(target=mail.send, args=(LETTER, "one"))
    first.start()
    service.waits.wait(10)
    with pytest.raises(MailUnavailable, match="In progress"):
        mail.send(LETTER, "one")
    service.hangs.set()
    first.join()
    assert mail.send(LETTER, "one").provider_id == "resend-one"
    assert len(service.mails) == 1


def test_a_line_that_breaks_after_the_mail_was_taken_makes_no_second_mail(service):
    service.drops = True
    with pytest.raises(MailUnavailable, match="could not be reached"):
        mail.send(LETTER, "one")
    service.drops = False
    assert mail.send(LETTER, "one").provider_id == "resend-one"
    assert len(service.mails) == 1


@pytest.mark.parametrize("body", ["", "no JSON", "[]", {"id": None}])
def test_an_answer_that_names_no_id_is_asked_for_again(service, body):
    service.answer = (200, body)
    with pytest.raises(MailUnavailable):
        mail.send(LETTER, "one")


def test_a_service_that_hangs_is_not_waited_for(service, monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 0.1)
    service.hangs = threading.Event()
    with pytest.raises(MailUnavailable, match="could not be reached"):
        mail.send(LETTER, "one")


def test_a_service_that_is_not_there_may_be_later(monkeypatch):
    nowhere = resend.settings(key=resend.KEY, url="http://127.0.0.1:9")
    monkeypatch.setattr(mail, "load_settings", lambda: nowhere)
    with pytest.raises(MailUnavailable, match="could not be reached"):
        mail.send(LETTER, "one")


def test_a_wrong_key_is_a_refusal(service, monkeypatch):
    wrong = resend.settings(key="re_wrong", url=service.url)
    monkeypatch.setattr(mail, "load_settings", lambda: wrong)
    with pytest.raises(MailRefused, match="API key is invalid"):
        mail.send(LETTER, "one")


def test_without_a_key_in_development_it_is_a_file_for_a_mail_program(
    monkeypatch, tmp_path, caplog
):
    chosen = resend.settings(var=tmp_path, environment="development")
    monkeypatch.setattr(mail, "load_settings", lambda: chosen)
    assert mail.send(LETTER, "../one").provider_id == "file:---one.eml"
    mail.send(LETTER, "../one")
    (place,) = (tmp_path / "mail").iterdir()
    assert place.parent.stat().st_mode & 0o077 == 0
    assert f"mail.written_not_sent {place}" in caplog.text
    letter = message_from_bytes(place.read_bytes(), policy=default)
    assert (letter["To"], letter["Subject"]) == (LETTER.to, LETTER.subject)
    assert letter["From"] == "Caddy <caddy@localhost.localdomain>"
    assert letter.get_body(("plain",)).get_content().splitlines() == LETTER.text.splitlines()
    assert LETTER.html in letter.get_body(("html",)).get_content()
    assert "Zoë has $250.00 left." in place.read_text()


def test_without_a_key_in_production_it_is_refused_and_nothing_is_written(monkeypatch, tmp_path):
    chosen = resend.settings(var=tmp_path, environment="production")
    monkeypatch.setattr(mail, "load_settings", lambda: chosen)
    with pytest.raises(MailRefused, match=r"No mail service is configured: set RESEND_API_KEY\."):
        mail.send(LETTER, "one")
    assert list(tmp_path.iterdir()) == []
