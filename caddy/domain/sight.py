"""Who sees a participant, and why: drawn from the table of roles, single rights and the team."""

from __future__ import annotations

from dataclasses import dataclass

from caddy.domain.permissions import ROLE_PERMISSIONS, Permission, Role, effective_permissions

# What of a participant is told apart: the heading of a column, and what it takes.
PARTS: dict[str, Permission] = {
    "Profile": Permission.PARTICIPANTS_READ,
    "Medical details": Permission.PARTICIPANTS_MEDICAL,
    "Services": Permission.SERVICES_READ,
    "Documents": Permission.DOCUMENTS_READ,
    "Budgets": Permission.BUDGETS_READ,
    "Claims": Permission.CLAIMS_READ,
}


@dataclass(frozen=True, slots=True)
class Sight:
    """Why someone sees a participant, and of each part whether: by the role, given, or not."""

    reasons: tuple[str, ...]
    parts: dict[str, str]

    @property
    def sees_medical(self) -> bool:
        return bool(self.parts["Medical details"])


def sight_of(
    role: Role, granted: list[str], *, is_in_team: bool, is_coordinator: bool
) -> Sight | None:
    """Return what someone sees of a participant, or None where they are not there for them.

    >>> sight_of(Role.SUPPORT_WORKER, [], is_in_team=False, is_coordinator=False) is None
    True
    >>> sight_of(Role.FINANCE, [], is_in_team=False, is_coordinator=False).parts["Profile"]
    ''
    """
    may, of_role = effective_permissions(role, granted), ROLE_PERMISSIONS[role]
    reasons = []
    if Permission.PARTICIPANTS_ALL in of_role:
        reasons.append("The role sees every participant")
    elif Permission.PARTICIPANTS_ALL in may:
        reasons.append("Was given the right to see every participant")
    if is_in_team:
        reasons.append("Is in the team")
    if not reasons:
        return None
    if is_coordinator:
        reasons.append("Coordinates the plan")
    parts = {
        name: "" if one not in may else "Yes" if one in of_role else "Given"
        for name, one in PARTS.items()
    }
    return Sight(tuple(reasons), parts)
