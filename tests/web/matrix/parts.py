"""What the calls are made of, and forms that more than one of them sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OK = frozenset({200})
DONE = frozenset({302, 303})
CHECKED = frozenset({302, 303, 422})


@dataclass(frozen=True)
class Call:
    """One way to call a route. `takes_ids` where an id of another organization must be 404."""

    answers: frozenset[int] = OK
    takes_ids: bool = False
    query: str = ""
    form: dict[str, Any] = field(default_factory=dict)


SERVICE = {
    "service_on": "2026-11-01",
    "start_time": "09:00",
    "end_time": "10:00",
    "item_number": "01_011_0107_1_1",
    "notes": "A test.",
}
SIGN_UP = {
    "organization_name": "Wattle Care",
    "abn": "51 824 753 556",
    "state": "VIC",
    "first_name": "Wil",
    "last_name": "Low",
    "email": "wil@wattle.example",
    "password": "purple otter sings twice",
}
# What a mailed link opens, for anyone: with the secrets of links in test_mailed_links.py.
BY_LINK = {
    f"{feature}.{view}"
    for feature, views in {
        "invitations": ("show", "accept"),
        "passwords": ("show_reset", "reset"),
        "sign_in_links": ("show", "redeem"),
        "sign_up": ("show", "confirm"),
    }.items()
    for view in views
}
# Each is a list that is a file too.
LISTS = (
    "agreements audit care_records catalogue claims complaints compliance documents finance.lines "
    "finance.receivables incidents notifications outbox panel participants payments policies "
    "qualifications restrictive_practices risks service_agreements services staff"
).split()
# Registers whose pages are made alike.
REGISTERS = "care_records complaints policies restrictive_practices risks".split()
ACTION = {"what": "Call the GP.", "due_on": "2026-12-01"}
