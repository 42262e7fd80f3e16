"""Who looked: a calendar of days or weeks by group of sources and side, in the states of the look."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from ..nouns import CoverageState, Look, SourceKind
from . import axis as axes
from . import words
from .axis import Axis
from .draw import WIDTH, Box, Drawing, Mark, Path, Shape, Words, folded, hatch, text_width
from .index import LOOKS, Index
from .tongue import later, say
from .tree import Figure

LEFT, PITCH, HEAD = 166.0, 14.0, 55.0
BASE = 34.0
"""Where the bars of incidents stand, points from the top."""

MOST_WEEKS = 24
COMPACT_DAYS = 15
"""How many days the front page shows."""

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
STATE_WORDS = words.Sayings(
    {
        "look-looked": later("looked"),
        "look-looked_clear": later("looked, clear"),
        "look-looked_cloud": later("looked through cloud"),
        "look-cloud_unknown": later("looked, cloud not known"),
        "look-opportunity": later("a pass or a plan without a record held"),
        "look-host_led": later("visit led by the host"),
        "look-refused": later("refused or cut short"),
        "look-not_looked": later("nobody looked"),
    }
)
Rows = dict[Group, list[Look]]


def groups(index: Index) -> Rows:
    """Rows of the coverage table by kind of source and side; passes of satellites have a calendar of their own.

    Observers have a row on each side even without records.
    """
    found: dict[Group, list[Look]] = defaultdict(list)
    sides: dict[SourceKind, dict[str, None]] = defaultdict(dict)
    for look in index.edition.looks:
        if look.state is CoverageState.NOT_LOOKED or look.passes:
            continue
        source = index.sources.get(look.source_id)
        kind = (
            SourceKind.MONITOR if look.source_id in index.observers else source.kind if source else SourceKind.ARCHIVE
        )
        for side in index.parties if look.side == "both" else (look.side,):
            found[kind, side].append(look)
            sides[kind][side] = None
    rows: Rows = {}
    for kind in GROUPS:
        wanted = index.parties if kind is SourceKind.MONITOR or set(sides[kind]) & set(index.parties) else ()
        others = [s for s in sides[kind] if s not in index.parties]
        for side in (*wanted, *others):
            rows[kind, side] = found[kind, side]
    return rows


def group_name(index: Index, group: Group) -> str:
    """`Observers, with PARTY`; nothing is said of a side where the record names none."""
    kind, side = group
    name = words.KIND_OF_SOURCE[kind]
    return say("{group}, with {party}", group=name, party=index.name(side)) if side in index.parties else name


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
    """Give the calendar of the whole period by week, or of the report's period by day."""
    if by_week:
        whole = axes.of_weeks(index, index.start, LEFT, WIDTH)
        axis = Axis(whole.spans[-MOST_WEEKS:], LEFT, _right(LEFT, WIDTH, len(whole.spans[-MOST_WEEKS:])), index.zone)
    else:
        spans = axes.of_days(index, max(index.since, index.start), LEFT, WIDTH).spans[-31:]
        axis = Axis(spans, LEFT, _right(LEFT, WIDTH, len(spans)), index.zone)
    rows = groups(index)
    unseen, whole_n = blind(index, axis), len(axis.spans)
    title = (
        say("In {part} of {whole} weeks no observer was recorded looking on either side", part=words.number(unseen),
            whole=words.number(whole_n))
        if by_week
        else say("On {part} of {whole} days no observer was recorded looking on either side",
                 part=words.number(unseen), whole=words.number(whole_n))
    )  # fmt: skip
    return Figure(
        "calendar-week" if by_week else "calendar-day",
        title,
        _subtitle(axis, by_week=by_week),
        " ".join((f"{title}.", *(_told(index, g, looks, axis, by_week=by_week) for g, looks in rows.items()))),
        say(
            "Source: coverage.csv of this edition, from the mission’s records of effort. A record not found is not "
            "proof that nobody went."
        ),
        _draw(index, rows, axis, WIDTH),
    )


def compact(index: Index, width: float) -> Figure:
    """Give the last days for the front page: the observers on each side."""
    left = min(LEFT, width * 0.36)
    start = max(index.start, index.edition.as_of - timedelta(days=COMPACT_DAYS))
    spans = axes.of_days(index, start, left, width).spans[-COMPACT_DAYS - 1 :]
    axis = Axis(spans, left, _right(left, width, len(spans)), index.zone)
    rows = {group: looks for group, looks in groups(index).items() if group[0] is SourceKind.MONITOR}
    unseen = blind(index, axis)
    title = say(
        "Who looked: on {part} of {whole} days no observer was recorded on either side",
        part=words.number(unseen), whole=words.number(len(spans)),
    )  # fmt: skip
    return Figure(
        "calendar-front",
        title,
        "",
        " ".join((f"{title}.", *(_told(index, g, looks, axis, by_week=False) for g, looks in rows.items()))),
        "",
        _draw(index, rows, axis, width, legend=True),
    )


def _right(left: float, width: float, columns: int) -> float:
    return left + (width - left) * min(columns / 8, 1.0)


def _subtitle(axis: Axis, *, by_week: bool) -> str:
    days = words.days(axis.spans[0][0], axis.spans[-1][1] - timedelta(seconds=1), axis.zone)
    legend = say(
        "Open box: looked; dashed box with brackets: led by the host; barred circle: refused or cut short; hatched: "
        "nobody looked. Bars: incidents reported to have begun."
    )
    if by_week:
        return say("One box for each week, {days}; weeks begin on Monday. {legend}", days=days, legend=legend)
    return say("One box for each local day, {days}. {legend}", days=days, legend=legend)


def blind(index: Index, axis: Axis) -> int:
    """On how many columns no observer is recorded to have looked on either side."""
    looks = [x for x in index.edition.looks if x.state in LOOKS and x.source_id in index.observers]
    return sum(not any(x.start < b and x.end > a for x in looks) for a, b in axis.spans)


def _told(index: Index, group: Group, looks: list[Look], axis: Axis, *, by_week: bool) -> str:
    seen = sum(any(x.start < b and x.end > a and x.state in LOOKS for x in looks) for a, b in axis.spans)
    name, part, whole = group_name(index, group), words.number(seen), words.number(len(axis.spans))
    if by_week:
        return say("{group}: looked in {part} of {whole} weeks.", group=name, part=part, whole=whole)
    return say("{group}: looked on {part} of {whole} days.", group=name, part=part, whole=whole)


def _draw(index: Index, rows: Rows, axis: Axis, width: float, *, legend: bool = False) -> Drawing:
    first, last = axis.spans[0][0], axis.spans[-1][1] - timedelta(seconds=1)
    shapes: list[Shape] = [
        *axes.bars(index, axis, BASE, 14.0),  # the tallest with its number stays under the words at the top
        *axis.heads(HEAD),
        Words(6, BASE - 1, folded(say("Incidents reported"), 8, axis.left - 10, 1)[0], 8),
        Words(6, HEAD, folded(words.days(first, last, axis.zone), 7.5, axis.left - 10, 1)[0], 7.5, tone="ink-2"),
    ]
    y = HEAD + 3
    hatches: list[tuple[tuple[float, float], ...]] = []
    for group, looks in rows.items():
        lines = folded(group_name(index, group), 8, axis.left - 14, 2)
        if group[1] in index.parties:
            shapes.append(Box(0, y + 2.5, 2.6, 9, fill=index.tone(group[1])))
        shapes += [Words(6, y + 10 + 9.5 * n, text, 8) for n, text in enumerate(lines)]
        hatches += cells(looks, axis, y + 7, shapes)
        y += PITCH + 9.5 * (len(lines) - 1)
    if hatches:
        shapes.insert(0, Path(tuple(hatches), stroke="hatch", width=0.6))
    shapes = [*axes.close(index, axis, y + 2), *shapes]
    if legend:
        y = _legend(y + 14, width, shapes)
    return Drawing(width, y + 4, tuple(shapes))


def _legend(y: float, width: float, shapes: list[Shape]) -> float:
    x = 0.0
    used = {s.name for s in shapes if isinstance(s, Mark)} | {"look-not_looked"}
    for name in (n for n in STATE_WORDS if n in used):
        text = STATE_WORDS[name]
        if x and x + 14 + text_width(text, 8) > width:
            x, y = 0.0, y + 12
        shapes += [Mark(name, x + 6, y - 3, 11, text), Words(x + 14, y, text, 8, tone="ink-2")]
        x += 14 + text_width(text, 8) + 14
    return y


def cells(looks: list[Look], axis: Axis, y: float, shapes: list[Shape]) -> list[tuple[tuple[float, float], ...]]:
    """Draw one row of states around `y`; gives the strokes of the hatch where nobody looked."""
    hatches: list[tuple[tuple[float, float], ...]] = []
    for n, (start, end) in enumerate(axis.spans):
        met = [look for look in looks if look.start < end and look.end > start]
        state = state_of(met)
        x = axis.left + axis.step * n
        if state == "look-not_looked":
            hatches += hatch(x + 0.6, y - 5, axis.step - 1.2, 10, 3.6)
            continue
        shapes.append(Mark(state, x + axis.step / 2, y, min(13.0, axis.step - 1), STATE_WORDS[state]))
        if state != "look-refused" and any(look.state is CoverageState.REFUSED for look in met):
            shapes.append(Mark("look-refused", x + axis.step / 2 + 4, y - 4, 7, say("also refused or cut short")))
    return hatches
