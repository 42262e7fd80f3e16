"""How often pictures and places that cannot be right are asked about, and how often those that are right are.

    python benchmarks/bench_alerts.py --pictures 300

Pictures are invented scenes, then what happens to pictures on their way. Places are accounts of scenarios that nothing was
tuned on, with coordinates drawn within the errors that they give, or named after another place; provinces are thirds of
the line, and on the flagship those that its reports name, exchanged one at a time for another.
"""

from __future__ import annotations

import argparse
import itertools
import random
from pathlib import Path

import pictures_made
import proving_ground

from truceline import misplaced, pictures, run, scenario, where
from truceline.nouns import Observation, Place

FLAGSHIP = Path(__file__).parents[1] / "missions" / "thailand-cambodia-2025"


def of_pictures(number: int) -> None:
    """Different pictures called the same, and the same called different."""
    images = [pictures_made.scene(seed) for seed in range(number)]
    whole = [pictures_made.saved(image) for image in images]
    roots = pictures.same(whole)
    wrong = number - len(set(roots.values()))
    print(f"{wrong} of {number} different pictures are taken for another ({wrong / number:.1%}; limit 1 %)")
    for way, change in pictures_made.WAYS.items():
        met = 0
        for n, (image, first) in enumerate(zip(images, whole, strict=True)):
            again = change(image, n)
            met += len(set(pictures.same((first, again)).values())) == 1
        print(f"{met / number:.1%} found again when {way} (limit 95 %)")


def _near(place: Place, chance: random.Random, errors_m: tuple[float, ...]) -> tuple[float, float]:
    """A point within these errors (95 %) of a place, one after the other."""
    lon, lat = place.lon_deg or 0.0, place.lat_deg or 0.0
    for error in errors_m:
        sigma = error / where.RADIUS_95_IN_SIGMA
        lon, lat = where.ahead(
            lon, lat, chance.uniform(0, 360), abs(complex(chance.gauss(0, sigma), chance.gauss(0, sigma)))
        )
    return lon, lat


def of_places(seeds: range) -> None:
    """Scenarios: true names and names of another place, true provinces and those of another third."""
    chance = random.Random(1)
    asked = {"off_its_place": [0, 0, 0, 0], "two_provinces": [0, 0, 0, 0]}
    for seed, name in itertools.product(seeds, scenario.shapes()):
        made = proving_ground.played(name, seed, {}, {"days": 3}).edition
        sited = sorted(made.mission.places, key=lambda p: p.lon_deg or 0.0)
        thirds = {p.id: f"Province {3 * n // len(sited) + 1}" for n, p in enumerate(sited)}
        places = {p.id: Place(**{**_fields(p), "province": thirds[p.id]}) for p in sited}
        for one in made.observations:
            if one.place_id not in places or one.answers or one.observer_lon_deg is not None:
                continue
            lon, lat = _near(places[one.place_id], chance, (places[one.place_id].radius_m or 0.0, 300.0))
            other = chance.choice([p for p in sited if thirds[p.id] != thirds[one.place_id]])
            true = one.but(
                lon_deg=lon, lat_deg=lat, radius_m=300.0, notes=(), details={"province": thirds[one.place_id]}
            )
            for k, told in (
                (0, true),
                (2, true.but(place_id=other.id)),
                (2, true.but(details={"province": thirds[other.id]})),
            ):
                found = {d.code for d in misplaced.found([told], places.values())}
                code = "two_provinces" if told.place_id == one.place_id else "off_its_place"
                for which in asked if told is true else (code,):
                    asked[which][k] += which in found
                    asked[which][k + 1] += 1
    for code, (false, right, met, wrong) in asked.items():
        print(
            f"{code}: {false} of {right} true accounts asked about ({false / right:.2%}; limit 1 %), {met / wrong:.1%} of {wrong} wrong"
        )


def _fields(place: Place) -> dict[str, object]:
    return {name: getattr(place, name) for name in place.__dataclass_fields__}


def of_flagship() -> None:
    """Provinces without a gazetteer's word: those that reports name."""
    made = run.edition(run.load(FLAGSHIP), None, "public")
    told, places = list(made.observations), made.mission.places
    raised = misplaced.found(told, places)
    chance = random.Random(2)
    some = [o for o in told if o.details.get("province") and o.lon_deg is not None and not o.answers]
    known = sorted({o.details["province"] for o in some if len(misplaced.provinces(o.details["province"])) == 1})

    def changed(one: Observation) -> bool:
        others = [p for p in known if not misplaced.provinces(p) & misplaced.provinces(one.details["province"])]
        wrong = one.but(details={**one.details, "province": chance.choice(others)})
        return any(one.id in d.ids for d in misplaced.found([wrong if o is one else o for o in told], places))

    met = sum(changed(one) for one in some)
    print(f"flagship: {len(raised)} questions about {len(told)} accounts")
    print(f"of {len(some)} provinces exchanged for another one at a time {met / len(some):.1%} are found")


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=2)
    wish = parser.parse_args()
    of_pictures(wish.pictures)
    of_places(range(8_800, 8_800 + wish.seeds))
    of_flagship()


if __name__ == "__main__":
    main()
