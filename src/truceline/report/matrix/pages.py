"""Which weeks and which commitments stand on which figure of the matrix, and the measures of each figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from ...nouns import UNATTRIBUTED
from .. import words
from ..draw import WIDTH, folded, shortened, text_width
from ..tongue import say, say_n
from .grid import Grid, TermRow

NAME, PITCH = 128.0, 11.4
"""Where the parties' names begin, and the height of one line, points."""

FIRST_HEIGHT, MOST_HEIGHT = 405.0, 515.0
"""How high the rows of the first figure and of each later one may be, so that each fits on a page."""

MOST_FIGURES = 6
"""The most figures of one report; findings.csv holds what they leave out."""

HEADING, GAP = 15.0, 4.5
"""Height of a topic's heading and of the space below a term, points."""


@dataclass(frozen=True)
class Sheet:
    """One figure: some weeks, some rows, and the measures that follow from them."""

    grid: Grid
    panel: range
    rows: tuple[TermRow, ...] = ()

    @cached_property
    def left(self) -> float:
        """Where the weeks begin: behind the longest name of a party that fits."""
        names = [self.grid.index.name(p) for p in (*self.grid.index.parties, UNATTRIBUTED)]
        longest = max(text_width(n, 8) for n in (*names, self.shared_name))
        return NAME + min(84.0, longest + 10)

    @cached_property
    def step(self) -> float:
        """Width of a week."""
        return min(26.0, (WIDTH - self.left) / max(len(self.panel), 1))

    @property
    def right(self) -> float:
        """Where the weeks end."""
        return self.left + self.step * len(self.panel)

    @property
    def shared_name(self) -> str:
        """What stands in a line that all parties share."""
        return self.grid.index.name("both") if len(self.grid.index.parties) == 2 else say("all parties")

    def x(self, place: float) -> float:
        """Where a place among all weeks lies in this figure, kept inside it."""
        return self.left + self.step * max(0.0, min(place - self.panel.start, float(len(self.panel))))

    def label(self, row: TermRow) -> list[list[tuple[str, bool]]]:
        """Lines of a row's name: pieces with whether they are quiet."""
        title = folded(self.grid.title(row.key), 8, NAME - 8)
        clause = shortened(self.grid.clause(row.key), 7.5, NAME - 18)
        room = NAME - 14 - text_width(title[-1], 8) - text_width(clause, 7.5)
        if room > (10 if row.key in self.grid.disputed_status else 0) and (row.shared or len(title) > 1):
            return [*([(t, False)] for t in title[:-1]), [(title[-1], False), (clause, True)]]
        return [*([(t, False)] for t in title), [(clause, True)]]

    def height(self, row: TermRow) -> float:
        """Height of a row."""
        lines = 1 if row.shared else len(row.parties)
        return PITCH * max(lines, len(self.label(row))) + GAP


def left_out(grid: Grid) -> list[str]:
    """Sentences on what the figures do not show, and where it is."""
    lines = []
    if grid.earlier_weeks:
        lines.append(
            say_n(
                "{n} earlier week of {whole} is not drawn; findings.csv holds it.",
                "{n} earlier weeks of {whole} are not drawn; findings.csv holds them.",
                grid.earlier_weeks,
                whole=words.number(len(grid.weeks)),
            )
        )
    drawn = Counter(sheet.panel for sheet in sheets(grid) for _ in sheet.rows)
    for panel in grid.panels:
        whole = len(grid.rows(panel))
        if drawn[panel] < whole:
            lines.append(
                say(
                    "{days}: {part} of {whole} commitments are drawn, first those with an outcome other than not due "
                    "or not assessable; findings.csv holds all.",
                    days=days(grid, panel),
                    part=words.number(drawn[panel]),
                    whole=words.number(whole),
                )
            )
    return lines


def sheets(grid: Grid) -> list[Sheet]:
    """Which rows stand on which figure: every panel has one at least, the latest weeks as many as they need."""
    packed = [_packed(Sheet(grid, panel), grid.rows(panel), first=n == 0) for n, panel in enumerate(grid.panels)]
    packed = [pages for pages in packed if pages]
    spare = MOST_FIGURES - len(packed)
    made: list[Sheet] = []
    for n, pages in enumerate(packed):
        allowed = 1 + min(spare, len(pages) - 1)
        spare -= allowed - 1
        made += pages if len(pages) <= allowed else _most_telling(pages, allowed, first=n == 0)
    return made


def _packed(sheet: Sheet, rows: list[TermRow], *, first: bool) -> list[Sheet]:
    """Rows on as few pages as they need; where the last would be nearly empty, about equally full."""
    tight = _filled(sheet, rows, MOST_HEIGHT, first=first)
    if len(tight) < 2 or sum(sheet.height(row) for row in tight[-1].rows) > MOST_HEIGHT / 4:
        return tight
    evener = (_filled(sheet, rows, MOST_HEIGHT * share, first=first) for share in (0.5, 0.6, 0.7, 0.8, 0.9))
    return next((pages for pages in evener if len(pages) == len(tight)), tight)


def _filled(sheet: Sheet, rows: list[TermRow], most: float, *, first: bool) -> list[Sheet]:
    pages: list[list[TermRow]] = []
    used, name = 0.0, ""
    for row in rows:
        needed = sheet.height(row)
        room = min(FIRST_HEIGHT, most) if first and len(pages) == 1 else most
        heading = HEADING if row.topic != name else 0.0
        if not pages or used + needed + heading > room:
            pages.append([])
            used, heading = 0.0, HEADING
        pages[-1].append(row)
        used, name = used + needed + heading, row.topic
    return [Sheet(sheet.grid, sheet.panel, tuple(page)) for page in pages]


def _most_telling(pages: list[Sheet], allowed: int, *, first: bool) -> list[Sheet]:
    """As many rows as fit into so many figures: those that tell something first, then in their order."""
    rows = [row for page in pages for row in page.rows]
    ranked = sorted(range(len(rows)), key=lambda n: not rows[n].telling)
    low, high = 1, len(rows)
    best = pages[:1]
    while low <= high:
        middle = (low + high) // 2
        kept = _filled(pages[0], [rows[n] for n in sorted(ranked[:middle])], MOST_HEIGHT, first=first)
        if len(kept) <= allowed:
            best, low = kept, middle + 1
        else:
            high = middle - 1
    return best


def days(grid: Grid, panel: range) -> str:
    """From which day to which a panel goes."""
    return words.days(grid.weeks[panel.start][0], grid.weeks[panel[-1]][1] - timedelta(seconds=1), grid.index.zone)
