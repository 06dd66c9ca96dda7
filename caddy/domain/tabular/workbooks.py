"""Tables as workbooks: the sheets of an .xlsx, streamed a row at a time.

Read here and not by a library, for a library lays a sheet out whole: one cell in the last corner,
or one long text in every cell, and the memory is gone.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO
from xml.parsers import expat

from caddy.domain.tabular.limits import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_PARTS,
    MOST_ROWS,
    MOST_STRINGS,
    MOST_UNPACKED_BYTES,
    UnreadableFile,
    too_long_a_cell,
    too_many_columns,
    too_many_rows,
)
from caddy.domain.tabular.number_formats import Format, built_in, of_code, shown

CHUNK = 64 * 1024
DAMAGED = "This .xlsx file is damaged. Open it in a spreadsheet and save it again."
NO_BOOK = "This file is not an .xlsx workbook that can be read."
_CELL = re.compile(r"([A-Z]{1,3})\d*")
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_ALLOWED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row by its number in the sheet; `formulas` are columns, counted from 0."""

    place: int
    values: list[str]
    formulas: frozenset[int]


@dataclass(slots=True)
class Book:
    """What the sheets of a workbook share: their texts and their formats."""

    archive: zipfile.ZipFile
    sheets: list[tuple[str, str]] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    formats: list[Format] = field(default_factory=list)
    is_1904: bool = False

    def rows_of(self, part: str) -> Iterator[SheetRow]:
        """Return the rows of a sheet that have a value, in their order."""
        reader = _SheetReader(self)
        for _ in _parsed(self.archive, part, reader.start, reader.end, reader.data):
            yield from reader.done
            reader.done.clear()


def open_book(stream: BinaryIO) -> Book:
    """Return a workbook with its list of sheets, or raise UnreadableFile.

    Sizes are looked at before anything is unpacked: a small file can hold gigabytes of nothing.
    No part is read beyond the size that it declares.
    """
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
    # zipfile raises NotImplementedError for a way of packing that it does not know.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFile(DAMAGED) from error
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES:
        raise UnreadableFile("This .xlsx file unpacks to more than can be read.")
    if any(m.flag_bits & 1 or m.compress_type not in _ALLOWED for m in members):
        raise UnreadableFile("This .xlsx file is locked. Save it without a password.")
    book = Book(archive)
    base = next((m.filename for m in members if m.filename.endswith("workbook.xml")), None)
    if base is None:
        raise UnreadableFile(NO_BOOK)
    _read_frame(book, base, {member.filename for member in members})
    if not book.sheets:
        raise UnreadableFile(NO_BOOK)
    return book


def _parsed(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    data: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Call for each element of a part; yield after each chunk, so that a reader may hand on."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                parser.Parse(chunk)
                yield
            parser.Parse(b"", True)
            yield
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise UnreadableFile(DAMAGED) from error
    except expat.ExpatError as error:
        raise UnreadableFile(DAMAGED) from error


def _refuse_doctype(*_: object) -> None:
    raise UnreadableFile(DAMAGED)


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def _read_frame(book: Book, base: str, parts: set[str]) -> None:
    """Read which sheets there are, and what they share."""
    folder = posixpath.dirname(base)
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}

    def sheet(name: str, attributes: Attributes) -> None:
        if _local(name) == "sheet":
            ids = [value for key, value in attributes.items() if _local(key) == "id"]
            named.append((attributes.get("name", ""), ids[-1] if ids else ""))
        elif _local(name) == "workbookPr":
            book.is_1904 = attributes.get("date1904") in {"1", "true"}

    def relation(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            targets[attributes.get("Id", "")] = path
            kinds[attributes.get("Type", "").rpartition("/")[2]] = path

    _drain(book, base, sheet)
    _drain(book, f"{folder}/_rels/{posixpath.basename(base)}.rels".lstrip("/"), relation)
    book.sheets = [(name, targets[key]) for name, key in named if targets.get(key) in parts]
    if kinds.get("sharedStrings") in parts:
        strings = _StringsReader(book)
        _drain(book, kinds["sharedStrings"], strings.start, strings.end, strings.data)
    if kinds.get("styles") in parts:
        _drain(book, kinds["styles"], _StylesReader(book).start)


def _drain(
    book: Book,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    data: Callable[[str], None] | None = None,
) -> None:
    for _ in _parsed(book.archive, part, start, end, data):
        pass


class _StylesReader:
    """Reads which format each style of a cell has."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._codes: dict[str, Format] = {}
        self._is_in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        local = _local(name)
        if local == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = of_code(attributes.get("formatCode", ""))
        elif local in {"cellXfs", "cellStyles", "cellStyleXfs", "dxfs"}:
            self._is_in_cells = local == "cellXfs"
        elif local == "xf" and self._is_in_cells:
            key = attributes.get("numFmtId", "0")
            known = self._codes.get(key)
            self._book.formats.append(known or built_in(_number(key, 0)))


class _TextReader:
    """Gathers the text of `t` elements; spelling aids of Asian scripts are left out."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._is_text = False
        self._aids = 0
        self._row = 0

    def data(self, text: str) -> None:
        if self._is_text and not self._aids:
            self._length += len(text)
            if self._length > LONGEST_CELL:
                raise too_long_a_cell(self._row)
            self._parts.append(text)

    def _take(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        self._length = 0
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


# A control character is written as its number in hexadecimal (ECMA-376 part 1, 22.9.2.19).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _StringsReader(_TextReader):
    """Reads the texts that cells refer to by number."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - expat's call
        local = _local(name)
        self._is_text = local == "t"
        self._aids += local == "rPh"

    def end(self, name: str) -> None:
        local = _local(name)
        self._is_text = False
        self._aids -= local == "rPh"
        if local == "si":
            if len(self._book.strings) >= MOST_STRINGS:
                raise UnreadableFile("This .xlsx file unpacks to more than can be read.")
            self._book.strings.append(self._take())


class _SheetReader(_TextReader):
    """Reads cells into rows; a cell without a value, however far away, takes no room."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.done: list[SheetRow] = []
        self._book = book
        self._column = -1
        self._type = self._style = ""
        self._values: list[str] = []
        self._formulas: set[int] = set()
        self._has_formula = False

    def start(self, name: str, attributes: Attributes) -> None:
        local = _local(name)
        if local == "c":
            self._column = _column(attributes.get("r", ""), self._column)
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._has_formula = False
        elif local in {"v", "t"}:
            self._is_text = True
        elif local == "row":
            self._row = _number(attributes.get("r", ""), self._row + 1)
            self._column = -1
        elif local == "f":
            self._has_formula = True
        elif local == "rPh":
            self._aids += 1

    def end(self, name: str) -> None:
        local = _local(name)
        self._is_text = False
        if local == "c":
            self._put(self._value(self._take()))
        elif local == "row":
            self._finish_row()
        elif local == "rPh":
            self._aids -= 1

    def _put(self, value: str) -> None:
        at = self._column
        if self._has_formula and at < MOST_COLUMNS:
            self._formulas.add(at)
        if not value:
            return
        if at >= MOST_COLUMNS:
            raise too_many_columns(self._row)
        self._values.extend([""] * (at + 1 - len(self._values)))
        self._values[at] = value

    def _finish_row(self) -> None:
        if self._values:
            if self._row > MOST_ROWS + 1:
                raise too_many_rows()
            self.done.append(SheetRow(self._row, self._values, frozenset(self._formulas)))
            self._values = []
        self._formulas.clear()

    def _value(self, text: str) -> str:
        if not text or self._type in {"str", "inlineStr", "e"}:
            return text
        if self._type == "s":
            strings = self._book.strings
            at = _number(text.strip(), len(strings))
            if at >= len(strings):
                raise UnreadableFile(DAMAGED)
            return strings[at]
        if self._type == "b":
            return "Y" if text.strip() == "1" else "N"
        if self._type == "d":
            return text.removesuffix("T00:00:00").replace("T", " ")
        style = _number(self._style, 0)
        formats = self._book.formats
        its_format = formats[style] if style < len(formats) else Format.NUMBER
        return shown(text.strip(), its_format, is_1904=self._book.is_1904)


def _number(digits: str, otherwise: int) -> int:
    """Return a number of at most nine digits, as a workbook counts."""
    return int(digits) if _COUNT.fullmatch(digits) else otherwise


@lru_cache(maxsize=MOST_COLUMNS)
def _letters(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _column(reference: str, before: int) -> int:
    """Return a cell's column from 0; one without a reference follows the one before it."""
    found = _CELL.match(reference)
    if not found:
        return before + 1
    return _letters(found[1])
