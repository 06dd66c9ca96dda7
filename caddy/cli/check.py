"""`caddy check`: whether every stored total is what its rows sum to, and who may change the log."""

from __future__ import annotations

import sys

import click

WARNING = (
    "Warning: Caddy runs as a database role that may change the audit log, but for its triggers. "
    "docs/operations.md says how to run it as one that may not."
)


@click.command()
@click.option("--organization", "slug", help="Only this organization.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def command(slug: str | None, as_json: bool) -> None:
    """Compare the stored totals with their rows; exit 1 where they differ."""
    from dataclasses import asdict

    from caddy.cli import answer, app_context, organization_scope, progress_bar
    from caddy.queries import audit_chain, checks, organizations

    found = []
    with app_context():
        may_change_log = audit_chain.may_change_log()
        slugs = [slug] if slug else [one.slug for one in organizations.listed()]
        with progress_bar("Checking", max(len(slugs), 1), show=not as_json) as advance:
            for done, name in enumerate(slugs, start=1):
                with organization_scope(name):
                    found += [{"organization": name, **asdict(one)} for one in checks.differences()]
                advance(done)
    lines = [
        f"{one['organization']}: {one['what']} {one['id']}: {one['column']} is {one['stored']}, "
        f"its rows sum to {one['summed']}"
        for one in found
    ]
    lines.append(
        f"{len(found)} differences in {len(slugs)} organizations."
        if found
        else f"Every total of {len(slugs)} organizations is what its rows sum to."
    )
    if may_change_log:
        lines.append(WARNING)
    answer(
        {"organizations": len(slugs), "differences": found, "may_change_log": may_change_log},
        as_json,
        "\n".join(lines),
    )
    if found:
        sys.exit(1)
