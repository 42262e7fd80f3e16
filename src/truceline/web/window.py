"""What somebody looks at: a period, grades, kinds, a party, words, a part of the map; read from the query and written back.

The same window filters pages, map, API and files. Names in a query: from, to, grade, kind, party, agreement, q, bbox, sort,
page, selected. Days are local to the mission; `to` holds its whole day. An unknown name is left alone: it may be the page's.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from .. import kinds, when
from ..nouns import Grade

SORTS = ("newest", "oldest", "grade", "accounts")
LONGEST = 200
"""Characters of a text that is searched for."""
MOST = 24
"""Values of one name that may be given."""
LAST_PAGE = 1_000_000
NAMES = ("from", "to", "grade", "kind", "party", "agreement", "q", "bbox", "sort", "page", "selected")


class WindowError(ValueError):
    """A query that says something impossible: `problems` holds (name, what was found, what was expected)."""

    def __init__(self, problems: list[tuple[str, str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{name}: found {found}, expected {expected}" for name, found, expected in problems))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a query may name in this mission: its time zone, parties, instruments and kinds of its own."""

    time_zone: str
    parties: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """A filter; empty means everything. `start` and `end` are UTC and half-open; `bbox` is west, south, east, north."""

    start: datetime | None = None
    end: datetime | None = None
    grade: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    party: str = ""
    agreement: str = ""
    q: str = ""
    bbox: tuple[float, float, float, float] | None = None
    sort: str = SORTS[0]
    page: int = 1
    selected: str = ""
    time_zone: str = "UTC"

    @property
    def previous(self) -> Window | None:
        """The same window over the period of equal length before it; None where it has no beginning and end."""
        if self.start is None or self.end is None:
            return None
        return replace(self, start=self.start - (self.end - self.start), end=self.start, page=1, selected="")

    @property
    def everything(self) -> bool:
        """Whether nothing is filtered out."""
        blank = Window(sort=self.sort, page=self.page, selected=self.selected, time_zone=self.time_zone)
        return self == blank

    def but(self, **changes: object) -> Window:
        """The same window with other values; a change of the filter goes back to the first page."""
        if "page" not in changes and set(changes) - {"selected"}:
            changes["page"] = 1
        return replace(self, **changes)  # type: ignore[arg-type]

    def query(self, **changes: object) -> str:
        """The canonical query string without `?`; empty where the window says nothing."""
        return urlencode((self.but(**changes) if changes else self).items(), safe=",:+/")

    def items(self) -> list[tuple[str, str]]:
        """Names and values of the canonical query, what is not said left out."""
        said: list[tuple[str, str]] = []
        if self.start is not None:
            said.append(("from", _text(self.start, self.time_zone)))
        if self.end is not None:
            said.append(("to", _text(self.end, self.time_zone, last=True)))
        said += [("grade", g) for g in self.grade] + [("kind", k) for k in self.kind]
        said += [(n, getattr(self, n)) for n in ("party", "agreement", "q") if getattr(self, n)]
        if self.bbox is not None:
            said.append(("bbox", ",".join(f"{v:.6f}".rstrip("0").rstrip(".") for v in self.bbox)))
        if self.sort != SORTS[0]:
            said.append(("sort", self.sort))
        if self.page > 1:
            said.append(("page", str(self.page)))
        if self.selected:
            said.append(("selected", self.selected))
        return [(name, _encodable(value)) for name, value in said]


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(moment: datetime, time_zone: str, *, last: bool = False) -> str:
    """A bound as a query holds it: a day where it is local midnight, else a UTC time (a `to` then ends at that second)."""
    local = moment.astimezone(when.zone(time_zone))
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return (local - timedelta(hours=12) if last else local).strftime("%Y-%m-%d")
    shown = moment - timedelta(seconds=1) if last else moment
    return shown.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(given: Iterable[tuple[str, str]], scope: Scope) -> Window:
    """The window of these names and values, in any order; raises WindowError with everything that is wrong."""
    found: dict[str, list[str]] = {}
    for name, value in given:
        if name in NAMES and value != "":
            found.setdefault(name, []).append(value)
    wrong: list[tuple[str, str, str]] = []
    values = {
        "start": _moment(found, "from", scope, wrong),
        "end": _moment(found, "to", scope, wrong),
        "grade": _several(found, "grade", tuple(Grade), wrong),
        "kind": _kinds(found, scope, wrong),
        "party": _one_of(found, "party", scope.parties, wrong),
        "agreement": _one_of(found, "agreement", scope.agreements, wrong),
        "q": _words(found, wrong),
        "bbox": _box(found, wrong),
        "sort": _one_of(found, "sort", SORTS, wrong) or SORTS[0],
        "page": _page(found, wrong),
        "selected": _name(found, "selected", wrong),
        "time_zone": scope.time_zone,
    }
    made = Window(**values)  # type: ignore[arg-type]
    if made.start is not None and made.end is not None and made.end <= made.start:
        wrong.append(("to", shown(found["to"][-1]), "a time after `from`"))
    if wrong:
        raise WindowError(wrong)
    return made


def shown(value: str) -> str:
    """What was found, short and harmless enough to be said back."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in value)
    return repr(clean if len(clean) <= 60 else clean[:60] + "…")


def _single(found: dict[str, list[str]], name: str, wrong: list[tuple[str, str, str]]) -> str:
    values = found.get(name, [])
    if len(set(values)) > 1:
        wrong.append((name, f"{len(values)} values", "one"))
    return values[-1] if values else ""


def _moment(found: dict[str, list[str]], name: str, scope: Scope, wrong: list[tuple[str, str, str]]) -> datetime | None:
    text = _single(found, name, wrong)
    if not text:
        return None
    try:
        span = when.parse(text[:40].replace(" ", "+") if "T" in text else text[:40], scope.time_zone)
    except (ValueError, OverflowError):
        wrong.append((name, shown(text), "a day such as 2025-12-08, or a time such as 2025-12-08T05:04+07:00"))
        return None
    return span.end if name == "to" else span.start


def _listed(found: dict[str, list[str]], name: str, wrong: list[tuple[str, str, str]]) -> tuple[str, ...]:
    parts = [p.strip() for value in found.get(name, []) for p in value.split(",") if p.strip()]
    if len(parts) > MOST:
        wrong.append((name, f"{len(parts)} values", f"at most {MOST}"))
    return tuple(dict.fromkeys(parts[:MOST]))


def _several(
    found: dict[str, list[str]], name: str, allowed: tuple[str, ...], wrong: list[tuple[str, str, str]]
) -> tuple[str, ...]:
    given = _listed(found, name, wrong)
    wrong += [(name, shown(g), f"some of {', '.join(allowed)}") for g in given if g not in allowed]
    return tuple(a for a in map(str, allowed) if a in given)


def _kinds(found: dict[str, list[str]], scope: Scope, wrong: list[tuple[str, str, str]]) -> tuple[str, ...]:
    given = _listed(found, "kind", wrong)
    known = scope.kinds or frozenset(kinds.shipped())
    strange = [g for g in given if g not in known and not any(k.startswith(g + ".") for k in known)]
    wrong += [("kind", shown(g), "a kind such as fire or fire.mortar") for g in strange]
    return tuple(sorted(given))


def _one_of(found: dict[str, list[str]], name: str, allowed: tuple[str, ...], wrong: list[tuple[str, str, str]]) -> str:
    text = _single(found, name, wrong)
    if text and text not in allowed:
        wrong.append((name, shown(text), f"one of {', '.join(allowed)}" if allowed else "nothing: there is none here"))
        return ""
    return text


def _words(found: dict[str, list[str]], wrong: list[tuple[str, str, str]]) -> str:
    text = _single(found, "q", wrong)
    if len(text) > LONGEST:
        wrong.append(("q", f"{len(text)} characters", f"at most {LONGEST}"))
        return ""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text).split())


def _box(found: dict[str, list[str]], wrong: list[tuple[str, str, str]]) -> tuple[float, float, float, float] | None:
    text = _single(found, "bbox", wrong)
    if not text:
        return None
    expected = "west,south,east,north in degrees, west of -180 to 180, south below north"
    try:
        west, south, east, north = (float(part) for part in text[:200].split(","))
    except ValueError:
        wrong.append(("bbox", shown(text), expected))
        return None
    fits = all(map(math.isfinite, (west, south, east, north))) and -180 <= west <= 180 and -180 <= east <= 180
    if not fits or not -90 <= south <= north <= 90:
        wrong.append(("bbox", shown(text), expected))
        return None
    return west, south, east, north


def _page(found: dict[str, list[str]], wrong: list[tuple[str, str, str]]) -> int:
    text = _single(found, "page", wrong)
    if not text:
        return 1
    if not (text.isascii() and text.isdecimal()) or len(text) > 7 or not 1 <= int(text) <= LAST_PAGE:
        wrong.append(("page", shown(text), f"a number from 1 to {LAST_PAGE}"))
        return 1
    return int(text)


def _name(found: dict[str, list[str]], name: str, wrong: list[tuple[str, str, str]]) -> str:
    text = _single(found, name, wrong)
    if len(text) > LONGEST or not text.isprintable():
        wrong.append((name, shown(text), f"an id of at most {LONGEST} characters"))
        return ""
    return text
