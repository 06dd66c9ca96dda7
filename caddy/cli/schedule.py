"""`caddy schedule`: move the outbox into the queue, and find what is due."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Move the outbox and look for what is due, until stopped."""
    from caddy import queue
    from caddy.cli import app_context

    with app_context():
        queue.schedule()
