"""Service agreements that a file brings: matched by participant and first day, or by an old id."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete

from caddy import audit, clock
from caddy.actions import agreements
from caddy.actions.import_loading import Decision, refused
from caddy.actions.import_whom import Whoever, items_on
from caddy.audit import Happened
from caddy.columns import new_id
from caddy.domain.agreements import NewAgreement, check_signing, overlap
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import AgreementEntry, ParsedRow
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.money import dollars
from caddy.domain.words import say_date
from caddy.extensions import db
from caddy.models import AgreedItem, AgreementStatus, ServiceAgreement
from caddy.queries import import_subjects as reads
from caddy.queries import organizations
from caddy.queries.agreements import BINDING

SIGNED_BY = "The participant"  # where the file has the day alone
Period = tuple[date, date]


@dataclass(slots=True)
class AgreementWork:
    """An agreement to add, or what changes of one that is a draft."""

    entry: AgreementEntry
    agreement: NewAgreement
    participant_id: UUID
    known: ServiceAgreement | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    items_before: list[tuple[str, int | None]] | None = None
    is_signed_now: bool = False


class AgreementLoader:
    """What is signed stays as it was signed; drafts are brought in line with the file."""

    ids = ImportKind.AGREEMENTS
    table = ServiceAgreement

    def __init__(self, source_system: str, reason: str, *, is_trial: bool) -> None:
        self._is_trial = is_trial
        self._source_system = source_system
        self._reason = reason
        self._today = clock.today(organizations.current().timezone)
        self._signed: dict[UUID, list[Period]] = {}  # signed by this run
        self._seen: set[Hashable] = set()

    def key(self, parsed: ParsedRow) -> Hashable:
        whom = cast("AgreementEntry", parsed.entry).participant
        return whom.ndis_number or whom.legacy_id

    def shown(self, parsed: ParsedRow) -> list[tuple[str, str]]:
        entry = cast("AgreementEntry", parsed.entry)
        shown = [
            ("Participant", entry.participant.ndis_number or entry.participant.legacy_id or "")
        ]
        shown.append(("Holds", f"{say_date(entry.starts_on)} to {say_date(entry.ends_on)}"))
        shown.append(("Signed", say_date(entry.signed_on) if entry.signed_on else "not yet"))
        for line in entry.items:
            cents = line.unit_price_cents
            shown.append((line.item_number, "the limit" if cents is None else dollars(cents)))
        return shown

    def look_around(self, rows: Sequence[ParsedRow]) -> None:
        """Agreements are of one organization alone."""

    def decide(self, rows: Sequence[ParsedRow]) -> list[Decision]:
        if not self._is_trial:
            self._signed.clear()  # of earlier batches the database knows
            self._seen.clear()
        entries = [cast("AgreementEntry", row.entry) for row in rows if row.entry]
        whoever = Whoever.of([one.participant for one in entries], self._source_system)
        known = reads.agreements_of(whoever.ids)
        held = reads.items_of_agreements([one.id for some in known.values() for one in some])
        on_date = items_on(line.item_number for one in entries for line in one.items)
        return [self._decide(row, whoever, known, held, on_date) for row in rows]

    def _decide(
        self,
        parsed: ParsedRow,
        whoever: Whoever,
        known: dict[UUID, list[ServiceAgreement]],
        held: dict[UUID, list[AgreedItem]],
        on_date: agreements.ItemOn,
    ) -> Decision:
        entry = cast("AgreementEntry | None", parsed.entry)
        if entry is None:
            return refused(parsed)
        decision = Decision(parsed, RowOutcome.SKIPPED)
        try:
            person = whoever.whom(entry.participant)
            agreement = entry.new_agreement()
            agreements.check(person, agreement, on_date)
            work = AgreementWork(entry, agreement, person.id)
            own = known.get(person.id, [])
            same = next((one for one in own if one.starts_on == entry.starts_on), None)
            if same is None:
                self._add(decision, work, own)
            else:
                decision.subject_id, work.known = same.id, same
                self._change(decision, work, own, held.get(same.id, []))
            decision.work = work
        except RuleBroken as error:
            decision.refuse(error)
        return decision

    def _add(
        self, decision: Decision, work: AgreementWork, own: Sequence[ServiceAgreement]
    ) -> None:
        self._sign(work, own)
        key = (work.participant_id, work.entry.starts_on)
        decision.outcome = RowOutcome.UPDATED if key in self._seen else RowOutcome.CREATED
        self._seen.add(key)

    def _change(
        self,
        decision: Decision,
        work: AgreementWork,
        own: Sequence[ServiceAgreement],
        held: Sequence[AgreedItem],
    ) -> None:
        row = cast("ServiceAgreement", work.known)
        told = {"ends_on", *work.entry.values}
        work.changes = {
            name: (getattr(row, name), getattr(work.agreement, name))
            for name in told
            if getattr(row, name) != getattr(work.agreement, name)
        }
        before = sorted((one.item_number, one.unit_price_cents) for one in held)
        after = sorted((one.item_number, one.unit_price_cents) for one in work.agreement.items)
        if before != after:
            work.items_before = before
        is_changed = bool(work.changes) or work.items_before is not None
        if row.status is not AgreementStatus.DRAFT:
            if is_changed:
                raise RuleBroken(
                    None,
                    "agreement_signed",
                    f"The agreement from {say_date(row.starts_on)} is signed and stays as it was "
                    "signed. End it, and add one for the days after.",
                )
            return
        self._sign(work, [one for one in own if one is not row])
        if is_changed or work.is_signed_now:
            decision.outcome = RowOutcome.UPDATED

    def _sign(self, work: AgreementWork, others: Sequence[ServiceAgreement]) -> None:
        """See whether it is signed, and whether another signed one holds on its days."""
        entry = work.entry
        if entry.signed_on is None:
            return
        check_signing(entry.signed_on, entry.signed_by or SIGNED_BY, self._today)
        periods = [(one.starts_on, one.ends_on) for one in others if one.status in BINDING]
        for starts_on, ends_on in [*periods, *self._signed.get(work.participant_id, [])]:
            if starts_on <= entry.ends_on and ends_on >= entry.starts_on:
                raise overlap(starts_on, ends_on)
        work.is_signed_now = True
        own = (entry.starts_on, entry.ends_on)
        self._signed.setdefault(work.participant_id, []).append(own)

    def store(self, decisions: Sequence[Decision]) -> None:
        facts = [
            fact
            for decision in decisions
            if decision.outcome in {RowOutcome.CREATED, RowOutcome.UPDATED}
            for fact in self._store(decision)
        ]
        audit.record_many(facts)

    def _store(self, decision: Decision) -> list[Happened]:
        work: AgreementWork = decision.work
        row, agreement = work.known, work.agreement
        if row is None:
            row = ServiceAgreement(
                id=new_id(),
                participant_id=work.participant_id,
                **{name: getattr(agreement, name) for name in agreements.COLUMNS},
            )
            db.session.add(row)
            db.session.flush()  # the items name the agreement
        else:
            for name, (_before, after) in work.changes.items():
                setattr(row, name, after)
            decision.before = audit.plain(
                {"changes": work.changes, "items": work.items_before, "signed": work.is_signed_now}
            )
        decision.subject_id = row.id
        if work.known is None or work.items_before is not None:
            db.session.execute(delete(AgreedItem).where(AgreedItem.agreement_id == row.id))
            agreements.store_items(row.id, agreement)
        told = {
            "participant_id": work.participant_id,
            "items": agreements.told_items(agreement),
            "reason": self._reason,
        }
        is_new = work.known is None
        fact = Fact.AGREEMENT_ADDED if is_new else Fact.AGREEMENT_CHANGED
        facts = [Happened(fact, ServiceAgreement, row.id, told)]
        if work.is_signed_now:
            row.status = AgreementStatus.SIGNED
            row.signed_on, row.signed_by = (
                work.entry.signed_on,
                work.entry.signed_by or SIGNED_BY,
            )
            signed = {"signed_on": row.signed_on, "signed_by": row.signed_by}
            whose = work.participant_id
            facts.append(Happened(Fact.AGREEMENT_SIGNED, ServiceAgreement, row.id, signed, whose))
        return facts
