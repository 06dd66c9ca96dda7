"""A participant's profile by tabs: each asks for what it shows and no more."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from caddy import clock, events
from caddy.domain.documents import LinkName
from caddy.domain.permissions import Permission
from caddy.queries import budgets, participants, retention, services, sites, teams
from caddy.queries.participants import ParticipantRecord
from caddy.queries.services import ServiceFilter
from caddy.web import score_views
from caddy.web.access import actor, person, seen_by
from caddy.web.document_views import listed
from caddy.web.pages import page
from caddy.web.retention_forms import HoldForm

LAST_SERVICES = 5


class Tab(StrEnum):
    """The parts of a profile that share its address; the others are pages of their own."""

    OVERVIEW = "overview"
    PLANS = "plans"
    COMPLIANCE = "compliance"


def profile(
    record: ParticipantRecord, tab: Tab, archive_form: Any, status: int = 200
) -> ResponseReturnValue:
    """Show a tab of a participant, as far as the person may see it."""
    # Asked first: what is committed while the page is made comes again, rather than never.
    since = events.current_id(person.organization_id)
    parts = {Tab.OVERVIEW: _overview, Tab.PLANS: _plans, Tab.COMPLIANCE: _compliance}[tab](record)
    return page(
        "participants/show.html",
        part="main",
        status=status,
        since=since,
        tab=tab,
        record=record,
        participant=record.participant,
        today=clock.today(person.timezone),
        archive_form=archive_form,
        **parts,
    )


def _overview(record: ParticipantRecord) -> dict[str, Any]:
    whom, today = record.participant, clock.today(person.timezone)
    may_see_money = actor.may(Permission.BUDGETS_READ)
    shown = budgets.of_participant(whom.id, today) if may_see_money else []
    return {
        "plan": record.plan_on(today),
        "budgets": shown,
        "totals": budgets.participant_totals(shown),
        "recent": _recent(whom.id),
        "site": sites.name_of(whom.site_id),
        "team": teams.members(whom.id),
        "watchers": teams.watchers(whom.id) if may_see_money else [],
        "documents": listed(LinkName.PARTICIPANT, whom.id),
        "may_see_medical": actor.may(Permission.PARTICIPANTS_MEDICAL) and whom.erased_at is None,
    }


def _recent(participant_id: UUID) -> list[Any]:
    if not actor.may(Permission.SERVICES_READ):
        return []
    wanted = ServiceFilter(participant_id=participant_id)
    return services.page(wanted, seen_by=seen_by())[0][:LAST_SERVICES]


def _plans(record: ParticipantRecord) -> dict[str, Any]:
    sums = {}
    if actor.may(Permission.BUDGETS_READ):
        sums = participants.plan_sums(record.participant.id)
    return {"plan_sums": sums}


def _compliance(record: ParticipantRecord) -> dict[str, Any]:
    own_id = record.participant.id
    may_hold = actor.may(Permission.ORGANIZATION_WRITE)
    may_read = actor.may(Permission.COMPLIANCE_READ)
    return {
        "score": score_views.of_participant(own_id) if may_read else None,
        "hold": retention.hold_on(own_id) if may_hold else None,
        "hold_form": HoldForm(formdata=None) if may_hold else None,
    }
