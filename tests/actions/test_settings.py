"""The organization's own choices: what is refused, what is recorded, what follows from them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from caddy.actions import settings, sites
from caddy.actions.participants import change_participant
from caddy.actions.settings import CheckTimes
from caddy.actions.sites import SiteEntry
from caddy.domain.errors import NotFound, RuleBroken
from caddy.domain.qualifications import QualificationKind
from caddy.extensions import db
from caddy.models import AlertType, AuditLog, Budget, BudgetAlert, Organization, Participant
from caddy.queries import sites as site_reads
from caddy.queue import Outbox
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world


@pytest.fixture(autouse=True)
def _as_acacia(people):
    with scope(people.acacia.id):
        yield


def organization():
    db.session.expire_all()
    return db.session.scalars(select(Organization).where(Organization.name == "Acacia")).one()


def thresholds(kind):
    return db.session.scalars(
        select(BudgetAlert.threshold_percent).where(BudgetAlert.type == kind)
    ).all()


def test_new_alert_thresholds_reach_the_budgets_that_had_the_old_ones(people):
    with transaction(people.alice, unrecorded="a test"):
        own = db.session.scalars(
            select(BudgetAlert).where(BudgetAlert.type == AlertType.WARNING).limit(1)
        ).one()
        own.threshold_percent = 50
    settings.set_alert_thresholds(60, 95, actor=people.alice)
    assert sorted(thresholds(AlertType.WARNING)) == [50, 60]
    assert set(thresholds(AlertType.CRITICAL)) == {95}
    assert set(thresholds(AlertType.PACE_OVER)) == {15}
    assert (organization().alert_warning_percent, organization().alert_critical_percent) == (60, 95)
    fact = db.session.scalars(
        select(AuditLog).where(AuditLog.action == "alert_thresholds.changed")
    ).one()
    assert fact.changes["alert_warning_percent"] == [75, 60]


def test_another_organizations_alerts_stay_as_they_are(people):
    settings.set_alert_thresholds(60, 95, actor=people.alice)
    with scope(people.banksia.id):
        assert set(thresholds(AlertType.WARNING)) == {75}


def test_budgets_whose_alert_is_due_now_are_looked_at_again(people):
    with transaction(people.alice, unrecorded="a test"):
        budget = db.session.scalars(select(Budget).where(Budget.support_category == 1)).one()
        budget_id = budget.id
        db.session.execute(update(Budget).where(Budget.id == budget_id).values(spent_cents=700_00))

    def checks():
        return db.session.scalars(
            select(Outbox.subject_id).where(Outbox.job == "check_budget")
        ).all()

    settings.set_alert_thresholds(80, 90, actor=people.alice)
    assert checks() == []
    settings.set_alert_thresholds(70, 90, actor=people.alice)
    assert checks() == []  # exactly 70 % is not above it
    settings.set_alert_thresholds(69, 90, actor=people.alice)
    assert checks() == [budget_id]


@pytest.mark.parametrize("pair", [(0, 90), (90, 90), (91, 90), (75, 101)])
def test_alerts_out_of_order_are_refused(people, pair):
    with pytest.raises(RuleBroken) as refused:
        settings.set_alert_thresholds(*pair, actor=people.alice)
    assert refused.value.field == "critical_percent"
    assert organization().alert_warning_percent == 75


def test_the_pace_variance_reaches_the_alerts_that_had_the_old_one(people):
    settings.set_pace_variance(20, actor=people.alice)
    assert set(thresholds(AlertType.PACE_OVER) + thresholds(AlertType.PACE_UNDER)) == {20}
    assert organization().pace_variance_percent == 20
    for percent in (0, 101):
        with pytest.raises(RuleBroken):
            settings.set_pace_variance(percent, actor=people.alice)


def test_the_times_of_the_checks_are_kept_and_their_edges_hold(people):
    settings.set_check_times(CheckTimes(0, 6, 23, 28, 0), actor=people.alice)
    assert (organization().weekly_check_weekday, organization().monthly_notice_day) == (6, 28)
    for wrong in (
        CheckTimes(24, 0, 0, 1, 0),
        CheckTimes(0, 7, 0, 1, 0),
        CheckTimes(0, 0, -1, 1, 0),
        CheckTimes(0, 0, 0, 29, 0),
        CheckTimes(0, 0, 0, 0, 0),
    ):
        with pytest.raises(RuleBroken):
            settings.set_check_times(wrong, actor=people.alice)


def test_required_qualifications_are_kept_in_their_order(people):
    kinds = [QualificationKind.FIRST_AID, QualificationKind.WORKER_SCREENING]
    settings.set_required_qualifications(kinds, actor=people.alice)
    assert organization().required_qualifications == ["worker_screening", "first_aid"]
    settings.set_required_qualifications([], actor=people.alice)
    assert organization().required_qualifications == []


def test_a_site_is_added_renamed_and_its_name_is_its_own(people):
    house = sites.add_site(SiteEntry("Wattle House", suburb="Newtown"), actor=people.alice)
    sites.add_site(SiteEntry("Grevillea"), actor=people.alice)
    sites.change_site(house, SiteEntry("Wattle", state="NSW"), actor=people.alice)
    assert [row.name for row in site_reads.listed()] == ["Grevillea", "Wattle"]
    with pytest.raises(RuleBroken, match="already"):
        sites.change_site(house, SiteEntry("Grevillea"), actor=people.alice)
    with pytest.raises(RuleBroken, match="already"):
        sites.add_site(SiteEntry("Wattle"), actor=people.alice)
    fact = db.session.scalars(select(AuditLog).where(AuditLog.action == "site.changed")).one()
    assert fact.changes == {
        "name": ["Wattle House", "Wattle"],
        "suburb": ["Newtown", None],
        "state": [None, "NSW"],
    }


def test_a_foreign_site_is_not_there(people):
    with scope(people.banksia.id):
        foreign = sites.add_site(SiteEntry("Foreign"), actor=people.charlie)
    with pytest.raises(NotFound):
        sites.change_site(foreign, SiteEntry("Mine"), actor=people.alice)
    profile = world.profile("Pat", "Green", "430000001", site_id=foreign)
    with pytest.raises(RuleBroken) as refused:
        change_participant(people.acacia.participant_id, profile, actor=people.alice)
    assert refused.value.field == "site_id"


def test_a_participant_keeps_site_remoteness_and_the_second_worker(people):
    house = sites.add_site(SiteEntry("Wattle House"), actor=people.alice)
    profile = world.profile(
        "Pat", "Green", "430000001", site_id=house, mmm=5, needs_two_workers=True
    )
    change_participant(people.acacia.participant_id, profile, actor=people.alice)
    pat = db.session.get_one(Participant, people.acacia.participant_id)
    assert (pat.site_id, pat.mmm, pat.needs_two_workers) == (house, 5, True)
    assert site_reads.listed()[0].participants == 1
