"""The columns of the Support Catalogue, as fields; its cells are read where its file is read."""

from __future__ import annotations

from caddy.domain.imports.fields import FieldSpec, field, identity, wanted
from caddy.domain.ndis.catalogue import COLUMNS, REQUIRED


def _as_it_is(cell: str) -> str:
    return cell


def _field(title: str) -> FieldSpec:
    name = title.lower().replace(" ", "_").replace("-", "_").strip("._")
    if title == "Support Item Number":
        return identity(name, title, _as_it_is)
    return (wanted if title in REQUIRED.values() else field)(name, title, _as_it_is)


CATALOGUE_FIELDS: tuple[FieldSpec, ...] = tuple(_field(title) for title in COLUMNS)
TITLES = {_field(title).name: title for title in COLUMNS}
