"""What a heat detection near a report is worth, in bits; and that it is often worth nothing.

The surprise of a report is how improbable it is that a detection lies as near to it by chance: -log2 of the chance, from
the detections at the same place three to five weeks before and after. Surprise is turned into bits by a curve that was
fitted on reports whose place and day were checked by people (thermal.json says which). Cloud takes the bits away, and so does
a scale of the table's own: where detections lie no nearer to reports on their day than on other days, heat tells
nothing here, and every weight is nought.

Method: the surprise is a Poisson tail with a shrunken local rate; the curve is fitted by maximum likelihood against
matched days of the same places (docs/thermal.md).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .around import FAR_KM, NEAR_KM, Around, Array

DAY_S = 86_400
WEEK = 7.0
"""Reports that span more days than this are not weighed."""
OVERCAST = 0.95
"""Cloud share above which nothing can be seen."""
CLOUD_KM = 50.0
LAND_KM = 15.0
_AREA_NEAR, _AREA_FAR = np.pi * NEAR_KM**2, np.pi * FAR_KM**2


class Model(NamedTuple):
    """The fitted numbers; thermal.json holds them with what they were fitted on.

    `knots` (bits of surprise) and `bits` are the curve; `clear` the power of the clear share; `next_day` how much of a
    surprise counts on the day after; `error_km` the least error of a place; `near_km2d` and `far_km2d` how much area and
    time the wider rate is worth against the local one; `unknown_cloud` the share taken where no cloud is given; `land` a
    factor for classes of land; `scale` how much of a weight holds where a table is too small to tell, and `cases` how many
    reports that guess is worth.
    """

    knots: tuple[float, ...]
    bits: tuple[float, ...]
    clear: float
    next_day: float
    error_km: float
    near_km2d: float
    far_km2d: float
    unknown_cloud: float
    land: dict[str, float]
    scale: float
    cases: float
    on: str


def parse(found: dict[str, Any]) -> Model:
    """The model as thermal.json holds it; raises KeyError, TypeError, ValueError where it holds none."""
    named = {name: found[name] for name in Model._fields}
    made = Model(**{**named, "knots": tuple(named["knots"]), "bits": tuple(named["bits"])})
    if (
        len(made.knots) != len(made.bits)
        or list(made.knots) != sorted(made.knots)
        or list(made.bits) != sorted(made.bits)
    ):
        raise ValueError("knots and bits must be of one length and rise")
    return made


class Sights(NamedTuple):
    """Of each report: surprise in bits, the chance behind it, and how near the best detection lies, km (infinite: none)."""

    surprise: Array
    chance: Array
    nearest_km: Array


def sights(found: Around, error_km: Array, days: Array, model: Model) -> Sights:
    """How improbable the nearest detection is by chance. `error_km` is the place's own 95 % radius, `days` its span."""
    local = np.maximum(found.days, 1e-9)
    everywhere = max(float(found.far.sum() / max(float((local * _AREA_FAR).sum()), 1e-9)), 1e-9)
    far = (found.far + model.far_km2d * everywhere) / (_AREA_FAR * local + model.far_km2d)
    near = (found.near + model.near_km2d * far) / (_AREA_NEAR * local + model.near_km2d)
    pixel = np.where(np.isnan(found.pixel_km), 0.0, found.pixel_km) / np.sqrt(12.0)  # standard deviation in a square
    least = np.sqrt(model.error_km**2 + (error_km / 2.4477) ** 2 + pixel**2)  # 2.4477: 95 % radius of a circular normal

    def chance(km: Array, span: Array) -> Array:
        radius = np.maximum(km, least)
        inner = near * np.pi * np.minimum(radius, NEAR_KM) ** 2
        outer = far * np.maximum(np.pi * np.minimum(radius, 2 * FAR_KM) ** 2 - _AREA_NEAR, 0.0)
        return np.where(np.isinf(km), 1.0, -np.expm1(-(inner + outer) * span))

    today, late = chance(found.score_km, days), chance(found.late_km, days + 1.0)
    on_day, after = -np.log2(np.maximum(today, 1e-4)), -np.log2(np.maximum(late, 1e-4)) * model.next_day
    nearest = np.where(on_day >= after, found.score_km, found.late_km)
    share = np.where(on_day >= after, today, late)
    none = np.isinf(np.minimum(found.score_km, found.late_km))
    any_near = -np.expm1(-far * _AREA_FAR * days)
    return Sights(np.maximum(on_day, after), np.where(none, any_near, share), np.where(none, np.inf, nearest))


def raw_bits(seen: Sights, cloud: Array, land: Array, model: Model) -> Array:
    """Bits by the curve, before the table's own scale: `cloud` is a share (NaN unknown), `land` a factor."""
    share = np.where(np.isnan(cloud), model.unknown_cloud, cloud)
    clear = np.where(share > OVERCAST, 0.0, (1.0 - np.clip(share, 0.0, 1.0)) ** model.clear)
    said = np.interp(seen.surprise, model.knots, model.bits)
    return np.where(said > 0, said * land, said) * clear


def scale(on_day: Array, other_days: Array, model: Model) -> float:
    """How much of the fitted weight holds in this table, 0..1.

    Compares the mean likelihood ratio of the reports on their days with that of the same places on other days. Were the
    reports as those of the fit, the difference would be the variance that the ratios have by chance; the lower end of its
    68 % interval is taken, and a guess that is worth `cases` reports joins in.
    """
    ratio, other = 2.0**on_day, 2.0**other_days
    number = len(ratio)
    if number < 2 or len(other) < 2:
        return model.scale
    expected = max(float(np.mean(other**2) / np.mean(other) ** 2 - 1.0), 1e-6)
    difference = float(ratio.mean() - other.mean())
    error = float(np.sqrt(ratio.var() / number + other.var() / len(other)))
    own = float(np.clip((difference - error) / expected, 0.0, 1.0))
    return (model.cases * model.scale + number * own) / (model.cases + number)
