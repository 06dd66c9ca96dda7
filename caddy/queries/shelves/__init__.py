"""Every register that is kept, in the order of the hub and of a compliance report."""

from __future__ import annotations

from functools import partial

from caddy.queries.shelves import (
    care_records,
    complaints,
    incidents,
    policies,
    restrictive_practices,
    risks,
)
from caddy.queries.shelves.base import section

SHELVES = (
    incidents.SHELF,
    complaints.SHELF,
    restrictive_practices.SHELF,
    risks.SHELF,
    policies.SHELF,
    care_records.SHELF,
)
SECTIONS = tuple(partial(section, one) for one in SHELVES)
