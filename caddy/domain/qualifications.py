"""What a worker must hold before a support: the kinds, when each lapses, how it is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum

from caddy.domain.errors import RuleBroken
from caddy.domain.words import say_date


class QualificationKind(StrEnum):
    WORKER_SCREENING = "worker_screening"
    ORIENTATION = "orientation"
    FIRST_AID = "first_aid"
    POLICE_CHECK = "police_check"
    WORKING_WITH_CHILDREN = "working_with_children"
    DRIVERS_LICENCE = "drivers_licence"
    CAR_INSURANCE = "car_insurance"

    @property
    def label(self) -> str:
        return {
            "orientation": "Orientation module",
            "working_with_children": "Working with children check",
            "drivers_licence": "Driver's licence",
        }.get(self.value, self.value.replace("_", " ").capitalize())

    @property
    def does_expire(self) -> bool:
        """Say whether it can lapse at all: the NDIS orientation module is done once."""
        return self is not QualificationKind.ORIENTATION


# How long a kind is valid where the scheme itself fixes it (NDIS Commission: a worker screening
# clearance lasts five years). The end of every other kind is read off its document.
VALID_YEARS = {QualificationKind.WORKER_SCREENING: 5}


def usual_expiry(kind: QualificationKind, issued_on: date) -> date | None:
    """Return the last day of validity that follows from the day of issue, where one does.

    >>> usual_expiry(QualificationKind.WORKER_SCREENING, date(2021, 10, 3))
    datetime.date(2026, 10, 3)
    >>> usual_expiry(QualificationKind.WORKER_SCREENING, date(2024, 2, 29))
    datetime.date(2029, 2, 28)
    """
    years = VALID_YEARS.get(kind)
    if years is None:
        return None
    try:
        return issued_on.replace(year=issued_on.year + years)
    except ValueError:  # 29 February, in a year that has none
        return issued_on.replace(year=issued_on.year + years, day=28)


def lapsed(
    required: Collection[QualificationKind],
    held: Mapping[QualificationKind, date | None],
    on: date,
) -> list[QualificationKind]:
    """Return what is required and not held on a day, in the order of the kinds.

    `held` gives the last valid day of each, None where the document names none. What the
    scheme limits in time must name one; what does not expire never lapses.

    >>> screening, aid = QualificationKind.WORKER_SCREENING, QualificationKind.FIRST_AID
    >>> [str(kind) for kind in lapsed({screening, aid}, {screening: date(2026, 10, 3)},
    ...                               date(2026, 10, 4))]
    ['worker_screening', 'first_aid']
    """
    return [
        kind
        for kind in QualificationKind
        if kind in required and not (kind in held and _is_valid(kind, held[kind], on))
    ]


def refusal(
    name: str, kind: QualificationKind, held: Mapping[QualificationKind, date | None]
) -> str:
    """Return why a worker does not hold a kind that `lapsed` named.

    >>> screening = QualificationKind.WORKER_SCREENING
    >>> refusal("Sam", screening, {screening: date(2026, 10, 3)})
    "Sam's worker screening lapsed on 3 Oct 2026."
    >>> refusal("Sam", screening, {})
    "Sam's worker screening is not recorded."
    """
    whose = f"{name}'s {kind.label[0].lower()}{kind.label[1:]}"
    if kind not in held:
        return f"{whose} is not recorded."
    expires_on = held[kind]
    if expires_on is None:
        return f"{whose} is recorded without the day on which it ends."
    return f"{whose} lapsed on {say_date(expires_on)}."


def check_qualified(
    name: str,
    required: Collection[QualificationKind],
    held: Mapping[QualificationKind, date | None],
    on: date,
) -> None:
    """Refuse a worker who does not hold all that is required on a day, naming each."""
    missing = lapsed(required, held, on)
    if missing:
        raise RuleBroken(
            "worker",
            "not_qualified",
            " ".join(refusal(name, kind, held) for kind in missing),
            {"kinds": [kind.value for kind in missing]},
        )


def _is_valid(kind: QualificationKind, expires_on: date | None, on: date) -> bool:
    if not kind.does_expire:
        return True
    return kind not in VALID_YEARS if expires_on is None else on <= expires_on
