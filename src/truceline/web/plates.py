"""Pictures of one place from before and after, that the map lays over each other: MISSION/plates/plates.yaml and files beside it.

    plates:
      - id: poipet
        title: Poipet, burnt ground
        area: {west: 102.55, south: 13.62, east: 102.66, north: 13.70}
        before: {picture: poipet-before.png, date: 2025-12-01}
        after: {picture: poipet-after.png, date: 2025-12-20}
        source: Copernicus Sentinel-2
        exposure: public

A picture fills its area, north up, in equal steps of longitude and latitude (over so little ground that is the map's own
form to a pixel). One whose exposure this release does not hold is neither listed nor given out.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from .. import yamlfile
from ..dated import RELEASES
from ..errors import InputError, Problem
from ..mission import AreaModel
from ..nouns import Exposure

FOLDER, FILE = "plates", "plates.yaml"
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
MAX_BYTES = 40_000_000


class Picture(BaseModel):
    """One picture: a file beside plates.yaml, and its day as its source gives it."""

    model_config = ConfigDict(extra="forbid")

    picture: str = Field(pattern=r"^[\w][\w.-]*\.(?:png|jpe?g|webp)$")
    date: str = Field(max_length=40)


class Plate(BaseModel):
    """Two pictures of one area."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: str = Field(max_length=120)
    area: AreaModel
    before: Picture
    after: Picture
    source: str = ""
    exposure: Exposure = Exposure.SEALED

    @property
    def bounds(self) -> list[float]:
        """West, south, east, north."""
        return [self.area.west, self.area.south, self.area.east, self.area.north]


class _Plates(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plates: list[Plate] = Field(default_factory=list)


def held(folder: Path, release: str) -> list[Plate]:
    """The plates of a mission that this release may show; one without a word on its exposure counts as sealed.

    Raises InputError with file and line where plates.yaml cannot be read or names a file that is not there.
    """
    file = folder / FOLDER / FILE
    if not file.is_file():
        return []
    name = f"{FOLDER}/{FILE}"
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise InputError(Problem(name, 0, "", "a file that cannot be read", "a text in UTF-8")) from None
    data, lines = yamlfile.load(name, text)
    found = yamlfile.model(_Plates, name, data or {}, lines)
    shown = [p for p in found.plates if p.exposure in RELEASES[release]]
    lost = [q.picture for p in shown for q in (p.before, p.after) if not (folder / FOLDER / q.picture).is_file()]
    if lost:
        raise InputError([Problem(name, 0, "picture", lost_, f"a file in {FOLDER}/") for lost_ in lost])
    return shown


def picture(folder: Path, release: str, plate_id: str, which: str) -> tuple[bytes, str] | None:
    """The bytes and the media type of one picture; None where this release holds none of this name."""
    plate = next((p for p in held(folder, release) if p.id == plate_id), None)
    if plate is None or which not in {"before", "after"}:
        return None
    path = folder / FOLDER / (plate.before if which == "before" else plate.after).picture
    inside = path.resolve().is_relative_to((folder / FOLDER).resolve())
    if not inside or path.stat().st_size > MAX_BYTES:
        return None
    return path.read_bytes(), TYPES[path.suffix.lower()]
