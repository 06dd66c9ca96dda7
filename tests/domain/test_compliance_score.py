"""The compliance score: within bounds, exact, monotone; and what it finds of whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caddy.domain import compliance_findings as findings
from caddy.domain.compliance_findings import Held, OrganizationFacts, ParticipantFacts
from caddy.domain.compliance_score import (
    LABELS,
    WEIGHTS,
    Finding,
    Rule,
    Subject,
    band,
    score,
    shared_out,
)
from caddy.domain.expiries import Expiry, Readers, step_of, told_of
from caddy.domain.qualifications import QualificationKind

TODAY = date(2026, 11, 21)
ONE = UUID(int=1)
DAY = timedelta(days=1)


@st.composite
def found(draw):
    subject = draw(st.sampled_from(Subject))
    rules = draw(st.lists(st.sampled_from(list(WEIGHTS[subject])), min_size=1, unique=True))
    parts = st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
    return subject, [Finding(rule, *draw(parts), "Wrong.", "/") for rule in rules]


@given(found())
def test_a_score_is_from_0_to_100_and_full_only_where_nothing_is_wrong(case):
    subject, some = case
    result = score(subject, some)
    assert 0 <= result.points <= 100
    assert result.points + sum(line.points for line in result.lost) == 100
    assert (result.points == 100) == (not any(one.wrong for one in some))
    assert all(line.points > 0 for line in result.lost)


@given(found(), st.data())
def test_putting_one_line_right_adds_exactly_its_points(case, data):
    subject, some = case
    before = score(subject, some)
    at = data.draw(st.integers(0, len(some) - 1))
    fixed = [replace(one, wrong=0) if number == at else one for number, one in enumerate(some)]
    worth = sum(line.points for line in before.lost if line.rule is some[at].rule)
    assert score(subject, fixed).points == before.points + worth


@given(found(), st.data())
def test_less_that_is_wrong_never_makes_a_score_worse(case, data):
    subject, some = case
    better = [replace(one, wrong=data.draw(st.integers(0, one.wrong))) for one in some]
    assert score(subject, better).points >= score(subject, some).points


@given(st.lists(st.integers(1, 100), min_size=1, max_size=9))
def test_shares_have_the_whole_for_their_sum_and_are_each_within_one_of_what_is_fair(weights):
    shares = shared_out(weights)
    assert sum(shares) == 100
    assert all(
        abs(share * sum(weights) - weight * 100) < sum(weights)
        for share, weight in zip(shares, weights, strict=True)
    )


def test_every_rule_has_its_weight_once_and_its_words():
    rules = [rule for weights in WEIGHTS.values() for rule in weights]
    assert sorted(rules) == sorted(Rule) == sorted(LABELS)
    assert sum(WEIGHTS[Subject.PARTICIPANT].values()) == 100
    assert sum(WEIGHTS[Subject.ORGANIZATION].values()) == 100
    assert [band(points).value for points in (100, 90, 89, 70, 69, 0)] == [
        *("green", "green", "amber", "amber", "red", "red")
    ]


def whole(**changes):
    good = Held(TODAY - DAY, TODAY + DAY, TODAY + DAY)
    facts = ParticipantFacts(
        ONE, [good], [good], [good], [good], has_plan=True, has_emergency_contact=True
    )
    return replace(facts, **changes)


def sentences(some):
    return [one.sentence for one in some if one.wrong]


@pytest.mark.parametrize(
    ("changes", "points", "said"),
    [
        ({}, 100, []),
        ({"agreements": []}, 80, ["There is no signed service agreement."]),
        (
            {"agreements": [Held(date(2025, 1, 1), None, date(2026, 11, 20))]},
            80,
            ["The service agreement ended on 20 Nov 2026."],
        ),
        (
            {"support_plans": [Held(date(2025, 11, 20))]},
            85,
            ["The review of the support plan was due on 20 Nov 2026."],
        ),
        ({"support_plans": [Held(date(2025, 11, 21))]}, 100, []),
        ({"consents": []}, 90, ["There is no consent to share information."]),
        ({"has_plan": False}, 85, ["No NDIS plan covers today."]),
        ({"has_emergency_contact": False}, 90, ["There is no emergency contact."]),
        (
            {"services": 12, "services_without_notes": 3},
            97,
            ["3 of 12 of the last 28 days' services have no notes."],
        ),
        (
            {"reportable": 2, "reported_late": 1},
            97,
            ["1 of 2 reportable incidents of the last year were not notified on time."],
        ),
    ],
)
def test_a_participant_loses_points_for_what_is_missing_over_or_late(changes, points, said):
    """General: what the Practice Standards ask for, reviewed at least yearly."""
    some = findings.of_participant(whole(**changes), TODAY)
    assert score(Subject.PARTICIPANT, some).points == points
    assert sentences(some) == said


def test_a_worker_is_asked_for_what_everyone_needs_and_what_the_organization_requires():
    aid, screening = QualificationKind.FIRST_AID, QualificationKind.WORKER_SCREENING
    held = {screening: TODAY, QualificationKind.ORIENTATION: None, aid: TODAY - DAY}
    some = findings.of_worker(ONE, [], held, TODAY)
    assert [line.points for line in score(Subject.WORKER, some).lost] == [25]
    assert sentences(some) == ["This person's first aid lapsed on 20 Nov 2026."]
    required = findings.of_worker(ONE, [QualificationKind.CAR_INSURANCE], held, TODAY)
    assert len(required) == 4
    assert score(Subject.WORKER, required).points == 100 - 22 - 11


def test_an_organization_is_counted_by_its_people_and_its_registers():
    empty = OrganizationFacts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    some = findings.of_organization(empty)
    assert [one.rule for one in some] == [
        *(Rule.POLICIES, Rule.COMPLAINTS, Rule.INCIDENTS, Rule.RESTRICTIVE_PRACTICES)
    ]
    assert sentences(some) == ["No policy is on file."]
    busy = OrganizationFacts(3, 250, 2, 200, 4, 1, 2, 2, 0, 0, 1, 0)
    lost = score(Subject.ORGANIZATION, findings.of_organization(busy)).lost
    assert [(line.rule, line.points) for line in lost] == [
        (Rule.PARTICIPANTS, 7),
        (Rule.COMPLAINTS, 5),
        (Rule.POLICIES, 3),
    ]


def test_of_what_ends_those_are_told_whose_it_is_to_renew():
    admin, cora, sam, other = (UUID(int=number) for number in range(1, 5))
    readers = Readers([admin], [cora, other], {ONE: cora})
    thing = Expiry("x:1", "First aid", "Sam", TODAY, "/")
    assert told_of(replace(thing, user_id=sam), readers) == {sam, admin}
    assert told_of(replace(thing, participant_id=ONE), readers) == {cora}
    assert told_of(replace(thing, participant_id=sam), readers) == {cora, other}
    assert told_of(replace(thing, participant_id=sam), replace(readers, coordinators=[])) == {admin}
    assert told_of(thing, readers) == {admin}
    assert [step_of(TODAY + left * DAY, TODAY) for left in (-9, 0, 1, 7, 8, 31, 60, 61)] == [
        *(0, 0, 7, 7, 30, 60, 60, None)
    ]
