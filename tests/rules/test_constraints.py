"""Constraints live in the database: what no action would write is refused there too.

Raw SQL, so that neither an enum in Python nor a form can be what refuses.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, text
from sqlalchemy.exc import DBAPIError

from caddy import clock
from caddy.domain.emails import EmailTemplate
from caddy.domain.funding import ReleasePattern
from caddy.domain.mailed_links import LinkPurpose
from caddy.domain.retention import RetentionKind
from caddy.domain.sign_ins import SignInWay
from caddy.extensions import Base, db
from caddy.tenancy import OrganizationOwned, scope
from caddy.transaction import transaction
from tests import claims, imports, messaging, registers, snapshot, tasks, world
from tests.one_of_each import (
    agreement,
    came_back,
    document_of,
    entry,
    kept_filter,
    recorded,
    signed,
    signing,
    ways_in,
    weekly,
)
from tests.samples import PDF

# Each CHECK of the schema and a change that breaks it; a new CHECK fails until it is here.
BREAKS = {
    "ck_messages_body": f"body = '{'x' * 10_001}'",
    "ck_messages_removed_says_nothing": "body = ''",
    "ck_notification_choices_kind": "kind = 'x'",
    "ck_notification_preferences_digest": "digest = 'x'",
    "ck_notification_preferences_quiet_hours_have_both_ends": (
        "quiet_from = NULL, quiet_until = '07:00:00'"
    ),
    "ck_sms_logs_handled_has_its_time": "status = 'waiting', handled_at = '2000-01-01'",
    "ck_sms_logs_status": "status = 'x'",
    "ck_budget_adjustments_reason": "reason = ''",
    "ck_agreed_items_unit_price": "unit_price_cents = -1",
    "ck_agreement_papers_size": "size_bytes = 0",
    "ck_attachments_one_owner": "service_id = NULL, agreement_id = NULL",
    "ck_attachments_size": "size_bytes = -1",
    "ck_budget_alerts_threshold_percent": "threshold_percent = 0",
    "ck_budget_alerts_type": "type = 'x'",
    "ck_budgets_allocated": "allocated_cents = -1",
    "ck_budgets_category": "category = 'x'",
    "ck_budgets_committed": "committed_cents = -1",
    "ck_budgets_funding_period": "period_ends_on = '2000-01-01'",
    "ck_budgets_light_thresholds": "light_amber_percent = 90, light_red_percent = 80",
    "ck_budgets_period": "ends_on = '2000-01-01'",
    "ck_budgets_remaining": "spent_cents = allocated_cents + 1",
    "ck_budgets_spent": "spent_cents = -1",
    "ck_budgets_support_category": "support_category = 22",
    "ck_passkeys_sign_count": "sign_count = -1",
    "ck_care_records_kind": "kind = 'x'",
    "ck_care_records_period": "expires_on = '2000-01-01'",
    "ck_care_records_withdrawn": "withdrawn_on = '2000-01-01'",
    "ck_claim_counters_last_number": "last_number = -1",
    "ck_claim_files_kind": "kind = 'x'",
    "ck_claim_files_row_count": "row_count = -1",
    "ck_claim_lines_amounts": "unit_price_cents = -1",
    "ck_claim_lines_cancellation_has_its_reason": "claim_type = 'cancellation'",
    "ck_claim_lines_cancellation_reason": "cancellation_reason = 'x', claim_type = 'cancellation'",
    "ck_claim_lines_claim_type": "claim_type = 'x'",
    "ck_claim_lines_gst_code": "gst_code = 'x'",
    "ck_claim_lines_hours_or_quantity": "quantity_milli = 1",
    "ck_claim_lines_management": "management = 'x'",
    "ck_claim_lines_paid": "paid_cents = -1",
    "ck_claim_lines_status": "status = 'x'",
    "ck_claim_services_total": "total_cents = -1",
    "ck_claims_counts": "line_count = -1",
    "ck_claims_management": "management = 'x'",
    "ck_claims_number": "number = 0",
    "ck_claims_period": "period_ends_on = '2000-01-01'",
    "ck_claims_status": "status = 'x'",
    "ck_claims_submitted_has_its_time": "status = 'draft'",
    "ck_claims_sums": "paid_cents = -1",
    "ck_compliance_scores_score": "score = 101",
    "ck_compliance_scores_subject_kind": "subject_kind = 'x'",
    "ck_complaints_days": "acknowledged_on = '2000-01-01'",
    "ck_complaints_resolved_has_its_day": "state = 'resolved'",
    "ck_complaints_state": "state = 'x'",
    "ck_daily_totals_services": "services = -1",
    "ck_daily_totals_spent": "spent_cents = -1",
    "ck_conversation_members_unread_count": "unread_count = -1",
    "ck_conversation_members_unread_has_its_time": "unread_count = 1, unread_since = NULL",
    "ck_conversations_title": "title = ''",
    "ck_document_versions_number": "number = 0",
    "ck_document_versions_size": "size_bytes = 0",
    "ck_documents_kind": "kind = 'x'",
    "ck_documents_names_its_participant": "participant_id = NULL, service_id = id",
    "ck_documents_names_its_person": "qualification_id = id",
    "ck_documents_one_thing": "service_id = id, agreement_id = id",
    "ck_documents_title": "title = ''",
    "ck_documents_version": "version = 0",
    "ck_documents_whose": "user_id = participant_id",
    "ck_email_logs_sent_has_its_time": "status = 'queued', sent_at = CURRENT_TIMESTAMP",
    "ck_email_logs_status": "status = 'x'",
    "ck_email_suppressions_reason": "reason = 'x'",
    "ck_funding_periods_committed": "committed_cents = -1",
    "ck_funding_periods_period": "ends_on = '2000-01-01'",
    "ck_funding_periods_released": "released_cents = -1",
    "ck_funding_periods_spent": "spent_cents = -1",
    "ck_id_mappings_kind": "kind = 'x'",
    "ck_id_mappings_old_id": "old_id = ''",
    "ck_import_mappings_kind": "kind = 'x'",
    "ck_import_rows_outcome": "outcome = 'x'",
    "ck_import_rows_place": "place = -1",
    "ck_imports_counts": "failed = -1",
    "ck_imports_kind": "kind = 'x'",
    "ck_imports_position": "next_place = -1",
    "ck_imports_state": "state = 'x'",
    "ck_incidents_aware": "aware_at = '2000-01-01 00:00:00'",
    "ck_incidents_closed_has_its_outcome": "state = 'closed', closed_at = CURRENT_TIMESTAMP",
    "ck_incidents_closed_has_its_time": "closed_at = CURRENT_TIMESTAMP",
    "ck_incidents_kind": "kind = 'x'",
    "ck_incidents_severity": "severity = 'x'",
    "ck_incidents_state": "state = 'x'",
    "ck_legal_holds_reason": "reason = ''",
    "ck_mailed_links_purpose": "purpose = 'x'",
    "ck_organization_totals_active_participants": "active_participants = -1",
    "ck_organization_totals_allocated": "allocated_cents = -1",
    "ck_organization_totals_committed": "committed_cents = -1",
    "ck_organization_totals_spent": "spent_cents = -1",
    "ck_organization_totals_unclaimed_cents": "unclaimed_cents = -1",
    "ck_organization_totals_unclaimed_services": "unclaimed_services = -1",
    "ck_organizations_alert_thresholds": "alert_warning_percent = alert_critical_percent",
    "ck_organizations_bank_account": "bank_bsb = '062000'",
    "ck_organizations_check_hours": "daily_check_hour = 24",
    "ck_organizations_invoice_due_days": "invoice_due_days = -1",
    "ck_organizations_light_thresholds": "light_amber_percent = light_red_percent",
    "ck_organizations_pace_variance": "pace_variance_percent = 0",
    "ck_organizations_participant_limit": "participant_limit = -1",
    "ck_organizations_subscription_plan": "subscription_plan = 'x'",
    "ck_organizations_subscription_status": "subscription_status = 'x'",
    "ck_outbox_state": "state = 'x'",
    "ck_participants_archived_has_its_time": "archived_at = CURRENT_TIMESTAMP",
    "ck_participants_mmm": "mmm = 8",
    "ck_participants_ndis_number": "ndis_number = '43000'",
    "ck_participants_price_zone": "price_zone = 'x'",
    "ck_participants_status": "status = 'x'",
    "ck_payments_cents": "cents = 0",
    "ck_plans_management": "management = 'x'",
    "ck_plans_period": "ends_on = '2000-01-01'",
    "ck_plans_total": "total_cents = -1",
    "ck_policies_module": "module = 'x'",
    "ck_practice_uses_minutes": "minutes = -1",
    "ck_register_actions_one_owner": "incident_id = NULL",
    "ck_restrictive_practices_kind": "kind = 'x'",
    "ck_restrictive_practices_period": "ended_on = '2000-01-01'",
    "ck_retention_policies_kind": "kind = 'x'",
    "ck_retention_policies_years": "years = 6",
    "ck_risks_consequence": "consequence = 6, rating = 6 * likelihood",
    "ck_risks_likelihood": "likelihood = 0, rating = 0",
    "ck_risks_one_owner": "site_id = participant_id",
    "ck_risks_rating": "rating = 26",
    "ck_risks_state": "state = 'x'",
    "ck_saved_filters_name": "name = ''",
    "ck_schedules_every_weeks": "every_weeks = 9",
    "ck_schedules_period": "ends_on = '2000-01-01'",
    "ck_service_agreements_cancellation_percent": "cancellation_percent = 101",
    "ck_service_agreements_period": "ends_on = '2000-01-01'",
    "ck_service_agreements_signed_has_its_day": "status = 'signed', signed_on = NULL",
    "ck_service_agreements_status": "status = 'x'",
    "ck_service_changes_from_status": "from_status = 'x'",
    "ck_service_changes_to_status": "to_status = 'x'",
    "ck_services_cancellation_reason": "cancellation_reason = 'x'",
    "ck_services_cancelled_has_its_fee": "fee_percent = 50",
    "ck_services_claim_type": "claim_type = 'x'",
    "ck_services_duration": "duration_minutes = 0",
    "ck_services_fee_percent": "status = 'cancelled', fee_percent = 101",
    "ck_services_location": "latitude = 1",
    "ck_services_people": "people = 0",
    "ck_services_period": "ended_at = started_at",
    "ck_services_signature_has_its_time": "signed_by = 'Pat', signed_at = NULL",
    "ck_signing_links_one_end": "used_at = created_at, revoked_at = created_at",
    "ck_signing_links_one_subject": "service_id = NULL, agreement_id = NULL",
    "ck_signings_link_of_its_way": "way = 'by_link', link_id = NULL",
    "ck_signings_name": "name = ''",
    "ck_signings_one_subject": "service_id = NULL, agreement_id = NULL",
    "ck_signings_role": "role = 'x'",
    "ck_signings_checksum": "checksum = 'x'",
    "ck_signings_way": "way = 'x'",
    "ck_services_status": "status = 'x'",
    "ck_services_total": "total_cents = -1",
    "ck_services_unit_price": "unit_price_cents = -1",
    "ck_staff_qualifications_kind": "kind = 'x'",
    "ck_support_items_gst_code": "gst_code = 'P9'",
    "ck_support_items_item_type": "item_type = 'x'",
    "ck_support_items_period": "ends_on = '2000-01-01'",
    "ck_support_items_unit": "unit = 'x'",
    "ck_task_files_size": "size_bytes = -1",
    "ck_tasks_over_has_its_time": "state = 'running'",
    "ck_tasks_state": "state = 'x'",
    "ck_tasks_steps": "tries = -1",
    "ck_user_sessions_way": "way = 'x'",
    "ck_users_email_lower": "email = upper(email)",
    "ck_users_presence_status": "presence_status = 'x'",
    "ck_users_role": "role = 'x'",
    "ck_users_status": "status = 'x'",
    "ck_worker_availability_period": "end_time = start_time",
    "ck_worker_availability_weekday": "weekday = 7",
    "ck_worker_leave_period": "ends_on = '2000-01-01'",
}


def tables_of_checks():
    import caddy.models  # noqa: F401 - registers the tables

    return {
        str(one.name): table.name
        for table in Base.metadata.tables.values()
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }


def change(table, assignment):
    writing = snapshot.writing()
    with (
        writing as connection,
        connection.begin(),
        snapshot.without_triggers(connection),
    ):
        return connection.execute(text(f"UPDATE {table} SET {assignment}")).rowcount  # noqa: S608


def test_every_check_of_the_schema_is_tried():
    assert set(tables_of_checks()) == set(BREAKS)


def test_the_database_refuses_every_bad_row(people):
    from caddy.actions import retention, scores, sessions
    from caddy.actions.agreements import add_agreement
    from caddy.actions.attachments import Upload, attach_to_service
    from caddy.actions.notifications import notify
    from caddy.actions.participants import add_participant
    from caddy.actions.schedules import create_schedule
    from caddy.actions.services import log_service
    from caddy.models import User

    recorded(people.acacia.people["cora"], people.alice)
    with scope(people.acacia.id):
        logged = entry(people, people.acacia.participant_id)
        service = log_service(logged, world.ZONE, "NSW", actor=people.alice)
        file = Upload(BytesIO(PDF), "a test.pdf")
        attach_to_service(service.id, file, actor=people.alice)
        document_of(people.acacia.participant_id, people.alice)
        add_agreement(people.acacia.participant_id, agreement(people.today), actor=people.alice)
        monthly = replace(world.plan(people.today, (1, 900_00)), release=ReleasePattern.MONTHLY)
        add_participant(world.profile("In", "Parts", "430000009"), monthly, actor=people.alice)
        create_schedule(weekly(people, people.acacia), actor=people.alice)
        with transaction(people.alice, unrecorded="a test"):
            alice = db.session.get_one(User, people.alice.user_id)
            notify(
                [alice],
                kind="plan_expiry",
                title="A test",
                body="A test.",
                link="/",
                subject=alice,
                dedupe_key="test",
                email_template=EmailTemplate.PLAN_EXPIRY,
                context={
                    "participant_first_name": "Pat",
                    "ends_on": people.today,
                    "days_left": 0,
                    "allocated_cents": 0,
                    "remaining_cents": 0,
                },
            )
        retention.set_years(RetentionKind.PARTICIPANTS, 8, actor=people.alice)
        retention.place_hold(people.acacia.participant_id, "A test.", actor=people.alice)
        sessions.begin(
            people.alice.user_id,
            SignInWay.PASSWORD,
            ip=None,
            user_agent=None,
            has_second_factor=False,
        )
        with transaction(people.alice, unrecorded="a test"):
            db.session.add(a_link())
        messaging.with_everything(people)
        signing(people, people.acacia, service.id, people.alice)
        signed(service.id, people.alice)
        a_claim(people)
        mails_and_ways_in(people)
        scores.compute(people.today, actor=people.alice)
        imports.loaded(imports.people_file(430_009_009), people.alice, with_columns=True)
        tasks.done(people.alice)
    registers.filled(people.acacia.participant_id, people.alice)
    db.session.remove()
    for name, table in tables_of_checks().items():
        assert change(table, "updated_at = updated_at"), f"{table} has no row to try {name} on"
        # By its own check or by a stricter one of the same row: which is told first is open.
        with pytest.raises(DBAPIError, match="ck_"):
            change(table, BREAKS[name])


def a_link():
    from caddy.models import MailedLink

    return MailedLink(
        purpose=LinkPurpose.INVITATION,
        email="new@acacia.example",
        nonce="0" * 64,
        token_hash="0" * 64,
        expires_at=clock.now(),
    )


def mails_and_ways_in(people):
    kept_filter(people.alice)
    came_back(people.alice)
    ways_in(people.alice)


def a_claim(people):
    """Send a claim of what was logged and pay it, so that each of its tables has a row."""
    claims.ready(people)
    claim = claims.sent(people)
    (line,) = claims.lines_of(claim.id)
    row = (line.claim_reference, "35.12", "2026-11-05", "R1")
    claims.answer(people, row, header=claims.REMITTANCE_HEADER)


def test_every_reference_between_tenants_rows_carries_the_organization():
    import caddy.models  # noqa: F401 - registers the tables

    owned = {one.class_.__table__ for one in Base.registry.mappers if is_owned(one.class_)}
    for table in owned:
        for key in table.constraints:
            if isinstance(key, ForeignKeyConstraint) and key.referred_table in owned:
                assert "organization_id" in key.column_keys, f"{table.name}: {key.name}"


def is_owned(model):
    return issubclass(model, OrganizationOwned)
