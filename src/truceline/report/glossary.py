"""The words of the report in plain words."""

from __future__ import annotations

from . import words
from .index import Index
from .tongue import later, say
from .tree import Cell, Column, Paragraph, Row, Section, Table

TERMS = (
    (later("Account"), later("What one source said of one happening, in its own words.")),
    (later("Agreement, instrument"), later("A text by which the parties are bound, or a call that binds nobody.")),
    (later("As of"), later("The moment at which this edition closed. What became known later is not in it.")),
    (
        later("Attribution"),
        later("Who did it. It has a grade of its own, apart from the grade that it happened at all."),
    ),
    (later("Call"), later("A request by a third side. It binds a party only so far as the party accepted it.")),
    (later("Commitment, term"), later("One obligation of an agreement, tested by itself for each party.")),
    (later("Definition of a figure"), later("Whom a number counts, since when, until when, and by whom.")),
    (later("Edition"), later("One run of this report over everything that was known at one moment.")),
    (later("Finding"), later("What the incidents mean for one term, one party and one week. It adds no new fact.")),
    (later("Grade"), later("How well it is established that an incident happened.")),
    (
        later("Established"),
        later("It happened, by a rule that any reader can check: seen at first hand, or said by both sides."),
    ),
    (later("Probable"), later("Nearly so; a second witness is missing, or a finding is known only as passed on.")),
    (later("Reported"), later("Somebody said so; nothing outside that voice speaks for it or against it.")),
    (later("Disputed"), later("The accounts exclude each other, and no rule decides between them.")),
    (later("Insufficient"), later("What was said is too little or too vague to be graded.")),
    (
        later("Host-led"),
        later("A visit whose way was chosen by the army that was visited. It shows what the host showed."),
    ),
    (later("Incident"), later("What one or several accounts are about: one happening at one place and time.")),
    (later("Likely breached"), later("The incident or its author is probable, not established.")),
    (later("Local day"), later("From midnight to midnight where the mission works, not where this report is read.")),
    (later("Look"), later("Somebody was able to see a place for a while. A pass or a plan is no look.")),
    (later("Kept"), later("Somebody was able to look, and what was seen speaks for the term being kept.")),
    (later("Not assessable"), later("Too little could be seen to say anything. It is never a word for calm.")),
    (later("Not due"), later("Nothing was due under this term in this week.")),
    (later("Nobody looked"), later("No record of looking was found. That is not the same as nothing happened.")),
    (later("Observation"), later("One row of what was read: this source says that this happened, here, then.")),
    (later("Observer"), later("A person or team that the parties let in to see for others.")),
    (
        later("Orientation line"),
        later("A line on the maps to find one’s way. It is no statement on where a boundary runs."),
    ),
    (
        later("Origin"),
        later("A voice that is independent of the others. Outlets that repeat it are echoes, and count for nothing."),
    ),
    (later("Own word"), later("What a party said of its own act. Candour is no guilt, and silence no innocence.")),
    (later("Reading"), later("One of two ways to see a disputed status: the agreement in force, or paused.")),
    (later("Recorded"), later("The term is kept on record; no data that the mission can have tests it.")),
    (later("Sector"), later("A part of the line, drawn for this mission so that effort can be counted.")),
    (
        later("Seen share"),
        later("The largest part of a sector’s line and of a week that anybody could have had in sight."),
    ),
    (later("Set aside"), later("A row that could not be read or came too late. It is listed with the reason.")),
    (
        later("Status disputed"),
        later("One party said that it paused an agreement, and the others did not agree that it was."),
    ),
)
"""The words and what they mean, both as messages."""


def section(index: Index) -> Section:  # noqa: ARG001
    """Every word of the report that has a meaning of its own, in the order of the alphabet of the reader."""
    entries = sorted(((say(term), say(meaning)) for term, meaning in TERMS), key=lambda e: e[0].casefold())
    rows = tuple(
        Row((Cell((words.line(words.bold(term)),), head=True), Cell((words.line(meaning),))))
        for term, meaning in entries
    )
    intro = words.said("These words are used in one meaning only throughout this report.")
    columns = (Column(say("Word"), 1.0), Column(say("What it means here"), 3.2))
    table = Table("", columns, rows, dense=True, stack=False, label=say("Words and what they mean"))
    return Section("glossary", say("Words used in this report"), (Paragraph(intro), table))
