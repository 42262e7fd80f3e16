"""What a result of `truceline change` says, in the language that is spoken: counts beside their base rates, places in a line each.

`told` is what figure.json holds; `facts` takes the same out of summary.json. Nothing here says what made a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..when import iso
from . import words
from .tongue import say, say_n

FACTS = ("title", "source_id", "sensor", "bands", "orbits", "unit", "before", "after", "counts", "base_rate", "asked_false_share",
         "null_maps", "buildings", "calibration", "lists")  # fmt: skip
RADAR = "c-sar"
SCENES, YEARS, PART, NONE = "scenes", "years", "part_of_year", "none_over_vegetation"
"""What tells how often the test errs: scenes of the period before of a year or more; the same season of earlier years; scenes of
less than a year, so that the season is not known; nothing that would hold for vegetation."""
UNKNOWN_SEASON = "3 to 23"
"""Footprints in 100 that were no change on invented stacks of less than a year, where 5 were asked (docs/imagery.md)."""
SUMMER, AUTUMN = "20", "3"
"""Pixels in 100 that lay beyond what 5 in 100 of the differences of earlier years reach, on a real series of fields."""
CALLED = "19 to 25"
"""Pixels in 100 that the optical score called changed in spring and summer on a real series of fields where 5 were asked
(docs/imagery.md)."""


def facts(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of a result, out of its summary."""
    made = {name: summary.get(name) for name in FACTS}
    return made | {"area_km2": summary["grid"]["area_km2"], "left_out": len(summary["left_out"])}


def measured(told: Mapping[str, Any]) -> str:
    """What a result's scenes measured, as the beginning of a sentence."""
    bands = ", ".join(told["bands"])
    if told["sensor"] == RADAR:
        return say("Radar backscatter ({bands})", bands=bands)
    return say("Index {bands}", bands=bands)


def series_title(band: str, orbits: Sequence[str]) -> str:
    """What the dots of a series are."""
    named = [o for o in orbits if o]
    if len(named) < 2:
        return say("Place 1, scene by scene: mean {band}", band=band)
    return say(
        "Place 1, scene by scene: mean {band}; orbit {first} filled, orbit {second} open",
        band=band, first=named[0], second=named[1],
    )  # fmt: skip


def between(first: datetime, last: datetime) -> str:
    """`15 and 27 May 2025`: the last scene without the change and the first with it."""
    same_month = (first.year, first.month) == (last.year, last.month)
    begun = str(first.day) if same_month else words.day(first, "UTC", year=first.year != last.year)
    return say("{first} and {last}", first=begun, last=words.day(last, "UTC"))


def place(row: Mapping[str, Any], unit: str) -> str:
    """A footprint in one line: `change` in the unit of the scenes, its area, its dates, how much was seen, what is listed there."""
    area = f"{row['area_m2'] / 1e4:,.1f} ha" if row["area_m2"] >= 1e4 else f"{row['area_m2']:,.0f} m²"
    sign, digits = "+" if row["rise"] else "−", 1 if unit else 2
    moved = f"{sign}{abs(row['change']):.{digits}f}{unit and ' ' + unit}"
    if row["last_without"] and row["first_with"]:
        first, last = (datetime.fromisoformat(row[k]) for k in ("last_without", "first_with"))
        dated = say("changed between {days}", days=between(first, last))
    else:
        dated = say("not to be dated within the periods")
    seen = say("{share} seen", share=f"{row['valid_share']:.0%}")
    flags = say("; listed there: {kinds}", kinds=", ".join(row["flags"])) if row["flags"] else ""
    return say("{change} over {area}, {dated}; {seen}", change=moved, area=area, dated=dated, seen=seen) + flags


def row(change: float, area_m2: float, spans: tuple[datetime | None, datetime | None], *, valid_share: float,
        flags: Sequence[str], rise: bool) -> dict[str, Any]:  # fmt: skip
    """A footprint as `place` takes it, and as figure.json holds it."""
    first, last = spans
    return {"change": round(change, 4), "area_m2": round(area_m2, 1), "rise": rise, "last_without": iso(first) if first else "",
            "first_with": iso(last) if last else "", "valid_share": round(valid_share, 4), "flags": list(flags)}  # fmt: skip


def sentences(told: Mapping[str, Any]) -> list[str]:
    """What a result says in words: each count with its base rate beside it."""
    counts, base, area = told["counts"], told["base_rate"], f"{told['area_km2']:,.2f}"
    many = counts["footprints"]
    if not told["null_maps"]:
        made = [
            say(
                "Uninformative: too few scenes lie before to tell what chance does on these {area} km², so nothing is reported. {before} "
                "acquisitions before, {after} after; each orbit and band needs two after, and four more before than after.",
                area=area, before=told["before"]["scenes"], after=told["after"]["scenes"],
            )
        ]  # fmt: skip
    else:
        made = [
            _counted(told, area),
            *_doubt(told["calibration"]),
            say_n(
                "The same test within the period before, in which nothing should change, gave {false} as massive on average over {n} null "
                "map.",
                "The same test within the period before, in which nothing should change, gave {false} as massive on average over {n} null "
                "maps.",
                told["null_maps"], false=f"{base['found_where_nothing_changed']:g}",
            ),
        ]  # fmt: skip
    if many:
        given = {name: counts[name] for name in ("rise", "fall", "undated")}
        made.append(
            say(
                "{rise} rose and {fall} fell; {flagged} touch what is listed as an ordinary cause; {undated} could not be dated more "
                "closely than the periods.",
                flagged=counts["flagged"], **given,
            )
            if told.get("lists")
            else say(
                "{rise} rose and {fall} fell; no list of ordinary causes (kilns, harvests, floods, quarries) was given; {undated} could "
                "not be dated more closely than the periods.",
                **given,
            )
        )  # fmt: skip
    if told["buildings"]:
        made.append(_buildings(told["buildings"]))
    if told["left_out"]:
        made.append(
            say_n(
                "{n} scene left out; scenes.csv says why.",
                "{n} scenes left out; scenes.csv says why.",
                told["left_out"],
            )
        )
    return made


def _counted(told: Mapping[str, Any], area: str) -> str:
    """The count with its base rate: a bound where that was held on trial, else what was asked and may be exceeded."""
    base = told["base_rate"]
    given = {"area": area, "share": f"{base['changed_share']:.2%}", "false": f"{base['expected_false']:g}",
             "asked": f"{told['asked_false_share']:.0%}"}  # fmt: skip
    if told["calibration"] == SCENES:
        return say_n(
            "{n} footprint of change on {area} km², {share} of it; up to {false} of them may be expected to be no change (asked: "
            "{asked}).",
            "{n} footprints of change on {area} km², {share} of it; up to {false} of them may be expected to be no change (asked: "
            "{asked}).",
            told["counts"]["footprints"], **given,
        )  # fmt: skip
    return say_n(
        "{n} footprint of change on {area} km², {share} of it; {false} of them or more may be no change (asked: {asked}).",
        "{n} footprints of change on {area} km², {share} of it; {false} of them or more may be no change (asked: {asked}).",
        told["counts"]["footprints"], **given,
    )  # fmt: skip


def _doubt(calibration: str) -> list[str]:
    """Why more of the count may be no change than was asked; nothing where the share was held on trial."""
    if calibration == YEARS:
        return [
            say(
                "Compared with the same season of earlier years; how those differ among themselves decides what stands out. On a real "
                "series of fields that held in autumn and not in summer: {summer} pixels in 100 lay beyond what 5 in 100 of the earlier "
                "years' differences reach, {autumn} in autumn.",
                summer=SUMMER, autumn=AUTUMN,
            )
        ]  # fmt: skip
    return [] if calibration == SCENES else [uncalibrated(calibration).strip()]


def uncalibrated(calibration: str) -> str:
    """What is said of a change whose usual size in this season is not known; nothing where it is."""
    if calibration in {SCENES, YEARS}:
        return ""
    if calibration == PART:
        return " " + say(
            "Change, with the season not known: the scenes before span less than a year, and what this part of the year does to fields "
            "was not seen. On invented stacks of that kind {called} footprints in 100 were no change where 5 were asked.",
            called=UNKNOWN_SEASON,
        )  # fmt: skip
    return " " + say(
        "Change, not calibrated over vegetation: fewer than two earlier years show this season. Fields are ploughed and mown at other "
        "times each year; on a real series a score of this kind called {called} pixels in 100 changed in spring and summer where 5 were "
        "asked.",
        called=CALLED,
    )  # fmt: skip


def _buildings(told: Mapping[str, Any]) -> str:
    share = (
        say("none could be told")
        if told["changed_share"] is None
        else say("{share} of those that could be told", share=f"{told['changed_share']:.1%}")
    )
    return say_n(
        "{changed} of {n} building lie where the surface changed ({share}); of {unknown} nothing can be said. Change is not damage: one "
        "pair of periods cannot tell why a surface changed.",
        "{changed} of {n} buildings lie where the surface changed ({share}); of {unknown} nothing can be said. Change is not damage: "
        "one pair of periods cannot tell why a surface changed.",
        told["given"], changed=told["changed"], share=share, unknown=told["not_told"],
    )  # fmt: skip
