"""Subscriptions: what each state and plan still allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from caddy.domain.errors import Forbidden, RuleBroken
from caddy.domain.subscriptions import (
    PLANS,
    Feature,
    Subscription,
    SubscriptionPlan,
    SubscriptionStatus,
    check_room,
    refuse_write,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PRO, FREE = SubscriptionPlan.PRO, SubscriptionPlan.FREE
ACTIVE, PAST_DUE, CANCELLED = SubscriptionStatus


def held(plan=PRO, status=ACTIVE, ends_at=None, added=()):
    return Subscription(plan, status, ends_at, 10, frozenset(added))


@pytest.mark.parametrize(
    ("status", "ends_in", "is_over", "says"),
    [
        (ACTIVE, None, False, ""),
        (PAST_DUE, None, False, "late"),
        (CANCELLED, 1, False, ""),
        (CANCELLED, 0, True, "ended"),
        (CANCELLED, None, True, "ended"),
    ],
)
def test_only_one_that_is_over_is_read_only(status, ends_in, is_over, says):
    one = held(status=status, ends_at=None if ends_in is None else NOW + timedelta(days=ends_in))
    assert one.is_read_only(NOW) is is_over
    assert says in one.notice(NOW)
    assert bool(one.notice(NOW)) is bool(says)
    refuse_write(one, None, NOW, always_works=True)
    if is_over:
        with pytest.raises(Forbidden, match="renew the subscription"):
            refuse_write(one, None, NOW, always_works=False)
    else:
        refuse_write(one, None, NOW, always_works=False)


def test_a_feature_comes_with_the_plan_or_on_top_of_it():
    refuse_write(held(), Feature.IMPORTS, NOW, always_works=False)
    with pytest.raises(Forbidden, match="The Free plan does not include this"):
        refuse_write(held(FREE), Feature.IMPORTS, NOW, always_works=False)
    refuse_write(held(FREE, added=["imports", "gone"]), Feature.IMPORTS, NOW, always_works=False)


def test_a_file_fits_up_to_the_last_byte_of_the_plan():
    room = PLANS[FREE].storage_bytes
    check_room(room - 10, 10, held(FREE))
    with pytest.raises(RuleBroken, match="room for 1 GB"):
        check_room(room - 10, 11, held(FREE))


def test_every_plan_holds_at_least_what_the_smaller_one_does():
    free, pro, enterprise = (PLANS[plan] for plan in SubscriptionPlan)
    for less, more in ((free, pro), (pro, enterprise)):
        assert less.participants < more.participants
        assert less.storage_bytes < more.storage_bytes
        assert less.file_bytes < more.file_bytes
        assert less.features <= more.features
