"""The matrix of commitments: term x party x week, with what was looked at on top.

It reads in grey as well as in colour.
"""

from __future__ import annotations

from collections import Counter

from ... import when
from ...nouns import Outcome
from .. import marks, tongue, words
from ..draw import WIDTH, Box, Drawing, Mark, Path, Shape, Words, hatch, shortened, text_width
from ..tongue import say, say_n
from ..tree import Figure
from .grid import Cell, Dispute, Grid, TermRow
from .pages import GAP, HEADING, NAME, PITCH, Sheet, days, sheets

_LEGEND = (
    Outcome.KEPT, Outcome.BREACHED, Outcome.LIKELY_BREACHED, Outcome.DISPUTED, Outcome.NOT_ASSESSABLE,
    Outcome.NOT_DUE, Outcome.NOT_APPLICABLE, Outcome.ERROR,
)  # fmt: skip


def figures(grid: Grid) -> list[Figure]:
    """Give the matrix in at most `MOST_FIGURES` figures, the latest weeks first."""
    return [_figure(sheet) for sheet in sheets(grid)]


def _tally(sheet: Sheet) -> Counter[Outcome]:
    return Counter(
        cell.outcome
        for row in sheet.rows
        for cells in sheet.grid.spoken[row.key].values()
        for week, cell in cells.items()
        if week in sheet.panel
    )


def _figure(sheet: Sheet) -> Figure:
    grid, tally = sheet.grid, _tally(sheet)
    due = sum(n for o, n in tally.items() if o not in {Outcome.NOT_DUE, Outcome.NOT_APPLICABLE})
    title = (
        say(
            "{blind} of {due} outcomes that were due are not assessable, {kept} of {due} kept",
            blind=words.number(tally[Outcome.NOT_ASSESSABLE]),
            kept=words.number(tally[Outcome.KEPT]),
            due=words.number(due),
        )
        if due
        else say("Nothing drawn here was due")
    )
    return Figure(
        f"matrix-{sheet.panel.start}-{'-'.join(sheet.rows[0].key)}",
        title,
        say(
            "Outcomes by commitment, party and week, {days}. Weeks begin on Monday; the last one closes with the "
            "edition. Blank: nothing was agreed yet, or it was settled. A cell says what could be shown in that "
            "week, not what happened in it.",
            days=days(grid, sheet.panel),
        ),
        _alt(sheet, tally),
        say("Sources: findings.csv and coverage.csv of this edition. Agreements: see “Status of the agreements”."),
        _draw(sheet),
    )


def _alt(sheet: Sheet, tally: Counter[Outcome]) -> str:
    n = len(sheet.rows)
    counts = words.listed(
        say("{n} {outcome}", n=words.number(tally[o]), outcome=words.OUTCOME_WORDS[o]) for o in Outcome if tally[o]
    )
    return say_n(
        "Matrix of {n} commitment by party and week, {days}; of {cells} cells: {counts}.",
        "Matrix of {n} commitments by party and week, {days}; of {cells} cells: {counts}.",
        n,
        days=days(sheet.grid, sheet.panel),
        cells=words.number(sum(tally.values())),
        counts=counts,
    )


def _draw(sheet: Sheet) -> Drawing:
    shapes: list[Shape] = []
    top = _status(sheet, shapes)
    y = _header(sheet, top, shapes)
    name = ""
    for row in sheet.rows:
        if row.topic != name:
            name = row.topic
            shapes.append(Words(0, y + 11, shortened(name, 9, WIDTH), 8.5, bold=True, tone="accent"))
            y += HEADING
        y = _term(sheet, row, y, shapes)
    over, under = _spans(sheet, top - 1, y)
    height = _legend(y + 15, shapes)
    return Drawing(WIDTH, height, (*under, *shapes, *over))


def _status(sheet: Sheet, shapes: list[Shape]) -> float:
    """Headings of disputed spans and of the edition's close; gives the line above which they stand."""
    y = 0.0
    for dispute in _disputes(sheet):
        y += 11
        text = say("{agreement}: status disputed", agreement=dispute.title)
        text = shortened(text, 8, WIDTH - 20)
        begin = min(sheet.x(sheet.grid.place(dispute.start)) + 13, WIDTH - text_width(text, 8, bold=True) - 2)
        shapes += [
            Mark("grade-disputed", begin - 7, y - 2.8, 9, say("status disputed")),
            Words(begin, y, text, 8, bold=True),
        ]
    if sheet.panel[-1] == len(sheet.grid.weeks) - 1:
        y += 11
        close, zone = sheet.grid.index.edition.as_of, sheet.grid.index.edition_zone
        said = say(
            "edition closes {day}, {time}", day=words.day(close, zone, year=False), time=words.clock(close, zone)
        )
        x = sheet.x(sheet.grid.place(close))
        shapes.append(Words(max(x, text_width(said, 7.5)), y, said, 7.5, "end", tone="accent"))
    return y + 3


def _disputes(sheet: Sheet) -> list[Dispute]:
    first, last = sheet.panel.start, sheet.panel.stop
    place = sheet.grid.place
    shown = {row.key[0] for row in sheet.rows}
    return [
        d for d in sheet.grid.disputes if d.agreement_id in shown and place(d.start) < last and place(d.end) > first
    ]


def _spans(sheet: Sheet, top: float, bottom: float) -> tuple[list[Shape], list[Shape]]:
    """What lies over the cells, and what lies under them: disputed spans and the edition's close."""
    over: list[Shape] = []
    under: list[Shape] = []
    place, total = sheet.grid.place, len(sheet.grid.weeks)
    for dispute in _disputes(sheet):
        a, b = sheet.x(place(dispute.start)), sheet.x(place(dispute.end))
        under.append(Box(a, top, b - a, bottom - top, fill="raised"))
        edges = [e for e, at in ((a, place(dispute.start)), (b, place(dispute.end))) if _inside(sheet, at)]
        over += [Path((((e, top), (e, bottom)),), stroke="ink", width=1.0, dash=(1.2, 2.0)) for e in edges]
    if sheet.panel[-1] == total - 1:
        x = sheet.x(place(sheet.grid.index.edition.as_of))
        over.append(Path((((x, top), (x, bottom)),), stroke="accent", width=1.0))
    return over, under


def _inside(sheet: Sheet, place: float) -> bool:
    return sheet.panel.start <= place < min(sheet.panel.stop, sheet.grid.place(sheet.grid.index.edition.as_of))


def _header(sheet: Sheet, top: float, shapes: list[Shape]) -> float:
    y = top + 9
    _months(sheet, y, shapes)
    zone = when.zone(sheet.grid.index.zone)
    for n in sheet.panel:
        local = sheet.grid.weeks[n][0].astimezone(zone)
        shapes.append(Words(sheet.x(n + 0.5), y + 11, str(local.day), 7.5, "middle", tone="ink-2"))
    shapes += [
        Words(0, y, say("Commitment"), 8, bold=True),
        Words(NAME, y, say("Party"), 8, bold=True),
        Words(NAME, y + 11, say("week of"), 7.5, tone="ink-2"),
    ]
    y += 16
    shapes.append(Path((((0, y), (WIDTH, y)),), stroke="ink", width=0.9))
    shapes.append(Words(0, y + PITCH - 0.5, say("Observer records"), 8))
    shapes.append(Words(0, y + 2 * PITCH - 0.5, say("hatched: none found"), 7.5, tone="ink-2"))
    for party in sheet.grid.index.parties:
        y += PITCH
        _records(sheet, party, y, shapes)
    y += GAP + PITCH * max(0, 2 - len(sheet.grid.index.parties))
    shapes.append(Path((((0, y), (WIDTH, y)),), stroke="ink", width=0.6))
    return y


def _months(sheet: Sheet, y: float, shapes: list[Shape]) -> None:
    """Names of months over their first week: in full where there is room, else short, else left out."""
    zone = when.zone(sheet.grid.index.zone)
    months = [(n, sheet.grid.weeks[n][0].astimezone(zone).month) for n in sheet.panel]
    starts = [(n, m) for (n, m), (_, before) in zip(months, [(0, 0), *months], strict=False) if m != before]
    for (n, month), (following, _) in zip(starts, [*starts[1:], (sheet.panel.stop, 0)], strict=True):
        room = sheet.x(following) - sheet.x(n) - 3
        names = (tongue.month(month), tongue.month(month, short=True))
        name = next((name for name in names if text_width(name, 8, bold=True) <= room), "")
        if name:
            shapes.append(Words(sheet.x(n) + 1.5, y, name, 8, bold=True))
        elif n == sheet.panel.start:  # the space over the parties' names is free
            shapes.append(Words(sheet.x(following) - 3, y, names[1], 8, "end", bold=True))


def _party(sheet: Sheet, name: str, tones: list[str], y: float, shapes: list[Shape]) -> None:
    shapes += [Box(NAME + 3.4 * n, y - 7.2, 2.6, 8.4, fill=tone) for n, tone in enumerate(tones)]
    indent = 5.0 + 3.4 * max(0, len(tones) - 1)
    shapes.append(Words(NAME + indent, y - 0.5, shortened(name, 8, sheet.left - NAME - indent - 3), 8))


def _records(sheet: Sheet, party: str, y: float, shapes: list[Shape]) -> None:
    grid = sheet.grid
    _party(sheet, grid.index.name(party), [grid.index.tone(party)], y, shapes)
    strokes: list[tuple[tuple[float, float], ...]] = []
    for n in sheet.panel:
        x, count = sheet.x(n), grid.records[party, n]
        if count:
            shapes.append(Words(x + sheet.step / 2, y - 0.5, words.number(count), 8, "middle", bold=True))
        else:
            end = min(sheet.x(n + 1), sheet.x(grid.place(grid.index.edition.as_of)))
            strokes += hatch(x + 0.4, y - 8, max(0.0, end - x - 0.8), 8.5, 3.4)
    if strokes:
        shapes.append(Path(tuple(strokes), stroke="hatch", width=0.6))


def _term(sheet: Sheet, row: TermRow, top: float, shapes: list[Shape]) -> float:
    _label(sheet, row, top, shapes)
    index = sheet.grid.index
    if row.shared:
        _party(sheet, sheet.shared_name, [index.tone(p) for p in row.parties], top + PITCH, shapes)
        _cells(sheet, row.key, row.parties, top + PITCH, shapes)
    else:
        for n, party in enumerate(row.parties, 1):
            tones = [index.tone(party)] if party in index.parties else []
            _party(sheet, index.name(party), tones, top + PITCH * n, shapes)
            _cells(sheet, row.key, (party,), top + PITCH * n, shapes)
    y = top + sheet.height(row)
    shapes.append(Path((((0, y), (WIDTH, y)),), stroke="hairline", width=0.5))
    return y


def _label(sheet: Sheet, row: TermRow, top: float, shapes: list[Shape]) -> None:
    x = 0.0
    for n, pieces in enumerate(sheet.label(row), 1):
        x = 0.0
        for text, quiet in pieces:
            size = 7.5 if quiet else 8
            shapes.append(Words(x, top + PITCH * n - 0.5, text, size, tone="ink-2" if quiet else "ink"))
            x += text_width(text, size) + 5
    if row.key in sheet.grid.disputed_status:
        y = top + PITCH * len(sheet.label(row)) - 3.3
        shapes.append(Mark("grade-disputed", min(x + 3, NAME - 6), y, 8.5, say("status disputed")))


def _cells(sheet: Sheet, key: tuple[str, str], parties: tuple[str, ...], y: float, shapes: list[Shape]) -> None:
    grid = sheet.grid
    if all(grid.unbound(key, p) for p in parties):
        shapes.append(Words(sheet.left + 2, y - 0.5, say("not bound by this point"), 7.5, tone="ink-2"))
        return
    name = grid.index.name(parties[0]) if len(parties) == 1 else sheet.shared_name
    cells = grid.spoken[key].get(parties[0], {})
    for week in sheet.panel:
        cell = cells.get(week)
        if cell:
            mark = marks.outcome(cell.outcome, own_word=cell.own_word)
            said = _said(grid, f"{key[1]}, {name}", week, cell)
            shapes.append(Mark(mark, sheet.x(week + 0.5), y - 3.3, min(12.0, sheet.step * 0.99), said))


def _said(grid: Grid, row: str, week: int, cell: Cell) -> str:
    if cell.differs:
        outcome = "; ".join(f"{words.READING_WORDS[r]}: {words.OUTCOME_WORDS[o]}" for r, o in cell.by_reading)
    else:
        outcome = words.OUTCOME_WORDS[cell.outcome]
    day = words.day(grid.weeks[week][0], grid.index.zone)
    return say("{row}, week of {day}: {outcome}. {reason}", row=row, day=day, outcome=outcome, reason=cell.reason)


def _legend(y: float, shapes: list[Shape]) -> float:
    """The marks that occur, with their words, in as many lines as they need; gives the height."""
    used = {s.name for s in shapes if isinstance(s, Mark)}
    names = [marks.outcome(o, own_word=own) for o in _LEGEND for own in (False, True)]
    items = [(name, marks.words(name)) for name in dict.fromkeys(names) if name in used]
    items.append(("look-not_looked", say("nobody looked")))
    if "grade-disputed" in used:
        items.append(("grade-disputed", say("row whose status is disputed")))
    x = 0.0
    for name, text in items:
        width = 14 + text_width(text, 8) + 14
        if x and x + width - 14 > WIDTH:
            x, y = 0.0, y + 13
        shapes += [Mark(name, x + 5, y - 2.9, 11), Words(x + 13, y, text, 8)]
        x += width
    return y + 6
