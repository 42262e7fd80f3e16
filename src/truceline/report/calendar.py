"""Who looked: a calendar of days or weeks by group of sources and side, in the states of the look."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from .. import when
from ..nouns import CoverageState, Look, SourceKind
from . import words
from .draw import WIDTH, Box, Drawing, Mark, Path, Shape, Words, folded, hatch
from .index import LOOKS, Index
from .tree import Figure

LEFT, PITCH = 176.0, 14.0
MOST_WEEKS = 24
GROUPS = (
    SourceKind.MONITOR,
    SourceKind.THIRD_STATE,
    SourceKind.HUMANITARIAN,
    SourceKind.MEDIA,
    SourceKind.ANALYST,
    SourceKind.WITNESS,
    SourceKind.PARTY,
    SourceKind.SENSOR,
    SourceKind.ARCHIVE,
)
Group = tuple[SourceKind, str]


def groups(index: Index) -> dict[Group, list[Look]]:
    """Rows of the coverage table by kind of source and side.

    Observers have a row on each side even without records.
    """
    found: dict[Group, list[Look]] = defaultdict(list)
    sides: dict[SourceKind, set[str]] = defaultdict(set)
    for look in index.edition.looks:
        if look.state is CoverageState.NOT_LOOKED:
            continue
        source = index.sources.get(look.source_id)
        kind = (
            SourceKind.MONITOR if look.source_id in index.observers else source.kind if source else SourceKind.ARCHIVE
        )
        for side in index.parties if look.side == "both" else (look.side,):
            found[kind, side].append(look)
            sides[kind].add(side)
    rows: dict[Group, list[Look]] = {}
    for kind in GROUPS:
        wanted = index.parties if kind is SourceKind.MONITOR or sides[kind] & set(index.parties) else ()
        others = [s for s in sides[kind] if s not in index.parties]
        for side in (*wanted, *sorted(others)):
            rows[kind, side] = found[kind, side]
    return rows


def group_name(index: Index, group: Group) -> str:
    """`Observers, with PARTY`; nothing is said of a side where the record names none."""
    kind, side = group
    name = words.KIND_OF_SOURCE[kind]
    return f"{name}, with {index.name(side)}" if side in index.parties else name


def state_of(looks: list[Look]) -> str:
    """Give the mark of what these rows amount to.

    The best look first, a visit led by the host only if all were.
    """
    good = [look for look in looks if look.state in LOOKS]
    if good and all(look.host_led for look in good):
        return "look-host_led"
    for state in (
        CoverageState.LOOKED_CLEAR,
        CoverageState.LOOKED,
        CoverageState.LOOKED_CLOUD,
        CoverageState.CLOUD_UNKNOWN,
    ):
        if any(look.state is state for look in good):
            return f"look-{state}"
    if any(look.state is CoverageState.REFUSED for look in looks):
        return "look-refused"
    if any(look.state is CoverageState.OPPORTUNITY for look in looks):
        return "look-opportunity"
    return "look-not_looked"


def figure(index: Index, *, by_week: bool) -> Figure:
    """Give the calendar of the whole period by week, or of the last weeks by day."""
    spans = (
        when.weeks(index.start, index.edition.as_of, index.zone)[-MOST_WEEKS:]
        if by_week
        else [d for d in index.days if d[1] > index.since]
    )
    rows = groups(index)
    looked = [n for n, (a, b) in enumerate(spans) if _observed(index, a, b)]
    unit = "week" if by_week else "day"
    blind = len(spans) - len(looked)
    title = f"{'In' if by_week else 'On'} {words.of(blind, len(spans))} {unit}s no observer was recorded looking on either side"
    first, last = spans[0][0], spans[-1][1] - timedelta(seconds=1)
    return Figure(
        f"calendar-{unit}",
        title,
        f"One box for each {unit}, {words.days(first, last, index.zone)}, local days"
        + ("; weeks begin on Monday." if by_week else ".")
        + " Open box: looked; brackets: led by the host; barred circle: refused or cut short; "
        "hatched: nobody looked.",
        f"{title}. " + " ".join(_told(index, g, looks, spans, unit) for g, looks in rows.items()),
        "Source: coverage.csv of this edition, from the mission’s records of effort. A record not found "
        "is not proof that nobody went.",
        _draw(index, rows, spans, by_week=by_week),
    )


def _observed(index: Index, start: datetime, end: datetime) -> bool:
    return any(
        look.start < end and look.end > start and look.state in LOOKS and look.source_id in index.observers
        for look in index.edition.looks
    )


def _told(index: Index, group: Group, looks: list[Look], spans: list[tuple[datetime, datetime]], unit: str) -> str:
    seen = sum(any(x.start < b and x.end > a and x.state in LOOKS for x in looks) for a, b in spans)
    return (
        f"{group_name(index, group)}: looked {'in' if unit == 'week' else 'on'} {words.of(seen, len(spans))} {unit}s."
    )


def _draw(
    index: Index, rows: dict[Group, list[Look]], spans: list[tuple[datetime, datetime]], *, by_week: bool
) -> Drawing:
    shapes: list[Shape] = []
    step = (WIDTH - LEFT) / max(len(spans), 8)
    month, free = "", 0.0
    for n, (start, _) in enumerate(spans):
        local = start.astimezone(when.zone(index.zone))
        x = LEFT + step * (n + 0.5)
        name = words.MONTHS[local.month - 1]
        if name != month and x >= free:
            shapes.append(Words(x - 4, 9, name[:3], 8, bold=True))
            month, free = name, x + 20
        shapes.append(Words(x, 19, str(local.day), 7.5, "middle", tone="ink-2"))
    shapes.append(Words(0, 19, "week of" if by_week else "day", 7.5, tone="ink-2"))
    y = 24.0
    hatches: list[tuple[tuple[float, float], ...]] = []
    for group, looks in rows.items():
        y += PITCH
        if group[1] in index.parties:
            shapes.append(Box(0, y - 8.5, 2.6, 9, fill=index.tone(group[1])))
        shapes.append(Words(6, y - 1, folded(group_name(index, group), 8, LEFT - 10, 1)[0], 8))
        hatches += _cells(looks, spans, step, y, shapes)
    if hatches:
        shapes.insert(0, Path(tuple(hatches), stroke="hatch", width=0.6))
    return Drawing(WIDTH, y + 6, tuple(shapes))


def _cells(
    looks: list[Look], spans: list[tuple[datetime, datetime]], step: float, y: float, shapes: list[Shape]
) -> list[tuple[tuple[float, float], ...]]:
    hatches: list[tuple[tuple[float, float], ...]] = []
    for n, (start, end) in enumerate(spans):
        met = [look for look in looks if look.start < end and look.end > start]
        state = state_of(met)
        x = LEFT + step * n
        if state == "look-not_looked":
            hatches += hatch(x + 0.6, y - 9, step - 1.2, 10, 3.6)
            continue
        shapes.append(
            Mark(state, x + step / 2, y - 4, min(12.0, step - 1), state.removeprefix("look-").replace("_", " "))
        )
        if state != "look-refused" and any(look.state is CoverageState.REFUSED for look in met):
            shapes.append(Mark("look-refused", x + step / 2 + 4, y - 8, 7, "also refused or cut short"))
    return hatches
