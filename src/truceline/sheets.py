"""Bytes of a table file -> a header and rows of text, each with its line.

CSV (comma, semicolon, tab), JSON Lines, GeoJSON, XLSX and Parquet come out the same. What cannot be a table is refused
with where and why; a single row that cannot be read is set aside and the rest goes on.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, TypeVar

from .errors import InputError, Problem
from .nouns import WITHHELD, Exposure, SetAside
from .withheld import UNREAD

MAX_CELL = 1_000_000
MAX_UNPACKED = 512 * 1024 * 1024
MAX_RATIO = 200
MAX_PARTS = 5000
MAX_COLUMNS = 2000
MAX_GAP = 100_000
"""So many empty lines may an XLSX hold."""
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".jsonl", ".ndjson", ".geojson", ".json", ".parquet")

MOST = 99_999_999
"""No count of people or things is larger."""
_EITHER = re.compile(r"^[-+]?\d{1,3},\d{3}$")

csv.field_size_limit(MAX_CELL)
E = TypeVar("E", bound=StrEnum)


class CellError(ValueError):
    """One cell of a row cannot be read: its column, what was found, what was expected."""

    def __init__(self, column: str, found: str, expected: str) -> None:
        self.column, self.found, self.expected = column, found, expected
        super().__init__(f"{column}: found {found!r}; expected {expected}")


def put_aside(file: str, row: Row, column: str, value: str, reason: str) -> SetAside:
    """The row as set aside; the value of a row that is not public is withheld, and so is one whose exposure is unclear."""
    if row.exposure is not Exposure.PUBLIC:  # a reason may quote the value in brackets
        value, reason = WITHHELD, reason.partition(" (")[0]
    return SetAside(file, row.line, column, value, reason, row.exposure)


@dataclass(slots=True)
class Row:
    """One row: its line and its cells. Cells are taken out as they are read; what stays was left unread."""

    line: int
    cells: dict[str, str]
    exposure: Exposure = Exposure.PUBLIC

    def __post_init__(self) -> None:
        said = self.cells.get("exposure", "").strip().lower()
        if said:
            self.exposure = Exposure(said) if said in set(Exposure) else Exposure.SEALED

    def text(self, *names: str, required: bool = False) -> str:
        """Take a cell by the first of these names that has something; CellError where it is required and empty."""
        if len(names) == 1:
            value = self.cells.pop(names[0], "")
        else:
            found = [self.cells.pop(name, "") for name in names]
            value = next((f for f in found if f), "")
        if required and not value:
            raise CellError(names[0], "", "a value")
        return value

    def number(self, *names: str, low: float = -1e12, high: float = 1e12) -> float | None:
        """Take a finite number within [low, high]; None where the cell is empty.

        A decimal comma is read; `1,234`, which may be either, is refused.
        """
        value = self.text(*names)
        if not value:
            return None
        plain = value.replace("\u00a0", "").replace(" ", "")
        if _EITHER.match(plain):
            raise CellError(names[0], value, "a number without a separator of thousands, such as 1234 or 1.234")
        plain = plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain.replace(",", "")
        try:
            number = float(plain)
        except ValueError:
            raise CellError(names[0], value, "a number") from None
        if not low <= number <= high:
            raise CellError(names[0], value, f"a number from {low:g} to {high:g}")
        return number

    def count(self, *names: str) -> int | None:
        """Take a whole number of zero or more."""
        value = self.text(*names)
        if not value:
            return None
        text = value.replace(",", "").replace(" ", "").removesuffix(".0")
        if not text.removeprefix("-").isdecimal():
            raise CellError(names[0], value, "a whole number")
        if text.startswith("-") and text.strip("-0"):
            raise CellError(names[0], value, "no less than 0")
        if len(text.lstrip("-0")) > len(str(MOST)):
            raise CellError(names[0], value, f"no more than {MOST:,}; is it the number of a telephone?")
        return abs(int(text))

    def choice(self, kind: type[E], name: str, default: E) -> E:
        """Take one of a closed list, in any case; the default where the cell is empty."""
        value = self.text(name)
        if not value:
            return default
        try:
            return kind(value.strip().lower().replace(" ", "_").replace("-", "_"))
        except ValueError:
            raise CellError(name, value, "one of " + ", ".join(kind)) from None

    def many(self, *names: str) -> tuple[str, ...]:
        """Take a list separated by semicolons."""
        return tuple(part.strip() for part in self.text(*names).split(";") if part.strip())

    def rest(self) -> dict[str, str]:
        """What nobody has read and is not empty."""
        return {name: value for name, value in self.cells.items() if value}


@dataclass(slots=True)
class Sheet:
    """A table as text. `set_aside` holds rows that are no rows."""

    file: str
    header: list[str]
    rows: list[Row]
    set_aside: list[SetAside] = field(default_factory=list)

    def lacking(self, *wanted: str) -> list[str]:
        """Which of these columns the header does not have."""
        return [name for name in wanted if name not in self.header]


def read(file: str, data: bytes) -> Sheet:
    """The table in these bytes, by the file's suffix; raises InputError where it is none."""
    suffix = PurePosixPath(file).suffix.lower()
    if suffix == ".xlsx":
        return _xlsx(file, data)
    if suffix == ".parquet":
        return _parquet(file, data)
    if suffix in {".jsonl", ".ndjson"}:
        return _objects(file, _lines_of_json(file, _decoded(file, data)))
    if suffix in {".geojson", ".json"}:
        return _objects(file, _features(file, _decoded(file, data)))
    if suffix in {".csv", ".tsv", ".txt"}:
        return _csv(file, _decoded(file, data))
    raise InputError(Problem(file, 0, "", f"a file ending in {suffix or 'nothing'}", "one of " + ", ".join(SUFFIXES)))


HEAD_ROWS = 30


def head(file: str, data: bytes) -> Sheet:
    """The header and the first rows alone, where that is quicker than the whole; raises InputError as `read` does."""
    suffix = PurePosixPath(file).suffix.lower()
    if suffix == ".xlsx":
        return _xlsx(file, data, HEAD_ROWS)
    if suffix in {".csv", ".tsv", ".txt"} and len(data) > 1_000_000 and data[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        return read(file, data[: data.rfind(b"\n", 0, 200_000) + 1] or data)
    return read(file, data)


def _decoded(file: str, data: bytes) -> str:
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        found = f"byte 0x{data[error.start]:02x}, which is not UTF-8"
        raise InputError(Problem(file, line, "", found, "UTF-8 text; save it again as 'CSV UTF-8'")) from None


def tidy(name: str) -> str:
    """A header cell as a column name: lower case, words joined by underscores."""
    return "_".join(name.replace("\ufeff", "").strip().strip("'").lower().replace("-", "_").split())


def _header(file: str, cells: list[str], line: int) -> list[str]:
    names = [tidy(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    if repeated:
        raise InputError(Problem(file, line, "", f"the same column twice: {', '.join(repeated)}", "each column once"))
    if not any(names):
        raise InputError(Problem(file, line, "", "no header", "a first line with the names of the columns"))
    return names


MOST_BROKEN = 1000


def _csv(file: str, text: str) -> Sheet:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda mark: (first.count(mark), mark == ","))
    lines = io.StringIO(text, newline=None).readlines()
    sheet: Sheet | None = None
    broken: list[SetAside] = []
    begin = 0
    while begin < len(lines):
        reader = csv.reader(lines[begin:], delimiter=delimiter, strict=True)
        row = begin
        try:
            for cells in reader:
                row, line = begin + reader.line_num, row + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if sheet is None:
                    sheet = Sheet(file, _header(file, cells, line), [])
                    continue
                _add(sheet, line, [cell.strip() for cell in cells])
            break
        except csv.Error as error:
            # A quotation mark that is never closed would swallow all that follows: only its own line is given up.
            reason = f"a row that never ends or is broken ({error}); expected closed quotation marks"
            broken.append(SetAside(file, row + 1, "", UNREAD, reason))
            begin = row + 1
            if sheet is None or len(broken) > MOST_BROKEN:
                raise InputError(Problem(file, row + 1, "", "a broken row", "closed quotation marks")) from None
    if sheet is None:
        raise InputError(Problem(file, 1, "", "an empty file", "a first line with the names of the columns"))
    sheet.set_aside += broken
    return sheet


def _add(sheet: Sheet, line: int, cells: list[str]) -> None:
    width = len(sheet.header)
    if any(cells[width:]):
        reason = f"the row has {len(cells)} cells and the header {width}; is a text with separators unquoted?"
        sheet.set_aside.append(SetAside(sheet.file, line, "", UNREAD, reason))
        return
    padded = cells[:width] + [""] * (width - len(cells))
    sheet.rows.append(Row(line, {name: cell for name, cell in zip(sheet.header, padded, strict=True) if name}))


def _lines_of_json(file: str, text: str) -> Iterator[tuple[int, dict[str, Any] | SetAside]]:
    for line, content in enumerate(text.split("\n"), 1):  # not splitlines: U+2028 may stand in a text
        if not content.strip():
            continue
        try:
            value = json.loads(content)
        except (json.JSONDecodeError, RecursionError) as error:
            yield line, SetAside(file, line, "", UNREAD, f"not JSON ({error.args[0]}); expected one object a line")
            continue
        if isinstance(value, dict):
            yield line, value
        else:
            yield line, SetAside(file, line, "", UNREAD, "expected one object a line")


def _features(file: str, text: str) -> Iterator[tuple[int, dict[str, Any] | SetAside]]:
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise InputError(
            Problem(file, line, "", f"no JSON ({error})", "a GeoJSON FeatureCollection or a list of objects")
        ) from None
    items = value.get("features") if isinstance(value, dict) else value
    if not isinstance(items, list):
        raise InputError(
            Problem(file, 1, "", "neither features nor a list", "a GeoJSON FeatureCollection or a list of objects")
        )
    for number, item in enumerate(items, 1):
        yield number, _feature(file, number, item)


def _feature(file: str, number: int, item: object) -> dict[str, Any] | SetAside:
    if not isinstance(item, dict):
        return SetAside(file, number, "", UNREAD, "expected an object")
    if item.get("type") != "Feature":
        return item
    properties = dict(item.get("properties") or {})
    geometry = item.get("geometry")
    if geometry is None:
        return properties
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(coordinates, list) or geometry.get("type") != "Point" or len(coordinates) < 2:
        return SetAside(file, number, "geometry", UNREAD, "expected a Point; give areas as a point with radius_m")
    return {"lon_deg": coordinates[0], "lat_deg": coordinates[1], **properties}


def _objects(file: str, items: Iterator[tuple[int, dict[str, Any] | SetAside]]) -> Sheet:
    sheet = Sheet(file, [], [])
    for line, item in items:
        if isinstance(item, SetAside):
            sheet.set_aside.append(item)
            continue
        cells = {tidy(name): _as_text(value) for name, value in item.items()}
        sheet.header.extend(name for name in cells if name not in sheet.header)
        sheet.rows.append(Row(line, cells))
    return sheet


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) and value.tzinfo is None else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR0124
    if isinstance(value, (list, tuple)):
        return ";".join(_as_text(v) for v in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value).strip()


def _xlsx(file: str, data: bytes, most: int | None = None) -> Sheet:
    (_, sheet), *others = every(file, data, most, first=True)
    if not sheet.header:
        raise InputError(Problem(file, 1, "", "an empty first sheet", "a first row with the names of the columns"))
    for title, _ in others:
        reason = "only the first sheet is read; save this one as a file of its own"
        sheet.set_aside.append(SetAside(file, 0, "", f"sheet {title!r}", reason))
    return sheet


def every(file: str, data: bytes, most: int | None = None, *, first: bool = False) -> list[tuple[str, Sheet]]:
    """Every sheet of a workbook with its title; one that is empty has no header. Raises InputError where it is none.

    With `first` only the first sheet's rows are read; `most` is the number of rows to read of each.
    """
    _refuse_bomb(file, data)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        return [
            (one.title, Sheet(file, [], []) if first and n else _one_sheet(file, one, most))
            for n, one in enumerate(book.worksheets)
        ]
    except InputError:
        raise
    except Exception as error:
        problem = Problem(
            file, 0, "", f"no workbook that can be read ({type(error).__name__}: {error})", "an .xlsx file"
        )
        raise InputError(problem) from None


def _one_sheet(file: str, one: Any, most: int | None) -> Sheet:
    sheet = Sheet(file, [], [])
    one.reset_dimensions()  # what a sheet says of its size may be a million rows of nothing
    for line, values in enumerate(one.iter_rows(values_only=True), 1):
        _refuse_vast(file, line, len(values), len(sheet.rows))
        cells = [_as_text(value) for value in values]
        if not any(cells):
            continue
        if not sheet.header:
            sheet.header = _header(file, cells, line)
            continue
        _add(sheet, line, cells)
        if most is not None and len(sheet.rows) >= most:
            break
    return sheet


def _refuse_vast(file: str, line: int, width: int, rows: int) -> None:
    """Refuse a sheet of more columns than a table has, or with a gap of lines that nobody would fill."""
    if width > MAX_COLUMNS:
        raise InputError(Problem(file, line, "", f"a row of {width:,} cells", f"at most {MAX_COLUMNS:,} columns"))
    if line - rows > MAX_GAP:
        found = f"more than {MAX_GAP:,} empty lines"
        raise InputError(Problem(file, line, "", found, "rows that follow one another; save the table alone"))


def _refuse_bomb(file: str, data: bytes) -> None:
    """Refuse a workbook that unpacks to far more than it weighs, before anything is unpacked."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise InputError(Problem(file, 0, "", "no zip archive inside", "an .xlsx file")) from None
    if len(entries) > MAX_PARTS:
        raise InputError(Problem(file, 0, "", f"a workbook of {len(entries):,} parts", f"at most {MAX_PARTS:,}"))
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED or unpacked > max(len(data), 1) * MAX_RATIO:
        found = f"a workbook of {len(data):,} bytes that unpacks to {unpacked:,} bytes"
        raise InputError(
            Problem(
                file, 0, "", found, f"at most {MAX_RATIO} times its size and {MAX_UNPACKED:,} bytes; save it as CSV"
            )
        )


def _parquet(file: str, data: bytes) -> Sheet:
    import polars as pl

    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except Exception as error:
        raise InputError(
            Problem(file, 0, "", f"no Parquet file that can be read ({error})", "a Parquet table")
        ) from None
    header = _header(file, list(frame.columns), 0)
    rows = [
        Row(number, dict(zip(header, map(_as_text, values), strict=True)))
        for number, values in enumerate(frame.iter_rows(), 1)
    ]
    return Sheet(file, header, rows)
