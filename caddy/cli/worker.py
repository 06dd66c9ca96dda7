"""`caddy worker`: run jobs."""

from __future__ import annotations

import click


@click.command()
@click.option("--burst", is_flag=True, help="Stop when there is nothing left to do.")
def command(burst: bool) -> None:
    """Run jobs until stopped."""
    from caddy import pdf, queue
    from caddy.cli import app_context

    with app_context():
        pdf.warm_up()  # before it forks
        queue.work(burst=burst)
