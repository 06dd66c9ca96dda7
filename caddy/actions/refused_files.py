"""Writing down that a file was refused because of a virus, whatever it was sent to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from caddy import audit
from caddy.domain.actor import Actor
from caddy.domain.facts import Fact
from caddy.domain.files import LONGEST_NAME
from caddy.queries import organizations
from caddy.transaction import transaction
from caddy.virus_scan import Infected


@contextmanager
def noted(file_name: str, actor: Actor) -> Iterator[None]:
    """Note a virus that is found inside, by whom it was sent, and let the refusal go on.

    Belongs around the storage, outside any transaction.
    """
    try:
        yield
    except Infected as infected:
        with transaction(actor):
            audit.record(
                Fact.FILE_REFUSED,
                organizations.current(),
                changes={
                    "file_name": file_name[-LONGEST_NAME:],
                    "sha256": infected.sha256,
                    "found": infected.signature,
                },
            )
        raise
