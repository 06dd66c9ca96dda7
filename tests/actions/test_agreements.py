"""Agreements: drafted, signed, ended; what is signed stays as it was signed."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from caddy import storage
from caddy.actions import agreements as actions
from caddy.actions.attachments import Upload
from caddy.domain.agreements import AgreedLine
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.extensions import db
from caddy.models import AgreedItem, Attachment, AuditLog, ServiceAgreement
from caddy.queries import agreements, attachments
from caddy.tenancy import scope
from tests.one_of_each import agreement
from tests.samples import PDF

DAYTIME, EVENING = "01_011_0107_1_1", "01_015_0107_1_1"


def draft(people, **more):
    starts_on = people.today - timedelta(days=20)
    entered = replace(agreement(starts_on), **more)
    return actions.add_agreement(people.acacia.participant_id, entered, actor=people.alice)


def sign(people, agreement_id, document=None):
    actions.sign_agreement(agreement_id, people.today, "Pat Green", document, actor=people.alice)


def refused(run, *arguments, **named):
    with pytest.raises(RuleBroken) as caught:
        run(*arguments, **named)
    return caught.value


def test_a_draft_is_kept_with_its_items_and_binds_nobody(inside):
    made = draft(inside, items=(AgreedLine(DAYTIME, 65_00), AgreedLine(EVENING)))
    record = agreements.record(made, seen_by=None)
    assert record.agreement.status == "draft"
    assert [(one.item_number, one.unit_price_cents) for one in record.items] == [
        (DAYTIME, 65_00),
        (EVENING, None),
    ]
    assert record.items[0].name.endswith("Weekday Daytime")
    assert agreements.terms_on(inside.acacia.participant_id, inside.today) is None
    (row,) = agreements.of_participant(inside.acacia.participant_id)
    assert (row.id, row.items) == (made, 2)


def test_a_draft_is_changed_and_the_audit_says_from_what_to_what(inside):
    made = draft(inside)
    entered = agreement(
        inside.today - timedelta(days=20), AgreedLine(EVENING, 70_00), allows_travel=True
    )
    actions.change_agreement(made, entered, actor=inside.alice)
    assert [one.item_number for one in agreements.record(made, seen_by=None).items] == [EVENING]
    fact = db.session.scalars(select(AuditLog).where(AuditLog.action == "agreement.changed")).one()
    assert fact.changes == {"allows_travel": [False, True], "items": [f"{EVENING} at $70.00"]}


def test_signing_binds_and_keeps_the_document(inside):
    made = draft(inside, allows_travel=True, cancellation_percent=80)
    sign(inside, made, Upload(io.BytesIO(PDF), "../signed.pdf"))
    terms = agreements.terms_on(inside.acacia.participant_id, inside.today)
    assert (terms.agreement_id, terms.name) == (made, "Pat")
    assert dict(terms.prices_cents) == {DAYTIME: 65_00}
    assert (terms.allows_travel, terms.allows_ndia_reports) == (True, False)
    assert terms.cancellation_percent == 80
    (kept,) = attachments.of_agreement(made)
    assert (kept.file_name, kept.size_bytes) == ("signed.pdf", len(PDF))
    with storage.open_file(attachments.one(kept.id, seen_by=None).sha256) as file:
        assert file.read() == PDF


def test_a_document_that_is_none_signs_nothing(inside):
    made = draft(inside)
    broken = refused(sign, inside, made, Upload(io.BytesIO(b"<html>"), "signed.pdf"))
    assert (broken.field, broken.code) == ("file", "file_kind")
    assert agreements.record(made, seen_by=None).agreement.status == "draft"
    assert db.session.scalar(select(func.count(Attachment.id))) == 0


def test_what_is_signed_is_neither_changed_nor_signed_again(inside):
    made = draft(inside)
    sign(inside, made)
    with pytest.raises(Conflict, match="Only a draft can be changed"):
        actions.change_agreement(made, agreement(inside.today), actor=inside.alice)
    with pytest.raises(Conflict, match="signed already"):
        sign(inside, made)


def test_signed_agreements_of_one_participant_do_not_overlap(inside):
    first, second = draft(inside), draft(inside)
    sign(inside, first)
    broken = refused(sign, inside, second)
    assert broken.code == "agreements_overlap"
    last = inside.today - timedelta(days=1)
    actions.end_agreement(first, last, actor=inside.alice)
    assert refused(sign, inside, second).code == "agreements_overlap"
    entered = agreement(inside.today)
    actions.change_agreement(second, entered, actor=inside.alice)
    sign(inside, second)
    whom = inside.acacia.participant_id
    assert agreements.terms_on(whom, last).agreement_id == first
    assert agreements.terms_on(whom, inside.today).agreement_id == second


def test_of_two_who_sign_at_once_one_is_refused(app, inside):
    drafts = [draft(inside), draft(inside)]
    outcomes = []

    def work(agreement_id):
        with app.app_context(), scope(inside.acacia.id):
            try:
                sign(inside, agreement_id)
                outcomes.append("signed")
            except RuleBroken as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=work, args=(one,)) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["agreements_overlap", "signed"]


def test_an_agreement_ends_on_a_day_of_its_own(inside):
    made = draft(inside)
    with pytest.raises(Conflict, match="Only a signed agreement"):
        actions.end_agreement(made, inside.today, actor=inside.alice)
    sign(inside, made)
    assert (
        refused(
            actions.end_agreement, made, inside.today + timedelta(days=400), actor=inside.alice
        ).field
        == "on"
    )
    actions.end_agreement(made, inside.today, actor=inside.alice)
    ended = agreements.record(made, seen_by=None).agreement
    assert (ended.status, ended.ends_on) == ("ended", inside.today)
    whom = inside.acacia.participant_id
    assert agreements.terms_on(whom, inside.today) is not None
    assert agreements.terms_on(whom, inside.today + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        (AgreedLine("01_999_0107_1_1"), "item_number", "unknown_item"),
        (AgreedLine(EVENING, 77_39), "unit_price", "over_price_limit"),
    ],
)
def test_an_item_is_refused_in_its_row_and_nothing_is_kept(inside, line, column, code):
    broken = refused(draft, inside, items=(AgreedLine(DAYTIME), line))
    assert (broken.field, broken.code) == ("items", code)
    assert broken.details == {"row": 1, "column": column}
    assert db.session.scalar(select(func.count(ServiceAgreement.id))) == 0
    assert db.session.scalar(select(func.count(AgreedItem.id))) == 0


def test_another_organizations_participant_and_agreement_are_not_there(people):
    with scope(people.acacia.id):
        made = draft(people)
        with pytest.raises(NotFound):
            actions.add_agreement(
                people.banksia.participant_id, agreement(people.today), actor=people.alice
            )
    with scope(people.banksia.id):
        assert agreements.record(made, seen_by=None) is None
        assert agreements.terms_on(people.acacia.participant_id, people.today) is None
        for act in (
            lambda: actions.sign_agreement(made, people.today, "x", actor=people.charlie),
            lambda: actions.end_agreement(made, people.today, actor=people.charlie),
            lambda: actions.change_agreement(made, agreement(people.today), actor=people.charlie),
        ):
            with pytest.raises(NotFound):
                act()
