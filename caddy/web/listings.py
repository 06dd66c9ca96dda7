"""What each list's file shows: its columns, and a row as cells. Reads nothing itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from caddy import clock
from caddy.domain.claims import claim_number
from caddy.domain.ndis.identifiers import show_ndis_number
from caddy.domain.spreadsheets import Cell, Cents
from caddy.queries.audit_log import ToldEntry
from caddy.queries.budgets import BudgetView
from caddy.queries.participants import ListedParticipant, Sums
from caddy.queries.receivables import AGE_LABELS, Receivable
from caddy.queries.scores import ListedScore
from caddy.queries.staff import ListedPerson
from caddy.web.downloads import Listing

Cells = tuple[Cell, ...]
OPEN_YEAR = 9999
SUMS = ("allocated", "spent", "remaining")


def participants(rows: Iterable[ListedParticipant], *, with_budgets: bool) -> Listing:
    header: tuple[str, ...] = ("Name", "NDIS number", "Status")
    if with_budgets:
        header += ("Plan ends", *(f"Core {name}" for name in SUMS))
        header += tuple(f"Capital and capacity building {name}" for name in SUMS)

    def cells() -> Iterator[Cells]:
        for row in rows:
            own: Cells = (row.name, show_ndis_number(row.ndis_number), row.status.value)
            money = (row.plan_ends_on, *_sums(row.core), *_sums(row.other))
            yield (*own, *money) if with_budgets else own

    return Listing("Participants", header, cells())


def _sums(sums: Sums) -> Cells:
    return Cents(sums.allocated_cents), Cents(sums.spent_cents), Cents(sums.remaining_cents)


def services(rows: Iterable[Any], *, with_amounts: bool) -> Listing:
    header: tuple[str, ...] = (
        "Date",
        "Start",
        "End",
        "Minutes",
        "Participant",
        "Worker",
        "Item number",
        "Item",
    )
    header += ("Claim type", "Status", "Notes")
    if with_amounts:
        header += ("Unit price", "Total")

    def cells() -> Iterator[Cells]:
        for row in rows:
            own: Cells = (
                *(row.service_on, f"{row.start_time:%H:%M}", f"{row.end_time:%H:%M}"),
                row.duration_minutes,
                f"{row.first_name} {row.last_name}",
                f"{row.worker_first_name} {row.worker_last_name}",
                *(row.item_number, row.item_name),
                *(row.claim_type.label, row.status.label, row.notes),
            )
            money = (Cents(row.unit_price_cents), Cents(row.total_cents))
            yield (*own, *money) if with_amounts else own

    return Listing("Services", header, cells())


def budgets(rows: Iterable[BudgetView]) -> Listing:
    header: tuple[str, ...] = (
        "Participant",
        "Budget",
        "From",
        "To",
        "Allocated",
        "Committed",
        "Spent",
    )
    header += ("Remaining", "Used %", "Light")

    def cells() -> Iterator[Cells]:
        for row in rows:
            yield (
                *(row.participant_name, row.name, row.starts_on, row.ends_on),
                *(Cents(row.allocated_cents), Cents(row.committed_cents)),
                *(Cents(row.spent_cents), Cents(row.remaining_cents)),
                *(row.used_basis_points // 100, row.light.label),
            )

    return Listing("Budgets", header, cells())


def claims(rows: Iterable[Any]) -> Listing:
    header = ("Number", "From", "To", "Whom", "Status", "Lines", "Total", "Paid", "Rejected")

    def cells() -> Iterator[Cells]:
        for row in rows:
            yield (
                *(row.shown_number, row.period_starts_on, row.period_ends_on),
                *(row.management.label if row.management else "Everyone", row.status.label),
                *(row.line_count, Cents(row.total_cents)),
                *(Cents(row.paid_cents), Cents(row.rejected_cents)),
            )

    return Listing("Claims", header, cells())


def staff(rows: Iterable[ListedPerson]) -> Listing:
    header: tuple[str, ...] = ("Name", "Role", "Status", "Worker screening", "Screening ends")
    return Listing(
        "Staff",
        header,
        (
            (
                *(row.name, row.role.label, row.status.value),
                *(row.screening.label, row.screening_expires_on),
            )
            for row in rows
        ),
    )


def catalogue(rows: Iterable[Any], state: str) -> Listing:
    header: tuple[str, ...] = (
        "Item number",
        "Name",
        "Category",
        "Unit",
        f"Limit in {state}",
        "Remote",
    )
    header += ("Very remote", "From", "To")

    def limit(row: Any, *regions: str) -> Cents | None:
        found = next((row.limits_cents[one] for one in regions if one in row.limits_cents), None)
        return None if found is None else Cents(found)

    def cells() -> Iterator[Cells]:
        for row in rows:
            yield (
                *(row.item_number, row.name, row.support_category_name, row.unit.label),
                *(limit(row, state, "NATIONAL"), limit(row, "REMOTE"), limit(row, "VERY_REMOTE")),
                *(row.starts_on, row.ends_on if row.ends_on.year < OPEN_YEAR else None),
            )

    return Listing("Support Catalogue", header, cells())


def notifications(rows: Iterable[Any], zone: str) -> Listing:
    def cells() -> Iterator[Cells]:
        for row in rows:
            told = clock.local(row.created_at, zone)
            is_read = "Read" if row.read_at else "New"
            yield (told.date(), f"{told:%H:%M}", is_read, row.title, row.body)

    return Listing("Notifications", ("Day", "Time", "Read", "Title", "Text"), cells())


def documents(rows: Iterable[Any], zone: str) -> Listing:
    def cells() -> Iterator[Cells]:
        for row in rows:
            whose = " ".join(filter(None, (row.first_name, row.last_name)))
            staff = " ".join(filter(None, (row.staff_first_name, row.staff_last_name)))
            yield (
                *(row.title, row.kind.label, whose or staff or "The organization"),
                *(", ".join(row.tags), row.expires_on, row.version, row.file_name),
                *(row.size_bytes, clock.local(row.created_at, zone).date()),
            )

    header: tuple[str, ...] = ("Title", "What", "Whose", "Tags", "Expires", "Version", "File")
    return Listing("Documents", (*header, "Bytes", "Added"), cells())


def agreements(rows: Iterable[Any]) -> Listing:
    header: tuple[str, ...] = ("From", "To", "Status", "Review", "Signed", "Items")
    return Listing(
        "Service agreements",
        header,
        (
            (row.starts_on, row.ends_on, row.status.label, row.review_on, row.signed_on, row.items)
            for row in rows
        ),
    )


def payments(rows: Iterable[Any]) -> Listing:
    header = ("Day", "Reference", "From", "Payers", "Claims", "Lines", "Amount", "Still owed")

    def cells() -> Iterator[Cells]:
        for row in rows:
            money = (Cents(row.cents), Cents(row.short_cents))
            whose: Cells = (row.paid_on, row.reference, row.payer)
            yield (*whose, row.payers, row.claims, row.lines, *money)

    return Listing("Payments", header, cells())


def receivables(rows: Iterable[Receivable], sums: Sequence[int]) -> Listing:
    """Return what each payer owes by age, youngest first; the sums of all come last."""

    def cells() -> Iterator[Cells]:
        for row in rows:
            ages = map(Cents, row.cents)
            yield (row.payer, row.management.label, *ages, Cents(row.total_cents))
        yield ("Total", "", *map(Cents, sums), Cents(sum(sums)))

    return Listing("Receivables", ("Payer", "Plan management", *AGE_LABELS, "Total"), cells())


def open_lines(rows: Iterable[Any]) -> Listing:
    header: tuple[str, ...] = (
        "Payer",
        "Claim",
        "Claim reference",
        "Participant",
        "Service date",
        "Item number",
    )
    header += ("Age", "Claimed", "Paid", "Owed")

    def cells() -> Iterator[Cells]:
        for row in rows:
            line = row.ClaimLine
            whose: Cells = (line.payer, claim_number(row.number), line.claim_reference)
            what: Cells = (f"{row.first_name} {row.last_name}", line.service_on, line.item_number)
            money = (Cents(line.total_cents), Cents(line.paid_cents), Cents(row.owed_cents))
            yield (*whose, *what, AGE_LABELS[row.age], *money)

    return Listing("Open lines", header, cells())


def audit(rows: Iterable[ToldEntry], zone: str) -> Listing:
    """Return the audit log in sentences; the number and the seal are those of the chain."""
    header: tuple[str, ...] = ("Number", "Day", "Time", "Who", "What", "Changed", "Participant")
    header += ("Fact", "Source", "Address", "Browser", "Seal")

    def cells() -> Iterator[Cells]:
        for row in rows:
            at = clock.local(row.happened_at, zone)
            yield (
                *(row.sequence, at.date(), f"{at:%H:%M:%S}", row.actor_name, row.said.text),
                *(row.said.details, row.whom, row.action, row.source),
                *(row.ip, row.user_agent, row.hash),
            )

    return Listing("Audit log", header, cells())


def mails(rows: Iterable[Any], zone: str) -> Listing:
    def cells() -> Iterator[Cells]:
        for row in rows:
            made = clock.local(row.created_at, zone)
            what: Cells = (row.to_address, row.subject, row.status.label, row.error or "")
            yield (made.date(), f"{made:%H:%M}", *what)

    return Listing("Mails", ("Day", "Time", "To", "Subject", "Status", "What happened"), cells())


def scores(rows: Iterable[ListedScore], name: str) -> Listing:
    def cells() -> Iterator[Cells]:
        for row in rows:
            missing = " ".join(str(line["sentence"]) for line in row.lines)
            yield (row.name, row.score, row.band.label, missing)

    return Listing(name, ("Name", "Score", "Standing", "What is missing"), cells())
