"""What can be imported: the kinds of files, and the fields each can have."""

from __future__ import annotations

from enum import StrEnum

from caddy.domain.imports.catalogue_fields import CATALOGUE_FIELDS
from caddy.domain.imports.fields import FieldSpec
from caddy.domain.imports.participant_fields import PARTICIPANT_FIELDS, PLAN_FIELDS
from caddy.domain.imports.work_fields import AGREEMENT_FIELDS, SERVICE_FIELDS, STAFF_FIELDS

__all__ = ["FieldSpec", "ImportKind", "field_label", "fields_of"]


class ImportKind(StrEnum):
    """Participants may bring their plan; plans may also come in a file of their own."""

    PARTICIPANTS = "participants"
    PLANS = "plans"
    STAFF = "staff"
    AGREEMENTS = "agreements"
    SERVICES = "services"
    CATALOGUE = "catalogue"

    @property
    def label(self) -> str:
        return {
            "plans": "Plans and budgets",
            "agreements": "Service agreements",
            "services": "Services delivered",
            "catalogue": "Support Catalogue",
        }.get(self.value, self.value.capitalize())


_FIELDS: dict[ImportKind, tuple[FieldSpec, ...]] = {
    ImportKind.PARTICIPANTS: PARTICIPANT_FIELDS,
    ImportKind.PLANS: PLAN_FIELDS,
    ImportKind.STAFF: STAFF_FIELDS,
    ImportKind.AGREEMENTS: AGREEMENT_FIELDS,
    ImportKind.SERVICES: SERVICE_FIELDS,
    ImportKind.CATALOGUE: CATALOGUE_FIELDS,
}


def fields_of(kind: ImportKind) -> tuple[FieldSpec, ...]:
    """Return the fields that a file of a kind can have, in the order a page shows them."""
    return _FIELDS[kind]


def field_label(kind: ImportKind, name: str) -> str:
    """Return what a field is called on the screen; a row as a whole has no field.

    >>> field_label(ImportKind.PARTICIPANTS, "ndis_number"), field_label(ImportKind.STAFF, "")
    ('NDIS number', 'The row')
    """
    return next((one.label for one in _FIELDS[kind] if one.name == name), "The row")
