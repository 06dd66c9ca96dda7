"""Entries of the registers: what is written of them, what they make due, what stays of them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from caddy.actions import agreements, staff
from caddy.actions import register_entries as entries
from caddy.actions.erasure_registers import erase_registers
from caddy.domain.care_records import CareKind, NewCareRecord
from caddy.domain.complaints import NewComplaint
from caddy.domain.errors import Conflict, RuleBroken
from caddy.domain.periods import Days
from caddy.domain.policies import NewPolicy
from caddy.domain.practice_standards import PracticeModule
from caddy.domain.qualifications import QualificationKind
from caddy.domain.registers import Tone
from caddy.domain.restrictive_practices import NewPractice, PracticeKind
from caddy.domain.retention import Keep
from caddy.domain.risks import NewRisk, RiskState
from caddy.domain.staff import QualificationEntry
from caddy.extensions import db
from caddy.models import AuditLog, Complaint, Incident, PolicyReading
from caddy.queries import compliance, retention, shelves
from caddy.queries.shelves import base
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import one_of_each, registers, world
from tests.actions.test_retention import long_ago

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def several(people):
    """Add entries that stand in every way a register knows."""
    pat, today = people.acacia.participant_id, people.today
    last_month = today.replace(day=1) - DAY
    practice = NewPractice(
        pat,
        PracticeKind.CHEMICAL,
        "x",
        today - 400 * DAY,
        behaviour_plan="Plan",
        authorised_by="Panel",
        authorised_until=today + 400 * DAY,
        reported_until=last_month,
    )
    complaint = NewComplaint("Bus", "x", today)
    risk = NewRisk("Falls", 5, 5, "x", today, state=RiskState.CONTROLLED)
    policy = NewPolicy("A", PracticeModule.RIGHTS, "1", today, approved_on=today - DAY)
    care = NewCareRecord(pat, CareKind.PHOTOS, "Pat", today - 90 * DAY, review_on=today)
    before = last_month.replace(day=1) - DAY
    for entry in (
        *(practice, replace(practice, authorised_until=None), replace(practice, ended_on=today)),
        replace(practice, authorised_until=today - DAY),
        replace(practice, behaviour_plan=None),
        *(replace(practice, reported_until=day) for day in (before, before.replace(day=1) - DAY)),
        *(replace(practice, starts_on=day, reported_until=None) for day in (today, before)),
        *(complaint, replace(complaint, received_on=today - 3 * DAY)),
        replace(complaint, received_on=today - 3 * DAY, acknowledged_on=today),
        replace(complaint, received_on=today - 29 * DAY, acknowledged_on=today),
        replace(complaint, received_on=today - 29 * DAY, resolved_on=today, outcome="x"),
        *(risk, replace(risk, state=RiskState.OPEN), replace(risk, state=RiskState.CLOSED)),
        *(policy, replace(policy, title="B", approved_on=None)),
        replace(policy, title="C", retired_on=today),
        replace(policy, title="D", approved_on=today - 9 * DAY, review_on=today - DAY),
        *(care, replace(care, review_on=None), replace(care, review_on=today - DAY)),
        *(replace(care, expires_on=day) for day in (today, today - DAY)),
        replace(care, expires_on=today - DAY, withdrawn_on=today),
    ):
        entries.add_entry(entry, actor=people.alice)
    agreed_and_held(people)


def agreed_and_held(people):
    """Add agreements and qualifications that stand in every way."""
    pat, today = people.acacia.participant_id, people.today
    entry = one_of_each.agreement(today)
    for starts_on, ends_on, review_on, is_signed in (
        (today, today + 400 * DAY, None, False),
        (today - 400 * DAY, today - 301 * DAY, None, True),
        (today - 300 * DAY, today - 201 * DAY, None, False),
        (today - 90 * DAY, today + 90 * DAY, today - DAY, True),
        (today + 91 * DAY, today + 120 * DAY, today + 100 * DAY, True),
        (today + 121 * DAY, today + 140 * DAY, None, True),
        (today - 200 * DAY, today - 91 * DAY, today - 99 * DAY, True),
    ):
        days = replace(entry, starts_on=starts_on, ends_on=ends_on, review_on=review_on)
        made = agreements.add_agreement(pat, days, actor=people.alice)
        if is_signed:
            agreements.sign_agreement(made, today, "Pat", actor=people.alice)
    for kind, expires_on in (
        (QualificationKind.FIRST_AID, today - DAY),
        (QualificationKind.POLICE_CHECK, today + 59 * DAY),
        (QualificationKind.WORKING_WITH_CHILDREN, today + 60 * DAY),
        (QualificationKind.ORIENTATION, None),
        (QualificationKind.CAR_INSURANCE, today),
    ):
        held = QualificationEntry(kind, f"Pat {kind}", None, expires_on)
        staff.record_qualification(people.acacia.people["vic"], held, actor=people.alice)


def test_what_is_told_in_confidence_is_never_in_the_audit_log(people):
    registers.filled(people.acacia.participant_id, people.alice)
    said = json.dumps(list(db.session.scalars(select(AuditLog.changes))))
    assert registers.STORY not in said
    assert "Mend the step" not in said
    assert entries.SOMETHING in said
    complaint = db.session.scalars(select(Complaint)).one()
    entry = NewComplaint("Bus", "Another story.", people.today, complainant="Jo Bloggs")
    entries.change_entry(complaint.id, entry, actor=people.alice)
    last = select(AuditLog.changes).where(AuditLog.action == "complaint.changed")
    changes = db.session.scalars(last).one()
    assert changes["details"] == changes["complainant"] == entries.SOMETHING
    assert changes["about"] == ["Quinn Secret's bus", "Bus"]


def test_the_numbers_of_the_hub_are_those_of_the_rows(people):
    several(people)
    at = base.look()
    for shelf in shelves.EVERY:
        wanted = base.Wanted(choice=shelf.first_choice)
        rows, _ = base.page(shelf, wanted, at, seen_by=None)
        stands = [shelf.stands(entry.row, at) for entry in rows]
        bad = [one.label for one in stands if one.tone is Tone.BAD]
        found = base.numbers(shelf, at, seen_by=None)
        assert (found.current, found.attention) == (len(rows), len(bad)), (shelf.key, bad)
        assert base.count(shelf, wanted, at, seen_by=None) == len(rows)
        if shelf.key != "incidents":
            assert 0 < len(bad) < len(rows), shelf.key


def test_pages_of_a_register_hold_each_entry_once_also_where_many_have_one_key(people):
    several(people)
    for shelf in shelves.EVERY:
        found, after = [], None
        while True:
            wanted = base.Wanted(choice="all", after=after)
            rows, after = base.page(shelf, wanted, base.look(), seen_by=None, size=2)
            found += [entry.row.id for entry in rows]
            if after is None:
                break
        assert len(found) == len(set(found))
        assert len(found) == base.count(shelf, base.Wanted(choice="all"), base.look(), seen_by=None)


def test_a_register_is_found_by_its_words_and_by_the_participants_name(people):
    several(people)
    for shelf in shelves.EVERY:
        for search, is_found in (("Pat", True), ("zebra", False)):
            wanted = base.Wanted(search=search, choice="all")
            rows, _ = base.page(shelf, wanted, base.look(), seen_by=None)
            if shelf.key in {"restrictive_practices", "care_records"} or not is_found:
                assert bool(rows) is is_found, shelf.key
            assert base.count(shelf, wanted, base.look(), seen_by=None) == len(rows)


def test_what_the_registers_make_due_is_in_the_weekly_list(people):
    pat, today = people.acacia.participant_id, people.today
    made = registers.filled(pat, people.alice)
    assert compliance.due(today, 60) == []
    found = {one.link: one for one in compliance.due(today, 250)}
    for name in ("risk", "policy", "care_record"):
        address = {"policy": "policies", "care_record": "care-records"}.get(name, f"{name}s")
        assert found[f"/{address}/{made[f'{name}_id']}"].due_on == today + 200 * DAY
    action = found[f"/incidents/{made['incident_id']}"]
    assert (action.what, action.whom) == ("Incident action", "Serious injury")
    entries.finish_action(made["action_id"], actor=people.alice)
    assert action.link not in {one.link for one in compliance.due(today, 250)}


def test_every_register_is_a_section_of_the_report(people):
    several(people)
    registers.filled(people.acacia.participant_id, people.alice)
    days = Days(people.today - DAY, people.today)
    for shelf, read in zip(shelves.SHELVES, shelves.SECTIONS, strict=True):
        found = read(days, people.today)
        assert found.rows, shelf.key
        assert sum(column.share for column in found.columns) == 55
        assert all(len(row) == len(found.columns) for row in found.rows)
        assert sum(one.number for one in found.counts) == len(found.rows)
    last_year = Days(date(2025, 1, 1), date(2025, 1, 31))
    empty = {read(last_year, people.today).key for read in shelves.SECTIONS[:2]}
    assert empty == {"incidents", "complaints"}
    assert all(not read(last_year, people.today).rows for read in shelves.SECTIONS[:2])


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (
            lambda day, pat: NewComplaint("x", "x", day, acknowledged_on=day - DAY),
            "acknowledged_on",
        ),
        (lambda day, pat: NewComplaint("x", "x", day, resolved_on=day), "outcome"),
        (
            lambda day, pat: NewPractice(
                pat, PracticeKind.PHYSICAL, "x", day, reported_until=day.replace(day=2)
            ),
            "reported_until",
        ),
        (lambda day, pat: NewRisk("x", 1, 1, "x", day, participant_id=pat, site_id=pat), "site_id"),
        (lambda day, pat: NewRisk("x", 1, 1, "x", day, owner_id=pat), "owner_id"),
        (lambda day, pat: NewPolicy("Taken", PracticeModule.RIGHTS, "2", day), "title"),
        (
            lambda day, pat: NewCareRecord(pat, CareKind.PHOTOS, "x", day, expires_on=day - DAY),
            "expires_on",
        ),
        (lambda day, pat: NewComplaint("x", "x", day, participant_id=day), "participant_id"),
    ],
)
def test_what_a_register_refuses_is_said_beside_its_field(people, entry, field):
    pat, quinn = people.acacia.participant_id, people.banksia.participant_id
    taken = NewPolicy("Taken", PracticeModule.RIGHTS, "1", people.today)
    entries.add_entry(taken, actor=people.alice)
    wrong = entry(people.today, pat)
    if getattr(wrong, "participant_id", None) == people.today:
        wrong = replace(wrong, participant_id=quinn)  # of another organization
    with pytest.raises(RuleBroken) as refused:
        entries.add_entry(wrong, actor=people.alice)
    assert refused.value.field == field


def test_a_policy_is_read_once_in_each_edition_that_holds(people):
    draft = NewPolicy("Privacy", PracticeModule.RIGHTS, "1", people.today + DAY)
    policy_id = entries.add_entry(draft, actor=people.alice)
    with pytest.raises(Conflict, match="does not hold"):
        entries.read_policy(policy_id, actor=people.sam)
    first = replace(draft, approved_on=people.today)
    entries.change_entry(policy_id, first, actor=people.alice)
    for _ in range(2):
        entries.read_policy(policy_id, actor=people.sam)
    entries.change_entry(policy_id, replace(first, edition="2"), actor=people.alice)
    entries.read_policy(policy_id, actor=people.sam)
    read = select(PolicyReading.edition).order_by(PolicyReading.edition)
    assert list(db.session.scalars(read)) == ["1", "2"]


def test_a_recent_entry_keeps_a_participant_and_an_erased_one_has_no_words_left(people):
    olly = world.olly(people)
    long_ago(people, olly)
    registers.filled(olly, people.alice)
    found = retention.one(olly, people.today)
    assert found.kept == [Keep.RECENT_ENTRY]
    assert retention.numbers(people.today, seen_by=None).by_reason[Keep.RECENT_ENTRY] == 1
    with transaction(people.alice, unrecorded="a test"):
        erase_registers(olly)
    row = db.session.scalars(select(Incident)).one()
    assert (row.what_happened, row.place, row.participant_id) == ("Erased", None, olly)
    for shelf in shelves.SHELVES:
        if shelf.key == "policies":
            continue
        (entry,), _ = base.page(shelf, base.Wanted(choice="all"), base.look(), seen_by=None)
        held = [str(value) for value in vars(entry.row).values()]
        assert not any("Quinn" in value for value in held), shelf.key
