"""The compliance score: 0 to 100 from stated weights, and what brings back every point lost.

Whole numbers throughout. What each rule looks at is in domain/compliance_findings.py; why the
weights are what they are, in docs/decisions/0019-compliance-score.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

FULL = 100
GOOD_FROM = 90
FAIR_FROM = 70


class Subject(StrEnum):
    """Whose score it is."""

    PARTICIPANT = "participant"
    WORKER = "worker"
    ORGANIZATION = "organization"


class Rule(StrEnum):
    """What is looked at, in the order in which it is shown."""

    AGREEMENT = "agreement"
    PLAN = "plan"
    CONSENT = "consent"
    SUPPORT_PLAN = "support_plan"
    RISK_ASSESSMENT = "risk_assessment"
    EMERGENCY_CONTACT = "emergency_contact"
    NOTES = "notes"
    OWN_INCIDENTS = "own_incidents"
    WORKER_SCREENING = "worker_screening"
    ORIENTATION = "orientation"
    FIRST_AID = "first_aid"
    POLICE_CHECK = "police_check"
    WORKING_WITH_CHILDREN = "working_with_children"
    DRIVERS_LICENCE = "drivers_licence"
    CAR_INSURANCE = "car_insurance"
    PARTICIPANTS = "participants"
    WORKERS = "workers"
    POLICIES = "policies"
    COMPLAINTS = "complaints"
    INCIDENTS = "incidents"
    RESTRICTIVE_PRACTICES = "restrictive_practices"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Rule.AGREEMENT: "Service agreement signed and current",
    Rule.PLAN: "NDIS plan on file",
    Rule.CONSENT: "Consent to share information current",
    Rule.SUPPORT_PLAN: "Support plan current and reviewed",
    Rule.RISK_ASSESSMENT: "Risk assessment current and reviewed",
    Rule.EMERGENCY_CONTACT: "Emergency contact",
    Rule.NOTES: "Notes on the last 28 days' services",
    Rule.OWN_INCIDENTS: "Incidents of a year notified on time",
    Rule.WORKER_SCREENING: "Worker screening",
    Rule.ORIENTATION: "Orientation module",
    Rule.FIRST_AID: "First aid",
    Rule.POLICE_CHECK: "Police check, where you require it",
    Rule.WORKING_WITH_CHILDREN: "Working with children check, where you require it",
    Rule.DRIVERS_LICENCE: "Driver's licence, where you require it",
    Rule.CAR_INSURANCE: "Car insurance, where you require it",
    Rule.PARTICIPANTS: "Mean of the participants' scores",
    Rule.WORKERS: "Mean of the workers' scores",
    Rule.POLICIES: "Policies approved and reviewed",
    Rule.COMPLAINTS: "Complaints of a year acknowledged on time",
    Rule.INCIDENTS: "Incidents of a year notified on time",
    Rule.RESTRICTIVE_PRACTICES: "Restrictive practices authorised and reported",
}
# The one table of weights. Of each subject those of the rules that apply to it share 100 points.
WEIGHTS: Mapping[Subject, Mapping[Rule, int]] = {
    Subject.PARTICIPANT: {
        Rule.AGREEMENT: 20,
        Rule.PLAN: 15,
        Rule.CONSENT: 10,
        Rule.SUPPORT_PLAN: 15,
        Rule.RISK_ASSESSMENT: 15,
        Rule.EMERGENCY_CONTACT: 10,
        Rule.NOTES: 10,
        Rule.OWN_INCIDENTS: 5,
    },
    Subject.WORKER: {
        Rule.WORKER_SCREENING: 40,
        Rule.ORIENTATION: 20,
        Rule.FIRST_AID: 20,
        Rule.POLICE_CHECK: 10,
        Rule.WORKING_WITH_CHILDREN: 10,
        Rule.DRIVERS_LICENCE: 10,
        Rule.CAR_INSURANCE: 10,
    },
    Subject.ORGANIZATION: {
        Rule.PARTICIPANTS: 40,
        Rule.WORKERS: 25,
        Rule.POLICIES: 10,
        Rule.COMPLAINTS: 5,
        Rule.INCIDENTS: 10,
        Rule.RESTRICTIVE_PRACTICES: 10,
    },
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found under a rule that applies: `wrong` of `of` is not as it should be.

    `link` is the path of Caddy where it is put right.
    """

    rule: Rule
    wrong: int
    of: int
    sentence: str
    link: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Points that a score lacks, why, and where they are won back."""

    rule: Rule
    points: int
    sentence: str
    link: str

    def as_row(self) -> dict[str, Any]:
        return {
            "rule": self.rule.value,
            "points": self.points,
            "sentence": self.sentence,
            "link": self.link,
        }


@dataclass(frozen=True, slots=True)
class Score:
    """Points, and what is missing from 100, the dearest first."""

    points: int
    lost: tuple[Lost, ...]


class Band(StrEnum):
    """How a score reads; the value is the word of its light."""

    GOOD = "green"
    FAIR = "amber"
    POOR = "red"

    @property
    def label(self) -> str:
        return {"green": "Good", "amber": "Needs work", "red": "At risk"}[self.value]


def band(points: int) -> Band:
    if points >= GOOD_FROM:
        return Band.GOOD
    return Band.FAIR if points >= FAIR_FROM else Band.POOR


def score(subject: Subject, findings: Sequence[Finding]) -> Score:
    """Return a subject's score from what was found under each rule that applies to it.

    Of a rule of which a part is wrong that part of its points is lost, rounded up: a full
    score means that nothing at all is missing, and each line is worth just what it says,
    whatever the others are.

    >>> found = [Finding(Rule.POLICIES, 1, 3, "1 of 3.", "/policies"),
    ...          Finding(Rule.COMPLAINTS, 0, 2, "", "/complaints")]
    >>> [(line.rule.value, line.points) for line in score(Subject.ORGANIZATION, found).lost]
    [('policies', 23)]
    """
    weights = WEIGHTS[subject]
    shares = shared_out([weights[one.rule] for one in findings])
    lost = [
        Lost(one.rule, -(-share * one.wrong // one.of), one.sentence, one.link)
        for one, share in zip(findings, shares, strict=True)
        if one.wrong
    ]
    points = FULL - sum(line.points for line in lost)
    return Score(points, tuple(sorted(lost, key=lambda line: -line.points)))


def shared_out(weights: Sequence[int], whole: int = FULL) -> list[int]:
    """Share a whole out by weights, in whole numbers whose sum is the whole: largest remainder.

    >>> shared_out([10, 5])
    [67, 33]
    >>> shared_out([1, 1, 1])
    [34, 33, 33]
    """
    total = sum(weights)
    if not total:
        return [0 for _ in weights]
    shares = [weight * whole // total for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda at: (-(weights[at] * whole % total), at))
    for at in by_rest[: whole - sum(shares)]:
        shares[at] += 1
    return shares
