"""One of everything that a provider has, made through the product's own actions."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from caddy.actions import (
    agreement_papers,
    agreements,
    attachments,
    conversations,
    documents,
    messages,
    plan_managers,
    saved_filters,
    schedules,
    services,
    signing_links,
    sites,
)
from caddy.actions import signings as signing_actions
from caddy.actions.attachments import Upload
from caddy.actions.claim_corrections import Received, record_payment
from caddy.actions.claims import ClaimWanted, build_claim, submit_claim
from caddy.actions.result_uploads import upload_result
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.agreements import AgreedLine, NewAgreement
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName
from caddy.domain.participants import PlanManagement
from caddy.domain.permissions import Role
from caddy.domain.plan_managers import ManagerEntry
from caddy.domain.schedules import WeeklyPattern
from caddy.domain.signings import Signature, SignerRole
from caddy.extensions import db
from caddy.models import (
    Budget,
    ClaimFile,
    DocumentVersion,
    Message,
    Service,
)
from caddy.queries import signing_links as signing_link_reads
from caddy.queries import signings
from caddy.tenancy import scope
from caddy.transaction import transaction
from caddy.web import document_links
from tests import imports as some_imports
from tests import registers, tasks, world
from tests.one_colleague import (
    calendar_key,
    came_back,
    invited,
    own_availability,
    recorded,
    signed_in,
    someone,
    told,
    ways_in,
)
from tests.samples import PDF


def ids(
    people: world.World, provider: world.Provider, participant_id: UUID | None = None
) -> dict[str, Any]:
    """Return ids of a provider: its participant, a service for them, its owner's notification."""
    participant_id = participant_id or provider.participant_id
    assert participant_id
    who, role = ("charlie", Role.ADMIN) if provider is people.banksia else ("alice", Role.ADMIN)
    with scope(provider.id):
        logged = services.log_service(
            entry(people, participant_id),
            world.ZONE,
            "NSW",
            actor=provider.actor(who, role),
        )
        service = db.session.get_one(Service, logged.id)
        budget_id, item_id = service.budget_id, service.support_item_id
        plan_id = db.session.get_one(Budget, budget_id).plan_id
        planned = schedules.create_schedule(
            weekly(people, provider), actor=provider.actor(who, role)
        )
        attachment_id = attachments.attach_to_service(
            logged.id, Upload(io.BytesIO(PDF), "Quinn Secret.pdf"), actor=provider.actor(who, role)
        )
        document = document_of(participant_id, provider.actor(who, role))
        agreement_id = agreements.add_agreement(
            participant_id,
            agreement(people.today, terms="Quinn Secret"),
            actor=provider.actor(who, role),
        )
    user_id = provider.people["charlie" if provider is people.banksia else "sam"]
    return {
        "participant_id": participant_id,
        "user_id": user_id,
        **recorded(user_id, provider.actor(who, role)),
        **own_availability(provider.actor(who, role)),
        "token": "0" * 64,
        "link_id": invited(provider.actor(who, role)),
        "session_id": signed_in(provider.actor(who, role)),
        **ways_in(someone(people, provider, "lou")),
        "provider": "of-nobody",
        "key": "of-nobody" if provider is people.banksia else calendar_key(people),
        "service_id": logged.id,
        "schedule_id": planned.schedule_id,
        "budget_id": budget_id,
        "plan_id": plan_id,
        "item_id": item_id,
        "import_id": some_imports.tried(provider.actor(who, role)),
        "file_number": 0,
        "field_name": "mobile",
        "filter_id": kept_filter(provider.actor(who, role)),
        "attachment_id": attachment_id,
        "agreement_id": agreement_id,
        **document,
        # Of Banksia's document too it is Alice who signs: what she signs opens what she sees.
        "signed": shared(people.alice, document),
        **registers.filled(participant_id, provider.actor(who, role)),
        "site_id": site(provider, provider.actor(who, role)),
        "manager_id": manager(provider, provider.actor(who, role)),
        **talked(participant_id, provider.actor(who, role)),
        **worked(provider.actor(who, role)),
        "notification_id": told(provider, provider.actor(who, role)),
        **came_back(provider.actor(who, role)),
        **claimed(people, provider, participant_id, provider.actor(who, role)),
        # Last: what the provider is called is part of what is signed.
        **signing(people, provider, logged.id, provider.actor(who, role)),
    }


def signing(
    people: world.World, provider: world.Provider, service_id: UUID, actor: Any
) -> dict[str, Any]:
    """Return the id of a link to sign a service, and the secret of one to sign an agreement."""
    asked = signing_links.Asked("Quinn Secret", "quinn@example.org")
    with scope(provider.id):
        link_id = signing_links.ask_for_service(service_id, asked, actor=actor)
        made = agreements.add_agreement(
            db.session.get_one(Service, service_id).participant_id,
            agreement(people.today),
            actor=actor,
        )
        keep_paper(made, actor)
        own = signing_links.ask_for_agreement(made, asked, actor=actor)
        is_known = provider is people.acacia
        return {"link_id": link_id, "token": token_of_link(own) if is_known else "of-nobody"}


def signed(service_id: UUID, actor: Any, drawing: str | None = None) -> UUID:
    """Have a service signed on someone's screen, and return the signature's id."""
    found = signings.service(service_id, seen_by=None)
    assert found
    given = Signature("Pat Green", SignerRole.PARTICIPANT, True, found.sha256, drawing)
    return signing_actions.sign_service(service_id, given, actor=actor)


def keep_paper(agreement_id: UUID, actor: Any, content: bytes = PDF) -> str:
    """Keep bytes as the PDF of an agreement as it stands now, and return their checksum."""
    found = signings.agreement(agreement_id, seen_by=None)
    assert found
    agreement_papers.keep_paper(found, content, actor=actor)
    return hashlib.sha256(content).hexdigest()


def token_of_link(link_id: UUID) -> str:
    """Return the secret in a link's address, as its mail says it."""
    told = signing_link_reads.for_mail({"signing_link_id": str(link_id)})
    return told["link"].rpartition("/")[2]


def document_of(participant_id: UUID, actor: Actor) -> dict[str, UUID]:
    """Add a document of a participant, and return its id and that of its version."""
    (document_id,) = documents.add_documents(
        [Upload(io.BytesIO(PDF), "Quinn Secret.pdf")],
        DocumentEntry(DocumentKind.CONSENT, "Quinn Secret", ("Secret",)),
        Link(LinkName.PARTICIPANT, participant_id),
        actor=actor,
    )
    found = select(DocumentVersion.id).where(DocumentVersion.document_id == document_id)
    return {"document_id": document_id, "version_id": db.session.scalars(found).one()}


def shared(actor: Actor, document: dict[str, UUID]) -> str:
    """Return the secret of a link to a document that someone made just now."""
    return document_links.make(document["version_id"], actor)


def claimed(
    people: world.World, provider: world.Provider, participant_id: UUID, actor: Any
) -> dict[str, Any]:
    """Return the ids of a claim that was sent, and of its file."""
    from tests import claims

    claims.ready(people, provider, actor, participant_id)
    with scope(provider.id):
        one = replace(entry(people, participant_id, 3), start_time=time(6), end_time=time(7))
        services.log_service(one, world.ZONE, "NSW", actor=actor)
        day = one.service_on
        built = build_claim(ClaimWanted(day, day), actor=actor)
        assert built.id
        name = submit_claim(built.id, actor=actor).file_names[0]
        file_id = db.session.scalars(
            select(ClaimFile.id).where(ClaimFile.claim_id == built.id)
        ).one()
    return {
        "claim_id": built.id,
        "claim_file_id": file_id,
        "file_name": name,
        **answered(built.id, one.service_on, actor),
    }


def answered(claim_id: UUID, paid_on: date, actor: Any) -> dict[str, Any]:
    """Make a claim's line an invoice that is paid in part, and upload an answer not yet read."""
    from tests import claims

    with scope(actor.organization_id):
        with transaction(actor, unrecorded="a test"):
            (line,) = claims.lines_of(claim_id)
            line.management, line.payer = PlanManagement.PLAN_MANAGED, "Plan Secret"
        reference = f"PAY {actor.name}"
        record_payment(claim_id, Received(10_00, paid_on, reference), actor=actor)
        # Nobody knows this header: its columns are still to be chosen.
        content = f"Zeile,Geld\n{actor.name},1\n".encode()
        uploaded = upload_result(content, "Quinn Secret.csv", actor=actor)
    return {"paid_on": paid_on, "paid_reference": reference, "result_id": uploaded.id}


def talked(participant_id: UUID, actor: Any) -> dict[str, UUID]:
    """Return the ids of a conversation about a participant, and of what was said in it."""
    with scope(actor.organization_id):
        begun = conversations.NewConversation("Quinn Secret", participant_id, frozenset())
        said = messages.NewMessage("Quinn Secret", f"matrix:{participant_id}")
        conversation_id = messages.start(begun, said, actor=actor)
        own = select(Message.id).where(Message.conversation_id == conversation_id)
        return {"conversation_id": conversation_id, "message_id": db.session.scalars(own).one()}


def worked(actor: Any) -> dict[str, UUID]:
    """Return the ids of a finished task of someone and of its file."""
    task_id = tasks.done(actor, "Quinn Secret")
    return {"task_id": task_id, "file_id": tasks.files(actor, task_id)[0].id}


def weekly(people: world.World, provider: world.Provider, weeks: int = 1) -> Any:
    """Return a weekly shift, from a week from now on, of the provider's screened worker."""
    assert provider.participant_id
    starts_on = people.today + timedelta(days=7)
    return schedules.NewSchedule(
        participant_id=provider.participant_id,
        worker_id=provider.people["charlie" if provider is people.banksia else "sam"],
        item_number="01_011_0107_1_1",
        pattern=WeeklyPattern(
            weekdays=frozenset({starts_on.weekday()}),
            start=time(9),
            end=time(9, 30),
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=7 * (weeks - 1)),
        ),
    )


def agreement(starts_on: date, *lines: AgreedLine, days: int = 30, **more: Any) -> NewAgreement:
    """Return an agreement from a day on, at $65.00 an hour of weekday self-care."""
    agreed = lines or (AgreedLine("01_011_0107_1_1", 65_00),)
    return NewAgreement(starts_on, starts_on + timedelta(days=days), agreed, **more)


def site(provider: world.Provider, actor: Any) -> UUID:
    with scope(provider.id):
        return sites.add_site(sites.SiteEntry(f"House of {provider.name}"), actor=actor)


def manager(provider: world.Provider, actor: Any) -> UUID:
    entry = ManagerEntry(f"Plans of {provider.name} {new_id()}", email="Quinn.Secret@example.org")
    with scope(provider.id):
        return plan_managers.add_manager(entry, actor=actor)


def kept_filter(actor: Any) -> UUID:
    """Save a filter of someone's own, and return its id."""
    entry = saved_filters.FilterEntry(f"Quinn Secret {new_id()}")
    with scope(actor.organization_id):
        return saved_filters.save_filter("services.index", "status=billed", entry, actor=actor)


def entry(people: world.World, participant_id: UUID | None, days_ago: int = 1) -> Any:
    assert participant_id
    return services.ServiceEntry(
        participant_id=participant_id,
        service_on=people.today - timedelta(days=days_ago),
        start_time=time(9),
        end_time=time(9, 30),
        item_number="01_011_0107_1_1",
        notes="A test.",
    )
