"""A provider that may claim: valid numbers, signed agreements, services to claim."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from caddy.actions import claims, services, teams
from caddy.actions.claim_results import load_result
from caddy.actions.participants import add_participant
from caddy.cli.demo_items import starter_items
from caddy.domain.participants import PlanManagement
from caddy.domain.services import ServiceStatus
from caddy.extensions import db
from caddy.models import (
    AgreedItem,
    AgreementStatus,
    Claim,
    ClaimLine,
    OrganizationTotal,
    Service,
    ServiceAgreement,
)
from caddy.queries import checks, organizations
from caddy.tenancy import scope
from caddy.transaction import transaction
from tests import world
from tests.one_of_each import entry

ABN = "83914571673"
ABN_OF_BANKSIA = "53004085616"
REGISTRATION = "4050 000 123"
AGREED = tuple(item.item_number for item in starter_items())
HALF_HOUR = 35_12  # of 01_011_0107_1_1


def ready(people, provider=None, actor=None, participant_id=None):
    """Give a provider its numbers and a participant of it a signed agreement."""
    provider, actor = provider or people.acacia, actor or people.alice
    with scope(provider.id):
        with transaction(actor, unrecorded="a test"):
            organization = organizations.current()
            organization.abn = ABN if provider is people.acacia else ABN_OF_BANKSIA
            organization.ndis_registration = REGISTRATION
        agree(people, participant_id or provider.participant_id, actor)


def agree(people, participant_id, actor=None, **columns):
    actor = actor or people.alice
    with transaction(actor, unrecorded="a test"):
        row = ServiceAgreement(
            organization_id=actor.organization_id,
            participant_id=participant_id,
            status=AgreementStatus.SIGNED,
            starts_on=people.today - timedelta(days=1_000),
            ends_on=people.today + timedelta(days=300),
            signed_on=people.today - timedelta(days=1_000),
            **{"allows_travel": True, **columns},
        )
        db.session.add(row)
        db.session.flush()
        for number in AGREED:
            db.session.add(
                AgreedItem(
                    organization_id=actor.organization_id,
                    agreement_id=row.id,
                    item_number=number,
                )
            )
    return row.id


def someone(people, first, number, management=PlanManagement.PLAN_MANAGED, manager="Plan Co"):
    plan = replace(world.plan(people.today, (1, 9_000_00)), management=management)
    plan = replace(plan, plan_manager=manager)
    found = add_participant(world.profile(first, "Able", number), plan, actor=people.alice)
    agree(people, found)
    teams.add_to_team(found, people.acacia.people["sam"], actor=people.alice)
    return found


def log(people, participant_id=None, days_ago=1, hour=9, minutes=30, **changes):
    one = entry(people, participant_id or people.acacia.participant_id, days_ago)
    end = hour * 60 + minutes
    one = replace(one, start_time=time(hour), end_time=time(end // 60, end % 60), **changes)
    return services.log_service(one, world.ZONE, "NSW", actor=people.sam).id


def cancelled(people, service_id, percent=100, reason=None):
    """Make a service one that was cancelled at a fee, as the roster would."""
    from caddy.actions import totals

    with transaction(people.alice, unrecorded="a test"):
        service = db.session.get_one(Service, service_id)
        cents = service.total_cents * percent // 100
        before = totals.taken(service.status, service.total_cents)
        change = totals.taken(ServiceStatus.CANCELLED, cents).minus(before)
        totals.move(service.budget_id, service.service_on, change)
        service.status, service.fee_percent = ServiceStatus.CANCELLED, percent
        service.total_cents, service.cancellation_reason = cents, reason


def wanted(people, **changes):
    first = people.today - timedelta(days=90)
    return claims.ClaimWanted(first, people.today, **changes)


def build(people, **changes):
    return claims.build_claim(wanted(people, **changes), actor=people.alice)


def submit(people, claim_id):
    return claims.submit_claim(claim_id, actor=people.alice)


def sent(people):
    built = build(people)
    submit(people, built.id)
    return db.session.get_one(Claim, built.id)


def claim_of(claim_id):
    db.session.expire_all()
    return db.session.get_one(Claim, claim_id)


def lines_of(claim_id):
    return list(
        db.session.scalars(
            select(ClaimLine)
            .where(ClaimLine.claim_id == claim_id)
            .order_by(ClaimLine.position)
            .execution_options(populate_existing=True)
        )
    )


def statuses(*ids):
    found = dict(
        db.session.execute(select(Service.id, Service.status).where(Service.id.in_(ids))).all()
    )
    return [found[one].value for one in ids]


def unclaimed():
    total = db.session.scalars(
        select(OrganizationTotal).execution_options(populate_existing=True)
    ).one()
    return total.unclaimed_services, total.unclaimed_cents


def no_differences():
    assert list(checks.differences()) == []


RESULT_HEADER = (
    "Registration Number,Claim Reference,Payment Request Status,Rejection Reason,"
    "Paid Total Amount,Capped Price"
)
REMITTANCE_HEADER = "Claim Reference,Amount Paid,Remittance Date,Remittance Reference"


def table(header, *rows):
    return ("\r\n".join([header, *(",".join(row) for row in rows)]) + "\r\n").encode()


def answer(people, *rows, name="results.csv", header=RESULT_HEADER, **options):
    """Load an answer; rows are tuples of claim reference, status, reason, paid, capped."""
    some = [("4050000123", *row, *[""] * (5 - len(row))) for row in rows]
    content = table(header, *(some if header == RESULT_HEADER else rows))
    return load_result(content, name, actor=people.alice, **options)


@dataclass(frozen=True)
class Read:
    """A row as an independent reader of the bulk file understands it."""

    ndis_number: str
    day: date
    item: str
    reference: str
    claim_type: str
    reason: str
    minutes: int | None
    cents: int


def read_bulk(content):
    """Read a bulk file by the agency's layout alone, without the code that wrote it."""
    assert content.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(content.decode("ascii"), newline="")))
    assert rows[0] == (
        "RegistrationNumber|NDISNumber|SupportsDeliveredFrom|SupportsDeliveredTo|SupportNumber|"
        "ClaimReference|Quantity|Hours|UnitPrice|GSTCode|AuthorisedBy|ParticipantApproved|"
        "InKindFundingProgram|ClaimType|CancellationReason|ABN of Support Provider"
    ).split("|")
    return [_read(row) for row in rows[1:]]


def _read(row):
    registration, number, first, last, item, reference, quantity, hours, price, gst = row[:10]
    assert (registration, first, gst, row[10:13], row[15]) == (
        "4050000123",
        last,
        "P2",
        ["", "", ""],
        ABN,
    )
    assert bool(quantity) != bool(hours)
    minutes = None
    if hours:
        whole, rest = hours.split(":")
        assert (len(whole), len(rest)) == (3, 2)
        minutes = int(whole) * 60 + int(rest)
    amount = Decimal(price) * (Decimal(quantity) if quantity else Decimal(minutes) / 60)
    # Exact before it is rounded: a third of an hour has no last decimal.
    if minutes is not None:
        amount = Decimal(price) * minutes / 60
    cents = int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))
    assert len(price.split(".")[1]) == 2
    return Read(
        number, date.fromisoformat(first), item, reference, row[13], row[14], minutes, cents
    )
