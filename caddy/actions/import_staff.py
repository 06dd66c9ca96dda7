"""Members of staff that a file brings: matched by email, added without a password of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from caddy import audit, clock
from caddy.actions.import_loading import Decision, refused
from caddy.audit import Happened
from caddy.columns import new_id
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.imports.kinds import ImportKind
from caddy.domain.imports.records import ParsedRow, StaffEntry
from caddy.domain.imports.runs import RowOutcome
from caddy.domain.people import UserStatus
from caddy.domain.permissions import Role
from caddy.domain.staff import QualificationEntry, checked_qualification
from caddy.extensions import db
from caddy.models import StaffQualification, User
from caddy.queries import import_subjects as reads
from caddy.queries import organizations, users

COLUMNS = ("number", "issued_on", "expires_on")


@dataclass(slots=True)
class StaffWork:
    """Who is added or changed, in which columns, with which qualifications."""

    entry: StaffEntry
    known: User | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    held: list[tuple[QualificationEntry, StaffQualification | None]] = field(default_factory=list)


class StaffLoader:
    """Nobody who is imported can sign in until they are given a password."""

    ids = ImportKind.STAFF
    table = User

    def __init__(self, reason: str, user_id: UUID | None, *, is_trial: bool) -> None:
        self._is_trial = is_trial
        self._reason = reason
        self._user_id = user_id
        self._today = clock.today(organizations.current().timezone)
        self._seen: set[str] = set()
        self._taken: set[str] = set()

    def key(self, parsed: ParsedRow) -> Hashable:
        return cast("StaffEntry", parsed.entry).email

    def shown(self, parsed: ParsedRow) -> list[tuple[str, str]]:
        entry = cast("StaffEntry", parsed.entry)
        name = f"{entry.values.get('first_name', '')} {entry.values.get('last_name', '')}".strip()
        shown = [("Name", name), ("Email", entry.email)]
        if entry.role:
            shown.append(("Role", entry.role.label))
        return [*shown, *((one.kind.label, one.number or "held") for one in entry.qualifications)]

    def look_around(self, rows: Sequence[ParsedRow]) -> None:
        """See who signs in elsewhere: an address names one person among all organizations."""
        self._taken = users.taken_addresses(
            [cast("StaffEntry", row.entry).email for row in rows if row.entry]
        )

    def decide(self, rows: Sequence[ParsedRow]) -> list[Decision]:
        if not self._is_trial:
            self._seen.clear()
        addresses = [cast("StaffEntry", row.entry).email for row in rows if row.entry]
        known = reads.users_by_email(addresses)
        held = _by_user(reads.qualifications_of([one.id for one in known.values()]))
        return [self._decide(row, known, held) for row in rows]

    def _decide(
        self,
        parsed: ParsedRow,
        known: dict[str, User],
        held: dict[UUID, dict[Any, StaffQualification]],
    ) -> Decision:
        entry = cast("StaffEntry | None", parsed.entry)
        if entry is None:
            return refused(parsed)
        decision = Decision(parsed, RowOutcome.SKIPPED)
        user = known.get(entry.email)
        work = StaffWork(entry, user)
        try:
            if user is None and entry.email in self._taken:
                raise RuleBroken(
                    "email", "email_taken", "Someone already signs in with this address."
                )
            self._hold(work, held.get(user.id, {}) if user else {})
        except RuleBroken as error:
            decision.refuse(error, entry.email if error.field == "email" else "")
            return decision
        if user is None:
            is_known = entry.email in self._seen
            decision.outcome = RowOutcome.UPDATED if is_known else RowOutcome.CREATED
            self._seen.add(entry.email)
        else:
            decision.subject_id = user.id
            work.changes = _changes(entry, user, self._user_id)
            if work.changes or work.held:
                decision.outcome = RowOutcome.UPDATED
        decision.work = work
        return decision

    def _hold(self, work: StaffWork, known: dict[Any, StaffQualification]) -> None:
        for one in work.entry.qualifications:
            entry = checked_qualification(one, self._today)
            row = known.get(entry.kind)
            if row is None or any(
                getattr(entry, name) not in (None, getattr(row, name)) for name in COLUMNS
            ):
                work.held.append((entry, row))

    def store(self, decisions: Sequence[Decision]) -> None:
        facts: list[Happened] = []
        for decision in decisions:
            work: StaffWork = decision.work
            if decision.outcome is RowOutcome.CREATED:
                decision.subject_id = _add(work.entry)
                role = work.entry.role or Role.SUPPORT_WORKER
                facts.append(self._fact(Fact.USER_ADDED, decision, {"role": role.value}))
            elif decision.outcome is RowOutcome.UPDATED and work.known is not None:
                for name, (_before, after) in work.changes.items():
                    setattr(work.known, name, after)
                decision.before = {"changes": audit.plain(work.changes)}
                if work.changes:
                    facts.append(self._fact(Fact.USER_CHANGED, decision, work.changes))
            if decision.outcome in {RowOutcome.CREATED, RowOutcome.UPDATED} and decision.subject_id:
                decision.before |= _store_held(decision.subject_id, work)
                facts += [
                    self._fact(Fact.QUALIFICATION_RECORDED, decision, {"kind": entry.kind.value})
                    for entry, _ in work.held
                ]
        audit.record_many(facts)

    def _fact(self, fact: Fact, decision: Decision, changes: dict[str, Any]) -> Happened:
        subject_id = cast("UUID", decision.subject_id)
        return Happened(fact, User, subject_id, {**changes, "reason": self._reason})


def _by_user(rows: Sequence[StaffQualification]) -> dict[UUID, dict[Any, StaffQualification]]:
    found: dict[UUID, dict[Any, StaffQualification]] = defaultdict(dict)
    for row in rows:
        found[row.user_id][row.kind] = row
    return found


def _changes(entry: StaffEntry, user: User, own_id: UUID | None) -> dict[str, tuple[Any, Any]]:
    wanted = dict(entry.values)
    if entry.role is not None:
        wanted["role"] = entry.role
    if user.id == own_id:
        # Nobody takes their own rights away, or their way in, by loading a file.
        wanted.pop("role", None)
        wanted.pop("status", None)
    return {
        name: (before, after)
        for name, after in wanted.items()
        if (before := getattr(user, name)) != after
    }


def _add(entry: StaffEntry) -> UUID:
    user = User(
        id=new_id(),
        email=entry.email,
        role=entry.role or Role.SUPPORT_WORKER,
        status=entry.values.get("status", UserStatus.ACTIVE),
        **{name: value for name, value in entry.values.items() if name != "status"},
    )
    db.session.add(user)
    db.session.flush()  # what they hold names them
    return user.id


def _store_held(user_id: UUID, work: StaffWork) -> dict[str, Any]:
    """Record what someone holds; return what takes it back again."""
    replaced = []
    for entry, known in work.held:
        before = {name: getattr(known, name) for name in COLUMNS} if known else None
        row = known or StaffQualification(user_id=user_id, kind=entry.kind)
        for name in COLUMNS:
            after = getattr(entry, name)
            if after is not None:
                setattr(row, name, after)
        db.session.add(row)
        replaced.append([entry.kind.value, audit.plain(before) if before else None])
    return {"qualifications": replaced} if replaced else {}
