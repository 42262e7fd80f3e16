"""The marks of the look: each a name, its words, and a drawing in a square of 16 around (0, 0).

Told apart by form alone, so that they read in grey, on paper and at arm's length.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..nouns import CoverageState, Grade, Outcome
from .draw import Box, Circle, Path, Shape, arc, hatch, n, svg_of
from .tongue import later, message

SIDE = 16.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark: its message and its shapes, centred on (0, 0) in a square of `SIDE`."""

    words: str
    shapes: tuple[Shape, ...]


def _square(stroke: str = "ink", width: float = 1.0, fill: str = "panel", dash: tuple[float, ...] = ()) -> Box:
    return Box(-5.5, -5.5, 11, 11, fill, stroke, width, dash)


def _half_disc(sign: int) -> Path:
    start, end = (182, 358) if sign < 0 else (2, 178)
    return Path((arc(1.3 * sign, 0, 5.2, start, end),), closed=True, fill="panel", stroke="ink", width=1.0)


def _dots(right_only: bool = False) -> tuple[Shape, ...]:
    columns = (0.9, 3.3) if right_only else (-3.3, 0.0, 3.3)
    return tuple(Circle(x, y, 0.75, fill="ink-2") for x in columns for y in (-3.3, 0.0, 3.3))


def _line(*points: tuple[float, float], width: float = 1.2, dash: tuple[float, ...] = ()) -> Path:
    return Path((points,), stroke="ink", width=width, dash=dash)


_RING = Circle(0, 0, 5.6, fill="panel", stroke="ink", width=1.1)
_BARRED = (
    Circle(0, 0, 5.2, fill="panel", stroke="ink", width=1.2),
    _line((-3.6, -3.6), (3.6, 3.6), width=1.3),
)
_HATCHED = Path(hatch(-6.5, -5.5, 13, 11, 3.2), stroke="hatch", width=0.9)
_BRACKETS = Path(
    (((-3.2, -3.4), (-5, -3.4), (-5, 3.4), (-3.2, 3.4)), ((3.2, -3.4), (5, -3.4), (5, 3.4), (3.2, 3.4))),
    stroke="ink",
    width=1.1,
)
MARKS: dict[str, Drawn] = {
    "grade-established": Drawn(later("established"), (Circle(0, 0, 6, fill="ink"),)),
    "grade-probable": Drawn(
        later("probable"), (_RING, Path(((*arc(0, 0, 5.6, 0, 270), (0.0, 0.0)),), closed=True, fill="ink"))
    ),
    "grade-reported": Drawn(later("reported"), (_RING, Path((arc(0, 0, 5.6, 180, 360),), closed=True, fill="ink"))),
    "grade-disputed": Drawn(later("disputed"), (_half_disc(-1), _half_disc(1))),
    "grade-insufficient": Drawn(later("insufficient"), (_RING,)),
    "outcome-kept": Drawn(later("kept"), (_square(), _line((-3.2, 0.2), (-0.9, 2.8), (3.4, -3), width=1.6))),
    "outcome-breached": Drawn(later("breached"), (_square(fill="ink"),)),
    "outcome-likely_breached": Drawn(later("likely breached"), (_square(), Box(-5.5, -5.5, 5.5, 11, fill="ink"))),
    "outcome-own_word": Drawn(
        later("likely breached, by its own word alone"),
        (_square(), Box(-5.5, -5.5, 2.4, 11, fill="ink")),
    ),
    "outcome-disputed": Drawn(later("disputed"), (_square(), _line((-5.5, 5.5), (5.5, -5.5), width=1.0))),
    "outcome-not_assessable": Drawn(later("not assessable"), (_square("ink-3", 0.9, "", (1.1, 1.65)),)),
    "outcome-not_due": Drawn(later("not due"), (Circle(0, 0, 1.3, fill="ink-2"),)),
    "outcome-not_applicable": Drawn(later("not applicable"), (Circle(0, 0, 1.3, stroke="ink-3", width=0.6),)),
    "outcome-recorded": Drawn(later("recorded"), (Box(-4, -0.9, 8, 1.8, fill="ink"),)),
    "outcome-error": Drawn(
        later("error"), (_square(), _line((-5.5, -5.5), (5.5, 5.5)), _line((-5.5, 5.5), (5.5, -5.5)))
    ),
    "look-looked": Drawn(later("looked"), (_square(),)),
    "look-looked_clear": Drawn(later("looked, clear"), (_square(),)),
    "look-looked_cloud": Drawn(later("looked through cloud"), (_square(), *_dots())),
    "look-cloud_unknown": Drawn(later("looked, cloud not known"), (_square(), *_dots(right_only=True))),
    "look-opportunity": Drawn(
        later("a pass or plan without an image or record held"),
        (_square("rule", 0.8), Path((arc(0, 5, 7, -40, 40),), stroke="ink", width=1.0)),
    ),
    "look-host_led": Drawn(later("visit led by the host"), (_square("ink", 0.9, "panel", (1.8, 1.4)), _BRACKETS)),
    "look-refused": Drawn(later("refused or cut short"), _BARRED),
    "look-not_looked": Drawn(later("nobody looked"), (_HATCHED,)),
    "accounts-agree": Drawn(later("accounts agree"), (_line((-5, -2), (5, -2)), _line((-5, 2), (5, 2)))),
    "accounts-conflict": Drawn(
        later("accounts conflict"), (_line((-5, -2), (5, -2)), _line((-5, 2), (5, 2)), _line((-3, 5.5), (3, -5.5)))
    ),
    "accounts-one_side": Drawn(later("only one side says so"), (_line((-6, 0), (6, 0), dash=(2.2, 1.6)),)),
    "origin": Drawn(later("one independent origin"), (Box(-1.2, -6, 2.4, 12, fill="ink"),)),
    "echo": Drawn(later("a repeat of an origin"), (Box(-0.4, -5, 0.8, 10, fill="ink-3"),)),
    "heat": Drawn(later("heat detection"), (_line((-3.5, 0), (3.5, 0)), _line((0, -3.5), (0, 3.5)))),
    "place": Drawn(later("a named place"), (Circle(0, 0, 3.2, fill="panel", stroke="ink-2", width=1.2),)),
    "party-1": Drawn(later("the first party"), (Box(-2.4, -6, 4.8, 12, fill="party-1"),)),
    "party-2": Drawn(later("the second party"), (Box(-2.4, -6, 4.8, 12, fill="party-2"),)),
    "party-none": Drawn(later("neither party"), (Box(-2.4, -6, 4.8, 12, fill="party-none"),)),
}


def grade(value: Grade) -> str:
    """Give the name of a grade's mark."""
    return f"grade-{value}"


def outcome(value: Outcome, *, own_word: bool = False) -> str:
    """Give the name of an outcome's mark; likely breached by a party's own word alone has its own."""
    return "outcome-own_word" if own_word and value is Outcome.LIKELY_BREACHED else f"outcome-{value}"


def look(value: CoverageState, *, host_led: bool = False) -> str:
    """Give the name of a coverage state's mark; a visit led by the host has its own."""
    return "look-host_led" if host_led and value.startswith("looked") else f"look-{value}"


def words(name: str) -> str:
    """Give what a mark is called, in the language that is spoken; the name itself where it is not known."""
    drawn = MARKS.get(name)
    return message(drawn.words) if drawn else name


def symbols() -> str:
    """Every mark as an SVG symbol, to be used by `#m-NAME`."""
    half = n(SIDE / 2)
    view = f'viewBox="-{half} -{half} {n(SIDE)} {n(SIDE)}"'
    return "".join(
        f'<symbol id="m-{name}" {view}>{"".join(svg_of(s) for s in drawn.shapes)}</symbol>'
        for name, drawn in MARKS.items()
    )
