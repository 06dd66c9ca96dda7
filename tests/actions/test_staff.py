"""Recording what staff hold and when they are there: stored, recorded, and kept apart."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from caddy.actions import staff
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.qualifications import QualificationKind
from caddy.domain.staff import Leave, QualificationEntry, Window
from caddy.extensions import db
from caddy.models import AuditLog, StaffQualification
from caddy.queries import staff as reads
from caddy.queries.staff import StaffFilter
from caddy.tenancy import scope
from tests.one_colleague import recorded

AID = QualificationKind.FIRST_AID
MONDAY = Window(0, time(9), time(17))
LEAVE = Leave(date(2027, 1, 4), date(2027, 1, 8), "Annual leave")


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


@pytest.fixture
def sam(people):
    return people.acacia.people["sam"]


def facts(about):
    return db.session.scalars(
        select(AuditLog).where(AuditLog.entity_id == about).order_by(AuditLog.id)
    ).all()


def test_a_newer_document_takes_the_place_of_the_older(people, sam):
    first = QualificationEntry(AID, "A1", date(2023, 1, 1), date(2026, 1, 1))
    staff.record_qualification(sam, first, actor=people.alice)
    second = QualificationEntry(AID, "A2", date(2026, 1, 1), date(2029, 1, 1))
    staff.record_qualification(sam, second, actor=people.alice)
    rows = reads.record(sam, people.today).qualifications
    held = next(one for one in rows if one.kind is AID)
    assert (held.number, held.expires_on) == ("A2", date(2029, 1, 1))
    fact = facts(sam)[-1]
    assert fact.action == "qualification.recorded"
    assert fact.changes["expires_on"] == ["2026-01-01", "2029-01-01"]


def test_hours_of_several_days_are_added_together_or_not_at_all(people, sam):
    week = [Window(day, time(9), time(17)) for day in range(5)]
    staff.add_availability(sam, week[3:4], actor=people.alice)
    with pytest.raises(RuleBroken, match="Thursday"):
        staff.add_availability(sam, week, actor=people.alice)
    assert len(reads.record(sam, people.today).windows) == 1
    staff.add_availability(sam, week[:3], actor=people.alice)
    assert [one.weekday for one in reads.record(sam, people.today).windows] == [0, 1, 2, 3]


def test_why_someone_is_away_is_not_in_the_history(people, sam):
    staff.add_leave(sam, LEAVE, actor=people.alice)
    assert reads.record(sam, people.today).leave[0].reason == "Annual leave"
    assert "Annual leave" not in str(facts(sam)[-1].changes)
    with pytest.raises(RuleBroken, match="leave already"):
        staff.add_leave(sam, LEAVE, actor=people.alice)


def test_what_was_recorded_is_removed_and_said(people, sam):
    ids = recorded(sam, people.alice)
    staff.remove_qualification(sam, ids["qualification_id"], actor=people.alice)
    staff.remove_availability(sam, ids["window_id"], actor=people.alice)
    staff.remove_leave(sam, ids["leave_id"], actor=people.alice)
    record = reads.record(sam, people.today)
    assert (record.qualifications, list(record.windows), list(record.leave)) == ([], [], [])
    said = ["qualification.removed", "availability.removed", "leave.removed"]
    assert [one.action for one in facts(sam)][-3:] == said


def test_an_entry_of_someone_else_is_not_there(people, sam):
    ids, cora = recorded(sam, people.alice), people.acacia.people["cora"]
    for remove, name in (
        (staff.remove_qualification, "qualification_id"),
        (staff.remove_availability, "window_id"),
        (staff.remove_leave, "leave_id"),
    ):
        with pytest.raises(NotFound):
            remove(cora, ids[name], actor=people.alice)


def test_a_person_of_another_organization_is_not_there(people, sam):
    charlie = people.banksia.people["charlie"]
    assert reads.record(charlie, people.today) is None
    with pytest.raises(NotFound):
        staff.record_qualification(charlie, QualificationEntry(AID), actor=people.alice)
    with pytest.raises(NotFound):
        staff.add_availability(charlie, [MONDAY], actor=people.alice)
    with pytest.raises(NotFound):
        staff.add_leave(charlie, LEAVE, actor=people.alice)
    with scope(people.banksia.id):
        kinds = db.session.scalars(select(StaffQualification.kind)).all()
        assert AID not in kinds


def test_the_list_says_how_each_screening_stands(people, sam):
    recorded(sam, people.alice)
    rows, following = reads.page(StaffFilter(), people.today)
    assert following is None
    assert {row.name: str(row.screening) for row in rows} == {
        "Alice Acacia": "missing",
        "Cora Acacia": "missing",
        "Fin Acacia": "missing",
        "Sam Acacia": "valid",
        "Vic Acacia": "missing",
    }
    (found,), _ = reads.page(StaffFilter(search="sa aca"), people.today)
    assert found.id == sam
    assert reads.count(StaffFilter(search="%")) == 0
