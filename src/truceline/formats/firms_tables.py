"""The bytes of a FIRMS file -> its columns as they are written, each row with its line; or why it is no table."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import replace
from pathlib import PurePosixPath

import polars as pl

from .. import sheets
from ..errors import InputError, Problem
from ..nouns import Capture, SetAside
from ..satellite import answers

EXPECTED = "a table of detections with latitude, longitude and acq_date"


def frame(capture: Capture, columns: dict[str, list[str]]) -> tuple[pl.DataFrame, list[SetAside]]:
    """The columns by their tidy names and `line`, with rows that are no rows; InputError where it is no such table."""
    data = _unpacked(capture)
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data[:4] == b"PAR1":
        return _complete(capture, columns, _parquet(capture, data), ""), []
    if not start:
        raise _none(capture, "an empty file", "the answer of a server may have been cut: collect it again")
    if start[:1] == b"<":
        raise _none(capture, "a page of HTML or XML", "a server answered with a page instead of data: collect it again")
    found, aside = _text(capture, data, start)
    first = "" if start[:1] in b"[{" else data.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    return _complete(capture, columns, found, first), aside


def _complete(capture: Capture, columns: dict[str, list[str]], found: pl.DataFrame, first: str) -> pl.DataFrame:
    """The table, where it has place and date; a list of nothing is an empty one."""
    lacking = [c[0] for n, c in columns.items() if n in {"lat", "lon", "date"} and not set(c) & set(found.columns)]
    if not lacking or (found.width == 1 and found.is_empty() and not first):
        return found
    if found.width <= 3 and re.search(r"[A-Za-z]{3} |[A-Za-z]{3}\.$|error", first):
        raise _said(capture, first)
    raise InputError(Problem(capture.path, 1, ", ".join(lacking), "no such column", EXPECTED))


def _none(capture: Capture, found: str, advice: str) -> InputError:
    return InputError(Problem(capture.path, 0, "", found, f"{EXPECTED}; {advice}"))


def _said(capture: Capture, said: str) -> InputError:
    return _none(capture, f"a message of a server ({said[:100]!r})", answers.advice(said))


def _unpacked(capture: Capture) -> bytes:
    data = capture.data
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            plain = packed.read(sheets.MAX_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _none(
            capture, f"a gzip file that cannot be read ({error})", "it may have been cut: copy it again"
        ) from None
    if len(plain) > sheets.MAX_UNPACKED:
        found = f"a gzip file that unpacks to more than {sheets.MAX_UNPACKED:,} bytes"
        raise InputError(Problem(capture.path, 0, "", found, "a smaller file; split it"))
    return plain


def _parquet(capture: Capture, data: bytes) -> pl.DataFrame:
    try:
        found = pl.read_parquet(io.BytesIO(data))
    except (Exception, pl.exceptions.PanicException) as error:  # a broken file makes the library panic
        raise _none(capture, f"no Parquet file that can be read ({error})", "copy it again") from None
    return _tidied(capture, found).with_columns(pl.int_range(1, pl.len() + 1).alias("line"))


def _tidied(capture: Capture, found: pl.DataFrame) -> pl.DataFrame:
    names = [sheets.tidy(name) for name in found.columns]
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise InputError(Problem(capture.path, 1, ", ".join(repeated), "the same column twice", "each column once"))
    return found.rename(dict(zip(found.columns, names, strict=True))).drop("line", strict=False)


def _text(capture: Capture, data: bytes, start: bytes) -> tuple[pl.DataFrame, list[SetAside]]:
    suffix = PurePosixPath(capture.path.lower().removesuffix(".gz")).suffix
    if start[:2] == b"PK":
        return _by_rows(capture, ".xlsx", data)
    if start[:1] in b"[{":
        by_line = suffix in {".jsonl", ".ndjson"} or re.match(rb"\s*\{[^\n]*\}\r?\n\s*\{", data)
        return _by_rows(capture, ".jsonl" if by_line else ".json", data)
    fast = _csv(capture, data)
    return (fast, []) if fast is not None else _by_rows(capture, ".csv", data)


def _csv(capture: Capture, data: bytes) -> pl.DataFrame | None:
    """By columns, where each line is a row; None where only the row-by-row reader knows the lines."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or (b"\r" in data[:100_000] and b"\n" not in data[:100_000]):
        return None
    head = data[:100_000].split(b"\n", 1)[0].decode("utf-8", "replace")
    mark = max(",;\t", key=lambda m: (head.count(m), m == ","))
    try:
        found = pl.read_csv(data, separator=mark, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    if any("_duplicated_" in name for name in found.columns):
        return None
    if found.height + 1 != data.count(b"\n") + (not data.endswith(b"\n")):
        return None
    return _tidied(capture, found).with_columns((pl.int_range(pl.len()) + 2).alias("line"))


def _by_rows(capture: Capture, suffix: str, data: bytes) -> tuple[pl.DataFrame, list[SetAside]]:
    try:
        sheet = sheets.read(f"table{suffix}", data)
    except InputError as error:
        raise InputError([replace(p, file=capture.path) for p in error.problems]) from None
    names = [n for n in sheet.header if n and n != "line"]
    made = [pl.Series(n, [r.cells.get(n, "") for r in sheet.rows], dtype=pl.String) for n in names]
    lines = pl.Series("line", [r.line for r in sheet.rows], dtype=pl.Int64)
    return pl.DataFrame([*made, lines]), [replace(s, file=capture.path) for s in sheet.set_aside]
