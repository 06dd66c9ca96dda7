"""What a draft is checked for again when it is sent; signatures, GST; claiming lines anew."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from caddy.actions import catalogue, corrections, settings
from caddy.actions.claim_corrections import credit_lines, reclaim_lines
from caddy.actions.claims import withdraw_claim
from caddy.cli.demo_items import starter_items
from caddy.domain.claim_types import CancellationReason
from caddy.domain.claims import GstCode
from caddy.domain.errors import Conflict, NotFound, RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.participants import PlanManagement
from caddy.extensions import db
from caddy.models import (
    AuditLog,
    Claim,
    ClaimFile,
    Organization,
    Plan,
    Service,
    ServiceAgreement,
    ServiceChange,
    SupportItem,
)
from caddy.queries import books, claim_files, claims
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import claims as some
from tests import one_of_each, world


@pytest.fixture
def acacia(people):
    with scope(people.acacia.id):
        some.ready(people)
        yield people.acacia


def set_on(people, model, **columns):
    with transaction(people.alice, unrecorded="a test"):
        db.session.execute(update(model).values(**columns))


def ended(people):
    set_on(people, ServiceAgreement, ends_on=people.today - timedelta(days=900))


def dearer(people):
    for one in db.session.scalars(select(SupportItem)):
        with transaction(people.alice, unrecorded="a test"):
            db.session.get_one(SupportItem, one.id).limits_cents = {"NATIONAL": 1, "NSW": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (ended, "no_agreement"),
        (lambda people: set_on(people, Plan, starts_on=people.today), "outside_plan"),
        (dearer, "over_limit"),
        (lambda people: set_on(people, Service, notes=" "), "missing_notes"),
        (
            lambda people: settings.set_signature_rule(is_required=True, actor=people.alice),
            "missing_signature",
        ),
    ],
)
def test_what_could_not_be_built_today_is_not_sent_and_says_why(people, acacia, change, reason):
    service_id = some.log(people)
    built = some.build(people)
    change(people)
    with pytest.raises(Conflict, match="1 of its services can no longer be claimed") as caught:
        some.submit(people, built.id)
    (held,) = caught.value.details["held_back"]
    assert held["service_id"] == str(service_id)
    assert [one["code"] for one in held["reasons"]] == [reason]
    assert some.statuses(service_id) == ["completed"]
    assert db.session.scalar(select(func.count(ClaimFile.id))) == 0
    some.no_differences()


@pytest.mark.parametrize(
    "change",
    [
        {"management": PlanManagement.SELF_MANAGED},
        {"management": PlanManagement.PLAN_MANAGED, "plan_manager": "Plan Co"},
    ],
)
def test_a_draft_whose_payer_has_changed_is_never_sent_to_the_old_one(people, acacia, change):
    some.log(people)
    built = some.build(people)
    set_on(people, Plan, **change)
    with pytest.raises(Conflict, match="a plan, a payer or an item has changed"):
        some.submit(people, built.id)
    assert some.claim_of(built.id).status == "draft"


def test_a_double_that_another_claim_sent_meanwhile_is_not_sent_again(people, acacia):
    service_id = some.log(people)
    built = some.build(people)
    other = some.log(people, hour=11)
    some.submit(people, some.build(people).id)
    with transaction(people.alice, unrecorded="a test"):
        first, second = (db.session.get_one(Service, one) for one in (service_id, other))
        second.start_time, second.end_time = first.start_time, first.end_time
    with pytest.raises(Conflict) as caught:
        some.submit(people, built.id)
    (held,) = caught.value.details["held_back"]
    assert [one["code"] for one in held["reasons"]] == ["duplicate"]


def test_a_service_is_held_back_until_somebody_confirmed_it_by_name(people, acacia):
    signed = some.log(people, days_ago=2, signed_by=" Pat Green ")
    bare = some.log(people)
    assert claims.preview(some.wanted(people)).services == 2
    settings.set_signature_rule(is_required=True, actor=people.alice)
    preview = claims.preview(some.wanted(people))
    assert [one.service.id for one in preview.held_back] == [bare]
    assert [one.fixed_at for one in preview.held_back[0].reasons] == ["service"]
    row = db.session.get_one(Service, bare)
    entry = replace(one_of_each.entry(people, acacia.participant_id), signed_by="Jo Green, nominee")
    corrections.correct_service(bare, row.version, entry, "Asked later", actor=people.alice)
    assert claims.preview(some.wanted(people)).held_back == ()
    found = {one.id: one for one in db.session.scalars(select(Service))}
    assert found[signed].signed_by == "Pat Green"
    assert found[bare].signed_by == "Jo Green, nominee"
    assert found[bare].signed_at
    change = db.session.scalars(
        select(ServiceChange.changes).where(ServiceChange.reason == "Asked later")
    ).one()
    assert change["signed_by"] == [None, "Jo Green, nominee"]
    version = db.session.get_one(Service, bare).version
    corrections.correct_service(
        bare, version, replace(entry, signed_by=None), "Nothing said", actor=people.alice
    )
    assert db.session.get_one(Service, bare).signed_by == "Jo Green, nominee"


def test_a_fee_and_a_trip_need_no_signature(people, acacia):
    settings.set_signature_rule(is_required=True, actor=people.alice)
    some.cancelled(people, some.log(people), 100, CancellationReason.NSDH)
    assert claims.preview(some.wanted(people)).held_back == ()


def test_gst_goes_from_the_item_into_the_line_the_files_and_the_books(people, acacia):
    """P1 taxable, P2 GST-free: two sources. It is inside the price: PAPL 2025-26."""
    some.log(people, days_ago=2)
    own = some.someone(people, "Sue", "430000012", PlanManagement.SELF_MANAGED, None)
    some.log(people, own, minutes=60)
    before = some.build(people)
    item = db.session.scalars(
        select(SupportItem).where(SupportItem.item_number == "01_011_0107_1_1")
    ).first()
    catalogue.set_gst_code(item.id, GstCode.TAXABLE, actor=people.alice)
    with pytest.raises(Conflict, match="an item has changed"):
        some.submit(people, before.id)
    withdraw_claim(before.id, actor=people.alice)
    built = some.build(people)
    some.submit(people, built.id)
    lines = some.lines_of(built.id)
    assert {line.gst_code for line in lines} == {GstCode.TAXABLE}
    assert {line.total_cents: line.gst_cents for line in lines} == {35_12: 3_19, 70_23: 6_38}
    files = {one.kind.value: one.content for one in claim_files.kept(built.id)}
    (bulk,) = list(csv.DictReader(io.StringIO(files["bulk_csv"].decode())))
    assert bulk["GSTCode"] == "P1"
    (invoiced,) = list(csv.DictReader(io.StringIO(files["invoice_csv"].decode("utf-8-sig"))))
    assert (invoiced["GST code"], invoiced["GST included"], invoiced["Amount"]) == (
        *("P1", "6.38", "70.23"),
    )
    booked = books.lines(books.sent_within(people.today, people.today, world.ZONE), world.ZONE)
    assert sum(one.gst_cents for one in booked) == 3_19 + 6_38


def test_a_later_catalogue_keeps_the_gst_of_an_item(people, acacia):
    """P5 out of scope: two sources."""
    item = db.session.scalars(
        select(SupportItem).where(SupportItem.item_number == "01_011_0107_1_1")
    ).first()
    catalogue.set_gst_code(item.id, GstCode.OUT_OF_SCOPE, actor=people.alice)
    old = [one for one in starter_items() if one.item_number == "01_011_0107_1_1"]
    new = [
        replace(one, starts_on=one.starts_on.replace(year=2030), ends_on=one.ends_on.replace(2031))
        for one in old
    ]
    catalogue.store([*old, *new], "next year", "1" * 64, actor=people.alice)
    codes = db.session.scalars(
        select(SupportItem.gst_code).where(SupportItem.item_number == "01_011_0107_1_1")
    ).all()
    assert len(codes) == len(old) + len(new)
    assert set(codes) == {GstCode.OUT_OF_SCOPE}
    fact = db.session.scalars(
        select(AuditLog).where(AuditLog.action == Fact.SUPPORT_ITEM_TAXED.value)
    ).one()
    assert fact.changes["gst_code"] == ["P2", "P5"]


def test_one_press_credits_lines_and_drafts_the_same_services_again(people, acacia):
    kept = some.log(people, days_ago=3)
    again = some.log(people)
    fee = some.log(people, days_ago=2)
    some.cancelled(people, fee, 50, CancellationReason.NSDF)
    claim = some.sent(people)
    lines = {line.service_on: line for line in some.lines_of(claim.id)}
    ids = [lines[people.today - timedelta(days=ago)].id for ago in (1, 2)]
    done = reclaim_lines(claim.id, ids, "Wrong type", actor=people.alice)
    assert done.credited_cents == 35_12 + 17_56
    assert (done.built.number, done.built.services, done.built.total_cents) == (
        *("C-000002", 2, 35_12 + 17_56),
    )
    types = {line.claim_type.value for line in some.lines_of(done.built.id)}
    assert types == {"direct", "cancellation"}
    assert some.statuses(kept, again, fee) == ["billed", "completed", "cancelled"]
    some.submit(people, done.built.id)
    assert some.statuses(kept, again, fee) == ["billed"] * 3
    twice = reclaim_lines(claim.id, ids, "Again", actor=people.alice)
    assert (twice.credited_cents, twice.built.id) == (0, None)
    some.no_differences()


def test_a_reclaim_that_fails_credits_nothing(people, acacia, monkeypatch):
    some.log(people)
    claim = some.sent(people)
    (line,) = some.lines_of(claim.id)
    monkeypatch.setattr("caddy.actions.claims._store", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reclaim_lines(claim.id, [line.id], "x", actor=people.alice)
    assert some.lines_of(claim.id)[0].status == "pending"
    assert db.session.scalar(select(func.count(Claim.id))) == 1
    some.no_differences()


def test_a_credit_needs_lines_and_a_reason_and_a_stranger_has_neither(people, acacia):
    some.log(people)
    claim = some.sent(people)
    (line,) = some.lines_of(claim.id)
    for act in (credit_lines, reclaim_lines):
        with pytest.raises(RuleBroken, match="Say why"):
            act(claim.id, [line.id], " ", actor=people.alice)
        with pytest.raises(RuleBroken, match="Choose the lines"):
            act(claim.id, [], "x", actor=people.alice)
    with scope(people.banksia.id), pytest.raises(NotFound):
        reclaim_lines(claim.id, [line.id], "x", actor=people.charlie)


def test_nobody_takes_the_abn_of_another_organization(people, acacia):
    with scope(people.banksia.id), pytest.raises(RuleBroken, match="is here already") as caught:
        settings.set_provider_numbers(some.ABN, "", actor=people.charlie)
    assert caught.value.field == "abn"
    with scope(people.banksia.id):
        assert db.session.get_one(Organization, people.banksia.id).abn is None
