"""The same picture behind two happenings: by what the evidence cites, by bytes, and by how a picture looks.

How it looks is kept as 64 bits: which of the lowest waves of its grey values (the cosine transform of 32 by 32 means) lie
above their middle, as in pHash (Zauner 2010, Implementation and benchmarking of perceptual image hash functions). A picture that
was cut at its edges is met by windows: every picture is also looked at without a little of each side. Bits are a reason to
look, never a proof; what is bare (a night, a wall) has none. Pictures need Pillow (extra `pictures`).
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, Problem
from .nouns import Capture, SetAside

Array = NDArray[Any]
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})
SHOWS = SUFFIXES | {".gif", ".tif", ".tiff", ".heic", ".mp4", ".mov", ".avi", ".mkv", ".webm"}
"""Endings of addresses that are a picture or a film; a page is no picture, and tells of many happenings."""
_HASH = re.compile(r"^(?:sha256:)?[0-9a-f]{64}$|^(?:md5:)?[0-9a-f]{32}$|^(?:sha1:)?[0-9a-f]{40}$", re.IGNORECASE)
SIDE, WAVES, MEAN = 32, 8, 256
CUTS = (0.0, 0.04, 0.08)
"""Shares of each side that a window leaves out."""
BARE = 6.0
"""Below this spread of grey values, of 255, a picture has too little in it to be told from others."""
NEAR = 6
"""So many bits of 64 may differ between two looks at one picture."""
MOST_PIXELS = 100_000_000


def is_picture(capture: Capture) -> bool:
    """Whether a file of the mission is one: by its folder (inbox/pictures or inbox/photos) and its ending."""
    return capture.format in {"pictures", "photos"} and PurePosixPath(capture.path.lower()).suffix in SUFFIXES


def cited(evidence: str, files: Mapping[str, Capture]) -> list[str]:
    """What an observation's evidence cites that can be one picture: addresses of pictures, hashes, files of the mission.

    A file of the mission goes by its SHA-256, so that it is the same as that hash and as its copies under other names.
    """
    found = []
    for part in filter(None, (p.strip() for p in evidence.split(";"))):
        file = files.get(part.removeprefix("./")) or files.get(f"inbox/{part.removeprefix('./')}")
        address = re.match(r"(?i)https?://(?:www\.)?([^?#]+)", part)
        if file is not None:
            found.append(key(file))
        elif _HASH.match(part):
            found.append(f"sha256:{part.lower()}" if len(part) == 64 else part.lower())
        elif address and PurePosixPath(address[1].lower()).suffix in SHOWS:
            found.append(address[1].replace(":443/", "/", 1))
    return list(dict.fromkeys(found))


def key(capture: Capture) -> str:
    """How a file of the mission is cited, whatever name it goes by."""
    return f"sha256:{capture.sha256}"


def stripped(name: str, data: bytes) -> bytes:
    """The picture without anything that it says of itself: place, time, device, owner, thumbnail. Turned as its note said.

    The pixels are decoded and written again, so that nothing hides between the parts of the file. Raises InputError where it
    is no picture that can be read, or Pillow is missing: what cannot be stripped must not go out.
    """
    try:
        from PIL import Image, ImageOps
    except ImportError:
        expected = "Pillow, which reads pictures: pip install 'truceline[pictures]'"
        raise InputError(Problem(name, 0, "", "a picture to be stripped", expected)) from None
    out = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > MOST_PIXELS:
                raise ValueError("too large")
            turned = ImageOps.exif_transpose(image)
            plain = Image.frombytes(turned.mode, turned.size, turned.tobytes())
            if turned.mode == "P" and (palette := turned.getpalette()):
                plain.putpalette(palette)
            if image.format == "JPEG":
                plain.save(out, "JPEG", quality=90)
            else:
                plain.save(out, image.format, **({"lossless": True} if image.format == "WEBP" else {}))
    except Exception as error:
        found = f"a picture that cannot be stripped of its notes ({type(error).__name__})"
        raise InputError(Problem(name, 0, "", found, "JPEG, PNG or WebP")) from None
    return out.getvalue()


def questions(captures: Iterable[Capture], evidence: Iterable[str]) -> list[SetAside]:
    """Pictures of the mission that no observation names, and those named that cannot be read.

    Raises InputError where Pillow is missing: a run must not depend on it in silence.
    """
    files = {c.path: c for c in captures if is_picture(c)}
    named = {k for text in set(evidence) for k in cited(text, files)} if files else set()
    found = []
    for path, file in files.items():
        if key(file) not in named:
            found.append(SetAside(path, 0, "", "", "no observation names this picture as evidence; it is used nowhere"))
        elif why := _seen(file)[1]:
            found.append(SetAside(path, 0, "", "", f"{why}; it is known again by its bytes alone"))
    return found


def looks(capture: Capture) -> Array | None:
    """The looks of a picture, 64 bits each: the whole first, then its windows, last the whole mirrored.

    None where it is bare or cannot be read. Raises InputError where Pillow is missing.
    """
    return _seen(capture)[0]


_SEEN: dict[str, tuple[Array | None, str]] = {}
"""By SHA-256, since a picture is asked for by every edition: its looks, or why it has none."""


def _seen(capture: Capture) -> tuple[Array | None, str]:
    if capture.sha256 not in _SEEN:
        _SEEN[capture.sha256] = _looked_at(capture)
    return _SEEN[capture.sha256]


def _looked_at(capture: Capture) -> tuple[Array | None, str]:
    grey, why = _grey(capture)
    if grey is None:
        return None, why
    if float(np.std(np.asarray(grey, dtype=np.float64))) < BARE:
        return None, ""
    wide, high = grey.size
    seen = []
    for left, top, right, low in product(CUTS, repeat=4):
        box = (left * wide, top * high, (1 - right) * wide, (1 - low) * high)
        seen.append(np.asarray(grey.resize((SIDE, SIDE), box=box, resample=_box()), dtype=np.float64))
    seen.append(seen[0][:, ::-1])
    waves = _cosines() @ np.stack(seen) @ _cosines().T
    flat = waves.reshape(len(seen), -1)[:, 1:]
    bits = flat > np.median(flat, axis=1, keepdims=True)
    return np.packbits(bits, axis=1, bitorder="little").view(np.uint64).ravel(), ""


def same(captures: Iterable[Capture]) -> dict[str, str]:
    """`key` of each picture -> that of the first, by key, of those that look like it or like one that does."""
    known = {key(c): looks(c) for c in sorted(captures, key=key)}
    seen = {name: look for name, look in known.items() if look is not None}
    of = {name: name for name in known}
    for one, other in _pairs(list(seen), seen):
        low, high = sorted((of[one], of[other]))
        of.update({name: low for name, first in of.items() if first == high})
    return of


def _pairs(names: list[str], seen: dict[str, Array]) -> Iterator[tuple[str, str]]:
    """Pairs that look alike."""
    if len(names) < 2:
        return
    every = np.stack([seen[n] for n in names])
    for k, name in enumerate(names[:-1]):
        rest = every[k + 1 :]
        apart = np.minimum(
            np.bitwise_count(every[k, 0] ^ rest).min(axis=1), np.bitwise_count(rest[:, :1] ^ every[k]).min(axis=1)
        )
        yield from ((name, names[k + 1 + int(n)]) for n in np.flatnonzero(apart <= NEAR))


def _grey(capture: Capture) -> tuple[Any, str]:
    """The picture in grey, MEAN pixels wide and high, turned as its own note says; or None and why it cannot be read."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        expected = "Pillow, which reads pictures: pip install 'truceline[pictures]'"
        raise InputError(Problem(capture.path, 0, "", "a picture that is cited as evidence", expected)) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(capture.data), formats=("JPEG", "PNG", "WEBP"))
            if image.width * image.height > MOST_PIXELS:
                return None, f"a picture of {image.width} by {image.height} pixels, too large to be read"
            image.draft("L", (MEAN, MEAN))
            return ImageOps.exif_transpose(image).convert("L").resize((MEAN, MEAN), resample=_box()), ""
    except Exception as error:  # whatever a broken file makes of a decoder; its words may name an address in memory
        return None, f"no JPEG, PNG or WebP that can be read ({type(error).__name__})"


def _box() -> Any:
    from PIL import Image

    return Image.Resampling.BOX


@lru_cache(maxsize=1)
def _cosines() -> Array:
    """The lowest waves of the cosine transform (type II) of SIDE values."""
    n = np.arange(SIDE)
    waves: Array = np.cos(np.pi * (2 * n[None, :] + 1) * np.arange(WAVES)[:, None] / (2 * SIDE))
    return waves
