"""Cells of a FIRMS table -> columns: each distinct way of writing is understood once, for as many rows as have it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import polars as pl

from .. import when
from ..nouns import SetAside

_FIRST_DAY = date(2000, 2, 24)
_LAST_YEAR = 2100
_ISO = re.compile(
    r"^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(?:Z|UTC)?$", re.IGNORECASE)
_PLAIN = re.compile(r"^(\d{1,4})(?:\.0+)?$")
_EPOCH_MS = re.compile(r"^-?\d{11,14}(?:\.0+)?$")
DAY = "a date such as 2022-01-05"
EITHER_WAY = (
    "a date that may be read two ways, day or month first, and nothing in this file says which; write it as 2022-01-05"
)
TIME = "a time of day in UTC such as 0030, 00:30 or 19:21:00"
FUTURE_GAP_DAYS = 1826
"""A row is in the future of its file where more than five years without any detection lie before it and it is the only
such row or among fewer than one in a hundred."""


_NOTHING = {"", "nan", "null", "none", "na", "n/a"}


def filled(raw: pl.DataFrame, name: str, *, as_text: bool = False) -> pl.Expr:
    """A column of text or numbers: dates and times as people write them; with `as_text` null where nothing stands."""
    kind, column = raw.schema[name], pl.col(name)
    if isinstance(kind, pl.Datetime):
        shown = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        return shown.dt.to_string("%Y-%m-%dT%H:%M:%S")
    if kind == pl.Date:
        return column.dt.to_string("%Y-%m-%d")
    if kind == pl.Time:
        return column.dt.to_string("%H:%M:%S")
    if isinstance(kind, pl.Duration):
        return (pl.lit(0, pl.Datetime("us")) + column).dt.to_string("%H:%M:%S")
    if kind.is_numeric() and not as_text:
        return column
    column = column.cast(pl.String)
    return pl.when(~column.str.strip_chars().str.to_lowercase().is_in(_NOTHING)).then(column) if as_text else column


def text(table: pl.DataFrame, name: str) -> pl.Series:
    """A column as words without spaces around them, empty where there is none."""
    if name not in table.columns:
        return pl.Series(name, [""], dtype=pl.String).new_from_index(0, table.height)
    column = table[name]
    kind = column.dtype
    column = column.cast(pl.String).fill_null("").rename(name)
    values = column.unique()
    plain = pl.Series([_stripped(v, kind.is_float()) for v in values], dtype=pl.String)
    return column if values.equals(plain) else column.replace_strict(values, plain, return_dtype=pl.String)


def _stripped(written: str, was_float: bool) -> str:
    plain = written.strip()
    if was_float:
        plain = plain.removesuffix(".0")
    return "" if plain.lower() in _NOTHING else plain


def number(table: pl.DataFrame, name: str) -> pl.Series:
    """A column as finite numbers, null where there is none or it is written otherwise; a decimal comma is read."""
    if name not in table.columns:
        return pl.Series(name, [None], dtype=pl.Float64).new_from_index(0, table.height)
    column = table[name]
    made = column.cast(pl.Float64, strict=False)
    odd = made.is_null() & column.is_not_null()
    if column.dtype == pl.String and odd.any():
        plain = column.str.strip_chars().str.replace(r"^(-?\d+),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
        made = made.zip_with(~odd, plain)
    return _where(made, made.is_finite())


def within(table: pl.DataFrame, name: str, low: float, high: float) -> pl.Series:
    """Numbers from low to high; null where there is none or it lies outside."""
    column = number(table, name)
    return _where(column, column.is_between(low, high))


def _where(column: pl.Series, good: pl.Series) -> pl.Series:
    """The column, null where it is not good."""
    return column if good.all(ignore_nulls=True) else column.set(~good.fill_null(value=True), None)


def _by_value(column: pl.Series, understand: Callable[[str], Any], kind: Any) -> pl.Series:
    values = column.unique()
    meant = pl.Series([understand(v) for v in values], dtype=kind)
    return column.replace_strict(values, meant, return_dtype=kind)


def coded(table: pl.DataFrame, name: str, words: dict[str, Any], kind: Any = pl.String) -> pl.Series:
    """A column by a table of words, in any case and without spaces and hyphens; empty or null where none fits."""

    def meaning(written: str) -> Any:
        key = re.sub(r"[\s_()-]", "", written.lower()).removesuffix(".0")
        return words.get(key, "" if kind == pl.String else None)

    return _by_value(text(table, name), meaning, kind).rename(name)


def version(table: pl.DataFrame) -> pl.Series:
    """The version as said, a number without an empty fraction."""
    return _by_value(text(table, "version"), lambda v: v.removesuffix(".0"), pl.String).rename("version")


def instrument(table: pl.DataFrame, satellite: pl.Series, carried: dict[str, str]) -> pl.Series:
    """What is said, else what this satellite carries."""
    kinds = ("MODIS", "VIIRS")
    said = _by_value(
        text(table, "instrument").str.to_uppercase(), lambda v: next((k for k in kinds if k in v), v), pl.String
    )
    carrying = _by_value(satellite, lambda v: carried.get(v, ""), pl.String)
    return said.zip_with(said != "", carrying).rename("instrument")


def confidence(table: pl.DataFrame, words: dict[str, str]) -> list[pl.Series]:
    """(the class, the number where one is given). Classes of MODIS' number as in its guide: below 30, 30 to 79, from 80."""
    said = text(table, "confidence")

    def share(written: str) -> int | None:
        plain = written.replace(",", ".").removesuffix("%")
        value = float(plain) if re.match(r"^\d{1,3}(\.\d+)?$", plain) else -1.0
        return round(value) if 0 <= value <= 100 else None

    def kind(written: str) -> str:
        value = share(written)
        if value is None:
            return words.get(written.lower(), "")
        return "low" if value < 30 else "nominal" if value < 80 else "high"

    return [
        _by_value(said, kind, pl.String).rename("confidence"), _by_value(said, share, pl.Int32).rename("confidence_pct"),
    ]  # fmt: skip


def feed(version: pl.Series, path: str, letters: dict[str, str]) -> pl.Series:
    """Which feed: by the letters behind the version's number; where no version is given, by the file's name."""
    name = re.split(r"[^a-z0-9]+", path.lower().rsplit("/", 1)[-1])
    by_name = next((f for f in ("urt", "nrt", "rt") if f in name), "archive" if {"archive", "sp"} & set(name) else "")

    def meaning(said: str) -> str:
        ending = re.sub(r"^[\d.\s]*", "", said).upper()
        return by_name if not said else letters.get(ending, "archive" if not ending else by_name)

    return _by_value(version, meaning, pl.String).rename("feed")


def moments(table: pl.DataFrame) -> pl.DataFrame:
    """time_utc, day_only, and whether date and time cannot be read: `no_day`, `either_way`, `no_time`."""
    said = text(table, "date")
    order = _order(said)
    day = _by_value(said, lambda v: _day(v, order), pl.Datetime("us", "UTC"))
    clock_said = text(table, "time")
    midnight = day.dt.truncate("1d")
    seconds = _by_value(clock_said, _seconds, pl.Int64)
    own = (day - midnight).dt.total_seconds()
    own = own if (own != 0).any() else own.set(own.is_not_null(), None)
    no_time = clock_said == ""
    clock = pl.select(pl.when(no_time).then(own).otherwise(seconds)).to_series()
    return pl.DataFrame({
        "time_utc": midnight + (clock.fill_null(0) * 1_000_000).cast(pl.Duration("us")),
        "day_only": no_time & clock.is_null(),
        "no_day": day.is_null(),
        "either_way": day.is_null() & said.str.contains(_YEAR_LAST.pattern) if day.null_count() else day.is_null(),
        "no_time": ~no_time & seconds.is_null(),
    })  # fmt: skip


def _order(said: pl.Series) -> str:
    """Whether dates that end with the year begin with the day (dmy) or the month (mdy), where the file itself proves it."""
    parts = [m for v in said.unique() if (m := _YEAR_LAST.match(v))]
    first, second = any(int(m[1]) > 12 for m in parts), any(int(m[2]) > 12 for m in parts)
    return "dmy" if first and not second else "mdy" if second and not first else ""


def _day(said: str, order: str) -> datetime | None:
    try:
        if _EPOCH_MS.match(said):
            return datetime.fromtimestamp(float(said) / 1000, UTC)
        found, last = _ISO.match(said.removesuffix(".0")), _YEAR_LAST.match(said)
        if found:
            year, _, month, day, hour, minute, second, zone = found.groups()
            year_ad = int(year) - 543 if int(year) in when.BUDDHIST_YEARS else int(year)
            whole = datetime(
                year_ad, int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=UTC
            )
            return whole - _offset(zone or "")
        if last and order:
            day, month = (last[1], last[2]) if order == "dmy" else (last[2], last[1])
            return datetime(int(last[3]), int(month), int(day), tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    return None


def _offset(zone: str) -> timedelta:
    if zone.upper() in {"", "Z", "UTC"}:
        return timedelta(0)
    digits = zone[1:].replace(":", "")
    ahead = timezone(timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))).utcoffset(None)
    return -ahead if zone[0] == "-" else ahead


def _seconds(said: str) -> int | None:
    """Seconds since midnight; None where it is no time of day."""
    clock, plain = _CLOCK.match(said), _PLAIN.match(said)
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    elif plain:
        hour, minute, second = int(plain[1]) // 100, int(plain[1]) % 100, 0
    else:
        return None
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None


def problems(
    table: pl.DataFrame, made: pl.DataFrame, moment: pl.DataFrame, launched: dict[str, date]
) -> tuple[pl.Series, pl.DataFrame]:
    """(which rows cannot be used; of these line, column, value, reason, exposure: the first thing that is wrong)."""
    lon, lat, day = made["lon_deg"], made["lat_deg"], made["time_utc"].dt.date()
    exposure = text(table, "exposure").str.to_lowercase()
    masks = {
        "not public": ~exposure.is_in(["", "public"]),
        "no latitude": lat.is_null(),
        "no longitude": lon.is_null(),
        "exchanged": (lat.abs() > 90) & (lat.abs() <= 180) & (lon.abs() <= 90),
        "latitude": lat.abs() > 90,
        "longitude": lon.abs() > 180,
        "nowhere": (lat == 0) & (lon == 0),
        "either way": moment["either_way"],
        "no day": moment["no_day"],
        "no time": moment["no_time"],
        "instrument": ~made["instrument"].is_in(["MODIS", "VIIRS", ""]),
        "before": _before(made["satellite"], day, launched),
        "after": _ahead(day),
    }
    masks = {name: mask.fill_null(value=False) for name, mask in masks.items() if mask.any()}
    if not masks:
        return pl.Series([False]).new_from_index(0, table.height), pl.DataFrame(schema=_PROBLEM)
    wrong = pl.select(pl.any_horizontal(*masks.values())).to_series()
    rows = table.filter(wrong)
    said = {name: text(rows, name) for name in ("lat", "lon", "date", "time", "instrument")}
    said["lat, lon"] = said["lat"] + ", " + said["lon"]
    columns, values, reasons = pl.lit(""), pl.lit(""), pl.lit("")
    for name, mask in reversed(masks.items()):
        field, reason = WRONG[name]
        here = mask.filter(wrong)
        columns = pl.when(here).then(pl.lit(_THEIRS.get(field, field))).otherwise(columns)
        values = pl.when(here).then(said.get(field, pl.lit(""))).otherwise(values)
        reasons = pl.when(here).then(pl.lit(reason)).otherwise(reasons)
    return wrong, rows.select(
        "line", columns.alias("column"), values.alias("value"), reasons.alias("reason"),
        exposure.filter(wrong).replace("public", "").alias("exposure"),
    )  # fmt: skip


_PROBLEM = {"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String, "exposure": pl.String}
_THEIRS = {
    "lat": "latitude",
    "lon": "longitude",
    "lat, lon": "latitude, longitude",
    "date": "acq_date",
    "time": "acq_time",
}
WRONG = {
    "not public": ("exposure", "a detection that is not public; detections are read only where they are"),
    "no latitude": ("lat", "expected a latitude in degrees"),
    "no longitude": ("lon", "expected a longitude in degrees"),
    "exchanged": ("lat, lon", "latitude and longitude look exchanged; expected a latitude from -90 to 90"),
    "latitude": ("lat", "expected a latitude from -90 to 90"),
    "longitude": ("lon", "expected a longitude from -180 to 180"),
    "nowhere": ("lat, lon", "0, 0 is what is written where no place is known"),
    "either way": ("date", EITHER_WAY),
    "no day": ("date", f"expected {DAY}"),
    "no time": ("time", f"expected {TIME}"),
    "instrument": ("instrument", "expected MODIS or VIIRS; other sensors are not read here"),
    "before": ("date", "before this satellite saw anything"),
    "after": ("date", "years after every other detection of this file"),
}
"""What makes a row unusable, the first that fits: field, reason."""


def _before(satellite: pl.Series, day: pl.Series, launched: dict[str, date]) -> pl.Series:
    """Rows of a day on which their satellite was not yet there."""
    first = pl.DataFrame([satellite, day.rename("day")]).group_by("satellite").agg(pl.col("day").min())
    wrong: pl.Series = pl.Series([False]).new_from_index(0, len(day))
    for name, began in first.iter_rows():
        start = launched.get(name, _FIRST_DAY)
        if began is not None and began < start:
            wrong = wrong | ((satellite == name) & (day < start))
    return wrong


def _ahead(day: pl.Series) -> pl.Series:
    """Rows in the future of their own file; see FUTURE_GAP_DAYS. Any year from 2100 on is too."""
    late: pl.Series = (day.dt.year() >= _LAST_YEAR).fill_null(value=False)
    days = day.filter(~late).drop_nulls().unique().sort()
    gaps = days.diff().dt.total_days() > FUTURE_GAP_DAYS
    for after in days.filter(gaps.fill_null(value=False)):
        beyond = (day >= after).fill_null(value=False)
        if len(day) >= 4 and beyond.sum() < max(0.01 * len(day), 2):
            late = late | beyond
            break
    return late


def asked(table: pl.DataFrame, made: pl.DataFrame, path: str) -> list[SetAside]:
    """What was read and looks wrong: cells that were left empty, years of another era."""
    found = []
    for name in ("scan_km", "track_km", "frp_mw", "brightness_k", "night", "type", "satellite", "confidence"):
        if name in table.columns:
            unread = made[name].is_null() if made.schema[name] != pl.String else made[name] == ""
            word = "a word that is not known here" if name in {"satellite", "confidence"} else "it cannot be so"
            found += _doubt(table.filter(unread), name, lambda v: v != "", f"{word}; the cell was left empty", path)
    found += _doubt(table, "date", _other_era, "read as a year of the Buddhist era", path)
    proven = "day and month were read in the order that other rows of this file prove"
    return found + _doubt(table, "date", lambda v: bool(_YEAR_LAST.match(v)), proven, path)


def _other_era(said: str) -> bool:
    return said[:4].isdecimal() and int(said[:4]) in when.BUDDHIST_YEARS and not _EPOCH_MS.match(said)


def _doubt(table: pl.DataFrame, name: str, doubtful: Callable[[str], bool], reason: str, path: str) -> list[SetAside]:
    said = text(table, name)
    odd = [v for v in said.unique() if doubtful(v)]
    if not odd:
        return []
    rows = said.is_in(odd)
    many = f" ({rows.sum()} rows)" if rows.sum() > 1 else ""
    return [
        SetAside(path, int(table["line"].filter(rows)[0]), _THEIRS.get(name, name), said.filter(rows)[0], reason + many)
    ]
