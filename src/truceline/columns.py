"""Every column of every file that `run` leaves behind: meaning, unit, allowed values. The codebook is this list.

Published names are relied on by other people's scripts: a new meaning gets a new name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from . import kinds
from .nouns import (
    WEAPON_CLASSES,
    CoverageState,
    Exposure,
    Grade,
    Harm,
    Interest,
    Method,
    Modality,
    OfWhom,
    Outcome,
    Phase,
    Point,
    RateState,
    Reading,
    Stance,
    Turn,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One published column."""

    name: str
    meaning: str
    unit: str = ""
    allowed: str = ""


def _of(values: type[StrEnum]) -> str:
    return ", ".join(values)


_ISO = "ISO 8601, UTC"

OBSERVATIONS = (
    Column("id", "unique id of the observation"),
    Column("source_id", "who says it"),
    Column("origin_id", "whom the source repeats, separated by ;"),
    Column("method", "how the source knows", allowed=_of(Method)),
    Column("kind", "dotted kind of event", allowed="see docs/formats.md"),
    Column("modality", "whether it was done", allowed=_of(Modality)),
    Column("start", "beginning of when it happened", _ISO),
    Column("end", "end, half-open", _ISO),
    Column("reported", "beginning of when the source said it", _ISO),
    Column("lon_deg", "longitude, WGS 84", "degrees"),
    Column("lat_deg", "latitude, WGS 84", "degrees"),
    Column("radius_m", "radius of the circle that holds the place 95 times in 100", "metres"),
    Column("observer_lon_deg", "longitude of the observer", "degrees"),
    Column("observer_lat_deg", "latitude of the observer", "degrees"),
    Column("bearing_deg", "direction from the observer, clockwise from north", "degrees"),
    Column("bearing_error_deg", "95 % half-width of the bearing", "degrees"),
    Column("distance_min_m", "near end of the distance band", "metres"),
    Column("distance_max_m", "far end of the distance band", "metres"),
    Column("phase", "what part of a shot was perceived", allowed=_of(Phase)),
    Column("place", "name of the place as given"),
    Column("actor_claimed", "party or group that the source blames"),
    Column("harmed_party", "on whose side the harm fell, as said"),
    Column("actors", "everybody said to be involved, separated by ;"),
    Column("weapon", "weapon as said"),
    Column("weapon_class", "class of weapon", allowed=", ".join(WEAPON_CLASSES)),
    Column("count_min", "least number of shots or explosions", "count"),
    Column("count_max", "greatest number of shots or explosions", "count"),
    Column("killed_min", "least number of dead, as said", "people"),
    Column("killed_max", "greatest number of dead, as said; empty where the source set no upper end", "people"),
    Column("injured_min", "least number of injured, as said", "people"),
    Column("injured_max", "greatest number of injured, as said", "people"),
    Column("of_whom", "whom the numbers count", allowed=_of(OfWhom)),
    Column("text", "original words or a short paraphrase"),
    Column("language", "language of the text"),
    Column("stance", "what the source says to the event", allowed=_of(Stance)),
    Column("answers", "id of the observation that this one answers"),
    Column("evidence", "URL, hash or file of the mission that is behind it, several separated by ;"),
    Column("capture", "file that it was read from"),
    Column("row", "line or record in that file", "count from 1"),
    Column("exposure", "who may see it", allowed=_of(Exposure)),
    Column("details", "fields of the evidence without a column here, as JSON"),
    Column("notes", "what reading did to the row"),
    Column(
        "harm",
        "whether the people counted were harmed by the act itself or through what followed (flight, want, cold, sickness)",
        allowed=_of(Harm),
    ),
)
INCIDENTS = (
    Column("id", "id of the incident: I- and the observation that was reported first"),
    Column("kind", "dotted kind on which most accounts agree"),
    Column("start_utc", "beginning", _ISO),
    Column("end_utc", "end, half-open", _ISO),
    Column("lon_deg", "longitude, WGS 84; empty where unplaced", "degrees"),
    Column("lat_deg", "latitude, WGS 84", "degrees"),
    Column("radius_m", "95 % radius", "metres"),
    Column("place", "name of the place, the parties' own names where they differ"),
    Column("observations", "accounts of it, repeats among them; links.csv names each", "count"),
    Column("origins", "independent origins: groups of sources that are one voice count once", "count"),
    Column("grade", "how well it is established that it happened", allowed=_of(Grade)),
    Column("attributed_to", "who did it, where that is established or probable and the mandate allows it"),
    Column("attribution_grade", "how well it is established who did it", allowed=_of(Grade)),
    Column("why", "the rules that gave both grades, in words"),
    Column("rule", "id of the rule that gave the grade"),
    Column("attribution_rule", "id of the rule that gave the attribution"),
    Column("origin_groups", "the voices, separated by ;"),
    Column("own_word", "parties that announced or admitted it as their own act, separated by ;"),
    Column("accused", "parties that somebody blames, separated by ;"),
    Column("denied_by", "parties that denied it, separated by ;"),
    Column("agreed", "what both parties' own statements agree on, separated by |"),
    Column("conflicts", "points on which the accounts conflict, separated by |"),
    Column("killed_low", "least number of dead in any account", "people"),
    Column("killed_high", "greatest number of dead in any account; empty where an account sets no upper end", "people"),
    Column("injured_low", "least number of injured in any account", "people"),
    Column(
        "injured_high", "greatest number of injured in any account; empty where an account sets no upper end", "people"
    ),
    Column("observation_ids", "ids of the observations, separated by ;"),
    Column(
        "modality",
        "whether it was done; a threat, an order or an attempt is an incident of its own",
        allowed=_of(Modality),
    ),
    Column("killed_best", "middle number of dead over the accounts that give one, repeats apart", "people"),
    Column("injured_best", "middle number of injured over the accounts that give one, repeats apart", "people"),
    Column("major_m", "greater half-axis of the 95 % ellipse of the place", "metres"),
    Column("minor_m", "smaller half-axis of the 95 % ellipse of the place", "metres"),
    Column("azimuth_deg", "direction of the greater half-axis, clockwise from north", "degrees"),
    Column(
        "budget",
        "voices that would have to be wrong, or be one, to turn the grade; 6 is six or more, 0 that it rests on a "
        "voice of whom nobody can say whom it repeats; empty where nothing is graded or a person decided",
        "count",
    ),
    Column("turned_by", "the smallest sets of such voices, parties by their ids: + within a set, `or` between sets"),
    Column("author_budget", "the same number for who did it", "count"),
    Column("author_turned_by", "the same sets for who did it"),
    Column(
        "repeats",
        "accounts whose text was found to be that of an earlier one, and so count as its voice; voices that agree too "
        "often elsewhere, and so count as one; separated by |",
    ),
    Column("said_by", "parties whose own voices say that it happened, separated by ;"),
    Column("contested_by", "parties that deny that it happened at all, separated by ;"),
    Column("points_in_conflict", "points on which accounts cannot all be right, separated by ;", allowed=_of(Point)),
    Column(
        "can_settle",
        "points that accounts of others than the parties, perceived at first hand or by sensors, can settle between them; "
        "a point that is missing stays open however many such accounts there are",
        allowed=_of(Point),
    ),
    Column("probability", "how often grades by this rule were right; empty where nothing was counted", "0..1"),
    Column("probability_on", "on what that was counted"),
    Column(
        "heat_bits", "what the heat detections near it are worth (log2); moves no grade; see docs/thermal.md", "bits"
    ),
    Column("heat_chance", "share of days on which a detection lies as near there by chance", "0..1"),
    Column("heat_reason", "how near, on what days, under what cloud, or why nothing can be said"),
)
NEAR_MISSES = (
    Column("incident_a", "one of two incidents that are nearly one"),
    Column("incident_b", "the other one"),
    Column("observation_a", "the account of the first that fits the other best"),
    Column("observation_b", "the account of the second that fits the first best"),
    Column(
        "weight_bits",
        "mean weight between the accounts of the two; 0 is the line above which they would be one",
        "bits",
    ),
    Column("best_bits", "weight of the two accounts named", "bits"),
    Column("reasons", "what each feature says of the two accounts named"),
)
ALERTS = (
    Column(
        "alert",
        "what to look at: flood, reused_text, reused_picture, before_its_event, impossible_travel, clock_off, trails, off_its_place or "
        "two_provinces; a question, no verdict",
    ),
    Column(
        "source_id",
        "whose account it is; of a flood and of a reused text, who had the text first; of a picture, the first account by time",
    ),
    Column("observation_ids", "the accounts, separated by ;"),
    Column("words", "what was seen"),
)
RATINGS = (
    Column("incident_id", "the incident"),
    Column("observation_id", "the account"),
    Column("source_id", "whose account it is; where it repeats others, they are rated"),
    Column("rating", "both halves together, as B2; F6 says that neither can be judged"),
    Column(
        "reliability",
        "of the source, by the Admiralty code: as the mission rated it, else by its record in other incidents, else F, "
        "cannot be judged",
        allowed="A, B, C, D, E, F",
    ),
    Column("reliability_basis", "who rated it, or its record: accounts that others bore out, of those that compare"),
    Column(
        "credibility",
        "of the account, by what others say of the same incident, whoever its source is: 1 confirmed by others, 2 probably "
        "true, 3 possibly true, 4 doubtful, 5 improbable, 6 cannot be judged",
        allowed="1, 2, 3, 4, 5, 6",
    ),
    Column(
        "interest",
        "how it stands to the interest of the party for which it speaks: its own act, against itself, an accusation, a "
        "denial of its own act, harm to itself, or none of these (states); none where no party speaks",
        allowed=_of(Interest),
    ),
    Column("settles", "points that it can settle, were it true, separated by ;", allowed=_of(Point)),
    Column("physical", "whether there is a recording, a measurement or a detection that others can look at"),
    Column("why", "why the credibility is what it is"),
)
INCIDENT_CASUALTIES = (
    Column("incident_id", "the incident"),
    Column("topic", "killed or injured"),
    Column(
        "side", "whose people: a party, `unknown` where the accounts name no side, `all` for the incident as a whole"
    ),
    Column(
        "of_whom", "civilian or military; `unknown` where the accounts do not say, or mean both; `all` for the whole"
    ),
    Column("low", "least number in any of these accounts; of the whole, the least that they leave", "people"),
    Column(
        "best",
        "middle number over their voices; of the whole, sides and kinds added, or the account of all if greater",
        "people",
    ),
    Column("high", "greatest number in any of these accounts; empty where one sets no upper end", "people"),
    Column("observation_ids", "the accounts, separated by ;"),
    Column(
        "harm",
        "`indirect` where accounts count people harmed through what followed: apart, and in no other row; `direct` or `unknown` else",
        allowed=_of(Harm),
    ),
)
LINKS = (
    Column("incident_id", "the incident"),
    Column("observation_id", "the observation"),
    Column("distance_m", "from the incident's centre; empty where unplaced", "metres"),
    Column("lag_s", "start of the observation after the start of the incident", "seconds"),
    Column("weight_bits", "mean weight between the account and the others; 0 is the line", "bits"),
    Column("stance", "what the observation says to the event", allowed=_of(Stance)),
    Column("reasons", "why it was linked, separated by |"),
)
FINDINGS = (
    Column("id", "id of the finding"),
    Column("agreement_id", "the instrument"),
    Column("term_id", "the term"),
    Column("party", "party bound, or unattributed"),
    Column("start_utc", "beginning of the window", _ISO),
    Column("end_utc", "end of the window, half-open", _ISO),
    Column("outcome", "what can be said", allowed=_of(Outcome)),
    Column("reason_code", "why, where the outcome is not plain"),
    Column("incidents", "the witnesses: ids of the incidents, separated by ;"),
    Column("applied", "incidents or records that the term was applied to", "count"),
    Column("passed", "of these, how many speak for the term being kept", "count"),
    Column("seen_share", "share of zone and time that anybody could see; empty where it has no meaning", "0 to 1"),
    Column("status_reading", "reading of a disputed status", allowed=_of(Reading)),
    Column("reason", "the same in words"),
    Column(
        "budget",
        "voices that would have to be wrong, or be one, for none of the incidents to speak so; 6 is six or more, "
        "0 that one rests on a voice of whom nobody can say whom it repeats; empty where no incident carries it",
        "count",
    ),
    Column("turned_by", "the smallest set of such voices, + between them"),
    Column("check", "kind of term and version of the check that said so"),
)
CLAIMS = (
    Column("claim", "what was said, in a sentence"),
    Column("claimant", "origin that said it"),
    Column("accused", "whom it blames"),
    Column(
        "answer",
        "what the accused answered",
        allowed="admits, denies, justifies, accident, counter_accuses, none_found",
    ),
    Column("incident_id", "the incident"),
    Column("evidence", "what the evidence says"),
    Column("claimant_party", "party for which it speaks; empty for others"),
    Column("first_reported_utc", "when it was first said; empty where unknown", _ISO),
)
_FIGURE = (
    Column("period_start", "from when it counts; empty where unknown", _ISO),
    Column("as_of", "until when", _ISO),
    Column("side", "party id, or both where the source did not split"),
    Column("definition", "what the source counts"),
    Column("low", "lowest of the figures", "people"),
    Column("best", "the latest figure; empty where the latest figures disagree", "people"),
    Column("high", "highest of the figures; empty where a source set no upper end", "people"),
    Column("sources", "who published it, separated by ;"),
    Column(
        "row", "total: one line a side and definition; source: one source's figure behind it", allowed="total, source"
    ),
    Column("topic", "what is counted", allowed="killed, injured, displaced"),
    Column("of_whom", "whom it counts", allowed=_of(OfWhom)),
    Column("direct", "direct or indirect deaths", allowed="direct, indirect, unknown"),
    Column("measure", "how it counts", allowed="cumulative, daily, stock, ordered"),
    Column("figures", "ids of the figures, separated by ;"),
    Column("note", "as given"),
)
COVERAGE = (
    Column("source_id", "who looked or could have: a source, or a satellite"),
    Column("start_utc", "beginning", _ISO),
    Column("end_utc", "end, half-open", _ISO),
    Column("zone", "sector or zone"),
    Column("kinds", "kinds that it could perceive, separated by ;; empty: any"),
    Column("state", "whether it could be seen", allowed=_of(CoverageState)),
    Column("seen_share", "share of the zone's line that was within sight, at most", "0 to 1"),
    Column("why_not", "why it could not be seen, who led the visit, or what an opportunity was"),
    Column("side", "on whose ground or with whose escort"),
    Column("effort_id", "record behind it"),
    Column("passes", "how often the satellite came over that day, for an opportunity from orbit", "count"),
    Column("view_deg", "least angle off nadir of these passes, at the satellite", "degrees"),
)
SET_ASIDE = (
    Column("file", "file"),
    Column("line", "line or record", "count from 1"),
    Column("column", "column"),
    Column("value", "what was found"),
    Column("reason", "why the row was set aside or left out"),
)
TIMELINE = (
    Column("start_utc", "beginning of the day", _ISO),
    Column("lane", "whose step it was"),
    Column("series", "body that met"),
    Column("event", "what happened"),
    Column("place", "where"),
    Column("participants", "who took part"),
    Column("outcome", "what came of it, as known on that day"),
    Column("held", "whether it took place", allowed="held, postponed, refused, announced"),
    Column("source", "where it was published"),
)
_GROUP = "group of kinds: " + ", ".join(f"{g} ({', '.join(b) or 'all else'})" for g, b in kinds.GROUPS.items())
TREND = (
    Column("period", "local week, Monday to Monday, or local day; cut to the edition's span", allowed="week, day"),
    Column("period_start_utc", "beginning", _ISO),
    Column("period_end_utc", "end, half-open", _ISO),
    Column("zone", "sector; empty for the whole area"),
    Column("group", _GROUP),
    Column("incidents", "everything on record that began then, whoever said it and however it is graded", "count"),
    Column("established", "of these, by grade", "count"),
    Column("probable", "of these, by grade", "count"),
    Column("reported", "of these, by grade", "count"),
    Column("disputed", "of these, by grade", "count"),
    Column("insufficient", "of these, by grade", "count"),
    Column("party_only", "of these, those that voices of parties alone say happened", "count"),
    Column("seen_by_observers", "of these, those that an observer perceived at first hand, at any hour", "count"),
    Column(
        "first_hand",
        "incidents that an observer perceived at first hand in an observed hour of this period and zone: the numerator",
        "count",
    ),
    Column(
        "observed_hours",
        "hours in which observers looked on their own terms, by clock times of effort.csv; two observers give two hours "
        "an hour: the denominator",
        "hours",
    ),
    Column("observed_hours_night", "of these, between 18:00 and 06:00 local time", "hours"),
    Column("host_led_days", "days of visits that the host led, each observer's day once: in no rate", "count"),
    Column("days_without_hours", "days of looking for which no clock times are on record: in no rate", "count"),
    Column("rate_per_100h", "first_hand for 100 observed_hours; empty where there are no such hours", "per 100 hours"),
    Column("low", "lower end of its exact 95 % interval", "per 100 hours"),
    Column("high", "upper end of its exact 95 % interval", "per 100 hours"),
    Column("state", "whether there is a rate, and if not, why", allowed=_of(RateState)),
    Column(
        "as_published", "number of incidents that the mission says it published for this period; else empty", "count"
    ),
)
CHANGES = (
    Column("group", _GROUP),
    Column("zone", "sector; empty for the whole area"),
    Column("turn", "what may be said", allowed=_of(Turn)),
    Column("when_utc", "most likely beginning of the new rate; of no_change, where it would be likeliest", _ISO),
    Column("low_utc", "beginning of the 90 % interval of that time", _ISO),
    Column("high_utc", "end of the 90 % interval of that time", _ISO),
    Column("ratio", "rate after it through rate before it"),
    Column("ratio_low", "lower end of its 95 % interval"),
    Column("ratio_high", "upper end of its 95 % interval"),
    Column(
        "probability",
        "that there is this change rather than none, both equally likely beforehand; of no_change, that there is any",
        "0 to 1",
    ),
    Column("chance", "how often so large a contrast comes about where nothing changes", "0 to 1"),
    Column("chance_of_all", "the same, allowing for all series looked at (Holm)", "0 to 1"),
    Column("series", "how many series were looked at", "count"),
    Column("dispersion", "how much counts scatter beyond chance; 1 is not at all"),
    Column("before_per_100h", "rate before it, from the change before that", "per 100 hours"),
    Column("after_per_100h", "rate after it, to the next change", "per 100 hours"),
    Column("first_hand", "incidents of the whole series", "count"),
    Column("observed_hours", "hours of the whole series", "hours"),
    Column("words", "the same in words"),
)
CODEBOOK = (
    Column("file", "file"),
    Column("column", "column"),
    Column("meaning", "what it means"),
    Column("unit", "unit or notation"),
    Column("allowed", "allowed values"),
)
DETECTIONS = (
    Column("id", "id of the footprint: the same place and periods give the same id"),
    Column(
        "direction",
        "whether what was measured rose or fell: backscatter in dB of radar, an index of optical scenes",
        allowed="rise, fall",
    ),
    Column("area_m2", "area of the footprint on the ground", "square metres"),
    Column("pixels", "its pixels", "count"),
    Column(
        "score",
        "mean over its pixels of the standardised change, after less before: positive where it rose",
        "standard deviations",
    ),
    Column("change", "mean difference of the two periods, in the unit of the scenes (summary.json: unit)"),
    Column(
        "by_chance",
        "how many footprints as massive a map of the same ground has, on average, in which nothing changed",
        "count",
    ),
    Column("last_without", "when the last scene was taken that shows no change; empty where that cannot be told", _ISO),
    Column("first_with", "when the first scene was taken that shows it", _ISO),
    Column("valid_share", "share of the scenes in which its pixels were seen, mean over its pixels", "0 to 1"),
    Column("flags", "kinds of listed things that it touches, separated by ; (it is kept all the same)"),
    Column("lon_deg", "longitude of a point in it, WGS 84", "degrees"),
    Column("lat_deg", "latitude of a point in it, WGS 84", "degrees"),
    Column("radius_m", "radius of the circle about that point that holds it and half a pixel more", "metres"),
    Column(
        "false_share",
        "share of all footprints of this table that may be expected to be no change: the asked rate",
        "0 to 1",
    ),
    Column("words", "the same in words"),
)
BUILDINGS = (
    Column("id", "id of the building as given, or its number in the file"),
    Column(
        "changed",
        "whether at least half of its seen pixels changed; empty where that cannot be told",
        allowed="true, false",
    ),
    Column("score", "mean of the standardised change over its pixels", "standard deviations"),
    Column("changed_share", "share of its seen pixels that changed", "0 to 1"),
    Column("valid_share", "share of its pixels that were seen in both periods", "0 to 1"),
    Column("pixels", "pixels whose centre lies in it, or the one that holds it", "count"),
    Column("lon_deg", "longitude of a point in it, WGS 84", "degrees"),
    Column("lat_deg", "latitude of a point in it, WGS 84", "degrees"),
    Column("reason", "why it cannot be told, where it cannot"),
)
SCENES = (
    Column("scene", "the scene by its file and band"),
    Column("period", "where it was used", allowed="before, after, between, not_used, left_out"),
    Column("start", "when it was taken", _ISO),
    Column("sensor", "sensor", allowed="c-sar, msi"),
    Column("orbit", "relative orbit"),
    Column("band", "polarisation or band"),
    Column("seen_share", "share of the pixels of the grid with a value", "0 to 1"),
    Column(
        "level",
        "middle difference from the other scenes of its orbit and band, taken out before the test",
        "unit of the scenes",
    ),
    Column(
        "shift_m", "how far its ground lies from that of the others of its orbit and band; nothing is moved", "metres"
    ),
    Column("shift_east_m", "of that, to the east", "metres"),
    Column("shift_north_m", "of that, to the north", "metres"),
    Column("shift_error_m", "standard error of the shift, from how far its tiles differ", "metres"),
    Column(
        "shift_local_m", "how far the shift of a part of the scene differs from that of the whole, at most", "metres"
    ),
    Column(
        "offset",
        "how much brighter it is than the others, over the half of the pixels that vary least",
        "unit of the scenes",
    ),
    Column("offset_spread", "spread of that over these pixels", "unit of the scenes"),
    Column(
        "match",
        "what follows: a scene shifted beyond half a pixel (--most-shift) is left out, beyond a quarter warned of",
        allowed="used, warned, left_out, not_told",
    ),
    Column("match_note", "why it was warned of, left out or not told"),
    Column("note", "what was found wrong with it, in words"),
)
EFFORT = tuple(
    Column(name, meaning, unit)
    for name, meaning, unit in (
        ("effort_id", "unique id", ""), ("source_id", "who looked", ""), ("start", "when the scene was taken", _ISO), ("end", "end", _ISO),
        ("place", "place ids", ""), ("zone", "zone id, as named with --zone", ""), ("side", "empty: a satellite asks no side", ""),
        ("kinds", "what could be perceived", ""), ("status", "done: the scene was held and read", ""), ("by", "empty", ""),
        ("reason", "what was held, and how much of the grid it showed", ""), ("sensor", "sensor", ""),
        ("reported", "when the scene was taken", _ISO), ("source", "where the scenes come from", ""),
    )
)  # fmt: skip
CHANGE_FILES: dict[str, tuple[Column, ...]] = {
    "detections.csv": DETECTIONS,
    "buildings.csv": BUILDINGS,
    "scenes.csv": SCENES,
    "effort.csv": EFFORT,
    "observations.csv": OBSERVATIONS,
    "codebook.csv": CODEBOOK,
}
"""What `truceline change` leaves behind; detections.gpkg and detections.parquet have the columns of detections.csv."""
FILES: dict[str, tuple[Column, ...]] = {
    "observations.csv": OBSERVATIONS,
    "incidents.csv": INCIDENTS,
    "links.csv": LINKS,
    "near_misses.csv": NEAR_MISSES,
    "alerts.csv": ALERTS,
    "incident_casualties.csv": INCIDENT_CASUALTIES,
    "ratings.csv": RATINGS,
    "findings.csv": FINDINGS,
    "claims.csv": CLAIMS,
    "casualties.csv": _FIGURE,
    "displacement.csv": _FIGURE,
    "coverage.csv": COVERAGE,
    "timeline.csv": TIMELINE,
    "trend.csv": TREND,
    "changes.csv": CHANGES,
    "set_aside.csv": SET_ASIDE,
    "codebook.csv": CODEBOOK,
}


def names(file: str) -> list[str]:
    """Column names of one published file."""
    return [column.name for column in FILES[file]]
