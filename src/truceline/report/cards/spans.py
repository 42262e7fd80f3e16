"""When each account says that it was: bars as long as the interval, on one clock."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from ... import when
from ...nouns import Interval, Observation, Stance
from .. import tongue, words
from ..draw import Box, Path, Shape, Words, shortened, text_width
from ..index import Index
from ..tongue import say

WIDTH = 330.0
"""Width of a card's figure, points."""
LEFT = 146.0
"""Where bars and ticks begin, points from the left."""
RIGHT = 14.0
ROW = 11.5
SIZE = 8.0
MOST = 8
"""How many accounts are drawn in one figure."""

CLOCKED = frozenset({"second", "minute", "hour", "part_of_day"})
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 43200, 129600, 525600)
_TICKS = 5
_FADE = 9.0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Telling:
    """One voice and when it says that it happened."""

    voices: str
    tones: tuple[str, ...]
    when: Interval | None
    reported: str = ""
    """The day of the report, where the same voice gave another time on another day."""

    @property
    def clocked(self) -> bool:
        """Whether it gave more than a day."""
        return self.when is not None and self.when.precision in CLOCKED


def tellings(index: Index, accounts: tuple[Observation, ...]) -> list[Telling]:
    """Who gave which time, parties in the order of mission.yaml and then others; denials give none."""
    told = [o for o in accounts if o.stance is not Stance.DENIES]
    sides = {o.id: tuple(p for p in index.parties if p in index.sides(o)) for o in told}
    groups = [*((p,) for p in index.parties), None, ()]
    ordered = [o for g in groups for o in told if (sides[o.id] == g if g is not None else len(sides[o.id]) > 1)]
    once: dict[tuple[str, tuple[datetime, datetime] | None], Observation] = {}
    for o in ordered:
        once.setdefault((said_by(index, o), (o.when.start, o.when.end) if o.when else None), o)
    names = Counter(voices for voices, _ in once)
    return [
        Telling(
            voices,
            tuple(index.tone(p) for p in sides[o.id]) or (index.tone(""),),
            o.when,
            _day(o.reported.start, index.zone) if names[voices] > 1 and o.reported else "",
        )
        for (voices, _), o in once.items()
    ]


def said_by(index: Index, o: Observation) -> str:
    """Names of the voices behind an observation."""
    return words.listed(index.source_name(s) for s in index.speakers(o))


def _day(moment: datetime, zone: str) -> str:
    local = moment.astimezone(when.zone(zone))
    return say("{day} {month}", day=local.day, month=tongue.month(local.month, short=True))


@dataclass(frozen=True, slots=True)
class Clock:
    """An axis of time with its ticks."""

    start: datetime
    end: datetime
    step: timedelta
    zone: str

    @classmethod
    def around(cls, spans: list[Interval], zone: str) -> Clock:
        """The axis that holds these spans, its ends on ticks of a round number of minutes, hours or days."""
        first, last = min(s.start for s in spans), max(s.end for s in spans)
        minutes = max((last - first).total_seconds() / 60, 10)
        step = timedelta(minutes=next((s for s in _STEPS if minutes / s <= _TICKS), _STEPS[-1]))
        local = first.astimezone(when.zone(zone))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + (local - midnight) // step * step
        count = max(-((start - last) // step), round(minutes * timedelta(minutes=1) / step), 1)
        return cls(start, start + count * step, step, zone)

    def x(self, moment: datetime) -> float:
        """Where a moment lies, points."""
        return LEFT + (WIDTH - LEFT - RIGHT) * ((moment - self.start) / (self.end - self.start))

    def ticks(self) -> list[tuple[float, str]]:
        """Place and label of every tick; a midnight inside a longer axis is its day."""
        made, at = [], self.start
        long = (self.end - timedelta(seconds=1)).astimezone(when.zone(self.zone)).date() != self.start.date()
        while at <= self.end:
            local = at.astimezone(when.zone(self.zone))
            as_day = self.step >= _DAY or (long and (local.hour, local.minute) == (0, 0))
            made.append((self.x(at), _day(at, self.zone) if as_day else words.clock(at, self.zone)))
            at += self.step
        return made


def head(y: float, title: str, note: str) -> tuple[list[Shape], float]:
    """A small heading with a note beside it, or below it where there is no room; and where it ends."""
    shapes: list[Shape] = [Words(0, y + SIZE, shortened(title, SIZE, WIDTH), SIZE, bold=True, tone="accent")]
    wide = text_width(title, SIZE, bold=True) + 8
    if note and wide + text_width(note, SIZE) > WIDTH:
        y, wide = y + ROW, 0
    if note:
        shapes.append(Words(wide, y + SIZE, shortened(note, SIZE, WIDTH - wide), SIZE, tone="ink-2"))
    return shapes, y + SIZE + 5


def drawn(index: Index, told: list[Telling], y: float) -> tuple[list[Shape], float]:
    """The bars from `y` downward, and where they end; nothing where there is nothing to compare.

    That is where nobody gave more than the day, or only one voice is on record.
    """
    clocked = [t for t in told if t.clocked]
    if not clocked or len(told) < 2:
        return [], y
    clock = Clock.around([t.when for t in clocked if t.when], index.zone)
    shapes, y = head(y, title(told), _note(clocked))
    zone = f"{_day(clock.start, index.zone)}, {words.offset(clock.start, index.zone)}"
    shapes.append(Words(0, y + SIZE, zone, SIZE, tone="ink-2"))
    shown = told[:MOST]
    bottom = y + 12 + ROW * len(shown)
    for x, label in clock.ticks():
        shapes.append(Words(x, y + SIZE, label, SIZE, "middle", tone="ink-2"))
        shapes.append(Path((((x, y + 11), (x, bottom)),), stroke="hairline", width=0.6))
    y += 12
    for t in shown:
        shapes += _row(index, clock, t, y)
        y += ROW
    if len(told) > MOST:
        shapes.append(Words(0, y + SIZE, say("{n} more", n=words.number(len(told) - MOST)), SIZE, tone="ink-2"))
        y += ROW
    return shapes, y


def title(told: list[Telling]) -> str:
    """How many of the accounts gave a time of day."""
    part, whole = sum(t.clocked for t in told), len(told)
    return say("{part} of {whole} accounts gave a time of day", part=words.number(part), whole=words.number(whole))


def _note(clocked: list[Telling]) -> str:
    return say("Fading ends: approximate") if any(t.when and t.when.approximate for t in clocked) else ""


def _row(index: Index, clock: Clock, t: Telling, y: float) -> list[Shape]:
    each = 8 / len(t.tones)
    shapes: list[Shape] = [Box(0, y + 1.2 + each * k, 3, each, fill=tone) for k, tone in enumerate(t.tones)]
    shapes.append(Words(6.5, y + SIZE, _label(t, LEFT - 14), SIZE))
    if not t.clocked or t.when is None:
        return [*shapes, Words(LEFT + 2, y + SIZE, in_words(index, t), SIZE, tone="ink-2", halo="panel")]
    left, right = clock.x(t.when.start), clock.x(t.when.end)
    middle, wide = (left + right) / 2, max(right - left, 2.0)
    shapes.append(Box(middle - wide / 2, y + 2.7, wide, 5, fill="ink-2"))
    if t.when.approximate:
        shapes += _fading(middle - wide / 2, middle + wide / 2, y + 2.7)
    return shapes


def _label(t: Telling, room: float) -> str:
    if not t.reported:
        return shortened(t.voices, SIZE, room)
    voice = shortened(t.voices, SIZE, room - text_width(t.reported, SIZE) - 6)
    return say("{voice}, {day}", voice=voice, day=t.reported)


def _fading(left: float, right: float, y: float) -> list[Shape]:
    steps = 6
    w = _FADE / steps
    return [
        Box(x, y, w, 5, fill="ink-2", opacity=0.85 - 0.8 * k / (steps - 1))
        for k in range(steps)
        for x in (right + k * w, left - (k + 1) * w)
    ]


def in_words(index: Index, t: Telling) -> str:
    """What a voice gave where no bar can be drawn."""
    if t.when is None:
        return say("gave no date")
    if t.when.end - t.when.start <= timedelta(hours=25):
        return say("gave the day, no hour")
    return say("gave {time}, no hour", time=words.interval(t.when, index.zone))


def spoken(index: Index, told: list[Telling]) -> list[str]:
    """The bars in words."""
    return [
        say(
            "{voice}: {time}.",
            voice=_label(t, 1000),
            time=words.interval(t.when, index.zone) if t.clocked else in_words(index, t),
        )
        for t in told[:MOST]
    ]
