"""What holds a trip together: its parts, its shares to the cent, and its support.

Those who share a trip are logged one after another; a trip goes where its support goes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid5

from caddy.domain.claim_types import ClaimType
from caddy.domain.errors import RuleBroken
from caddy.domain.money import divide_half_up
from caddy.domain.sentences import sentence
from caddy.domain.services import ServiceStatus
from caddy.domain.travel import SIXTIETHS, Leg

TRAVEL_TYPES = tuple(one for one in ClaimType if one.is_travel)
MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Share:
    """What one of those who share a trip had of it.

    `exact` is what the whole trip would cost at their price, in sixtieths of a cent, so that
    nothing is rounded yet; `cents` is the part that they were charged.
    """

    exact: int
    cents: int


def share(before: Sequence[Share], own: int, people: int) -> int:
    """Return the part of the next of the people who shared a trip, in cents.

    `own` is what the whole trip would cost at their price, as in `Share`; `before` are the parts
    that are charged now, in the order they were logged. The parts of all sum to the trip rounded
    once, whatever price each of them has: what rounding took from one goes to the next, also
    where one was cancelled in between. No part is a cent or more from its exact one. Who comes
    after all had theirs begins anew.

    >>> whole = 100_00 * SIXTIETHS
    >>> share([], whole, 3), share([Share(whole, 33_33)], whole, 3)
    (3333, 3334)
    """
    parts = SIXTIETHS * people
    exact = [one.exact for one in before]
    full = len(exact) // people * people
    whole_trips = [sum(exact[at : at + people]) for at in range(0, full, people)]
    due = sum(divide_half_up(one, parts) for one in whole_trips)
    due += divide_half_up(sum(exact[full:]) + own, parts)
    left = due - sum(one.cents for one in before)
    return min(max(left, own // parts), -(-own // parts))


def trip_key(
    worker_id: UUID, service_on: date, leg: Leg, people: int, claim_type: ClaimType, size: int
) -> UUID:
    """Return what the lines of one shared trip have in common, whoever of them is logged first.

    A worker's trip of a day, of one length in minutes (or one sum of costs in cents), shared by
    so many people. Their items, and so their prices, may differ.
    """
    parts = (service_on, leg, people, claim_type, size)
    return uuid5(worker_id, " ".join(map(str, parts)))


def whole_cents(own: int, people: int, is_it: Callable[[int], bool]) -> int:
    """Return what all who share kilometres and tolls pay together, in cents, from one's part.

    Only the part is stored. The whole is within a cent for each of `people` times it, and
    `is_it` knows it: the key of the trip is made of it. Where none fits, the multiple is taken.

    >>> whole_cents(33_33, 3, lambda cents: cents == 100_00)
    10000
    """
    nearest = own * people
    around = range(max(nearest - people, 0), nearest + people + 1)
    return next((cents for cents in around if is_it(cents)), nearest)


def leg_of(claim_type: ClaimType, starts_at: datetime, support_starts_at: datetime) -> Leg:
    """Return which part of the trip to a support a line is. Both are instants."""
    if claim_type is ClaimType.TRAVEL_COSTS:
        return Leg.COSTS
    return Leg.THERE if starts_at < support_starts_at else Leg.BACK


def wall_minutes(start: time, end: time) -> int:
    """Return the minutes of one way by the clock on the wall, as they were entered: 1 to 1440."""
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    return minutes % MINUTES_OF_A_DAY or MINUTES_OF_A_DAY


def check_not_billed(statuses: Collection[ServiceStatus], verb: str) -> None:
    """Refuse to do with a support what its travel, which is billed, cannot follow."""
    if ServiceStatus.BILLED in statuses:
        raise RuleBroken(
            None,
            "travel_billed",
            sentence(
                "The travel to this support is billed: the support cannot be {done} before its "
                "travel is credited on its claim.",
                done=verb,
            ),
        )


def check_new(wanted: Collection[Leg], known: Collection[Leg]) -> None:
    """Refuse to enter a part of a trip that is there already."""
    for leg in wanted:
        if leg in known:
            raise RuleBroken(
                leg.field,
                "travel_known",
                sentence(
                    "{part}: this is entered already. Correct it on its own page.", part=leg.label
                ),
            )
