"""What a worker must know about a participant's health, apart from everything else."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from caddy.columns import Id, Reference, SensitiveList, Stamped, belongs_to, within_tenant
from caddy.extensions import Base
from caddy.tenancy import OrganizationOwned


class MedicalRecord(Base, OrganizationOwned, Stamped):
    """At most one a participant. `medications` holds `{name, dosage, frequency}` maps.

    The lists are stored encrypted: the database can neither search nor count what is in them.
    """

    __tablename__ = "medical_records"
    __table_args__ = within_tenant(
        belongs_to("participants", "participant_id", ondelete="CASCADE"),
        UniqueConstraint("organization_id", "participant_id"),
    )

    id: Mapped[Id]
    participant_id: Mapped[Reference]
    disabilities: Mapped[SensitiveList]
    medications: Mapped[SensitiveList]
    allergies: Mapped[SensitiveList]
    dietary_requirements: Mapped[SensitiveList]
