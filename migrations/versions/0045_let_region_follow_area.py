"""Let the price region follow from the area where an older profile had the two contradict."""

from __future__ import annotations

from alembic import op

from caddy.table_changes import UNSCOPED

revision = "0045_let_region_follow_area"
down_revision = "0044_index_parts_of_numbers"
branch_labels = None
depends_on = None

REGIONS = {6: "remote", 7: "very_remote"}  # PAPL 2025-26, as caddy.domain.participants.zone_of


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT set_config('{UNSCOPED}', 'on', true)")
    for area, region in REGIONS.items():
        connection.exec_driver_sql(
            f"UPDATE participants SET price_zone = '{region}' "
            f"WHERE mmm = {area} AND price_zone <> '{region}'"
        )


def downgrade() -> None:
    """Leave the regions as they are: what contradicted was a mistake."""
