"""Doing something only to see what would become of it: the whole of it, and then nothing.

The only place that undoes what went well. What is shown before a button is pressed is so
worked out by the very code that does it, limits and refusals and all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from caddy.domain.actor import Actor
from caddy.transaction import transaction


class _UndoneError(Exception):
    """Ends the transaction of a trial; nobody sees it."""


@contextmanager
def transaction_or_trial(actor: Actor, *, is_trial: bool) -> Iterator[None]:
    """Do one thing whole, or, as a trial, see that it could be done and do nothing."""
    try:
        with transaction(actor):
            yield
            if is_trial:
                raise _UndoneError
    except _UndoneError:
        return
