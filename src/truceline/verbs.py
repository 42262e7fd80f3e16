"""The verbs of the command line, one function each. What a verb needs is imported when it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from . import __version__
from .errors import InputError, UsageError
from .terminal import print_json, progress, table

if TYPE_CHECKING:
    from .nouns import SetAside

app = App(
    name="truceline",
    version=__version__,
    help="Ceasefire monitoring: evidence in, findings out that both sides can recompute.",
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
As_json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON instead of a table.")]
Force = Annotated[bool, Parameter(name="--force", negative="", help="Overwrite a folder that Truceline did not write.")]
Release = Literal["public", "restricted"]
Length = Literal["note", "full", "annex"]


@app.command
def run(
    mission: Path | None = None,
    /,
    *,
    out: Path | None = None,
    as_of: str = "",
    release: Release = "public",
    language: str = "",
    period: str = "",
    check: Path | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Make the findings report of a mission: the main job.

    Example: truceline run missions/thailand-cambodia-2025 --as-of 2025-12-22T09:00+08:00

    Parameters
    ----------
    mission
        The mission folder.
    out
        Where the tables and the report go; MISSION/out where it is not given.
    as_of
        Only what had been reported by this time counts (ISO 8601); the latest report of the mission where not given.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.
    language
        Of the report: en, th, km, ms, or another that a translator added. English where it is not given.
    period
        What the report calls new: daily, weekly (the default), since-signing, or two times as 2025-12-15/2025-12-22.
    check
        Instead: run again from the inputs that this folder's manifest names, and compare every byte.

    """
    from . import run as pipeline

    if check is not None:
        return _check(check, as_json=json_)
    if mission is None:
        raise UsageError("name a mission folder: truceline run MISSION")
    target = out or mission / "out"
    with progress(pipeline.STAGES) as tell:
        wish = pipeline.Wish(language, "full", period)
        made = pipeline.run(mission, target, as_of, release, wish, force=force, tell=tell)
    if json_:
        print_json(pipeline.summary(made))
        return 0
    c = made.counts
    print(f"{c['observations']} observations, {c['incidents']} incidents, {c['findings']} findings")
    print(
        f"read {c['read']}: used {c['observations']}, set aside {c['set_aside']}, of unknown date {c['undated']}, "
        f"later than this edition {c['later']}"
    )
    _written(target)
    return 0


def _written(folder: Path) -> None:
    """Name every file that was written, the documents with what they took."""
    from .bundle import DOCUMENTS

    seconds = json.loads((folder / "timings.json").read_text("utf-8"))["seconds"]
    size = {path.name: path.stat().st_size / 1e6 for path in folder.iterdir() if path.is_file()}
    print(f"Written to {folder}:")
    for name in (n for n in DOCUMENTS if n in size):
        took = f"{seconds[name]:.1f} s" if name in seconds else ""
        print(f"  {name:12} {size[name]:5.1f} MB  {took}{' by Typst' if name.endswith('pdf') and took else ''}")
    print(f"  and {', '.join(sorted(n for n in size if n not in DOCUMENTS))}")


@app.command
def report(
    run_folder: Annotated[Path, Parameter(name="DIR", help="A folder that `truceline run` wrote.")],
    /,
    *,
    language: str = "",
    length: Length = "full",
    period: str = "",
    release: Literal["", "public", "restricted"] = "",
    out: Path | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Make the documents again, from a run's tables alone: another language, length or period.

    Example: truceline report out --language th --length note --out note

    Parameters
    ----------
    language
        en, th, km, ms, or another that a translator added. English where it is not given.
    length
        note (one page for the minister), full (with annexes), or annex (the annexes alone).
    period
        What the report calls new: daily, weekly (the default), since-signing, or two times as 2025-12-15/2025-12-22;
        where the second one is earlier than the run, the documents show what was known by then.
    release
        Must be that of the run: what a release may show is decided before incidents are made.
    out
        Where the documents go; in the place of the run's own where it is not given.

    """
    from . import run as pipeline

    with progress(("last report", "report", "write")) as tell:
        wish = pipeline.Wish(language, length, period)
        made = pipeline.report_again(run_folder, out, wish, release, force=force, tell=tell)
    target = out or run_folder
    if json_:
        print_json(
            {"folder": str(target), "as_of": made.as_of.isoformat(), "files": sorted(p.name for p in target.iterdir())}
        )
    else:
        _written(target)
    return 0


def _check(folder: Path, *, as_json: bool) -> int:
    from . import run as pipeline

    with progress(pipeline.STAGES) as tell:
        differs = pipeline.recompute(folder, tell)
    if as_json:
        print_json({"folder": str(folder), "same": not differs, "differs": differs})
    else:
        for line in differs:
            print(line)
        print("Every byte is the same." if not differs else f"{len(differs)} differences.")
    return 1 if differs else 0


@app.command
def validate(mission: Path, /, *, json_: As_json = False) -> int:
    """Name everything wrong with a mission's inputs: file, line, column, what was found, what was expected.

    Example: truceline validate missions/thailand-cambodia-2025
    """
    from . import run as pipeline
    from .clock import Clock

    try:
        with progress(("mission", "read", "normalise")) as tell:
            material = pipeline.load(mission, Clock(tell))
    except InputError as error:
        found = [{"level": "refused", **_problem(p)} for p in error.problems]
        _report(found, as_json=json_)
        return 3
    found = [_row("set aside", s) for s in material.set_aside] + [_row("question", s) for s in material.questions]
    _report(found, as_json=json_)
    return 1 if found else 0


def _problem(p: Any) -> dict[str, Any]:
    return {"file": p.file, "line": p.line, "column": p.column, "found": p.found, "expected": p.expected}


def _row(level: str, s: SetAside) -> dict[str, Any]:
    return {"level": level, "file": s.file, "line": s.line, "column": s.column, "found": s.value, "expected": s.reason}


def _report(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    for one in found:
        place = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
        column = f" {one['column']}:" if one["column"] else ""
        found_ = one["found"] if one["level"] == "refused" else repr(one["found"])
        print(f"{one['level']}: {place}:{column} found {found_}; {one['expected']}")
    levels = {level: sum(1 for f in found if f["level"] == level) for level in ("refused", "set aside", "question")}
    print(", ".join(f"{n} {level}" for level, n in levels.items()) if found else "Nothing wrong was found.")


@app.command
def init(folder: Path, /, *, force: Force = False) -> int:
    """Write a new, commented mission folder that validates and runs.

    Example: truceline init my-mission
    """
    from . import template

    for path in template.write(folder, force=force):
        print(path)
    print(f"Next: truceline validate {folder}; truceline run {folder}")
    return 0


@app.command
def collect(
    mission: Path,
    sources: Annotated[list[Literal["firms", "elements"]], Parameter(name="SOURCE", help="firms, elements, or both.")],
    /,
    *,
    products: str = "",
    satellites: str = "",
    orbit_format: Literal["tle", "omm"] = "tle",
    area: str = "",
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    days: int = 5,
    key: str = "",
    server: str = "",
    pause: float = 1.0,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    json_: As_json = False,
) -> int:
    """Fetch what servers publish and keep it as captures: the only verb that fetches. What is held is not fetched again.

    firms: NASA's heat detections, into inbox/firms. elements: orbits of the satellites that see them, into elements.

    Example: truceline collect missions/thailand-cambodia-2025 firms --from 2025-07-24 --to 2025-07-28 --dry-run

    Parameters
    ----------
    products
        Of firms, by commas: VIIRS_SNPP_NRT, VIIRS_NOAA20_NRT, VIIRS_NOAA21_NRT, MODIS_NRT (all four where not given),
        and the archive, which follows months later: the same with SP.
    satellites
        Of elements, by commas: catalogue numbers; those of Terra, Aqua, Suomi-NPP, NOAA-20, NOAA-21 where not given.
    orbit_format
        tle (two-line elements), or omm (as JSON).
    area
        west,south,east,north in degrees; the mission's area where not given.
    from_
        First day in UTC; the mission's period where not given.
    to
        Last day in UTC; days to come are left out.
    days
        Days a request, 1 to 10; some products give no more than 5.
    key
        The MAP_KEY of firms; better in the environment, as FIRMS_MAP_KEY. It is written nowhere.
    server
        Another address than NASA's or CelesTrak's, such as a mirror.
    pause
        Seconds between requests.
    dry_run
        Show what would be asked for, without the key, and open no connection.

    """
    from . import fetch

    wish = fetch.wish(
        tuple(sources), products, satellites, key, orbit_format=orbit_format, area=area, start=from_, end=to, days=days,
        server=server, pause_s=pause,
    )  # fmt: skip
    asked = fetch.planned(mission, wish)
    if dry_run:
        if json_:
            print_json(asked)
        else:
            for one in asked:
                print(f"{'held ' if one['held'] else 'fetch'} {one['url']}\n      {one['file']}")
            print(f"{sum(not a['held'] for a in asked)} requests; no connection was opened")
        return 0
    with progress(tuple(Path(a["file"]).name for a in asked if not a["held"]) or ("nothing to ask",)) as tell:
        found = fetch.collect(mission, wish, tell=tell)
    if json_:
        print_json({"fetched": [str(p) for p in found.fetched], "held": [str(p) for p in found.held]})
    else:
        for path in found.fetched:
            print(path)
        print(f"{len(found.fetched)} files fetched, {len(found.held)} held already")
    return 0


@app.command
def fuse(
    observations: Annotated[list[Path], Parameter(help="Observation tables: CSV, Parquet, JSON Lines, GeoJSON, XLSX.")],
    /,
    *,
    out: Path,
    judgements: Path | None = None,
    weights: Path | None = None,
    truth: Path | None = None,
    time_zone: str = "UTC",
    release: Release = "public",
    scheduler: str = "",
    slabs: int = 0,
    detections: Annotated[list[Path] | None, Parameter(consume_multiple=True)] = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Fuse bare observation tables to incidents, links and near misses.

    Example: truceline fuse observations.csv --out fused

    Parameters
    ----------
    judgements
        What people decided (a judgements.csv): pairs that are one, pairs that are two.
    weights
        Weights of evidence to use as they are, such as the weights.json of an earlier run; those of this version where
        not given, with the prior moved to these reports.
    truth
        A grouping that people made of these observations (CSV: id, event_id): weights are fitted on it first.
    time_zone
        Of dates and times without an offset.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.
    scheduler
        Address of a Dask scheduler whose workers compare the pairs (tcp://host:8786); needs the extra `cluster`.
    slabs
        How many slabs of time the pairs are dealt in; three a worker where not given.
    detections
        Heat detections of NASA FIRMS: incidents.csv then says what those near each incident are worth.

    """
    from . import bare

    if bare.FIRST_RUN:
        print(
            "The first run on this machine compiles for a while (about half a minute); later ones do not.",
            file=sys.stderr,
        )
    with progress(("read", "fuse", "write")) as tell:
        wish = bare.Wish(judgements, weights, truth, time_zone, release, scheduler, slabs, tuple(detections or ()))
        counts = bare.fuse_files(observations, out, wish, force=force, tell=tell)
    if json_:
        print_json(counts)
    else:
        print(
            f"{counts['observations']} observations, {counts['incidents']} incidents, {counts['near_misses']} near "
            f"misses, {counts['set_aside']} set aside: {out}"
        )
    return 0


@app.command
def thermal(
    events: Annotated[
        list[Path], Parameter(help="Reports: observation tables (id, start, lon_deg, lat_deg, radius_m).")
    ],
    /,
    *,
    detections: Annotated[list[Path], Parameter(consume_multiple=True)],
    out: Path,
    cloud: Path | None = None,
    land_use: Path | None = None,
    model: Path | None = None,
    time_zone: str = "UTC",
    release: Release = "public",
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Weigh the heat detections near each report, in bits, beside how often one lies as near by chance.

    Example: truceline thermal reports.csv --detections firms-2025.csv --cloud cloud.csv --out heat.csv

    Parameters
    ----------
    detections
        Heat detections of NASA FIRMS in any form (several files may be given).
    cloud
        Cloud shares (date, lon_deg, lat_deg, cloud_share from 0 to 1); the nearest within 50 km on the day is taken.
    land_use
        Classes of land (lon_deg, lat_deg, class).
    model
        Another fit than the one that comes with this version.
    time_zone
        Of dates and times without an offset.
    release
        public, or restricted (adds what is for partners). What is sealed is in neither.

    """
    from . import bare

    with progress(("read", "detections", "weigh")) as tell:
        wish = bare.HeatWish(tuple(detections), cloud, land_use, model, time_zone, release)
        counts = bare.thermal_files(events, out, wish, force=force, tell=tell)
    if json_:
        print_json(counts)
        return 0
    for line in counts["set_aside"][:20]:
        print(f"set aside: {line}", file=sys.stderr)
    print(
        f"{counts['reports']} reports, {counts['detections']} detections, {counts['doubles']} doubles, "
        f"{len(counts['set_aside'])} rows set aside: {out}"
    )
    if not counts["weighed"] and counts["scale"]:
        print("No report could be weighed; the column reason says why.")
    elif counts["scale"]:
        print(
            f"{counts['scale']:.0%} of the fitted weight is used in this table; {counts['weighed']} reports have a weight."
        )
    else:
        print(
            "Uninformative: detections lie no nearer to these reports on their day than on other days. Every weight is 0."
        )
    return 0


@app.command
def coverage(
    mission: Path,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    elements: Annotated[Path | None, Parameter(help="A file of two-line elements: work out who came over.")] = None,
    write: Annotated[bool, Parameter(help="Keep these passes in the mission's passes.csv.")] = False,
    json_: As_json = False,
) -> int:
    """Who could have seen what, when: a mission's effort by sector, when nobody looked, which satellites came over.

    Example: truceline coverage missions/thailand-cambodia-2025 --from 2025-12-07 --to 2025-12-22
    """
    from . import run as pipeline

    if write and elements is None:
        raise UsageError("--write keeps passes that are worked out anew: name their elements with --elements FILE")
    looks, said = pipeline.coverage_rows(mission, from_, to, elements, write=write)
    for sentence in said:
        print(sentence, file=sys.stderr)
    if json_:
        print_json(looks)
    else:
        shown = [
            {
                "who": row["source_id"] or "nobody",
                "from": row["start_utc"][:10],
                "to": row["end_utc"][:10],
                "zone": row["zone"],
                "state": row["state"],
                "share": row["seen_share"],
                "why": row["why_not"],
            }
            for row in looks
        ]
        table(shown, f"{len(looks)} rows; days in UTC; share of the zone's line in sight, at most")
    return 0


review = App(name="review", help="Judgements from the command line: appended, never edited, undone by a further entry.")
app.command(review)
By = Annotated[str, Parameter(help="Who decides.")]
Reason = Annotated[str, Parameter(help="Why.")]
Date = Annotated[str, Parameter(help="On which day (ISO 8601).")]


@review.command
def join(mission: Path, subject: str, object_: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that two observations are about one happening.

    Example: truceline review join MISSION R1 R2 --by "A. Analyst" --reason "same crater" --date 2025-12-20
    """
    return _judge(mission, action="join", subject=subject, object=object_, by=by, reason=reason, date=date)


@review.command
def split(mission: Path, subject: str, object_: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that two observations are about two happenings.

    Example: truceline review split MISSION R1 R2 --by "A. Analyst" --reason "two hills" --date 2025-12-20
    """
    return _judge(mission, action="split", subject=subject, object=object_, by=by, reason=reason, date=date)


@review.command
def uphold(mission: Path, subject: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that an incident is established, whatever the rules say; the reason is printed.

    Example: truceline review uphold MISSION R1 --by "A. Analyst" --reason "seen on site" --date 2025-12-20
    """
    return _judge(mission, action="uphold", subject=subject, by=by, reason=reason, date=date)


@review.command
def reject(mission: Path, subject: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Say that an incident is not established, whatever the rules say; the reason is printed.

    Example: truceline review reject MISSION R1 --by "A. Analyst" --reason "another place" --date 2025-12-20
    """
    return _judge(mission, action="reject", subject=subject, by=by, reason=reason, date=date)


@review.command
def undo(mission: Path, judgement: str, /, *, by: By, reason: Reason, date: Date) -> int:
    """Take a judgement back by a further entry.

    Example: truceline review undo MISSION J0001 --by "A. Analyst" --reason "mistaken" --date 2025-12-20
    """
    return _judge(mission, action="undo", undoes=judgement, by=by, reason=reason, date=date)


def _judge(mission: Path, **judgement: str) -> int:
    from . import run as pipeline

    print(f"{pipeline.judge(mission, judgement)} appended to {mission / 'judgements.csv'}")
    return 0


@app.command
def export(
    mission: Path,
    /,
    *,
    format_: Annotated[
        str, Parameter(name="--format", help="geojson, csv, gpkg, kml, xlsx, parquet; several by commas.")
    ] = "csv",
    out: Path,
    as_of: str = "",
    release: Release = "public",
    party: str = "",
    kind: str = "",
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Export incidents, findings and observations; what is filtered is what is exported, with a codebook.

    Example: truceline export missions/thailand-cambodia-2025 --format gpkg,xlsx --out export --kind fire

    Parameters
    ----------
    party
        Only incidents that this party is blamed for, or says it did.
    kind
        Only incidents under this kind, such as fire or explosion.mine.

    """
    from . import run as pipeline

    filters = {"as_of": as_of, "release": release, "party": party, "kind": kind, "start": from_, "end": to}
    with progress(("edition", "export")) as tell:
        made = pipeline.export_files(
            mission, out, [f.strip() for f in format_.split(",")], filters, force=force, tell=tell
        )
    if json_:
        print_json(made)
    else:
        for name in made["files"]:
            print(out / name)
        print(f"{made['incidents']} incidents, {made['observations']} observations, {made['findings']} findings")
    return 0


@app.command
def scenario(
    name: str = "",
    /,
    *,
    seed: int = 1,
    out: Path | None = None,
    mischief: str = "",
    days: int | None = None,
    force: Force = False,
    json_: As_json = False,
) -> int:
    """Write an invented ceasefire with known truth: a mission folder, truth.csv and truth_accounts.csv.

    Without a name the scenarios are listed, each with its lesson. The same name, seed and version give the same bytes.

    Example: truceline scenario tense --seed 7 --out exercise

    Parameters
    ----------
    seed
        Another seed is another ceasefire of the same shape.
    mischief
        What goes wrong besides, as flood=400,collusion=12: flood, collusion, spokesman, clock_jump (hours), swapped
        (teams), staged (scenes).
    days
        How long it lasts; the shape's own length where it is not given.

    """
    from . import scenario as inventions
    from . import template

    if not name:
        rows = [{"scenario": n, "title": s["title"], "lesson": s["lesson"]} for n, s in inventions.shapes().items()]
        if json_:
            print_json(rows)
        else:
            table(rows, "Next: truceline scenario NAME --seed N --out DIR")
        return 0
    if out is None:
        raise UsageError("name a folder: truceline scenario NAME --seed N --out DIR")
    if days is not None and not 1 <= days <= 3660:
        raise UsageError(f"--days: found {days}, expected 1 to 3660")
    changes = {} if days is None else {"days": days}
    files = inventions.files(name, seed, inventions.wanted(mischief), changes)
    for path in template.write_files(out, files, force=force):
        if not json_:
            print(path)
    if json_:
        print_json({"folder": str(out), "scenario": name, "seed": seed, "files": sorted(files)})
    else:
        print(f"Next: truceline run {out}; compare with {out / 'truth.csv'} when you have your own answer")
    return 0
