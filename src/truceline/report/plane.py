"""The plane of a map: equirectangular, true to scale in both directions at its middle latitude."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from .draw import WIDTH

KM_PER_DEG = 111.32


@dataclass(frozen=True)
class Frame:
    """The plane of one map: degrees in, points out.

    Scale is true in both directions at the middle latitude.
    """

    west: float
    south: float
    east: float
    north: float

    @cached_property
    def shrink(self) -> float:
        """Cosine of the middle latitude."""
        return math.cos(math.radians((self.south + self.north) / 2))

    @cached_property
    def scale(self) -> float:
        """Points per degree of latitude."""
        return WIDTH / ((self.east - self.west) * self.shrink)

    @cached_property
    def height(self) -> float:
        """Height of the map, points."""
        return (self.north - self.south) * self.scale

    def xy(self, lon_deg: float, lat_deg: float) -> tuple[float, float]:
        """Where a place lies on the page."""
        return ((lon_deg - self.west) * self.shrink * self.scale, (self.north - lat_deg) * self.scale)

    def points(self, metres: float) -> float:
        """Give a length on the ground as a length on the page."""
        return metres / 1000 / KM_PER_DEG * self.scale

    @property
    def window(self) -> BaseGeometry:
        """The frame as a polygon in degrees."""
        return box(self.west, self.south, self.east, self.north)


def padded(west: float, south: float, east: float, north: float, tallest: float = 1.12) -> Frame:
    """Give a frame with room around, never flatter than 1 to 2 nor taller than `tallest` times its width."""
    pad = max(0.06 * max(east - west, north - south), 0.04)
    west, south, east, north = west - pad, south - pad, east + pad, north + pad
    shrink = math.cos(math.radians((south + north) / 2))
    width = (east - west) * shrink
    short = max(width * 0.5 - (north - south), 0) / 2
    narrow = max((north - south) / tallest - width, 0) / 2 / shrink
    return Frame(west - narrow, south - short, east + narrow, north + short)
