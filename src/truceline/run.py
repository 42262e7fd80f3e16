"""The whole pipeline in order, on one page; one function a verb, which the command line and the web call.

    folder -> mission -> read -> normalise -> as of -> fuse -> assess -> coverage -> check -> trend -> tally -> report

Stages know nothing of one another: what one needs of another is computed here and passed in.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from . import (
    __version__,
    accounts,
    assess,
    bundle,
    check,
    coverage,
    dated,
    export,
    formats,
    kinds,
    meetings,
    mission,
    normalise,
    overhead,
    parcel,
    pictures,
    publish,
    rates,
    read,
    receive,
    reuse,
    review,
    rows,
    sensed,
    store,
    tally,
    tasklists,
    tasks,
    threads,
    trend,
    when,
    where,
)
from .clock import Clock, Progress
from .errors import InputError, Problem, RunError, UsageError
from .fuse import Question, fuse
from .fuse import weights as weighing
from .nouns import (
    OWN_WORD_CODES,
    Assessment,
    ChangePoint,
    Edition,
    Exposure,
    Finding,
    Incident,
    Letterhead,
    Lexicon,
    Link,
    Look,
    Mission,
    NearMiss,
    Observation,
    Outcome,
    Place,
    Rate,
    Rating,
    Reading,
    SetAside,
)
from .satellite import detections, thermal
from .terms.case import Case, arms

if TYPE_CHECKING:
    from .report import Brief

STAGES = (
    "mission",
    "read",
    "normalise",
    "fuse",
    "assess",
    "coverage",
    "check",
    "trend",
    "tally",
    "last report",
    "report",
    "write",
)


def lexicons(whole: Mission) -> dict[str, Lexicon]:
    """What names mean in this mission, for each format with its own value tables."""
    names = {name.casefold(): s.id for s in whole.sources for name in (s.id, s.name, *s.aliases)}
    party_names = {name.casefold(): p.id for p in whole.parties for name in (p.id, *p.names.values())}
    base = Lexicon(
        whole.party_ids, party_names, names, {s.id: s.party for s in whole.sources}, whole.time_zone,
        frozenset(kinds.tree(whole.kinds)),
        _withheld(whole), {}, _spots(whole),
    )  # fmt: skip
    made = {i: dataclasses.replace(base, values=formats.metadata(i).get("value_tables", {})) for i in formats.IDS}
    values = {"mission": whole.id, "places": _place_ids(whole)}
    own: dict[str, dict[str, Any]] = {"odk": values, "mapped": {"mappings": formats.mappings(whole.captures)}}
    return made | {i: dataclasses.replace(base, values=found) for i, found in own.items()}


def _spots(whole: Mission) -> dict[str, tuple[float, float]]:
    """Where each name of the gazetteer is that means one place; a name of two places is nobody's position."""
    return {
        n: (p.lon_deg, p.lat_deg) for n, p in _called(whole).items() if p.lon_deg is not None and p.lat_deg is not None
    }


def _place_ids(whole: Mission) -> dict[str, str]:
    """What each unambiguous name of the gazetteer, folded, is called in places.csv; the ids themselves too."""
    return {n: p.id for n, p in _called(whole).items()}


def _called(whole: Mission) -> dict[str, Place]:
    """The place of each unambiguous name of the gazetteer, folded."""
    names = where.Names(whole.places)
    called = {
        n for p in whole.places for n in (p.id, p.name, *p.party_names.values(), *p.scripts.values(), *p.variants)
    }
    found = {where.folded(n): names.place(n) or names.find(n) for n in called}
    return {n: p for n, p in found.items() if p}


def _with_effort(whole: Mission, words: dict[str, Lexicon]) -> Mission:
    """The mission with what its patrols' tracks (inbox/gpx/) and logs (inbox/odk/) record as effort."""
    more = (*formats.tracks(whole.captures, words), *formats.patrols(whole.captures, words))
    return dataclasses.replace(whole, effort=(*whole.effort, *more))


def _withheld(whole: Mission) -> dict[str, Exposure]:
    hidden = [s for s in whole.sources if s.exposure is not Exposure.PUBLIC]
    return {name.casefold(): s.exposure for s in hidden for name in (s.id, s.name, *s.aliases)}


def _follow(letterhead: Letterhead) -> None:
    """Raise InputError where the report cannot follow the mission's letterhead."""
    if letterhead == Letterhead():
        return
    from . import report

    problems = report.problems(letterhead)
    if problems:
        raise InputError(problems)


@dataclasses.dataclass(frozen=True)
class Material:
    """What a mission holds before any edition is made of it."""

    mission: Mission
    observations: pl.DataFrame
    set_aside: tuple[SetAside, ...]
    questions: tuple[SetAside, ...]
    detections: pl.DataFrame = dataclasses.field(default_factory=detections.empty)
    """Heat detections (satellite.detections), each once; they are no observations."""


@threads.unswept()
def load(folder: Path, clock: Clock | None = None, whole: Mission | None = None) -> Material:
    """Read and normalise a mission folder (`whole` where it was just read); raises InputError where it cannot be read."""
    clock = clock or Clock()
    whole = whole or mission.read(folder)
    _follow(whole.letterhead)
    weights_of(whole)
    clock.done("mission")
    readers = {i: formats.load(i) for i in formats.IDS}
    shown = [c for c in whole.captures if c.format == "pictures" and pictures.is_picture(c)]
    told = [c for c in whole.captures if c.format != formats.DETECTIONS and c not in shown and formats.is_evidence(c)]
    words = lexicons(whole)
    raw, set_aside, questions = read.read(told, readers, words, {i: formats.together(i) for i in formats.TOGETHER})
    whole = _with_effort(whole, words)
    heat = formats.detections(whole.captures, whole.area)
    clock.done("read")
    unseen = pictures.questions(whole.captures, raw["evidence"])
    table, more, asked = normalise.normalise(raw, whole.places, whole.area, whole.period)
    clock.done("normalise")
    expected = {s.id: s.expected for s in whole.sources if s.expected}
    counted = [
        SetAside("sources.yaml", 0, source, str(found), f"expected {low} to {high} observations of this source")
        for source, found, low, high in read.problems_with_counts(table, expected)
    ]
    return Material(
        whole, table, tuple(sorted((*whole.set_aside, *set_aside, *more, *heat.set_aside))),
        tuple(sorted({*whole.questions, *questions, *asked, *counted, *unseen, *heat.questions})), heat.table,
    )  # fmt: skip


def heat(folder: Path, moment: datetime) -> pl.DataFrame:
    """The heat detections (satellite.detections) that a mission holds and that had been published by this moment."""
    whole = mission.read(folder)
    return sensed.known(formats.detections(whole.captures, whole.area).table, moment)


def weights_of(whole: Mission) -> weighing.Weights:
    """The mission's own weights, else those that come with this version; raises InputError where they fit no feature."""
    if not whole.weights:
        return weighing.parse(store.shipped(store.WEIGHTS))
    try:
        return weighing.parse(whole.weights)
    except (KeyError, TypeError, ValueError) as error:
        expected = "weights as `truceline fuse --truth` writes them with this version"
        raise InputError(Problem(store.WEIGHTS, 0, "", str(error), expected)) from None


@threads.unswept()
def edition(material: Material, as_of: datetime | None, release: str, clock: Clock | None = None) -> Edition:
    """One edition: everything that had been reported by `as_of` (all of it where None), fused, assessed and checked."""
    clock = clock or Clock()
    told = [o for o in rows.records(Observation, material.observations) if o.exposure in dated.RELEASES[release]]
    moment = as_of or tally.latest_reported(told) or _period_end(material.mission)
    known = dated.mission(material.mission, moment, release)
    heat_seen = sensed.known(material.detections, moment)
    table, undated, later = dated.observations(material.observations, moment, release, dated=as_of is not None)
    decided = review.active(known.judgements)
    party_words = tuple(w for p in known.parties for w in (p.id, *p.names.values()))
    errors = {s.id: (s.error_m, s.clock_error_s) for s in known.sources if s.error_m or s.clock_error_s}
    table = sensed.with_excess(table, heat_seen, known)
    used = rows.records(Observation, table)
    flood = reuse.floods(used, {s.id: s for s in known.sources})
    fused = fuse(table, weights_of(known), Question(decided, known.kinds, party_words, errors, flood))
    incidents, links = sensed.without_lone_heat(fused.incidents, fused.links)
    clock.done("fuse")
    setting = accounts.Setting(
        known.party_ids, {p.id: p.name for p in known.parties}, known.attribute, known.time_zone, known.kinds,
        rates.parse(store.shipped(store.RATES)),
    )  # fmt: skip
    allied = meetings.allied(rows.records(Incident, incidents), used, known.sources, flood)
    assessments, rated = assess.assess(incidents, links, table, known.sources, setting, decided, flood, allied)
    heat = sensed.weighed(incidents, heat_seen, known, thermal.parse(store.shipped(store.THERMAL)))
    clock.done("assess")
    since = known.period.start if known.period else min((o.when.start for o in told if o.when), default=moment)
    ground = coverage.Ground(known.zones, known.places)
    looks = coverage.coverage(known.effort, ground, min(since, moment), moment, known.time_zone, known.passes)
    clock.done("coverage")
    events = tuple(zip(rows.records(Incident, incidents), rows.records(Assessment, assessments), strict=True))
    case = Case(
        events, known.effort, known.timeline, ground, known.observers, setting.party_names, known.time_zone, moment,
        known.notices, arms((i for i, _ in events), {o.id: o for o in used}),
    )  # fmt: skip
    findings = check.check(known.agreements, known.party_ids, since, case)
    clock.done("check")
    followed, changes = trend.trend(
        incidents, assessments, table, looks, _followed(known, ground, events, since, moment)
    )
    clock.done("trend")
    made = Edition(
        mission=known, as_of=moment, version=__version__, counts={}, observations=tuple(used),
        incidents=tuple(i for i, _ in events), links=tuple(rows.records(Link, links)),
        near_misses=tuple(rows.records(NearMiss, fused.near_misses)), assessments=tuple(a for _, a in events),
        findings=tuple(rows.records(Finding, findings)), looks=tuple(rows.records(Look, looks)),
        claims=tuple(tally.claims(incidents, assessments, table, known.sources, setting)),
        shares=tuple(tally.shares(known.party_ids, incidents, assessments, table, known.sources)),
        totals=tuple(tally.totals(known.figures)), figures=known.figures, timeline=known.timeline,
        agreements=known.agreements, set_aside=tuple(sorted((*dated.shown(material.set_aside, release), *undated))),
        inputs=tuple((c.path, c.sha256) for c in known.inputs),
        release=release, rates=tuple(rows.records(Rate, followed)), changes=tuple(rows.records(ChangePoint, changes)),
        heat=heat, detections=heat_seen.height, ratings=tuple(rows.records(Rating, rated)),
    )  # fmt: skip
    clock.done("tally")
    return dataclasses.replace(made, counts=_counts(made, len(made.set_aside) - len(undated), len(undated), later))


def _followed(
    known: Mission,
    ground: coverage.Ground,
    events: tuple[tuple[Incident, Assessment], ...],
    since: datetime,
    end: datetime,
) -> trend.Setting:
    """What `trend` must know: the mission's observers and their effort, and which sectors hold which incident."""
    sectors = tuple(z.id for z in known.zones if z.role == "sector")
    within = {
        i.id: tuple(z for z in sectors if ground.holds(z, i.lon_deg, i.lat_deg))
        for i, _ in events if i.lon_deg is not None and i.lat_deg is not None
    }  # fmt: skip
    return trend.Setting(
        known.sources,
        known.observers,
        known.effort,
        min(since, end),
        end,
        known.time_zone,
        sectors,
        within,
        known.published,
    )


def _moment(option: str, text: str, time_zone: str, *, last: bool = False) -> datetime | None:
    """What an option says of a moment (with `last`, the end of what it says); None where it is empty."""
    if not text:
        return None
    try:
        span = when.parse(text, time_zone)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    return span.end if last else span.start


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


@dataclasses.dataclass(frozen=True)
class Wish:
    """What somebody wants of a run's documents, in the words of the command line; empty where nothing was said."""

    language: str = ""
    length: str = "full"
    period: str = ""


def again(made: Edition, moment: datetime) -> Edition:
    """The same edition as it stood at an earlier moment, from what it holds itself."""
    return edition(Material(made.mission, rows.table(Observation, made.observations), (), ()), moment, made.release)


def document(made: Edition, wish: Wish) -> tuple[Edition, Brief]:
    """The edition that this wish is about, and the brief for its report; raises UsageError where it cannot be had."""
    from . import report

    language = wish.language or "en"
    if language not in report.languages():
        raise UsageError(f"--language: found {language!r}, expected one of {', '.join(report.languages())}")
    start, end = _period(wish.period, made)
    if end and end > made.as_of:
        raise UsageError(
            f"--period: it ends after this edition closes ({when.iso(made.as_of)}); run with a later --as-of"
        )
    chosen = bundle.edition_of(bundle.edition_bytes(again(made, end))) if end and end < made.as_of else made
    if start and start >= chosen.as_of:
        raise UsageError("--period: it must begin before it ends")
    begin = start or dated.period_start("weekly", made.mission, chosen.as_of) or chosen.as_of
    return chosen, report.Brief(language, wish.length, again(chosen, begin), wish.period)


def _period(text: str, made: Edition) -> tuple[datetime | None, datetime | None]:
    """Where a period begins and ends: by its name, or as two times with a slash between them."""
    if not text:
        return None, None
    if text in {*dated.PERIODS, "since-signing"}:
        start = dated.period_start(text, made.mission, made.as_of)
        if start is None:
            raise UsageError("--period since-signing: no instrument had been signed by then")
        return start, None
    first, slash, last = text.partition("/")
    if not (slash and first.strip() and last.strip()):
        names = ", ".join((*dated.PERIODS, "since-signing"))
        raise UsageError(f"--period: found {text!r}, expected {names}, or two times as 2025-12-15/2025-12-22")
    zone = made.mission.time_zone
    end = _moment("--period", last, zone, last=True)
    return _moment("--period", first, zone), min(end, made.as_of) if end and _same_day(end, made) else end


def _same_day(end: datetime, made: Edition) -> bool:
    """Whether a period that ends with a whole day ends on the day on which the edition closes."""
    return end - timedelta(days=1) <= made.as_of < end


def run(
    folder: Path,
    out: Path,
    as_of: str = "",
    release: str = "public",
    wish: Wish | None = None,
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> Edition:
    """The main job: inbox to findings. Writes `out` as a whole and returns the edition.

    Raises InputError where the mission cannot be read, RunError where a check failed or the folder cannot be written,
    UsageError where `out` holds something else.
    """
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
    wished = wish or Wish()
    with store.replacing(out, force=force) as fresh:
        store.write(fresh, publish.files(made, summary(made)))
        kept = bundle.edition_bytes(made)
        store.write(fresh, {bundle.EDITION: kept})
        _documents(bundle.edition_of(kept), wished, fresh, clock)
        arguments = {"as_of": as_of, "release": release, **dataclasses.asdict(wished)}
        mark = bundle.manifest(made, folder, out, arguments, fresh)
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
        clock.done("write")
        _timings(fresh, clock)
    return made


def _documents(made: Edition, wish: Wish, fresh: Path, clock: Clock) -> None:
    from . import report

    chosen, brief = document(made, wish)
    clock.done("last report")
    for name, seconds in report.write(chosen, fresh, brief).items():
        clock.seconds[name] = seconds
    clock.done("report")


def _timings(fresh: Path, clock: Clock) -> None:
    store.write(fresh, {"timings.json": publish.json_bytes({"seconds": clock.seconds, "peak_mb": clock.peak_mb})})


def report_again(
    folder: Path,
    out: Path | None,
    wish: Wish,
    release: str = "",
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> Edition:
    """`report`: the documents of a run once more, from what the run left behind alone.

    Without `out` they take the place of the run's own. Raises RunError where the folder is no run of this version,
    UsageError where the wish cannot be met.
    """
    made = bundle.read_edition(folder)
    if release and release != made.release:
        raise UsageError(
            f"--release: this run is {made.release}; what it may show was decided before its incidents were made, "
            f"so run again with --release {release}"
        )
    mark = bundle.manifest_of(folder)
    changed = store.differences("table", bundle.tables(mark["outputs"]), bundle.tables(_hashes(folder)))
    changed = [c for c in changed if "was not there" not in c]
    if changed:
        raise RunError(
            f"{folder}: {changed[0]} (of {len(changed)}); the report would not be that of these tables: run again"
        )
    target = out or folder
    store.refuse_foreign(target, force=force)
    clock = Clock(tell)
    with store.replacing(target, force=force) as fresh:
        if out is None:
            shutil.copytree(folder, fresh, dirs_exist_ok=True)
        _documents(made, wish, fresh, clock)
        if out is None:
            mark["arguments"].update(dataclasses.asdict(wish))
            mark["outputs"] |= {name: hashed for name, hashed in _hashes(fresh).items() if name in bundle.DOCUMENTS}
        else:
            mark["arguments"] = {"run": mark["outputs"][bundle.EDITION], **dataclasses.asdict(wish)}
            mark["outputs"] = _hashes(fresh)
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
        clock.done("write")
        _timings(fresh, clock)
    return made


def _hashes(folder: Path) -> dict[str, str]:
    return store.hashes(folder, bundle.UNPROMISED)


def recompute(out: Path, tell: Progress = lambda _: None) -> list[str]:
    """`run --check`: make the edition again from the inputs that the manifest names and compare every byte.

    Returns what differs, in words; an empty list means that everything is the same. Raises RunError where the folder
    is none of ours.
    """
    known = bundle.manifest_of(out)
    arguments = known.get("arguments")
    if not isinstance(arguments, dict) or "mission" not in arguments:
        raise RunError(f"{out} was not made by `truceline run`; only a run can be checked")
    folder = (out / arguments["mission"]).resolve()
    differs = []
    if known["version"] != __version__:
        differs.append(f"made by version {known['version']}, checked with {__version__}")
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "again"
        wish = Wish(**{f.name: arguments.get(f.name, f.default) for f in dataclasses.fields(Wish)})
        made = run(folder, fresh, arguments["as_of"], arguments["release"], wish, tell=tell)
        inputs, outputs = dict(made.inputs), store.hashes(fresh, bundle.UNPROMISED)
    differs += store.differences("input", known["inputs"], inputs)
    differs += store.differences("output", known["outputs"], outputs)
    differs += store.differences("file on disk", known["outputs"], store.hashes(out, bundle.UNPROMISED))
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
        names = export.files(tables, formats_, fresh, export.setting(made))
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


def receive_files(
    folder: Path,
    files: list[Path],
    form: str = "",
    mapping: Path | None = None,
    source: str = "",
    *,
    dry_run: bool = False,
    tell: Progress = lambda _: None,
) -> dict[str, Any]:
    """`receive`: files of other desks into the inbox; what became of each, by name."""
    material = load(folder)
    whole = material.mission
    names = frozenset(n.casefold() for s in whole.sources for n in (s.id, s.name))
    ids = frozenset(material.observations["id"])
    held = receive.Held(whole.captures, ids, lexicons(whole), whole.max_file_mb, names)
    tell("mission")
    made = receive.take(folder, files, receive.Wish(form, mapping, source, dry_run), held)
    tell("receive")
    return {"dry_run": dry_run, "files": [{**dataclasses.asdict(one), "ids": sorted(one.ids)} for one in made]}


def write_forms(
    folder: Path, out: Path, *, force: bool = False, tell: Progress = lambda _: None
) -> list[dict[str, Any]]:
    """`forms`: the XLSForms of a mission, one file each; gives the id, version, questions and file of each."""
    from .forms import IDS, survey, workbook
    from .forms import load as form_of
    from .report import tongue

    store.refuse_foreign(out, force=force)
    whole = mission.read(folder)
    tell("mission")
    labels = {k: str(v["label"]) for k, v in kinds.tree(whole.kinds).items()}
    made = [(i, survey.survey(form_of(i), whole, labels, tongue.said)) for i in IDS]
    listed = [
        {"form": i, "form_id": one.settings["form_id"], "version": one.settings["version"], "file": f"{one.settings['form_id']}.xlsx",
         "questions": sum(1 for row in one.survey if not row["type"].startswith(("end", "begin", "start", "calculate", "note")))}
        for i, one in made
    ]  # fmt: skip
    with store.replacing(out, force=force) as fresh:
        outputs = store.write(fresh, {f"{one.settings['form_id']}.xlsx": workbook.workbook(one) for _, one in made})
        mark = {
            "program": "truceline",
            "version": __version__,
            "mission": whole.id,
            "forms": listed,
            "outputs": outputs,
        }
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
    tell("forms")
    return listed


def coverage_rows(
    folder: Path, start: str, end: str, elements: Path | None = None, *, write: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """`coverage`: the coverage table of a mission between two days, as published, and what is to be said of its passes.

    With `elements` the passes of satellites in this span are worked out from them first; with `write` too, they are kept in
    the mission's passes.csv.
    """
    whole = mission.read(folder)
    whole = _with_effort(whole, lexicons(whole))
    span = whole.period
    spans = [e.when for e in whole.effort]
    begin = span.start if span else min((w.start for w in spans), default=None)
    finish = span.end if span else max((w.end for w in spans), default=None)
    first = _moment("--from", start, whole.time_zone) or begin
    last = _moment("--to", end, whole.time_zone, last=True) or finish
    if first is None or last is None or last <= first:
        raise UsageError("name a span with --from and --to that ends after it starts")
    ground = coverage.Ground(whole.zones, whole.places)
    passes, said = overhead.passes(whole, ground.spots(), (first, last), elements)
    if write:
        said.append(overhead.keep(folder, passes, elements))
    public = tuple(e for e in whole.effort if e.exposure is Exposure.PUBLIC)
    looks = rows.records(Look, coverage.coverage(public, ground, first, last, whole.time_zone, passes))
    return [publish.look_row(k) for k in looks], said


def task_files(
    folder: Path,
    out: Path,
    asked: tuple[str, str],
    days: int,
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> dict[str, Any]:
    """`tasks`: what to look at next, of a mission or of a run's folder, written to `out`; `asked` is as-of and release."""
    from . import tasksheet

    if days < 1:
        raise UsageError(f"--days: found {days}, expected 1 or more")
    store.refuse_foreign(out, force=force)
    as_of, release = asked
    if store.is_ours(folder):
        made = bundle.read_edition(folder)
        if as_of or release not in {"public", made.release}:
            raise UsageError("--as-of and --release: a run's folder has its own; name the mission folder")
    else:
        material = load(folder)
        made = edition(material, _moment("--as-of", as_of, material.mission.time_zone), release)
    tell("edition")
    found = tasks.tasks(made, days)
    with store.replacing(out, force=force) as fresh:
        (fresh / "media").mkdir()
        written = {**tasklists.files(found, made.mission.title), "tasks.pdf": tasksheet.sheet(made, found)}
        hashes = store.write(fresh, written)
        mark = {
            "program": "truceline", "version": __version__, "mission": made.mission.id, "as_of": when.iso(made.as_of),
            "release": made.release, "outputs": hashes,
        }  # fmt: skip
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
    tell("write")
    listed = [dataclasses.asdict(t) | {"start": when.iso(t.start)} for t in found]
    answered = sum(bool(t.answered_by) for t in found)
    return {"open": len(found) - answered, "answered": answered, "files": list(written), "tasks": listed}


def pack_parcel(folder: Path, out: Path, reader: str, since: Path | None, *, force: bool = False) -> dict[str, Any]:
    """`pack`: write what this reader may have as one parcel, and give its manifest."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise UsageError("--out lies inside the mission folder; name a place outside it")
    read_ = None
    if reader == "mission":
        whole = mission.read(folder)
    else:
        material = load(folder)
        whole, read_ = material.mission, (material.observations, material.set_aside)
    made = parcel.pack(folder, whole, read_, reader, since)
    parcel.write(made, out, force=force)
    return made.manifest


def judge(folder: Path, judgement: dict[str, str]) -> str:
    """`review`: append one judgement to the mission; raises UsageError where it names what the mission does not hold."""
    material = load(folder)
    told = set(material.observations["id"])
    known = told | {f"I-{i}" for i in told} | {j.id for j in material.mission.judgements}
    _moment("--date", judgement["date"], material.mission.time_zone)
    return review.append(folder / "judgements.csv", judgement, known)
