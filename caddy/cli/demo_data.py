"""Demo data: the same for the same seed and day, believable, and fast to write.

Rows are made as dictionaries and written in bulk; stored totals are summed along the way,
so that `caddy check` finds nothing to say afterwards.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from stdnum.au import abn

from caddy.cli import demo_people as people
from caddy.cli.demo_budgets import budget_rows
from caddy.cli.demo_items import ITEMS, LENGTHS, WEEKDAY, starter_items
from caddy.domain.ndis.catalogue import CatalogueItem
from caddy.domain.permissions import Role
from caddy.domain.pricing import cost_for_minutes

Rows = dict[str, list[dict[str, Any]]]
BATCH = 20_000


@dataclass(slots=True)
class Plan:
    """How much to make. Participants and services are of all organizations together."""

    organizations: int
    participants: int
    services: int
    seed: int
    today: date
    password_hash: str


@dataclass(slots=True)
class OrganizationData:
    """One organization while it is made."""

    id: UUID
    number: int
    timezone: str
    state: str
    rng: random.Random
    items: dict[str, tuple[UUID, CatalogueItem]] = field(default_factory=dict)
    workers: list[UUID] = field(default_factory=list)
    coordinator: UUID | None = None
    days: dict[date, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    sums: list[int] = field(default_factory=lambda: [0, 0])


class Generator:
    """Makes organizations one after another and hands their rows over in batches."""

    def __init__(self, plan: Plan, write: Callable[[str, list[dict[str, Any]]], None]) -> None:
        self._plan = plan
        self._write = write
        self._rng = random.Random(plan.seed)  # noqa: S311 - sampled data, not secrets
        # The first minute of the day in Sydney: never in the future, wherever one looks from.
        self._instant = datetime.combine(plan.today, time(0), _zone("Australia/Sydney"))
        self._waiting: Rows = defaultdict(list)
        self._count = 0

    def run(self) -> Iterator[int]:
        """Yield how many services have been made, now and then, until all are."""
        for number in range(self._plan.organizations):
            organization = self._organization(number)
            share = self._part(self._plan.participants, self._plan.organizations, number)
            services = self._part(self._plan.services, self._plan.organizations, number)
            for at in range(share):
                self._participant(organization, number, at, self._part(services, share, at))
                # Between two people only: a child's row never goes before its parent's.
                if sum(len(rows) for rows in self._waiting.values()) >= BATCH:
                    self._flush()
                    yield self._count
            self._finish(organization, share)
            yield self._count

    @staticmethod
    def _part(total: int, parts: int, at: int) -> int:
        return total * (at + 1) // parts - total * at // parts

    def _id(self) -> UUID:
        """Return an id that sorts by when it was made, the same for the same seed."""
        self._tick = getattr(self, "_tick", 0) + 1
        milliseconds = int(self._instant.timestamp() * 1000) - 10_000_000 + self._tick // 1000
        value = (milliseconds << 80) | (0x7 << 76) | ((self._tick % 1000) << 64) | (0b10 << 62)
        return UUID(int=value | self._rng.getrandbits(62))

    def _add(self, table: str, **values: Any) -> None:
        self._waiting[table].append(
            {"created_at": self._instant, "updated_at": self._instant, **values}
        )

    def _flush(self) -> None:
        """Write what waits, parents before children."""
        for table in ORDER:
            if self._waiting[table]:
                self._write(table, self._waiting.pop(table))

    def _organization(self, number: int) -> OrganizationData:
        name = people.ORGANIZATIONS[number % len(people.ORGANIZATIONS)]
        if number >= len(people.ORGANIZATIONS):
            name = f"{name} {number // len(people.ORGANIZATIONS) + 1}"
        state, timezone = (
            ("NSW", "Australia/Sydney") if number % 2 == 0 else ("WA", "Australia/Perth")
        )
        organization = OrganizationData(self._id(), number, timezone, state, self._rng)
        self._add(
            "organizations",
            id=organization.id,
            name=name,
            slug=name.lower().replace(" ", "-"),
            abn=_abn(51_000_000_0 + number),
            ndis_registration=f"405{number:07}",
            timezone=timezone,
            state=state,
            participant_limit=max(250, self._plan.participants * 2),
            subscription_plan="pro",
            verified_at=self._instant,
        )
        self._staff(organization, name)
        for item in starter_items():
            item_id = self._id()
            organization.items[item.item_number] = (item_id, item)
            values = {name: getattr(item, name) for name in CatalogueItem.__dataclass_fields__}
            self._add("support_items", id=item_id, organization_id=organization.id, **values)
        return organization

    def _staff(self, organization: OrganizationData, name: str) -> None:
        domain = f"{name.split(maxsplit=1)[0].lower()}{organization.number or ''}.example"
        for role, first, last in people.STAFF:
            user_id = self._id()
            self._add(
                "users",
                id=user_id,
                organization_id=organization.id,
                email=f"{first.lower()}@{domain}",
                first_name=first,
                last_name=last,
                role=role,
                password_hash=self._plan.password_hash,
            )
            if role is Role.SUPPORT_WORKER:
                organization.workers.append(user_id)
                own = {"organization_id": organization.id, "user_id": user_id}
                screening = people.screening(self._plan.today)
                self._add("staff_qualifications", id=self._id(), **own, **screening)
            if role is Role.COORDINATOR:
                organization.coordinator = user_id
        self._add(
            "organization_contacts",
            id=self._id(),
            organization_id=organization.id,
            name="Alex Admin",
            role="Manager",
            email=f"alex@{domain}",
            phone="(02) 5550 0100",
            is_primary=True,
        )

    def _participant(
        self, organization: OrganizationData, number: int, at: int, services: int
    ) -> None:
        rng = self._rng
        first, last = rng.choice(people.FIRST_NAMES), rng.choice(people.LAST_NAMES)
        suburb, state, postcode = rng.choice(people.SUBURBS)
        participant_id = self._id()
        ndis_number = f"43{(number * 1_000_003 + at * 7 + 1_234_567) % 10_000_000:07}"
        owner = {"organization_id": organization.id, "participant_id": participant_id}
        self._add(
            "participants",
            id=participant_id,
            organization_id=organization.id,
            ndis_number=ndis_number,
            first_name=first,
            last_name=last,
            sort_name=f"{last}, {first}".lower(),
            search_text=f"{first} {last}  {ndis_number}".lower(),
            date_of_birth=date(1950, 1, 1) + timedelta(days=rng.randrange(25_000)),
            mobile=f"04{rng.randrange(10**8):08}",
            street=f"{rng.randrange(1, 200)} {rng.choice(people.STREETS)} Street",
            suburb=suburb,
            state=state,
            postcode=postcode,
            interests=[rng.choice(people.INTERESTS)],
        )
        self._add("participant_tags", id=self._id(), tag=rng.choice(people.TAGS), **owner)
        self._add(
            "emergency_contacts",
            id=self._id(),
            position=0,
            name=f"{rng.choice(people.FIRST_NAMES)} {last}",
            relationship=rng.choice(("Mother", "Father", "Sister", "Brother", "Friend")),
            phone=f"04{rng.randrange(10**8):08}",
            is_primary=True,
            **owner,
        )
        for user_id in organization.workers:
            self._add("participant_workers", id=self._id(), user_id=user_id, **owner)
        self._plan_of(organization, participant_id, services)

    def _plan_of(self, organization: OrganizationData, participant_id: UUID, services: int) -> None:
        rng = self._rng
        starts_on = self._plan.today - timedelta(days=rng.randrange(20, 350))
        ends_on = starts_on + timedelta(days=364)
        plan_id = self._id()
        chosen = [1, *rng.sample((4, 7, 9, 15), rng.choice((1, 1, 2)))]
        budgets = []
        for at, category in enumerate(chosen):
            part = self._part(services, len(chosen), at)
            budget_id = self._id()
            made = [
                self._service(organization, participant_id, budget_id, category, starts_on)
                for _ in range(part)
            ]
            spent = sum(cents for cents in made if cents)
            budgets.append((budget_id, category, self._allocate(spent), spent))
        self._add(
            "plans",
            id=plan_id,
            organization_id=organization.id,
            participant_id=participant_id,
            plan_number=f"P{rng.randrange(10**8):08}",
            starts_on=starts_on,
            ends_on=ends_on,
            review_on=ends_on - timedelta(days=42),
            management=rng.choice(("ndia_managed", "ndia_managed", "plan_managed", "self_managed")),
            support_coordinator_id=organization.coordinator,
            total_cents=sum(allocated for _, _, allocated, _ in budgets),
            goals=rng.sample(people.GOALS, 2),
        )
        owner = {
            "organization_id": organization.id,
            "participant_id": participant_id,
            "plan_id": plan_id,
        }
        for budget_id, category, allocated, spent in budgets:
            organization.sums[0] += allocated
            organization.sums[1] += spent
            money = (category, allocated, spent)
            for table, row in budget_rows(
                owner, budget_id, money, (starts_on, ends_on), self._instant
            ):
                self._add(table, **{"id": self._id(), **row})

    def _allocate(self, spent: int) -> int:
        """Return an allocation of whole $10 that leaves a believable share used."""
        rng = self._rng
        if not spent:
            return rng.randrange(5_000_00, 60_000_00, 1_000)
        low, high = rng.choice(((15, 58), (15, 58), (30, 59), (61, 79), (82, 97)))
        share = rng.uniform(low, high)
        return (int(spent * 100 / share) // 1_000 + 1) * 1_000

    def _service(
        self,
        organization: OrganizationData,
        participant_id: UUID,
        budget_id: UUID,
        category: int,
        starts_on: date,
    ) -> int:
        rng = self._rng
        on = starts_on + timedelta(days=rng.randrange((self._plan.today - starts_on).days))
        by_day = ITEMS[category]
        number = by_day[0 if on.weekday() < WEEKDAY else on.weekday() - 4]
        while number is None:
            on -= timedelta(days=1) if on > starts_on else timedelta(days=-3)
            number = by_day[0 if on.weekday() < WEEKDAY else on.weekday() - 4]
        item_id, item = organization.items[number]
        minutes = rng.choice(LENGTHS)
        start = time(rng.randrange(7, 16), rng.choice((0, 15, 30)))
        started_at = datetime.combine(on, start, _zone(organization.timezone)).astimezone(UTC)
        ended = datetime.combine(on, start) + timedelta(minutes=minutes)
        price = item.limits_cents[organization.state]
        cents = cost_for_minutes(price, minutes)
        day = organization.days[on]
        day[0] += 1
        day[1] += cents
        self._count += 1
        self._add(
            "services",
            id=self._id(),
            organization_id=organization.id,
            participant_id=participant_id,
            budget_id=budget_id,
            support_worker_id=organization.workers[0],
            support_item_id=item_id,
            item_number=number,
            item_name=item.name,
            service_on=on,
            start_time=start,
            end_time=ended.time(),
            started_at=started_at,
            ended_at=started_at + timedelta(minutes=minutes),
            duration_minutes=minutes,
            unit_price_cents=price,
            total_cents=cents,
            notes=rng.choice(people.NOTES),
            status="completed",
        )
        return cents

    def _finish(self, organization: OrganizationData, participants: int) -> None:
        for on, (services, cents) in sorted(organization.days.items()):
            self._add(
                "daily_totals",
                id=self._id(),
                organization_id=organization.id,
                service_on=on,
                services=services,
                spent_cents=cents,
            )
        self._add(
            "organization_totals",
            id=self._id(),
            organization_id=organization.id,
            allocated_cents=organization.sums[0],
            spent_cents=organization.sums[1],
            active_participants=participants,
            unclaimed_services=sum(day[0] for day in organization.days.values()),
            unclaimed_cents=sum(day[1] for day in organization.days.values()),
            rolled_on=self._plan.today,
        )
        self._flush()


ORDER = (
    "organizations",
    "organization_contacts",
    "organization_totals",
    "daily_totals",
    "users",
    "staff_qualifications",
    "support_items",
    "participants",
    "participant_tags",
    "emergency_contacts",
    "participant_workers",
    "plans",
    "budgets",
    "budget_adjustments",
    "budget_alerts",
    "services",
)

_zones: dict[str, ZoneInfo] = {}


def _zone(name: str) -> ZoneInfo:
    return _zones.setdefault(name, ZoneInfo(name))


def _abn(stem: int) -> str:
    """Return an ABN that adds up, for a company number that nobody has."""
    digits = f"{stem:09}"
    return str(abn.calc_check_digits(digits)) + digits
