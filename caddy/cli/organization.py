"""`caddy organization add`: set up a provider that starts without the demo."""

from __future__ import annotations

import click


@click.group()
def command() -> None:
    """Set up an organization."""


@command.command()
@click.option("--name", required=True)
@click.option("--abn")
@click.option("--state", default="NSW", show_default=True)
@click.option("--timezone", default="Australia/Sydney", show_default=True)
@click.option(
    "--participants",
    "participant_limit",
    default=100,
    show_default=True,
    type=click.IntRange(0),
    help="How many participants its subscription allows.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def add(
    name: str,
    abn: str | None,
    state: str,
    timezone: str,
    participant_limit: int,
    as_json: bool,
) -> None:
    """Make an empty organization; then give its first person a way in with `caddy user add`."""
    from zoneinfo import available_timezones

    from caddy.actions.organizations import create_organization
    from caddy.cli import answer, app_context
    from caddy.extensions import db
    from caddy.models import Organization
    from caddy.tenancy import scope

    if timezone not in available_timezones():
        raise click.UsageError(f"There is no time zone {timezone!r}, such as Australia/Perth.")
    with app_context():
        organization_id = create_organization(
            name, abn=abn, state=state, timezone=timezone, participant_limit=participant_limit
        )
        with scope(organization_id):
            slug = db.session.get_one(Organization, organization_id).slug
        answer({"slug": slug, "name": name}, as_json, f"{name} is here as {slug}.")
