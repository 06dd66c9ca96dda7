"""What can be imported."""

from __future__ import annotations

from enum import StrEnum


class ImportKind(StrEnum):
    PARTICIPANTS = "participants"
    STAFF = "staff"
    AGREEMENTS = "agreements"
    SERVICES = "services"
    CATALOGUE = "catalogue"
