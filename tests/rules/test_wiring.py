"""Closed lists and what they name: permissions, jobs, commands, fields of the seeds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from caddy import queue
from caddy.cli import COMMANDS, Commands
from caddy.domain.permissions import ROLE_PERMISSIONS, Permission, Role
from caddy.web import access

ROOT = Path(__file__).resolve().parents[2]


def test_an_app_with_a_view_that_says_nothing_does_not_start():
    app = Flask("bare")
    app.add_url_rule("/open", "open", lambda: "open to all")
    access.public(app.view_functions["static"])
    with pytest.raises(access.UndeclaredAccess, match="open"):
        access.refuse_undeclared(app)


def test_roles_may_do_exactly_what_the_matrix_says():
    """The matrix of the architecture document; admin has everything.

    `participants.all` is Caddy's own: without it a worker sees only whom they support. So is
    `participants.medical`: docs/decisions/0037-who-sees-what.md.
    """
    matrix = {
        "coordinator": {
            "participants.read",
            "participants.write",
            "services.read",
            "services.write",
            "budgets.read",
            *("participants.all", "participants.medical"),
            *("documents.read", "documents.write", "incidents.read", "incidents.write"),
            *("registers.read", "registers.write", "compliance.read", "messages.write"),
        },
        "support_worker": {
            *("participants.read", "participants.medical", "services.read", "services.write"),
            *("documents.read", "documents.write", "incidents.read", "incidents.write"),
            "messages.write",
        },
        "finance": {
            *("participants.all", "budgets.read", "claims.read", "claims.write"),
            "messages.write",
        },
        "viewer": {
            *("participants.all", "participants.read", "services.read", "budgets.read"),
            *("documents.read", "registers.read", "compliance.read"),
        },
        "admin": {permission.value for permission in Permission},
    }
    assert {role.value: set(some) for role, some in ROLE_PERMISSIONS.items()} == matrix


def test_a_persons_own_permissions_add_to_the_roles():
    from caddy.domain.permissions import effective_permissions

    granted = effective_permissions(Role.SUPPORT_WORKER, ["budgets.read"])
    assert granted == ROLE_PERMISSIONS[Role.SUPPORT_WORKER] | {Permission.BUDGETS_READ}


def test_permissions_are_nouns_with_a_verb_in_order():
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", value) for value in values)


@pytest.mark.parametrize("job", queue.Job)
def test_every_job_resolves_and_some_worker_listens_to_its_queue(job):
    place = queue.JOBS[job]
    assert callable(queue.resolve(place.path))
    assert place.queue in queue.QUEUES


def test_every_job_is_left_by_someone():
    code = " ".join(path.read_text() for path in (ROOT / "caddy").rglob("*.py"))
    for job in queue.Job:
        left = rf"(later\((queue\.)?|Recurring\.{job.name}: queue\.)Job\.{job.name}"
        assert re.search(left, code), job.name


@pytest.mark.parametrize("path", queue.PERIODIC)
def test_every_periodic_function_resolves(path):
    assert callable(queue.resolve(path))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads(name):
    assert Commands().get_command(None, name) is not None


SEEDS = {
    "organizations": "name abn ndis_registration timezone currency date_format "
    "business_hours_start business_hours_end business_days subscription_plan subscription_status "
    "subscription_ends_at participant_limit features created_at updated_at",
    "organization_contacts": "name role email phone is_primary",
    "users": "external_id organization_id role first_name last_name email phone avatar_key "
    "permissions notify_by_email notify_in_app notify_by_sms default_view shortcuts status "
    "last_active_at presence_status presence_page presence_seen_at created_at updated_at",
    "participants": "organization_id ndis_number first_name last_name preferred_name "
    "date_of_birth gender email phone mobile preferred_contact_method street suburb state "
    "postcode country communication_needs cultural_considerations interests routines status "
    "custom_fields created_at updated_at archived_at archived_by",
    "emergency_contacts": "name relationship phone is_primary",
    "participant_tags": "tag",
    "medical_records": "disabilities medications allergies dietary_requirements",
    "plans": "plan_number starts_on ends_on review_on plan_manager support_coordinator_id goals "
    "total_cents management",
    "budgets": "participant_id category support_category allocated_cents spent_cents "
    "committed_cents remaining_cents starts_on ends_on updated_at",
    "budget_alerts": "type threshold_percent is_triggered",
    "services": "organization_id participant_id budget_id support_worker_id service_on start_time "
    "end_time duration_minutes item_number item_name unit_price_cents total_cents notes status "
    "latitude longitude location_address created_at updated_at created_by",
    "claims": "organization_id number period_starts_on period_ends_on total_cents status "
    "submitted_at processed_at response_reference response_errors response_warnings created_at",
    "documents": "organization_id participant_id kind title tags expires_on is_active version "
    "created_at created_by",
    "document_versions": "sha256 size_bytes media_type uploaded_by number",
    "audit_logs": "organization_id user_id action entity_type entity_id changes ip user_agent "
    "source happened_at",
}
INDEXES = {
    "organizations": ["abn", "created_at", "subscription_status"],
    "users": ["external_id", "organization_id", "organization_id,role", "email"],
    "participants": ["organization_id", "ndis_number", "organization_id,status"],
    "plans": ["organization_id,ends_on"],
    "budgets": [
        "organization_id,participant_id",
        "organization_id,participant_id,support_category",
    ],
    "services": [
        "organization_id,service_on",
        "organization_id,participant_id,service_on",
        "organization_id,support_worker_id,service_on",
        "organization_id,status",
    ],
    "claims": [
        "organization_id,period_starts_on",
        "organization_id,status",
        "organization_id,number",
    ],
    "documents": [
        "organization_id",
        "organization_id,participant_id",
        "organization_id,kind",
        "organization_id,expires_on",
    ],
    "audit_logs": [
        "organization_id,happened_at",
        "organization_id,user_id",
        "organization_id,entity_type,entity_id",
    ],
}


def table(name):
    import caddy.models  # noqa: F401 - registers the tables
    from caddy.extensions import Base

    return Base.metadata.tables[name]


@pytest.mark.parametrize("name", SEEDS)
def test_every_field_of_the_first_documents_is_there(name):
    assert set(SEEDS[name].split()) <= {column.name for column in table(name).columns}


@pytest.mark.parametrize("name", INDEXES)
def test_every_index_of_the_first_documents_is_there(name):
    from sqlalchemy import UniqueConstraint

    some = [[column.name for column in index.columns] for index in table(name).indexes]
    some += [
        [column.name for column in one.columns]
        for one in table(name).constraints
        if isinstance(one, UniqueConstraint)
    ]
    for wanted in (names.split(",") for names in INDEXES[name]):
        assert any(columns[: len(wanted)] == wanted for columns in some), wanted


def test_every_row_of_a_tenant_carries_its_organization_and_its_stamps():
    import caddy.models  # noqa: F401 - registers the tables
    from caddy.extensions import Base

    for one in Base.metadata.tables.values():
        columns = {column.name for column in one.columns}
        assert columns >= {"created_at", "updated_at", "created_by", "updated_by"}
        assert one.name == "organizations" or "organization_id" in columns


def test_how_often_anything_may_come_stands_in_one_table():
    said = re.compile(r"""["']\d+ per \d*\s*(?:second|minute|hour|day)""")
    places = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "caddy").rglob("*.py")
        if said.search(path.read_text())
    }
    assert places == {"caddy/config.py", "caddy/web/limits.py"}
