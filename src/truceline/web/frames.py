"""Incidents as a frame: the columns of incidents.csv with their types, by their beginning, and the arrays of a sieve."""

from __future__ import annotations

from typing import Any

import polars as pl
from numpy.typing import NDArray

from .. import columns
from .sieve import GRADES, UNGRADED

Array = NDArray[Any]
WHOLE = frozenset({"count", "people"})
NUMBERS = frozenset({"degrees", "metres", "bits", "0 to 1"})
_UTC = pl.Datetime("us", "UTC")


def typed(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Incidents by the names of incidents.csv as a frame: numbers by the codebook's units, the rest text, times twice."""
    made: dict[str, pl.Series] = {}
    for column in columns.INCIDENTS:
        values = [r[column.name] for r in rows]
        if column.unit in WHOLE:
            made[column.name] = pl.Series(column.name, [None if v in ("", None) else int(v) for v in values], pl.Int64)
        elif column.unit in NUMBERS:
            cells: list[Any] = [None if v in ("", None) else float(v) for v in values]
            made[column.name] = pl.Series(column.name, cells, pl.Float64)
        else:
            made[column.name] = pl.Series(column.name, [_flat(v) for v in values], pl.String)
    return timed(pl.DataFrame(made))


def _flat(value: Any) -> str:
    if value is None:
        return ""
    return ";".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def timed(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame by its beginning, with `start` and `end` as times."""
    times = [pl.col(f"{n}_utc").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC", strict=False).alias(n)
             for n in ("start", "end")]  # fmt: skip
    return frame.with_columns(times).sort("start", "id", nulls_last=False)


def numbers(frame: pl.DataFrame, name: str) -> Array:
    """A column as floats; what is empty is not a number."""
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def coded(frame: pl.DataFrame) -> dict[str, Any]:
    """Arrays of a sieve that stand in the table itself."""
    names = sorted(frame["kind"].fill_null("").unique().to_list())
    kind = frame["kind"].fill_null("").cast(pl.Enum(names))
    place = {name: n for n, name in enumerate(GRADES)}
    grade = frame["grade"].cast(pl.String).replace_strict(place, default=UNGRADED, return_dtype=pl.Int8)
    return {
        "start": frame["start"].to_physical().fill_null(-(2**62)).to_numpy(),
        "end": frame["end"].to_physical().fill_null(2**62).to_numpy(),
        "lon": numbers(frame, "lon_deg"), "lat": numbers(frame, "lat_deg"), "radius": numbers(frame, "radius_m"),
        "grade": grade.to_numpy(), "kind": kind.to_physical().to_numpy(), "kinds": tuple(names),
        "accounts": frame["observations"].cast(pl.Int64).fill_null(0).to_numpy(),
    }  # fmt: skip


def cells_of(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of incidents with every column of incidents.csv, with `start` and `end`; text that is not there is empty."""
    filled = []
    for column in columns.INCIDENTS:
        values = frame[column.name] if column.name in frame.columns else pl.Series(column.name, [None] * frame.height)
        numeric = column.unit in WHOLE | NUMBERS
        filled.append(values if numeric else values.cast(pl.String).fill_null(""))
    return pl.DataFrame([*filled, frame["start"], frame["end"]])
