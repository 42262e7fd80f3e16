"""Published statements about satellite and aerial pictures, with what each can show and what it cannot."""

from __future__ import annotations

from ..nouns import Observation
from . import change, words
from .index import Index
from .tongue import later, say, say_n
from .tree import Cell, Column, Line, Paragraph, Row, Section, Table

_FIELDS = words.Sayings(
    {
        ("sensor",): later("Sensor"),
        ("acquired_start", "acquired_end"): later("Pictures of"),
        ("footprint",): later("Footprint"),
        ("cloud_share",): later("Cloud"),
        ("cannot_show",): later("Cannot show"),
        ("release_rule",): later("Release rule"),
    }
)
_DATED = ("acquired_start", "acquired_end")


def statements(index: Index) -> list[Observation]:
    """Give the published statements about pictures in the order of publication, those without a day last."""
    return sorted(
        (o for o in index.edition.observations if "inbox/imagery" in o.capture),
        key=lambda o: (o.reported is None, o.reported.start.timestamp() if o.reported else 0.0),
    )


def section(index: Index) -> Section:
    """One row a statement; a field that nobody filled is printed as not stated."""
    found = statements(index)
    title = say("Satellite and imagery statements")
    plates = change.blocks(index)
    if not found:
        nothing = words.said(
            "No statement about satellite or aerial pictures is on record. No picture was analysed in this edition. "
            "No record is not proof of none."
        )
        silent = words.said(
            "No statement about satellite or aerial pictures is on record. No record is not proof of none."
        )
        return Section("imagery", title, (Paragraph(silent if plates else nothing), *plates))
    dated = sum(bool(o.details.get("acquired_start")) for o in found)
    footed = sum(bool(o.details.get("footprint")) for o in found)
    intro = words.said(
        "{statements} {dated} say when the pictures were taken and {footed} what ground they cover. These are "
        "statements, not pictures: none was analysed here.",
        statements=say_n(
            "{n} statement about pictures was published.", "{n} statements about pictures were published.", len(found)
        ),
        dated=words.of(dated, len(found)), footed=words.of(footed, len(found)),
    )  # fmt: skip
    columns = (
        Column(say("Published"), 1.15),
        Column(say("Who said what it shows"), 2.3),
        Column(say("Where"), 0.9),
        Column(say("The picture"), 3.4),
    )
    table = Table("", columns, tuple(_row(index, o) for o in found), dense=True, label=say("Statements about pictures"))
    return Section("imagery", title, (Paragraph(intro), table, *plates))


def _row(index: Index, o: Observation) -> Row:
    who = words.listed(index.source_name(s) for s in index.speakers(o))
    shows = o.details.get("shows") or o.text
    told = words.said(
        "**{who} said:** {shows} ({source})",
        who=who,
        shows=words.free(shows) if shows else words.not_stated(),
        source=words.source_link(index.source_name(o.source_id), index.address(o)),
    )
    return Row(
        (
            Cell((words.line(words.interval(o.reported, index.zone) if o.reported else say("day unknown")),)),
            Cell((told,), head=True),
            Cell((words.line(index.named(o.place, say("place not stated"))),)),
            Cell(_picture(index, o)),
        )
    )


def _picture(index: Index, o: Observation) -> tuple[Line, ...]:
    lines: list[Line] = []
    missing: list[str] = []
    for keys in _FIELDS:
        name = _FIELDS[keys]
        values = list(dict.fromkeys(v for k in keys if (v := o.details.get(k, "").strip())))
        if not values:
            missing.append(name)
        elif keys == _DATED:
            dates = [words.given_date(v, index.zone) for v in values]
            told = dates[0] if len(dates) == 1 else say("{first} to {last}", first=dates[0], last=dates[1])
            lines.append(words.said("{field}: {value}", field=words.quiet(name), value=told))
        else:
            lines.append(words.said("{field}: {value}", field=words.quiet(name), value=words.free(values[0])))
    if missing:
        lines.append(words.said("{fields}: not stated", fields=words.quiet(words.listed(missing))))
    return tuple(lines)
