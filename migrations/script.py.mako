"""${message}

Rules: the file is named NNNN_verb_noun.py and `revision` is its stem. Adding, filling and
tightening are three files. Both directions run on SQLite and PostgreSQL, with rows in them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
