"""A synthetic edition of any size: two invented parties, a line, sectors, observers, incidents, findings."""

from datetime import UTC, datetime, timedelta

import pytest

from truceline.nouns import (
    Agreement,
    Assessment,
    Claim,
    CoverageState,
    Edition,
    Effort,
    EffortStatus,
    Figure,
    Finding,
    Grade,
    Incident,
    Interval,
    Link,
    Look,
    Method,
    Mission,
    Observation,
    OfWhom,
    Outcome,
    Party,
    Place,
    Reading,
    SetAside,
    Share,
    Source,
    SourceKind,
    Stance,
    StatusEvent,
    Step,
    Term,
    Total,
    Zone,
)

AS_OF = datetime(2025, 12, 22, 1, 0, tzinfo=UTC)
START = datetime(2025, 7, 27, 17, 0, tzinfo=UTC)
A, B = "arland", "belmark"
GRADES = (Grade.ESTABLISHED, Grade.DISPUTED, Grade.REPORTED, Grade.PROBABLE, Grade.INSUFFICIENT)
OUTCOMES = (Outcome.NOT_ASSESSABLE, Outcome.DISPUTED, Outcome.LIKELY_BREACHED, Outcome.KEPT, Outcome.NOT_DUE)


def day(n, hours=0):
    return START + timedelta(days=n, hours=hours)


def span(n, length=1):
    return Interval(day(n), day(n + length))


def sources():
    own = [
        Source(f"{p}-{v}", f"{n} {w}", SourceKind.PARTY, party=p, origin_group=f"{p}-{v}")
        for p, n in ((A, "Arland"), (B, "Belmark"))
        for v, w in (("army", "army"), ("ministry", "Ministry of Defence"))
    ]
    return (
        *own,
        Source("outlet-1", "Morning Post", SourceKind.MEDIA),
        Source("outlet-2", "Evening Wire", SourceKind.MEDIA),
        Source("obs-1", "Observer Team One", SourceKind.MONITOR),
        Source("obs-2", "Observer Team Two", SourceKind.MONITOR),
        Source("sat", "Radar satellite", SourceKind.SENSOR),
    )


def places():
    spots = [
        Place(
            f"p{n}",
            f"Place {n}",
            103.0 + 0.37 * (n % 6),
            14.3 + 0.05 * (n % 3),
            300.0 * (1 + n % 20),
            scripts={"th": "บ้านหนองหญ้าแก้ว", "km": "ភូមិព្រៃចាន់"},
            type="village",
        )
        for n in range(12)
    ]
    own = Place(
        "p12",
        "Twin Hill",
        104.9,
        14.4,
        2000,
        party_names={A: "Hill of Ar", B: "Hill of Bel"},
        scripts={"km": "ភ្នំ"},
        type="hill",
    )
    return (
        *spots,
        own,
        Place("p13", "Nowhere", None, None, None),
        Place("t1", "Big Town", 103.9, 13.9, 500.0, type="town"),
    )


def zones():
    line = [[102.8 + 0.1 * n, 14.35 + 0.04 * (n % 3)] for n in range(25)]
    return (
        Zone(
            "s1",
            "West",
            "sector",
            {
                "type": "Polygon",
                "coordinates": [[[102.5, 13.8], [104.0, 13.8], [104.0, 14.9], [102.5, 14.9], [102.5, 13.8]]],
            },
        ),
        Zone(
            "s2",
            "East",
            "sector",
            {
                "type": "Polygon",
                "coordinates": [[[104.0, 13.8], [105.6, 13.8], [105.6, 14.9], [104.0, 14.9], [104.0, 13.8]]],
            },
        ),
        Zone(
            "line",
            "Line",
            "orientation_line",
            {"type": "LineString", "coordinates": line},
            attribution="© Somebody, ODbL 1.0",
            warning="Orientation only. Not a statement on the boundary.",
        ),
        Zone(
            "land",
            "Land",
            "land",
            {"type": "Polygon", "coordinates": [[[100, 12], [107, 12], [107, 16], [100, 16], [100, 12]]]},
            attribution="Natural Earth, public domain",
        ),
    )


def terms():
    fire = Term(
        "G.1",
        "G",
        "1",
        "No fire with any weapon",
        "ceasefire",
        (A, B),
        "hold_fire",
        "Hold all fire.",
        "signed",
        restates="",
    )
    works = Term("G.2", "G", "2", "No new works", "forces", (A, B), "no_new_works", "No new works.", "signed")
    kept = Term(
        "G.3",
        "G",
        "3",
        "Consultations of commanders",
        "contact",
        (A, B),
        "recorded",
        "Talk.",
        "signed",
        reason="consultations leave no public record",
    )
    held = Term("J.1", "J", "1", "No threat of force", "ceasefire", (A, B), "hold_fire", "No threat.", "signed")
    return (
        Agreement(
            "G",
            "Agreed Minutes of August",
            span(10),
            "Capital",
            "signed",
            (A, B),
            (fire, works, kept),
            source="https://example.org/g",
        ),
        Agreement(
            "J",
            "Joint Declaration of October",
            span(90),
            "Capital",
            "signed",
            (A, B),
            (held,),
            status=(StatusEvent(day(106), "paused", (A,), "https://example.org/p"),),
        ),
        Agreement(
            "O",
            "Mine Ban Treaty",
            span(0),
            "",
            "treaty",
            (A, B),
            (),
            ratifications=(
                {"party": A, "date": "1998-11-27", "source": "https://example.org/r"},
                {"party": B, "date": "1999-07-28", "source": "https://example.org/r2"},
            ),
        ),
    )


def observations_of(n, count, length):
    first = n * length // max(count, 1)
    when = Interval(day(first % 146, 5), day(first % 146, 5) + timedelta(minutes=20), "minute")
    said = span(first % 146)
    accuser, accused = ((A, B), (B, A))[n % 2]
    extra = {"p": f"p{n % 14}"}
    rows = [
        Observation(
            f"o{n}a",
            "outlet-1",
            when,
            (f"{accuser}-army",),
            kind="fire.artillery",
            reported=said,
            place=f"Place {n % 14}",
            place_id=extra["p"],
            actor_claimed=accused,
            text=f"Shells fell on fields, first account {n}.",
            evidence=f"https://example.org/{n}/a",
        ),
        Observation(
            f"o{n}b",
            "outlet-2",
            when,
            (f"{accused}-ministry",),
            kind="fire.artillery",
            reported=said,
            stance=Stance.DENIES,
            actor_claimed=accused,
            text=f"No shell was fired that day, second account {n}.",
            evidence=f"https://example.org/{n}/b",
            answers=f"o{n}a",
        ),
    ]
    if n % 20 == 7:
        rows.append(
            Observation(
                f"o{n}c",
                "obs-1",
                when,
                method=Method.SEEN,
                kind="fire.artillery",
                reported=said,
                text=f"Craters, observer account {n}.",
                evidence="https://example.org/obs",
            )
        )
    return rows


def assessment_of(n):
    accuser, accused = ((A, B), (B, A))[n % 2]
    grade = GRADES[n % len(GRADES)]
    return Assessment(
        f"i{n}",
        grade,
        f"G-{grade}",
        "Both sides’ voices say that shells fell." if grade is Grade.ESTABLISHED else "Only one side says so.",
        (f"{accuser}-army", "outlet-1")[: 1 + n % 2],
        "unattributed",
        Grade.INSUFFICIENT,
        "A-none",
        "No origin outside the parties saw it.",
        own_word=(accused,) if n % 9 == 0 else (),
        accused=(accused,),
        denied_by=(accused,) if n % 9 else (),
        agreed=("shells fell on that day",) if n % 3 == 0 else (),
        conflicts=("who fired first",) if n % 3 == 1 else (),
        contradictions=("two voices of one side give different hours",) if n % 30 == 4 else (),
    )


def findings_of(terms_, weeks, incidents):
    found = []
    for w in range(weeks):
        for t in terms_:
            for k, party in enumerate((A, B)):
                readings = (Reading.UNDISPUTED,) if t.agreement_id != "J" else (Reading.IN_FORCE, Reading.PAUSED)
                for r in readings:
                    outcome = Outcome.NOT_DUE if r is Reading.PAUSED else OUTCOMES[(w + len(t.id)) % len(OUTCOMES)]
                    ids = (f"i{w}",) if w < incidents else ()
                    found.append(
                        Finding(
                            f"f{w}{t.id}{k}{r}",
                            t.agreement_id,
                            t.id,
                            party,
                            day(7 * w),
                            day(7 * w + 7),
                            outcome,
                            "no_coverage",
                            ids,
                            2,
                            1,
                            0.03,
                            r,
                            "Nobody looked there.",
                        )
                    )
    return found


def looks_of():
    rows = []
    for n in range(0, 140, 9):
        side = (A, B)[n % 2]
        rows.append(
            Look(
                "obs-1" if side == A else "obs-2",
                day(n),
                day(n + 1),
                "s1",
                side,
                (),
                CoverageState.LOOKED,
                0.04,
                "",
                f"e{n}",
                n % 2 == 0,
            )
        )
    rows.append(Look("obs-1", day(133), day(134), "s1", A, (), CoverageState.REFUSED, 0, "no notice", "e-r"))
    rows.append(Look("sat", day(138), day(139), "s1", "", (), CoverageState.OPPORTUNITY, 0, "no image held", ""))
    return tuple(rows)


def numbers():
    rows = []
    for side, base in ((A, 10), (B, 14), ("both", 40)):
        rows += [
            Figure(
                f"{side}{k}",
                side,
                "killed",
                "cumulative",
                day(0),
                day(100 + k),
                "all dead",
                OfWhom.MIXED,
                "unknown",
                "at_least" if k else "",
                base + k,
                None if k == 2 else base + k,
                "outlet-1",
                url="https://example.org/f",
            )
            for k in range(3)
        ]
    totals = [
        Total(
            "killed",
            s,
            "all dead",
            OfWhom.MIXED,
            "unknown",
            "cumulative",
            day(0),
            day(102),
            b,
            b + 2,
            None,
            ("outlet-1",),
            tuple(f"{s}{k}" for k in range(3)),
        )
        for s, b in ((A, 10), (B, 14), ("both", 40))
    ]
    return tuple(rows), tuple(totals)


def make_edition(incidents=24, extra_terms=0, notice="Invented for tests; not a product of any mission."):
    agreements = terms()
    more = tuple(
        Term(
            f"G.{n + 10}",
            "G",
            str(n + 10),
            f"Further commitment number {n}",
            "forces",
            (A, B),
            "no_reinforcement",
            "Text.",
            "signed",
        )
        for n in range(extra_terms)
    )
    first = agreements[0]
    agreements = (
        Agreement(
            first.id,
            first.title,
            first.when,
            first.place,
            first.standing,
            first.parties,
            (*first.terms, *more),
            source=first.source,
        ),
        *agreements[1:],
    )
    mission = Mission(
        "test",
        "Arland–Belmark",
        (Party(A, {"en": "Arland"}), Party(B, {"en": "Belmark"})),
        ("obs-1", "obs-2"),
        (102.0, 13.0, 106.0, 15.0),
        "Asia/Bangkok",
        "Kuala Lumpur",
        "Asia/Kuala_Lumpur",
        ("en",),
        Interval(START, day(300)),
        "24:00",
        True,
        notice,
        100.0,
        sources(),
        places(),
        zones(),
        agreements,
        (
            Effort(
                "e-r",
                "obs-1",
                span(133),
                ("p1",),
                "",
                A,
                (),
                EffortStatus.REFUSED,
                by=B,
                reason="no notice was given",
                source="https://example.org/e",
                reported=day(133),
            ),
        ),
        (),
        (),
        (),
    )
    accounts = [observations_of(n, incidents, 146) for n in range(incidents)]
    image = Observation(
        "im1",
        "outlet-1",
        span(50),
        ("arland-army",),
        Method.RELAYED,
        "force.construction",
        reported=span(51),
        place="Place 1",
        text="a new trench",
        capture="inbox/imagery/imagery.csv",
        details={"sensor": "optical", "shows": "a new trench", "footprint": ""},
        evidence="https://example.org/im",
    )
    spots = {p.id: p for p in mission.places}
    made = []
    for n, rows in enumerate(accounts):
        p = spots[f"p{n % 14}"]
        made.append(
            Incident(
                f"i{n}",
                "fire.artillery",
                rows[0].when.start,
                rows[0].when.end,
                p.lon_deg,
                p.lat_deg,
                p.radius_m,
                p.name,
                p.id,
                tuple(o.id for o in rows),
            )
        )
    tested = [t for a in agreements for t in a.terms if t.kind != "recorded"]
    figures, totals = numbers()
    return Edition(
        mission,
        AS_OF,
        "0.1.0",
        {},
        (*(o for rows in accounts for o in rows), image),
        tuple(made),
        tuple(
            Link(f"i{n}", o.id, 0.0, 0.0, 5.0, o.stance, ("same place",))
            for n, rows in enumerate(accounts)
            for o in rows
        ),
        tuple(assessment_of(n) for n in range(incidents)),
        tuple(findings_of(tested, 21, incidents)),
        looks_of(),
        tuple(
            Claim(
                f"Shells were fired, accusation {n}.",
                f"{((A, B), (B, A))[n % 2][0]}-army",
                ((A, B), (B, A))[n % 2][0],
                ((A, B), (B, A))[n % 2][1],
                ("denies", "none_found", "counter_accuses")[n % 3],
                f"i{n}",
                "one side only",
                day(n * 146 // max(incidents, 1)),
            )
            for n in range(incidents)
        ),
        tuple(Share(p, incidents // 2, 4, 0, 3, 1) for p in (A, B)) if incidents else (),
        totals,
        figures,
        (
            Step(
                span(12),
                "Border committee meets",
                "Capital",
                "Arland, Belmark",
                "Minutes signed",
                "https://example.org/s",
                "joint",
                "gbc",
            ),
            Step(span(60), "Envoys call", "", "", "", "", "asean", "", "announced"),
        ),
        agreements,
        (SetAside("inbox/reports/reports.csv", 12, "date", "12th", "no date can be read"),),
        (("mission.yaml", "ab" * 32), ("inbox/reports/reports.csv", "cd" * 32)),
    )


def make_empty():
    full = make_edition(0)
    m = full.mission
    mission = Mission(
        m.id,
        m.title,
        m.parties,
        (),
        None,
        m.time_zone,
        m.edition_place,
        m.edition_time_zone,
        m.languages,
        None,
        "24:00",
        True,
        "",
        100.0,
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
    )
    return Edition(mission, AS_OF, "0.1.0", {}, (), (), (), (), (), (), (), (), (), (), (), (), ())


@pytest.fixture(scope="session")
def edition():
    return make_edition()


@pytest.fixture(scope="session")
def empty():
    return make_empty()
