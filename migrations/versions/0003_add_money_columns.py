"""Add the columns of money and rosters, and fill them from what is there.

A budget that was there becomes one funding period of its whole length, and its allocation
the first of its adjustments.
"""

from __future__ import annotations

from typing import Any

import uuid_utils.compat
from alembic import op

from caddy.table_changes import NewColumn, alter

revision = "0003_add_money_columns"
down_revision = "0002_add_money_rosters_and_mail"
branch_labels = None
depends_on = None

PACE = (
    "CASE WHEN period_cents <= 0 THEN (CASE WHEN period_spent_cents > 0 THEN 10000 ELSE 0 END) "
    "ELSE period_spent_cents * 10000 / period_cents END - expected_basis_points"
)
CLAIM_TYPES = (
    "'direct', 'non_face_to_face', 'travel', 'travel_costs', 'cancellation', 'ndia_report', "
    "'telehealth', 'irregular_sil'"
)
OLD_LINE = "uq_budgets_organization_id_plan_id_support_category_starts_on"
COLUMNS: dict[str, list[NewColumn]] = {
    "budget_alerts": [NewColumn("period_starts_on", "DATE")],
    "budgets": [
        NewColumn("stated_for", "VARCHAR(40) NOT NULL", "''"),
        NewColumn("is_released_in_parts", "BOOLEAN NOT NULL", "false"),
        NewColumn("period_starts_on", "DATE NOT NULL", "starts_on"),
        NewColumn("period_ends_on", "DATE NOT NULL", "ends_on"),
        NewColumn("period_cents", "BIGINT NOT NULL", "allocated_cents"),
        NewColumn("period_spent_cents", "BIGINT NOT NULL", "spent_cents"),
        NewColumn("expected_basis_points", "INTEGER NOT NULL", "0"),
        NewColumn("pace_basis_points", f"BIGINT GENERATED ALWAYS AS ({PACE}) STORED NOT NULL"),
    ],
    "organizations": [
        NewColumn("pace_variance_percent", "INTEGER NOT NULL", "15"),
        NewColumn("daily_check_hour", "INTEGER NOT NULL", "8"),
        NewColumn("weekly_check_weekday", "INTEGER NOT NULL", "0"),
        NewColumn("weekly_check_hour", "INTEGER NOT NULL", "9"),
        NewColumn("monthly_notice_day", "INTEGER NOT NULL", "1"),
        NewColumn("monthly_notice_hour", "INTEGER NOT NULL", "8"),
        NewColumn("required_qualifications", "JSONB NOT NULL", "'[\"worker_screening\"]'"),
    ],
    "participants": [
        NewColumn("mmm", "INTEGER NOT NULL", "1"),
        NewColumn("site_id", "UUID"),
        NewColumn("needs_two_workers", "BOOLEAN NOT NULL", "false"),
    ],
    "plans": [NewColumn("is_core_pooled", "BOOLEAN NOT NULL", "false")],
    "services": [
        NewColumn("claim_type", "VARCHAR(40) NOT NULL", "'direct'"),
        NewColumn("cancellation_reason", "VARCHAR(40)"),
        NewColumn("fee_percent", "INTEGER", "CASE WHEN status = 'cancelled' THEN 0 END"),
        NewColumn("people", "INTEGER NOT NULL", "1"),
        NewColumn("group_key", "UUID"),
        NewColumn("schedule_id", "UUID"),
        NewColumn("agreement_id", "UUID"),
        NewColumn("main_service_id", "UUID"),
        NewColumn("version", "INTEGER NOT NULL", "1"),
    ],
    "users": [NewColumn("calendar_key_hash", "VARCHAR(64)")],
}


def _key(name: str, column: str, table: str) -> str:
    return (
        f"CONSTRAINT {name} FOREIGN KEY(organization_id, {column}) "
        f"REFERENCES {table} (organization_id, id)"
    )


CONSTRAINTS: dict[str, dict[str, str]] = {
    "budgets": {
        "uq_budgets_line": "CONSTRAINT uq_budgets_line UNIQUE "
        "(organization_id, plan_id, support_category, stated_for, starts_on)",
        "ck_budgets_support_category": "CONSTRAINT ck_budgets_support_category "
        "CHECK (support_category BETWEEN 0 AND 21)",
        "ck_budgets_funding_period": "CONSTRAINT ck_budgets_funding_period CHECK "
        "(period_ends_on >= period_starts_on AND period_starts_on >= starts_on "
        "AND period_ends_on <= ends_on)",
        "ck_budgets_light_thresholds": "CONSTRAINT ck_budgets_light_thresholds CHECK "
        "((light_amber_percent IS NULL) = (light_red_percent IS NULL) AND "
        "(light_amber_percent IS NULL OR light_amber_percent < light_red_percent))",
    },
    "budget_alerts": {
        "ck_budget_alerts_type": "CONSTRAINT ck_budget_alerts_type CHECK "
        "(type IN ('warning', 'critical', 'pace_over', 'pace_under'))",
    },
    "organizations": {
        "ck_organizations_pace_variance": "CONSTRAINT ck_organizations_pace_variance "
        "CHECK (pace_variance_percent BETWEEN 1 AND 100)",
        "ck_organizations_check_hours": "CONSTRAINT ck_organizations_check_hours CHECK "
        "(daily_check_hour BETWEEN 0 AND 23 AND weekly_check_hour BETWEEN 0 AND 23 "
        "AND weekly_check_weekday BETWEEN 0 AND 6 AND monthly_notice_hour BETWEEN 0 AND 23 "
        "AND monthly_notice_day BETWEEN 1 AND 28)",
    },
    "participants": {
        "ck_participants_mmm": "CONSTRAINT ck_participants_mmm CHECK (mmm BETWEEN 1 AND 7)",
        "fk_participants_organization_id_site_id": _key(
            "fk_participants_organization_id_site_id", "site_id", "sites"
        ),
    },
    "services": {
        "ck_services_claim_type": "CONSTRAINT ck_services_claim_type "
        f"CHECK (claim_type IN ({CLAIM_TYPES}))",
        "ck_services_cancellation_reason": "CONSTRAINT ck_services_cancellation_reason "
        "CHECK (cancellation_reason IN ('NSDH', 'NSDF', 'NSDT', 'NSDO'))",
        "ck_services_people": "CONSTRAINT ck_services_people CHECK (people BETWEEN 1 AND 99)",
        "ck_services_fee_percent": "CONSTRAINT ck_services_fee_percent "
        "CHECK (fee_percent IS NULL OR fee_percent BETWEEN 0 AND 100)",
        "ck_services_cancelled_has_its_fee": "CONSTRAINT ck_services_cancelled_has_its_fee "
        "CHECK ((status = 'cancelled') = (fee_percent IS NOT NULL))",
        "fk_services_organization_id_schedule_id": _key(
            "fk_services_organization_id_schedule_id", "schedule_id", "schedules"
        ),
        "fk_services_organization_id_agreement_id": _key(
            "fk_services_organization_id_agreement_id", "agreement_id", "service_agreements"
        ),
        "fk_services_organization_id_main_service_id": _key(
            "fk_services_organization_id_main_service_id", "main_service_id", "services"
        ),
    },
    "users": {
        "uq_users_calendar_key_hash": "CONSTRAINT uq_users_calendar_key_hash "
        "UNIQUE (calendar_key_hash)",
    },
}
REPLACED = {
    "budgets": {
        OLD_LINE: f"CONSTRAINT {OLD_LINE} "
        "UNIQUE (organization_id, plan_id, support_category, starts_on)",
        "ck_budgets_support_category": "CONSTRAINT ck_budgets_support_category "
        "CHECK (support_category BETWEEN 1 AND 21)",
        "ck_budgets_light_thresholds": "CONSTRAINT ck_budgets_light_thresholds CHECK "
        "(light_amber_percent IS NULL OR light_amber_percent < light_red_percent)",
    },
    "budget_alerts": {
        "ck_budget_alerts_type": "CONSTRAINT ck_budget_alerts_type CHECK "
        "(type IN ('warning', 'critical'))",
    },
}
INDEXES = {
    "budgets": [("organization_id", "is_current", "pace_basis_points", "id")],
    "participants": [("organization_id", "site_id")],
    "services": [
        ("organization_id", "budget_id", "service_on", "id"),
        ("organization_id", "schedule_id", "service_on"),
        ("organization_id", "support_worker_id", "started_at"),
        ("organization_id", "participant_id", "started_at"),
        ("organization_id", "main_service_id"),
    ],
}
FIRST_ADJUSTMENT = (
    "INSERT INTO budget_adjustments (id, organization_id, budget_id, effective_on, amount_cents, "
    "reason, created_at, updated_at) "
)
FIRST_TEAM = (
    "INSERT INTO participant_workers (organization_id, participant_id, user_id, created_at, "
    "updated_at, id)"
)


def upgrade() -> None:
    connection = op.get_bind()
    for table, columns in COLUMNS.items():
        alter(
            connection,
            table,
            add=columns,
            constrain=list(CONSTRAINTS.get(table, {}).values()),
            release=list(REPLACED.get(table, {})),
        )
        for names in INDEXES.get(table, ()):
            op.create_index(op.f(f"ix_{table}_{'_'.join(names)}"), table, list(names))
    _first_adjustments()
    _first_teams()


def _first_adjustments() -> None:
    """Give each budget its first adjustment, under an id of its own."""
    connection = op.get_bind()
    rows = connection.exec_driver_sql("SELECT id FROM budgets").fetchall()
    is_sqlite = connection.dialect.name == "sqlite"
    mark = "?" if is_sqlite else "%s"
    for row in rows:
        own = uuid_utils.compat.uuid7()
        connection.exec_driver_sql(
            f"{FIRST_ADJUSTMENT} SELECT {mark}, organization_id, id, starts_on, "
            "allocated_cents, 'The plan as it was entered', created_at, updated_at "
            f"FROM budgets WHERE id = {mark}",
            (own.hex if is_sqlite else own, row[0]),
        )


def _first_teams() -> None:
    """Put each worker in the teams of those whom they have supported."""
    connection = op.get_bind()
    rows = connection.exec_driver_sql(
        "SELECT organization_id, participant_id, support_worker_id, min(created_at) "
        "FROM services GROUP BY organization_id, participant_id, support_worker_id"
    ).fetchall()
    is_sqlite = connection.dialect.name == "sqlite"
    marks = ", ".join(["?" if is_sqlite else "%s"] * 6)

    def key(own: Any) -> Any:
        return own.hex if is_sqlite else own

    for row in rows:
        own = uuid_utils.compat.uuid7()
        connection.exec_driver_sql(f"{FIRST_TEAM} VALUES ({marks})", (*row, row[3], key(own)))


def downgrade() -> None:
    connection = op.get_bind()
    op.execute("DELETE FROM budget_alerts WHERE type IN ('pace_over', 'pace_under')")
    for table, columns in reversed(COLUMNS.items()):
        for names in INDEXES.get(table, ()):
            op.drop_index(op.f(f"ix_{table}_{'_'.join(names)}"), table)
        alter(
            connection,
            table,
            drop=[column.name for column in reversed(columns)],
            release=list(CONSTRAINTS.get(table, {})),
            constrain=list(REPLACED.get(table, {}).values()),
        )
