"""`caddy migrate`: the database's tables, up to date or back."""

from __future__ import annotations

import click


@click.command()
@click.option("--down-to", metavar="REVISION", help="Go back to a revision, or to `base`.")
def command(down_to: str | None) -> None:
    """Bring the database's tables up to date."""
    from caddy import schema
    from caddy.cli import app_context

    with app_context() as app:
        app.config["CADDY"].var.mkdir(parents=True, exist_ok=True)
        if down_to:
            schema.downgrade(down_to)
        else:
            schema.upgrade()
