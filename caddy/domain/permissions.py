"""Who may do what: the one table of permissions and roles.

A permission is `noun.verb`. Pages, menus and tests are drawn from this table.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache


class Permission(StrEnum):
    """Everything that can be allowed. A user's own permissions add to the role's.

    Without `participants.all` a person sees only the participants whom they support.
    """

    AUDIT_READ = "audit.read"
    BUDGETS_READ = "budgets.read"
    CATALOGUE_WRITE = "catalogue.write"
    CLAIMS_READ = "claims.read"
    CLAIMS_WRITE = "claims.write"
    COMPLIANCE_READ = "compliance.read"
    DOCUMENTS_READ = "documents.read"
    DOCUMENTS_WRITE = "documents.write"
    INCIDENTS_READ = "incidents.read"
    INCIDENTS_WRITE = "incidents.write"
    MESSAGES_WRITE = "messages.write"
    ORGANIZATION_WRITE = "organization.write"
    PARTICIPANTS_ALL = "participants.all"
    PARTICIPANTS_READ = "participants.read"
    PARTICIPANTS_WRITE = "participants.write"
    REGISTERS_READ = "registers.read"
    REGISTERS_WRITE = "registers.write"
    SERVICES_READ = "services.read"
    SERVICES_WRITE = "services.write"


class Role(StrEnum):
    ADMIN = "admin"
    COORDINATOR = "coordinator"
    SUPPORT_WORKER = "support_worker"
    FINANCE = "finance"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(Permission),
    Role.COORDINATOR: frozenset(
        {
            Permission.PARTICIPANTS_ALL,
            Permission.PARTICIPANTS_READ,
            Permission.PARTICIPANTS_WRITE,
            Permission.SERVICES_READ,
            Permission.SERVICES_WRITE,
            Permission.BUDGETS_READ,
            Permission.DOCUMENTS_READ,
            Permission.DOCUMENTS_WRITE,
            Permission.INCIDENTS_READ,
            Permission.INCIDENTS_WRITE,
            Permission.REGISTERS_READ,
            Permission.REGISTERS_WRITE,
            Permission.COMPLIANCE_READ,
            Permission.MESSAGES_WRITE,
        }
    ),
    Role.SUPPORT_WORKER: frozenset(
        {
            Permission.PARTICIPANTS_READ,
            Permission.SERVICES_READ,
            Permission.SERVICES_WRITE,
            Permission.DOCUMENTS_READ,
            Permission.DOCUMENTS_WRITE,
            Permission.INCIDENTS_READ,
            Permission.INCIDENTS_WRITE,
            Permission.MESSAGES_WRITE,
        }
    ),
    Role.FINANCE: frozenset(
        {
            Permission.PARTICIPANTS_ALL,
            Permission.BUDGETS_READ,
            Permission.CLAIMS_READ,
            Permission.CLAIMS_WRITE,
            Permission.MESSAGES_WRITE,
        }
    ),
    Role.VIEWER: frozenset(
        {
            Permission.PARTICIPANTS_ALL,
            Permission.PARTICIPANTS_READ,
            Permission.SERVICES_READ,
            Permission.BUDGETS_READ,
            Permission.DOCUMENTS_READ,
            Permission.REGISTERS_READ,
            Permission.COMPLIANCE_READ,
        }
    ),
}


def effective_permissions(role: Role, granted: list[str]) -> frozenset[Permission]:
    """Return the role's permissions and the person's own together.

    A granted word that is no longer a permission gives nothing.

    >>> Permission.CLAIMS_READ in effective_permissions(Role.VIEWER, ["claims.read", "gone.verb"])
    True
    """
    return _together(role, tuple(granted))


@lru_cache(maxsize=1_000)
def _together(role: Role, granted: tuple[str, ...]) -> frozenset[Permission]:
    known = {permission.value for permission in Permission}
    return ROLE_PERMISSIONS[role] | {Permission(word) for word in granted if word in known}
