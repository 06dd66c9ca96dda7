"""The people of the tests. Each has a reason to be there.

Acacia is the provider at work. Alice owns it and may do everything. Cora coordinates, Sam
supports, Fin does the money, Vic may only look. Banksia is another provider; Charlie owns
it, and nothing of Acacia may ever reach him. Pat has a plan at Acacia, Quinn at Banksia.
Sam and Charlie hold a worker screening, so that they can be rostered; nobody else does.
Sam supports Pat. `olly` adds another participant of Acacia, whom Sam does not support.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from caddy import clock
from caddy.actions import catalogue, teams
from caddy.actions.organizations import add_user, create_organization
from caddy.actions.participants import add_participant
from caddy.cli.demo_items import starter_items
from caddy.domain.actor import Actor, Source, system_actor
from caddy.domain.participants import NewBudget, NewPlan, PlanManagement, PriceZone, Profile
from caddy.domain.permissions import ROLE_PERMISSIONS, Role
from caddy.domain.qualifications import QualificationKind
from caddy.extensions import db
from caddy.models import StaffQualification
from caddy.tenancy import scope
from caddy.transaction import transaction

PASSWORD = "correct horse battery"
ZONE = "Australia/Sydney"


@dataclass
class Provider:
    id: UUID
    name: str
    people: dict[str, UUID] = field(default_factory=dict)
    participant_id: UUID | None = None

    def actor(self, who: str, role: Role) -> Actor:
        return Actor(
            organization_id=self.id,
            user_id=self.people[who],
            name=who.capitalize(),
            role=role,
            permissions=ROLE_PERMISSIONS[role],
        )


@dataclass
class World:
    acacia: Provider
    banksia: Provider
    today: date

    def of(self, who: str) -> Provider:
        """Return the provider that someone works for."""
        return self.banksia if who in self.banksia.people else self.acacia

    @property
    def alice(self) -> Actor:
        return self.acacia.actor("alice", Role.ADMIN)

    @property
    def sam(self) -> Actor:
        return self.acacia.actor("sam", Role.SUPPORT_WORKER)

    @property
    def charlie(self) -> Actor:
        return self.banksia.actor("charlie", Role.ADMIN)


ACACIA = (
    ("alice", Role.ADMIN),
    ("cora", Role.COORDINATOR),
    ("sam", Role.SUPPORT_WORKER),
    ("fin", Role.FINANCE),
    ("vic", Role.VIEWER),
)


def build() -> World:
    """Make both providers through the product's own actions. Needs an app context."""
    today = clock.today(ZONE)
    acacia = provider("Acacia", ACACIA)
    banksia = provider("Banksia", (("charlie", Role.ADMIN),))
    world = World(acacia, banksia, today)
    acacia.participant_id = participant(world.alice, "Pat", "Green", "430000001", today)
    banksia.participant_id = participant(world.charlie, "Quinn", "Secret", "430000002", today)
    four_years = today + timedelta(days=4 * 365)
    screened(world.alice, acacia.people["sam"], four_years)
    screened(world.charlie, banksia.people["charlie"], four_years)
    with scope(acacia.id):
        teams.add_to_team(acacia.participant_id, acacia.people["sam"], actor=world.alice)
    return world


def olly(people: World) -> UUID:
    """Add a participant of Acacia whom Sam does not support."""
    return participant(people.alice, "Olly", "Hidden", "430000003", people.today)


def provider(name: str, people: tuple[tuple[str, Role], ...]) -> Provider:
    organization_id = create_organization(name, timezone=ZONE, state="NSW", participant_limit=1000)
    made = Provider(organization_id, name)
    system = system_actor(organization_id, "Test", Source.COMMAND)
    for who, role in people:
        made.people[who] = add_user(
            email=f"{who}@{name.lower()}.example",
            first_name=who.capitalize(),
            last_name=name,
            role=role,
            password=PASSWORD,
            actor=system,
        )
    with scope(organization_id):
        catalogue.store(starter_items(), "starter set", "0" * 64, actor=system)
    return made


def screened(actor: Actor, user_id: UUID, until: date) -> None:
    """Have someone hold a worker screening up to a day, whatever they held before."""
    kind = QualificationKind.WORKER_SCREENING
    with scope(actor.organization_id), transaction(actor, unrecorded="a test's beginning"):
        held = select(StaffQualification).where(
            StaffQualification.user_id == user_id, StaffQualification.kind == kind
        )
        row = db.session.scalars(held).one_or_none()
        if row is None:
            row = StaffQualification(
                organization_id=actor.organization_id, user_id=user_id, kind=kind
            )
            db.session.add(row)
        row.expires_on = until


def profile(first: str, last: str, ndis_number: str, **columns: object) -> Profile:
    return Profile(
        ndis_number=ndis_number,
        date_of_birth=date(1990, 1, 1),
        columns={
            "first_name": first,
            "last_name": last,
            "state": "NSW",
            "price_zone": PriceZone.NATIONAL,
            "interests": [],
            "custom_fields": {},
            **columns,
        },
    )


def plan(today: date, *budgets: tuple[int, int], days: int = 365) -> NewPlan:
    """Return a plan that began 100 days ago; budgets are pairs of category and cents."""
    starts_on = today - timedelta(days=100)
    return NewPlan(
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        management=PlanManagement.NDIA_MANAGED,
        budgets=tuple(NewBudget(*budget) for budget in budgets or ((1, 1_000_00), (15, 2_000_00))),
    )


def participant(
    actor: Actor, first: str, last: str, number: str, today: date, *budgets: tuple[int, int]
) -> UUID:
    with scope(actor.organization_id):
        return add_participant(profile(first, last, number), plan(today, *budgets), actor=actor)
