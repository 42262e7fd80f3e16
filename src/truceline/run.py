"""The whole pipeline in order, on one page; one function a verb, which the command line and the web call.

    folder -> mission -> read -> normalise -> as of -> fuse -> assess -> coverage -> check -> tally -> report

Stages know nothing of one another: what one needs of another is computed here and passed in.
"""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from . import (
    __version__,
    accounts,
    assess,
    check,
    collect,
    coverage,
    dated,
    export,
    formats,
    kinds,
    mission,
    normalise,
    publish,
    read,
    review,
    rows,
    store,
    tally,
    when,
)
from .clock import Clock, Progress
from .errors import RunError, UsageError
from .fuse import fuse
from .nouns import (
    OWN_WORD_CODES,
    Assessment,
    Edition,
    Exposure,
    Finding,
    Incident,
    Lexicon,
    Link,
    Look,
    Mission,
    Observation,
    Outcome,
    Reading,
    SetAside,
    Source,
    SourceKind,
)
from .terms.case import Case

STAGES = ("mission", "read", "normalise", "fuse", "assess", "coverage", "check", "tally", "report", "write")


def lexicons(whole: Mission) -> dict[str, Lexicon]:
    """What names mean in this mission, for each format with its own value tables."""
    names = {name.casefold(): s.id for s in whole.sources for name in (s.id, s.name, *s.aliases)}
    party_names = {name.casefold(): p.id for p in whole.parties for name in (p.id, *p.names.values())}
    base = Lexicon(
        whole.party_ids, party_names, names, {s.id: s.party for s in whole.sources}, whole.time_zone,
        frozenset(kinds.tree(whole.kinds)),
        _withheld(whole),
    )  # fmt: skip
    return {i: dataclasses.replace(base, values=formats.metadata(i).get("value_tables", {})) for i in formats.IDS}


def _withheld(whole: Mission) -> dict[str, Exposure]:
    hidden = [s for s in whole.sources if s.exposure is not Exposure.PUBLIC]
    return {name.casefold(): s.exposure for s in hidden for name in (s.id, s.name, *s.aliases)}


@dataclasses.dataclass(frozen=True)
class Material:
    """What a mission holds before any edition is made of it."""

    mission: Mission
    observations: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    questions: tuple[SetAside, ...]


def load(folder: Path, clock: Clock | None = None) -> Material:
    """Read and normalise a mission folder; raises InputError where it cannot be read."""
    clock = clock or Clock()
    whole = mission.read(folder)
    clock.done("mission")
    readers = {i: formats.load(i) for i in formats.IDS}
    raw, set_aside, questions = read.read(whole.captures, readers, lexicons(whole))
    clock.done("read")
    table, more, asked = normalise.normalise(raw, whole.places, whole.area, whole.period)
    clock.done("normalise")
    expected = {s.id: s.expected for s in whole.sources if s.expected}
    counted = [
        SetAside("sources.yaml", 0, source, str(found), f"expected {low} to {high} observations of this source")
        for source, found, low, high in read.problems_with_counts(table, expected)
    ]
    return Material(
        whole, table, tuple(sorted((*whole.set_aside, *set_aside, *more))),
        tuple(sorted({*whole.questions, *questions, *asked, *counted})),
    )  # fmt: skip


def edition(material: Material, as_of: datetime | None, release: str, clock: Clock | None = None) -> Edition:
    """One edition: everything that had been reported by `as_of` (all of it where None), fused, assessed and checked."""
    clock = clock or Clock()
    told = [o for o in rows.records(Observation, material.observations) if o.exposure in dated.RELEASES[release]]
    moment = as_of or tally.latest_reported(told) or _period_end(material.mission)
    known = dated.mission(material.mission, moment, release)
    table, undated, later = dated.observations(material.observations, moment, release, dated=as_of is not None)
    decided = review.active(known.judgements)
    party_words = tuple(w for p in known.parties for w in (p.id, *p.names.values()))
    incidents, links = fuse(table, decided, known.kinds, party_words)
    clock.done("fuse")
    setting = accounts.Setting(
        known.party_ids, {p.id: p.name for p in known.parties}, known.attribute, known.time_zone, known.kinds
    )
    assessments = assess.assess(incidents, links, table, known.sources, setting, decided)
    clock.done("assess")
    since = known.period.start if known.period else min((o.when.start for o in told if o.when), default=moment)
    ground = coverage.Ground(known.zones, known.places)
    looks = coverage.coverage(known.effort, ground, min(since, moment), moment, known.time_zone)
    clock.done("coverage")
    events = tuple(zip(rows.records(Incident, incidents), rows.records(Assessment, assessments), strict=True))
    case = Case(
        events, known.effort, known.timeline, ground, known.observers, setting.party_names, known.time_zone, moment
    )
    findings = check.check(known.agreements, known.party_ids, since, case)
    clock.done("check")
    used = rows.records(Observation, table)
    made = Edition(
        mission=known, as_of=moment, version=__version__, counts={}, observations=tuple(used),
        incidents=tuple(i for i, _ in events), links=tuple(rows.records(Link, links)), assessments=tuple(a for _, a in events),
        findings=tuple(rows.records(Finding, findings)), looks=tuple(rows.records(Look, looks)),
        claims=tuple(tally.claims(incidents, assessments, table, known.sources, setting)),
        shares=tuple(tally.shares(known.party_ids, incidents, assessments, table, known.sources)),
        totals=tuple(tally.totals(known.figures)), figures=known.figures, timeline=known.timeline,
        agreements=known.agreements, set_aside=tuple(sorted((*dated.shown(material.set_aside, release), *undated))),
        inputs=tuple((c.path, c.sha256) for c in known.inputs),
        release=release,
    )  # fmt: skip
    clock.done("tally")
    return dataclasses.replace(made, counts=_counts(made, len(made.set_aside) - len(undated), len(undated), later))


def _moment(option: str, text: str, time_zone: str, *, last: bool = False) -> datetime | None:
    """What an option says of a moment (with `last`, the end of what it says); None where it is empty."""
    if not text:
        return None
    try:
        span = when.parse(text, time_zone)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    return span.end if last else span.start


def _zone(name: str) -> None:
    try:
        when.zone(name)
    except ValueError as error:
        raise UsageError(f"--time-zone: {error}") from None


def _period_end(whole: Mission) -> datetime:
    return (
        whole.period.end
        if whole.period
        else max((f.as_of for f in whole.figures), default=when.parse("2000", "UTC").start)
    )


def _counts(made: Edition, set_aside: int, undated: int, later: int) -> dict[str, int]:
    used = len(made.observations)
    return {
        "captures": sum(1 for c in made.mission.captures),
        "read": used + set_aside + undated + later,
        "observations": used,
        "set_aside": set_aside,
        "undated": undated,
        "later": later,
        "unplaced": sum(1 for o in made.observations if o.lon_deg is None),
        "incidents": len(made.incidents),
        "findings": len(made.findings),
    }


def summary(made: Edition) -> dict[str, Any]:
    """What summary.json holds."""
    told = {o.id: o for o in made.observations}
    return {
        "mission": made.mission.id, "title": made.mission.title, "as_of": when.iso(made.as_of), "version": made.version,
        "parties": list(made.mission.party_ids), "counts": made.counts,
        "grades": _count(str(a.grade) for a in made.assessments),
        "outcomes": _count(str(f.outcome) for f in made.findings if f.status_reading is not Reading.PAUSED),
        "by_own_word": _count(str(f.outcome) for f in made.findings if f.reason_code in OWN_WORD_CODES),
        "figures": tally.headline(list(made.totals), list(made.incidents), told),
        "accusations": [dataclasses.asdict(s) for s in made.shares],
        "notice": made.mission.notice,
    }  # fmt: skip


def _count(words: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in words:
        found[word] = found.get(word, 0) + 1
    return dict(sorted(found.items()))


def run(
    folder: Path,
    out: Path,
    as_of: str = "",
    release: str = "public",
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> Edition:
    """The main job: inbox to findings. Writes `out` as a whole and returns the edition.

    Raises InputError where the mission cannot be read, RunError where a check failed or the folder cannot be written,
    UsageError where `out` holds something else.
    """
    from . import report

    store.refuse_foreign(out, force=force)
    clock = Clock(tell)
    material = load(folder, clock)
    moment = _moment("--as-of", as_of, material.mission.time_zone)
    made = edition(material, moment, release, clock)
    failed = [f for f in made.findings if f.outcome is Outcome.ERROR]
    if failed:
        raise RunError(
            f"{len(failed)} checks failed, so there is no report; the first: {failed[0].id}: {failed[0].reason}"
        )
    with store.replacing(out, force=force) as fresh:
        store.write(fresh, publish.files(made, summary(made)))
        report.write(made, fresh)
        clock.done("report")
        store.write(fresh, {store.MARK: publish.json_bytes(_manifest(made, folder, out, as_of, release, fresh))})
        clock.done("write")
        store.write(fresh, {"timings.json": publish.json_bytes({"seconds": clock.seconds, "peak_mb": clock.peak_mb})})
    return made


def _manifest(made: Edition, folder: Path, out: Path, as_of: str, release: str, fresh: Path) -> dict[str, Any]:
    """What manifest.json holds: inputs, outputs, version and arguments."""
    mission_path = Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()
    return {
        "program": "truceline",
        "version": __version__,
        "mission": made.mission.id,
        "arguments": {"mission": mission_path, "as_of": as_of, "release": release},
        "as_of": when.iso(made.as_of),
        "inputs": dict(made.inputs),
        "outputs": store.hashes(fresh, {store.MARK, "timings.json"}),
    }


def recompute(out: Path, tell: Progress = lambda _: None) -> list[str]:
    """`run --check`: make the edition again from the inputs that the manifest names and compare every byte.

    Returns what differs, in words; an empty list means that everything is the same. Raises RunError where the folder
    is none of ours.
    """
    if not store.is_ours(out):
        raise RunError(f"{out} holds no manifest of Truceline; name a folder that `truceline run` wrote")
    known = json.loads((out / store.MARK).read_text("utf-8"))
    arguments = known.get("arguments")
    if not isinstance(arguments, dict):
        raise RunError(f"{out} was not made by `truceline run`; only a run can be checked")
    folder = (out / arguments["mission"]).resolve()
    differs = []
    if known["version"] != __version__:
        differs.append(f"made by version {known['version']}, checked with {__version__}")
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "again"
        made = run(folder, fresh, arguments["as_of"], arguments["release"], tell=tell)
        inputs, outputs = dict(made.inputs), store.hashes(fresh, {store.MARK, "timings.json"})
    differs += store.differences("input", known["inputs"], inputs)
    differs += store.differences("output", known["outputs"], outputs)
    differs += store.differences("file on disk", known["outputs"], store.hashes(out, {store.MARK, "timings.json"}))
    return differs


def export_files(
    folder: Path,
    out: Path,
    formats_: list[str],
    filters: dict[str, str],
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> dict[str, Any]:
    """`export`: `filters` holds as_of, release, party, kind, start and end, each of which may be empty."""
    store.refuse_foreign(out, force=force)
    material = load(folder)
    zone = material.mission.time_zone
    as_of = _moment("--as-of", filters.get("as_of", ""), zone)
    made = edition(material, as_of, filters.get("release") or "public")
    tell("edition")
    start, end = filters.get("start"), filters.get("end")
    wanted = export.Wanted(
        filters.get("party", ""), filters.get("kind", ""), _moment("--from", start or "", zone),
        _moment("--to", end or "", zone, last=True),
    )  # fmt: skip
    tables = export.chosen(made, wanted)
    with store.replacing(out, force=force) as fresh:
        names = export.files(tables, formats_, fresh, made.as_of, made.mission.title)
        mark = {
            "program": "truceline",
            "version": __version__,
            "as_of": when.iso(made.as_of),
            "filters": filters,
            "outputs": store.hashes(fresh, set()),
        }
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
    tell("export")
    return {"files": names, **{name: len(table) for name, table in tables.items()}}


def fuse_files(
    files: list[Path],
    out: Path,
    judgements: Path | None,
    time_zone: str,
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> dict[str, int]:
    """`fuse`: bare observation tables to incidents.csv and links.csv, without a mission."""
    store.refuse_foreign(out, force=force)
    _zone(time_zone)
    captures = [dataclasses.replace(collect.one(f.parent, f, max_mb=2000), format="observations") for f in files]
    lexicon = Lexicon((), {}, {}, {}, time_zone, frozenset(kinds.shipped()))
    raw, set_aside, questions = read.read(
        captures, {"observations": formats.load("observations")}, {"observations": lexicon}
    )
    table, more, _ = normalise.normalise(raw, (), None)
    tell("read")
    decided = review.active(mission.judgements(judgements, time_zone)) if judgements else ()
    incidents, links = fuse(table, decided)
    tell("fuse")
    sources = tuple(Source(s, s, SourceKind.MEDIA, origin_group=s) for s in sorted(set(table["source_id"])))
    setting = accounts.Setting((), {}, True, time_zone, {})
    assessments = assess.assess(incidents, links, table, sources, setting, decided)
    bare = publish.bare(
        rows.records(Incident, incidents),
        rows.records(Assessment, assessments),
        rows.records(Link, links),
        rows.records(Observation, table),
        tuple(sorted((*set_aside, *more))),
    )
    with store.replacing(out, force=force) as fresh:
        store.write(fresh, bare)
        mark = {
            "program": "truceline",
            "version": __version__,
            "inputs": {c.path: c.sha256 for c in captures},
            "outputs": store.hashes(fresh, set()),
        }
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
    tell("write")
    return {
        "observations": table.height,
        "incidents": incidents.height,
        "links": links.height,
        "set_aside": len(set_aside) + len(more),
        "questions": len(questions),
    }


def coverage_rows(folder: Path, start: str, end: str) -> list[dict[str, Any]]:
    """`coverage`: the coverage table of a mission between two days, as published."""
    whole = mission.read(folder)
    span = whole.period
    spans = [e.when for e in whole.effort]
    begin = span.start if span else min((w.start for w in spans), default=None)
    finish = span.end if span else max((w.end for w in spans), default=None)
    first = _moment("--from", start, whole.time_zone) or begin
    last = _moment("--to", end, whole.time_zone, last=True) or finish
    if first is None or last is None or last <= first:
        raise UsageError("name a span with --from and --to that ends after it starts")
    ground = coverage.Ground(whole.zones, whole.places)
    public = tuple(e for e in whole.effort if e.exposure is Exposure.PUBLIC)
    looks = rows.records(Look, coverage.coverage(public, ground, first, last, whole.time_zone))
    return [publish.look_row(k) for k in looks]


def judge(folder: Path, judgement: dict[str, str]) -> str:
    """`review`: append one judgement to the mission; raises UsageError where it names what the mission does not hold."""
    material = load(folder)
    told = set(material.observations["id"])
    known = told | {f"I-{i}" for i in told} | {j.id for j in material.mission.judgements}
    _moment("--date", judgement["date"], material.mission.time_zone)
    return review.append(folder / "judgements.csv", judgement, known)
