"""`caddy schema`: the data dictionary, written from the models."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import click

from caddy.config import ROOT

PLACE = ROOT / "docs" / "data-dictionary.md"
PREFACE = """\
Written by `bin/caddy schema` from the models; a test compares the two. Money is integer cents,
lengths are minutes, instants are UTC, ids are UUIDv7. Every row has `created_at`, `updated_at`,
`created_by`, `updated_by`. A row of a tenant carries `organization_id`, and its foreign keys name
it too, so that nothing points across organizations."""


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the file is out of date.")
def command(check: bool) -> None:
    """Write docs/data-dictionary.md from the models."""
    text = dictionary()
    if check:
        if not PLACE.exists() or PLACE.read_text() != text:
            sys.exit("docs/data-dictionary.md is out of date: run bin/caddy schema.")
        return
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    Path(PLACE).write_text(text)
    click.echo(f"Wrote {PLACE.relative_to(ROOT)}.")


def dictionary() -> str:
    """Return the whole data dictionary as Markdown."""
    import caddy.models
    import caddy.queue  # noqa: F401 - its outbox is a table too
    from caddy.extensions import Base

    classes = sorted(
        (mapper.class_ for mapper in Base.registry.mappers), key=lambda one: one.__tablename__
    )
    lines = [
        "# Data dictionary",
        "",
        PREFACE,
        "",
        "```mermaid",
        "erDiagram",
        *_arrows(classes),
        "```",
    ]
    for cls in classes:
        lines += _table(cls)
    return "\n".join(lines) + "\n"


def _arrows(classes: list[Any]) -> list[str]:
    arrows = set()
    for cls in classes:
        for key in cls.__table__.foreign_key_constraints:
            parent = key.referred_table.name
            column = next((one.name for one in key.columns if one.name != "organization_id"), None)
            many = "|o" if column and cls.__table__.c[column].nullable else "||"
            if column or parent == "organizations":
                arrows.add(f"    {parent} {many}--o{{ {cls.__tablename__} : has")
    return sorted(arrows)


def _table(cls: Any) -> list[str]:
    table = cls.__table__
    own = inspect.cleandoc(cls.__doc__ or "")
    module = inspect.getmodule(cls)
    about = inspect.cleandoc(module.__doc__ or "") if module else ""
    purpose = about if not own or own.startswith(f"{cls.__name__}(") else own
    lines = ["", f"## {table.name}", "", purpose, ""]
    lines += ["| column | type | null | default |", "|---|---|---|---|"]
    for column in table.columns:
        default = _default(column)
        null = "yes" if column.nullable else ""
        lines.append(f"| `{column.name}` | {_type(column.type)} | {null} | {default} |")
    lines += ["", *_rules(table)]
    return lines


def _type(kind: Any) -> str:
    name = type(kind).__name__
    if name == "Enum":
        return "one of " + ", ".join(f"`{word}`" for word in kind.enums)
    length = getattr(kind, "length", None)
    return f"{name}({length})" if length else name


def _default(column: Any) -> str:
    if column.computed is not None:
        return f"computed: `{column.computed.sqltext}`"
    value = getattr(column.default, "arg", None)
    if value is None or callable(value):
        return ""
    return f"`{getattr(value, 'value', value)}`"


def _rules(table: Any) -> list[str]:
    from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint

    found = []
    for one in table.constraints:
        columns = ", ".join(column.name for column in getattr(one, "columns", []))
        if isinstance(one, UniqueConstraint):
            found.append(f"- unique: {columns}")
        elif isinstance(one, ForeignKeyConstraint):
            found.append(f"- points at `{one.referred_table.name}`: {columns}")
        elif isinstance(one, CheckConstraint) and " IN (" not in str(one.sqltext):
            found.append(f"- check: `{one.sqltext}`")
    for index in table.indexes:
        columns = ", ".join(column.name for column in index.columns)
        found.append(f"- {'unique ' if index.unique else ''}index: {columns}")
    return sorted(found)
