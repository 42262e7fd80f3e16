"""Published statements about satellite or aerial pictures: what somebody said that a picture shows.

Without the picture a statement is a statement: the method is `claimed`, never `measured`. Sensor, dates, footprint,
cloud, what it can and cannot show and the release rule are all kept, also where they are empty.
"""

from __future__ import annotations

from ..nouns import Capture, Harvest, Interval, Lexicon, Method, Observation
from ..sheets import CellError, Row
from . import cells

_NEEDED = ("statement_id", "speaker")
KEPT = (
    "sensor",
    "acquired_start",
    "acquired_end",
    "footprint",
    "cloud_share",
    "cannot_show",
    "release_rule",
    "record_type",
    "note",
)


def read(capture: Capture, lexicon: Lexicon) -> Harvest:
    """Rows with statement_id and speaker; the other columns may be empty and are kept so.

    A statement with neither a day of publication nor a day of the picture is set aside.
    """
    return cells.each(capture, lexicon, _NEEDED, lambda row, notes: _statement(row, notes, capture, lexicon))


def _statement(row: Row, notes: list[str], capture: Capture, lexicon: Lexicon) -> Observation:
    line = row.line
    published = row.text("published")
    said = cells.date(published, "published", lexicon) if published else None
    kept = {name: row.text(name) for name in KEPT}
    share = kept["cloud_share"]
    if share and not 0 <= float(share if share.replace(".", "", 1).isdecimal() else -1) <= 1:
        raise CellError("cloud_share", share, "a share from 0 to 1")
    speaker = cells.source(row, lexicon, "speaker")
    outlet = row.text("source_name")
    places = row.many("place_ids")
    blamed = row.text("accused").lower()
    return Observation(
        id=row.text("statement_id", required=True),
        source_id=lexicon.sources.get(outlet.casefold(), speaker) if outlet else speaker,
        origin_ids=(speaker,) if outlet and lexicon.sources.get(outlet.casefold(), speaker) != speaker else (),
        when=_acquired(kept, said, lexicon),
        method=Method.CLAIMED,
        kind=cells.kind(row, "kind", lexicon, notes),
        reported=said,
        place_id=places[0] if len(places) == 1 else "",
        place=";".join(places),
        actor_claimed=blamed if blamed in lexicon.parties else "",
        text=row.text("shows"),
        language="en",
        evidence=row.text("source_url"),
        capture=capture.path,
        row=line,
        details={**kept, **row.rest()},
    )


def _acquired(kept: dict[str, str], said: Interval | None, lexicon: Lexicon) -> Interval:
    """When the picture was taken; where nobody said, the day of the statement, marked approximate."""
    if not kept["acquired_start"]:
        if said is None:
            raise CellError("published, acquired_start", "", "the day of the statement or of the picture")
        return Interval(said.start, said.end, said.precision, approximate=True)
    first = cells.date(kept["acquired_start"], "acquired_start", lexicon)
    last = cells.date(kept["acquired_end"], "acquired_end", lexicon) if kept["acquired_end"] else first
    if last.end <= first.start:
        raise CellError(
            "acquired_start, acquired_end",
            f"{kept['acquired_start']}, {kept['acquired_end']}",
            "a span that ends after it starts",
        )
    return Interval(first.start, last.end, first.precision, first.approximate)
