"""`caddy demo`: load believable data, for trying Caddy and for measuring it."""

from __future__ import annotations

from typing import Any

import click

DEMO_PASSWORD = "acacia wattle banksia"  # noqa: S105 - printed at every start, for demo data only
MANY_ROWS = 100


@click.command()
@click.option("--organizations", default=2, show_default=True, type=click.IntRange(1, 500))
@click.option("--participants", default=32, show_default=True, type=click.IntRange(1, 1_000_000))
@click.option("--services", default=900, show_default=True, type=click.IntRange(0, 20_000_000))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
@click.option("--yes", is_flag=True, help="Do not ask, even in production.")
def command(
    organizations: int, participants: int, services: int, seed: int, as_json: bool, yes: bool
) -> None:
    """Load demo organizations. The same seed on the same day makes the same data."""
    from caddy.cli import answer, app_context, standing

    with app_context() as app:
        if standing.look(app.config["CADDY"].database_url).sign_ins:
            raise click.ClickException(
                "The demo organizations are here already. Use another database, "
                "or remove the folder var/ to begin anew."
            )
        if app.config["CADDY"].is_production and not yes:
            click.confirm("This installation is in production. Load demo data?", abort=True)
        load(organizations, participants, services, seed, progress=not as_json)
        result = {
            "organizations": organizations,
            "participants": participants,
            "services": services,
            "password": DEMO_PASSWORD,
        }
        answer(
            result,
            as_json,
            f"Loaded {organizations} organizations, {participants:,} participants and "
            f"{services:,} services. Everyone's password: {DEMO_PASSWORD}",
        )


def load(
    organizations: int = 2,
    participants: int = 32,
    services: int = 900,
    seed: int = 1,
    *,
    progress: bool = False,
) -> None:
    """Write the data in one transaction, and a few things more by actions. Needs an app context."""
    from sqlalchemy import insert

    from caddy import clock
    from caddy.actions.passwords import hash_password
    from caddy.cli import progress_bar
    from caddy.cli.demo_data import Generator, Plan
    from caddy.cli.demo_more import add_more
    from caddy.domain.actor import Source, system_actor
    from caddy.extensions import Base, db
    from caddy.queue import NOBODY
    from caddy.table_statistics import count_new_tables
    from caddy.tenancy import unscoped
    from caddy.transaction import transaction

    classes: dict[str, Any] = {
        mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
    }

    def write(table: str, rows: list[dict[str, Any]]) -> None:
        db.session.execute(insert(classes[table]), rows)
        if len(rows) >= MANY_ROWS:
            count_new_tables([table, "search_entries"])

    plan = Plan(
        organizations=organizations,
        participants=participants,
        services=services,
        seed=seed,
        today=clock.today("Australia/Sydney"),
        password_hash=hash_password(DEMO_PASSWORD),
    )
    with (
        unscoped("demo data is written for several organizations at once"),
        transaction(
            system_actor(NOBODY, "Demo", Source.COMMAND), unrecorded="nothing of it happened"
        ),
        progress_bar("Demo data", max(services, 1), show=progress) as advance,
    ):
        for done in Generator(plan, write).run():
            advance(done)
    add_more()
