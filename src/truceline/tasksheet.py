"""The sheet that a patrol takes along: tasks in their order, a sketch map, and room to write the answer.

Words are those of the language that is spoken (report/tongue.py).
"""

from __future__ import annotations

import math

from . import where
from .nouns import Edition
from .report import content, words
from .report.draw import WIDTH, Box, Circle, Drawing, Path, Shape, Words, arc, text_width
from .report.pdf import pdf
from .report.tongue import code, number, say, say_n
from .report.tree import Block, Cell, Column, Document, Figure, Paragraph, Row, Run, Section, Table
from .tasks import Task, named, sentence, spot

HIGH = 300.0
EDGE = 24.0


def sheet(edition: Edition, tasks: tuple[Task, ...]) -> bytes:
    """The PDF: the same bytes for the same edition."""
    still = tuple(t for t in tasks if not t.answered_by)
    done = tuple(t for t in tasks if t.answered_by)
    m = edition.mission
    place = f"{m.edition_place} " if m.edition_place else ""
    closed = f"{words.day(edition.as_of, m.edition_time_zone)}, {words.clock(edition.as_of, m.edition_time_zone)}"
    offset = words.offset(edition.as_of, m.edition_time_zone)
    lead = say(
        "What to look at next and why, in the order of how many open findings each bears on, then of how few voices carry what "
        "is known, then of date. Write the number into the form's field for a task; that closes it in the next list. "
        "To have found nothing is an answer."
    )
    blocks: list[Block] = (
        [_figure(edition, still), _table(still)] if still else [Paragraph((Run(say("No task is open.")),))]
    )
    if done:
        blocks.append(_closed(done))
    counted = say("{open} open, {answered} answered", open=number(len(still)), answered=number(len(done)))
    level = say("restricted") if edition.release == "restricted" else say("public")
    made = Document(
        title=say("Tasks: {mission}", mission=m.title), lead=lead, mission=m.title, as_of=edition.as_of,
        as_of_line=say("Information as of {time}, {place}({offset})", time=closed, place=place, offset=offset),
        release=say("Release: {level}", level=level), version=f"Truceline {edition.version}", notice=m.notice, front=(),
        kicker=say("Tasks for patrols"), short=True, language=code(), chrome=content.chrome(code()),
        sections=(Section("tasks", counted, tuple(blocks)),),
    )  # fmt: skip
    return pdf(made)


def _cell(*lines: str, head: bool = False) -> Cell:
    return Cell(tuple((Run(line, bold=head and n == 0),) for n, line in enumerate(lines) if line), head)


def _table(tasks: tuple[Task, ...]) -> Table:
    columns = (
        Column(say("Task"), 1.1),
        Column(say("Where"), 2.1),
        Column(say("What and why"), 4.4),
        Column(say("Answer, date, by whom"), 2.0),
    )
    rows = tuple(
        Row((
            _cell(f"{t.priority}.", t.id, head=True),
            _cell(t.place, where.to_mgrs(t.lon_deg, t.lat_deg), spot(t), say("within {distance}", distance=_far(t.radius_m))),
            _cell(sentence(t.what), t.why, t.priority_why),
            _cell(" "),
        ))
        for t in tasks
    )  # fmt: skip
    return Table(say("Open tasks"), columns, rows, note=say("Places in WGS 84; days are local."), dense=True)


def _closed(tasks: tuple[Task, ...]) -> Table:
    rows = tuple(Row((_cell(t.id, head=True), _cell(named(t)), _cell(t.answered_by))) for t in tasks)
    columns = (Column(say("Task"), 1), Column(say("Where"), 2), Column(say("Answered by"), 5))
    return Table(say("Answered"), columns, rows, dense=True)


def _far(metres: float) -> str:
    if metres >= 10_000:
        return f"{metres / 1000:.0f} km"
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def _reach_m(task: Task) -> float:
    """How far the sheet reaches around a task; a sector is wider than any sheet, and is shown by its middle."""
    return 2000.0 if task.basis == "sector" else min(30_000.0, max(1500.0, task.radius_m))


class _Frame:
    """Degrees to points on a sheet: true to scale at its middle, north up."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self.lat = sum(t.lat_deg for t in tasks) / len(tasks)
        self.deg_m = 111_320.0 * max(0.05, math.cos(math.radians(self.lat)))
        xs = [t.lon_deg * self.deg_m + s * _reach_m(t) for t in tasks for s in (-1, 1)]
        ys = [t.lat_deg * 110_700.0 + s * _reach_m(t) for t in tasks for s in (-1, 1)]
        self.scale = min((WIDTH - 2 * EDGE) / (max(xs) - min(xs)), (HIGH - 2 * EDGE) / (max(ys) - min(ys)))
        self.mid = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)

    def at(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Points from the upper left corner."""
        x = WIDTH / 2 + (lon_deg * self.deg_m - self.mid[0]) * self.scale
        return x, HIGH / 2 - (lat_deg * 110_700.0 - self.mid[1]) * self.scale


def _figure(edition: Edition, tasks: tuple[Task, ...]) -> Figure:
    frame = _Frame(tasks)
    line = _dotted(edition, frame)
    shapes: list[Shape] = [Box(0.5, 0.5, WIDTH - 1, HIGH - 1, stroke="hairline"), *line]
    taken: list[tuple[float, float, float, float]] = []
    for task in tasks:
        x, y = frame.at(task.lon_deg, task.lat_deg)
        radius = task.radius_m * frame.scale
        if radius > 1.5 and task.basis != "sector":
            shapes.append(_disc(x, y, radius))
        point: Shape = Circle(x, y, 1.2, fill="ink")
        if task.basis == "sector":
            point = Box(x - 3, y - 3, 6, 6, stroke="ink", dash=(1.5, 1.5))
        shapes += [point, *_name(task, x, y, taken)]
    shapes += _bar(frame)
    what = say(
        "Discs to scale: the place is somewhere within. Dashed box: the middle of a sector. Numbers as in the table."
    )
    places = "; ".join(say("{number}: {task}, {place}", number=t.priority, task=t.id, place=named(t)) for t in tasks)
    alt = say_n("Sketch map of {n} task: {places}", "Sketch map of {n} tasks: {places}", len(tasks), places=places)
    source = say("The dotted line is for orientation only and says nothing of where a border is.") if line else ""
    title = say_n("{n} place to look at", "{n} places to look at", len(tasks))
    return Figure("task-map", title, what, alt, source, Drawing(WIDTH, HIGH, tuple(shapes)))


def _disc(x: float, y: float, radius: float) -> Shape:
    """A disc, cut at the edge of the sheet."""
    edge = tuple((min(max(px, 0.0), WIDTH), min(max(py, 0.0), HIGH)) for px, py in arc(x, y, radius, 0, 360, 96))
    return Path((edge,), closed=True, stroke="ink-3", width=0.5)


def _name(task: Task, x: float, y: float, taken: list[tuple[float, float, float, float]]) -> list[Shape]:
    """The number beside its point, where there is room."""
    text = str(task.priority)
    wide = text_width(text, 7.5)
    for dx, dy in ((4, 2.5), (-4 - wide, 2.5), (4, -6), (4, 11), (-4 - wide, -6), (-4 - wide, 11)):
        box = (x + dx, y + dy - 7, x + dx + wide, y + dy + 2)
        inside = box[0] > 2 and box[1] > 2 and box[2] < WIDTH - 2 and box[3] < HIGH - 18
        if inside and not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            taken.append(box)
            return [Words(x + dx, y + dy, text, 7.5, halo="page")]
    return []


def _dotted(edition: Edition, frame: _Frame) -> list[Shape]:
    """Orientation lines as far as they lie on the sheet."""
    import shapely
    from shapely.geometry import box, shape

    sheet_box = box(1, 1, WIDTH - 1, HIGH - 1)
    found: list[Shape] = []
    for zone in edition.mission.zones:
        if zone.role == "orientation_line":
            drawn = shapely.transform(shape(zone.geometry), lambda c: [frame.at(x, y) for x, y in c])
            cut = drawn.intersection(sheet_box)
            parts = [p for p in getattr(cut, "geoms", [cut]) if len(p.coords) > 1] if not cut.is_empty else []
            found += [Path((tuple(p.coords),), stroke="ink-3", width=0.8, dash=(0.8, 2.4), round=True) for p in parts]
    return found


def _bar(frame: _Frame) -> list[Shape]:
    """Scale bar and north."""
    most = 110.0 / frame.scale
    size = max(s * 10**e for e in range(1, 7) for s in (1, 2, 5) if s * 10**e <= most)
    wide, y = size * frame.scale, HIGH - 8.0
    north = WIDTH - 16.0
    return [
        Path((((10, y - 3), (10, y), (10 + wide, y), (10 + wide, y - 3)),), stroke="ink", width=0.7),
        Words(10 + wide + 4, y, _far(size), 7.5, halo="page"),
        Path((((north, 24), (north, 10)), ((north - 3, 14), (north, 9), (north + 3, 14))), stroke="ink", width=0.7),
        Words(north, 33, "N", 7.5, anchor="middle", halo="page"),
    ]
