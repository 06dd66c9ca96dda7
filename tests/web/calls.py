"""How each route is called in the matrix: its ids, its form, and what it may answer."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event, select

from caddy import clock
from caddy.actions import (
    agreement_papers,
    agreements,
    attachments,
    calendars,
    conversations,
    documents,
    identities,
    invitations,
    messages,
    passkeys,
    plan_managers,
    saved_filters,
    schedules,
    services,
    sessions,
    signing_links,
    sites,
    staff,
    teams,
)
from caddy.actions import signings as signing_actions
from caddy.actions.attachments import Upload
from caddy.actions.claim_corrections import Received, record_payment
from caddy.actions.claims import ClaimWanted, build_claim, submit_claim
from caddy.actions.notifications import notify
from caddy.actions.organizations import add_user
from caddy.actions.result_uploads import upload_result
from caddy.columns import new_id
from caddy.domain.actor import Actor
from caddy.domain.agreements import AgreedLine, NewAgreement
from caddy.domain.documents import DocumentEntry, DocumentKind, Link, LinkName
from caddy.domain.participants import PlanManagement
from caddy.domain.passkeys import NewPasskey
from caddy.domain.permissions import Role
from caddy.domain.plan_managers import ManagerEntry
from caddy.domain.providers import Claimed, Provider
from caddy.domain.qualifications import QualificationKind
from caddy.domain.schedules import WeeklyPattern
from caddy.domain.sign_ins import SignInWay
from caddy.domain.signings import Signature, SignerRole
from caddy.domain.staff import Leave, QualificationEntry, Window
from caddy.extensions import db
from caddy.models import (
    Budget,
    ClaimFile,
    DocumentVersion,
    EmailEvent,
    EmailLog,
    EmailSuppression,
    Message,
    Notification,
    Service,
    StaffQualification,
    User,
    WorkerAvailability,
    WorkerLeave,
)
from caddy.queries import mailed_links, signings
from caddy.queries import sessions as open_sessions
from caddy.queries import signing_links as signing_link_reads
from caddy.queries import ways_in as way_in_reads
from caddy.tenancy import scope
from caddy.transaction import transaction
from caddy.web import document_links
from tests import imports as some_imports
from tests import registers, tasks, world

OK = frozenset({200})
DONE = frozenset({302, 303})
CHECKED = frozenset({302, 303, 422})


@dataclass(frozen=True)
class Call:
    """One way to call a route. `takes_ids` where an id of another organization must be 404."""

    answers: frozenset[int] = OK
    takes_ids: bool = False
    query: str = ""
    form: dict[str, Any] = field(default_factory=dict)


PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
SERVICE = {
    "service_on": "2026-11-01",
    "start_time": "09:00",
    "end_time": "10:00",
    "item_number": "01_011_0107_1_1",
    "notes": "A test.",
}
SIGN_UP = {
    "organization_name": "Wattle Care",
    "abn": "51 824 753 556",
    "state": "VIC",
    "first_name": "Wil",
    "last_name": "Low",
    "email": "wil@wattle.example",
    "password": "purple otter sings twice",
}
# What a mailed link opens, for anyone: with the secrets of links in test_mailed_links.py.
BY_LINK = {
    f"{feature}.{view}"
    for feature, views in {
        "invitations": ("show", "accept"),
        "passwords": ("show_reset", "reset"),
        "sign_in_links": ("show", "redeem"),
        "sign_up": ("show", "confirm"),
    }.items()
    for view in views
}
# Each is a list that is a file too.
LISTS = (
    "agreements audit care_records catalogue claims complaints compliance documents finance.lines "
    "finance.receivables incidents notifications outbox panel participants payments policies "
    "qualifications restrictive_practices risks service_agreements services staff"
).split()
# Registers whose pages are made alike.
REGISTERS = "care_records complaints policies restrictive_practices risks".split()
ACTION = {"what": "Call the GP.", "due_on": "2026-12-01"}
CALLS: dict[str, Call] = {
    "GET budgets.show": Call(takes_ids=True),
    "GET budgets.ask_what_if": Call(takes_ids=True, query="item=01_011_0107_1_1&a_week=2"),
    "GET budgets.new_adjustment": Call(takes_ids=True),
    "POST budgets.adjust": Call(
        CHECKED, takes_ids=True, form={"amount": "5", "reason": "A test.", "effective_on": "x"}
    ),
    "POST budgets.thresholds": Call(
        DONE, takes_ids=True, form={"warning_percent": "70", "critical_percent": "85"}
    ),
    "GET agreements.index": Call(takes_ids=True),
    "GET agreements.new": Call(takes_ids=True),
    "POST agreements.create": Call(frozenset({422}), takes_ids=True, form={"terms": "x"}),
    "GET agreements.show": Call(takes_ids=True),
    "GET agreements.edit": Call(takes_ids=True),
    "POST agreements.update": Call(frozenset({422}), takes_ids=True, form={"terms": "x"}),
    "POST agreements.signature": Call(
        CHECKED, takes_ids=True, form={"signed_on": "2026-11-01", "signed_by": "Pat"}
    ),
    # A draft is not ended: 409 where nobody has signed it before.
    "POST agreements.ending": Call(CHECKED | {409}, takes_ids=True, form={"on": "2026-11-01"}),
    "POST agreements.add_document": Call(frozenset({422}), takes_ids=True),
    "GET availability.show": Call(),
    "POST availability.add_hours": Call(
        CHECKED, form={"weekday": "3", "start_time": "09:00", "end_time": "17:00"}
    ),
    # One removes only one's own: those of others are not there.
    "POST availability.removal_of_hours": Call(DONE | {404}, takes_ids=True),
    "POST availability.add_leave": Call(
        CHECKED, form={"starts_on": "2026-12-24", "ends_on": "2026-12-27"}
    ),
    "POST availability.removal_of_leave": Call(DONE | {404}, takes_ids=True),
    "GET audit.index": Call(takes_ids=True, query="participant={participant_id}"),
    "GET audit.history": Call(takes_ids=True),
    "GET evidence.index": Call(),
    "POST evidence.create": Call(DONE, form={"starts_on": "2026-11-01", "ends_on": "2026-11-21"}),
    "GET attachments.show": Call(takes_ids=True),
    "GET calendar.feed": Call(takes_ids=True),
    "GET calendar.show": Call(),
    "POST calendar.create": Call(),
    "POST calendar.revocation": Call(DONE),
    "GET catalogue.index": Call(),
    "GET catalogue.show": Call(takes_ids=True),
    "POST catalogue.tax": Call(DONE, takes_ids=True, form={"gst_code": "P2"}),
    "GET catalogue.new": Call(),
    "POST catalogue.create": Call(frozenset({422})),
    "GET claims.index": Call(),
    "GET claims.new": Call(),
    "POST claims.create": Call(CHECKED, form={"from_on": "2026-11-01", "to_on": "2026-11-02"}),
    "GET claims.show": Call(takes_ids=True),
    "GET claims.file": Call(takes_ids=True),
    # The claim of the matrix was sent: it is a draft no more.
    "GET claims.preview": Call(frozenset({404}), takes_ids=True),
    "POST claims.submit": Call(DONE, takes_ids=True),
    "POST claims.withdraw": Call(frozenset({409}), takes_ids=True),
    "POST claims.credit": Call(frozenset({422}), takes_ids=True),
    "GET books.show": Call(),
    "GET books.invoices_csv": Call(),
    "GET books.contacts_csv": Call(),
    "GET books.journal_csv": Call(),
    "GET dashboard.show": Call(),
    "GET finance.held_back": Call(),
    "GET finance.show": Call(),
    "GET finance.list_receivables": Call(),
    "GET finance.receivable_lines": Call(),
    **{
        f"GET {name}.{ending}": Call(takes_ids=name == "agreements")
        for name in LISTS
        for ending in ("csv", "xlsx")
    },
    "GET documents.index": Call(),
    "GET documents.new": Call(takes_ids=True, query="participant={participant_id}"),
    "POST documents.create": Call(
        frozenset({422}), takes_ids=True, query="agreement={agreement_id}"
    ),
    "GET documents.show": Call(takes_ids=True),
    "GET documents.edit": Call(takes_ids=True),
    "POST documents.update": Call(frozenset({422}), takes_ids=True, form={"title": "x"}),
    "POST documents.add_version": Call(frozenset({422}), takes_ids=True),
    "POST documents.retirement": Call(DONE, takes_ids=True),
    "POST documents.restoration": Call(DONE, takes_ids=True),
    "POST documents.create_link": Call(takes_ids=True),
    "GET document_files.download": Call(takes_ids=True),
    "GET document_files.preview": Call(takes_ids=True),
    "GET document_files.shared": Call(takes_ids=True),
    **{f"GET {name}.{view}": Call() for name in REGISTERS for view in ("index", "new")},
    **{f"POST {name}.create": Call(frozenset({422})) for name in REGISTERS},
    **{
        f"GET {name}.{view}": Call(takes_ids=True)
        for name in REGISTERS
        for view in ("show", "edit")
    },
    **{f"POST {name}.update": Call(frozenset({422}), takes_ids=True) for name in REGISTERS},
    **{
        f"POST {name}.add_action": Call(CHECKED, takes_ids=True, form=ACTION)
        for name in ("complaints", "risks", "incidents")
    },
    "GET qualifications.index": Call(),
    "GET service_agreements.index": Call(query="show=all"),
    "GET care_records.of_participant": Call(takes_ids=True),
    "POST policies.read": Call(DONE, takes_ids=True),
    "POST restrictive_practices.add_use": Call(frozenset({422}), takes_ids=True),
    "GET registers.show": Call(),
    "POST registers.completion": Call(DONE, takes_ids=True),
    "GET incidents.index": Call(),
    "GET incidents.clocks": Call(),
    "GET incidents.new": Call(takes_ids=True, query="service={service_id}"),
    "POST incidents.create": Call(frozenset({422}), form={"what_happened": "x"}),
    "GET incidents.show": Call(takes_ids=True),
    "GET incidents.edit": Call(takes_ids=True),
    "POST incidents.update": Call(frozenset({422}), takes_ids=True),
    "POST incidents.notification": Call(
        CHECKED,
        takes_ids=True,
        form={"notified_on": "2026-11-01", "notified_time": "09:00", "number": "N1"},
    ),
    "POST incidents.details": Call(frozenset({422}), takes_ids=True),
    "POST incidents.investigation": Call(DONE, takes_ids=True, form={"investigation": "A test."}),
    # The Commission was not notified of it yet.
    "POST incidents.closing": Call(frozenset({409}), takes_ids=True, form={"outcome": "A test."}),
    # Nothing was begun, and nothing is there to stand in for: tests/web/test_factors.py.
    "POST settings.second_factor": Call(CHECKED, form={"is_second_factor_required": "y"}),
    # Alice may not take her own away here, and Sam has none.
    "POST members.removal_of_factors": Call(frozenset({422}), takes_ids=True),
    "GET factors.show": Call(),
    "GET factors.app": Call(OK | DONE),
    "GET factors.picture": Call(OK | {404}),
    "POST factors.confirm": Call(frozenset({409, 422}), form={"code": "000000"}),
    "POST factors.removal": Call(DONE),
    "POST factors.make_codes": Call(frozenset({422})),
    "POST factors.begin": Call(DONE),
    "GET confirmations.show": Call(),
    "POST confirmations.create": Call(DONE, form={"password": world.PASSWORD}),
    "POST confirmations.create_by_code": Call(frozenset({422}), form={"code": "000000"}),
    "GET second_step.new": Call(DONE),
    "POST second_step.create": Call(DONE, form={"code": "000000"}),
    "POST second_step.recover": Call(DONE, form={"recovery_code": "x"}),
    # It is not closed: what is found goes into the investigation.
    "POST incidents.add_note": Call(frozenset({409}), takes_ids=True, form={"body": "A test."}),
    "GET exports.show": Call(),
    "POST exports.create_archive": Call(DONE),
    "POST exports.create_record": Call(DONE, takes_ids=True),
    "GET health.alive": Call(),
    "GET health.ready": Call(),
    # Nothing is there without its token: see test_metrics.py.
    "GET metrics.show": Call(frozenset({404})),
    "GET live.stream": Call(),
    "GET imports.index": Call(),
    "GET imports.new": Call(),
    "POST imports.create": Call(frozenset({422}), form={"kind": "participants"}),
    "GET imports.columns": Call(takes_ids=True),
    "POST imports.choose_columns": Call(
        CHECKED | {409, 400},
        takes_ids=True,
        form={f"column-0-{at}": name for at, name in enumerate(some_imports.FIELDS)},
    ),
    "GET imports.show": Call(takes_ids=True),
    "GET imports.failed_rows": Call(takes_ids=True),
    "POST imports.run": Call(DONE, takes_ids=True),
    # A task is of who asked for it: a colleague does not stop it.
    "POST imports.cancellation": Call(DONE | {404}, takes_ids=True),
    "POST imports.rollback": Call(DONE, takes_ids=True),
    "GET imports.ids": Call(),
    "GET imports.report": Call(),
    "GET messages.index": Call(query="q=test"),
    "GET messages.new": Call(OK | {404}, takes_ids=True, query="participant={participant_id}"),
    "POST messages.create": Call(
        CHECKED | {404},
        takes_ids=True,
        form={
            "participant": "{participant_id}",
            "key": "matrix-new",
            "title": "A test",
            "body": "A test.",
        },
    ),
    # Finance may use messages and may not open participants: those about one are not there.
    "GET messages.show": Call(OK | {404}, takes_ids=True),
    "POST messages.send": Call(
        CHECKED | {404}, takes_ids=True, form={"key": "matrix", "body": "A test."}
    ),
    "GET messages.suggest": Call(OK | {404}, takes_ids=True, query="q=s"),
    "POST conversations.reading": Call(DONE | {404}, takes_ids=True),
    "POST conversations.add": Call(DONE | {404}, takes_ids=True),
    "POST conversations.mute": Call(DONE | {404}, takes_ids=True),
    # One changes only what one wrote oneself.
    "GET conversations.edit": Call(OK | {404}, takes_ids=True),
    "POST conversations.update": Call(CHECKED | {404}, takes_ids=True, form={"body": "A test."}),
    "POST conversations.removal": Call(DONE | {403, 404}, takes_ids=True),
    # Only members can leave.
    "POST conversations.leave": Call(DONE | {404}, takes_ids=True),
    "GET notifications.index": Call(),
    # One reads only one's own, so a colleague's is not there either.
    "POST notifications.reading": Call(DONE | {404}, takes_ids=True),
    "POST notifications.reading_of_all": Call(DONE),
    "GET compliance.show": Call(),
    "POST compliance.check": Call(DONE),
    "GET compliance.list_scores": Call(query="kind=worker"),
    "GET compliance.mine": Call(),
    "GET outbox.index": Call(),
    "GET outbox.show": Call(takes_ids=True),
    "GET outbox.letter": Call(takes_ids=True),
    # The mail of the matrix failed: it is sent again once, and waits then.
    "POST outbox.send_again": Call(DONE | {409}, takes_ids=True),
    "GET outbox.suppressions": Call(),
    "POST outbox.lifting": Call(DONE | {404}, takes_ids=True),
    "POST webhooks.take_resend": Call(frozenset({401})),
    "GET panel.show": Call(),
    "GET panel.list_groups": Call(query="by=category"),
    "GET participant_choices.index": Call(),
    "GET participants.index": Call(),
    "GET participants.new": Call(),
    "POST participants.create": Call(frozenset({422}), form={"first_name": "x"}),
    "GET participants.show": Call(takes_ids=True),
    "GET timelines.show": Call(takes_ids=True),
    "GET participants.edit": Call(takes_ids=True),
    "POST participants.update": Call(frozenset({422}), takes_ids=True, form={"first_name": "x"}),
    "POST participants.archival": Call(CHECKED, takes_ids=True, form={"reason": "a test"}),
    "POST participants.restoration": Call(DONE, takes_ids=True),
    "GET participants.new_plan": Call(takes_ids=True),
    "POST participants.create_plan": Call(frozenset({422}), takes_ids=True),
    "GET participant_fields.edit": Call(takes_ids=True),
    "POST participant_fields.update": Call(CHECKED, takes_ids=True, form={"value": "x"}),
    "GET sight.show": Call(takes_ids=True),
    "POST medical.view": Call(takes_ids=True),
    "POST medical.update": Call(DONE, takes_ids=True, form={"allergies": "a test"}),
    "GET plans.edit": Call(takes_ids=True),
    "POST plans.update": Call(frozenset({422}), takes_ids=True, form={"goals": "x"}),
    "GET teams.show": Call(takes_ids=True),
    "POST teams.create": Call(CHECKED, takes_ids=True, form={"user_id": "{user_id}"}),
    "POST teams.removal": Call(DONE, takes_ids=True),
    "POST teams.watching": Call(DONE, takes_ids=True),
    "POST teams.ending": Call(DONE, takes_ids=True),
    "GET payments.index": Call(),
    "GET payments.new": Call(takes_ids=True, query="claim={claim_id}&line=1"),
    "GET payments.show": Call(takes_ids=True, query="on={paid_on}&reference={paid_reference}"),
    "POST payments.create": Call(
        frozenset({422}), takes_ids=True, form={"claim": "{claim_id}", "line": "1", "amount": "x"}
    ),
    "GET plan_managers.index": Call(),
    "POST plan_managers.create": Call(CHECKED, form={"name": "Best Plans"}),
    "GET plan_managers.edit": Call(takes_ids=True),
    "POST plan_managers.update": Call(CHECKED, takes_ids=True, form={"name": "Better Plans"}),
    "POST presence.create": Call(frozenset({204})),
    "POST presence.open_participant": Call(DONE, takes_ids=True),
    "POST presence.close_participant": Call(frozenset({204}), takes_ids=True),
    "GET results.index": Call(),
    "GET results.new": Call(),
    "POST results.create": Call(frozenset({422})),
    "GET results.show": Call(takes_ids=True),
    "GET results.mapping": Call(takes_ids=True),
    "POST results.choose_mapping": Call(frozenset({422}), takes_ids=True, form={"reference": "x"}),
    "GET reports.index": Call(),
    "POST reports.create": Call(
        DONE,
        takes_ids=True,
        form={"kind": "budget", "budget-participant_id": "{participant_id}"},
    ),
    "GET roster.index": Call(),
    "GET roster.new": Call(takes_ids=True, query="participant={participant_id}"),
    # Planned already at that time: it clashes with itself.
    "POST roster.create": Call(
        CHECKED, takes_ids=True, form={**SERVICE, "participant_id": "{participant_id}"}
    ),
    "GET roster.estimate": Call(takes_ids=True, query="participant_id={participant_id}"),
    "GET palette.show": Call(query="q=pat"),
    "GET saved_filters.index": Call(),
    "POST saved_filters.create": Call(
        CHECKED | {404},
        form={"page": "services.index", "query": "status=completed", "name": "A test"},
    ),
    # One changes only one's own: those of colleagues are not there.
    "GET saved_filters.edit": Call(OK | {404}, takes_ids=True),
    "POST saved_filters.update": Call(CHECKED | {404}, takes_ids=True, form={"name": "A name"}),
    "POST saved_filters.removal": Call(DONE | {404}, takes_ids=True),
    "GET selections.services": Call(takes_ids=True, query="id={service_id}"),
    "POST selections.change_services": Call(
        takes_ids=True, form={"id": "{service_id}", "deed": "cancel", "cancel-reason": "A test."}
    ),
    "GET selections.participants": Call(takes_ids=True, query="id={participant_id}"),
    "POST selections.change_participants": Call(
        takes_ids=True, form={"id": "{participant_id}", "deed": "tag", "tag-tag": "a test"}
    ),
    # Nothing was done that could be undone.
    "POST selections.reversal": Call(frozenset({409}), form={"undo": "x"}),
    "GET search.show": Call(query="q=pat"),
    "GET search.suggest": Call(query="q=pat"),
    "GET services.index": Call(),
    "GET services.new": Call(takes_ids=True, query="participant={participant_id}"),
    "POST services.create": Call(
        CHECKED, takes_ids=True, form={**SERVICE, "participant_id": "{participant_id}"}
    ),
    "GET services.items": Call(takes_ids=True, query="participant_id={participant_id}"),
    "GET services.estimate": Call(takes_ids=True, query="participant_id={participant_id}"),
    "GET services.show": Call(takes_ids=True),
    # A colleague's; cancelled by another route in its turn, it is given other notes no more.
    "GET service_notes.edit": Call(OK | {403, 404}, takes_ids=True),
    "POST service_notes.update": Call(frozenset({403, 404, 422}), takes_ids=True),
    # Support workers have their own shifts only, and the matrix has a colleague's: of a
    # participant whom they support it is 403, of another it is not there.
    "POST shifts.start": Call(frozenset({303, 403, 404, 409, 422}), takes_ids=True),
    "GET shifts.finishing": Call(OK | {403, 404}, takes_ids=True),
    "POST shifts.finish": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET shifts.cancelling": Call(OK | {403, 404}, takes_ids=True),
    "POST shifts.cancel": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET shifts.correcting": Call(OK | {403, 404}, takes_ids=True),
    "POST shifts.correct": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET shifts.moving": Call(takes_ids=True),
    "POST shifts.move": Call(frozenset({422}), takes_ids=True),
    "GET shifts.ending": Call(takes_ids=True),
    "POST shifts.end": Call(CHECKED, takes_ids=True),
    "GET own_week.show": Call(),
    "GET own_week.noting": Call(OK | {403, 404}, takes_ids=True),
    "POST own_week.note": Call(frozenset({403, 404, 422}), takes_ids=True),
    "GET offline.manifest": Call(),
    "GET offline.service_worker": Call(),
    "GET offline.away": Call(),
    "GET offline.waiting": Call(),
    "GET offline.token": Call(),
    "POST services.attach": Call(CHECKED, takes_ids=True),
    "GET settings.show": Call(),
    "GET help.show": Call(),
    "GET look.show": Call(),
    "POST look.choose": Call(DONE, form={"theme": "dark", "contrast": "more"}),
    "GET styleguide.show": Call(),
    "GET help.words": Call(),
    "GET help.keys": Call(),
    "GET help.changes": Call(),
    **{f"GET help.{role.value}": Call() for role in Role},
    "POST dashboard.choose_first_steps": Call(DONE, form={"shown": "1"}),
    "GET telling.show": Call(),
    "POST telling.choose_kinds": Call(DONE, form={"budgets-in_app": "y"}),
    "POST telling.choose_hours": Call(
        CHECKED, form={"quiet_from": "21:00", "quiet_until": "07:00", "digest": "hourly"}
    ),
    "POST telling.choose_notifications": Call(DONE, form={"in_app": "y"}),
    "POST settings.thresholds": Call(CHECKED, form={"amber_percent": "60", "red_percent": "80"}),
    "POST settings.alerts": Call(DONE, form={"warning_percent": "70", "critical_percent": "85"}),
    "POST settings.pace": Call(DONE, form={"pace_variance_percent": "20"}),
    "POST settings.checks": Call(
        DONE,
        form={
            "daily_check_hour": "7",
            "weekly_check_weekday": "2",
            "weekly_check_hour": "0",
            "monthly_notice_day": "28",
            "monthly_notice_hour": "23",
        },
    ),
    "POST settings.provider": Call(DONE, form={"abn": "83 914 571 673"}),
    "GET subscription.show": Call(),
    "POST settings.signatures": Call(DONE, form={"is_required": "y"}),
    "POST settings.qualifications": Call(DONE, form={"required": "first_aid"}),
    "GET retention.show": Call(),
    "POST retention.update": Call(DONE, form={"years": "8"}),
    "GET retention.new_erasure": Call(),
    # Nobody's years are over: there is nobody to confirm.
    "POST retention.erase": Call(
        frozenset({422}),
        takes_ids=True,
        form={"confirmed": "1", "participant_id": "{participant_id}"},
    ),
    "POST retention.update_staff": Call(DONE, form={"staff_years": "8"}),
    "GET retention.new_staff_erasure": Call(),
    "POST retention.erase_staff": Call(frozenset({422}), form={"confirmed": "1"}),
    # Held already where another role's turn came first, and not held any more.
    "POST retention.place_hold": Call(
        CHECKED | {409}, takes_ids=True, form={"hold_reason": "a test"}
    ),
    "POST retention.lift_hold": Call(DONE | {409}, takes_ids=True),
    "GET letterheads.show": Call(),
    # No organization of the matrix has a logo.
    "GET letterheads.show_logo": Call(frozenset({404})),
    "POST letterheads.contact": Call(DONE, form={"suburb": "Newtown"}),
    "POST letterheads.bank_account": Call(DONE, form={"due_days": "14"}),
    "POST letterheads.set_logo": Call(frozenset({422})),
    "POST letterheads.removal_of_logo": Call(DONE),
    "GET staff.index": Call(),
    "GET staff.show": Call(takes_ids=True),
    "POST staff.record_qualification": Call(
        DONE, takes_ids=True, form={"kind": "first_aid", "expires_on": "2027-01-01"}
    ),
    "POST staff.removal_of_qualification": Call(DONE, takes_ids=True),
    "POST staff.add_availability": Call(
        CHECKED,
        takes_ids=True,
        form={"weekday": "3", "start_time": "09:00", "end_time": "17:00"},
    ),
    "POST staff.removal_of_availability": Call(DONE, takes_ids=True),
    "POST staff.add_leave": Call(
        CHECKED, takes_ids=True, form={"starts_on": "2026-12-24", "ends_on": "2026-12-27"}
    ),
    "POST staff.removal_of_leave": Call(DONE, takes_ids=True),
    "GET signings.of_agreement": Call(takes_ids=True),
    "POST signings.sign_agreement": Call(frozenset({422}), takes_ids=True, form={"name": "Pat"}),
    "POST signings.make_paper": Call(DONE, takes_ids=True),
    # Nobody has had the paper of this one made.
    "GET signings.paper": Call(frozenset({404}), takes_ids=True),
    # Signed on paper before, where another route's turn came first.
    "POST signings.ask_for_agreement": Call(
        DONE | {409}, takes_ids=True, form={"to_name": "Pat", "to_address": "pat@example.org"}
    ),
    # A colleague's support, as with the steps of a shift; and one that was cancelled meanwhile.
    "GET signings.of_service": Call(OK | {403, 409}, takes_ids=True),
    "POST signings.sign_service": Call(frozenset({403, 409, 422}), takes_ids=True),
    "POST signings.ask_for_service": Call(frozenset({403, 409, 422}), takes_ids=True),
    "POST signings.revocation": Call(DONE | {403, 409}, takes_ids=True),
    "GET signing_links.show": Call(takes_ids=True),
    "POST signing_links.sign": Call(frozenset({422}), takes_ids=True),
    "GET signing_links.document": Call(takes_ids=True),
    "GET signing_links.done": Call(),
    "GET sites.index": Call(),
    "POST sites.create": Call(CHECKED, form={"name": "Banksia House"}),
    "GET sites.edit": Call(takes_ids=True),
    "GET sites.show": Call(takes_ids=True),
    "POST sites.move_in": Call(DONE, takes_ids=True),
    "POST sites.move_out": Call(DONE | {404}, takes_ids=True),
    "POST sites.update": Call(CHECKED, takes_ids=True, form={"name": "Wattle House"}),
    "GET invitations.index": Call(),
    "POST invitations.create": Call(DONE, form={"email": "new@acacia.example", "role": "viewer"}),
    # Whichever of the two comes first ends the matrix's invitation: the other finds none.
    "POST invitations.send_again": Call(DONE | {404}, takes_ids=True),
    "POST invitations.revocation": Call(DONE | {404}, takes_ids=True),
    "GET invitations.show": Call(takes_ids=True),
    "POST invitations.accept": Call(takes_ids=True),
    "GET members.show": Call(takes_ids=True),
    "GET members.show_permissions": Call(takes_ids=True),
    "POST members.permissions": Call(DONE, takes_ids=True, form={"permissions": "claims.read"}),
    "POST members.role": Call(DONE, takes_ids=True, form={"role": "support_worker"}),
    "POST members.status": Call(DONE, takes_ids=True, form={"status": "active"}),
    "GET passwords.ask": Call(),
    "POST passwords.create_reset": Call(DONE, form={"email": "vic@acacia.example"}),
    "GET passwords.show_reset": Call(takes_ids=True),
    "POST passwords.reset": Call(takes_ids=True),
    "GET passwords.show": Call(),
    "POST passwords.change": Call(frozenset({422}), form={"current": "x", "new": "y"}),
    "GET sessions.index": Call(),
    # One ends only one's own sessions: a colleague's is not there.
    "POST sessions.revocation": Call(DONE | {404}, takes_ids=True),
    "POST sessions.revocation_of_all": Call(DONE),
    "GET passkeys.show": Call(),
    "POST passkeys.challenge": Call(),
    "POST passkeys.sign_in": Call(frozenset({422})),
    "POST passkeys.second_step": Call(DONE),
    "POST passkeys.confirmation": Call(frozenset({422})),
    "GET passkeys.new": Call(),
    "POST passkeys.new_challenge": Call(),
    "POST passkeys.create": Call(frozenset({422}), form={"name": "My phone"}),
    # One has only one's own: those of others are not there.
    "GET passkeys.edit": Call(OK | {404}, takes_ids=True),
    "POST passkeys.update": Call(DONE | {404}, takes_ids=True, form={"name": "My phone"}),
    "POST passkeys.removal": Call(DONE | {404}, takes_ids=True),
    # No service is configured in the matrix: see test_providers.py.
    "GET providers.begin": Call(frozenset({404}), takes_ids=True),
    "GET providers.link": Call(frozenset({404}), takes_ids=True),
    "GET providers.returned": Call(frozenset({404}), takes_ids=True),
    "POST providers.finish": Call(frozenset({404}), takes_ids=True),
    "POST providers.removal": Call(DONE | {404}, takes_ids=True),
    "GET sign_in_links.new": Call(),
    "POST sign_in_links.create": Call(DONE, form={"email": "vic@acacia.example"}),
    "GET sign_in_links.sent": Call(),
    "GET sign_in_links.show": Call(takes_ids=True),
    "POST sign_in_links.redeem": Call(takes_ids=True),
    "GET sign_up.new": Call(),
    "POST sign_up.create": Call(DONE, form=SIGN_UP),
    "GET sign_up.show": Call(takes_ids=True),
    "POST sign_up.confirm": Call(takes_ids=True),
    "GET sign_in.new": Call(frozenset({200, 302})),
    "POST sign_in.create": Call(frozenset({422})),
    "POST sign_in.destroy": Call(DONE),
    "GET static": Call(),
    "GET well_known.security": Call(),
    # One sees only one's own work, unless one is an administrator.
    "GET tasks.index": Call(),
    "GET tasks.show": Call(OK | {404}, takes_ids=True),
    "GET tasks.file": Call(OK | {404}, takes_ids=True),
    "POST tasks.cancellation": Call(DONE | {404}, takes_ids=True),
}


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


def calendar_key(people: world.World) -> str:
    """Return the secret of the calendar of Kim, who does nothing else in the matrix."""
    kim = someone(people, people.acacia, "kim")
    with scope(people.acacia.id):
        return calendars.make_key(actor=kim)


def someone(people: world.World, provider: world.Provider, name: str) -> Actor:
    """Add a person who does nothing else in the matrix, and return them as an actor."""
    is_own = provider is people.acacia
    user_id = add_user(
        email=f"{name}@{provider.name.lower()}.example",
        first_name=name.title(),
        last_name="Calendar",
        role=Role.SUPPORT_WORKER,
        password=world.PASSWORD,
        actor=people.alice if is_own else provider.actor("charlie", Role.ADMIN),
    )
    return replace(
        provider.actor("sam" if is_own else "charlie", Role.SUPPORT_WORKER), user_id=user_id
    )


def invited(actor: Any) -> UUID:
    """Invite someone, and return the invitation's id."""
    with scope(actor.organization_id):
        invitations.invite("invited@matrix.example", Role.VIEWER, actor=actor)
        return mailed_links.invitations()[0].id


def signed_in(actor: Any) -> UUID:
    """Sign someone in elsewhere, and return that session's id."""
    begun = {"ip": None, "user_agent": None, "has_second_factor": False}
    sessions.begin(actor.user_id, SignInWay.PASSWORD, **begun)
    with scope(actor.organization_id):
        return open_sessions.of_person(actor.user_id)[0].id


def ways_in(actor: Any) -> dict[str, UUID]:
    """Give whoever acts a passkey and an account elsewhere, and return the ids."""
    with scope(actor.organization_id):
        new = NewPasskey(f"id-{new_id()}", "key", 0, ("internal",), is_backed_up=False)
        provider = Provider("kauri", "Kauri", f"https://{new_id()}.example", "x", "y")
        told = Claimed(provider.issuer, "1", "quinn@example.org", True, "", "")
        passkeys.add(new, "Quinn Secret", None, actor=actor)
        identities.link(told, provider, actor=actor)
        return {
            "passkey_id": way_in_reads.passkeys(actor.user_id)[0].id,
            "identity_id": way_in_reads.identities(actor.user_id)[0].id,
        }


def recorded(user_id: UUID, actor: Any) -> dict[str, UUID]:
    """Record something of each kind of someone, and return the ids."""
    with scope(actor.organization_id):
        screening = QualificationEntry(
            QualificationKind.WORKER_SCREENING, expires_on=date(2028, 1, 1)
        )
        staff.record_qualification(user_id, screening, actor=actor)
        staff.add_availability(user_id, [Window(0, time(9), time(17))], actor=actor)
        staff.add_leave(user_id, Leave(date(2027, 1, 4), date(2027, 1, 8)), actor=actor)
        row = {"qualification_id": StaffQualification, "window_id": WorkerAvailability}
        return {
            name: db.session.scalars(select(model.id).where(model.user_id == user_id)).one()
            for name, model in (row | {"leave_id": WorkerLeave}).items()
        }


def own_availability(actor: Any) -> dict[str, UUID]:
    """Record hours and leave of whoever acts, and return the ids."""
    with scope(actor.organization_id):
        staff.add_availability(actor.user_id, [Window(5, time(9), time(12))], actor=actor)
        staff.add_leave(actor.user_id, Leave(date(2027, 2, 1), date(2027, 2, 2)), actor=actor)
        hours = select(WorkerAvailability.id).where(WorkerAvailability.weekday == 5)
        days = select(WorkerLeave.id).where(WorkerLeave.starts_on == date(2027, 2, 1))
        return {
            "hours_id": db.session.scalars(hours).one(),
            "absence_id": db.session.scalars(days).one(),
        }


def told(provider: world.Provider, actor: Any) -> UUID:
    """Tell someone of something, and return the notification's id."""
    with scope(provider.id):
        with transaction(actor, unrecorded="a test"):
            user = db.session.get_one(User, actor.user_id)
            notify(
                [user],
                kind="test",
                title="Quinn Secret" if provider.name == "Banksia" else "A test",
                body="A test.",
                link="/",
                subject=user,
                dedupe_key="matrix",
            )
        return db.session.scalars(
            select(Notification.id).where(
                Notification.user_id == actor.user_id, Notification.kind == "test"
            )
        ).one()


def came_back(actor: Any) -> dict[str, UUID]:
    """Return the ids of a mail that came back, and of another's address that is given up."""
    with scope(actor.organization_id):
        with transaction(actor, unrecorded="a test"):
            mails = [
                EmailLog(
                    to_address="quinn.secret@x.example",
                    subject="Quinn Secret",
                    template="retention_report",
                    subject_type="users",
                    subject_id=actor.user_id,
                    context={"day_on": "2026-11-21", "years": 7, "due": 1, "link": "/"}
                    | {"kept_back": 0, "reasons": [], "staff": 0},
                    idempotency_key=f"matrix-{number}",
                    status="bounced",
                    sent_at=clock.now(),
                )
                for number in range(2)
            ]
            mails[1].to_address = "given.up@x.example"
            db.session.add_all(mails)
            db.session.flush()
            given_up = EmailSuppression(
                address=mails[1].to_address,
                reason="bounced",
                detail="",
                email_id=mails[1].id,
                suppressed_at=clock.now(),
            )
            news = EmailEvent(
                email_id=mails[0].id,
                message_id="matrix",
                kind="email.bounced",
                detail="",
                happened_at=clock.now(),
            )
            db.session.add_all([given_up, news])
        return {"email_id": mails[0].id, "suppression_id": given_up.id}


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


def path(app: Any, endpoint: str, values: dict[str, Any]) -> str:
    """Return the address of a route with the ids that it takes."""
    rule = _rules(app)[endpoint]
    taken = {name: values.get(name, "css/tokens.css") for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(endpoint, taken))


@lru_cache(maxsize=4)
def _rules(app: Any) -> dict[str, Any]:
    """Return each endpoint's first address; looking through all of them each time is slow."""
    return {rule.endpoint: rule for rule in reversed(list(app.url_map.iter_rules()))}


def call(client: Any, name: str, values: dict[str, Any]) -> Any:
    method, endpoint = name.split()
    one = CALLS[name]
    address = path(client._client.application, endpoint, values)
    if method == "GET":
        return client.get(f"{address}?{one.query.format(**values)}" if one.query else address)
    form = {
        key: value.format(**values) if isinstance(value, str) else value
        for key, value in one.form.items()
    }
    if endpoint == "catalogue.create":
        form["file"] = (io.BytesIO(b"not,a\ncatalogue,x\n"), "x.csv")
    query = one.query.format(**values)
    return client.post(f"{address}?{query}" if query else address, form)


def queries(app: Any, client: Any, address: str) -> int:
    """Return how many statements a page takes."""
    client.get(address)  # what is kept from the first time is not counted
    seen: list[str] = []
    own = threading.get_ident()  # the hub of an earlier test may still render in its thread

    def count(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if threading.get_ident() == own:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    return len(seen)


def many_participants(people: world.World, count: int) -> None:
    for number in range(count):
        world.participant(
            people.alice, f"P{number}", "Many", f"43001{number:04}", people.today, (1, 5_000_00)
        )


def many_people(people: world.World, count: int) -> None:
    """Add staff with all that is recorded of them, whom Pat's team grows by, and sites."""
    pat = people.acacia.participant_id
    assert pat
    for number in range(count):
        user_id = add_user(
            email=f"many{number}@acacia.example",
            first_name="Many",
            last_name=f"Person {number:02}",
            role=Role.SUPPORT_WORKER,
            password=world.PASSWORD,
            actor=people.alice,
        )
        recorded(user_id, people.alice)
        with scope(people.acacia.id):
            teams.add_to_team(pat, user_id, actor=people.alice)
            sites.add_site(sites.SiteEntry(f"House {number}"), actor=people.alice)


def many_documents(people: world.World, count: int) -> None:
    with scope(people.acacia.id):
        for _ in range(count):
            document_of(people.acacia.participant_id, people.alice)


def many_services(people: world.World, count: int) -> None:
    with scope(people.acacia.id):
        for number in range(count):
            services.log_service(
                entry(people, people.acacia.participant_id, number + 1),
                world.ZONE,
                "NSW",
                actor=people.alice,
            )
