"""The forms of the import wizard, and what they make for the actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from caddy.actions.import_files import Incoming, SourceFile, examples
from caddy.actions.imports import NEEDS, NewImport
from caddy.domain.errors import RuleBroken
from caddy.domain.imports.kinds import FieldSpec, ImportKind, fields_of
from caddy.web.access import actor
from caddy.web.forms import Form, choices

ACCEPTED = {
    "accept": ".csv,.xlsx,.txt,text/csv,"
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}


class NewImportForm(Form):
    kind = SelectField("What is in the file?", [InputRequired("Choose what is in the file.")])
    file = FileField(
        "File",
        [FileRequired("Choose a file.")],
        description="A .csv or .xlsx, as the other system writes it. Up to 20 MB.",
        render_kw=dict(ACCEPTED),
    )
    plans = FileField(
        "A second file, of their plans",
        description="Only for participants, where their plans are in a file of their own.",
        render_kw=dict(ACCEPTED),
    )
    source_system = StringField(
        "Name of the old system",
        [Length(max=40, message="That is too long.")],
        description="Write it where the files have ids of the old system. Later files that name "
        "people by those ids need the same name.",
        render_kw={"list": "systems", "autocomplete": "off"},
    )

    def offer(self) -> None:
        """Offer the kinds of files that the person may enter by hand as well."""
        kinds = [kind for kind in ImportKind if actor.may(NEEDS[kind])]
        self.kind.choices = choices(*((kind.value, kind.label) for kind in kinds))

    def new_import(self) -> NewImport:
        plans = self.plans.data
        return NewImport(
            ImportKind(self.kind.data),
            Incoming(self.file.data.stream, self.file.data.filename or ""),
            Incoming(plans.stream, plans.filename or "") if plans else None,
            self.source_system.data or "",
        )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: what it is called, some of its values, which field it is."""

    name: str
    title: str
    examples: Sequence[str]
    field: str


@dataclass(frozen=True, slots=True)
class FileColumns:
    """The columns of one file, with the fields that they may be."""

    file: SourceFile
    fields: Sequence[FieldSpec]
    columns: Sequence[Column]


def columns_of(files: Sequence[SourceFile], typed: Mapping[str, str] | None) -> list[FileColumns]:
    """Return the columns of some files, as they were typed or else as they were guessed."""
    shown = []
    for number, file in enumerate(files):
        chosen = {title: field for field, title in file.mapping.items()}
        seen = examples(file.open())
        columns = []
        for at, title in enumerate(file.header):
            name = f"column-{number}-{at}"
            field = typed.get(name, "") if typed is not None else chosen.get(title, "")
            columns.append(Column(name, title, seen.get(title, []), field))
        shown.append(FileColumns(file, fields_of(file.kind), columns))
    return shown


def mappings_of(files: Sequence[SourceFile], typed: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the columns by field as they were typed; one field is one column."""
    return [
        _mapping(file, [typed.get(f"column-{number}-{at}", "") for at in range(len(file.header))])
        for number, file in enumerate(files)
    ]


def _mapping(file: SourceFile, fields: Sequence[str]) -> dict[str, str]:
    labels = {one.name: one.label for one in fields_of(file.kind)}
    for field, count in Counter(filter(None, fields)).items():
        if count > 1:
            raise RuleBroken(
                None,
                "field_twice",
                f"{labels.get(field, field)} is chosen for {count} columns of {file.file_name}: "
                "choose it for one.",
            )
    return {field: title for field, title in zip(fields, file.header, strict=True) if field}


def reason_lines(errors: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> list[str]:
    """Return why an entry failed, a sentence each, with the field and the cell."""
    lines = []
    for one in errors:
        about = labels.get(one["field"], "")
        cell = f" (“{one['value']}”)" if one["value"] else ""
        lines.append(f"{about}{cell}: {one['reason']}" if about else one["reason"])
    return lines
