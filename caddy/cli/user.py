"""`caddy user`: give someone a way to sign in, or take a lost second step away."""

from __future__ import annotations

import sys

import click

from caddy.domain.permissions import Role


@click.group()
def command() -> None:
    """Give someone a way to sign in."""


@command.command()
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--email", required=True)
@click.option("--first-name", required=True)
@click.option("--last-name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def add(
    slug: str | None,
    email: str,
    first_name: str,
    last_name: str,
    role: str,
    password_stdin: bool,
    as_json: bool,
) -> None:
    """Add a member of staff; asks for a password of at least 12 letters."""
    from caddy.actions.organizations import add_user
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.actor import Source, system_actor

    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with app_context(), organization_scope(slug) as organization_id:
        user_id = add_user(
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=Role(role),
            password=password,
            actor=system_actor(organization_id, "Command", Source.COMMAND),
        )
        answer({"id": user_id, "email": email}, as_json, f"{email} can sign in now.")


@command.command("reset-second-step")
@click.option("--organization", "slug", help="The organization's slug.")
@click.option("--email", required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def reset_second_step(slug: str | None, email: str, as_json: bool) -> None:
    """Take the second step away from someone who has lost it, such as the only administrator."""
    from caddy.actions.factors import reset
    from caddy.cli import answer, app_context, organization_scope
    from caddy.domain.actor import Source, system_actor
    from caddy.domain.errors import NotFound
    from caddy.queries.users import named

    with app_context(), organization_scope(slug) as organization_id:
        user_id = named(email)
        if user_id is None:
            raise NotFound("person")
        reset(user_id, actor=system_actor(organization_id, "Command", Source.COMMAND))
        answer(
            {"id": user_id, "email": email}, as_json, f"{email} signs in without a second step now."
        )
