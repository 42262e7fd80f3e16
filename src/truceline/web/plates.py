"""Pictures of one place from before and after, that the map lays over each other: results of `truceline change`.

    MISSION/changes/NAME/plate.json, before.png, after.png        docs/mission-folder.md says what they hold

Shown is what the desk's edition holds of `changes` (figure.json beside it): a result whose source is withheld, or whose last
scene was taken after the edition's close, is neither listed nor given out. A plate that cannot be read is left out, and the
log says why; a picture fills its box, north up, in equal steps of longitude and latitude.
"""

from __future__ import annotations

import json
import logging
import struct
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from .desk import Desk

log = logging.getLogger("truceline.web")
FOLDER, FILE = "changes", "plate.json"
MAX_PLATE, MAX_PICTURE, MOST_SIDE = 20_000, 16_000_000, 4096
"""Bytes of a plate.json, bytes of a picture, and pixels of its longer side."""
PNG = "image/png"
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}\.png$")]
Text = Annotated[str, Field(max_length=300), AfterValidator(lambda text: " ".join(text.split()))]
Corner = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class Plate(BaseModel):
    """What plate.json holds: two pictures of one box, with their days as their source gives them."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    before: Name
    after: Name
    bounds: tuple[Corner, Corner, Corner, Corner]
    before_date: Text
    after_date: Text
    title: Text
    source: Text = ""

    @model_validator(mode="after")
    def _upright(self) -> Self:
        (west, north), (east, upper), (right, south), (left, lower) = self.bounds
        if (west, north, east, south) != (left, upper, right, lower) or not (west < east and south < north):
            raise ValueError("bounds: four corners of an upright box, from north-west by north-east")
        return self

    @property
    def box(self) -> list[float]:
        """West, south, east, north."""
        (west, north), _, (east, south), _ = self.bounds
        return [west, south, east, north]


def held(folder: Path, desk: Desk) -> dict[str, Plate]:
    """The plates of a mission that this edition may show, by the names of their folders."""
    shown = (one.name for one in desk.mission.surface)
    found = {name: _plate(folder / FOLDER / name) for name in shown}
    return {name: plate for name, plate in found.items() if plate is not None}


def _plate(place: Path) -> Plate | None:
    """The plate of one result; None where it holds none that can be shown."""
    file = place / FILE
    try:
        if not file.is_file() or file.stat().st_size > MAX_PLATE or not file.resolve().is_relative_to(place.resolve()):
            return None
        plate = Plate.model_validate(json.loads(file.read_bytes()))
    except (OSError, ValueError, RecursionError) as error:
        first = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "no JSON"
        log.warning("%s/%s/%s is not shown: %s", FOLDER, place.name, FILE, first)
        return None
    return plate if _png(place, plate.before) and _png(place, plate.after) else None


def _png(place: Path, name: str) -> bytes | None:
    """The bytes of a PNG of bounded size in this folder itself; None where there is none."""
    path = place / name
    try:
        if not path.resolve().is_relative_to(place.resolve()) or path.stat().st_size > MAX_PICTURE:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        return None
    return data if all(0 < side <= MOST_SIDE for side in struct.unpack(">II", data[16:24])) else None


def picture(folder: Path, desk: Desk, name: str, which: str) -> bytes | None:
    """The bytes of one picture; None where this edition holds none of this name."""
    plate = held(folder, desk).get(name)
    if plate is None or which not in {"before", "after"}:
        return None
    return _png(folder / FOLDER / name, plate.before if which == "before" else plate.after)
