"""A small invented mission as a folder of plain files, that a test can edit and break.

Nothing here is mocked: the files are read by the program as any other mission's. Ids and names of the two parties
(`arda`, `brel`) stand in nothing but party columns, so that a test can exchange them in every text.
"""

import csv
import io
import json

from truceline import run as pipeline
from truceline import when

A, B = "arda", "brel"
ZONE = "Asia/Bangkok"
COLUMNS = (
    "id", "source_id", "origin_id", "method", "kind", "modality", "start", "end", "reported", "lon_deg", "lat_deg", "radius_m",
    "place", "actor_claimed", "harmed_party", "weapon", "killed_min", "killed_max", "injured_min", "injured_max", "text",
    "stance", "answers", "evidence", "exposure",
)  # fmt: skip

MISSION = """\
id: valley
title: Valley mission
parties:
  - {id: arda, names: {en: Arda}}
  - {id: brel, names: {en: Brel}}
observers: [mon]
area: {west: 102.0, south: 14.0, east: 103.0, north: 15.0}
time_zone: Asia/Bangkok
period: {start: 2025-08-01, end: 2025-09-30}
mandate: {attribution: when_established}
notice: Invented for tests.
"""
SOURCES = """\
sources:
  - {id: mon, name: Monitor One, kind: monitor}
  - {id: mon-2, name: Monitor Two, kind: monitor}
  - {id: voice-1, name: First Army, kind: party, party: arda, origin_group: army-1}
  - {id: voice-1b, name: First Ministry, kind: party, party: arda, origin_group: army-1}
  - {id: voice-2, name: Second Army, kind: party, party: brel, origin_group: army-2}
  - {id: press-1, name: Morning Post, kind: media, aliases: [The Post]}
  - {id: press-2, name: Evening Wire, kind: media}
  - {id: press-3, name: Weekly, kind: media}
  - {id: relief, name: Relief Society, kind: humanitarian}
  - {id: state, name: Third State, kind: third_state}
  - {id: rumour, name: Rumours, kind: media, origin_group: unknown}
  - {id: hidden, name: Hidden Source QZX, kind: witness, exposure: sealed}
  - {id: friend, name: Partner Desk QPX, kind: witness, exposure: partners}
  - {id: villager, name: A villager, kind: witness}
  - {id: herder, name: A herder, kind: witness}
"""
PLACES = """\
place_id,name,script_th,script_km,variants,lon_deg,lat_deg,radius_m,basis
hill,Hill 402,เนินเขาสี่ศูนย์สอง,ភ្នំ៤០២,Four-o-two;Hill-402,102.40,14.40,500,invented
ford,Ta Ford,,,,102.60,14.42,300,invented
far,Far Village,,,,102.90,14.80,800,invented
north-gate,Gate,,,,102.30,14.30,500,invented
south-gate,Gate,,,,102.30,14.10,500,invented
nowhere,Known by Name,,,,,,,
"""
SQUARE = [[[102.0, 14.0], [103.0, 14.0], [103.0, 15.0], [102.0, 15.0], [102.0, 14.0]]]
ZONES = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"id": "valley", "name": "Valley", "role": "zone"},
         "geometry": {"type": "Polygon", "coordinates": SQUARE}},
        {"type": "Feature", "properties": {"id": "sector", "name": "Sector", "role": "sector"},
         "geometry": {"type": "Polygon", "coordinates": SQUARE}},
        {"type": "Feature", "properties": {"id": "line", "role": "orientation_line", "warning": "Orientation only."},
         "geometry": {"type": "LineString", "coordinates": [[102.3, 14.4], [102.7, 14.42]]}},
    ],
}  # fmt: skip
TRUCE = """\
id: truce
title: Truce
date: 2025-08-01
standing: signed
parties: [arda, brel]
terms:
"""


def term(kind, number=1, *, party="[arda, brel]", extra=""):
    """One term of the truce as YAML; `extra` holds further lines."""
    lines = [f"id: truce.{number}", f'clause: "{number}"', f"title: Term {number}", f"party: {party}", f"kind: {kind}",
             f"text: Term {number} in words", 'from: "2025-08-01T00:00+07:00"', "zone: valley"]  # fmt: skip
    if kind == "recorded":
        lines.append("reason: nothing to measure")
    body = "\n    ".join([*lines, *extra.splitlines()])
    return f"  - {body}\n"


def obs(number, source_id, **cells):
    """One row of the observation table: fire at the hill on 10 August 2025, unless the test says otherwise."""
    row = {
        "id": number, "source_id": source_id, "method": "claimed", "kind": "fire.mortar",
        "start": "2025-08-10T09:00+07:00", "reported": "2025-08-10", "place": "hill",
        "text": f"Account {number}: shells came down on the slope",
    }  # fmt: skip
    return row | cells


def both(row):
    """The same seen by two monitors, each a voice of its own."""
    return row, row | {"id": f"{row['id']}b", "source_id": "mon-2"}


def table(rows, delimiter=",", columns=COLUMNS, quoting=csv.QUOTE_MINIMAL):
    """Rows as CSV text."""
    out = io.StringIO()
    names = list(dict.fromkeys([*columns, *(n for r in rows for n in r)]))
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n", restval="", quoting=quoting)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


class Folder:
    """A mission folder on disk: valid and without evidence until a test writes something."""

    def __init__(self, path):
        self.path = path
        self.write("mission.yaml", MISSION)
        self.write("sources.yaml", SOURCES)
        self.write("places.csv", PLACES)
        self.write("zones.geojson", json.dumps(ZONES))
        self.terms(term("hold_fire"))

    def write(self, name, content):
        """Write one file of the mission, text or bytes."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self, name):
        return (self.path / name).read_text("utf-8")

    def edit(self, name, old, new):
        """Replace a text that must be there."""
        text = self.read(name)
        assert old in text, f"{name} has no {old!r}"
        self.write(name, text.replace(old, new))

    def tell(self, *rows, file="inbox/observations/o.csv", **kwargs):
        """Write these rows as an observation table."""
        return self.write(file, table(rows, **kwargs))

    def terms(self, *blocks, head=TRUCE):
        """Write the truce with these terms."""
        return self.write("agreements/truce.yaml", head + "".join(blocks))

    def effort(self, *lines):
        head = "effort_id,source_id,start,end,place,zone,side,kinds,status,by,reason,sight_m,exposure,reported"
        return self.write("effort.csv", "\n".join([head, *lines]) + "\n")

    def load(self):
        return pipeline.load(self.path)

    def edition(self, as_of="", release="public"):
        """All stages but the writing."""
        return pipeline.edition(self.load(), when.moment(as_of, ZONE) if as_of else None, release)


def balanced(edition):
    """Nothing is lost: used + set aside + undated + later == read."""
    c = edition.counts
    return c["observations"] + c["set_aside"] + c["undated"] + c["later"] == c["read"]


def graded(edition):
    """Observation id -> assessment of its incident."""
    by_incident = {a.incident_id: a for a in edition.assessments}
    return {i: by_incident[e.id] for e in edition.incidents for i in e.observation_ids}


def finding(edition, party, *, term_id="truce.1", at="2025-08-10T09:00+07:00"):
    """The one finding on this term and party in the week of this moment."""
    moment = when.moment(at, ZONE)
    (found,) = [f for f in edition.findings if (f.term_id, f.party) == (term_id, party) and f.start <= moment < f.end]
    return found


def said(edition, party, **where):
    """Outcome and reason code of that finding."""
    found = finding(edition, party, **where)
    return found.outcome, found.reason_code
