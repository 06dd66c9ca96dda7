"""Deciding what becomes of participants and plans that a file brings.

The rules are those of the ordinary actions, asked for a whole batch at once;
`import_participant_rows` writes what is decided here.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import UUID

from caddy import clock
from caddy.actions import import_participant_rows
from caddy.actions.import_loading import Decision, refused, refused_for
from caddy.actions.import_plans import PlanWork, decide_plan
from caddy.domain.errors import RuleBroken
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import ParsedRow, ParticipantEntry
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import category_name
from caddy.domain.ndis.identifiers import show_ndis_number
from caddy.domain.participants import (
    NewPlan,
    ParticipantStatus,
    Profile,
    check_limit,
    check_plan,
    check_profile,
    placed,
)
from caddy.domain.words import say_date
from caddy.models import Participant
from caddy.queries import import_subjects as reads
from caddy.queries import organizations


@dataclass(slots=True)
class ParticipantWork:
    """What there is to write for one entry: a new participant, or changes to a known one."""

    entry: ParticipantEntry
    profile: Profile | None = None
    known: Participant | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    plan: PlanWork | None = None


@dataclass(slots=True)
class _Known:
    """What is here already, for one batch."""

    by_number: dict[str, Participant]
    by_old_id: dict[str, Participant]
    plans: dict[UUID, list[Any]]
    budgets: dict[UUID, list[Any]]
    tags: dict[UUID, list[Any]]
    contacts: dict[UUID, list[Any]]
    medical: dict[UUID, list[Any]]

    def whom(self, entry: ParticipantEntry) -> Participant | None:
        if entry.ndis_number:
            return self.by_number.get(entry.ndis_number)
        return self.by_old_id.get(entry.legacy_id or "")


class ParticipantLoader:
    """Matches by NDIS number; a file of plans may name its participants by their old id."""

    ids = ImportKind.PARTICIPANTS
    table = Participant

    def __init__(self, source_system: str, reason: str, *, is_trial: bool) -> None:
        self._source_system = source_system
        self._is_trial = is_trial
        self._organization = organizations.current()
        self._today = clock.today(self._organization.timezone)
        self._reason = reason
        self._sites = reads.sites()
        self._staff = reads.staff()
        self._seen: dict[Hashable, int] = {}  # in a trial: who would be new by now
        self._active = 0

    def key(self, parsed: ParsedRow) -> Hashable:
        entry = cast("ParticipantEntry", parsed.entry)
        return entry.ndis_number or entry.legacy_id

    def shown(self, parsed: ParsedRow) -> list[tuple[str, str]]:
        entry = cast("ParticipantEntry", parsed.entry)
        values, plan = entry.values, entry.plan
        name = f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
        number = show_ndis_number(entry.ndis_number) if entry.ndis_number else entry.legacy_id
        shown = [("Participant", name), ("NDIS number", number or "")]
        if "date_of_birth" in values:
            shown.append(("Born", say_date(values["date_of_birth"])))
        if plan is not None:
            shown.append(("Plan", f"{say_date(plan.starts_on)} to {say_date(plan.ends_on)}"))
            shown.append(("Managed", plan.management.label))
        shown += [
            (category_name(one.support_category), dollars(one.allocated_cents))
            for one in entry.budgets
        ]
        return [*shown, *(("Note", note) for note in entry.notes)]

    def look_around(self, rows: Sequence[ParsedRow]) -> None:
        """Participants are of one organization alone."""

    def decide(self, rows: Sequence[ParsedRow]) -> list[Decision]:
        known = self._known([cast("ParticipantEntry", row.entry) for row in rows if row.entry])
        if not self._is_trial or not self._active:
            self._active = reads.active_participants()
        return [self._decide(row, known) for row in rows]

    def store(self, decisions: Sequence[Decision]) -> None:
        import_participant_rows.store(decisions, self._organization, self._today, self._reason)

    def _known(self, entries: list[ParticipantEntry]) -> _Known:
        old_ids = [one.legacy_id for one in entries if one.legacy_id and not one.ndis_number]
        by_old = reads.by_old_ids(self._source_system, self.ids, old_ids) if old_ids else {}
        found = reads.participants(
            [one.ndis_number for one in entries if one.ndis_number], by_old.values()
        )
        by_id = {one.id: one for one in found}
        has_plans = any(one.plan or one.budgets for one in entries)
        return _Known(
            {one.ndis_number: one for one in found},
            {old: by_id[new] for old, new in by_old.items() if new in by_id},
            reads.plans_of(by_id) if has_plans else {},
            reads.budgets_of(by_id) if has_plans else {},
            reads.tags_of(by_id) if any(one.tags for one in entries) else {},
            reads.contacts_of(by_id) if any(one.contacts for one in entries) else {},
            reads.medical_of(by_id) if any(one.medical for one in entries) else {},
        )

    def _decide(self, parsed: ParsedRow, known: _Known) -> Decision:
        entry = cast("ParticipantEntry | None", parsed.entry)
        if entry is None:
            return refused(parsed)
        decision = Decision(parsed, RowOutcome.SKIPPED)
        try:
            person = known.whom(entry)
            if person is not None:
                self._change(decision, entry, person, known)
            elif self._is_trial and self.key(parsed) in self._seen:
                # Twice in the file, or in the file of plans after that of people.
                decision.outcome = RowOutcome.UPDATED
                decision.cents = self._checked_plan(entry)[1]
            elif not entry.values:
                named = show_ndis_number(entry.ndis_number) if entry.ndis_number else "this old id"
                return refused_for(
                    parsed,
                    "ndis_number" if entry.ndis_number else "legacy_id",
                    entry.ndis_number or entry.legacy_id or "",
                    f"There is no participant with {named} here yet. Load the file of "
                    "participants first.",
                )
            else:
                self._add(decision, entry)
                self._seen[self.key(parsed)] = parsed.place
        except RuleBroken as error:
            decision.refuse(error)
        return decision

    def _add(self, decision: Decision, entry: ParticipantEntry) -> None:
        profile = entry.profile()
        check_profile(profile, self._today)
        profile.columns["site_id"] = self._site(entry)
        plan, cents = self._checked_plan(entry)
        status = profile.columns.setdefault("status", ParticipantStatus.ACTIVE)
        if status is ParticipantStatus.ACTIVE:
            check_limit(self._active, self._organization.participant_limit)
            self._active += 1
        decision.outcome, decision.cents = RowOutcome.CREATED, cents
        decision.work = ParticipantWork(entry, profile, plan=PlanWork(new=plan) if plan else None)

    def _change(
        self, decision: Decision, entry: ParticipantEntry, person: Participant, known: _Known
    ) -> None:
        decision.subject_id = person.id
        work = ParticipantWork(entry, known=person, changes=_changes(entry, person, known))
        site_id = self._site(entry)
        if site_id is not None and site_id != person.site_id:
            work.changes["site_id"] = (person.site_id, site_id)
        born = entry.values.get("date_of_birth", person.date_of_birth)
        check_profile(Profile(person.ndis_number, born, {}), self._today)
        status = work.changes.get("status")
        if status and status[1] is ParticipantStatus.ACTIVE:
            check_limit(self._active, self._organization.participant_limit)
            self._active += 1
        plan, _ = self._checked_plan(entry)
        if plan is not None:
            work.plan = decide_plan(
                plan,
                known.plans.get(person.id, []),
                known.budgets,
                is_management_told=entry.plan is None or entry.plan.is_management_told,
            )
            decision.cents = work.plan.cents
        if work.changes or work.plan:
            decision.outcome, decision.work = RowOutcome.UPDATED, work

    def _checked_plan(self, entry: ParticipantEntry) -> tuple[NewPlan | None, int]:
        plan = entry.new_plan()
        if plan is None:
            return None, 0
        check_plan(plan)
        if entry.plan is not None and entry.plan.support_coordinator:
            coordinator = self._person(entry.plan.support_coordinator)
            plan = replace(plan, support_coordinator_id=coordinator)
        return plan, sum(budget.allocated_cents for budget in plan.budgets)

    def _person(self, named: str) -> UUID:
        found = self._staff.get(named.lower())
        if found is None:
            raise RuleBroken(
                "support_coordinator",
                "unknown_user",
                f"{named} is not on the staff, or two people bear that name. Load the staff "
                "first, or use the email address.",
            )
        return found

    def _site(self, entry: ParticipantEntry) -> UUID | None:
        if not entry.site:
            return None
        found = self._sites.get(entry.site.lower())
        if found is None:
            raise RuleBroken(
                "site",
                "unknown_site",
                f"There is no site called {entry.site}. Add it under Sites first.",
            )
        return found


def _changes(
    entry: ParticipantEntry, person: Participant, known: _Known
) -> dict[str, tuple[Any, Any]]:
    """Return what the file says otherwise than is known; what it leaves out stays."""
    changes = {
        name: (before, after)
        for name, after in {**entry.values, **placed(entry.values, person.mmm)}.items()
        if (before := getattr(person, name)) != after
    }
    tags = [one.tag for one in known.tags.get(person.id, [])]
    if entry.tags and set(entry.tags) - set(tags):
        changes["tags"] = (tags, list(dict.fromkeys([*tags, *entry.tags])))
    contacts = [
        {"name": one.name, "relationship": one.relationship, "phone": one.phone}
        for one in sorted(known.contacts.get(person.id, []), key=lambda one: one.position)
    ]
    new = [one for one in entry.contacts if one not in contacts]
    if new:
        changes["emergency_contacts"] = (contacts, [*contacts, *new])
    record = next(iter(known.medical.get(person.id, [])), None)
    for name, after in entry.medical.items():
        before = getattr(record, name) if record else []
        if after and before != after:
            changes[name] = (before, after)
    return changes
