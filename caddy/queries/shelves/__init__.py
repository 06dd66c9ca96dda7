"""Every register that is kept, in the order of the hub and of a compliance report.

Of qualifications and agreements a report says more than their rows: who has none.
"""

from __future__ import annotations

from functools import partial

from caddy.queries.shelves import (
    care_records,
    complaints,
    incidents,
    policies,
    qualifications,
    restrictive_practices,
    risks,
    service_agreements,
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
EVERY = (*SHELVES, qualifications.SHELF, service_agreements.SHELF)
