"""A table of compiled reports: one row says what one outlet carried of what one or several voices said.

The outlet is the source; the voices that it repeats are its origins. What the accused said is no part of the row:
answers are a table of their own, each with the day on which it was given (see `answers`).
"""

from __future__ import annotations

from .. import when
from ..nouns import FIRST_HAND, Capture, Harvest, Interval, Lexicon, Method, Observation, OfWhom, Phase, Stance
from ..sheets import CellError, Row
from . import cells

_NEEDED = ("report_id", "date", "event_type", "source_name")
_WHOM = {"civilian": OfWhom.CIVILIAN, "military": OfWhom.MILITARY, "both": OfWhom.MIXED}


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows with report_id, date, event_type and source_name at least; the columns are in docs/mission-folder.md."""
    return cells.each(capture, lexicon, _NEEDED, lambda row, notes: _report(row, notes, capture, lexicon))


def _report(row: Row, notes: list[str], capture: Capture, lexicon: Lexicon) -> Observation:
    line = row.line
    era = cells.era(row.cells.get("date", ""), row.cells.get("published", ""))
    accused = row.text("accused").lower()
    blamed = () if accused in {"", "none"} else lexicon.parties if accused == "both" else (accused,)
    unknown = [p for p in blamed if p not in lexicon.parties]
    if unknown:
        raise CellError("accused", accused, "a party (" + ", ".join(lexicon.parties) + "), both or none")
    outlet = cells.source(row, lexicon, "source_name")
    seen = row.choice(Method, "method", Method.CLAIMED)
    voices = _voices(cells.origins(row, lexicon, "origin_source"), blamed, row, lexicon)
    killed = cells.people(row.text("killed"), "killed")
    injured = cells.people(row.text("injured"), "injured")
    kind, weapon_class = _event(row, lexicon)
    published = row.text("published")
    evidence = row.text("source_url")
    kept = {name: row.text(name) for name in ("claimant", "province", "date_precision", "local_time")}
    stance = row.choice(Stance, "own_word", Stance.SUPPORTS)
    own = stance is not Stance.SUPPORTS and len(blamed) == 1
    if own and stance is not Stance.DENIES and not any(lexicon.party_of.get(v) == blamed[0] for v in voices):
        notes.append(f"own_word|{stance}|none of the voices speaks for {blamed[0]}; read all the same")
    if seen in FIRST_HAND and len(voices) == 1 and voices[0] != outlet:
        # The voice was there itself; the outlet only carries its words.
        kept["carried_by"], outlet, voices = outlet, voices[0], ()
    return Observation(
        id=row.text("report_id", required=True),
        source_id=outlet,
        origin_ids=tuple(v for v in voices if v != outlet),
        when=_when(row, kept, lexicon),
        method=Method.RELAYED if set(voices) - {outlet} else seen,
        phase=row.choice(Phase, "phase", Phase.UNDETERMINED),
        kind=_denied_kind(kind) if stance is Stance.DENIES and not blamed else kind,
        reported=cells.date(published, "published", lexicon) if published else None,
        place=row.text("place_name"),
        place_id=row.text("place_id"),
        actor_claimed=blamed[0] if len(blamed) == 1 else "",
        actors=blamed,
        weapon=row.text("weapon"),
        weapon_class=weapon_class,
        killed_min=killed[0],
        killed_max=killed[1],
        injured_min=injured[0],
        injured_max=injured[1],
        of_whom=_WHOM.get(row.text("civilian_military").lower(), OfWhom.UNKNOWN),
        text=row.text("description"),
        language="en",
        stance=stance,
        evidence=cells.http(evidence) or evidence,
        capture=capture.path,
        row=line,
        notes=era,
        details={**{k: v for k, v in kept.items() if v}, **row.rest()},
    )


def _voices(named: tuple[str, ...], blamed: tuple[str, ...], row: Row, lexicon: Lexicon) -> tuple[str, ...]:
    """The voices behind the report; where a row carries both sides, the accused one's voice is no accuser's."""
    if len(blamed) != 1 or row.cells.get("own_word"):
        return named
    others = tuple(v for v in named if lexicon.party_of.get(v) != blamed[0])
    return others or named


def _event(row: Row, lexicon: Lexicon) -> tuple[str, str]:
    name = row.text("event_type", required=True)
    table = lexicon.values.get("event_types", {})
    if name.lower() not in table:
        raise CellError("event_type", name, "one of " + ", ".join(sorted(table)))
    entry = table[name.lower()]
    return str(entry["kind"]), str(entry.get("weapon_class", ""))


def _denied_kind(kind: str) -> str:
    """A denial without an accused about a mine blast denies the laying, not the blast."""
    return "mine.laid" if kind.startswith("explosion.mine") else kind


def _when(row: Row, kept: dict[str, str], lexicon: Lexicon) -> Interval:
    day = cells.date(row.text("date", required=True), "date", lexicon)
    precision = kept["date_precision"].lower()
    if precision in {"", "day"}:
        return when.local_time(day, kept["local_time"], lexicon.time_zone)
    if precision == "approx":
        return when.widened(day, 1)
    if precision == "month":
        return day
    raise CellError("date_precision", precision, "day, approx or month")
