"""Hiding the first steps of a new organization from oneself, and showing them again."""

from __future__ import annotations

from caddy import audit, clock
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.extensions import db
from caddy.models import User
from caddy.transaction import transaction


def choose_first_steps(*, is_shown: bool, actor: Actor) -> None:
    """Show or hide the first steps to oneself; others see them as before."""
    with transaction(actor):
        user = db.session.get_one(User, actor.user_id)
        was_shown = user.first_steps_hidden_at is None
        user.first_steps_hidden_at = None if is_shown else clock.now()
        changes = {"is_shown": (was_shown, is_shown)} if was_shown != is_shown else {}
        audit.record(Fact.FIRST_STEPS_CHOSEN, user, changes=changes)
