"""The nouns: every frozen record and every closed list. Imports only the standard library.

A capture is bytes from a source; an observation is what a source says; an incident is what several observations are
about; an assessment is how well it is established, and by which rule; a finding is what that means for one term, one
party and one window; a judgement is a person's decision. Each adds one claim to the one before it.

Units stand in names: `_m` metres, `_deg` degrees, `_share` 0..1, `_bits` log2 weight of evidence. Times are aware
UTC datetimes; intervals are half-open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

UNATTRIBUTED = "unattributed"
BOTH = "both"
WITHHELD = "(withheld)"
OWN_WORD_CODES = frozenset({"provocation_unknown", "own_word"})
"""Reason codes of findings that rest on a party's own word alone: shown apart in every total."""


class SourceKind(StrEnum):
    """Who speaks."""

    MONITOR = "monitor"
    PARTY = "party"
    THIRD_STATE = "third_state"
    MEDIA = "media"
    ANALYST = "analyst"
    HUMANITARIAN = "humanitarian"
    SENSOR = "sensor"
    ARCHIVE = "archive"
    WITNESS = "witness"


class Method(StrEnum):
    """How the source knows."""

    SEEN = "seen"
    HEARD = "heard"
    RECORDED = "recorded"
    CLAIMED = "claimed"
    RELAYED = "relayed"
    DETECTED = "detected"
    MEASURED = "measured"


FIRST_HAND = frozenset({Method.SEEN, Method.HEARD, Method.RECORDED, Method.MEASURED})


class Stance(StrEnum):
    """What the source says to the event: a denial is an observation too."""

    SUPPORTS = "supports"
    DENIES = "denies"
    ADMITS = "admits"
    JUSTIFIES = "justifies"
    ACCIDENT = "accident"


OWNING = frozenset({Stance.ADMITS, Stance.JUSTIFIES, Stance.ACCIDENT})


class Point(StrEnum):
    """A question about an incident that an account can settle, or on which accounts conflict."""

    HAPPENED = "happened"
    WHEN = "when"
    WHERE = "where"
    WHAT = "what"
    WHO = "who"
    WHO_BEGAN = "who_began"
    WHO_WAS_HIT = "who_was_hit"
    HOW_MANY = "how_many"


class Interest(StrEnum):
    """How an account stands to the interest of whoever gives it."""

    NONE = "none"
    OWN_ACT = "own_act"
    AGAINST_OWN = "against_own"
    ACCUSES = "accuses"
    DENIES_OWN = "denies_own"
    OWN_HARM = "own_harm"
    STATES = "states"


class Modality(StrEnum):
    """Whether it was done."""

    DONE = "done"
    ATTEMPTED = "attempted"
    THREATENED = "threatened"
    ORDERED = "ordered"


class Phase(StrEnum):
    """What part of a shot was perceived."""

    OUTGOING = "outgoing"
    IMPACT = "impact"
    IN_FLIGHT = "in_flight"
    UNDETERMINED = "undetermined"


class OfWhom(StrEnum):
    """Whom a figure counts."""

    CIVILIAN = "civilian"
    MILITARY = "military"
    MIXED = "mixed"
    UNKNOWN = "unknown"


class Harm(StrEnum):
    """How people came to harm: by the act itself, or through what followed from it (flight, want, cold, sickness)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    UNKNOWN = "unknown"


class Exposure(StrEnum):
    """Who may see a thing."""

    PUBLIC = "public"
    PARTNERS = "partners"
    SEALED = "sealed"


class Grade(StrEnum):
    """How well it is established that an incident happened (and, apart, who did it)."""

    ESTABLISHED = "established"
    PROBABLE = "probable"
    REPORTED = "reported"
    DISPUTED = "disputed"
    INSUFFICIENT = "insufficient"


class Outcome(StrEnum):
    """What a finding says about one term, party and window."""

    KEPT = "kept"
    BREACHED = "breached"
    LIKELY_BREACHED = "likely_breached"
    DISPUTED = "disputed"
    NOT_ASSESSABLE = "not_assessable"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    RECORDED = "recorded"
    ERROR = "error"


class CoverageState(StrEnum):
    """Whether a place could be seen for a while. A pass or a plan is an opportunity, never a look."""

    LOOKED = "looked"
    LOOKED_CLEAR = "looked_clear"
    LOOKED_CLOUD = "looked_cloud"
    CLOUD_UNKNOWN = "cloud_unknown"
    OPPORTUNITY = "opportunity"
    REFUSED = "refused"
    NOT_LOOKED = "not_looked"


class PassStatus(StrEnum):
    """Whether a row of passes.csv is a pass, or a span of which all passes were worked out, or could not be."""

    PASS = "pass"
    COMPUTED = "computed"
    NOT_COMPUTED = "not_computed"


class EffortStatus(StrEnum):
    """What became of an intention to look."""

    DONE = "done"
    HOST_LED = "host_led"
    REFUSED = "refused"
    CURTAILED = "curtailed"
    PLANNED = "planned"


class Reading(StrEnum):
    """Under which reading of a disputed status a finding is computed."""

    UNDISPUTED = "undisputed"
    IN_FORCE = "in_force"
    PAUSED = "paused"


WEAPON_CLASSES = (
    "small_arms", "machine_gun", "grenade", "anti_tank", "mortar", "artillery", "rocket_artillery", "tank", "naval_gun",
    "aircraft", "drone", "cluster_munition", "anti_personnel_mine", "anti_vehicle_mine", "ied", "uxo", "toxic_agent",
    "crowd_control", "other", "undetermined",
)  # fmt: skip
"""The closed list of weapon classes; `undetermined` is a proper value."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A half-open span of time in UTC, with how exactly it is known.

    precision: second, minute, hour, part_of_day, day, month, year; approximate says that the source was not sure.
    """

    start: datetime
    end: datetime
    precision: str = "day"
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """One of the sides that are bound."""

    id: str
    names: dict[str, str]

    @property
    def name(self) -> str:
        """The English name, or the id where there is none."""
        return self.names.get("en", self.id)


@dataclass(frozen=True, slots=True)
class Source:
    """Who speaks. `origin_group` names the voice: sources of one group count once."""

    id: str
    name: str
    kind: SourceKind
    party: str = ""
    origin_group: str = ""
    aliases: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    url: str = ""
    exposure: Exposure = Exposure.PUBLIC
    expected: tuple[int, int] | None = None
    error_m: float = 0.0
    clock_error_s: float = 0.0
    """How far the source's places (95 %) and clock are off, beyond what its reports say themselves."""
    reliability: str = "F"
    reliability_why: str = ""
    """A to F of the Admiralty code as a person of the mission rated it, and why; F: cannot be judged."""


@dataclass(frozen=True, slots=True)
class Place:
    """A gazetteer entry; lon, lat and radius are None where it is known by name only."""

    id: str
    name: str
    lon_deg: float | None
    lat_deg: float | None
    radius_m: float | None
    party_names: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    variants: tuple[str, ...] = ()
    type: str = ""
    basis: str = ""
    province: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A named area or line. `geometry` is a GeoJSON geometry in WGS 84."""

    id: str
    name: str
    role: str
    geometry: dict[str, Any]
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    attribution: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What could be seen from a position or along a track: (lon_deg, lat_deg) points, how far, and the field of view.

    The field runs clockwise from one bearing to the other; all round where they are None. Terrain is not counted.
    """

    path: tuple[tuple[float, float], ...]
    range_m: float
    bearing_from_deg: float | None = None
    bearing_to_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """An entry of a form that replaces another: what the first one said of looking counts until the edit was told.

    `entry` is the id of the record that is replaced; its stops are called `<entry>.<n>`. `told` None: nobody knows when.
    """

    entry: str
    by: str
    told: datetime | None
    exposure: Exposure = Exposure.PUBLIC


@dataclass(frozen=True, slots=True)
class Effort:
    """Somebody looked, meant to look, or was kept from looking.

    `sensor` is what took a picture that the mission holds; `sky` is then `clear`, `cloud` or `unknown` by cloud.csv, and
    empty where cloud stops nothing.
    """

    id: str
    source_id: str
    when: Interval
    places: tuple[str, ...]
    zone: str
    side: str
    kinds: tuple[str, ...]
    status: EffortStatus
    by: str = ""
    reason: str = ""
    sight_m: float = 5000.0
    exposure: Exposure = Exposure.PUBLIC
    reported: datetime | None = None
    note: str = ""
    source: str = ""
    sensor: str = ""
    sky: str = ""
    view: View | None = None
    """Where the looking was from, where that is more than the places named: watch.csv, or a track of inbox/gpx/."""

    @property
    def sees(self) -> bool:
        """Whether somebody was there to see; a picture taken through cloud, or cloud unknown, shows nothing."""
        return self.status in {EffortStatus.DONE, EffortStatus.HOST_LED} and self.sky in {"", "clear"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One source's figure of casualties or displacement, under its own definition."""

    id: str
    side: str
    topic: str
    measure: str
    period_start: datetime | None
    as_of: datetime
    definition: str
    of_whom: OfWhom
    direct: str
    qualifier: str
    low: int | None
    high: int | None
    source: str
    origin: str = ""
    reported: datetime | None = None
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A meeting or a step of diplomacy."""

    when: Interval
    event: str
    place: str
    participants: str
    outcome: str
    source: str
    lane: str
    series: str = ""
    held: str = "held"
    reported: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A party notified beforehand what it would do: an exercise, blasting, clearance."""

    id: str
    party: str
    when: Interval
    places: tuple[str, ...]
    zone: str
    kinds: tuple[str, ...]
    notified: datetime | None
    to: str = ""
    reported: datetime | None = None
    source: str = ""
    note: str = ""
    exposure: Exposure = Exposure.PUBLIC


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """An instrument was signed, paused, resumed or superseded, by one party or by several."""

    when: datetime
    event: str
    by: tuple[str, ...]
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One obligation of an instrument, as data. `line` is where it stands in its file."""

    id: str
    agreement_id: str
    clause: str
    title: str
    topic: str
    party: tuple[str, ...]
    kind: str
    text: str
    standing: str
    start: datetime | None = None
    end: datetime | None = None
    due: datetime | None = None
    zone: str = ""
    where: str = ""
    reason: str = ""
    restates: str = ""
    verified_by: tuple[str, ...] = ()
    source: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """An instrument: who is bound by it, with what standing, and what became of it."""

    id: str
    title: str
    when: Interval
    place: str
    standing: str
    parties: tuple[str, ...]
    terms: tuple[Term, ...]
    status: tuple[StatusEvent, ...] = ()
    ratifications: tuple[dict[str, str], ...] = ()
    brokers: str = ""
    source: str = ""
    note: str = ""


OWN = "own:"
"""With this begins the id of a join that no person decided: an observer says that two of its own accounts are of one happening."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A named person decided otherwise, for this reason."""

    id: str
    date: datetime
    by: str
    action: str
    subject: str
    object: str
    reason: str
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """These bytes came into the mission: path inside it, format, SHA-256, size."""

    path: str
    format: str
    sha256: str
    size: int
    data: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True, order=True)
class SetAside:
    """A row that could not be read, and why. Nothing is lost: the file still holds it.

    `exposure` is that of the row: what is not public is in no public output, and its value is shown nowhere.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    exposure: Exposure = Exposure.PUBLIC


@dataclass(frozen=True, slots=True)
class Observation:
    """One row of the observation table: a source says that something happened, here, then.

    Empty strings, None and empty tuples mean that the source did not say. `details` keeps every field of the evidence
    for which the table has no column.
    """

    id: str
    source_id: str
    when: Interval | None
    origin_ids: tuple[str, ...] = ()
    method: Method = Method.CLAIMED
    kind: str = "other"
    modality: Modality = Modality.DONE
    reported: Interval | None = None
    lon_deg: float | None = None
    lat_deg: float | None = None
    radius_m: float | None = None
    observer_lon_deg: float | None = None
    observer_lat_deg: float | None = None
    bearing_deg: float | None = None
    bearing_error_deg: float | None = None
    distance_min_m: float | None = None
    distance_max_m: float | None = None
    phase: Phase = Phase.UNDETERMINED
    place: str = ""
    place_id: str = ""
    actor_claimed: str = ""
    harmed_party: str = ""
    actors: tuple[str, ...] = ()
    weapon: str = ""
    weapon_class: str = ""
    count_min: int | None = None
    count_max: int | None = None
    killed_min: int | None = None
    killed_max: int | None = None
    injured_min: int | None = None
    injured_max: int | None = None
    of_whom: OfWhom = OfWhom.UNKNOWN
    text: str = ""
    language: str = ""
    stance: Stance = Stance.SUPPORTS
    answers: str = ""
    evidence: str = ""
    capture: str = ""
    row: int = 0
    exposure: Exposure = Exposure.PUBLIC
    details: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What reading or normalising did to this row (a place widened, a year converted)."""
    harm: Harm = Harm.UNKNOWN

    def aside(self, column: str, value: str, reason: str) -> SetAside:
        """The row as set aside or in question; its value is withheld where it is not public."""
        shown = value if self.exposure is Exposure.PUBLIC else WITHHELD
        return SetAside(self.capture, self.row, column, shown, reason, self.exposure)

    def but(self, **changes: Any) -> Observation:
        """The same with other values in these fields, as `dataclasses.replace` gives it but quicker: for tables of many rows."""
        values = list(_VALUES(self))
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return Observation(*values)


_PLACES = {f.name: n for n, f in enumerate(fields(Observation))}
_VALUES: Callable[[Observation], tuple[Any, ...]] = attrgetter(*_PLACES)


@dataclass(frozen=True, slots=True)
class Link:
    """An observation belongs to an incident, with residuals and reasons."""

    incident_id: str
    observation_id: str
    distance_m: float | None
    lag_s: float | None
    weight_bits: float
    stance: Stance
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Incident:
    """These observations are about one happening. Says nothing of fault or clause."""

    id: str
    kind: str
    start: datetime
    end: datetime
    lon_deg: float | None
    lat_deg: float | None
    radius_m: float | None
    place: str
    place_id: str
    observation_ids: tuple[str, ...]
    approximate: bool = False
    modality: Modality = Modality.DONE
    major_m: float | None = None
    minor_m: float | None = None
    azimuth_deg: float | None = None
    """The 95 % ellipse of the place: half-axes, and the direction of the greater one clockwise from north."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Two incidents that stand just below the line: nearly joined, for a person to look at."""

    incident_a: str
    incident_b: str
    observation_a: str
    observation_b: str
    weight_bits: float
    best_bits: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """A question for a person about accounts of a source: never a verdict, and no grade depends on it."""

    code: str
    source_id: str
    observation_ids: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """How well an incident is established and by which rule; who did it has its own grade and rule.

    `lies` are the sets of voices that would have to be wrong, or be one, to turn the grade (see `budget`), the smallest
    first, and `budget` is the size of the smallest; `author_lies` and `author_budget` are the same for who did it.
    """

    incident_id: str
    grade: Grade
    rule: str
    why: str
    origins: tuple[str, ...]
    attributed_to: str
    attribution_grade: Grade
    attribution_rule: str
    attribution_why: str
    own_word: tuple[str, ...] = ()
    accused: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    justified_by: tuple[str, ...] = ()
    agreed: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    budget: int | None = None
    lies: tuple[str, ...] = ()
    author_budget: int | None = None
    author_lies: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    said_by: tuple[str, ...] = ()
    contested_by: tuple[str, ...] = ()
    """Parties whose own voices say that it happened, and parties that deny that it happened at all."""
    points_in_conflict: tuple[str, ...] = ()
    can_settle: tuple[str, ...] = ()
    """What the accounts at first hand could settle, were they true (see `settles`)."""
    probability: float | None = None
    probability_on: str = ""
    """How often grades by this rule were right, and on what that was counted; None where nothing was counted."""


@dataclass(frozen=True, slots=True)
class Rating:
    """How far one account of an incident is to be trusted: its source and its content, rated apart (Admiralty code)."""

    incident_id: str
    observation_id: str
    source_id: str
    reliability: str
    reliability_basis: str
    credibility: int
    interest: Interest
    settles: tuple[str, ...]
    physical: bool
    why: str


@dataclass(frozen=True, slots=True)
class Season:
    """How much heat a place has in a month of the year, from detections of earlier years that the mission does not hold."""

    place: str
    month: int
    days: int
    days_with_heat: int
    detections: int
    radius_m: float | None
    basis: str
    source: str


@dataclass(frozen=True, slots=True)
class Heat:
    """What the heat detections near an incident are worth, and how often one lies as near by chance. It moves no grade."""

    incident_id: str
    weight_bits: float
    detections: int
    nearest_m: float | None
    chance_share: float | None
    cloud_share: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Pass:
    """A satellite came over and could have looked, or a span for which that was or was not worked out. Never a look.

    `zones` lay within reach of the sensor even if the track is wrong by `error_m`; `perhaps` only if it is wrong in their
    favour. Angles are off nadir at the satellite: the least and the largest over the points in reach.
    """

    satellite: str
    sensor: str
    status: PassStatus
    start: datetime
    end: datetime
    closest: datetime | None = None
    zones: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    reach_share: float | None = None
    view_deg: float | None = None
    view_to_deg: float | None = None
    zenith_deg: float | None = None
    sun_deg: float | None = None
    pixel_scan_m: float | None = None
    pixel_track_m: float | None = None
    epoch: datetime | None = None
    age_days: float | None = None
    error_s: float | None = None
    error_m: float | None = None
    reason: str = ""

    @property
    def night(self) -> bool:
        """Whether the sun stood below the horizon of the place."""
        return self.sun_deg is not None and self.sun_deg < 0


@dataclass(frozen=True, slots=True)
class Look:
    """A row of the coverage table: a source, a span, a zone, and whether it could be seen."""

    source_id: str
    start: datetime
    end: datetime
    zone: str
    side: str
    kinds: tuple[str, ...]
    state: CoverageState
    seen_share: float
    reason: str
    effort_id: str = ""
    host_led: bool = False
    passes: int = 0
    view_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the incidents mean for one term, one party and one window, with witness and denominator."""

    id: str
    agreement_id: str
    term_id: str
    party: str
    start: datetime
    end: datetime
    outcome: Outcome
    reason_code: str
    incidents: tuple[str, ...]
    applied: int
    passed: int
    seen_share: float | None
    status_reading: Reading
    reason: str
    budget: int | None = None
    turned_by: str = ""
    check: str = ""
    """Kind and version of the check that said so."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claimed what of whom, the answer, and what the evidence says."""

    claim: str
    claimant: str
    claimant_party: str
    accused: str
    answer: str
    incident_id: str
    evidence: str
    first_reported: datetime | None


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How a mission's report looks: its names by language, logo, order of parts and own wording.

    `logo` holds the bytes of a PNG or SVG (`logo_format`); `wording` is language -> message -> the mission's words;
    `lines` says where each key stands in report.yaml.
    """

    organisation: dict[str, str] = field(default_factory=dict)
    title: dict[str, str] = field(default_factory=dict)
    notice: dict[str, str] = field(default_factory=dict)
    logo: bytes = field(repr=False, default=b"")
    logo_format: str = ""
    logo_alt: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    wording: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surface:
    """Change of the surface between two periods of scenes, as one plate: what figure.json holds, checked.

    `closed` is when the last scene was taken.
    """

    name: str
    source_id: str
    closed: datetime
    plate: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission folder, read and checked."""

    id: str
    title: str
    parties: tuple[Party, ...]
    observers: tuple[str, ...]
    area: tuple[float, float, float, float] | None
    time_zone: str
    edition_place: str
    edition_time_zone: str
    languages: tuple[str, ...]
    period: Interval | None
    reporting_day_end: str
    attribute: bool
    notice: str
    max_file_mb: float
    sources: tuple[Source, ...]
    places: tuple[Place, ...]
    zones: tuple[Zone, ...]
    agreements: tuple[Agreement, ...]
    effort: tuple[Effort, ...]
    figures: tuple[Figure, ...]
    timeline: tuple[Step, ...]
    judgements: tuple[Judgement, ...]
    notices: tuple[Notice, ...] = ()
    passes: tuple[Pass, ...] = ()
    sky: tuple[tuple[datetime, float, float, float], ...] = ()
    """Values of a cloud product: beginning of the day, longitude, latitude (degrees), share of the sky."""
    seasons: tuple[Season, ...] = ()
    surface: tuple[Surface, ...] = ()
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    weights: dict[str, Any] = field(default_factory=dict)
    letterhead: Letterhead = Letterhead()
    published: tuple[Published, ...] = ()
    edits: tuple[Edit, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    questions: tuple[SetAside, ...] = ()
    captures: tuple[Capture, ...] = ()
    inputs: tuple[Capture, ...] = ()

    @property
    def party_ids(self) -> tuple[str, ...]:
        """Ids in the order of mission.yaml."""
        return tuple(p.id for p in self.parties)

    def source(self, source_id: str) -> Source | None:
        """The source of this id."""
        return next((s for s in self.sources if s.id == source_id), None)

    def party_name(self, party_id: str) -> str:
        """A party's English name; `unattributed` and unknown ids as words."""
        return next((p.name for p in self.parties if p.id == party_id), party_id.replace("_", " "))


@dataclass(frozen=True, slots=True)
class Total:
    """Figures of one side under one definition: low, best, high, and the figures behind them."""

    topic: str
    side: str
    definition: str
    of_whom: OfWhom
    direct: str
    measure: str
    period_start: datetime | None
    as_of: datetime
    low: int | None
    best: int | None
    high: int | None
    sources: tuple[str, ...]
    figure_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """How many origins each side has behind its accusations: printed beside every count of accusations."""

    party: str
    accused_incidents: int
    origins_accusing: int
    of_own_side: int
    of_other_side: int
    of_others: int


@dataclass(frozen=True, slots=True)
class Edition:
    """All that a report is made from: one mission, as of one moment, stage by stage.

    `counts` are those of summary.json; `inputs` are (path, SHA-256) of everything read.
    """

    mission: Mission
    as_of: datetime
    version: str
    counts: dict[str, int]
    observations: tuple[Observation, ...]
    incidents: tuple[Incident, ...]
    links: tuple[Link, ...]
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]
    looks: tuple[Look, ...]
    claims: tuple[Claim, ...]
    shares: tuple[Share, ...]
    totals: tuple[Total, ...]
    figures: tuple[Figure, ...]
    timeline: tuple[Step, ...]
    agreements: tuple[Agreement, ...]
    set_aside: tuple[SetAside, ...]
    inputs: tuple[tuple[str, str], ...] = ()
    release: str = "public"
    near_misses: tuple[NearMiss, ...] = ()
    rates: tuple[Rate, ...] = ()
    changes: tuple[ChangePoint, ...] = ()
    ratings: tuple[Rating, ...] = ()
    heat: tuple[Heat, ...] = ()
    detections: int = 0
    """Heat detections that were held and had been published by then."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What names mean in this mission: given to every reader of evidence.

    `sources` maps every casefolded name and alias to a source id; where it is empty any source is accepted (a bare
    observation table without a mission). `party_of` maps a source id to the party for which it speaks.
    """

    parties: tuple[str, ...]
    party_names: dict[str, str]
    sources: dict[str, str]
    party_of: dict[str, str]
    time_zone: str
    kinds: frozenset[str]
    withheld: dict[str, Exposure] = field(default_factory=dict)
    """Casefolded names of sources that are not public, with their exposure: what they say is no more public."""
    values: dict[str, Any] = field(default_factory=dict)
    """The value tables of the format's own YAML."""
    spots: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Folded names of the gazetteer that mean one place with coordinates -> lon_deg, lat_deg: where observers stand."""

    def folder_exposure(self, path: str) -> Exposure:
        """How public a file of inbox/FORMAT/SOURCE/ is: as its source; public where the folder names none."""
        parts = path.split("/")
        return self.withheld.get(parts[2].casefold(), Exposure.PUBLIC) if len(parts) > 3 else Exposure.PUBLIC


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a reader made of one capture."""

    observations: tuple[Observation, ...]
    set_aside: tuple[SetAside, ...] = ()
    questions: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """A number that an earlier edition published for a period: kept as it was printed, whatever is known since.

    `measure` is a group of kinds or `all`; `zone` is empty for the whole area.
    """

    as_of: datetime
    when: Interval
    measure: str
    zone: str
    value: int
    document: str = ""
    exposure: Exposure = Exposure.PUBLIC


class RateState(StrEnum):
    """Whether a rate can be given, and if not, why."""

    RATE = "rate"
    HOST_LED = "host_led_only"
    UNTIMED = "hours_unknown"
    NOT_LOOKED = "not_looked"


@dataclass(frozen=True, slots=True)
class Rate:
    """Incidents of a group of kinds in one week or day, and how often observers perceived one in an hour of looking.

    `first_hand` is perceived in `hours`, and nothing else is: a rate is these two alone. Rates are per 100 hours.
    """

    period: str
    start: datetime
    end: datetime
    zone: str
    group: str
    incidents: int
    established: int
    probable: int
    reported: int
    disputed: int
    insufficient: int
    party_only: int
    seen: int
    first_hand: int
    hours: float
    hours_night: float
    led_days: int
    untimed_days: int
    rate: float | None
    low: float | None
    high: float | None
    state: RateState
    published: int | None = None


class Turn(StrEnum):
    """What may be said of a change of rate."""

    ESCALATION = "escalation"
    DECLINE = "decline"
    POSSIBLE_RISE = "possible_rise"
    POSSIBLE_FALL = "possible_fall"
    NO_CHANGE = "no_change"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where the rate of a group of kinds changed, how surely, and by how much; or that this cannot be told.

    `chance` is how often so large a contrast comes about without a change, `chance_of_all` the same for all series of the
    edition together; `dispersion` how much the counts scatter beyond chance.
    """

    group: str
    zone: str
    turn: Turn
    incidents: int
    hours: float
    series: int
    words: str
    when: datetime | None = None
    low: datetime | None = None
    high: datetime | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    probability: float | None = None
    chance: float | None = None
    chance_of_all: float | None = None
    dispersion: float | None = None
    before: float | None = None
    after: float | None = None
