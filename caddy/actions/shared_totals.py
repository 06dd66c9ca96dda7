"""The sums that all writers of an organization share: its days' and its own. Moved here alone.

They are gathered and written at the very end of a transaction, in one order, so that their
locks are held for one commit and nobody waits in a circle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import update

from caddy import clock
from caddy.columns import new_id
from caddy.extensions import db
from caddy.models import DailyTotal, OrganizationTotal
from caddy.tenancy import upsert
from caddy.transaction import before_commit, current_work


def move_day(on: date, services: int, cents: int) -> None:
    """Add to the services that were delivered on a day, and to what they cost."""
    _shared().add_to_day(on, services, cents)


def move_organization(**cents: int) -> None:
    """Add to the organization's sums, by their columns' names: `spent_cents=+1050`.

    Written at the transaction's end: it is the row that every writer waits for.
    """
    _shared().add_to_organization(cents)


@dataclass(slots=True)
class _Shared:
    """What one transaction adds to the rows that all writers of an organization share.

    Written last, the days in their order and then the organization: two writers who move
    services between the same days do not wait for each other.
    """

    days: dict[date, tuple[int, int]] = field(default_factory=dict)
    organization: Counter[str] = field(default_factory=Counter)
    is_told: bool = False

    def add_to_day(self, on: date, services: int, cents: int) -> None:
        known = self.days.get(on, (0, 0))
        self.days[on] = (known[0] + services, known[1] + cents)

    def add_to_organization(self, cents: Mapping[str, int]) -> None:
        self.organization.update(cents)
        self.is_told = True

    def __call__(self) -> None:
        for on, (services, cents) in sorted(self.days.items()):
            if services or cents:
                _write_day(on, services, cents)
        if self.is_told:
            _write_organization(self.organization)


def _shared() -> _Shared:
    """Return what the open transaction has gathered so far."""
    writes = current_work().last_writes
    found = next((one for one in writes if isinstance(one, _Shared)), None)
    if found is None:
        found = _Shared()
        before_commit(found)
    return found


def _write_organization(cents: Mapping[str, int]) -> None:
    moved = {
        name: getattr(OrganizationTotal, name) + value for name, value in cents.items() if value
    }
    db.session.execute(
        update(OrganizationTotal)
        .values(**moved, version=OrganizationTotal.version + 1, updated_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _write_day(service_on: date, services: int, cents: int) -> None:
    """Add to a day's sums. What is given back was taken before: its row is there.

    An upsert would not do for that: its row to insert, below zero, is refused before the
    conflict is seen.
    """
    instant = clock.now()
    if services < 0 or cents < 0:
        db.session.execute(
            update(DailyTotal)
            .where(DailyTotal.service_on == service_on)
            .values(
                services=DailyTotal.services + services,
                spent_cents=DailyTotal.spent_cents + cents,
                updated_at=instant,
            )
            .execution_options(synchronize_session=False)
        )
        return
    upsert(
        DailyTotal,
        ("service_on",),
        {
            "id": new_id(),
            "service_on": service_on,
            "services": services,
            "spent_cents": cents,
            "created_at": instant,
            "updated_at": instant,
        },
        {
            "services": DailyTotal.services + services,
            "spent_cents": DailyTotal.spent_cents + cents,
            "updated_at": instant,
        },
    )
