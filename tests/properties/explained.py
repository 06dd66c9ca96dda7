"""Whether the audit log explains what a step changed: every row of the tenant, one by one."""

from __future__ import annotations

from sqlalchemy import select

from caddy.domain.claims import claim_number
from caddy.extensions import db
from caddy.models import (
    AuditLog,
    Budget,
    BudgetAdjustment,
    BudgetAlert,
    Claim,
    ClaimFile,
    ClaimLine,
    ClaimService,
    DailyTotal,
    FundingPeriod,
    OrganizationTotal,
    Participant,
    Payment,
    Plan,
    ResultFile,
    ResultMapping,
    Schedule,
    Service,
    ServiceChange,
)

# A row is explained by an entry of its own, or by that of a row that it points at so.
LINKS = {
    Participant: (),
    Plan: (),
    Budget: ("plan_id",),
    BudgetAdjustment: ("budget_id",),
    BudgetAlert: ("budget_id",),
    FundingPeriod: ("budget_id",),
    Schedule: (),
    Service: ("schedule_id", "main_service_id"),
    ServiceChange: ("service_id",),
    Claim: (),
    ClaimLine: ("claim_id",),
    ClaimService: ("claim_id",),
    ClaimFile: ("claim_id",),
    Payment: ("claim_line_id", "result_file_id"),
    ResultFile: (),
}
# These move with anything that is written down.
OF_ALL = (OrganizationTotal, ResultMapping)


def snapshot():
    """Return every row there is, by table and id, as its columns' values."""
    found = {}
    for model in (*LINKS, DailyTotal, *OF_ALL):
        columns = [column.key for column in model.__mapper__.columns]
        for row in db.session.execute(select(*(getattr(model, name) for name in columns))):
            values = dict(zip(columns, row, strict=True))
            found[model, values["id"]] = values
    return found


def entries_after(last):
    """Return what was written down after an entry, or from the first one on."""
    statement = select(AuditLog.id, AuditLog.entity_id, AuditLog.changes).order_by(AuditLog.id)
    return db.session.execute(statement.where(AuditLog.id > last) if last else statement).all()


def unexplained(before, after, entries):
    """Return the rows that changed without a word: neither of them nor of what they follow from."""
    changed = {
        key: [one for one in (before.get(key), after.get(key)) if one]
        for key in before.keys() | after.keys()
        if before.get(key) != after.get(key)
    }
    known = _said(entries, after)
    holders = {}
    for (model, _), values in [*before.items(), *after.items()]:
        if model is ClaimService:
            holders.setdefault(values["service_id"], set()).add(values["claim_id"])
    while True:
        new = {
            key[1]
            for key, versions in changed.items()
            if key[1] not in known and _reasons(key, versions, changed, holders) & known
        }
        if not new:
            return [
                (key[0].__name__, versions)
                for key, versions in changed.items()
                if key[1] not in known and not (entries and key[0] in OF_ALL)
            ]
        known |= new


# The share of a period's days that is gone, and the day itself, move each night by nobody's
# doing: every current budget would be an entry of every day.
OF_THE_NIGHT = {
    Budget: {"expected_basis_points", "pace_basis_points"},
    OrganizationTotal: {"rolled_on", "updated_at", "updated_by"},
}


def unexplained_by_the_day(before, after, entries):
    """Return the rows that a new day changed though the log does not say how many budgets."""
    changed = {
        key
        for key in before.keys() | after.keys()
        if _without_the_night(key, before) != _without_the_night(key, after)
    }
    rolled = {key for key in changed if key[0] is Budget}
    others = {key for key in changed if key[0] not in OF_THE_NIGHT}
    told = sum(entry.changes["budgets"] for entry in entries)
    if others or told != len(rolled):
        return [(key[0].__name__, before.get(key), after.get(key)) for key in rolled | others]
    return [] if entries else [(key[0].__name__, before[key], after[key]) for key in changed]


def _without_the_night(key, rows):
    values = rows.get(key, {})
    return {
        name: value for name, value in values.items() if name not in OF_THE_NIGHT.get(key[0], ())
    }


def _said(entries, after):
    """Return the ids that entries are about; an answer to claims names them by their numbers."""
    numbers = {number for entry in entries for number in entry.changes.get("claims", ())}
    claims = {
        key[1]
        for key, values in after.items()
        if key[0] is Claim and claim_number(values["number"]) in numbers
    }
    return {entry.entity_id for entry in entries} | claims


def _reasons(key, versions, changed, holders):
    """Return the ids of the rows from which a change of this one follows."""
    model, row_id = key
    reasons = {one[name] for one in versions for name in LINKS.get(model, ())} - {None}
    if model is Service:
        return reasons | holders.get(row_id, set())
    if model is Budget:  # moved by its services, and rolled with the organization's day
        rolled = {id_ for other, id_ in changed if other is OrganizationTotal}
        return reasons | rolled | _of(Service, "budget_id", {row_id}, changed)
    if model is DailyTotal:
        return _of(Service, "service_on", {one["service_on"] for one in versions}, changed)
    if model is Plan:  # its total moves with an adjustment of one of its budgets
        budgets = _of(Budget, "plan_id", {row_id}, changed)
        return _of(BudgetAdjustment, "budget_id", budgets, changed)
    return reasons


def _of(model, name, values, changed):
    """Return the changed rows of a table that hold one of some values, before or after."""
    return {
        row_id
        for (other, row_id), versions in changed.items()
        if other is model and values & {one[name] for one in versions}
    }
