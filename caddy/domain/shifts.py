"""The life of a shift: which step comes next, whose it is to take, and what a late no costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from caddy.domain.actor import Actor
from caddy.domain.bands import IsHoliday
from caddy.domain.claim_types import (
    ALL,
    CancellationReason,
    ClaimType,
    cancellation_fee,
    check_claim_type,
    short_notice,
)
from caddy.domain.errors import Forbidden, RuleBroken
from caddy.domain.ndis.items import PricedItem
from caddy.domain.permissions import Permission
from caddy.domain.roster import Clash, ClashKind
from caddy.domain.sentences import sentence, together
from caddy.domain.services import ServiceStatus, may_move
from caddy.domain.words import say_date

# How long before its planned start a shift may be started: enough for one that was brought
# forward within the day, too little for one of another day.
EARLIEST = timedelta(hours=12)
MOST_SAID = 5
IN_TIME = "notice_in_time"
VERBS = {
    ServiceStatus.IN_PROGRESS: "started",
    ServiceStatus.COMPLETED: "finished",
    ServiceStatus.CANCELLED: "cancelled",
    ServiceStatus.BILLED: "billed",
    ServiceStatus.SCHEDULED: "planned",
}


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Why a shift will not be, when that was said (local time), and the share charged of it."""

    reason: str
    notified_at: datetime
    code: CancellationReason | None = None
    fee_percent: int = 0


def check_step(before: ServiceStatus, after: ServiceStatus) -> None:
    """Refuse a step that does not follow from the state a service is in."""
    if not may_move(before, after):
        refuse_change(before, VERBS[after])


def check_state(status: ServiceStatus, wanted: ServiceStatus, verb: str) -> None:
    """Refuse to do with a service what is done in one state only: `corrected`, `moved`."""
    if status is not wanted:
        refuse_change(status, verb)


def check_no_travel(claim_type: ClaimType) -> None:
    """Refuse to correct a line of travel as if it was a support."""
    if claim_type.is_travel:
        raise RuleBroken(
            None, "travel_alone", "This is travel to a support. Correct it on its own page."
        )


def refuse_change(status: ServiceStatus, verb: str) -> None:
    if status is ServiceStatus.BILLED:
        said = sentence(
            "This service is billed: it cannot be {done}, only changed through its claim.",
            done=verb,
        )
    else:
        said = sentence(
            "This service is {status}: it cannot be {done}.",
            status=status.label.lower(),
            done=verb,
        )
    raise RuleBroken(None, "illegal_step", said, {"status": status.value})


def may_handle(actor: Actor, worker_id: UUID) -> bool:
    """Say whether a shift is one's own, or one may change anyone's."""
    return actor.user_id == worker_id or actor.may(Permission.PARTICIPANTS_WRITE)


def check_handles(actor: Actor, worker_id: UUID) -> None:
    if not may_handle(actor, worker_id):
        raise Forbidden(
            "not_your_shift", "This is a colleague's shift. Ask them or a coordinator to change it."
        )


def check_ahead(ended_at: datetime, now: datetime) -> None:
    """Refuse to plan what is over."""
    if ended_at <= now:
        raise RuleBroken(
            "service_on",
            "shift_in_past",
            "This time is over. Log the service instead of planning it.",
        )


def is_near(planned: datetime, at: datetime) -> bool:
    """Say whether a shift may be started at an instant, by when its start is planned."""
    return at >= planned - EARLIEST


def check_start(at: datetime, planned: datetime, now: datetime, day: date) -> None:
    """Refuse a start that has not happened, or of a shift that is not near. Instants."""
    if at > now:
        raise RuleBroken("at", "start_in_future", "A shift is started when it begins.")
    if not is_near(planned, at):
        raise RuleBroken(
            "at",
            "too_early",
            sentence("This shift is on {day}: it can be started on that day.", day=say_date(day)),
        )


def check_day(on: date, planned_on: date) -> None:
    """Refuse to finish a shift on a day that cannot be its own: at midnight it may be the next."""
    if abs((on - planned_on).days) > 1:
        raise RuleBroken(
            "service_on",
            "other_day",
            sentence(
                "This shift was planned for {day}. Move it, or log another service.",
                day=say_date(planned_on),
            ),
        )


def check_clashes(found: Sequence[tuple[date, Clash]], *, is_accepted: bool) -> None:
    """Refuse shifts that clash, in sentences.

    A worker in two places at once is never accepted; a participant met twice and hours outside
    a worker's availability are, where whoever plans says so.
    """
    firm = [one for one in found if one[1].kind is ClashKind.WORKER_TWICE]
    if firm:
        raise RuleBroken("worker", "worker_twice", say_clashes(firm))
    if found and not is_accepted:
        raise RuleBroken("save_anyway", "clashes", say_clashes(found))


def say_clashes(found: Sequence[tuple[date, Clash]]) -> str:
    """Return the sentences of clashes; the day before each where there is more than one day."""
    days = {on for on, _ in found}
    said = [
        sentence("{day}: {clash}", day=say_date(on), clash=clash.sentence)
        if len(days) > 1
        else clash.sentence
        for on, clash in found[:MOST_SAID]
    ]
    if len(found) > MOST_SAID:
        said.append(sentence("And {count} more.", count=len(found) - MOST_SAID))
    return together(*said)


def fee_cents(
    agreed_cents: int,
    status: ServiceStatus,
    cancellation: Cancellation,
    item: PricedItem,
    starts_at: datetime,
    is_holiday: IsHoliday,
    most_percent: int = ALL,
) -> int:
    """Return what a cancelled shift costs, or refuse a fee that may not be charged.

    A fee only where the notice was short, the Support Catalogue allows it for the item, and the
    reason has one of the bulk file's codes (PAPL 2025-26 "Short notice cancellations"); never
    more than the `most_percent` that the service agreement allows. Times are local.
    """
    if not cancellation.fee_percent:
        return 0
    if cancellation.fee_percent > most_percent:
        raise RuleBroken(
            "fee_percent",
            "over_agreed_fee",
            sentence(
                "The service agreement allows a fee of up to {percent} %.", percent=most_percent
            ),
        )
    if status is ServiceStatus.COMPLETED:
        raise RuleBroken(
            "fee_percent",
            "fee_for_delivered",
            "This support took place: cancelled as a mistake, it has no fee.",
        )
    if cancellation.code is None:
        raise RuleBroken(
            "code", "code_needed", "Choose the reason that is claimed: a fee needs one."
        )
    check_claim_type(ClaimType.CANCELLATION, item)
    if not short_notice(item, cancellation.notified_at, starts_at, is_holiday):
        raise RuleBroken(
            "fee_percent",
            IN_TIME,
            "The notice came in time, so no fee can be charged.",
        )
    return cancellation_fee(agreed_cents, cancellation.fee_percent)


def steps(
    status: ServiceStatus, *, may_handle: bool, may_plan: bool, may_begin: bool = True
) -> frozenset[str]:
    """Return the steps that someone may take next, by name, for the buttons of a page.

    A shift that is not near (`may_begin`) is not offered to be started.
    """
    own = {
        ServiceStatus.SCHEDULED: {"start", "cancel"},
        ServiceStatus.IN_PROGRESS: {"finish", "cancel"},
        ServiceStatus.COMPLETED: {"correct", "cancel"},
    }
    found = set(own.get(status, set())) if may_handle else set()
    if may_plan and status is ServiceStatus.SCHEDULED:
        found.add("move")
    return frozenset(found if may_begin else found - {"start"})
