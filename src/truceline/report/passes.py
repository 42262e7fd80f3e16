"""Passes of satellites: who could have looked from orbit, apart from who did, and of whom that was not worked out."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from ..nouns import Effort, Pass, PassStatus, SourceKind
from . import axis as axes
from . import words
from .axis import Axis
from .draw import WIDTH, Drawing, Mark, Path, Shape, Words, folded
from .index import Index
from .tongue import later, say
from .tree import Block, Cell, Column, Figure, Heading, Line, Paragraph, Row, Table

LEFT, PITCH, HEAD, MARK = 112.0, 14.0, 34.0, 12.0
MOST_WEEKS = 26
STATES = words.Sayings(
    {
        "pass": later("came over, no image held"),
        "computed": later("worked out, none within reach"),
        "not_computed": later("not computed"),
    }
)


def blocks(index: Index) -> list[Block]:
    """A paragraph, a calendar by week and a table; nothing where the mission has no passes."""
    rows = index.edition.mission.passes
    found = [p for p in rows if p.status is PassStatus.PASS]
    if not rows:
        return []
    made: list[Block] = [
        Heading(3, words.said("Who could have looked from orbit"), "orbit"),
        Paragraph(_lead(index, found)),
    ]
    if found:
        made += [_figure(index, rows), _table(index, rows)]
    unknown = [p for p in rows if p.status is PassStatus.NOT_COMPUTED]
    if unknown:
        made.append(Paragraph(_unknown(index, unknown)))
    return made


def _lead(index: Index, found: list[Pass]) -> Line:
    count = words.number(len(found))
    perhaps = words.number(sum(not p.zones for p in found))
    first = words.said(
        "**{count} passes of satellites could have looked, {perhaps} of them only perhaps.** A pass is worked out from "
        "the orbit alone: whether the sensor was on, what cloud lay below and what it saw are not in it. It counts as no look "
        "and raises no share seen.",
        count=count, perhaps=perhaps,
    )  # fmt: skip
    if _holds(index):
        last = words.said(
            "What is held of detections and images stands among the looks above; passes stand apart from it."
        )
    else:
        last = words.said("For these days no detections and no images of these satellites are held.")
    return (*first, *words.line(" "), *last)


def _holds(index: Index) -> bool:
    """Whether this edition holds anything that a sensor found or took."""
    sensors = {i for i, s in index.sources.items() if s.kind is SourceKind.SENSOR}

    def of_sensor(e: Effort) -> bool:
        return bool(e.sensor) or e.source_id in sensors

    return (
        bool(index.edition.detections)
        or any(of_sensor(e) for e in index.efforts)
        or any(o.source_id in sensors or o.kind.startswith("heat.") for o in index.edition.observations)
    )


def _figure(index: Index, rows: tuple[Pass, ...]) -> Figure:
    start = min(p.start for p in rows)
    whole = axes.of_weeks(index, max(start, index.start), LEFT, WIDTH).spans[-MOST_WEEKS:]
    axis = Axis(whole, LEFT, LEFT + (WIDTH - LEFT) * min(len(whole) / 8, 1.0), index.zone)
    known = {p.satellite: [q for q in rows if q.satellite == p.satellite] for p in rows}
    names = _ordered(rows)
    states = {name: [_state(known[name], span) for span in axis.spans] for name in names}
    met = sum(any(states[name][n] == "pass" for name in names) for n in range(len(axis.spans)))
    title = say(
        "In {part} of {whole} weeks satellites came over that could have looked",
        part=words.number(met), whole=words.number(len(axis.spans)),
    )  # fmt: skip
    days = words.days(axis.spans[0][0], axis.spans[-1][1] - timedelta(seconds=1), axis.zone)
    told = [
        say(
            "{satellite}: came over in {part} of the {whole} weeks worked out.",
            satellite=name, part=words.number(states[name].count("pass")),
            whole=words.number(len(axis.spans) - states[name].count("not_computed")),
        )
        for name in names
    ]  # fmt: skip
    subtitle = say(
        "One box for each week, {days}; weeks begin on Monday. Arc in a faint box: came over, no image held; empty: worked "
        "out, none within reach; dash: not computed.",
        days=days,
    )  # fmt: skip
    return Figure(
        "passes-week", title, subtitle, " ".join((f"{title}.", *told)),
        say("Source: passes.csv of the mission, from published orbital elements. What is not computed is no absence."),
        _draw(index, names, states, axis),
    )  # fmt: skip


def _ordered(rows: tuple[Pass, ...]) -> list[str]:
    """Satellites by what they can perceive, then by name."""
    return [name for _, _, name in sorted({(p.kinds[:1] != ("heat",), p.sensor, p.satellite) for p in rows})]


def _state(rows: list[Pass], span: tuple[datetime, datetime]) -> str:
    """`pass`, else `computed` where any day of the week was worked out, else `not_computed`."""
    start, end = span
    met = {p.status for p in rows if p.start < end and p.end > start}
    return next((str(s) for s in (PassStatus.PASS, PassStatus.COMPUTED) if s in met), str(PassStatus.NOT_COMPUTED))


def _draw(index: Index, names: list[str], states: dict[str, list[str]], axis: Axis) -> Drawing:
    shapes: list[Shape] = [*axis.heads(HEAD)]
    dashes: list[tuple[tuple[float, float], ...]] = []
    y = HEAD + 10.0
    for name in names:
        shapes.append(Words(6, y + 3, folded(name, 8, LEFT - 10, 1)[0], 8))
        for n, state in enumerate(states[name]):
            x = axis.middle(n)
            if state == "pass":
                shapes.append(Mark("look-opportunity", x, y, min(MARK, axis.step - 1), STATES[state]))
            elif state == "not_computed":
                dashes.append(((x - 2, y), (x + 2, y)))
        y += PITCH
    if dashes:
        shapes.append(Path(tuple(dashes), stroke="ink-3", width=0.7))
    return Drawing(WIDTH, y - 2, (*axes.close(index, axis, y - 2), *shapes))


def _table(index: Index, rows: tuple[Pass, ...]) -> Table:
    columns = (
        Column(say("Satellite, sensor"), 1.7),
        Column(say("Worked out for"), 1.9),
        Column(say("Passes by day"), 0.8, numeric=True),
        Column(say("Passes by night"), 0.8, numeric=True),
        Column(say("Of these, perhaps out of reach"), 1.0, numeric=True),
        Column(say("Least angle off straight down"), 1.0, numeric=True),
        Column(say("Age of the elements, days"), 1.0, numeric=True),
        Column(say("Time known to, s"), 0.8, numeric=True),
    )
    order = _ordered(rows)
    spans = sorted(
        (p for p in rows if p.status is PassStatus.COMPUTED), key=lambda p: (order.index(p.satellite), p.start)
    )
    note = say(
        "A pass counts where the sensor could reach a part of the line; perhaps out of reach: only if the orbit has shifted "
        "in its favour since the elements. VIIRS and MODIS can find heat; C-SAR, MSI and OLI changes of the ground and "
        "building. Whether Sentinel-1 was to take images there is not known. Age and error are the largest of the span."
    )
    body = tuple(_row(index, span, [p for p in rows if _belongs(p, span)]) for span in spans)
    return Table(say("Passes that could have looked"), columns, body, note, dense=True)


def _belongs(one: Pass, span: Pass) -> bool:
    return (
        one.status is PassStatus.PASS
        and one.satellite == span.satellite
        and span.start <= (one.closest or one.start) < span.end
    )


def _row(index: Index, span: Pass, met: list[Pass]) -> Row:
    nights = sum(p.night for p in met)
    angles = [p.view_deg for p in met if p.view_deg is not None]
    last = min(span.end, index.edition.as_of) - timedelta(seconds=1)
    ages, errors = ([getattr(p, name) or 0 for p in met or [span]] for name in ("age_days", "error_s"))
    cells = (
        words.number(len(met) - nights),
        words.number(nights),
        words.number(sum(not p.zones for p in met)),
        f"{words.number(round(min(angles)))}°" if angles else say("none"),
        words.number(round(max(ages))),
        words.number(round(max(errors))),
    )
    name = Cell((words.line(words.bold(span.satellite), f" {span.sensor}"),), head=True)
    when = Cell((words.line(words.days(span.start, last, index.zone)),))
    return Row((name, when, *(Cell((words.line(c),)) for c in cells)))


def _unknown(index: Index, rows: list[Pass]) -> Line:
    """Which satellites were not worked out, and why: those without elements apart from those whose elements are too old."""
    days = partial(words.days, zone=index.zone)
    spans: dict[tuple[bool, str], list[str]] = {}
    for p in sorted(rows, key=lambda p: (p.satellite, p.start)):
        when = days(p.start, min(p.end, index.edition.as_of) - timedelta(seconds=1))
        spans.setdefault((p.age_days is not None, p.satellite), []).append(when)
    alike: dict[tuple[bool, str], list[str]] = {}
    for (old, name), said in spans.items():
        alike.setdefault((old, words.listed(said)), []).append(name)
    none_held, too_old = (
        "; ".join(f"{words.listed(names)} ({said})" for (old, said), names in alike.items() if old is wanted)
        for wanted in (False, True)
    )
    made: Line = words.said("**Not computed.**")
    if none_held:
        made = (*made, *words.line(" "), *words.said("No elements are held of {names}.", names=none_held))
    if too_old:
        sentence = words.said("The elements held are too old for {names}.", names=too_old)
        made = (*made, *words.line(" "), *sentence)
    return made
