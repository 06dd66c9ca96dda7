"""`caddy organizations`: which there are."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def command(as_json: bool) -> None:
    """List the organizations with their slugs."""
    from dataclasses import asdict

    from caddy.cli import answer, app_context
    from caddy.queries import organizations

    with app_context():
        found = organizations.listed()
    lines = [f"{one.slug:40} {one.participants:>8,}  {one.name}" for one in found]
    answer(
        [asdict(one) for one in found], as_json, "\n".join(lines) or "There is no organization yet."
    )
