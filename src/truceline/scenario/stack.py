"""An invented stack of radar scenes with known change: the proving ground of the test for change, and an exercise.

Backscatter in dB of fields, forest, water and houses; gamma speckle of the looks asked for; seasons that move fields and
hardly forest; rain that lifts a scene; vehicles that shine in one scene; scenes that are missing, in part or as a whole;
and an error of co-registration. Patches of several sizes and strengths change for good when the second period begins.
The same seed gives the same numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..satellite.change import AFTER, BEFORE
from ..satellite.radar import Group

Array = NDArray[Any]
COVERS = {"field": (-12.0, 1.4), "forest": (-8.0, 0.3), "water": (-20.0, 0.8), "houses": (-4.0, 0.15)}
"""Cover -> backscatter in VV (dB), and how far the season moves it (dB). Invented, of the usual order."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How the stack is to be: its size in pixels, scenes a period and orbit, looks, and what goes wrong (0 for nothing)."""

    rows: int = 256
    columns: int = 256
    before: int = 44
    after: int = 6
    orbits: int = 2
    looks: float = 4.4
    days_apart: int = 12
    season: float = 1.0
    rain_db: float = 1.5
    vehicles: float = 3e-4
    missing: float = 0.08
    shift_px: float = 0.12
    patches: int = 60
    sizes: tuple[int, ...] = (1, 2, 3, 4, 6, 10)
    strengths_db: tuple[float, ...] = (-4.0, -2.5, -1.5, 1.5, 2.5, 4.0)


@dataclass(frozen=True, slots=True)
class Made:
    """Groups of scenes, and the truth: `patch` numbers each pixel's patch from 1 (0: no change); size and strength of each."""

    groups: tuple[Group, ...]
    patch: Array
    sizes: Array
    strengths_db: Array
    wish: Wish = field(default_factory=Wish)


def made(seed: int, wish: Wish = Wish()) -> Made:
    """The stack of a seed."""
    chance = np.random.default_rng(seed)
    cover = _cover(chance, wish)
    patch, sizes, strengths = _patches(chance, wish)
    change_db = np.concatenate([[0.0], strengths])[patch].astype(np.float32)
    groups = []
    for orbit in range(wish.orbits):
        days = np.arange(wish.before + wish.after) * wish.days_apart + 5 * orbit
        rain = np.where(chance.random(len(days)) < 0.25, wish.rain_db * chance.random(len(days)), 0.0)
        gone = chance.random(len(days)) < wish.missing
        gone[:3] = gone[wish.before : wish.before + 3] = False
        for name, offset in (("vv", 0.0), ("vh", -6.5)):
            scenes = [
                _scene(
                    chance,
                    wish,
                    cover,
                    offset + 0.7 * orbit,
                    change_db if n >= wish.before else None,
                    int(day),
                    float(rain[n]),
                )
                for n, day in enumerate(days)
                if not gone[n]
            ]
            period = np.array([BEFORE] * wish.before + [AFTER] * wish.after, np.int8)[~gone]
            groups.append(Group(f"{orbit}-{name}", np.stack(scenes), period, days[~gone]))
    return Made(tuple(groups), patch, sizes, strengths, wish)


def _cover(chance: np.random.Generator, wish: Wish) -> Array:
    """Cover of each pixel and its phase in the season: plots of 8 to 24 pixels (two float32 planes and the mean)."""
    planes = np.zeros((3, wish.rows, wish.columns), np.float32)
    side = 16
    for r in range(0, wish.rows, side):
        for c in range(0, wish.columns, side):
            name = chance.choice(list(COVERS), p=[0.55, 0.3, 0.05, 0.1])
            level, swing = COVERS[str(name)]
            planes[0, r : r + side, c : c + side] = level + chance.normal(0, 0.7)
            planes[1, r : r + side, c : c + side] = swing * (0.7 + 0.6 * chance.random())
            planes[2, r : r + side, c : c + side] = chance.normal(0, 20)
    planes[0] += chance.normal(0, 0.5, planes[0].shape)
    return planes


def _patches(chance: np.random.Generator, wish: Wish) -> tuple[Array, Array, Array]:
    """Squares that change, none nearer than three pixels to another."""
    patch = np.zeros((wish.rows, wish.columns), np.int32)
    sizes: list[int] = []
    strengths: list[float] = []
    for _ in range(wish.patches * 20):
        if len(sizes) == wish.patches:
            break
        size = int(wish.sizes[len(sizes) % len(wish.sizes)])
        r, c = (int(chance.integers(4, n - size - 4)) for n in (wish.rows, wish.columns))
        if patch[r - 3 : r + size + 3, c - 3 : c + size + 3].any():
            continue
        strengths.append(float(wish.strengths_db[(len(sizes) // len(wish.sizes)) % len(wish.strengths_db)]))
        sizes.append(size)
        patch[r : r + size, c : c + size] = len(sizes)
    return patch, np.array(sizes, int), np.array(strengths, float)


def _scene(
    chance: np.random.Generator, wish: Wish, cover: Array, offset: float, change_db: Array | None, day: int, rain: float
) -> Array:
    """One scene in dB with NaN where it has nothing."""
    season = cover[1] * np.sin(2 * math.pi * (day + cover[2]) / 365.25) * wish.season
    clean = (
        cover[0] + offset + season + np.float32(rain) * (0.7 + 0.6 * np.linspace(0, 1, wish.columns, dtype=np.float32))
    )
    if change_db is not None:
        clean = clean + change_db
    power = np.power(10.0, _moved(chance, clean, wish.shift_px) / 10) * chance.gamma(
        wish.looks, 1 / wish.looks, clean.shape
    )
    shining = chance.random(clean.shape) < wish.vehicles
    scene = (10 * np.log10(power) + np.where(shining, 10.0, 0.0)).astype(np.float32)
    if chance.random() < wish.missing:
        scene[int(chance.integers(0, wish.rows)) :] = np.nan
    return np.asarray(scene)


def _moved(chance: np.random.Generator, clean: Array, shift_px: float) -> Array:
    """The ground as it falls on the pixels of a scene that is off by a part of a pixel (bilinear)."""
    dr, dc = np.clip(chance.normal(0, shift_px, 2), -0.9, 0.9)
    down = np.roll(clean, int(math.copysign(1, dr)), axis=0)
    moved = clean * (1 - abs(dr)) + down * abs(dr)
    beside = np.roll(moved, int(math.copysign(1, dc)), axis=1)
    shifted: Array = moved * (1 - abs(dc)) + beside * abs(dc)
    return shifted
