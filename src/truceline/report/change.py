"""Change in imagery as a plate: before, after and score of one place, when it changed, and what the count is worth."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

from . import change_words, words
from .draw import WIDTH, Box, Circle, Drawing, Image, Path, Point, Shape, Words, hatch, shortened
from .index import Index
from .tongue import month, say, say_n
from .tree import Block, Figure, Heading, Listing, Paragraph

GAP, HEAD, CHART, ROW = 13.0, 13.0, 62.0, 12.5
PANEL = (WIDTH - 2 * GAP) / 3
LEFT = 34.0
"""Room for the axis of the chart, points."""
PANELS = ("before", "after", "score")


def blocks(index: Index) -> list[Block]:
    """A heading, what was counted beside its base rate, and a plate for each result that the mission holds by then."""
    made: list[Block] = []
    for number, one in enumerate(index.edition.mission.surface):
        told = one.plate
        if not number:
            made.append(Heading(3, words.said("Change of the surface"), "change"))
            note = words.said(
                "Where radar or optical scenes of two periods differ by more than they differ among themselves. A change is no "
                "event: what made it is not to be seen in these scenes, and who made it still less."
            )
            made.append(Paragraph(note))
        made.append(figure(told, f"change-{number + 1}"))
        made.append(Listing(tuple(words.line(t) for t in change_words.sentences(told))))
    return made


def moment(text: str) -> datetime:
    """A time as the plate's data write it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def figure(told: dict[str, Any], name: str) -> Figure:
    """The plate of one result; `told` is what figure.json holds."""
    return Figure(name, title(told), subtitle(told), alt(told), source(told), drawing(told))


def title(told: dict[str, Any]) -> str:
    """The finding with its base rate."""
    many = told["footprints"]
    if not many:
        return say("No change of the surface stood out on {area} km²", area=f"{told['area_km2']:,.1f}")
    given = {"area": f"{told['area_km2']:,.1f}", "false": f"{told['expected_false']:g}"}
    if told["calibration"] == change_words.SCENES:
        return say_n(
            "{n} place changed on {area} km²; up to {false} may be no change",
            "{n} places changed on {area} km²; up to {false} may be no change",
            many, **given,
        )  # fmt: skip
    return say_n(
        "{n} place changed on {area} km²; {false} or more may be no change",
        "{n} places changed on {area} km²; {false} or more may be no change",
        many, **given,
    )  # fmt: skip


def subtitle(told: dict[str, Any]) -> str:
    """What is drawn, and the units."""
    return say(
        "{what}, {side} m across about {lat}, {lon}. Score: change in standard deviations of the period before. Outlines: "
        "solid where it rose, dashed where it fell.",
        what=change_words.measured(told),
        side=f"{told['across_m']:,.0f}", lat=_degrees(told["lat_deg"], "NS"), lon=_degrees(told["lon_deg"], "EW"),
    )  # fmt: skip


def _degrees(value: float, letters: str) -> str:
    return f"{abs(value):.4f}° {letters[value < 0]}"


def source(told: dict[str, Any]) -> str:
    """Where the scenes come from."""
    return say(
        "Source: {title}{source}; computed with Truceline, {n} scenes.",
        title=told["title"], source=f", {told['source']}" if told["source"] else "", n=len(told["scenes"]),
    )  # fmt: skip


def alt(told: dict[str, Any]) -> str:
    """The plate for those who do not see it."""
    return " ".join((title(told) + ".", *(f"{change_words.place(r, told['unit'])}." for r in told["rows"])))


def png(rows: list[bytes], columns: int) -> bytes:
    """Rows of RGBA bytes as a PNG; the same bytes every time."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", columns, len(rows), 8, 6, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def drawing(told: dict[str, Any]) -> Drawing:
    """Three panels on one scale, the series of the place that changed most, and one line a place."""
    wide, high = told["size"]
    tall = min(PANEL * high / wide, 170.0)
    shapes: list[Shape] = []
    for number, name in enumerate(PANELS):
        left = number * (PANEL + GAP)
        shapes += _panel(told, name, (left, HEAD, PANEL, tall))
    y = HEAD + tall + 6
    shapes += _legend(told, y)
    y += 24
    if told["series"]:
        shapes += _chart(told, y)
        y += CHART + 34
    for row in told["rows"]:
        shapes += _row(row, told["unit"], y)
        y += ROW
    if told["footprints"] > len(told["rows"]):
        shown = say(
            "{n} of {all} places are numbered here; detections.csv lists all.",
            n=len(told["rows"]),
            all=told["footprints"],
        )
        shapes.append(Words(0, y + 5, shown, 7, tone="ink-2"))
        y += ROW
    return Drawing(WIDTH, y - 2, tuple(shapes))


def _panel(told: dict[str, Any], name: str, box: tuple[float, float, float, float]) -> list[Shape]:
    left, top, wide, tall = box
    made: list[Shape] = [
        Words(left, top - 4, _named(told, name), 7.5, bold=True),
        Path(hatch(left, top, wide, tall), stroke="hatch", width=0.5),
        Image(left, top, wide, tall, base64.b64decode(told["panels"][name])),
        Box(left, top, wide, tall, stroke="rule", width=0.5),
    ]
    for outline in told["outlines"]:
        rings = tuple(tuple((left + x * wide, top + y * tall) for x, y in ring) for ring in outline["rings"])
        dash = () if outline["rise"] else (2.4, 1.6)
        made.append(Path(rings, closed=True, stroke="panel", width=2.2, opacity=0.75))
        made.append(Path(rings, closed=True, stroke="accent", width=0.9, dash=dash))
        if name == "after" and outline["mark"]:
            made += _tag(outline["mark"], rings[0], box)
    if name == "before":
        made += _scale(told, box)
    return made


def _named(told: dict[str, Any], name: str) -> str:
    if name == "score":
        return say("Score")
    period = told[name]
    first, last = moment(period["first"]), moment(period["last"])
    text = words.days(first, last, "UTC")
    which = say("Before") if name == "before" else say("After")
    return shortened(f"{which}: {text}", 7.5, PANEL)


def _tag(mark: int, ring: tuple[Point, ...], box: tuple[float, float, float, float]) -> list[Shape]:
    """A number beside an outline, on the side where there is room."""
    left, top, wide, _ = box
    right, upper = max(x for x, _ in ring), min(y for _, y in ring)
    x = right + 5.5 if right + 12 < left + wide else min(x for x, _ in ring) - 5.5
    y = max(upper + 2, top + 7)
    return [
        Circle(x, y, 4.6, fill="panel", stroke="accent", width=0.6),
        Words(x, y + 2.3, str(mark), 6.5, anchor="middle", bold=True, tone="accent"),
    ]


def _scale(told: dict[str, Any], box: tuple[float, float, float, float]) -> list[Shape]:
    left, top, wide, tall = box
    across = told["across_m"]
    length = _round(across / 4)
    points = wide * length / across
    x, y = left + 6, top + tall - 7
    text = f"{length:,.0f} m" if length < 1000 else f"{length / 1000:g} km"
    room = points + 8
    return [
        Box(x - 4, y - 11, max(room, 28), 15, fill="panel", opacity=0.85),
        Path((((x, y - 2), (x, y), (x + points, y), (x + points, y - 2)),), stroke="ink", width=0.8),
        Words(x, y - 4, text, 6.5),
        Box(left + wide - 15, top + 3, 12, 18, fill="panel", opacity=0.85),
        Path((((left + wide - 9, top + 19), (left + wide - 9, top + 12)),), stroke="ink", width=0.8),
        Path((((left + wide - 11, top + 14), (left + wide - 9, top + 10.5), (left + wide - 7, top + 14)),), True, fill="ink"),
        Words(left + wide - 9, top + 9.5, say("N"), 6, anchor="middle", bold=True),
    ]  # fmt: skip


def _round(value: float) -> float:
    """1, 2 or 5 times a power of ten, at most the value."""
    power = 10 ** math.floor(math.log10(max(value, 1e-9)))
    return float(max(k * power for k in (1.0, 2.0, 5.0) if k * power <= value * 1.0001))


def _legend(told: dict[str, Any], y: float) -> list[Shape]:
    """Grey scale under the first panel, scores under the third."""
    low, high = told["stretch"]
    limit = f"{told['limit']:g}"
    unit = f" {told['unit']}" if told["unit"] else ""
    made: list[Shape] = []
    first, last = (f"{v:.0f}" if unit else f"{v:.2f}" for v in (low, high))
    ramps = (
        (0.0, told["ramps"]["grey"], first.replace("-", "−"), last.replace("-", "−") + unit, ""),
        (2 * (PANEL + GAP), told["ramps"]["score"], say("fell {n}", n=f"−{limit}"), say("{n} rose", n=f"+{limit}"), "0"),
    )  # fmt: skip
    for left, ramp, first, last, middle in ramps:
        made.append(Image(left, y, PANEL, 4.5, base64.b64decode(ramp)))
        made.append(Words(left, y + 13, first, 6.5, tone="ink-2"))
        made.append(Words(left + PANEL, y + 13, last, 6.5, anchor="end", tone="ink-2"))
        if middle:
            made.append(Words(left + PANEL / 2, y + 13, middle, 6.5, anchor="middle", tone="ink-2"))
    x = PANEL + GAP
    if told["unseen"]:
        made.append(Path(hatch(x, y, 12, 8), stroke="hatch", width=0.5))
        made.append(Box(x, y, 12, 8, stroke="rule", width=0.4))
        made.append(Words(x + 16, y + 7, say("nothing was seen"), 6.5, tone="ink-2"))
    return made


def _chart(told: dict[str, Any], y: float) -> list[Shape]:
    """Each scene of the place that changed most: one dot a scene, filled by orbit, the bracket of its change behind them."""
    series = told["series"]
    first, last = (f(moment(s["taken"]).timestamp() for s in series) for f in (min, max))
    values = [s["value"] for s in series]
    low, high = min(values), max(values)
    pad = max((high - low) * 0.12, 1e-6)
    low, high = low - pad, high + pad
    wide = WIDTH - LEFT
    top = y + 14

    def x_of(text: str) -> float:
        return LEFT + 4 + (wide - 8) * (moment(text).timestamp() - first) / max(last - first, 1.0)

    def y_of(value: float) -> float:
        return float(top + CHART * (high - value) / (high - low))

    made: list[Shape] = [
        Words(0, y + 4, change_words.series_title(told["series_band"], told["orbits"]), 7.5, bold=True)
    ]
    ticks = _ticks(low, high)
    for value in ticks:
        made.append(Path((((LEFT, y_of(value)), (WIDTH, y_of(value))),), stroke="hairline", width=0.4))
        made.append(Words(LEFT - 4, y_of(value) + 2.2, f"{value:g}".replace("-", "−"), 6.5, anchor="end", tone="ink-2"))
    if told["unit"]:
        made.append(Words(0, top + 2.2, told["unit"], 6.5, tone="ink-2"))
    bracket = told["bracket"]
    if bracket:
        a, b = x_of(bracket[0]), x_of(bracket[1])
        made.append(Box(a, top, max(b - a, 1.2), CHART, fill="accent", opacity=0.13))
        near_end = b > LEFT + wide * 0.7
        told_days = change_words.between(*(moment(t) for t in bracket))
        made.append(
            Words(a - 3 if near_end else b + 3, top + 7, say("changed between {days}", days=told_days), 6.5,
                  anchor="end" if near_end else "start", tone="accent", halo="panel")
        )  # fmt: skip
    made += [
        Circle(
            x_of(s["taken"]), y_of(s["value"]), 1.7, fill="panel" if s["group"] % 2 else "ink", stroke="ink", width=0.6
        )
        for s in series
    ]
    made.append(Path((((LEFT, top + CHART), (WIDTH, top + CHART)),), stroke="rule", width=0.5))
    made += _months(first, last, x_of, top + CHART)
    return made


def _ticks(low: float, high: float) -> list[float]:
    step = _round((high - low) / 2.5)
    return [round(k * step, 6) for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _months(first: float, last: float, x_of: Any, y: float) -> list[Shape]:
    start, end = (datetime.fromtimestamp(t, UTC) for t in (first, last))
    span = (end.year - start.year) * 12 + end.month - start.month
    every = max(1, math.ceil(span / 8))
    made: list[Shape] = []
    for k in range(0, span + 1, every):
        year, number = start.year + (start.month - 1 + k) // 12, (start.month - 1 + k) % 12 + 1
        at = datetime(year, number, 1, tzinfo=UTC)
        x = x_of(at.isoformat())
        if x < LEFT:
            continue
        label = month(number, short=True) + (f" {year}" if number == 1 or k == every else "")
        made.append(Path((((x, y), (x, y + 3)),), stroke="rule", width=0.5))
        made.append(Words(x, y + 11, label, 6.5, anchor="middle", tone="ink-2"))
    return made


def _row(row: dict[str, Any], unit: str, y: float) -> list[Shape]:
    made: list[Shape] = [
        Circle(4.6, y + 2.4, 4.6, fill="panel", stroke="accent", width=0.6),
        Words(4.6, y + 4.7, str(row["mark"]), 6.5, anchor="middle", bold=True, tone="accent"),
        Words(14, y + 5, shortened(change_words.place(row, unit), 7.5, WIDTH - 14), 7.5),
    ]
    return made
