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
    PARTICIPANTS_MEDICAL = "participants.medical"
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
            Permission.PARTICIPANTS_MEDICAL,
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
            # Of those whom they support: a shift needs to know of an allergy.
            Permission.PARTICIPANTS_MEDICAL,
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


# What each lets a person do, as the page of their permissions says it.
MEANINGS: dict[Permission, str] = {
    Permission.AUDIT_READ: "Read who did what, for the whole organization, and take evidence packs",
    Permission.BUDGETS_READ: "See budgets, what was spent and what is left",
    Permission.CATALOGUE_WRITE: "Load and change the Support Catalogue and its prices",
    Permission.CLAIMS_READ: "See claims, invoices and payments",
    Permission.CLAIMS_WRITE: "Make and send claims, and record payments",
    Permission.COMPLIANCE_READ: "See compliance scores and what is missing",
    Permission.DOCUMENTS_READ: "Open documents",
    Permission.DOCUMENTS_WRITE: "Add and change documents",
    Permission.INCIDENTS_READ: "Read incidents",
    Permission.INCIDENTS_WRITE: "Report and change incidents",
    Permission.MESSAGES_WRITE: "Read and write messages",
    Permission.ORGANIZATION_WRITE: "Change settings, staff, roles and permissions",
    Permission.PARTICIPANTS_ALL: "See every participant, not only those they support",
    Permission.PARTICIPANTS_MEDICAL: "See medical details: disabilities, medications, allergies",
    Permission.PARTICIPANTS_READ: "Open the profiles of participants they may see",
    Permission.PARTICIPANTS_WRITE: "Add and change participants, their plans and their teams",
    Permission.REGISTERS_READ: "Read registers: complaints, risks, policies, restrictive practices",
    Permission.REGISTERS_WRITE: "Add to registers and change them",
    Permission.SERVICES_READ: "See services and the roster",
    Permission.SERVICES_WRITE: "Log services and plan shifts",
}


def may_give(own: frozenset[Permission], given: frozenset[Permission]) -> bool:
    """Say whether someone may give others these rights: nobody gives what they do not have.

    >>> may_give(frozenset({Permission.CLAIMS_READ}), frozenset({Permission.CLAIMS_WRITE}))
    False
    """
    return given <= own


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
