"""The forms of answers: choosing a file, and saying which of its columns is which."""

from __future__ import annotations

from collections.abc import Mapping

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField

from caddy.domain.ndis.result_file import Column, ResultTable
from caddy.web.forms import Form, choices

SAMPLES = 3
MOST_COLUMNS = 100
LONGEST_SHOWN = 60


class ResultForm(Form):
    file = FileField(
        "Result or remittance file",
        [FileRequired("Choose a file.")],
        description="As it was downloaded: .csv or .xlsx.",
        render_kw={
            "accept": ".csv,.xlsx,text/csv,"
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        },
    )
    wants_to_choose = BooleanField("Let me check the columns first")


def named(table: ResultTable) -> dict[str, str]:
    """Return the columns of a file that have a name, each once, by their place."""
    found: dict[str, str] = {}
    for place, name in enumerate(table.header[:MOST_COLUMNS]):
        if name and name not in found.values():
            found[str(place)] = name
    return found


def samples(table: ResultTable) -> list[tuple[str, list[str]]]:
    """Return each column's name and what stands first in it, shortened."""
    rows = [row for row in table.rows[: 5 * SAMPLES] if any(cell.strip() for cell in row)]
    return [
        (
            name[:LONGEST_SHOWN],
            [
                row[int(place)].strip()[:LONGEST_SHOWN] if int(place) < len(row) else ""
                for row in rows[:SAMPLES]
            ],
        )
        for place, name in named(table).items()
    ]


class MappingForm(Form):
    """A choice for each thing that an answer can hold; `make` gives it a file's columns."""

    @classmethod
    def make(cls, table: ResultTable, guessed: Mapping[Column, str]) -> MappingForm:
        """Return the form with the columns of a file, those that were guessed chosen."""
        names = named(table)
        firsts = [next((cell for cell in cells if cell), "") for _, cells in samples(table)]
        offered = choices(
            ("", "Not in this file"),
            *(
                (place, f"{name[:LONGEST_SHOWN]} ({first})" if first else name[:LONGEST_SHOWN])
                for (place, name), first in zip(names.items(), firsts, strict=True)
            ),
        )
        places = {name: place for place, name in names.items()}
        fields = {
            column.value: SelectField(column.label, choices=offered, description=column.hint)
            for column in Column
        }
        made = type("FilesMappingForm", (cls,), fields)
        data = {column.value: places.get(name, "") for column, name in guessed.items()}
        form: MappingForm = made(data=data)
        form.names = names
        return form

    names: Mapping[str, str] = {}

    def mapping(self) -> dict[Column, str]:
        """Return which column holds what, by name."""
        return {
            column: self.names[self[column.value].data]
            for column in Column
            if self[column.value].data in self.names
        }
