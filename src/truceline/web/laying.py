"""Reports by the million -> a folder of columns that a desk can be laid from without holding them all.

Done in a process of its own, whose memory goes with it. What the release withholds is left out here: rows by their own
exposure, and all that a withheld source said or was repeated for, as the reader of a mission does it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from .. import bare, columns, dated, kinds, mission, publish, review, run, store, when
from ..errors import RunError, TrucelineError
from ..fuse import fuse
from ..nouns import Mission
from .sieve import GRADES, plain, plain_column

ROWS_A_GROUP = 4_096
"""Rows of a Parquet file that are read at once when one incident is opened."""
FORMAT = "observations"


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be laid: a mission folder, a folder of `fuse` (else it is fused here), where to, and for whom."""

    folder: Path
    fused: Path | None
    out: Path
    release: str


def lay(task: Task) -> str:
    """Write the columns; the words of what went wrong, empty where nothing did (an exception would not travel whole)."""
    try:
        _lay(task)
    except TrucelineError as error:
        return str(error)
    except MemoryError:
        return "there is not enough memory for so many reports"
    return ""


def _lay(task: Task) -> None:
    whole = mission.read(task.folder)
    files = [task.folder / c.path for c in whole.captures if c.format == FORMAT]
    if task.fused is not None:
        _belongs(task.fused, {c.sha256 for c in whole.captures if c.format == FORMAT})
    found = bare.read(files, whole.time_zone, task.release).table
    told = found.filter(_shown(found, _hidden(whole, task.release)))
    if told.is_empty():
        raise RunError(f"{task.folder} holds no report that this release may show")
    moment = max(told["reported_start"].max() or told["when_start"].max(), told["when_start"].min())  # type: ignore[type-var]
    known = dated.mission(whole, moment, task.release)  # type: ignore[arg-type]
    incidents, links, near = _read(task.fused, told) if task.fused else _fused(known, told)
    made = _ordered(incidents)
    account = _accounts(made, told)
    _write(task.out / "incidents.parquet", made)
    _write(task.out / "observations.parquet", account)
    _write(task.out / "links.parquet", _linked(made, links))
    _write(task.out / "near_misses.parquet", near)
    _write(task.out / "words.parquet", account.select("incident", "id", words=_words(account, known)))
    head = {"as_of": when.iso(moment), "release": task.release, "observations": told.height,  # type: ignore[arg-type]
            "unplaced": int(told["lon_deg"].null_count())}  # fmt: skip
    (task.out / "head.json").write_text(json.dumps(head), "utf-8")


def _belongs(fused: Path, held: set[str]) -> None:
    """Raise RunError unless this is a folder of `fuse` over just the tables of observations that the mission holds."""
    if not store.is_ours(fused) or not (fused / "incidents.csv").exists():
        raise RunError(f"{fused} was not written by `truceline fuse`; name a folder that was")
    known: dict[str, Any] = json.loads((fused / store.MARK).read_text("utf-8"))
    if set(known.get("inputs", {}).values()) != held:
        raise RunError(
            f"{fused} was fused from other files than the mission's inbox/observations holds; fuse those again"
        )


def _hidden(whole: Mission, release: str) -> set[str]:
    sources = [s for s in whole.sources if s.exposure not in dated.RELEASES[release]]
    return {name.casefold() for s in sources for name in (s.id, s.name, *s.aliases)}


def _shown(told: pl.DataFrame, hidden: set[str]) -> pl.Series:
    """Which rows no withheld source said or was repeated in."""
    if not hidden:
        return pl.Series([True] * told.height)
    names = pl.Series(sorted(hidden))
    by_source = told["source_id"].str.to_lowercase().is_in(names.implode())
    origins = told.select(
        pl.col("origin_ids")
        .list.eval(pl.element().str.to_lowercase())
        .list.set_intersection(names.to_list())
        .list.len()
    )
    return ~(by_source | (origins.to_series() > 0))


def _fused(known: Mission, told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    made = fuse(told, run.weights_of(known), run.question(known, review.active(known.judgements)))
    table = publish.bare_incidents(made.incidents, told.select(publish.TOLD))
    return table, publish.bare_links(made.links), publish.bare_links(made.near_misses.head(bare.MOST_NEAR))


def _read(fused: Path, told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The tables of a `fuse`; raises RunError where they hold more than this release may show."""
    links = pl.read_csv(fused / "links.csv", schema_overrides={"reasons": pl.String, "observation_id": pl.String})
    if not links["observation_id"].is_in(told["id"].implode()).all():
        raise RunError(f"{fused} holds more than this release may show; fuse again, or serve without --run")
    numbers = {c.name: pl.Float64 for c in columns.INCIDENTS if c.unit in {"degrees", "metres"}}
    texts = {c.name: pl.String for c in columns.INCIDENTS if c.name not in numbers}
    table = pl.read_csv(fused / "incidents.csv", schema_overrides={**texts, **numbers})
    near = pl.read_csv(fused / "near_misses.csv", infer_schema_length=None)
    return table.with_columns(pl.col("observation_ids", "origin_groups", "accused").str.split(";")), links, near


def _ordered(incidents: pl.DataFrame) -> pl.DataFrame:
    """Incidents by their beginning in the columns of incidents.csv; a column that holds nothing takes no room."""
    times = [
        pl.col(f"{n}_utc").cast(pl.Datetime("us", "UTC")).alias(n)
        if incidents.schema[f"{n}_utc"] != pl.String
        else pl.col(f"{n}_utc").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us", time_zone="UTC").alias(n)
        for n in ("start", "end")
    ]
    table = incidents.with_columns(times).sort("start", "id")
    made = []
    for column in columns.INCIDENTS:
        values = table[column.name] if column.name in table.columns else pl.Series(column.name, [None] * table.height)
        if values.dtype == pl.String:
            values = values.replace("", None)
        if column.unit in {"count", "people"}:
            values = values.cast(pl.Int64)
        elif isinstance(values.dtype, pl.Datetime):
            values = values.dt.to_string("%Y-%m-%dT%H:%M:%SZ")
        elif isinstance(values.dtype, pl.List):
            values = values if column.name == "observation_ids" else values.list.join(";")
        if column.name == "grade":
            values = values.cast(pl.Enum(GRADES))
        made.append(values.cast(pl.Null()) if values.null_count() == len(values) else values)
    return pl.DataFrame([*made, table["start"], table["end"]])


def _accounts(incidents: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Observations with the row of their incident, in that order, so that those of one incident lie together."""
    number = pl.int_range(pl.len(), dtype=pl.Int32).alias("incident")
    where = incidents.select(number, pl.col("observation_ids").alias("id")).explode("id")
    return where.join(told, on="id", how="inner", maintain_order="left")


def _linked(incidents: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    where = incidents.select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("incident"), pl.col("id").alias("incident_id")
    )
    return links.join(where, on="incident_id", how="inner").sort("incident")


def _words(account: pl.DataFrame, known: Mission) -> pl.Series:
    """What a search looks through, a text an account."""
    sources = {s.id: s.name for s in known.sources}
    labels = {k: kinds.label(k, known.kinds) for k in account["kind"].unique().to_list()}
    said = account.select(
        pl.concat_str(
            "id", "text", "place", "weapon", pl.col("source_id").replace(sources), pl.col("kind").replace(labels), "place_id",
            separator="\n", ignore_nulls=True,
        )
    ).to_series()  # fmt: skip
    names = {
        p.id: plain(" ".join((p.name, *p.party_names.values(), *p.scripts.values(), *p.variants))) for p in known.places
    }
    names |= {p.name: names[p.id] for p in known.places}
    places = account["place"].replace_strict(names, default="", return_dtype=pl.String)
    return plain_column(said) if (places == "").all() else plain_column(said) + "\n" + places


def _write(file: Path, frame: pl.DataFrame) -> None:
    frame.write_parquet(file, row_group_size=ROWS_A_GROUP if "incident" in frame.columns else None, compression="lz4")
