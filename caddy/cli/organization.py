"""`caddy organization`: set up a provider that starts without the demo, and its subscription."""

from __future__ import annotations

from datetime import datetime

import click

from caddy.domain.subscriptions import Feature, SubscriptionPlan, SubscriptionStatus


@click.group()
def command() -> None:
    """Set up an organization, or its subscription."""


@command.command()
@click.option("--name", required=True)
@click.option("--abn")
@click.option("--state", default="NSW", show_default=True)
@click.option("--timezone", default="Australia/Sydney", show_default=True)
@click.option(
    "--plan",
    default=SubscriptionPlan.PRO.value,
    show_default=True,
    type=click.Choice([plan.value for plan in SubscriptionPlan]),
)
@click.option(
    "--participants",
    "participant_limit",
    type=click.IntRange(0),
    help="How many participants its subscription allows, where not as many as its plan.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def add(
    name: str,
    abn: str | None,
    state: str,
    timezone: str,
    plan: str,
    participant_limit: int | None,
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
            name,
            abn=abn,
            state=state,
            timezone=timezone,
            plan=SubscriptionPlan(plan),
            participant_limit=participant_limit,
        )
        with scope(organization_id):
            slug = db.session.get_one(Organization, organization_id).slug
        answer({"slug": slug, "name": name}, as_json, f"{name} is here as {slug}.")


@command.command()
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--plan", type=click.Choice([plan.value for plan in SubscriptionPlan]))
@click.option("--status", type=click.Choice([status.value for status in SubscriptionStatus]))
@click.option(
    "--participants",
    "participant_limit",
    type=click.IntRange(0),
    help="How many participants it allows, where not as many as its plan.",
)
@click.option(
    "--ends-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which a cancelled subscription works; without, it ends now.",
)
@click.option(
    "--feature",
    "features",
    multiple=True,
    type=click.Choice([feature.value for feature in Feature]),
    help="A feature beyond its plan; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def subscribe(
    *,
    slug: str | None,
    plan: str | None,
    status: str | None,
    participant_limit: int | None,
    ends_on: datetime | None,
    features: tuple[str, ...],
    as_json: bool,
) -> None:
    """Set the subscription: its plan, state and limits. What is not given stays."""
    from caddy import clock
    from caddy.actions.subscriptions import Wanted, subscribe
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.actor import Source, system_actor
    from caddy.queries import organizations, subscriptions

    with app_context(), organization_scope(slug) as organization_id:
        zone = organizations.current().timezone
        wanted = Wanted(
            plan=SubscriptionPlan(plan) if plan else None,
            status=SubscriptionStatus(status) if status else None,
            participant_limit=participant_limit,
            ends_at=clock.end_of(ends_on.date(), zone) if ends_on else None,
            features=frozenset(Feature(one) for one in features) if features else None,
        )
        subscribe(wanted, actor=system_actor(organization_id, "Command", Source.COMMAND))
        now = subscriptions.current()
        answer(
            {
                "plan": now.plan.value,
                "status": now.status.value,
                "participants": now.participant_limit,
                "ends_at": now.ends_at,
                "features": sorted(now.features),
            },
            as_json,
            f"{now.plan.value.capitalize()}, {now.status.label.lower()}, room for "
            f"{now.participant_limit:,} participants.",
        )
