"""Observation tables without a mission: files -> observations -> incidents and links -> files. What `fuse` calls.

files -> read (by columns, the unusual row by row) -> normalise -> fuse -> write
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import polars as pl

from . import (
    __version__,
    collect,
    columns,
    formats,
    kinds,
    machines,
    normalise,
    partition,
    publish,
    review,
    rows,
    sheets,
    store,
    threads,
    when,
)
from . import read as reading
from .clock import Progress
from .dated import RELEASES
from .errors import InputError, Problem, UsageError
from .formats import cells, firms, observation_columns
from .fuse import Fused, Question, fuse, kernels, lessons, weights
from .nouns import Capture, Harvest, Judgement, Lexicon, Observation, SetAside
from .satellite import thermal, weigh

MAX_MB = 20_000.0
MOST_NEAR = 100_000
"""No longer list of near misses is written; the nearest to the line come first."""


@dataclass(frozen=True)
class Read:
    """Observations as a table (normalised), what was set aside, how many questions there are, and the files' hashes."""

    table: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    questions: int
    inputs: dict[str, str]


def read(files: list[Path], time_zone: str, release: str = "public") -> Read:
    """Read observation tables; what the release withholds is left out and neither listed nor counted."""
    _zoned(time_zone)
    captures = {c.sha256: c for c in (replace(collect.one(f.parent, f, MAX_MB), format="observations") for f in files)}
    parts: list[pl.DataFrame] = []
    odd: list[tuple[Capture, list[sheets.Row] | None]] = []
    unknown = 0
    for capture in captures.values():
        found = observation_columns.plain(capture, time_zone)
        if found is None:
            odd.append((capture, None))
            continue
        parts.append(found.table)
        unknown += len(found.unknown)
        if found.others:
            odd.append((replace(capture, data=b""), found.others))
    table, set_aside, questions = _odd(odd, time_zone)
    whole = pl.concat([*(normalise.by_columns(p) for p in parts), table]) if parts else table
    whole, doubled = (whole, []) if len(parts) == 1 and table.is_empty() else _once(whole)
    kept = whole.filter(pl.col("exposure").is_in([str(e) for e in RELEASES[release]]))
    shown = tuple(s for s in (*set_aside, *doubled) if s.exposure in RELEASES[release])
    return Read(kept, tuple(sorted(shown)), questions + unknown, {c.path: c.sha256 for c in captures.values()})


def _odd(
    odd: list[tuple[Capture, list[sheets.Row] | None]], time_zone: str
) -> tuple[pl.DataFrame, tuple[SetAside, ...], int]:
    """Row by row: whole files that no column reader can take, and the unusual rows of others."""
    lexicon = Lexicon((), {}, {}, {}, time_zone, frozenset(kinds.shipped()))
    left = {c.path: given for c, given in odd}

    def reader(capture: Capture, words: Lexicon) -> Harvest:
        given = left[capture.path]
        one = formats.load("observations")
        return one(capture, words) if given is None else cells.rows_alone(capture, words, given)

    captures = [replace(c, sha256=c.sha256 + c.path) for c, _ in odd]
    raw, set_aside, questions = reading.read(captures, {"observations": reader}, {"observations": lexicon})
    table, more, asked = normalise.normalise(raw, (), None)
    return table, (*set_aside, *more), len(questions) + len(asked)


def _once(whole: pl.DataFrame) -> tuple[pl.DataFrame, list[SetAside]]:
    """One observation an id over all files: the first by file and line stays. Within a file the reader has seen to it."""
    if not whole["id"].is_duplicated().any():
        return whole, []
    ordered = whole.sort("id", "capture", "row")
    later = ordered.filter(~pl.col("id").is_first_distinct())
    told = [
        o.aside("id", o.id, "the same id in another file; the first one is used")
        for o in rows.records(Observation, later)
    ]
    return ordered.unique("id", keep="first", maintain_order=True), told


@dataclass(frozen=True)
class Wish:
    """What somebody wants of `fuse`: files of judgements, of weights, of a known grouping; a release."""

    judgements: Path | None = None
    weights: Path | None = None
    truth: Path | None = None
    time_zone: str = "UTC"
    release: str = "public"
    scheduler: str = ""
    slabs: int = 0
    detections: tuple[Path, ...] = ()


def fuse_files(
    files: list[Path], out: Path, wish: Wish, *, force: bool = False, tell: Progress = lambda _: None
) -> dict[str, int]:
    """`fuse`: bare observation tables to incidents.csv, links.csv, near_misses.csv and the weights that made them."""
    store.refuse_foreign(out, force=force)
    counts = _by_partitions(files, out, wish, force=force, tell=tell)
    if counts is not None:
        return counts
    judgements = _judgements(wish)
    found = read(files, wish.time_zone, wish.release)
    tell("read")
    question = Question(judgements)
    chosen = given_weights(wish.weights)
    if wish.truth:
        chosen = _taught(found.table, wish.truth, question, chosen)
    whole = [found.table]
    found = replace(found, table=found.table.select(publish.TOLD))
    with machines.dealing(wish.scheduler, wish.slabs) as deal:
        made = fuse(whole.pop(), chosen, question, deal, tell)  # `fuse` alone holds the table, and lets it go
    tell("fuse")
    tell(f"writing {made.incidents.height:,} incidents")
    heat = None
    if wish.detections:
        heat = weigh.weigh(
            made.incidents, _heat_of(wish.detections).table, weigh.Surroundings(), _heat_model(None)
        ).table
    with store.replacing(out, force=force) as fresh:
        large = _large(fresh, found, made, heat)
        _sealed(fresh, {**large, **store.write(fresh, _small(made, found.set_aside))}, found.inputs)
    tell("write")
    return {
        "observations": found.table.height, "incidents": made.incidents.height, "links": made.links.height,
        "near_misses": made.near_misses.height, "set_aside": len(found.set_aside), "questions": found.questions,
    }  # fmt: skip


def _sealed(fresh: Path, outputs: dict[str, str], inputs: dict[str, str]) -> None:
    """The manifest, without which a folder is not taken for ours."""
    mark = {
        "program": "truceline",
        "version": __version__,
        "inputs": inputs,
        "outputs": dict(sorted(outputs.items())),
    }
    store.write(fresh, {store.MARK: publish.json_bytes(mark)})


def _zoned(time_zone: str) -> None:
    try:
        when.zone(time_zone)
    except ValueError as error:
        raise UsageError(f"--time-zone: {error}") from None


def _by_partitions(files: list[Path], out: Path, wish: Wish, *, force: bool, tell: Progress) -> dict[str, int] | None:
    """`fuse_files` on a cluster, slab by slab; None where there is no cluster, or where the whole table is needed at once."""
    tabular = all(f.suffix.lower() in {".csv", ".tsv", ".parquet"} and f.is_file() for f in files)
    if not wish.scheduler or not tabular or wish.judgements or wish.truth or wish.detections:
        return None
    _zoned(wish.time_zone)
    chosen = given_weights(wish.weights)
    how = (wish.time_zone, tuple(map(str, RELEASES[wish.release])), wish.slabs, MOST_NEAR)
    try:
        with machines.tiles(wish.scheduler, 1) as deal, store.replacing(out, force=force) as fresh:
            scratch = fresh / "parts"
            scratch.mkdir()
            made = partition.fused(files, fresh, scratch, deal, chosen, how, tell)
            shutil.rmtree(scratch)
            _sealed(fresh, {**made.outputs, **store.write(fresh, _small(made, ()))}, made.inputs)
    except partition.NeedsAll:
        return None
    return {**made.counts, "set_aside": 0, "questions": made.unknown}


def _judgements(wish: Wish) -> tuple[Judgement, ...]:
    if wish.judgements is None:
        return ()
    from . import mission

    return review.active(mission.judgements(wish.judgements, wish.time_zone))


def given_weights(file: Path | None) -> weights.Weights:
    """The weights of a file, else those that come with this version."""
    if file is None:
        return weights.parse(store.shipped(store.WEIGHTS))
    try:
        return weights.parse(json.loads(file.read_text("utf-8")))
    except OSError as error:
        problem = Problem(str(file), 0, "", f"a file that cannot be read ({error.strerror})", "a file of weights")
    except (KeyError, TypeError, ValueError) as error:
        problem = Problem(str(file), 0, "", str(error), "weights as `truceline fuse` writes them with this version")
    raise InputError(problem)


def _taught(table: pl.DataFrame, file: Path, question: Question, before: weights.Weights) -> weights.Weights:
    """Weights fitted on a grouping that people made of these observations: a CSV with `id` and `event_id`."""
    try:
        lines = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(str(file), 0, "", f"a file that cannot be read ({error})", "a CSV: id, event_id")
        ) from None
    if not lines or not {"id", "event_id"} <= set(lines[0]):
        raise InputError(Problem(str(file), 1, "", "no columns id and event_id", "a CSV: id, event_id"))
    taught = lessons.lesson(table, {r["id"]: r["event_id"] for r in lines if r["event_id"]}, question)
    if not taught.same.any() or taught.same.all():
        expected = "observations of this table of which some are one happening and some are not"
        raise InputError(Problem(str(file), 0, "event_id", "nothing to learn from", expected))
    about = {"pairs": len(taught.same), "one_happening": int(taught.same.sum()), "not_compared": taught.lost}
    fitted = lessons.taught([taught], before)
    return replace(fitted, share=None, about={"fitted_on": [{"set": file.name, **about}], "towards": before.about})


def _large(fresh: Path, found: Read, made: Fused, heat: pl.DataFrame | None) -> dict[str, str]:
    """Write incidents.csv and links.csv; the SHA-256 of each."""

    def incidents(out: IO[bytes]) -> None:
        rows.frame_into(out, publish.bare_incidents(made.incidents, found.table, heat))

    def links(out: IO[bytes]) -> None:
        rows.frame_into(out, publish.bare_links(made.links))

    one, other = threads.at_once(
        lambda: store.write_by(fresh / "incidents.csv", incidents), lambda: store.write_by(fresh / "links.csv", links)
    )
    return {"incidents.csv": one, "links.csv": other}


def _small(made: Fused | partition.Whole, set_aside: tuple[SetAside, ...]) -> dict[str, bytes]:
    aside = [(s.file, s.line or "", s.column, s.value, s.reason) for s in set_aside]
    return {
        "near_misses.csv": rows.frame_bytes(publish.bare_links(made.near_misses.head(MOST_NEAR))),
        "set_aside.csv": rows.csv_bytes(columns.names("set_aside.csv"), aside),
        "codebook.csv": rows.csv_bytes(columns.names("codebook.csv"), publish.codebook()),
        store.WEIGHTS: publish.json_bytes(weights.shown(made.weights)),
    }


FIRST_RUN = kernels.FIRST_RUN


@dataclass(frozen=True)
class HeatWish:
    """What somebody wants of `thermal`: detections, and where there are any, tables of cloud and land, another model."""

    detections: tuple[Path, ...]
    cloud: Path | None = None
    land_use: Path | None = None
    model: Path | None = None
    time_zone: str = "UTC"
    release: str = "public"


def thermal_files(
    files: list[Path], out: Path, wish: HeatWish, *, force: bool = False, tell: Progress = lambda _: None
) -> dict[str, Any]:
    """`thermal`: a table of what the detections near each report are worth (CSV), in the order of the reports' ids.

    Raises InputError where a file cannot be read, UsageError where `out` is there and not ours to replace.
    """
    if out.is_dir():
        raise UsageError(f"--out: {out} is a folder; name a file such as {out / 'heat.csv'}")
    if out.exists() and not force:
        raise UsageError(f"{out} is there already; name another file, or say --force")
    found = read(files, wish.time_zone, wish.release)
    tell("read")
    gathered = _heat_of(wish.detections)
    around_ = weigh.Surroundings(
        _surrounding(
            wish.cloud,
            {"date": pl.Date(), "lon_deg": pl.Float64(), "lat_deg": pl.Float64(), "cloud_share": pl.Float64()},
        ),
        _surrounding(wish.land_use, {"lon_deg": pl.Float64(), "lat_deg": pl.Float64(), "class": pl.String()}),
    )
    tell("detections")
    reports = found.table.select("id", pl.col("when_start").alias("start"), pl.col("when_end").alias("end"), "lon_deg", "lat_deg",
                                 "radius_m").sort("id")  # fmt: skip
    made = weigh.weigh(reports, gathered.table, around_, _heat_model(wish.model))
    tell("weigh")
    store.write_one(out, rows.frame_bytes(made.table))
    aside = (*found.set_aside, *gathered.set_aside, *gathered.questions)
    return {
        "reports": reports.height, "detections": gathered.table.height, "doubles": gathered.doubles.height,
        "scale": round(made.scale, 3), "weighed": made.table.filter(pl.col("weight_bits") != 0).height,
        "set_aside": [f"{s.file}:{s.line}: {s.column} {s.value!r}: {s.reason}" for s in aside],
    }  # fmt: skip


def _heat_of(files: tuple[Path, ...]) -> firms.Gathered:
    """Detections of these files, each once; raises InputError where there is none at all."""
    gathered = firms.gathered(collect.one(f.parent, f, MAX_MB) for f in files)
    if gathered.table.is_empty():
        refused = gathered.set_aside[0] if gathered.set_aside else None
        said = f"{refused.value}: {refused.reason}" if refused else "no row that is a detection"
        raise InputError(Problem(str(files[0]), refused.line if refused else 0, "", said, "detections of FIRMS"))
    return gathered


def _heat_model(file: Path | None) -> thermal.Model:
    if file is None:
        return thermal.parse(store.shipped(store.THERMAL))
    try:
        return thermal.parse(json.loads(file.read_text("utf-8")))
    except OSError as error:
        problem = Problem(str(file), 0, "", f"a file that cannot be read ({error.strerror})", "a model of heat weights")
    except (KeyError, TypeError, ValueError) as error:
        problem = Problem(str(file), 0, "", str(error), "a model as thermal.json of this version holds it")
    raise InputError(problem)


def _surrounding(file: Path | None, columns_: dict[str, pl.DataType]) -> pl.DataFrame | None:
    """A table of cloud or land use; raises InputError with file and line where a cell is no number or day."""
    if file is None:
        return None
    capture = collect.one(file.parent, file, MAX_MB)
    sheet = sheets.read(capture.path, capture.data)
    lacking = sheet.lacking(*columns_)
    if lacking:
        raise InputError(
            Problem(capture.path, 1, ", ".join(lacking), "no such column", f"columns {', '.join(columns_)}")
        )
    lines = [row.line for row in sheet.rows]
    cells_ = {name: [row.cells.get(name, "") for row in sheet.rows] for name in columns_}
    text = pl.DataFrame(cells_, schema_overrides=dict.fromkeys(columns_, pl.String()))
    made = text.with_columns(
        pl.col(n).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) if t == pl.Date() else pl.col(n).cast(t, strict=False)
        for n, t in columns_.items()
    )  # fmt: skip
    if "cloud_share" in columns_:
        made = made.with_columns(pl.when(pl.col("cloud_share").is_between(0, 1)).then("cloud_share"))
    for name, values in made.to_dict().items():
        wrong = (
            values.is_null() | values.is_in([float("nan")]) if values.dtype.is_float() else values.is_null()
        ).arg_true()
        if len(wrong):
            first = int(wrong[0])
            expected = {
                "date": "a day such as 2025-07-24",
                "cloud_share": "a share from 0 to 1",
                "class": "a class of land",
            }
            raise InputError(
                Problem(capture.path, lines[first], name, repr(text[name][first]), expected.get(name, "a number"))
            )
    return made
