"""A table of observations as arrays: times in seconds, places as normals, words as codes, texts as sketches.

Rows stand in the order in which the kernels read them (what can be compared lies close together); `rank` is the place of
each row among the ids and the only thing that ever breaks a tie. Codes mean nothing but "the same" or "another".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .. import spread, threads, where
from ..nouns import FIRST_HAND, Modality
from . import alike, sketch

Array = NDArray[Any]
UNKNOWN = -1
OPEN = 1_000_000_000
"""The upper end of a number of people that the source left open."""
NEVER = np.iinfo(np.int64).min
BLOCK = 4096
CLOCK = ("second", "minute", "hour")
AGGREGATE_S, AGGREGATE_KM, POINT_S = 6 * 86_400, 10.0, 2 * 86_400
"""A report of six days or more over a circle of 10 km or more is a summary; one of two days or less tells of events."""


ROW = np.dtype([
    ("start", "i8"), ("end", "i8"), ("reported", "i8"), ("told", "i8"), ("lon", "f8"), ("lat", "f8"), ("ee", "f8"),
    ("en", "f8"), ("nn", "f8"), ("part_at", "i8"), ("part_end", "i8"), ("actor_at", "i8"), ("actor_end", "i8"),
    ("weapon_at", "i8"), ("weapon_end", "i8"), ("text_at", "i8"), ("text_end", "i8"), ("block", "i4"), ("kind", "i4"),
    ("place", "i4"), ("source", "i4"), ("voice", "i4"), ("killed_low", "i4"), ("killed_high", "i4"), ("injured_low", "i4"),
    ("injured_high", "i4"), ("clock_error", "f4"), ("summary", "i1"), ("clock", "?"), ("vague", "?"), ("first_hand", "?"),
    ("relayed", "?"),
], align=True)  # fmt: skip
"""One account: seconds since 1970, degrees, km² (covariance of the place), codes, and ranges of codes and pieces.

`told` is when it had been published for certain; `summary` is 0 for a report of up to two days, 2 for one that sums up
days and a wide area, 1 for what lies between."""


Errors = dict[str, tuple[float, float]]


class Columns(NamedTuple):
    """Accounts as records (ROW), the codes of their lists of words, the pieces of their texts, and how near kinds are."""

    row: Array
    codes: Array
    pieces: Array
    kinds: Array


@dataclass(frozen=True)
class Accounts:
    """Observations that can be accounts of a happening: their table, its arrays, and each row's place among the ids."""

    table: pl.DataFrame
    columns: Columns
    rank: Array

    @property
    def size(self) -> int:
        """How many accounts there are."""
        return self.table.height


DESCRIBED = ("id", "kind", "modality", "when_start", "when_end", "when_precision", "when_approximate", "reported_start",
             "lon_deg", "lat_deg", "radius_m", "observer_lon_deg", "place", "place_id", "answers", "stance")  # fmt: skip
"""Columns that are still needed when the arrays stand."""
USED = (*DESCRIBED, "source_id", "origin_ids", "actors", "actor_claimed", "weapon", "text", "method", "notes", "observer_lat_deg",
        "bearing_deg", "bearing_error_deg", "distance_min_m", "distance_max_m", "reported_end", "killed_min", "killed_max",
        "injured_min", "injured_max", "phase", "harmed_party", "weapon_class", "count_min", "count_max", "of_whom", "harm")  # fmt: skip
"""Columns that fusing reads at all."""


def neutral(party_words: Iterable[str]) -> str:
    """A pattern for the parties' names in folded text; empty where there are none."""
    folded = sorted({where.folded(w) for w in party_words} - {""}, key=lambda w: (-len(w), w))
    return "|".join(map(re.escape, folded))


def folded(column: pl.Expr) -> pl.Expr:
    """Text without case, marks of separation and spaces, so that spellings in any script compare."""
    return column.str.normalize("NFKC").str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}\p{M}]", "")


def ordered(table: pl.DataFrame, kinds: alike.Kinds) -> pl.DataFrame:
    """The observations that can be compared with others, with their block, in the order of the arrays.

    What is threatened, ordered or attempted is never one happening with what was done. A kind in no block is left out.
    """
    modality = {str(m): n for n, m in enumerate(Modality)}
    block = pl.col("kind").replace_strict(kinds.blocks, default=None, return_dtype=pl.Int32)
    shift = pl.col("modality").replace_strict(modality, default=0, return_dtype=pl.Int32) * (len(kinds.codes) + 1)
    names = table.columns
    return (
        table.with_columns(pl.lit(c[0], c.dtype).alias(c.name) for c in table.get_columns() if _one_value(c))
        .filter(pl.col("when_start").is_not_null())
        .with_columns((block + shift).alias("block"))
        .filter(pl.col("block").is_not_null())
        .sort("block", "when_start", "lat_deg", "lon_deg", nulls_last=True)
        .select(*names, "block")
    )


def _one_value(column: pl.Series) -> bool:
    """Whether a column holds one value, or none, in every row: it is then held once, and sorting does not move it."""
    if column.null_count() or column.is_empty():
        return column.null_count() == len(column) > 0
    return column.dtype == pl.String and bool((column == column.first()).all())


def accounts(
    table: pl.DataFrame, kinds: alike.Kinds, party_words: tuple[str, ...] = (), errors: Errors | None = None
) -> Accounts:
    """Arrays for these observations (a table as `ordered` gives it)."""
    start, end = _seconds(table["when_start"]), _seconds(table["when_end"])
    clock = table["when_precision"].is_in(CLOCK).to_numpy()
    where_ = _normals(table)
    off_m, off_s = (
        table["source_id"].replace_strict(
            {s: e[k] for s, e in (errors or {}).items()}, default=0.0, return_dtype=pl.Float64
        )
        for k in (0, 1)
    )
    variance = (off_m.to_numpy() / 1000 / where.RADIUS_95_IN_SIGMA) ** 2
    place, part_at, part = _places(table)
    people = pl.concat_str(pl.col("actors").list.join("\x1f"), "actor_claimed", separator="\x1f")
    *actors, actor = _sets(table.select(people.alias("x"))["x"])
    parts = pl.col("weapon").str.split(";").list.eval(folded(pl.element())).list.join("\x1f")
    *weapons, weapon = _sets(_mapped(table["weapon"], parts))
    text_at, text = sketch.sketches(_texts(table, neutral(party_words)))
    row = np.zeros(table.height, dtype=ROW)
    parted = (part_at[np.maximum(place, 0)], part_at[np.maximum(place, 0) + 1])
    before = 0
    spans: dict[str, Array] = {}
    for name, ranges, codes in (("part", parted, part), ("actor", actors, actor), ("weapon", weapons, weapon)):
        spans |= {f"{name}_{edge}": values + before for edge, values in zip(("at", "end"), ranges, strict=True)}
        before += len(codes)
    sigma_km = np.sqrt(np.fmax(where_.ee, where_.nn))
    wide = np.nan_to_num(sigma_km) * where.RADIUS_95_IN_SIGMA >= AGGREGATE_KM
    source = _codes(table["source_id"])
    fields = {
        "block": table["block"].to_numpy(), "kind": table["kind"].replace_strict(kinds.codes, return_dtype=pl.Int32).to_numpy(),
        "start": start, "end": end, "clock": clock, "vague": table["when_approximate"].to_numpy(),
        "summary": np.where(~clock & (end - start >= AGGREGATE_S) & wide, 2, np.where(end - start <= POINT_S, 0, 1)),
        "lon": where_.lon_deg, "lat": where_.lat_deg, "ee": where_.ee + variance, "en": where_.en, "nn": where_.nn + variance,
        "clock_error": off_s.to_numpy(), "place": place,
        "source": source, "voice": _voices(table, source),
        "first_hand": table["method"].is_in([*map(str, FIRST_HAND), "detected"]).to_numpy(),
        "relayed": (table["method"] == "relayed").to_numpy(),
        "reported": _seconds(table["reported_start"]), "told": _seconds(table["reported_end"]),
        "text_at": text_at[:-1], "text_end": text_at[1:],
    }  # fmt: skip
    fields |= spans
    for topic in ("killed", "injured"):
        fields |= {f"{topic}_low": _people(table, topic, 0), f"{topic}_high": _people(table, topic, 1)}
    _fill(row, fields)
    columns = Columns(row, np.concatenate([part, actor, weapon]).astype(np.int32), text, kinds.table)
    return Accounts(table, columns, table["id"].rank("ordinal").to_numpy().astype(np.int64) - 1)


def _fill(row: Array, fields: dict[str, Array]) -> None:
    """Put each field into its place, in blocks that stay in the processor's cache, half of them in each of two threads."""

    def part(begin: int, end: int) -> None:
        for first in range(begin, end, BLOCK):
            last = min(first + BLOCK, end)
            some = row[first:last]
            for name, values in fields.items():
                some[name] = values[first:last]

    middle = len(row) // (2 * BLOCK) * BLOCK
    threads.at_once(lambda: part(0, middle), lambda: part(middle, len(row)))


def _seconds(column: pl.Series) -> Array:
    """Seconds since 1970; NEVER where there is no time."""
    return column.dt.epoch("s").fill_null(NEVER).to_numpy().astype(np.int64)


def _codes(column: pl.Series) -> Array:
    return column.cast(pl.Categorical).to_physical().to_numpy().astype(np.int32)


def _voices(table: pl.DataFrame, source: Array) -> Array:
    """Who speaks: the source with those it has its word from."""
    if (table["origin_ids"].list.len() == 0).all():
        return source
    voice = pl.concat_str("source_id", pl.col("origin_ids").list.join("\x1f"), separator="\x1e")
    return _codes(table.select(voice.alias("v"))["v"])


def _floats(table: pl.DataFrame, name: str) -> Array:
    return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()


def _normals(table: pl.DataFrame) -> spread.Normal:
    """Each place as a normal; a wedge where the observer's place and the distance are known, else a circle."""
    lon, lat, radius = (_floats(table, name) for name in ("lon_deg", "lat_deg", "radius_m"))
    made = spread.circle(lon, lat, radius)
    stood = table["observer_lon_deg"].is_not_null() & table["distance_max_m"].is_not_null()
    heard = (stood & table["bearing_deg"].is_not_null() & table["lon_deg"].is_not_null()).to_numpy()
    if not heard.any():
        return made
    rows = table.filter(pl.Series(heard))
    error = rows["bearing_error_deg"].fill_null(15.0).to_numpy()
    seen = spread.wedge(
        (_floats(rows, "observer_lon_deg"), _floats(rows, "observer_lat_deg")), _floats(rows, "bearing_deg"), error,
        rows["distance_min_m"].fill_null(0.0).to_numpy(), _floats(rows, "distance_max_m"),
    )  # fmt: skip
    pointed = ~rows["notes"].list.eval(pl.element().str.starts_with(where.WEDGE)).list.any().to_numpy()
    for field, found in zip(made, seen, strict=True):
        field[heard] = np.where(pointed, field[heard], found)  # a point of its own beside the wedge is the better word
    return made


def _sets(listed: pl.Series) -> tuple[Array, Array, Array]:
    """Sets of words, given as lists joined by the unit separator: where each row's codes begin and end, and the codes.

    Rows that name the same share their codes.
    """
    known = pl.DataFrame({"x": listed}).unique().with_columns(pl.int_range(pl.len()).alias("set"))
    flat = (
        known.select("set", pl.col("x").str.split("\x1f")).explode("x").filter(pl.col("x") != "")
        .with_columns(pl.col("x").cast(pl.Categorical).to_physical().cast(pl.Int32)).unique().sort("set", "x")
    )  # fmt: skip
    ends = np.cumsum(np.bincount(flat["set"].to_numpy(), minlength=known.height))
    own = pl.DataFrame({"x": listed}).join(known, on="x", how="left", maintain_order="left")["set"].to_numpy()
    return np.concatenate(([0], ends))[own], ends[own], flat["x"].to_numpy()


def _places(table: pl.DataFrame) -> tuple[Array, Array, Array]:
    """Each name of a place as a code, and the codes of its parts from the widest to the narrowest (`Kibera, Nairobi`)."""
    named = table.select(
        pl.when(pl.col("place_id") != "").then(pl.col("place_id")).otherwise(pl.col("place")).alias("name")
    )["name"]
    names = (
        pl.DataFrame({"name": named.unique().sort()})
        .with_columns(pl.col("name").str.split(",").list.reverse().list.eval(folded(pl.element())).alias("parts"))
        .with_columns(pl.col("parts").list.join("\x1f").alias("key"))
    )
    codes = names["key"].rank("dense").to_numpy().astype(np.int32) - 1
    known = names.with_columns(pl.Series("code", np.where(names["key"] == "", UNKNOWN, codes), dtype=pl.Int32))
    place = pl.DataFrame({"name": named}).join(
        known.select("name", "code"), on="name", how="left", maintain_order="left"
    )
    by_code = known.filter(pl.col("code") >= 0).unique("code").sort("code")
    flat = by_code.select("parts").explode("parts")["parts"]
    lengths = by_code["parts"].list.len().to_numpy()
    full = np.zeros(int(codes.max(initial=-1)) + 2, dtype=np.int64)
    full[by_code["code"].to_numpy() + 1] = lengths
    return place["code"].to_numpy(), np.cumsum(full), _codes(flat) if len(flat) else np.zeros(0, dtype=np.int32)


def _texts(table: pl.DataFrame, names: str) -> pl.Series:
    text = folded(pl.col("text"))
    return table.select(text.str.replace_all(names, "§") if names else text)["text"]


def _mapped(column: pl.Series, worked: pl.Expr) -> pl.Series:
    """What an expression makes of this column, worked out once for each value that occurs."""
    known = pl.DataFrame({column.name: column.unique()}).with_columns(worked.alias("made"))
    return pl.DataFrame({column.name: column}).join(known, on=column.name, how="left", maintain_order="left")["made"]


def _people(table: pl.DataFrame, name: str, end: int) -> Array:
    """Numbers of people: (UNKNOWN where nothing was said, else low and high; an open end is OPEN)."""
    low, high = pl.col(f"{name}_min"), pl.col(f"{name}_max")
    said = low.is_not_null() | high.is_not_null()
    value = (low.fill_null(0), high.fill_null(OPEN))[end]
    return table.select(pl.when(said).then(value).otherwise(UNKNOWN).cast(pl.Int32).alias("x"))["x"].to_numpy()
