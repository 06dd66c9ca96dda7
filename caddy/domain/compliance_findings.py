"""What the compliance score finds of a participant, a worker and an organization. Reads no table.

A review is due at least yearly (NDIS Practice Standards, core module); a day without one counts
a year from when the thing was given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from caddy.domain.compliance_score import FULL, Finding, Rule
from caddy.domain.qualifications import QualificationKind, lapsed, refusal
from caddy.domain.words import say_date

NOTES_OF_DAYS = 28
YEAR = timedelta(days=365)
# What every worker needs; the others count where the organization requires them.
OF_EVERY_WORKER = frozenset(
    {
        QualificationKind.WORKER_SCREENING,
        QualificationKind.ORIENTATION,
        QualificationKind.FIRST_AID,
    }
)


@dataclass(frozen=True, slots=True)
class Held:
    """Something that was given on a day, holds until a day, and is to be reviewed by a day."""

    given_on: date
    review_on: date | None = None
    expires_on: date | None = None

    @property
    def reviewed_until(self) -> date:
        return self.review_on or self.given_on + YEAR

    def is_current(self, today: date) -> bool:
        return self.expires_on is None or self.expires_on >= today

    def is_good(self, today: date) -> bool:
        return self.is_current(today) and self.reviewed_until >= today


@dataclass(slots=True)
class ParticipantFacts:
    """What is stored of a participant, as far as the score asks."""

    id: UUID
    agreements: list[Held] = field(default_factory=list)
    consents: list[Held] = field(default_factory=list)
    support_plans: list[Held] = field(default_factory=list)
    risk_assessments: list[Held] = field(default_factory=list)
    has_plan: bool = False
    has_emergency_contact: bool = False
    services: int = 0
    services_without_notes: int = 0
    reportable: int = 0
    reported_late: int = 0


@dataclass(frozen=True, slots=True)
class OrganizationFacts:
    """What is stored of an organization, as far as the score asks: how many, how many wrong."""

    participants: int
    participant_points: int
    workers: int
    worker_points: int
    policies: int
    policies_wrong: int
    complaints: int
    complaints_late: int
    reportable: int
    reported_late: int
    practices: int
    practices_wrong: int


def of_participant(facts: ParticipantFacts, today: date) -> list[Finding]:
    """Return a finding for each rule of a participant; all rules apply to everyone."""
    link = f"/participants/{facts.id}"
    care = f"{link}/care-records"
    held = (
        (
            Rule.AGREEMENT,
            facts.agreements,
            "service agreement",
            f"{link}/agreements",
        ),
        (Rule.CONSENT, facts.consents, "consent to share information", care),
        (Rule.SUPPORT_PLAN, facts.support_plans, "support plan", care),
        (Rule.RISK_ASSESSMENT, facts.risk_assessments, "risk assessment", care),
    )
    found = {rule: _held(rule, some, noun, where, today) for rule, some, noun, where in held}
    found[Rule.PLAN] = Finding(
        Rule.PLAN, int(not facts.has_plan), 1, "No NDIS plan covers today.", link
    )
    found[Rule.EMERGENCY_CONTACT] = Finding(
        Rule.EMERGENCY_CONTACT,
        int(not facts.has_emergency_contact),
        1,
        "There is no emergency contact.",
        f"{link}/edit",
    )
    found[Rule.NOTES] = _part(
        Rule.NOTES,
        facts.services_without_notes,
        facts.services,
        f"of the last {NOTES_OF_DAYS} days' services have no notes.",
        f"/services?participant={facts.id}",
    )
    found[Rule.OWN_INCIDENTS] = _part(
        Rule.OWN_INCIDENTS,
        facts.reported_late,
        facts.reportable,
        "reportable incidents of the last year were not notified on time.",
        "/incidents",
    )
    return [found[rule] for rule in Rule if rule in found]


def of_worker(
    user_id: UUID,
    required: Collection[QualificationKind],
    held: Mapping[QualificationKind, date | None],
    today: date,
) -> list[Finding]:
    """Return a finding for each qualification that a worker needs, in the order of the kinds."""
    needed = OF_EVERY_WORKER | set(required)
    missing = lapsed(needed, held, today)
    return [
        Finding(
            Rule(kind.value),
            int(kind in missing),
            1,
            refusal("This person", kind, held) if kind in missing else "",
            f"/staff/{user_id}",
        )
        for kind in QualificationKind
        if kind in needed
    ]


def of_organization(facts: OrganizationFacts) -> list[Finding]:
    """Return a finding for each rule that applies: of nobody and nothing there is no mean."""
    found = []
    for rule, people, points, noun in (
        (Rule.PARTICIPANTS, facts.participants, facts.participant_points, "participant"),
        (Rule.WORKERS, facts.workers, facts.worker_points, "worker"),
    ):
        if people:
            wrong, of = people * FULL - points, people * FULL
            said = f"The {noun}s' mean is {points // people} of {FULL}."
            found.append(Finding(rule, wrong, of, said, f"/compliance/scores?kind={noun}"))
    no_policy = not facts.policies
    found.append(
        Finding(Rule.POLICIES, 1, 1, "No policy is on file.", "/policies")
        if no_policy
        else _part(
            Rule.POLICIES,
            facts.policies_wrong,
            facts.policies,
            "policies are not approved or their review is overdue.",
            "/policies",
        )
    )
    for rule, wrong, of, said, link in (
        (
            Rule.COMPLAINTS,
            facts.complaints_late,
            facts.complaints,
            "complaints of the last year were not acknowledged in 2 days.",
            "/complaints",
        ),
        (
            Rule.INCIDENTS,
            facts.reported_late,
            facts.reportable,
            "reportable incidents of the last year were not notified on time.",
            "/incidents",
        ),
        (
            Rule.RESTRICTIVE_PRACTICES,
            facts.practices_wrong,
            facts.practices,
            "restrictive practices are not authorised, or a month's report is overdue.",
            "/restrictive-practices",
        ),
    ):
        found.append(_part(rule, wrong, of, said, link))
    return found


def _part(rule: Rule, wrong: int, of: int, said: str, link: str) -> Finding:
    return Finding(rule, wrong, max(of, 1), f"{wrong:,} of {of:,} {said}" if wrong else "", link)


def _held(rule: Rule, some: Sequence[Held], noun: str, link: str, today: date) -> Finding:
    """Return whether one of a kind is current and reviewed, or else what is wrong."""
    if any(one.is_good(today) for one in some):
        return Finding(rule, 0, 1, "", link)
    if not some:
        said = f"There is no {'signed ' if rule is Rule.AGREEMENT else ''}{noun}."
    elif current := [one for one in some if one.is_current(today)]:
        latest = max(one.reviewed_until for one in current)
        said = f"The review of the {noun} was due on {say_date(latest)}."
    else:
        latest = max(one.expires_on for one in some if one.expires_on)
        said = f"The {noun} ended on {say_date(latest)}."
    return Finding(rule, 1, 1, said, link)
