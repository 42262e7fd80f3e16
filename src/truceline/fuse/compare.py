"""One short function a feature: each tells on which level of its scale a pair stands; weights say what a level is worth.

A level is worth bits: log2 of how likely it is if the two accounts are about one happening over how likely if they are
about two, given the other features (see `weights`). What is missing says nothing: its level is NOTHING and weighs 0.
Each level has a sentence. The functions are compiled; `SCALES` is the plain list of features, levels and sentences.
"""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from . import alike, sketch
from .arrays import NEVER, OPEN

NOTHING = -1
EVENT_KM = 0.5
"""A happening has a size: standard deviation of where its accounts put it, apart from their own errors."""
SAME_POINT_KM = 0.05
FINE_KM, NEAR_SIGMAS = 4.0, 1.5
FARTHEST_SIGMAS = 3.5
"""Places further apart than this many standard deviations of their joint error are not compared."""
DAY_S = 86_400
TEXT_PIECES = 20
CLOCK_S = (10.001, 60.001, 300.001, 900.001, 1800.001, 3600.001, 7200.001)
OVERLAP = (
    "the same dates",
    "dates that begin together",
    "dates that end together",
    "dates that meet",
    "dates that follow one another",
)
LONG = ("up to 3 days", "up to 10 days", "up to a month", "longer")
TEXT_SHARE = (0.06, 0.10, 0.15, 0.20, 0.27, 0.35, 0.50)
SHARES = ("none shared", "few shared", "some shared", "most shared", "the same")


def _clock(gap: str) -> str:
    return f"{gap} between the times given"


SCALES: dict[str, tuple[str, ...]] = {
    "space": (
        "the same point",
        "places as near as their errors of up to 4 km allow", "places as near as their wide errors allow",
        "places further apart than their errors of up to 4 km explain well",
        "places further apart than their wide errors explain well",
        "neither placed", "only one placed",
    ),
    "place": ("the same name of place", "one place named within the other", "two places named within a third", "other names of place"),
    "time": (
        *(_clock(g) for g in ("10 seconds or less", "a minute or less", "5 minutes or less", "a quarter of an hour or less",
                              "half an hour or less", "an hour or less", "2 hours or less", "more than 2 hours")),
        "a time within the dates given", "a time just outside the dates given",
        "the same day", "days that follow one another", "days with one between",
        *OVERLAP,
    ),
    "span": tuple(f"the longer one {long}" for long in LONG),
    "kind": alike.WORDS,
    "weapon": tuple(f"weapons: {s}" for s in SHARES),
    "actors": tuple(f"sides named: {s}" for s in SHARES),
    "killed": (
        "nobody killed", "one killed beside none", "some killed beside none", "many killed beside none",
        "numbers killed agree (1)", "numbers killed agree (2 to 4)", "numbers killed agree (5 or more)",
        "numbers killed nearly agree", "numbers killed (5 or more) nearly agree", "numbers killed differ up to twofold",
        "numbers killed (5 or more) differ up to twofold", "numbers killed differ", "numbers killed (5 or more) differ",
    ),
    "injured": (
        "nobody injured", "some injured beside none", "numbers injured agree (1 or 2)", "numbers injured agree (3 or more)",
        "numbers injured nearly agree", "numbers injured differ up to twofold", "numbers injured differ",
    ),
    "source": (
        "two sources", "one source on two days", "one source on two days in like words", "one source on one day",
        "one source on one day in like words", "one witness twice",
    ),
    "method": (
        "both relayed", "a claim beside a relay", "both claims", "a witness beside another", "both witnesses",
    ),
    "listing": (
        "neither source tells of more near by", "a source tells of one more near by", "a source tells of two or three near by",
        "a source tells of four to seven near by", "a source lists eight or more near by",
    ),
    "text": ("hardly any wording shared", *(f"{round(100 * s)} % or more of the wording shared" for s in TEXT_SHARE)),
}  # fmt: skip
FEATURES = tuple(SCALES)
WIDEST = max(map(len, SCALES.values()))


@njit(cache=True, nogil=True)
def level_of(value: float, edges: tuple[float, ...]) -> int:
    """How many of these edges the value reaches."""
    found = 0
    for edge in edges:
        if value >= edge:
            found += 1
    return found


@njit(cache=True, nogil=True)
def distance_km(p: Any, q: Any) -> tuple[float, float, float]:
    """Kilometres between two placed accounts, and their parts to the east and the north (WGS 84, short lines)."""
    middle = math.radians((p.lat + q.lat) / 2)
    turn = abs(p.lon - q.lon)
    turn = min(turn, 360.0 - turn)
    east = turn * (111.4126 * math.cos(middle) - 0.0935 * math.cos(3 * middle))
    if p.lon > q.lon:
        east = -east
    north = (q.lat - p.lat) * (111.1326 - 0.5593 * math.cos(2 * middle))
    return math.sqrt(east * east + north * north), east, north


@njit(cache=True, nogil=True)
def sigmas(p: Any, q: Any) -> tuple[float, float, float]:
    """(distance in km, the same in standard deviations of the joint error, 95 % radius of that error in km)."""
    km, east, north = distance_km(p, q)
    ee, nn = p.ee + q.ee + EVENT_KM**2, p.nn + q.nn + EVENT_KM**2
    en = p.en + q.en
    determinant = ee * nn - en * en
    square = (nn * east * east - 2 * en * east * north + ee * north * north) / determinant
    return km, math.sqrt(max(square, 0.0)), 2.4477 * math.sqrt(math.sqrt(determinant))


@njit(cache=True, nogil=True)
def space(p: Any, q: Any) -> int:
    """The same point, or two points as far apart as their errors allow."""
    unplaced = math.isnan(p.lon) + math.isnan(q.lon)
    if unplaced:
        return 5 if unplaced == 2 else 6
    km, apart, radius = sigmas(p, q)
    if km < SAME_POINT_KM:
        return 0
    return 1 + 2 * (apart >= NEAR_SIGMAS) + (radius > FINE_KM)


@njit(cache=True, nogil=True)
def place(p: Any, q: Any, codes: Any) -> int:
    """Names of places: the same, one within the other, or side by side in a third."""
    if p.place < 0 or q.place < 0:
        return NOTHING
    if p.place == q.place:
        return 0
    first, second = p.part_at, q.part_at
    many, more = p.part_end - first, q.part_end - second
    common = 0
    while common < many and common < more and codes[first + common] == codes[second + common]:
        common += 1
    if common == min(many, more):
        return 1
    if common:
        return 2
    placed = not math.isnan(p.lon) and not math.isnan(q.lon)
    return NOTHING if placed and distance_km(p, q)[0] < SAME_POINT_KM else 3  # two names of one point


@njit(cache=True, nogil=True)
def gap_s(p: Any, q: Any) -> int:
    """Seconds between the two spans; negative where they meet."""
    return max(p.start, q.start) - min(p.end, q.end)


@njit(cache=True, nogil=True)
def time(p: Any, q: Any) -> int:
    """Clock times by their difference; days by whether and how they meet."""
    gap = gap_s(p, q)
    if p.clock and q.clock:
        scale = 2.0 if p.vague or q.vague else 1.0
        apart = max(gap, 0) - p.clock_error - q.clock_error
        return level_of(apart / scale, CLOCK_S)
    if p.clock or q.clock:
        return 8 if gap < 0 else 9
    longest = max(p.end - p.start, q.end - q.start)
    if longest <= 1.5 * DAY_S:
        shorter = min(p.end - p.start, q.end - q.start)
        return 10 if -gap >= shorter / 2 else 11 if gap < DAY_S // 2 else 12
    if gap >= 0:
        met = 4
    elif p.start == q.start:
        met = 0 if p.end == q.end else 1
    else:
        met = 2 if p.end == q.end else 3
    return 13 + met


@njit(cache=True, nogil=True)
def span(p: Any, q: Any) -> int:
    """How long the longer of two spans of dates is; a day says nothing."""
    longest = max(p.end - p.start, q.end - q.start) / DAY_S
    return level_of(longest, (3.5, 10.5, 32.0)) if longest > 1.5 else NOTHING


@njit(cache=True, nogil=True)
def kind(p: Any, q: Any, kinds: Any) -> int:
    """How near the two kinds are."""
    return kinds[p.kind, q.kind]


@njit(cache=True, nogil=True)
def shares(codes: Any, a: int, a_end: int, b: int, b_end: int) -> int:
    """Two sets of sorted codes on the scale from none shared to the same; NOTHING where one is empty."""
    many, more, both = a_end - a, b_end - b, 0
    if many == 0 or more == 0:
        return NOTHING
    while a < a_end and b < b_end:
        if codes[a] == codes[b]:
            both += 1
            a += 1
            b += 1
        elif codes[a] < codes[b]:
            a += 1
        else:
            b += 1
    share = both / (many + more - both)
    return level_of(share, (0.001, 0.34, 0.6, 0.999))


@njit(cache=True, nogil=True)
def weapon(p: Any, q: Any, codes: Any) -> int:
    """Weapons named by both."""
    return shares(codes, p.weapon_at, p.weapon_end, q.weapon_at, q.weapon_end)


@njit(cache=True, nogil=True)
def actors(p: Any, q: Any, codes: Any) -> int:
    """Who is said to be involved, whoever is blamed."""
    return shares(codes, p.actor_at, p.actor_end, q.actor_at, q.actor_end)


@njit(cache=True, nogil=True)
def ratio(low: int, high: int, other_low: int, other_high: int) -> tuple[int, float, int, int]:
    """(whether the spans meet, how many times the greater number is the smaller, the smaller, the greater)."""
    meet = max(low, other_low) <= min(high, other_high)
    a = high if high < OPEN else max(low, 1)
    b = other_high if other_high < OPEN else max(other_low, 1)
    least, most = min(a, b), max(a, b)
    return meet, (most + 1.0) / (least + 1.0), least, most


@njit(cache=True, nogil=True)
def killed(p: Any, q: Any) -> int:
    """Numbers of dead: early figures differ, so agreement says more than conflict."""
    if p.killed_low < 0 or q.killed_low < 0:
        return NOTHING
    meet, times, least, most = ratio(p.killed_low, p.killed_high, q.killed_low, q.killed_high)
    if most == 0:
        return 0
    if least == 0 and not meet:
        return 1 + level_of(most, (1.5, 4.5))
    if meet:
        return 4 + level_of(max(least, 1), (1.5, 4.5))
    return 7 + 2 * level_of(times, (1.35, 2.01)) + level_of(least, (4.5,))


@njit(cache=True, nogil=True)
def injured(p: Any, q: Any) -> int:
    """Numbers of injured."""
    if p.injured_low < 0 or q.injured_low < 0:
        return NOTHING
    meet, times, least, most = ratio(p.injured_low, p.injured_high, q.injured_low, q.injured_high)
    if most == 0:
        return 0
    if least == 0 and not meet:
        return 1
    if meet:
        return 2 + level_of(least, (2.5,))
    return 4 + level_of(times, (1.35, 2.01))


@njit(cache=True, nogil=True)
def source(p: Any, q: Any, pieces: Any) -> int:
    """One source seldom reports one happening twice, a witness never, and one publication hardly ever."""
    if p.source != q.source:
        return 0
    if p.first_hand and q.first_hand:
        return 5
    alike_ = sketch.shared(pieces, p.text_at, p.text_end, q.text_at, q.text_end) >= 0.35
    one_day = p.reported == q.reported and p.reported != NEVER
    return 1 + 2 * one_day + alike_


@njit(cache=True, nogil=True)
def method(p: Any, q: Any) -> int:
    """How the two know: wires relay the news of the day, reports of months later claim what no wire had."""
    if p.first_hand or q.first_hand:
        return 4 if p.first_hand and q.first_hand else 3
    return 2 - p.relayed - q.relayed


@njit(cache=True, nogil=True)
def listing(p: Any, q: Any, near: int) -> int:
    """A source that tells of several happenings near by on those days lists them, one account each."""
    if p.clock and q.clock:
        return NOTHING
    return level_of(near, (1, 2, 4, 8))


@njit(cache=True, nogil=True)
def text(p: Any, q: Any, pieces: Any) -> int:
    """Wording shared by two sources."""
    if p.source == q.source:
        return NOTHING
    if p.text_end - p.text_at < TEXT_PIECES or q.text_end - q.text_at < TEXT_PIECES:
        return NOTHING
    return level_of(sketch.shared(pieces, p.text_at, p.text_end, q.text_at, q.text_end), TEXT_SHARE)


NOT_BARRED, FORETOLD, TWO_TIMES, WITNESS, KINDS, SUMMARY = range(6)
BARS = (
    "", "one was published before the other began", "one source reports two times, so two happenings",
    "one witness reports a happening once", "kinds that are never one happening", "a summary does not swallow single events",
)  # fmt: skip
TWICE_S = 1800


@njit(cache=True, nogil=True)
def barred(p: Any, q: Any, kinds: Any) -> int:
    """Why the two cannot be one, as a place in BARS; 0 where they can."""
    if kinds[p.kind, q.kind] == alike.APART:
        return KINDS
    if q.clock and p.told != NEVER and p.told <= q.start:
        return FORETOLD
    if p.clock and q.told != NEVER and q.told <= p.start:
        return FORETOLD
    if p.summary + q.summary == 2 and p.summary != 1:
        return SUMMARY
    if p.voice == q.voice:
        if p.clock and q.clock and gap_s(p, q) > TWICE_S and not (p.vague or q.vague):
            return TWO_TIMES
        if p.first_hand and q.first_hand:
            return WITNESS
    return NOT_BARRED


@njit(cache=True, nogil=True)
def quick(p: Any, q: Any, near: int, words: Any, out: Any) -> None:
    """The level of each feature but the last, in the order of FEATURES, into `out`; `words` are codes, pieces, kinds."""
    codes, pieces, kinds = words
    out[0] = space(p, q)
    out[1] = place(p, q, codes)
    out[2] = time(p, q)
    out[3] = span(p, q)
    out[4] = kind(p, q, kinds)
    out[5] = weapon(p, q, codes)
    out[6] = actors(p, q, codes)
    out[7] = killed(p, q)
    out[8] = injured(p, q)
    out[9] = source(p, q, pieces)
    out[10] = method(p, q)
    out[11] = listing(p, q, near)
