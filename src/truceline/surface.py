"""Results of `truceline change` that a mission holds (changes/NAME/figure.json), checked before the report draws them."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from . import yamlfile
from .errors import InputError, Problem
from .nouns import Capture, Surface

FOLDER, FILE, EARLIER = "changes", "figure.json", "plate.json"
"""`figure.json` is what the report draws. An earlier version wrote that into plate.json, which now is the map's alone."""
MOST_SIDE = 2048
Share = Annotated[float, Field(ge=-0.01, le=1.01)]
Text = Annotated[str, Field(max_length=2000)]


def _png(text: str) -> str:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("a PNG in base 64") from None
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        raise ValueError("a PNG in base 64")
    wide, high = struct.unpack(">II", data[16:24])
    if not (0 < wide <= MOST_SIDE and 0 < high <= MOST_SIDE):
        raise ValueError(f"a picture of at most {MOST_SIDE} pixels a side")
    return text


Picture = Annotated[str, Field(max_length=4_000_000), AfterValidator(_png)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class _Period(_Strict):
    start: AwareDatetime
    end: AwareDatetime
    first: AwareDatetime
    last: AwareDatetime
    scenes: int


class _Panels(_Strict):
    before: Picture
    after: Picture
    score: Picture


class _Ramps(_Strict):
    grey: Picture
    score: Picture


class _Outline(_Strict):
    rise: bool
    mark: int
    rings: list[list[tuple[Share, Share]]]


class _Row(_Strict):
    mark: int
    change: float
    area_m2: float = Field(ge=0)
    rise: bool
    last_without: AwareDatetime | Literal[""]
    first_with: AwareDatetime | Literal[""]
    valid_share: Share
    flags: list[Text] = Field(max_length=50)


class _Counts(_Strict):
    footprints: int
    rise: int
    fall: int
    flagged: int
    undated: int
    area_m2: float


class _Rates(_Strict):
    expected_false: float
    found_where_nothing_changed: float
    changed_share: float


class _Buildings(_Strict):
    given: int
    told: int
    changed: int
    not_told: int
    changed_share: float | None


class _Dot(_Strict):
    taken: AwareDatetime
    value: float
    group: int


class Plate(_Strict):
    """What figure.json holds: numbers and pictures, which the report puts into words in its own language."""

    title: Text
    source_id: Text
    sensor: Text
    bands: list[Text] = Field(max_length=20)
    orbits: list[Text] = Field(max_length=200)
    unit: Text
    before: _Period
    after: _Period
    counts: _Counts
    base_rate: _Rates
    asked_false_share: float
    null_maps: int
    buildings: _Buildings | None
    calibration: Literal["scenes", "years", "part_of_year", "none_over_vegetation"]
    left_out: int
    lists: int = 0
    closed: AwareDatetime
    source: Text
    footprints: int
    expected_false: float
    area_km2: float
    across_m: float = Field(gt=0)
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    size: tuple[Annotated[int, Field(gt=0)], Annotated[int, Field(gt=0)]]
    stretch: tuple[float, float]
    limit: float
    panels: _Panels
    ramps: _Ramps
    unseen: bool
    outlines: list[_Outline] = Field(max_length=5000)
    rows: list[_Row] = Field(max_length=20)
    scenes: list[Text]
    series: list[_Dot]
    series_band: Text
    bracket: tuple[AwareDatetime, AwareDatetime] | None


def read(by_path: Mapping[str, Capture], sources: Collection[str], problems: list[Problem]) -> tuple[Surface, ...]:
    """Every result, by its folder's name; what is wrong with one is added to the problems."""
    made = []
    for path, capture in sorted(by_path.items()):
        if not path.startswith(f"{FOLDER}/"):
            continue
        try:
            told: dict[str, Any] = json.loads(capture.data)
            earlier = path.endswith(f"/{EARLIER}")
            if earlier and "panels" not in told:
                continue
            plate = yamlfile.model(Plate, path, told, {})
        except (ValueError, RecursionError, TypeError):
            problems.append(Problem(path, 0, "", "what is no JSON", "the file as `truceline change` writes it"))
            continue
        except InputError as error:
            problems += [_of_earlier(path)] if earlier else error.problems
            continue
        if plate.source_id not in sources:
            expected = "the id of a source in sources.yaml; `truceline change` takes it as --source"
            problems.append(Problem(path, 0, "source_id", plate.source_id, expected))
            continue
        made.append(Surface(path.split("/")[1], plate.source_id, plate.closed, told))
    return tuple(made)


def _of_earlier(path: str) -> Problem:
    return Problem(path, 0, "", "a result of an earlier version of truceline", "`truceline change` run again for it")
