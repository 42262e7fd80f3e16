"""What an account can settle, by how it was perceived and what it is of: a table with stable ids.

Who saw a shell land did not see who fired it; who heard a shot did not see where it went; a mine that is found says
nothing of the day on which it was laid. The points that an account cannot settle stay open however many such accounts
there are. After the fields of the Berkeley Protocol (what an item shows) and the practice of observer missions, which
name direction of fire and never derive its author from it.
"""

from __future__ import annotations

from typing import NamedTuple

from .kinds import within
from .nouns import Method, Observation, Phase, Point

_SENT = ("fire", "explosion", "harm", "agent")
_SEEN = frozenset({Method.SEEN, Method.RECORDED})
_AT = (Point.HAPPENED, Point.WHEN, Point.WHERE)


class Line(NamedTuple):
    """A line of the table: how it was perceived (empty: any), of what (prefixes of kinds), and what that can settle."""

    id: str
    methods: frozenset[Method]
    kinds: tuple[str, ...]
    phase: Phase | None
    points: tuple[Point, ...]


TABLE = (
    Line("S-WORD", frozenset({Method.CLAIMED, Method.RELAYED}), (), None, ()),
    Line("S-HEAT", frozenset({Method.DETECTED}), ("heat",), None, (Point.WHEN, Point.WHERE)),
    Line("S-IMAGE", frozenset({Method.DETECTED}), (), None, (Point.HAPPENED, Point.WHERE)),
    Line("S-HEARD", frozenset({Method.HEARD}), (), None, (Point.HAPPENED, Point.WHEN)),
    Line("S-EXAMINED", frozenset({Method.MEASURED}), (*_SENT, "mine"), None, (Point.HAPPENED, Point.WHERE, Point.WHAT)),
    Line("S-SAW-FIRING", _SEEN, (*_SENT, "air"), Phase.OUTGOING, (*_AT, Point.WHAT, Point.WHO)),
    Line("S-SAW-IMPACT", _SEEN, _SENT, None, (*_AT, Point.WHO_WAS_HIT)),
    Line("S-FOUND", frozenset(), ("mine.found", "explosion.uxo"), None, (Point.HAPPENED, Point.WHERE, Point.WHAT)),
    Line("S-SAW-DRONE", frozenset(), ("air.drone_flight",), None, (*_AT, Point.WHAT)),
    Line("S-SAW-ACT", frozenset(), (), None, (*_AT, Point.WHAT, Point.WHO)),
)  # fmt: skip
"""The first line that fits holds. Where it happened is where the account places it, within its own error."""


def line(one: Observation) -> Line:
    """The line of the table that this account falls under."""
    return next(
        row
        for row in TABLE
        if (not row.methods or one.method in row.methods)
        and (not row.kinds or within(one.kind, row.kinds))
        and (row.phase is None or one.phase is row.phase)
    )


def points(one: Observation) -> tuple[Point, ...]:
    """What this account can settle, were it true: nothing, where it is somebody's word or repeats another."""
    return () if one.origin_ids else line(one).points


def physical(one: Observation) -> bool:
    """Whether there is a thing behind it that others can look at: a recording, a measurement, a detection that is kept."""
    return one.method in {Method.RECORDED, Method.MEASURED, Method.DETECTED} and not one.origin_ids
