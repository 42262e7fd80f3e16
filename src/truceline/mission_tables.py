"""places, zones, effort, figures, timeline and judgements: tables of a mission -> records, row by row.

A row that cannot be read is set aside with its reason; a row that was read but looks wrong is a question.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from . import kinds, when, where
from .errors import InputError, Problem
from .nouns import (
    BOTH,
    Capture,
    Effort,
    EffortStatus,
    Exposure,
    Figure,
    Interval,
    Judgement,
    Notice,
    OfWhom,
    Pass,
    PassStatus,
    Place,
    Published,
    Season,
    SetAside,
    Step,
    View,
    Zone,
)
from .satellite.cloud import Cloud
from .satellite.sensors import SENSORS
from .satellite.table import WHOLE
from .sheets import CellError, Row, Sheet, put_aside

R = TypeVar("R")
PASS_NUMBERS = ("reach_share", "view_deg", "view_to_deg", "zenith_deg", "sun_deg", "pixel_scan_m", "pixel_track_m", "age_days",
                "error_s", "error_m")  # fmt: skip
CLOUD_NUMBERS = (("lon_deg", -180, 180), ("lat_deg", -90, 90), ("cloud_share", 0, 1))
MOST_DAYS = 1000
"""So many days may one row of watch.csv with daily hours span."""
ROLES = ("zone", "sector", "orientation_line", "land")


class Reader:
    """Reads the mission's tables against its parties and sources; gathers what was set aside and what is in question."""

    def __init__(
        self,
        parties: tuple[str, ...],
        sources: set[str],
        time_zone: str,
        area: tuple[float, float, float, float] | None,
    ) -> None:
        self.parties, self.sources, self.time_zone, self.area = parties, sources, time_zone, area
        self.set_aside: list[SetAside] = []
        self.questions: list[SetAside] = []

    def _each(self, sheet: Sheet | None, read: Callable[[Row], R], key: str, needed: tuple[str, ...]) -> list[R]:
        if sheet is None:
            return []
        lacking = sheet.lacking(*needed)
        if lacking:
            raise InputError(
                Problem(sheet.file, 1, ", ".join(lacking), "no such column", "the columns of docs/mission-folder.md")
            )
        self.set_aside += sheet.set_aside
        made: list[R] = []
        seen: dict[str, tuple[int, dict[str, str]]] = {}
        for row in sheet.rows:
            content = dict(row.cells)
            name = content.get(key, "")
            if name in seen:
                line, first = seen[name]
                if first != content:
                    reason = f"the same id as line {line} with other content; the first one is used"
                    self.set_aside.append(put_aside(sheet.file, row, key, name, reason))
                continue
            try:
                made.append(read(row))
            except CellError as error:
                self.set_aside.append(
                    put_aside(sheet.file, row, error.column, error.found, f"expected {error.expected}")
                )
                continue
            if name:
                seen[name] = (row.line, content)
            self._unread(sheet, row)
        return made

    def _unread(self, sheet: Sheet, row: Row) -> None:
        for column in row.rest():
            question = SetAside(sheet.file, 1, column, "", "an unknown column; its values are not used")
            if question not in self.questions:
                self.questions.append(question)

    def _span(self, row: Row, first: str, last: str) -> Interval:
        start = row.text(first, required=True)
        end = row.text(last)
        begin = self._date(first, start)
        if not end:
            return begin
        finish = self._date(last, end)
        if finish.end <= begin.start:
            raise CellError(last, end, f"no earlier than {first} {start}")
        return Interval(
            begin.start, max(begin.end, finish.end), begin.precision, begin.approximate or finish.approximate
        )

    def _date(self, column: str, text: str) -> Interval:
        try:
            return when.parse(text, self.time_zone)
        except ValueError as error:
            raise CellError(column, text, f"a date ({error})") from None

    def _maybe(self, row: Row, column: str) -> Interval | None:
        text = row.text(column)
        return self._date(column, text) if text else None

    def _party(self, row: Row, column: str, *more: str) -> str:
        value = row.text(column)
        if value and value not in (*self.parties, *more):
            raise CellError(column, value, "a party: " + ", ".join((*self.parties, *more)))
        return value

    def _source(self, row: Row, column: str) -> str:
        value = row.text(column, required=True)
        if value not in self.sources:
            raise CellError(column, value, "the id of a source in sources.yaml")
        return value

    def _spot(self, row: Row, places: set[str], zones: set[str]) -> tuple[tuple[str, ...], str]:
        """The places and the zone that a row names."""
        at, zone = row.many("place"), row.text("zone")
        for place in at:
            if place not in places:
                raise CellError("place", place, "the id of a place in places.csv")
        if zone and zone not in zones:
            raise CellError("zone", zone, "the id of a zone in zones.geojson")
        return at, zone

    def places(self, sheet: Sheet | None) -> list[Place]:
        """places.csv."""
        return self._each(sheet, self._place, "place_id", ("place_id", "name"))

    def _place(self, row: Row) -> Place:
        lon, lat = row.number("lon_deg", "lon"), row.number("lat_deg", "lat")
        radius = row.number("radius_m", low=0)
        if (lon is None) != (lat is None):
            raise CellError("lon_deg, lat_deg", "only one of the two", "both or neither")
        if lon is not None and lat is not None:
            wrong = where.check(lon, lat, self.area)
            if "globe" in wrong or "swapped" in wrong:
                raise CellError("lon_deg, lat_deg", f"{lon}, {lat}", f"a coordinate of the area: it {wrong}")
            if wrong:
                self.questions.append(SetAside("places.csv", row.line, "lon_deg, lat_deg", f"{lon}, {lat}", wrong))
        names = {p: n for p in self.parties if (n := row.text(f"name_{p}"))}
        scripts = {c.removeprefix("script_"): row.text(c) for c in list(row.cells) if c.startswith("script_")}
        return Place(
            id=row.text("place_id", required=True), name=row.text("name", required=True), lon_deg=lon, lat_deg=lat,
            radius_m=radius if lon is not None else None, party_names=names,
            scripts={k: v for k, v in scripts.items() if v}, variants=row.many("variants"), type=row.text("type"),
            basis=row.text("basis"), province=row.text("province"),
        )  # fmt: skip

    def effort(self, sheet: Sheet | None, places: set[str], zones: set[str]) -> list[Effort]:
        """effort.csv."""

        def one(row: Row) -> Effort:
            at, zone = self._spot(row, places, zones)
            reported = self._maybe(row, "reported")
            start, end = row.cells.get("start", ""), row.cells.get("end", "")
            span = self._span(row, "start", "end")
            if "/" not in start:  # a day alone at either end, or no end, says nothing of hours
                span = _timed(span, self._date("end", end) if end else None)
            sight = row.number("sight_m", low=0, high=200_000)
            return Effort(
                id=row.text("effort_id") or f"E{row.line}", source_id=self._source(row, "source_id"), when=span,
                places=at, zone=zone, side=self._party(row, "side", BOTH), kinds=row.many("kinds"),
                status=row.choice(EffortStatus, "status", EffortStatus.DONE), by=row.text("by"),
                reason=row.text("reason"), sight_m=5000.0 if sight is None else sight,
                exposure=row.choice(Exposure, "exposure", Exposure.PUBLIC),
                reported=reported.start if reported else None, note=row.text("note"), source=row.text("source", "url"),
                sensor=self._sensor(row),
            )  # fmt: skip

        return self._each(sheet, one, "effort_id", ("source_id", "start"))

    def watches(self, sheet: Sheet | None) -> list[Effort]:
        """watch.csv: cameras and positions with a field of view, one record of effort a day where they have daily hours."""
        found = self._each(sheet, self._watch, "watch_id", ("source_id", "lon_deg", "lat_deg", "range_m", "start"))
        return [one for several in found for one in several]

    def _watch(self, row: Row) -> list[Effort]:
        lon, lat = row.number("lon_deg", "lon", low=-180, high=180), row.number("lat_deg", "lat", low=-90, high=90)
        far = row.number("range_m", low=1, high=100_000)
        if lon is None or lat is None or far is None:
            raise CellError("lon_deg, lat_deg, range_m", "an empty value", "where it stood and how far it saw")
        wrong = where.check(lon, lat, self.area)
        if "swapped" in wrong:
            raise CellError("lon_deg, lat_deg", f"{lon}, {lat}", f"a coordinate of the area: it {wrong}")
        first, last = (row.number(name, low=0, high=360) for name in ("bearing_from_deg", "bearing_to_deg"))
        if (first is None) != (last is None):
            raise CellError("bearing_from_deg, bearing_to_deg", "only one of the two", "both, or neither for all round")
        hours, reported = row.text("daily_hours"), self._maybe(row, "reported")
        start, end = row.cells.get("start", ""), row.cells.get("end", "")
        span = self._span(row, "start", "end")
        if "/" not in start:
            span = _timed(span, self._date("end", end) if end else None)
        whole = Effort(
            id=row.text("watch_id") or f"W{row.line}", source_id=self._source(row, "source_id"), when=span, places=(), zone="",
            side=self._party(row, "side", BOTH), kinds=row.many("kinds"),
            status=row.choice(EffortStatus, "status", EffortStatus.DONE), by=row.text("by"), reason=row.text("reason"),
            sight_m=far, exposure=row.choice(Exposure, "exposure", Exposure.PUBLIC),
            reported=reported.start if reported else None, note=row.text("note"), source=row.text("source", "url"),
            view=View(((lon, lat),), far, first, last),
        )  # fmt: skip
        return [whole] if not hours else self._daily(whole, hours)

    def _daily(self, whole: Effort, hours: str) -> list[Effort]:
        """One record for each local day of the span, within the hours `06:00-18:00`; past midnight they end the next day."""
        match = re.fullmatch(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})", hours)
        days = when.days(whole.when.start, whole.when.end, self.time_zone)
        if match and any(int(t[:-3]) > 24 or int(t[-2:]) > 59 for t in match.groups()):
            match = None
        if not match or len(days) > MOST_DAYS:
            expected = "hours such as 06:00-18:00" if not match else f"at most {MOST_DAYS} days in one row"
            raise CellError("daily_hours", hours if not match else f"{len(days)} days", expected)
        made = []
        for first, _ in days:
            local = first.astimezone(when.zone(self.time_zone))
            day = Interval(first, when.next_day(local), "day")
            try:
                span = when.local_time(day, f"{match[1]}-{match[2]}", self.time_zone)
            except ValueError as error:
                raise CellError("daily_hours", hours, str(error)) from None
            start, end = max(span.start, whole.when.start), min(span.end, whole.when.end)
            if start < end:
                made.append(replace(whole, id=f"{whole.id}-{local:%Y%m%d}", when=Interval(start, end, "minute")))
        return made

    def _sensor(self, row: Row) -> str:
        value = row.text("sensor").lower()
        if value and value not in SENSORS:
            raise CellError("sensor", value, "empty, or one of " + ", ".join(SENSORS))
        return value

    def passes(self, sheet: Sheet | None, zones: set[str]) -> list[Pass]:
        """passes.csv: when which satellite came over, and of which spans that was not worked out."""

        def one(row: Row) -> Pass:
            status = row.choice(PassStatus, "status", PassStatus.PASS)
            sure, perhaps = (self._zones(row, name, zones) for name in ("zones", "zones_perhaps"))
            closest, epoch = (self._instant(row, name) for name in ("closest", "elements_epoch"))
            if status is PassStatus.PASS and (closest is None or epoch is None or not (sure or perhaps)):
                raise CellError("closest, elements_epoch, zones", "", "when, by which elements and over which zone")
            start, end = (self._instant(row, name) for name in ("start", "end"))
            if start is None or end is None or end <= start:
                raise CellError("end", when.iso(end), f"later than start {when.iso(start)}")
            row.text("day_night")
            return Pass(
                satellite=row.text("satellite", required=True), sensor=row.text("sensor"), status=status, start=start, end=end,
                closest=closest, zones=sure, perhaps=perhaps, kinds=row.many("kinds"),
                epoch=epoch, reason=row.text("reason"),
                **{name: row.number(name) for name in PASS_NUMBERS},
            )  # fmt: skip

        found = self._each(sheet, one, "", ("satellite", "start", "end", "closest", "zones", "elements_epoch"))
        return list(dict.fromkeys(found))

    def _instant(self, row: Row, column: str) -> datetime | None:
        """A moment; the form that Truceline writes is read at once, for these tables are long."""
        text = row.text(column)
        if len(text) == 20 and text.endswith("Z"):
            with contextlib.suppress(ValueError):
                return datetime.fromisoformat(text)
        return self._date(column, text).start if text else None

    def _zones(self, row: Row, column: str, zones: set[str]) -> tuple[str, ...]:
        named = row.many(column)
        for zone in named:
            if zone not in zones and zone != WHOLE:
                raise CellError(column, zone, f"the id of a zone in zones.geojson, or {WHOLE}")
        return tuple("" if z == WHOLE else z for z in named)

    def clouds(self, sheet: Sheet | None) -> list[Cloud]:
        """cloud.csv: what a cloud product says of a day and a point."""

        def one(row: Row) -> Cloud:
            day = self._date("date", row.text("date", required=True))
            values = [row.number(name, low=low, high=high) for name, low, high in CLOUD_NUMBERS]
            lon, lat, share = values
            if lon is None or lat is None or share is None:
                raise CellError("lon_deg, lat_deg, cloud_share", "an empty value", "numbers")
            return Cloud(day.start, day.end, lon, lat, share)

        return self._each(sheet, one, "", ("date", "lon_deg", "lat_deg", "cloud_share"))

    def seasons(self, sheet: Sheet | None, places: set[str]) -> list[Season]:
        """heat_season.csv: heat by month of the year about a place, or in the mission's area where `place_id` is empty."""

        def one(row: Row) -> Season:
            place = row.text("place_id")
            if place and place not in places:
                raise CellError("place_id", place, "a place of places.csv, or nothing for the whole area")
            numbers = [row.count(n) for n in ("month", "days", "days_with_heat", "detections")]
            month, days, hot, found = (n if n is not None else -1 for n in numbers)
            if not (1 <= month <= 12 and 0 <= hot <= days and found >= hot):
                expected = "whole numbers: a month from 1 to 12, days, how many of them had heat, and detections"
                raise CellError("month, days, days_with_heat, detections", str(numbers), expected)
            radius, source = row.number("radius_m", low=0, high=1e6), row.text("source", required=True)
            return Season(place, month, days, hot, found, radius, row.text("basis"), source)

        return self._each(sheet, one, "", ("place_id", "month", "days", "days_with_heat", "detections", "source"))

    def notices(self, sheet: Sheet | None, places: set[str], zones: set[str]) -> list[Notice]:
        """notices.csv: what a party notified beforehand; one that names neither place nor zone is set aside."""

        def one(row: Row) -> Notice:
            at, zone = self._spot(row, places, zones)
            if not at and not zone:
                raise CellError("place", "", "a place or a zone: a notice covers only what it names")
            notified, reported = self._maybe(row, "notified"), self._maybe(row, "reported")
            return Notice(
                id=row.text("notice_id") or f"N{row.line}", party=self._party(row, "party"), when=self._span(row, "start", "end"),
                places=at, zone=zone, kinds=row.many("kinds"), notified=notified.end if notified else None, to=row.text("to"),
                reported=reported.start if reported else None, source=row.text("source", "url"), note=row.text("note"),
                exposure=row.choice(Exposure, "exposure", Exposure.PUBLIC),
            )  # fmt: skip

        return self._each(sheet, one, "notice_id", ("party", "start", "notified"))

    def published(self, sheet: Sheet | None, zones: set[str]) -> list[Published]:
        """published.csv: numbers that earlier editions printed, as they were printed."""

        def one(row: Row) -> Published:
            measure, zone = row.text("measure") or "all", row.text("zone")
            if measure not in {*kinds.GROUPS, "all"}:
                raise CellError("measure", measure, "all, or a group of kinds: " + ", ".join(kinds.GROUPS))
            if zone and zone not in zones:
                raise CellError("zone", zone, "the id of a zone in zones.geojson")
            value = row.count("value")
            if value is None:
                raise CellError("value", "", "a number")
            return Published(
                as_of=self._date("as_of", row.text("as_of", required=True)).start,
                when=self._span(row, "period_start", "period_end"), measure=measure, zone=zone, value=value,
                document=row.text("document"), exposure=row.choice(Exposure, "exposure", Exposure.PUBLIC),
            )  # fmt: skip

        return self._each(sheet, one, "", ("as_of", "period_start", "period_end", "value"))

    def figures(self, sheet: Sheet | None) -> list[Figure]:
        """figures.csv."""

        def one(row: Row) -> Figure:
            low, high = row.count("low"), row.count("high")
            if low is not None and high is not None and low > high:
                raise CellError("low, high", f"{low}, {high}", "low no higher than high")
            if low is None and high is None:
                raise CellError("low", "", "a figure in low, in high or in both")
            start, reported = self._maybe(row, "period_start"), self._maybe(row, "reported")
            as_of = self._date("as_of", row.text("as_of", required=True))
            return Figure(
                id=row.text("figure_id") or f"F{row.line}", side=self._party(row, "side", BOTH) or BOTH,
                topic=row.text("topic") or "killed", measure=row.text("measure") or "cumulative",
                period_start=start.start if start else None, as_of=as_of.start, definition=row.text("definition"),
                of_whom=row.choice(OfWhom, "of_whom", OfWhom.UNKNOWN), direct=row.text("direct") or "unknown",
                qualifier=row.text("qualifier"), low=low, high=high, source=self._source(row, "source"),
                origin=row.text("origin"), reported=reported.start if reported else None, note=row.text("note"),
                url=row.text("url"),
            )  # fmt: skip

        return self._each(sheet, one, "figure_id", ("side", "as_of", "low"))

    def timeline(self, sheet: Sheet | None) -> list[Step]:
        """timeline.csv."""

        def one(row: Row) -> Step:
            row.text("note")
            reported = self._maybe(row, "reported")
            return Step(
                when=self._span(row, "date", "end"), event=row.text("event", required=True), place=row.text("place"),
                participants=row.text("participants"), outcome=row.text("outcome"), source=row.text("source", "url"),
                lane=row.text("lane"), series=row.text("series"), held=row.text("held") or "held",
                reported=reported.start if reported else None,
            )  # fmt: skip

        steps = self._each(sheet, one, "", ("date", "event"))
        return sorted(steps, key=lambda s: (s.when.start, s.event))

    def judgements(self, sheet: Sheet | None) -> list[Judgement]:
        """judgements.csv, in the order in which they were made."""

        def one(row: Row) -> Judgement:
            action = row.text("action", required=True).lower()
            if action not in {"join", "split", "uphold", "reject", "undo"}:
                raise CellError("action", action, "join, split, uphold, reject or undo")
            return Judgement(
                id=row.text("judgement_id") or f"J{row.line}", date=self._date("date", row.text("date", required=True)).start,
                by=row.text("by", required=True), action=action, subject=row.text("subject", required=action != "undo"),
                object=row.text("object", required=action in {"join", "split"}),
                reason=row.text("reason", required=True), undoes=row.text("undoes", required=action == "undo"),
            )  # fmt: skip

        return self._each(sheet, one, "judgement_id", ("action", "by", "reason"))


def _timed(span: Interval, last: Interval | None) -> Interval:
    """A look's span as precise as the less precise of its ends; an end by the clock is that moment, not its minute."""
    if last is None:
        return replace(span, precision=when.coarser(span.precision, "day"))
    end = last.start if last.precision in {"second", "minute"} and last.start > span.start else span.end
    return replace(span, end=end, precision=when.coarser(span.precision, last.precision))


def zones(capture: Capture | None, time_zone: str, problems: list[Problem]) -> list[Zone]:
    """zones.geojson -> zones; a geometry that is none is a problem with the number of its feature."""
    if capture is None:
        return []
    try:
        features = list(json.loads(capture.data.decode("utf-8-sig"))["features"])
    except (ValueError, KeyError, TypeError) as error:
        problems.append(
            Problem("zones.geojson", getattr(error, "lineno", 1), "", f"no GeoJSON ({error})", "a FeatureCollection")
        )
        return []
    made = []
    for number, feature in enumerate(features, 1):
        try:
            made.append(_zone(feature, time_zone))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            problems.append(
                Problem("zones.geojson", number, "feature", str(error), "properties id, name, role and a geometry")
            )
    return made


def _zone(feature: dict[str, Any], time_zone: str) -> Zone:
    import shapely.geometry

    properties = feature.get("properties") or {}
    role = str(properties.get("role") or "zone")
    if role not in ROLES:
        raise ValueError(f"role {role!r} is none of " + ", ".join(ROLES))
    if not properties.get("id"):
        raise ValueError("a feature without an id")
    shape = shapely.geometry.shape(feature["geometry"])
    if shape.is_empty or not shape.is_valid:
        raise ValueError(f"the geometry of {properties['id']!r} is empty or crosses itself")
    start, end = properties.get("valid_from"), properties.get("valid_to")
    begin = when.moment(start, time_zone) if start else None
    finish = when.moment(end, time_zone) if end else None
    if begin and finish and finish <= begin:
        raise ValueError(f"{properties['id']!r} ends before it starts")
    return Zone(
        id=str(properties["id"]), name=str(properties.get("name") or properties["id"]), role=role,
        geometry=feature["geometry"], valid_from=begin, valid_to=finish,
        attribution=str(properties.get("attribution") or ""), warning=str(properties.get("warning") or ""),
    )  # fmt: skip
