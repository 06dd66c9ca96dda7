"""`caddy audit`: proving that the audit log is as it was written."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from caddy.domain.audit_chain import Head
    from caddy.queries.audit_chain import ChainReport

ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})")


@click.group()
def command() -> None:
    """Prove that the audit log is as it was written."""


@command.command()
@click.option("--organization", "slug", help="Only this organization.")
@click.option("--anchor", help="NUMBER:HASH that was kept elsewhere: the row must be that one.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for machines.")
def verify(slug: str | None, anchor: str | None, as_json: bool) -> None:
    """Read every row of the log; name each that was edited, put in, moved or taken out.

    Exits 1 where any was. People may work meanwhile: it reads the log at one moment.
    """
    from caddy.cli import answer, app_context, organization_scope, progress_bar
    from caddy.queries import audit_chain, organizations

    kept = _anchor(anchor, slug)
    reports = {}
    with app_context():
        slugs = [slug] if slug else [one.slug for one in organizations.listed()]
        with progress_bar("Verifying", max(len(slugs), 1), show=not as_json) as advance:
            for done, name in enumerate(slugs, start=1):
                with organization_scope(name):
                    reports[name] = audit_chain.verified(kept)
                advance(done)
    lines = [line for name, report in reports.items() for line in _lines(name, report, kept)]
    told = [_told(name, report) for name, report in reports.items()]
    is_whole = all(report.is_whole for report in reports.values())
    answer({"is_whole": is_whole, "organizations": told}, as_json, "\n".join(lines))
    if not is_whole:
        sys.exit(1)


def _anchor(typed: str | None, slug: str | None) -> Head | None:
    from caddy.domain.audit_chain import Head

    if typed is None:
        return None
    found = ANCHOR.fullmatch(typed.strip().lower())
    if found is None or slug is None:
        raise click.UsageError(
            "An anchor is a number, a colon and 64 hexadecimal digits, of one --organization."
        )
    return Head(int(found[1]), found[2])


def _lines(name: str, report: ChainReport, anchor: Head | None) -> list[str]:
    lines = [f"{name}: {one.sentence}" for one in report.findings]
    if report.is_cut:
        lines.append(f"{name}: There is more that is wrong.")
    if anchor is not None and not report.anchor_holds:
        lines.append(f"{name}: Row {anchor.sequence:,} does not have the hash that was kept.")
    if report.is_whole and report.head:
        lines.append(
            f"{name}: {report.rows:,} rows, each as it was written. "
            f"Keep this elsewhere: {report.head.sequence}:{report.head.hash}"
        )
    return lines


def _told(name: str, report: ChainReport) -> dict[str, Any]:
    from dataclasses import asdict

    return {"organization": name, "is_whole": report.is_whole, **asdict(report)}
