"""What somebody means, apart from any form, and the answers that say it: strategies for every form of observations."""

from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

OFFSET = timezone(timedelta(hours=7))
minutes = st.integers(0, 84_000).map(lambda n: datetime(2025, 8, 1, tzinfo=OFFSET) + timedelta(minutes=n))
number = st.integers(0, 500)
spot = st.tuples(
    st.integers(1_401_000, 1_499_000), st.integers(10_201_000, 10_299_000), st.sampled_from([0, 4, 30, 120])
)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:00.000+07:00")


def geo(at):
    return f"{at[0] / 1e5:.5f} {at[1] / 1e5:.5f} 150 {at[2]}"


@st.composite
def when_meant(draw):
    begun, known = draw(minutes), draw(st.sampled_from(["exact", "about", "day"]))
    lasted = draw(st.none() | st.integers(2, 600))
    answers = {"happened": stamp(begun), "time_known": known}
    if known == "day":
        day = begun.replace(hour=0, minute=0)
        return answers, {"start": day, "end": day + timedelta(days=1), "approximate": False}
    end = begun + timedelta(minutes=1 if lasted is None else lasted)
    if lasted is not None:
        answers["ended"] = stamp(end)
    return answers, {"start": begun, "end": end, "approximate": known == "about"}


@st.composite
def where_meant(draw):
    how, at = draw(st.sampled_from(["here", "direction", "map", "name"])), draw(spot)
    lat, lon = at[0] / 1e5, at[1] / 1e5
    answers, meant = {"where_known": how}, {}
    if how == "name":
        named = draw(st.sampled_from(["hill", "ford", "other"]))
        answers["place"] = named
        if named == "other":
            answers["place_other"] = "Third bend"
        return answers, {"place": "Third bend" if named == "other" else named}
    if how == "map":
        radius = draw(st.integers(1, 5000))
        return answers | {"spot": geo(at), "radius_m": str(radius)}, {
            "lon_deg": lon,
            "lat_deg": lat,
            "radius_m": radius,
        }
    answers["observer_position"] = geo(at)
    meant |= {"observer_lon_deg": lon, "observer_lat_deg": lat}
    if how == "here":
        return answers, meant | {"lon_deg": lon, "lat_deg": lat, "radius_m": max(20, at[2]) if at[2] else 50}
    by = draw(st.sampled_from(["degrees", "point", "none"]))
    answers["bearing_by"] = by
    if by == "degrees":
        degrees = draw(st.integers(0, 360))
        answers["bearing_deg"] = str(degrees)
        meant |= {"bearing_deg": degrees, "bearing_error_deg": 5}
    elif by == "point":
        wind, degrees = draw(st.sampled_from([("n", 0), ("ne", 45), ("s", 180), ("w", 270), ("nw", 315)]))
        answers["compass_point"] = wind
        meant |= {"bearing_deg": degrees, "bearing_error_deg": 22.5}
    bands = [("d0_500", 0, 500), ("d2000_5000", 2000, 5000), ("d10000_20000", 10000, 20000), ("unknown", None, None)]
    band, near, far = draw(st.sampled_from([*bands, ("own", 700, 900)]))
    answers["distance_band"] = band
    if band == "own":
        answers |= {"distance_min_m": "700", "distance_max_m": "900"}
    return answers, meant | {"distance_min_m": near, "distance_max_m": far}


@st.composite
def count_meant(draw):
    how, n, more = (
        draw(st.sampled_from(["number", "range", "about", "at_least", "several", "unknown"])),
        draw(number),
        draw(number),
    )
    answers = {"count_how": how}
    if how == "range":
        return answers | {"count_from": str(n), "count_to": str(n + more)}, {"count_min": n, "count_max": n + more}
    if how in {"number", "about", "at_least"}:
        answers["count_number"] = str(n)
    fifth = (n * 4 // 5, -(-n * 6 // 5))
    low, high = {
        "number": (n, n),
        "about": fifth,
        "at_least": (n, None),
        "several": (2, None),
        "unknown": (None, None),
    }[how]
    return answers, {"count_min": low, "count_max": high}


@st.composite
def harm_meant(draw):
    harmed, n = draw(st.sampled_from(["yes", "no", "unknown"])), draw(number)
    if harmed == "yes":
        answers = {
            "killed_min": str(n),
            "killed_max": str(n + 1),
            "injured_min": "0",
            "of_whom": "civilian",
            "harmed_party": "brel",
        }
        meant = {
            "killed_min": n,
            "killed_max": n + 1,
            "injured_min": 0,
            "injured_max": None,
            "of_whom": "civilian",
            "harmed_party": "brel",
        }
        return {"harmed": "yes"} | answers, meant
    zero = 0 if harmed == "no" else None
    return {"harmed": harmed}, dict.fromkeys(("killed_min", "killed_max", "injured_min", "injured_max"), zero)


WEAPON = ({"weapon_class": "mortar", "weapon": "82 mm"}, {"weapon_class": "mortar", "weapon": "82 mm"})
FIRE = ({"kind_group": "fire", "kind": "fire.mortar"}, {"kind": "fire.mortar"})
WORDS = (
    {"text": "Smoke, then two\u00a0blasts; ไม่แน่ใจ", "language": "th"},
    {"text": "Smoke, then two\u00a0blasts; ไม่แน่ใจ", "language": "th"},
)
WHO = ({"source_id": "mon", "exposure": "public", "task": "T-9"}, {"source_id": "mon", "exposure": "public"})


@st.composite
def entries(draw, form_id):
    """(answers, repeats, what each observation must say)."""
    parts = [draw(when_meant()), draw(where_meant())]
    lines, rows = {}, [{}]
    if form_id == "statement":
        coded = draw(st.booleans())
        parts.append(
            (
                {"source_id": "mon", "consent": "public", "witness_knows": "seen", "stance": "denies"},
                {"exposure": "public", "stance": "denies"},
            )
        )
        parts.append(
            ({"witness": "villager"}, {"source_id": "villager", "method": "seen"})
            if coded
            else ({"witness": "none"}, {"source_id": "mon", "method": "relayed"})
        )
        parts += [
            FIRE,
            WEAPON,
            draw(count_meant()),
            draw(harm_meant()),
            ({"actor_claimed": "brel"}, {"actor_claimed": "brel"}),
        ]
    else:
        parts.append(WHO)
    if form_id == "incident":
        parts += [FIRE, WEAPON, draw(count_meant()), draw(harm_meant())]
        parts.append(
            (
                {"method": "heard", "phase": "outgoing", "actor_claimed": "unknown"},
                {"method": "heard", "phase": "outgoing", "actor_claimed": ""},
            )
        )
    if form_id == "impact":
        parts += [FIRE, WEAPON, ({"site": "school", "site_changed": "yes"}, {"method": "seen"})]
        at = draw(spot)
        place = {"lon_deg": at[1] / 1e5, "lat_deg": at[0] / 1e5, "radius_m": max(20, at[2]) if at[2] else 50}
        lines["crater"] = [{"crater_position": geo(at), "width_cm": "80", "came_from_deg": "300"}, {"depth_cm": "20"}]
        rows = [place | {"phase": "impact"}, {"phase": "impact"}, {"kind": "harm.civilian_site"}]
        harmed, meant = draw(harm_meant())
        parts.append((harmed, {}))
        rows[0] |= meant
    if form_id == "hazard":
        event, kind = draw(
            st.sampled_from(
                [
                    ("found", "mine.found"),
                    ("laid", "mine.laid"),
                    ("uxo_blast", "explosion.uxo"),
                    ("obstructed", "mine.clearance_obstructed"),
                ]
            )
        )
        shown, method = draw(
            st.sampled_from([("report", "relayed"), ("crater report", "seen"), ("device_seen", "seen")])
        )
        parts.append(({"hazard_event": event, "hazard_type": "suspected", "hazard_status": "open", "device": "anti_personnel_mine", "evidence_type": shown},
                      {"kind": kind, "method": method, "weapon_class": "anti_personnel_mine"}))  # fmt: skip
        parts += [draw(count_meant()), draw(harm_meant())]
    if form_id == "weapons":
        lines["item"], rows = [], []
        for state, kind, method, stance in (("seen", "weapon.present", "seen", "supports"), ("declared", "weapon.present", "relayed", "supports"),
                                            ("left", "weapon.withdrawn", "seen", "supports"), ("missing", "weapon.present", "seen", "denies")):  # fmt: skip
            counted, meant = draw(count_meant())
            lines["item"].append(WEAPON[0] | counted | {"item_state": state, "item_party": "arda"})
            rows.append(meant | WEAPON[1] | {"kind": kind, "method": method, "stance": stance, "actors": ("arda",)})
    if form_id == "access":
        outcome, kind = draw(
            st.sampled_from(
                [("granted", "access.granted"), ("denied", "access.denied"), ("conditional", "access.granted")]
            )
        )
        by = {"actor_claimed": "arda"} if outcome == "denied" else {"actors": ("arda",)}
        parts.append(
            (
                {"access_outcome": outcome, "access_by": "arda", "access_reason": "mines", "access_whose": "no"},
                {"kind": kind} | by,
            )
        )
    if form_id == "displacement":
        basis, method = draw(st.sampled_from([("own", "seen"), ("told", "relayed")]))
        parts += [
            draw(count_meant()),
            (
                {"count_basis": basis, "harmed_party": "brel", "households": "4", "needs": "water"},
                {"method": method, "kind": "person.displaced", "harmed_party": "brel"},
            ),
        ]
    if form_id == "handover":
        what, kind = draw(
            st.sampled_from(
                [("released", "person.released"), ("returned", "person.returned"), ("detained", "person.detained")]
            )
        )
        held = what == "detained"
        by = {"handover_kind": what, "handed_by": "brel"} | ({} if held else {"handed_to": "arda"})
        parts += [
            draw(count_meant()),
            (
                by | {"of_whom": "military"},
                {
                    "kind": kind,
                    "of_whom": "military",
                    **({"actor_claimed": "brel"} if held else {"actors": ("brel", "arda")}),
                },
            ),
        ]
    parts.append(WORDS)
    answers = {k: v for told, _ in parts for k, v in told.items()}
    shared = {k: v for _, meant in parts for k, v in meant.items()}
    return answers | {"form_finished": "2025-09-30T10:00:00.000+07:00"}, lines, [shared | row for row in rows]
