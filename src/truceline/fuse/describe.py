"""A cluster as an incident with its links: when and where by the accounts that know it best, residuals and reasons."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from .. import where
from ..nouns import Incident, Link, Modality, Observation, Stance
from .cluster import Pair
from .compare import Account, Weight

_EFFECTS = ("harm.", "fire.unspecified", "explosion.unspecified")


def incident(group: list[Account]) -> Incident:
    """The incident that these accounts are about. Its id is that of the account that was reported first."""
    observations = [a.observation for a in group]
    told = [o for o in observations if not o.answers] or observations
    start_h, end_h = _span(group, told)
    spot = _spot(told)
    modality = min((o.modality for o in told), key=list(Modality).index)
    return Incident(
        id=f"I-{min(told, key=_first_reported).id}",
        kind=_kind(told, modality),
        start=datetime.fromtimestamp(start_h * 3600, UTC),
        end=datetime.fromtimestamp(end_h * 3600, UTC),
        lon_deg=spot.lon_deg if spot else None,
        lat_deg=spot.lat_deg if spot else None,
        radius_m=spot.radius_m if spot else None,
        place=spot.place if spot else _name(told),
        place_id=spot.place_id if spot else "",
        observation_ids=tuple(sorted(o.id for o in observations)),
        approximate=not any(o.when and not o.when.approximate for o in told),
        modality=modality,
    )


def _first_reported(one: Observation) -> tuple[float, float, str]:
    reported = one.reported.start.timestamp() if one.reported else float("inf")
    return reported, one.when.start.timestamp() if one.when else 0.0, one.id


def _span(group: list[Account], told: list[Observation]) -> tuple[float, float]:
    """Clock times from the first to the last that was given; else the days on which the accounts meet."""
    ids = {o.id for o in told}
    kept = [a for a in group if a.id in ids]
    clocks = [a for a in kept if a.clock]
    if clocks:
        return min(a.start_h for a in clocks), max(a.end_h for a in clocks)
    start, end = max(a.start_h for a in kept), min(a.end_h for a in kept)
    if start < end:
        return start, end
    return min(a.start_h for a in kept), max(a.end_h for a in kept)


def _spot(told: list[Observation]) -> Observation | None:
    """The account with the smallest radius at the place that most accounts name."""
    placed = [o for o in told if o.lon_deg is not None]
    if not placed:
        return None
    votes = Counter((o.lon_deg, o.lat_deg) for o in placed)
    return min(placed, key=lambda o: (-votes[o.lon_deg, o.lat_deg], o.radius_m or 0, len(o.place), o.id))


def _name(told: list[Observation]) -> str:
    votes = Counter(o.place for o in told if o.place)
    return min(votes, key=lambda name: (-votes[name], name)) if votes else ""


def _kind(told: list[Observation], modality: Modality) -> str:
    """The kind that most accounts name; what is only threatened or ordered is a threat and not the act."""
    if modality in {Modality.THREATENED, Modality.ORDERED}:
        return "threat.force"
    votes = Counter(o.kind for o in told)
    special = {k: n for k, n in votes.items() if not k.startswith(_EFFECTS)}
    chosen = special or votes
    return min(chosen, key=lambda k: (-chosen[k], k))


def links(
    event: Incident,
    group: list[Account],
    weights: dict[Pair, Weight],
    repeats: dict[str, str],
    answers: set[Pair],
    joined: set[Pair],
) -> list[Link]:
    """One link an account: residuals to the incident, mean bits to the others, and the reasons of its best pair."""
    found = []
    for one in group:
        o = one.observation
        distance = None
        if o.lon_deg is not None and o.lat_deg is not None and event.lon_deg is not None and event.lat_deg is not None:
            distance = round(where.distance_m(o.lon_deg, o.lat_deg, event.lon_deg, event.lat_deg), 1)
        bits, reasons = _why(one, group, weights, repeats, answers, joined)
        lag = round(one.start_h * 3600 - event.start.timestamp(), 0)
        found.append(Link(event.id, one.id, distance, lag, bits, Stance(o.stance), reasons))
    return found


def _why(
    one: Account,
    group: list[Account],
    weights: dict[Pair, Weight],
    repeats: dict[str, str],
    answers: set[Pair],
    joined: set[Pair],
) -> tuple[float, tuple[str, ...]]:
    if one.id in repeats:
        return 0.0, (f"word for word the same as {repeats[one.id]}",)
    others = [a.id for a in group if a.id != one.id and a.id not in repeats]
    if not others:
        return 0.0, ("stands alone" if len(group) == 1 else "what the others repeat",)
    pairs = [tuple(sorted((one.id, other))) for other in others]
    said = [
        f"joined by a judgement with {_other(p, one.id)}" for p in joined if one.id in p and _other(p, one.id) in others
    ]
    said += [f"answers or is answered by {_other(p, one.id)}" for p in sorted(answers) if one.id in p]
    known = [(weights[p], p) for p in pairs if p in weights]
    if not known:
        return 0.0, tuple(said)
    best, pair = max(known, key=lambda item: (item[0].bits, item[1]))
    mean = sum(weight.bits for weight, _ in known) / len(known)
    parts = [f"{sentence} ({bits:+.1f})" for _, bits, sentence in best.parts]
    return round(mean, 2), (*said, f"best with {_other(pair, one.id)}: {', '.join(parts)}")


def _other(pair: tuple[str, ...], one: str) -> str:
    return pair[1] if pair[0] == one else pair[0]
