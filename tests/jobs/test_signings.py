"""The papers of signing, made and read back; and the mail that asks for a signature."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from caddy import storage
from caddy.actions import agreements, signing_links, signings
from caddy.actions.signing_links import Asked
from caddy.config import load_settings
from caddy.domain.actor import Source, system_actor
from caddy.domain.signings import Signature, SignerRole
from caddy.extensions import db
from caddy.jobs import mail as mail_jobs
from caddy.jobs import signings as jobs
from caddy.models import Attachment, EmailLog
from caddy.queries import signings as reads
from tests import one_of_each, paper


@pytest.fixture
def draft(inside):
    terms = "Feed the cat.\nLock the door."
    return agreements.add_agreement(
        inside.acacia.participant_id,
        one_of_each.agreement(inside.today, terms=terms),
        actor=inside.alice,
    )


def read(sha256):
    with storage.open_file(sha256) as file:
        return file.read()


def test_the_paper_that_is_signed_is_the_one_that_is_kept_and_the_signed_one_says_by_whom(
    inside, draft
):
    worker = system_actor(inside.acacia.id, "Caddy", Source.JOB)
    for _ in range(2):
        jobs.make_agreement_paper(draft, actor=worker)
    found = reads.agreement(draft, seen_by=None)
    shown = paper.text(read(found.paper.sha256))
    for words in ("Pat Green", "430 000 001", "$65.00", "Feed the cat.", "Lock the door.", "100 %"):
        assert words in shown
    signature = Signature(
        "Jo Green", SignerRole.GUARDIAN, True, found.paper.sha256, "M10 20L300 150"
    )
    signing_id = signings.sign_agreement(draft, signature, actor=inside.alice)
    for _ in range(2):
        jobs.keep_signed_paper(signing_id, actor=worker)
    first, second = db.session.scalars(
        select(Attachment).where(Attachment.agreement_id == draft).order_by(Attachment.id)
    )
    assert (first.sha256, first.file_name) == (
        found.paper.sha256,
        "Service agreement with Pat Green.pdf",
    )
    assert second.file_name == "Service agreement with Pat Green, signed.pdf"
    *_, last = paper.pages(read(second.sha256))
    for words in ("Jo Green", "guardian", "I have read this service agreement"):
        assert words in last
    assert found.paper.sha256 in re.sub(r"\s", "", last)


def test_the_mail_that_asks_names_the_link_and_the_row_of_it_does_not(inside, draft):
    one_of_each.keep_paper(draft, inside.alice)
    asked = Asked("Jo Green", "jo@example.org")
    link = signing_links.ask_for_agreement(draft, asked, actor=inside.alice)
    email = db.session.scalars(select(EmailLog)).one()
    worker = system_actor(inside.acacia.id, "Caddy", Source.JOB)
    mail_jobs.send_email(email.id, actor=worker)
    letter = (load_settings().var / "mail" / f"{email.id}.eml").read_text()
    plain = letter.replace("=\n", "")
    assert f"/signing/{one_of_each.token_of_link(link)}" in plain
    assert "Hello Jo Green" in plain
    assert "settings/notifications" not in plain
