"""The main job, and what can be done with the folder it leaves: report once more, and check every byte."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from pathlib import Path

from .. import __version__, bundle, publish, store
from ..clock import Clock, Progress
from ..errors import RunError, UsageError
from ..nouns import Edition, Outcome
from .counted import summary
from .documents import Wish, document
from .order import edition, load, moment_of


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
    moment = moment_of("--as-of", as_of, material.mission.time_zone)
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
    from .. import report

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
