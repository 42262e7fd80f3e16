"""Records and tables: one table a noun, the check at each boundary, and bytes that are the same every time.

A stage takes tables (polars) and gives tables. Between them, inside a stage, a row is a frozen record of `nouns`.
Intervals become four columns (`when_start`, `when_end`, `when_precision`, `when_approximate`), tuples become lists,
enums become text, dicts become JSON with sorted keys.
"""

from __future__ import annotations

import dataclasses
import io
import json
import re
import types
import typing
import weakref
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import IO, Any, TypeVar

import polars as pl

from . import threads
from .nouns import Interval

R = TypeVar("R")
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_UTC = pl.Datetime("us", "UTC")
_PARTS = {"start": _UTC, "end": _UTC, "precision": pl.String(), "approximate": pl.Boolean()}
_PLAIN: dict[type, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
    datetime: _UTC,
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    name: str
    shape: str  # plain, enum, list, json, interval
    type: Any
    dtype: pl.DataType


_KNOWN: dict[type[Any], tuple[_Field, ...]] = {}


def _fields(noun: type[Any]) -> tuple[_Field, ...]:
    if noun not in _KNOWN:
        _KNOWN[noun] = _read_fields(noun)
    return _KNOWN[noun]


def _read_fields(noun: type[Any]) -> tuple[_Field, ...]:
    hints = typing.get_type_hints(noun)
    found = []
    for field in dataclasses.fields(noun):
        hint = hints[field.name]
        if isinstance(hint, types.UnionType):
            hint = next(a for a in typing.get_args(hint) if a is not type(None))
        origin = typing.get_origin(hint)
        if hint is Interval:
            found.append(_Field(field.name, "interval", hint, pl.Null()))
        elif origin is tuple:
            found.append(_Field(field.name, "list", tuple, pl.List(pl.String())))
        elif origin is dict:
            found.append(_Field(field.name, "json", dict, pl.String()))
        elif issubclass(hint, StrEnum):
            found.append(_Field(field.name, "enum", hint, pl.String()))
        else:
            found.append(_Field(field.name, "plain", hint, _PLAIN[hint]))
    return tuple(found)


def schema(noun: type[Any]) -> dict[str, pl.DataType]:
    """Column names and types of this noun's table."""
    columns: dict[str, pl.DataType] = {}
    for field in _fields(noun):
        if field.shape == "interval":
            columns.update({f"{field.name}_{part}": dtype for part, dtype in _PARTS.items()})
        else:
            columns[field.name] = field.dtype
    return columns


def table(noun: type[R], records: typing.Iterable[R]) -> pl.DataFrame:
    """The table of these records, in their order."""
    kept = list(records)
    data: dict[str, Any] = {}
    wanted = schema(noun)
    for field in _fields(noun):
        values = list(map(attrgetter(field.name), kept))
        if field.shape == "interval":
            given, at = _once(values, id)
            for part in _PARTS:
                name = f"{field.name}_{part}"
                column = pl.Series(name, [None if v is None else getattr(v, part) for v in given], wanted[name])
                data[name] = column.gather(at)
        elif field.shape == "json":
            data[field.name] = [json.dumps(v, ensure_ascii=False, sort_keys=True) if v else "{}" for v in values]
        elif field.shape == "list":
            given, at = _once(values, tuple)
            data[field.name] = pl.Series(field.name, [list(v) for v in given], field.dtype).gather(at)
        elif field.shape == "enum":
            data[field.name] = [str(v) for v in values]
        else:
            data[field.name] = values
    return pl.DataFrame(data, schema=wanted, orient="col")


def _once(values: list[Any], key: typing.Callable[[Any], typing.Hashable]) -> tuple[list[Any], list[int]]:
    """Values that differ by `key`, and for each value which of them it is: what costs most is then made once."""
    place: dict[typing.Hashable, int] = {}
    at = [place.setdefault(key(value), len(place)) for value in values]
    first: list[Any] = [None] * len(place)
    for value, n in zip(reversed(values), reversed(at), strict=True):
        first[n] = value
    return first, at


_READ: dict[int, tuple[weakref.ref[pl.DataFrame], type[Any], list[Any]]] = {}
"""Records of tables that are still held, by the table's identity: every stage asks for those of the same table."""


def records(noun: type[R], frame: pl.DataFrame) -> list[R]:
    """The records of this table; raises TypeError where a column is missing or of another type.

    A table is never changed in place, so that its records are made once.
    """
    held = _READ.get(id(frame))
    if held is not None and held[0]() is frame and held[1] is noun:
        return list(held[2])
    check(noun, frame)
    made = list(map(noun, *(_values(field, frame) for field in _fields(noun)))) if len(frame) else []
    own = id(frame)
    _READ[own] = (weakref.ref(frame, lambda _: _READ.pop(own, None)), noun, made)
    return list(made)


def _values(field: _Field, frame: pl.DataFrame) -> typing.Iterable[Any]:
    """One field of every record."""
    if field.shape == "interval":
        return _intervals(field, frame)
    column = frame[field.name]
    if field.shape == "list":
        flat = iter(column.filter(column.list.len() > 0).explode().to_list())
        return [tuple(islice(flat, length)) for length in column.list.len().to_list()]
    if field.shape == "json":
        return [{} if text == "{}" else json.loads(text) for text in column.to_list()]
    if field.shape == "enum":
        known = {text: field.type(text) for text in column.unique().to_list()}
        return [known[text] for text in column.to_list()]
    return _times(column) if column.dtype == _UTC else column.to_list()


def _times(column: pl.Series) -> list[datetime | None]:
    known: dict[Any, datetime | None] = {None: None}
    different = column.unique().drop_nulls()
    known |= dict(zip(different.to_physical().to_list(), different.to_list(), strict=True))
    return [known[moment] for moment in column.to_physical().to_list()]


def _intervals(field: _Field, frame: pl.DataFrame) -> list[Interval | None]:
    start, end, precision, approximate = (frame[f"{field.name}_{part}"] for part in _PARTS)
    known: dict[tuple[Any, ...], Interval | None] = {}
    made = []
    for first, last, *rest in zip(_times(start), _times(end), precision.to_list(), approximate.to_list(), strict=True):
        # The moments are one object each, so that their identity tells them apart and no time is spent on hashing them.
        key = (id(first), id(last), *rest)
        if key not in known:
            known[key] = None if first is None else Interval(first, last, *rest)  # type: ignore[arg-type]
        made.append(known[key])
    return made


def check(noun: type[Any], frame: pl.DataFrame) -> None:
    """Raise TypeError unless the frame has exactly this noun's columns and types."""
    wanted, found = schema(noun), frame.schema
    missing = [name for name in wanted if name not in found]
    wrong = [f"{n} is {found[n]}, not {t}" for n, t in wanted.items() if n in found and found[n] != t]
    if missing or wrong:
        raise TypeError(f"not a table of {noun.__name__}: missing {missing}, {wrong}")


def csv_bytes(columns: list[str], rows: typing.Iterable[typing.Sequence[object]]) -> bytes:
    """CSV as RFC 4180 with line feeds at line ends, UTF-8 and cells that no spreadsheet executes."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue().encode()


def frame_bytes(frame: pl.DataFrame) -> bytes:
    """The same for a frame, column by column: a list by semicolons, a time in UTC, numbers and text as `cell` gives them."""
    out = io.BytesIO()
    frame_into(out, frame)
    return out.getvalue()


def frame_into(out: IO[bytes], frame: pl.DataFrame, *, head: bool = True) -> None:
    """Write the same to a file that is open, so that it need not be held in memory; without the line of names if so wished."""
    shown = pl.DataFrame(threads.each(_shown, frame.get_columns()))
    shown.write_csv(out, line_terminator="\n", include_header=head)


def _shown(column: pl.Series) -> pl.Series:
    """A column as `write_csv` takes it: nothing is null, text harmless."""
    if column.null_count() == len(column):
        return pl.Series(column.name, [None] * len(column), dtype=pl.String)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%SZ")
    if column.dtype.is_float():
        return _floats(column)
    if isinstance(column.dtype, pl.List):
        column = column.list.join(";")
    return _harmless(column) if column.dtype == pl.String else column


def _floats(column: pl.Series) -> pl.Series:
    """As `number` writes them."""
    if (column == column.floor()).all() and (column.abs() < 1e15).all():
        return column.cast(pl.Int64)
    plain = column.round(6).cast(pl.String)
    odd = plain.str.contains("e", literal=True) | (column.abs() >= 1e9)
    if odd.any():
        plain = pl.select(
            pl.when(odd).then(column.map_elements(number, return_dtype=pl.String)).otherwise(plain)
        ).to_series()
    return plain.str.strip_suffix(".0").replace("-0", "0").alias(column.name)


def _harmless(text: pl.Series) -> pl.Series:
    if text.str.contains("\r", literal=True).any():
        text = text.str.replace_all("\r\n?", "\n")
    risky = text.str.contains(r"^[=+\-@\t\n]")
    if risky.any():
        risky &= ~text.str.contains(f"^(?:{_NUMBER})$")
        text = pl.select(pl.when(risky).then("'" + text).otherwise(text).alias(text.name)).to_series()
    empty = text == ""
    return text.set(empty, None) if empty.any() else text


def cell(value: object) -> str:
    """A value as text in one CSV cell; text that a spreadsheet would run begins with an apostrophe."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return harmless(str(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return harmless(";".join(str(v) for v in value))
    return harmless(str(value))


def harmless(text: str) -> str:
    """The text with an apostrophe before a first character that a spreadsheet takes for a formula.

    A carriage return becomes a line feed: unquoted it would begin a new row, and after it a formula.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\n"} and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER, text) is not None


@lru_cache(maxsize=20_000)
def number(value: float) -> str:
    """A float with at most six decimals and no trailing zeros; the same text on every machine."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text
