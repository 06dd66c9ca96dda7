"""The organization's own choices: when it is warned, when it is checked, what workers must hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from caddy import audit, clock
from caddy.actions.sessions import rights_changed
from caddy.domain.actor import Actor
from caddy.domain.errors import RuleBroken
from caddy.domain.facts import Fact
from caddy.domain.ndis.identifiers import digits, parse_abn
from caddy.domain.qualifications import QualificationKind
from caddy.extensions import db
from caddy.models import AlertType, Budget, BudgetAlert
from caddy.queries import factors, organizations
from caddy.queries import sessions as open_sessions
from caddy.queue import Job, later
from caddy.transaction import transaction

WHOLE = 100
LAST_HOUR = 23
LAST_WEEKDAY = 6
LONGEST_NUMBER = 20
OWN_FIRST = (
    "Set up a second step for yourself first, on the page “How you sign in”. "
    "Then ask everyone for one."
)
LAST_DAY = 28  # every month has it


@dataclass(frozen=True, slots=True)
class CheckTimes:
    """When budgets and plans are looked at, on the organization's clock. Weekday 0 is Monday."""

    daily_check_hour: int
    weekly_check_weekday: int
    weekly_check_hour: int
    monthly_notice_day: int
    monthly_notice_hour: int


def set_alert_thresholds(warning_percent: int, critical_percent: int, *, actor: Actor) -> None:
    """Choose from which share of a budget on one is warned, and warned again.

    Budgets that still have the old thresholds take the new ones, and those on which an alert
    is now due, or no longer, are looked at again.
    """
    if not 0 < warning_percent < critical_percent <= WHOLE:
        raise RuleBroken(
            "critical_percent",
            "alert_thresholds",
            "The first alert comes before the second, and both are between 1 and 100.",
        )
    with transaction(actor):
        organization = organizations.current()
        for kind, before, after in (
            (AlertType.WARNING, organization.alert_warning_percent, warning_percent),
            (AlertType.CRITICAL, organization.alert_critical_percent, critical_percent),
        ):
            _move(kind, before, after, actor)
        _look_again()
        _change(
            Fact.ALERT_THRESHOLDS_CHANGED,
            {
                "alert_warning_percent": warning_percent,
                "alert_critical_percent": critical_percent,
            },
        )


def set_pace_variance(percent: int, *, actor: Actor) -> None:
    """Choose how far from an even pace spending may be, in percentage points, untold."""
    if not 1 <= percent <= WHOLE:
        raise RuleBroken("pace_variance_percent", "pace_variance", "Between 1 and 100.")
    with transaction(actor):
        before = organizations.current().pace_variance_percent
        for kind in (AlertType.PACE_OVER, AlertType.PACE_UNDER):
            _move(kind, before, percent, actor)
        _change(Fact.PACE_VARIANCE_CHANGED, {"pace_variance_percent": percent})


def set_check_times(times: CheckTimes, *, actor: Actor) -> None:
    """Choose when the daily, weekly and monthly checks are made, on the organization's clock."""
    values = {name: getattr(times, name) for name in times.__dataclass_fields__}
    for name, value in values.items():
        if not _is_time(name, value):
            raise RuleBroken(name, "check_times", "Choose a time from the list.")
    with transaction(actor):
        _change(Fact.CHECK_TIMES_CHANGED, values)


def set_required_qualifications(kinds: Collection[QualificationKind], *, actor: Actor) -> None:
    """Choose what a worker must hold before they are rostered. None is a choice too."""
    wanted = [kind.value for kind in QualificationKind if kind in kinds]
    with transaction(actor):
        _change(Fact.REQUIRED_QUALIFICATIONS_CHANGED, {"required_qualifications": wanted})


def set_provider_numbers(abn: str, registration: str, *, actor: Actor) -> None:
    """Enter the ABN and the NDIS registration number that stand on claims; empty takes one away.

    The ABN has to add up and to be nobody else's, the registration number to be digits.
    """
    try:
        clean = parse_abn(abn) if abn.strip() else None
    except ValueError as error:
        raise RuleBroken("abn", "bad_abn", str(error)) from error
    number = digits(registration)
    if number and not (number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER):
        raise RuleBroken(
            "ndis_registration",
            "bad_registration",
            "A registration number is digits alone, such as 4050 000 123.",
        )
    try:
        with transaction(actor):
            _change(
                Fact.PROVIDER_NUMBERS_CHANGED, {"abn": clean, "ndis_registration": number or None}
            )
    except IntegrityError as error:
        raise RuleBroken(
            "abn", "abn_taken", "An organization with this ABN is here already."
        ) from error


def set_signature_rule(*, is_required: bool, actor: Actor) -> None:
    """Choose whether a service is claimed only once somebody confirmed it by name."""
    with transaction(actor):
        _change(Fact.SIGNATURE_RULE_CHANGED, {"is_signature_required": is_required})


def set_second_factor_rule(*, is_required: bool, actor: Actor) -> None:
    """Choose whether everyone has to set up a second step of signing in before anything else.

    Who has none is led there at their next request, and their live panels end. Raises RuleBroken
    where whoever asks for it has none.
    """
    if is_required and not (actor.user_id and factors.of(actor.user_id).is_any):
        raise RuleBroken("is_second_factor_required", "no_factor", OWN_FIRST)
    with transaction(actor):
        _change(Fact.SECOND_FACTOR_RULE_CHANGED, {"is_second_factor_required": is_required})
        if is_required:
            without = open_sessions.without_second_factor()
            audit.announce_later([rights_changed(user_id) for user_id in without])


def _is_time(name: str, value: int) -> bool:
    if name.endswith("_day"):
        return 1 <= value <= LAST_DAY
    return 0 <= value <= (LAST_WEEKDAY if name.endswith("_weekday") else LAST_HOUR)


def _change(fact: Fact, values: Mapping[str, Any]) -> None:
    """Set some of the organization's columns, and write down what each was before."""
    organization = organizations.current()
    changes = {name: (getattr(organization, name), after) for name, after in values.items()}
    for name, after in values.items():
        setattr(organization, name, after)
    audit.record(fact, organization, changes=changes)


def _move(kind: AlertType, before: int, after: int, actor: Actor) -> None:
    """Give the new threshold to the alerts that still hold the organization's old one."""
    db.session.execute(
        update(BudgetAlert)
        .where(BudgetAlert.type == kind, BudgetAlert.threshold_percent == before)
        .values(threshold_percent=after, updated_at=clock.now(), updated_by=actor.user_id)
        .execution_options(synchronize_session=False)
    )


def _look_again() -> None:
    """Leave a check of every current budget that is over a threshold untold, or told and not over.

    Those of budgets of the past are nobody's concern any more.
    """
    is_over = Budget.spent_cents * WHOLE > Budget.allocated_cents * BudgetAlert.threshold_percent
    changed = db.session.scalars(
        select(Budget.id)
        .join(BudgetAlert, BudgetAlert.budget_id == Budget.id)
        .where(BudgetAlert.type.in_((AlertType.WARNING, AlertType.CRITICAL)))
        .where(Budget.is_current.is_(True), is_over != BudgetAlert.is_triggered)
        .distinct()
        .limit(10_000)
    )
    for budget_id in changed:
        later(Job.CHECK_BUDGET, budget_id)
