"""The folder that a run leaves behind: its manifest, and the edition itself, from which documents can be made again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import msgspec

from . import __version__, store
from .errors import RunError
from .nouns import Edition, Judgement, Place
from .when import iso

EDITION = "edition.json"
"""Everything that the report is made of, and nothing that this release withholds."""

DOCUMENTS = ("report.html", "report.pdf", "report.docx")
UNPROMISED = {store.MARK, "timings.json"}
"""Files outside the promise of identical bytes."""


_DRAWN = frozenset({"town", "city", "crossing", "provincial capital", "temple"})
"""Types of places that a map shows for orientation, whether or not something was reported there."""


def edition_bytes(made: Edition) -> bytes:
    """The edition as JSON, the same bytes every time.

    Left out: the files themselves, places that nothing here is about, and of judgements what no output says.
    """
    mission = dataclasses.replace(
        made.mission,
        places=_places(made),
        judgements=_judgements(made),
        captures=(),
        sky=(),
        inputs=(),
        set_aside=(),
        questions=(),
    )
    return msgspec.json.encode(dataclasses.replace(made, mission=mission), order="deterministic") + b"\n"


def _places(made: Edition) -> tuple[Place, ...]:
    named = {o.place_id for o in made.observations} | {i.place_id for i in made.incidents}
    texts = [o.place for o in made.observations] + [i.place for i in made.incidents]
    named |= {part.strip() for text in texts for part in text.split(";")}
    named |= {p for n in made.mission.notices for p in n.places}
    named |= {p for e in made.mission.effort for p in e.places} | {s.place for s in made.timeline}
    return tuple(p for p in made.mission.places if p.id in named or p.type in _DRAWN)


def _judgements(made: Edition) -> tuple[Judgement, ...]:
    """Judgements on what this edition holds; who joined or split, and why, is printed nowhere and stays at home."""
    known = {o.id for o in made.observations}
    subjects = known | {f"I-{i}" for i in known} | {""}
    kept = (j for j in made.mission.judgements if {j.subject, j.object} <= subjects)
    return tuple(j if j.action in {"uphold", "reject"} else dataclasses.replace(j, by="", reason="") for j in kept)


def read_edition(folder: Path) -> Edition:
    """The edition of this run; raises RunError where the folder holds none, or one that is not what the run wrote."""
    known = manifest_of(folder)
    if EDITION not in known.get("outputs", {}):
        raise RunError(f"{folder} holds no {EDITION}; name a folder that `truceline run` wrote with this version")
    try:
        data = (folder / EDITION).read_bytes()
    except OSError as error:
        raise RunError(f"{folder / EDITION} cannot be read ({error.strerror}); run again") from None
    if hashlib.sha256(data).hexdigest() != known["outputs"][EDITION]:
        raise RunError(f"{folder / EDITION} is not what the run wrote (its hash differs from the manifest); run again")
    if known["version"] != __version__:
        raise RunError(f"{folder} was made by version {known['version']}, this is {__version__}; run again")
    return edition_of(data)


def edition_of(data: bytes) -> Edition:
    """The edition that these bytes hold."""
    return msgspec.json.decode(data, type=Edition)


def tables(hashes: dict[str, str]) -> dict[str, str]:
    """The hashes of all that a run wrote but its documents."""
    return {name: value for name, value in hashes.items() if name not in DOCUMENTS}


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a folder that Truceline wrote; raises RunError where there is none."""
    if not store.is_ours(folder):
        raise RunError(f"{folder} holds no manifest of Truceline; name a folder that `truceline run` wrote")
    found: dict[str, Any] = json.loads((folder / store.MARK).read_text("utf-8"))
    return found


def manifest(made: Edition, folder: Path, out: Path, arguments: dict[str, str], fresh: Path) -> dict[str, Any]:
    """What manifest.json holds: inputs, outputs, version and arguments. `folder` is the mission, `fresh` the new files."""
    mission_path = Path(os.path.relpath(folder.resolve(), out.resolve())).as_posix()
    return {
        "program": "truceline",
        "version": __version__,
        "mission": made.mission.id,
        "arguments": {"mission": mission_path, **arguments},
        "as_of": iso(made.as_of),
        "inputs": dict(made.inputs),
        "outputs": store.hashes(fresh, UNPROMISED),
    }
