"""Formats of evidence: one file each, with a YAML of the same stem (publisher, cadence, value tables).

A format reads the bytes of one capture into observations; it opens nothing and knows no other format. To add one, see
docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ..errors import InputError
from ..nouns import WITHHELD, Capture, Edit, Effort, Exposure, Harvest, Lexicon, SetAside

if TYPE_CHECKING:
    from .firms import Gathered

IDS = (
    "observations", "reports", "answers", "imagery", "firms", "odk", "mapped", "patrol", "features", "hazards", "gpx", "photos",
    "acled", "ucdp", "hxl",
)  # fmt: skip
DETECTIONS = "firms"
"""The format whose rows are no observations: its table goes beside them."""
Reader = Callable[[Capture, Lexicon], Harvest]
TOGETHER = ("odk",)
"""Formats whose files belong together (a repeat in one, its entry in another): each has a function `together`."""


def load(format_id: str) -> Reader:
    """The reader of this format; KeyError where there is none."""
    if format_id not in IDS:
        raise KeyError(format_id)
    reader: Reader = import_module(f"{__name__}.{format_id}").read

    def read(capture: Capture, lexicon: Lexicon) -> Harvest:
        exposure = lexicon.folder_exposure(capture.path)
        return (
            reader(capture, lexicon) if exposure is Exposure.PUBLIC else _withheld(reader, capture, lexicon, exposure)
        )

    return read


def _withheld(reader: Reader, capture: Capture, lexicon: Lexicon, exposure: Exposure) -> Harvest:
    """A file in the folder of a source that is not public: what it says, and what is wrong with it, is no more public."""
    try:
        found = reader(capture, lexicon)
    except InputError as error:
        aside = [SetAside(p.file, p.line, "", WITHHELD, "the file cannot be read", exposure) for p in error.problems]
        return Harvest((), tuple(aside))
    hidden = {Exposure.SEALED, exposure}
    told = tuple(o if o.exposure in hidden else o.but(exposure=exposure) for o in found.observations)
    asides, questions = (tuple(_hidden(a, exposure) for a in several) for several in (found.set_aside, found.questions))
    return Harvest(told, asides, questions)


def _hidden(aside: SetAside, exposure: Exposure) -> SetAside:
    if aside.exposure is not Exposure.PUBLIC:
        return aside
    return SetAside(aside.file, aside.line, "", WITHHELD, aside.reason.partition(" (")[0], exposure)


def together(format_id: str) -> Callable[[list[Capture], Lexicon], Harvest]:
    """The reader of all captures of a format whose files belong together."""
    found: Callable[[list[Capture], Lexicon], Harvest] = import_module(f"{__name__}.{format_id}").together
    return found


def patrols(captures: Iterable[Capture], lexicons: dict[str, Lexicon]) -> tuple[tuple[Effort, ...], tuple[Edit, ...]]:
    """The effort that patrol logs among the forms record, and which entry replaces which; see `odk.patrols`."""
    found = [c for c in captures if c.format == "odk"]
    if not found:
        return (), ()
    from . import odk

    return odk.patrols(found, lexicons["odk"])


def detections(captures: Iterable[Capture], area: tuple[float, float, float, float] | None = None) -> Gathered:
    """The heat detections of all captures of that format, each once; see `firms.gathered`."""
    from . import firms

    return firms.gathered((c for c in captures if c.format == DETECTIONS), area)


def tracks(captures: Iterable[Capture], lexicons: dict[str, Lexicon]) -> tuple[Effort, ...]:
    """The effort that the tracks of all captures record; see `gpx.efforts`."""
    found = [c for c in captures if c.format == "gpx"]
    if not found:
        return ()
    from . import gpx

    return gpx.efforts(found, lexicons["gpx"])


def mappings(captures: Iterable[Capture]) -> dict[str, Any]:
    """The mappings that a mission keeps for tables of other desks; see `mapped.kept`."""
    found = [c for c in captures if c.format == "mapped"]
    if not found:
        return {}
    from . import mapped

    return mapped.kept(found)


def is_evidence(capture: Capture) -> bool:
    """Whether a reader is to read this capture: a mapping tells how to read others, unless it cannot be read itself."""
    if not (capture.format == "mapped" and capture.path.lower().endswith((".yaml", ".yml"))):
        return True
    from . import mapped

    return mapped.is_broken(capture)


@cache
def metadata(format_id: str) -> dict[str, Any]:
    """What the YAML beside the format says; read once, so nobody may change what is given."""
    text = Path(__file__).with_name(f"{format_id}.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
