"""A mission folder on disk -> a Mission; refuses it with file, line, column, found and expected.

A row of a table that cannot be read is set aside with its reason; a file without which nothing can be said (mission,
sources, an instrument) refuses the mission.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from . import agreement, collect, letterhead, mission_tables, sheets, surface, when, yamlfile
from .errors import InputError, Problem
from .nouns import (
    WITHHELD,
    Agreement,
    Capture,
    Exposure,
    Interval,
    Judgement,
    Mission,
    Party,
    SetAside,
    Source,
    SourceKind,
)
from .satellite import cloud


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class PartyModel(_Strict):
    """A party: an id and its names by language (or one name)."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    names: dict[str, str] = Field(default_factory=dict)

    @field_validator("names", mode="before")
    @classmethod
    def _one_name(cls, value: Any) -> Any:
        return {"en": value} if isinstance(value, str) else value


class SpanModel(_Strict):
    """First and last day."""

    start: str
    end: str


class AreaModel(_Strict):
    """West, south, east, north in degrees."""

    west: float = Field(ge=-180, le=180)
    south: float = Field(ge=-90, le=90)
    east: float = Field(ge=-180, le=180)
    north: float = Field(ge=-90, le=90)


class MissionModel(_Strict):
    """mission.yaml."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
    title: str
    parties: list[PartyModel] = Field(min_length=2)
    observers: list[str] = Field(default_factory=list)
    area: AreaModel | None = None
    time_zone: str
    edition: dict[str, str] = Field(default_factory=dict)
    languages: list[str] = Field(default_factory=lambda: ["en"])
    period: SpanModel | None = None
    reporting_day_end: str = "24:00"
    mandate: dict[str, str] = Field(default_factory=lambda: {"attribution": "when_established"})
    notice: str = ""
    limits: dict[str, float] = Field(default_factory=dict)

    @field_validator("mandate", mode="before")
    @classmethod
    def _mandate(cls, value: Any) -> Any:
        return {"attribution": value} if isinstance(value, str) else value

    @field_validator("mandate")
    @classmethod
    def _attribution(cls, value: dict[str, str]) -> dict[str, str]:
        if set(value) != {"attribution"} or value["attribution"] not in {"never", "when_established"}:
            raise ValueError("attribution: never, or attribution: when_established")
        return value

    @field_validator("edition")
    @classmethod
    def _edition(cls, value: dict[str, str]) -> dict[str, str]:
        if set(value) - {"place", "time_zone"}:
            raise ValueError("place and time_zone")
        if "time_zone" in value:
            when.zone(value["time_zone"])
        return value

    @field_validator("reporting_day_end")
    @classmethod
    def _day_end(cls, value: str) -> str:
        hours, _, minutes = value.partition(":")
        if not (
            hours.isdigit() and minutes.isdigit() and int(hours) * 60 + int(minutes) <= 24 * 60 and int(minutes) < 60
        ):
            raise ValueError("a time of day from 00:00 to 24:00")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        when.zone(value)
        return value


class SourceModel(_Strict):
    """One entry of sources.yaml."""

    id: str
    name: str = ""
    kind: SourceKind
    party: str = ""
    origin_group: str = ""
    aliases: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    url: str = ""
    exposure: Exposure = Exposure.PUBLIC
    expected: dict[str, int] | None = None
    error_m: float = Field(default=0.0, ge=0, le=200_000)
    clock_error_s: float = Field(default=0.0, ge=0, le=86_400)
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    reliability_why: str = ""
    note: str = ""

    _texts = field_validator("party", "origin_group", "url", "note", "reliability_why", mode="before")(
        lambda v: "" if v is None else v
    )


def read(folder: Path) -> Mission:
    """The mission in this folder, with its captures; raises InputError with everything that is wrong at once."""
    if not (folder / "mission.yaml").is_file():
        found = "no such folder" if not folder.is_dir() else "no mission.yaml"
        raise InputError(Problem(str(folder), 0, "", found, "a mission folder; `truceline init DIR` makes one"))
    model = _model(folder)
    inputs = list(collect.inputs(folder, max_mb=model.limits.get("max_file_mb", 100.0)))
    by_path = {capture.path: capture for capture in inputs}
    parties = tuple(Party(p.id, p.names or {"en": p.id}) for p in model.parties)
    ids = tuple(p.id for p in parties)
    problems: list[Problem] = []
    sources = _sources(by_path.get("sources.yaml"), ids, problems)
    _known_observers(model, sources, problems)
    read_tables = mission_tables.Reader(ids, {s.id for s in sources}, model.time_zone, _area(model))
    places = read_tables.places(_sheet(by_path, "places.csv", problems))
    zones = mission_tables.zones(by_path.get("zones.geojson"), model.time_zone, problems)
    zone_ids = {z.id for z in zones if z.role in {"zone", "sector"}}
    agreements = _agreements(by_path, ids, zone_ids, model.time_zone, problems)
    effort = read_tables.effort(_sheet(by_path, "effort.csv", problems), {p.id for p in places}, zone_ids)
    effort += read_tables.watches(_sheet(by_path, "watch.csv", problems))
    clouds = tuple(read_tables.clouds(_sheet(by_path, "cloud.csv", problems)))
    seasons = read_tables.seasons(_sheet(by_path, "heat_season.csv", problems), {p.id for p in places})
    changed = surface.read(by_path, {s.id for s in sources}, problems)
    passes = read_tables.passes(_sheet(by_path, "passes.csv", problems), zone_ids)
    watched = cloud.skies(effort, {p.id: p for p in places}, {z.id: z for z in zones}, clouds, model.time_zone)
    notices = read_tables.notices(_sheet(by_path, "notices.csv", problems), {p.id for p in places}, zone_ids)
    figures = read_tables.figures(_sheet(by_path, "figures.csv", problems))
    timeline = read_tables.timeline(_sheet(by_path, "timeline.csv", problems))
    published = read_tables.published(_sheet(by_path, "published.csv", problems), zone_ids)
    judgements = read_tables.judgements(_sheet(by_path, "judgements.csv", problems))
    read_tables.questions += _restating_nothing(agreements)
    kinds = _kinds(by_path.get("kinds.yaml"))
    period = _period(model, problems)
    if problems:
        raise InputError(sorted(problems))
    return Mission(
        id=model.id, title=model.title, parties=parties, observers=tuple(model.observers), area=_area(model),
        time_zone=model.time_zone, edition_place=model.edition.get("place", ""),
        edition_time_zone=model.edition.get("time_zone", model.time_zone), languages=tuple(model.languages),
        period=period, reporting_day_end=model.reporting_day_end,
        attribute=model.mandate["attribution"] == "when_established", notice=model.notice,
        max_file_mb=model.limits.get("max_file_mb", 100.0), sources=tuple(sources), places=tuple(places),
        zones=tuple(zones), agreements=tuple(agreements), effort=watched, figures=tuple(figures),
        timeline=tuple(timeline), judgements=tuple(judgements), notices=tuple(notices), passes=tuple(passes),
        sky=tuple((c.start, c.lon_deg, c.lat_deg, c.share) for c in clouds), seasons=tuple(seasons), surface=changed,
        published=tuple(published), kinds=kinds,
        weights=_weights(by_path.get("weights.json")), letterhead=letterhead.read(by_path),
        set_aside=tuple(read_tables.set_aside), questions=tuple(read_tables.questions),
        captures=tuple(c for c in inputs if c.format), inputs=tuple(inputs),
    )  # fmt: skip


def scope(folder: Path) -> tuple[tuple[float, float, float, float] | None, Interval | None]:
    """(area as west, south, east, north; period) of mission.yaml alone; raises InputError where it cannot be read."""
    if not (folder / "mission.yaml").is_file():
        raise InputError(
            Problem(str(folder), 0, "", "no mission.yaml", "a mission folder; `truceline init DIR` makes one")
        )
    model = _model(folder)
    problems: list[Problem] = []
    period = _period(model, problems)
    if problems:
        raise InputError(problems)
    return _area(model), period


def _model(folder: Path) -> MissionModel:
    capture = collect.one(folder, folder / "mission.yaml", max_mb=10)
    data, lines = yamlfile.load("mission.yaml", _text(capture))
    if not isinstance(data, dict):
        raise InputError(
            Problem("mission.yaml", 1, "", "an empty mission", "at least id, title, parties and time_zone")
        )
    model = yamlfile.model(MissionModel, "mission.yaml", data, lines)
    ids = [p.id for p in model.parties]
    if len(set(ids)) != len(ids):
        raise InputError(
            Problem("mission.yaml", lines.get(("parties",), 0), "parties", "the same party twice", "each party once")
        )
    if {"both", "none", "unattributed"} & set(ids):
        raise InputError(
            Problem("mission.yaml", lines.get(("parties",), 0), "parties", "a reserved word as id", "another id")
        )
    return model


def _text(capture: Capture) -> str:
    try:
        return capture.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = capture.data[: error.start].count(b"\n") + 1
        raise InputError(Problem(capture.path, line, "", "bytes that are not UTF-8", "UTF-8 text")) from None


def _area(model: MissionModel) -> tuple[float, float, float, float] | None:
    return (model.area.west, model.area.south, model.area.east, model.area.north) if model.area else None


def _period(model: MissionModel, problems: list[Problem]) -> Interval | None:
    if not model.period:
        return None
    try:
        return when.parse(f"{model.period.start}/{model.period.end}", model.time_zone)
    except ValueError as error:
        problems.append(Problem("mission.yaml", 0, "period", str(error), "start and end as ISO 8601"))
        return None


def _sources(capture: Capture | None, parties: tuple[str, ...], problems: list[Problem]) -> list[Source]:
    if capture is None:
        problems.append(Problem("sources.yaml", 0, "", "no such file", "a list of sources: id, name, kind"))
        return []
    data, lines = yamlfile.load("sources.yaml", _text(capture))
    top: tuple[str, ...] = ("sources",) if isinstance(data, dict) else ()
    items = data.get("sources") if isinstance(data, dict) else data
    if not isinstance(items, list):
        problems.append(Problem("sources.yaml", 1, "sources", "no list", "a list of sources: id, name, kind"))
        return []
    made: list[Source] = []
    called: dict[str, str] = {}
    for number, item in enumerate(items):
        line = lines.get((*top, number), 0)
        try:
            model = yamlfile.model(SourceModel, "sources.yaml", item, lines, (*top, number))
        except InputError as error:
            problems += [_unsaid(p, item) for p in error.problems]
            continue
        problems += [_unsaid(p, item) for p in _source_problems(model, line, parties, called)]
        bounds = (model.expected.get("min", 0), model.expected.get("max", 2**31)) if model.expected else None
        made.append(
            Source(
                id=model.id,
                name=model.name or model.id,
                kind=model.kind,
                party=model.party,
                origin_group=model.origin_group or model.id,
                aliases=tuple(model.aliases),
                languages=tuple(model.languages),
                url=model.url,
                exposure=model.exposure,
                expected=bounds,
                error_m=model.error_m,
                clock_error_s=model.clock_error_s,
                reliability=model.reliability,
                reliability_why=model.reliability_why.strip(),
            )
        )
    return made


def _unsaid(one: Problem, item: Any) -> Problem:
    """The same without a name, where the entry is of a source that is not plainly public."""
    if not isinstance(item, dict) or item.get("exposure", "public") == "public":
        return one
    plain = one.column in {"exposure", "kind"} or one.found in {"nothing", "an unknown key", "several values"}
    expected = one.expected.replace(str(item.get("id") or "\0"), "it")
    return dataclasses.replace(one, found=one.found if plain else WITHHELD, expected=expected)


def _source_problems(model: SourceModel, line: int, parties: tuple[str, ...], called: dict[str, str]) -> list[Problem]:
    problems = []
    first = called.setdefault(f"\0{model.id.casefold()}", str(line))
    if first != str(line):
        problems.append(Problem("sources.yaml", line, "id", f"the same id as in line {first}", "each id once"))
    if model.party and model.party not in parties:
        problems.append(Problem("sources.yaml", line, "party", repr(model.party), "one of " + ", ".join(parties)))
    if model.reliability != "F" and not model.reliability_why.strip():
        expected = (
            f"why {model.id} is rated {model.reliability}: who rated it, on what; F, cannot be judged, needs no reason"
        )
        problems.append(Problem("sources.yaml", line, "reliability_why", "nothing", expected))
    if model.kind is SourceKind.PARTY and not model.party:
        problems.append(Problem("sources.yaml", line, "party", "nothing", f"the party for which {model.id} speaks"))
    for name in {model.id.casefold(), (model.name or model.id).casefold(), *(a.casefold() for a in model.aliases)}:
        if called.setdefault(name, model.id) != model.id:
            found = f"{name!r}, which already names {called[name]!r}"
            problems.append(Problem("sources.yaml", line, "name, aliases", found, "a name for one source only"))
    return problems


def _known_observers(model: MissionModel, sources: list[Source], problems: list[Problem]) -> None:
    known = {s.id for s in sources}
    problems += [
        Problem("mission.yaml", 0, "observers", repr(o), "the id of a source in sources.yaml")
        for o in model.observers
        if o not in known
    ]


def _sheet(by_path: dict[str, Capture], name: str, problems: list[Problem]) -> sheets.Sheet | None:
    capture = by_path.get(name)
    if capture is None or not capture.data.strip():
        return None
    try:
        return sheets.read(name, capture.data)
    except InputError as error:
        problems += error.problems
        return None


def _agreements(
    by_path: dict[str, Capture], parties: tuple[str, ...], zones: set[str], time_zone: str, problems: list[Problem]
) -> list[Agreement]:
    made: list[Agreement] = []
    files: dict[str, str] = {}
    for path in sorted(p for p in by_path if p.startswith("agreements/") and p.endswith((".yaml", ".yml"))):
        try:
            one = agreement.read(path, _text(by_path[path]), parties, zones, set(agreement.KINDS), time_zone)
        except InputError as error:
            problems += error.problems
            continue
        for name in (one.id, *(t.id for t in one.terms)):
            if name in files:
                problems.append(Problem(path, 0, "id", f"{name!r}, already in {files[name]}", "an id of its own"))
            files[name] = path
        made.append(one)
    return sorted(made, key=lambda a: (a.when.start, a.id))


def _restating_nothing(agreements: list[Agreement]) -> list[SetAside]:
    """Terms that restate what the mission does not hold, and so are checked nowhere."""
    known = {t.id for a in agreements for t in a.terms}
    restating = [
        (a, t, t.standing.partition(":")[2]) for a in agreements for t in a.terms if t.standing.startswith("restates:")
    ]
    reason = (
        "restates a term that the mission does not hold, so nothing is checked; name one, or say `standing: signed`"
    )
    return [
        SetAside(f"agreements: {a.id}", t.line, "standing", what, reason)
        for a, t, what in restating
        if what not in known
    ]


def _weights(capture: Capture | None) -> dict[str, Any]:
    """The mission's own weights of evidence, as the file says; empty where there is none."""
    if capture is None:
        return {}
    try:
        found = json.loads(_text(capture))
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise InputError(Problem(capture.path, line, "", f"no JSON ({error})", "a file of weights")) from None
    if not isinstance(found, dict):
        raise InputError(Problem(capture.path, 1, "", "no object", "a file of weights"))
    return found


def _kinds(capture: Capture | None) -> dict[str, dict[str, Any]]:
    if capture is None:
        return {}
    data, lines = yamlfile.load("kinds.yaml", _text(capture))
    if data is None:
        return {}
    wrong = not isinstance(data, dict) or any(not isinstance(v, dict) for v in data.values())
    if wrong:
        raise InputError(Problem("kinds.yaml", lines.get((), 1), "", "no mapping", "kind: {label: ..., family: ...}"))
    return dict(data)


def judgements(file: Path, time_zone: str) -> tuple[Judgement, ...]:
    """Judgements from a file that stands alone, for `fuse`; raises InputError where one cannot be read."""
    capture = collect.one(file.parent, file, max_mb=100)
    if not capture.data.strip():
        return ()
    reader = mission_tables.Reader((), set(), time_zone, None)
    found = reader.judgements(sheets.read(capture.path, capture.data))
    if reader.set_aside:
        raise InputError([Problem(s.file, s.line, s.column, repr(s.value), s.reason) for s in reader.set_aside])
    return tuple(found)
