"""Published statements about satellite and aerial pictures, with what each can show and what it cannot."""

from __future__ import annotations

from ..nouns import Observation
from . import words
from .index import Index
from .tree import Cell, Column, Line, Paragraph, Row, Section, Table

_FIELDS = (
    ("Sensor", ("sensor",)),
    ("Pictures of", ("acquired_start", "acquired_end")),
    ("Footprint", ("footprint",)),
    ("Cloud", ("cloud_share",)),
    ("Cannot show", ("cannot_show",)),
    ("Release rule", ("release_rule",)),
)


def section(index: Index) -> Section:
    """One row a statement; a field that nobody filled is printed as not stated."""
    found = sorted(
        (o for o in index.edition.observations if "inbox/imagery" in o.capture),
        key=lambda o: (o.reported is None, o.reported.start.timestamp() if o.reported else 0.0),
    )
    if not found:
        text = "No statement about satellite or aerial pictures is on record. No picture was analysed in this edition."
        return Section("imagery", "Satellite and imagery statements", (Paragraph(words.line(text)),))
    dated = sum(bool(o.details.get("acquired_start")) for o in found)
    footed = sum(bool(o.details.get("footprint")) for o in found)
    intro = (
        f"{words.count(len(found), 'statement')} about pictures were published; "
        f"{words.of(dated, len(found))} say when the pictures were taken and "
        f"{words.of(footed, len(found))} what ground they cover. These are statements, not pictures: "
        "none was analysed here."
    )
    columns = (
        Column("Published", 1.0),
        Column("Who said what it shows", 2.6),
        Column("Where", 0.9),
        Column("The picture", 2.6),
    )
    rows = tuple(_row(index, o) for o in found)
    return Section(
        "imagery",
        "Satellite and imagery statements",
        (
            Paragraph(words.line(intro)),
            Table("", columns, rows, dense=True, label="Statements about pictures"),
        ),
    )


def _row(index: Index, o: Observation) -> Row:
    who = words.listed(index.source_name(s) for s in index.speakers(o))
    shows = o.details.get("shows") or o.text or words.NOT_STATED
    return Row(
        (
            Cell((words.line(words.interval(o.reported, index.zone) if o.reported else "day unknown"),)),
            Cell(
                (
                    words.line(
                        words.bold(f"{who} said"),
                        f": {words.breakable(shows)} ",
                        words.source_link(f"({index.source_name(o.source_id)})", index.address(o)),
                    ),
                ),
                head=True,
            ),
            Cell((words.line(index.named(o.place, "place not stated")),)),
            Cell(_picture(index, o)),
        )
    )


def _picture(index: Index, o: Observation) -> tuple[Line, ...]:
    lines: list[Line] = []
    missing: list[str] = []
    for name, keys in _FIELDS:
        values = [o.details.get(k, "").strip() for k in keys]
        if name == "Pictures of":
            values = [words.given_date(v, index.zone) for v in values]
        said = " to ".join(dict.fromkeys(words.breakable(v) for v in values if v))
        if said:
            lines.append(words.line(words.quiet(f"{name}: "), said))
        else:
            missing.append(name.lower())
    if missing:
        lines.append(words.line(words.quiet(f"{words.upper_first(words.NOT_STATED)}: {words.listed(missing)}")))
    return tuple(lines)
