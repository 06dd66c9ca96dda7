"""Scores of everyone, stored by the day; and what ends soon, told once at each step."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, event, func, select

from caddy.actions import expiries, recurring, scores
from caddy.actions import register_entries as entries
from caddy.columns import new_id
from caddy.domain.compliance_score import Subject
from caddy.domain.recurring import Recurring
from caddy.domain.restrictive_practices import NewPractice, PracticeKind
from caddy.extensions import db
from caddy.jobs.scores import score_compliance
from caddy.models import (
    AuditLog,
    CareRecord,
    ComplianceScore,
    EmailLog,
    Notification,
    PeriodicRun,
    Policy,
    StaffQualification,
)
from caddy.queries import scores as reads
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import registers
from tests.web import growth


def compute(people, day=None):
    with scope(people.acacia.id):
        return scores.compute(day or people.today, actor=people.alice)


def rows(people, kind):
    with scope(people.acacia.id):
        return db.session.scalars(
            select(ComplianceScore)
            .where(ComplianceScore.subject_kind == kind)
            .order_by(ComplianceScore.computed_on)
        ).all()


def hold(people, *, days=10, kind="first_aid"):
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.add(
            StaffQualification(
                user_id=people.acacia.people["sam"],
                kind=kind,
                expires_on=people.today + timedelta(days=days),
            )
        )


def run(people, day):
    """Leave the run of a day, and tell what ends soon as of it; return how many were told."""
    with scope(people.acacia.id):
        with transaction(people.alice, unrecorded="a test"):
            row = PeriodicRun(id=new_id(), kind=Recurring.DAILY_CHECK, due_on=day, result={})
            db.session.add(row)
        return expiries.tell(row.id, day, actor=people.alice)


def digests(people, address):
    with scope(people.acacia.id):
        return [
            [item["what"] for item in mail.context["items"]]
            for mail in db.session.scalars(
                select(EmailLog)
                .where(EmailLog.template == "compliance_digest", EmailLog.to_address == address)
                .order_by(EmailLog.id)
            )
        ]


def test_scores_are_stored_once_a_day_and_make_a_history(people):
    week_ago = people.today - timedelta(days=7)
    before = compute(people, week_ago)
    hold(people)
    now = compute(people)
    assert compute(people) == now
    own = rows(people, Subject.ORGANIZATION)
    assert [(one.computed_on, one.score) for one in own] == [
        (week_ago, before),
        (people.today, now),
    ]
    sam = people.acacia.people["sam"]
    sams = [one.score for one in rows(people, Subject.WORKER) if one.subject_id == sam]
    assert sams[1] - sams[0] == 25
    with scope(people.acacia.id):
        view = reads.of(Subject.WORKER, sam)
        assert (view.score, view.change) == (sams[1], 25)
        assert {row.organization_id for row in rows(people, Subject.PARTICIPANT)} == {
            people.acacia.id
        }
        facts = select(func.count()).where(AuditLog.action == "compliance.scored")
        assert db.session.scalar(facts) == 3
    with scope(people.banksia.id):
        assert reads.of_organization() is None


def test_what_is_recorded_wins_its_points_back(people):
    compute(people)
    pat = people.acacia.participant_id
    (before,) = [one for one in rows(people, Subject.PARTICIPANT) if one.subject_id == pat]
    lost = {line["rule"]: line["points"] for line in before.lines}
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        db.session.add(
            CareRecord(
                participant_id=pat, kind="support_plan", given_by="Pat", given_on=people.today
            )
        )
        db.session.add(
            Policy(
                title="Incidents",
                module="governance",
                edition="1",
                approved_on=people.today,
                review_on=people.today,
            )
        )
    with scope(people.acacia.id):
        score_compliance(people.acacia.id, actor=people.alice)
    (after,) = [one for one in rows(people, Subject.PARTICIPANT) if one.subject_id == pat]
    assert after.score == before.score + lost["support_plan"]
    (own,) = rows(people, Subject.ORGANIZATION)
    assert "policies" not in {line["rule"] for line in own.lines}


def test_more_people_take_no_more_queries(people):
    def counted():
        seen = []

        def note(_conn, _cursor, statement, *_rest):
            if statement.lstrip().upper().startswith("SELECT"):
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            compute(people)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(seen)

    compute(people)
    few = counted()
    growth.many_participants(people, 6)
    growth.many_people(people, 4)
    assert counted() == few


def test_each_step_is_told_once_to_the_person_and_to_administrators(people):
    hold(people, days=30)
    end = people.today + timedelta(days=30)
    told = [run(people, end - timedelta(days=left)) for left in (30, 29, 7, 6, 0, -1)]
    assert told == [2, 0, 2, 0, 2, 0]
    assert digests(people, "sam@acacia.example") == [["First aid"]] * 3
    assert digests(people, "alice@acacia.example") == [["First aid"]] * 3
    with scope(people.banksia.id):
        assert db.session.scalar(select(func.count(Notification.id))) == 0


def test_what_is_renewed_is_told_anew_and_the_superseded_not_at_all(people):
    pat = people.acacia.participant_id
    with scope(people.acacia.id), transaction(people.alice, unrecorded="a test"):
        for given, ends in ((-300, 5), (-10, 50)):
            db.session.add(
                CareRecord(
                    participant_id=pat,
                    kind="photos",
                    given_by="Pat",
                    given_on=people.today + timedelta(days=given),
                    expires_on=people.today + timedelta(days=ends),
                )
            )
    run(people, people.today)
    (items,) = digests(people, "cora@acacia.example")
    assert items.count("Consent: photos and video") == 1
    assert digests(people, "sam@acacia.example") == []


def test_the_weekly_check_scores_and_tells_in_one_run(people):
    hold(people)
    with scope(people.acacia.id):
        with transaction(people.alice, unrecorded="a test"):
            row = PeriodicRun(kind=Recurring.WEEKLY_COMPLIANCE, due_on=people.today, result={})
            db.session.add(row)
        for _ in range(2):
            recurring.weekly_compliance(row.id, actor=people.alice)
        done = db.session.get_one(PeriodicRun, row.id)
        assert done.result["told"] == 2
        assert done.result["score"] == reads.of_organization().score


def test_whose_scores_are_shown_to_whom(people, sign_in):
    hold(people)
    compute(people)
    alice, sam, fin = sign_in("alice"), sign_in("sam"), sign_in("fin")
    page = alice.get("/compliance")
    assert "There is no signed service agreement." in page.text
    assert "First aid" in page.text
    listed = alice.get("/compliance/scores?kind=worker")
    assert listed.text.index("Cora") < listed.text.index("Sam")
    pat = people.acacia.participant_id
    address = f"/participants/{pat}?tab=compliance"
    assert "There is no emergency contact." in alice.get(address).text
    assert "There is no emergency contact." not in sam.get(address).text
    assert "is not recorded" in sam.get("/compliance/mine").text
    assert "Your compliance" in sam.get("/").text
    assert "Nothing counted yet" in fin.get("/compliance/mine").text
    assert sam.get("/compliance").status_code == 403
    asked = alice.post("/compliance/checks")
    assert asked.status_code == 303


def test_every_line_leads_to_a_page_that_is_there(app, people):
    compute(people)
    routes = app.url_map.bind("localhost")
    for kind in Subject:
        for one in rows(people, kind):
            for line in one.lines:
                routes.match(line["link"].partition("?")[0])


def test_an_action_that_is_due_is_told_of_to_who_does_it_without_what_it_is_about(people):
    made = registers.filled(people.acacia.participant_id, people.alice)
    with scope(people.acacia.id):
        entries.finish_action(made["action_id"], actor=people.alice)
        week = people.today + timedelta(days=7)
        action = entries.NewAction("Mend Quinn's step", week, people.acacia.people["sam"])
        entries.add_action("incident_id", made["incident_id"], action, actor=people.alice)
        lapses = NewPractice(
            people.acacia.participant_id,
            PracticeKind.MECHANICAL,
            "As planned.",
            people.today,
            authorised_by="The panel",
            authorised_until=week,
        )
        entries.change_entry(made["practice_id"], lapses, actor=people.alice)
    run(people, people.today)
    with scope(people.acacia.id):
        told = {
            mail.to_address.partition("@")[0]: {(one["what"], one["whom"]) for one in items}
            for mail in db.session.scalars(select(EmailLog))
            if (items := mail.context.get("items"))
        }
    assert told["sam"] == {("Incident action", "Sam")}
    practices = {what for what, _ in told["cora"]}
    assert {"Incident action", "Authorisation of mechanical restraint"} <= practices
    assert "Quinn" not in str(told["sam"])
