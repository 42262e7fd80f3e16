"""Invented pictures and what happens to pictures on their way: shared by the benchmark and the tests of alerts."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from truceline.nouns import Capture


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Any:
    """Sky, hills, buildings, smoke and grain, drawn from a seed: smooth, and so more alike than photographs are."""
    chance, (wide, high) = np.random.default_rng(seed), size
    horizon = int(high * chance.uniform(0.25, 0.7))
    top, low, rise = chance.integers(60, 230, 3), chance.integers(20, 200, 3), np.linspace(0, 1, high)[:, None, None]
    sky = np.broadcast_to(top * (1 - rise) + low * rise, (high, wide, 3)).astype(np.uint8)
    image = Image.fromarray(np.ascontiguousarray(sky))
    draw = ImageDraw.Draw(image)

    def colour() -> tuple[int, ...]:
        return tuple(int(v) for v in chance.integers(0, 255, 3))

    for _ in range(chance.integers(1, 4)):
        ridge = zip(np.linspace(0, wide, 12), horizon + chance.normal(0, high * 0.08, 12), strict=True)
        draw.polygon([(0, high), *ridge, (wide, high)], fill=colour())
    for _ in range(chance.integers(2, 14)):
        x, y = chance.uniform(0, wide), chance.uniform(horizon * 0.7, high)
        shape = draw.rectangle if chance.random() < 0.6 else draw.ellipse
        shape((x, y - chance.uniform(20, 160), x + chance.uniform(20, 180), y), fill=colour())
    for _ in range(chance.integers(0, 4)):
        x, y, r, grey = *chance.uniform(0, (wide, horizon + 1)), chance.uniform(40, 160), int(chance.integers(60, 250))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(grey, grey, grey))
    soft = image.filter(ImageFilter.GaussianBlur(float(chance.uniform(0.5, 3))))
    grain = np.asarray(soft, dtype=np.float64) + chance.normal(0, chance.uniform(2, 14), (high, wide, 1))
    return Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))


def saved(image: Any, quality: int = 88, form: str = "JPEG", path: str = "inbox/pictures/a.jpg") -> Capture:
    """The picture as a file of a mission."""
    out = io.BytesIO()
    image.save(out, form, quality=quality)
    data = out.getvalue()
    return Capture(path, "pictures", hashlib.sha256(data).hexdigest(), len(data), data)


def _cut(image: Any, most: float, seed: int) -> Any:
    left, top, right, low = np.random.default_rng(seed).uniform(0, most, 4)
    wide, high = image.size
    return image.crop((int(left * wide), int(top * high), int(wide * (1 - right)), int(high * (1 - low))))


def _half(image: Any) -> Any:
    return image.resize((image.width // 2, image.height // 2))


WAYS: dict[str, Callable[[Any, int], Capture]] = {
    "saved at quality 30": lambda i, _: saved(i, 30),
    "half the size": lambda i, _: saved(_half(i), 70),
    "160 by 120": lambda i, _: saved(i.resize((160, 120)), 60),
    "up to 5 % of each side cut off": lambda i, n: saved(_cut(i, 0.05, n), 80),
    "up to 8 % of each side cut off": lambda i, n: saved(_cut(i, 0.08, n), 80),
    "5 % cut off, half the size, quality 40": lambda i, n: saved(_half(_cut(i, 0.05, n)), 40),
    "brighter": lambda i, _: saved(i.point(lambda v: min(255, int(v * 1.2 + 10))), 80),
    "mirrored": lambda i, _: saved(i.transpose(Image.Transpose.FLIP_LEFT_RIGHT), 80),
}
