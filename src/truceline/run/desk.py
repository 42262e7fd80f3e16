"""One function a verb of the desk: receive, forms, coverage, tasks, pack, export, review."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from .. import (
    __version__,
    bundle,
    coverage,
    dated,
    export,
    kinds,
    mission,
    overhead,
    parcel,
    publish,
    receive,
    review,
    rows,
    store,
    tasklists,
    tasks,
    when,
)
from ..clock import Progress
from ..errors import UsageError
from ..nouns import Exposure, Look
from .naming import lexicons, with_effort
from .order import edition, load, moment_of


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
    as_of = moment_of("--as-of", filters.get("as_of", ""), zone)
    made = edition(material, as_of, filters.get("release") or "public")
    tell("edition")
    start, end = filters.get("start"), filters.get("end")
    wanted = export.Wanted(
        filters.get("party", ""), filters.get("kind", ""), moment_of("--from", start or "", zone),
        moment_of("--to", end or "", zone, last=True),
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
    from ..forms import IDS, survey, workbook
    from ..forms import load as form_of
    from ..report import tongue

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
    whole = with_effort(whole, lexicons(whole))
    span = whole.period
    spans = [e.when for e in whole.effort]
    begin = span.start if span else min((w.start for w in spans), default=None)
    finish = span.end if span else max((w.end for w in spans), default=None)
    first = moment_of("--from", start, whole.time_zone) or begin
    last = moment_of("--to", end, whole.time_zone, last=True) or finish
    if first is None or last is None or last <= first:
        raise UsageError("name a span with --from and --to that ends after it starts")
    ground = coverage.Ground(whole.zones, whole.places)
    passes, said = overhead.passes(whole, ground.spots(), (first, last), elements)
    if write:
        said.append(overhead.keep(folder, passes, elements))
    public = tuple(e for e in dated.counting(whole, None, {Exposure.PUBLIC}) if e.exposure is Exposure.PUBLIC)
    looks = rows.records(Look, coverage.coverage(public, ground, first, last, whole.time_zone, passes))
    return [publish.look_row(k) for k in looks], said


def task_files(
    folder: Path,
    out: Path,
    asked: tuple[str, str],
    days: int,
    language: str = "",
    *,
    force: bool = False,
    tell: Progress = lambda _: None,
) -> dict[str, Any]:
    """`tasks`: what to look at next, of a mission or of a run's folder, written to `out`; `asked` is as-of and release."""
    from .. import report, tasksheet

    spoken = language or "en"
    if spoken not in report.languages():
        raise UsageError(f"--language: found {language!r}, expected one of {', '.join(report.languages())}")

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
        made = edition(material, moment_of("--as-of", as_of, material.mission.time_zone), release)
    tell("edition")
    with report.tongue.speaking(spoken, made.mission.letterhead.wording.get(spoken)):
        found = tasks.tasks(made, days)
        written = {**tasklists.files(found, made.mission.title), "tasks.pdf": tasksheet.sheet(made, found)}
        shown = {t.id: {"at": tasks.named(t), "sentence": tasks.sentence(t.what)} for t in found}
    with store.replacing(out, force=force) as fresh:
        (fresh / "media").mkdir()
        hashes = store.write(fresh, written)
        mark = {
            "program": "truceline", "version": __version__, "mission": made.mission.id, "as_of": when.iso(made.as_of),
            "release": made.release, "language": spoken, "outputs": hashes,
        }  # fmt: skip
        store.write(fresh, {store.MARK: publish.json_bytes(mark)})
    tell("write")
    listed = [dataclasses.asdict(t) | {"start": when.iso(t.start), **shown[t.id]} for t in found]
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
    moment_of("--date", judgement["date"], material.mission.time_zone)
    return review.append(folder / "judgements.csv", judgement, known)
