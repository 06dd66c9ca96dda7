"""`caddy check`: whether totals are what rows sum to, values open, and roles may too much."""

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
    """Compare totals with their rows, open what is encrypted; exit 1 where something is wrong."""
    from dataclasses import asdict

    from caddy import row_security
    from caddy.cli import answer, app_context, organization_scope, progress_bar
    from caddy.queries import audit_chain, checks, encrypted, organizations

    found, sealed = [], []
    with app_context():
        may_change_log = audit_chain.may_change_log()
        bypass = row_security.bypass()
        slugs = [slug] if slug else [one.slug for one in organizations.listed()]
        with progress_bar("Checking", max(len(slugs), 1), show=not as_json) as advance:
            for done, name in enumerate(slugs, start=1):
                with organization_scope(name):
                    found += [{"organization": name, **asdict(one)} for one in checks.differences()]
                    sealed += [{"organization": name, **asdict(one)} for one in encrypted.sealed()]
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
    lines += [f"{one['organization']}: {one['why']} It is of row {one['id']}." for one in sealed]
    if may_change_log:
        lines.append(WARNING)
    if bypass:
        lines.append(bypass.sentence)
    answer(
        {
            "organizations": len(slugs),
            "differences": found,
            "unreadable": sealed,
            "may_change_log": may_change_log,
            "bypasses_row_security": bypass,
        },
        as_json,
        "\n".join(lines),
    )
    if found or sealed:
        sys.exit(1)
