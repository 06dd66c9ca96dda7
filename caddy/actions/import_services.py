"""Delivered services that a file brings: priced, checked and taken from budgets as logged ones.

Each row goes through the very estimate that logging a service uses, so that nothing is let in
that a worker could not have entered: some queries a row, unlike the other kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, cast
from uuid import UUID

from caddy.actions import services, totals
from caddy.actions.import_loading import Decision, refused, refused_for
from caddy.actions.import_whom import Whoever
from caddy.domain import services as rules
from caddy.domain.actor import Actor
from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import CaddyError, RuleBroken
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import ParsedRow, ServiceEntryRow
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.money import dollars
from caddy.domain.ndis.categories import category_name
from caddy.domain.pricing import cost_for_minutes
from caddy.domain.words import say_date, say_time
from caddy.extensions import db
from caddy.models import Participant, Service
from caddy.queries import import_subjects as reads
from caddy.queries import organizations
from caddy.queries.estimates import Estimate, ServiceEntry, estimate

MINUTES_OF_AN_HOUR = 60


@dataclass(slots=True)
class ServiceWork:
    """A service to store: as it is entered, what it costs, and who delivered it."""

    entry: ServiceEntry
    estimate: Estimate
    worker_id: UUID


class ServiceLoader:
    """Matches by the old id, or by participant, day, start and item."""

    ids = ImportKind.SERVICES
    table = Service

    def __init__(self, source_system: str, actor: Actor, *, is_trial: bool) -> None:
        self._is_trial = is_trial
        self._source_system = source_system
        self._actor = actor
        organization = organizations.current()
        self._zone, self._state = organization.timezone, organization.state
        self._staff = reads.staff()
        self._drawn: dict[UUID, int] = defaultdict(int)  # in a trial, what earlier rows would take

    def key(self, parsed: ParsedRow) -> Hashable:
        row = cast("ServiceEntryRow", parsed.entry)
        return _key(row.participant, row.service_on, row.start_time, row.item_number)

    def shown(self, parsed: ParsedRow) -> list[tuple[str, str]]:
        row = cast("ServiceEntryRow", parsed.entry)
        times = f"{say_time(row.start_time)} to {say_time(row.end_time)}"
        shown = [
            ("Participant", row.participant.ndis_number or row.participant.legacy_id or ""),
            ("Delivered", f"{say_date(row.service_on)}, {times}"),
            ("Item", row.item_number),
            ("By", row.worker or ""),
        ]
        if row.total_cents is not None:
            shown.append(("Total", dollars(row.total_cents)))
        return shown

    def look_around(self, rows: Sequence[ParsedRow]) -> None:
        """Services are of one organization alone."""

    def decide(self, rows: Sequence[ParsedRow]) -> list[Decision]:
        if not self._is_trial:
            self._drawn.clear()  # of earlier batches the budgets know
        entries = [cast("ServiceEntryRow", row.entry) for row in rows if row.entry]
        whoever = Whoever.of([one.participant for one in entries], self._source_system)
        known = _known(whoever, entries)
        old_ids = [one.legacy_id for one in entries if one.legacy_id]
        stored = reads.by_old_ids(self._source_system, self.ids, old_ids)
        workers = reads.by_old_ids(
            self._source_system, ImportKind.STAFF, [one.worker for one in entries if one.worker]
        )
        return [self._decide(row, whoever, known, stored, workers) for row in rows]

    def _decide(
        self,
        parsed: ParsedRow,
        whoever: Whoever,
        known: dict[Hashable, Any],
        stored: dict[str, UUID],
        workers: dict[str, UUID],
    ) -> Decision:
        row = cast("ServiceEntryRow | None", parsed.entry)
        if row is None:
            return refused(parsed)
        decision = Decision(parsed, RowOutcome.SKIPPED)
        try:
            person = whoever.whom(row.participant)
            same = known.get(_key(person.id, row.service_on, row.start_time, row.item_number))
            if same is not None:
                decision.subject_id = same.id
                return _unlike(decision, row, same)
            if row.legacy_id in stored:
                decision.subject_id = stored[row.legacy_id]
                return decision
            worker_id = self._worker(row, workers)
            entry = _entry(row, person)
            worked_out = estimate(
                entry, self._zone, self._state, worker_id, seen_by=None, with_proposal=False
            )
            entry, worked_out = self._priced(row, entry, worked_out)
            decision.cents = worked_out.total_cents
            self._draw(worked_out)
            decision.work = ServiceWork(entry, worked_out, worker_id)
            decision.outcome = RowOutcome.CREATED
        except CaddyError as error:
            decision.refuse(error)
        return decision

    def _worker(self, row: ServiceEntryRow, workers: dict[str, UUID]) -> UUID:
        if not row.worker:
            raise RuleBroken("worker", "no_worker", "Say who delivered it, by email or name.")
        found = workers.get(row.worker) or self._staff.get(row.worker.lower())
        if found is None:
            raise RuleBroken(
                "worker",
                "unknown_worker",
                f"{row.worker} is not on the staff, or two people bear that name. Load the "
                "staff first, or use the email address.",
            )
        return found

    def _priced(
        self, row: ServiceEntryRow, entry: ServiceEntry, worked_out: Estimate
    ) -> tuple[ServiceEntry, Estimate]:
        """Return the entry at the price that comes to the file's total, where it names one."""
        if row.total_cents is None or row.total_cents == worked_out.total_cents:
            return entry, worked_out
        minutes = worked_out.span.minutes
        price = _round(row.total_cents * MINUTES_OF_AN_HOUR, minutes)
        is_hourly = entry.quantity_milli is None and row.unit_price_cents is None
        if is_hourly and cost_for_minutes(price, minutes) == row.total_cents:
            entry = replace(entry, unit_price_cents=price)
            again = estimate(entry, self._zone, self._state, seen_by=None, with_proposal=False)
            if again.total_cents == row.total_cents:
                return entry, again
        raise RuleBroken(
            "total",
            "total_differs",
            f"The file says {dollars(row.total_cents)}, but this service comes to "
            f"{dollars(worked_out.total_cents)} at {dollars(worked_out.unit_price_cents)} a unit.",
        )

    def _draw(self, worked_out: Estimate) -> None:
        """Refuse what earlier rows of the file have left too little for."""
        budget = worked_out.budget
        taken = self._drawn[budget.id]
        if budget.remaining_cents - taken < worked_out.total_cents:
            raise rules.too_little(
                category_name(budget.support_category),
                worked_out.total_cents,
                budget.remaining_cents - taken,
            )
        self._drawn[budget.id] = taken + worked_out.total_cents

    def store(self, decisions: Sequence[Decision]) -> None:
        created = [one for one in decisions if one.outcome is RowOutcome.CREATED]
        totals.hold({one.work.estimate.budget.id for one in created})
        for decision in created:
            work: ServiceWork = decision.work
            service = services.new_row(work.entry, work.estimate, self._actor)
            service.support_worker_id = work.worker_id
            try:
                with db.session.begin_nested():
                    services.add_row(service)
                decision.subject_id = service.id
            except RuleBroken as error:
                decision.refuse(error)


def _known(whoever: Whoever, entries: Sequence[ServiceEntryRow]) -> dict[Hashable, Any]:
    if not entries or not whoever.ids:
        return {}
    days = [one.service_on for one in entries]
    return {
        _key(one.participant_id, one.service_on, one.start_time, one.item_number): one
        for one in reads.services_on(whoever.ids, min(days), max(days))
    }


def _key(whom: Hashable, on: date, start: time, item_number: str) -> Hashable:
    return whom, on, start.replace(second=0), item_number


def _unlike(decision: Decision, row: ServiceEntryRow, same: Any) -> Decision:
    """Leave a service that is here as it is, or refuse a row that says otherwise of it."""
    is_same_end = same.end_time.replace(second=0) == row.end_time.replace(second=0)
    is_same_total = row.total_cents in (None, same.total_cents)
    if is_same_end and is_same_total:
        return decision
    return refused_for(
        decision.parsed,
        "end_time" if not is_same_end else "total",
        "",
        f"This service is here already, to {say_time(same.end_time)} for "
        f"{dollars(same.total_cents)}. Correct it on its own page.",
    )


def _entry(row: ServiceEntryRow, person: Participant) -> ServiceEntry:
    is_cancelled = row.claim_type is ClaimType.CANCELLATION
    return ServiceEntry(
        participant_id=person.id,
        service_on=row.service_on,
        start_time=row.start_time,
        end_time=row.end_time,
        ends_next_day=row.ends_next_day,
        item_number=row.item_number,
        notes=row.notes,
        unit_price_cents=row.unit_price_cents,
        quantity_milli=row.quantity_milli,
        claim_type=row.claim_type,
        people=row.people,
        cancellation_reason=row.cancellation_reason,
        # A fee that was charged was charged for too short a notice: none is told.
        notified_at=datetime.combine(row.service_on, row.start_time) if is_cancelled else None,
    )


def _round(whole: int, parts: int) -> int:
    return (2 * whole + parts) // (2 * parts)
