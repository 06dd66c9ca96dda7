"""`caddy schedule`: move the outbox into the queue, and find what is due."""

from __future__ import annotations

import click


@click.command()
def command() -> None:
    """Move the outbox and look for what is due, until stopped."""
    from caddy import queue, row_security
    from caddy.cli import app_context

    with app_context() as app:
        if app.config["CADDY"].is_production:
            row_security.warn()
        queue.schedule()
