"""`caddy price`: what a support may cost, from a catalogue file or an organization's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from caddy.domain.claim_types import ClaimType
from caddy.domain.ndis.catalogue import REGIONS, STATES
from caddy.domain.ndis.items import PricedItem

if TYPE_CHECKING:
    from caddy.domain.proposals import ProposedService
    from caddy.domain.quotes import Quote, Support

DAY = click.DateTime(["%Y-%m-%d"])
TIME = click.DateTime(["%H:%M"])


@dataclass(frozen=True, slots=True)
class Place:
    """What an organization knows where a file does not: its items, its state, its clock."""

    items: Sequence[PricedItem]
    state: str | None = None
    zone: str | None = None


@click.command()
@click.argument("item")
@click.option("--date", "day", type=DAY, required=True, help="The day it starts: 2025-11-20.")
@click.option("--start", type=TIME, required=True, help="The time it starts: 19:00.")
@click.option("--end", type=TIME, required=True, help="Before the start means the next day.")
@click.option(
    "--region",
    type=click.Choice(REGIONS, case_sensitive=False),
    help="Where the participant is. The organization's state, or else NATIONAL.",
)
@click.option(
    "--state",
    type=click.Choice(STATES, case_sensitive=False),
    help="Whose public holidays count. The region or the organization's state, or else "
    "only those of all states.",
)
@click.option("--group", type=int, default=1, show_default=True, help="People who share it.")
@click.option(
    "--claim-type",
    type=click.Choice([one.value for one in ClaimType]),
    default=ClaimType.DIRECT.value,
    show_default=True,
)
@click.option(
    "--mmm",
    type=click.IntRange(1, 7),
    help="The participant's Modified Monash area, which caps travel time (one way).",
)
@click.option(
    "--catalogue",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Read the items from an NDIA Support Catalogue; no database is needed.",
)
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def command(
    item: str,
    day: datetime,
    start: datetime,
    end: datetime,
    file: Path | None,
    slug: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Say what ITEM may cost at most, with its time band, exact minutes and the reason."""
    from caddy.cli import answer
    from caddy.domain.quotes import Support, item_on, times_on

    if file and slug:
        raise click.UsageError("Give --catalogue or --organization, not both.")
    if options["mmm"] and options["claim_type"] != ClaimType.TRAVEL:
        raise click.UsageError("--mmm is for --claim-type travel.")
    place = _from_file(file) if file else _from_organization(slug, item, day.date())
    support = Support(
        item_on(place.items, item, day.date()),
        *times_on(day.date(), start.time(), end.time()),
        options["region"] or place.state or "NATIONAL",
        options["group"],
        ClaimType(options["claim_type"]),
        options["mmm"],
    )
    found = _quote(support, place, options["state"])
    answer(_for_machines(support, found), as_json, _for_people(support, found))


def _from_file(file: Path) -> Place:
    from caddy.domain.errors import RuleBroken
    from caddy.domain.ndis.catalogue import CatalogueError, read_catalogue

    try:
        with file.open("rb") as stream:
            return Place(read_catalogue(stream, file.name))
    except CatalogueError as error:
        raise RuleBroken("catalogue", "not_a_catalogue", str(error)) from error


def _from_organization(slug: str | None, item_number: str, day: date) -> Place:
    from caddy.cli import app_context, organization_scope
    from caddy.queries import organizations, support_items

    with app_context(), organization_scope(slug):
        organization = organizations.current()
        items = support_items.holding_on(day) + support_items.numbered(item_number)
        return Place(items, organization.state, organization.timezone)


def _quote(support: Support[PricedItem], place: Place, state: str | None) -> Quote[PricedItem]:
    """Price it with the holidays of its state and the clock of its zone, where these are known."""
    from caddy import clock
    from caddy.domain.bands import minutes_in, wall_minutes
    from caddy.domain.ndis.items import holding
    from caddy.domain.quotes import quote

    state = state or (support.region if support.region in STATES else place.state)
    zone = clock.STATE_ZONES[state] if state and state != place.state else place.zone
    return quote(
        support,
        holding(place.items, support.start.date()),
        lambda day: clock.public_holiday(day, state) is not None,
        minutes_between=minutes_in(zone) if zone else wall_minutes,
    )


def _for_machines(support: Support[PricedItem], found: Quote[PricedItem]) -> dict[str, Any]:
    proposal = found.proposal
    return {
        "item_number": support.item.item_number,
        "name": support.item.name,
        "date": support.start.date(),
        "region": support.region,
        "group": support.people,
        "claim_type": support.claim_type,
        "limit_cents": found.limit_cents,
        "band": found.band,
        "minutes": found.minutes,
        "cost_cents": found.cost_cents,
        "reason": found.reason,
        "proposal": [_service(one) for one in proposal.split] if proposal else None,
        "single": _service(proposal.single) if proposal and proposal.single else None,
    }


def _service(one: ProposedService[PricedItem]) -> dict[str, Any]:
    return {
        "item_number": one.item.item_number,
        "name": one.item.name,
        "band": one.band,
        "start": one.start.isoformat(timespec="minutes"),
        "end": one.end.isoformat(timespec="minutes"),
        "minutes": one.minutes,
        "unit_price_cents": one.unit_price_cents,
        "cost_cents": one.cost_cents,
    }


def _for_people(support: Support[PricedItem], found: Quote[PricedItem]) -> str:
    lines = [
        f"{support.item.item_number}  {support.item.name}",
        f"Limit    {_money(found.limit_cents)}",
        f"Band     {found.band.label if found.band else 'none'}",
        f"Minutes  {found.minutes}",
        f"Cost     {_money(found.cost_cents)}",
        found.reason,
    ]
    if found.proposal and found.proposal.split:
        lines += ["Claim instead:", *map(_line, found.proposal.split)]
    if found.proposal and found.proposal.single:
        lines += ["Or, where one worker delivered it all:", _line(found.proposal.single)]
    return "\n".join(lines)


def _line(one: ProposedService[PricedItem]) -> str:
    from caddy.domain.words import say_time

    return (
        f"  {one.item.item_number}  {say_time(one.start)} to {say_time(one.end)}  "
        f"{one.minutes} min  {_money(one.cost_cents)}"
    )


def _money(cents: int | None) -> str:
    from caddy.domain.money import dollars

    return "none" if cents is None else dollars(cents)
