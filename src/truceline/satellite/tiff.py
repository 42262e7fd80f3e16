"""The plan of a TIFF file, read and bounded before anything that decodes pixels may see it.

Pure: it is given a way to read bytes at an offset. What it lets through has one size, blocks of bounded size that lie
within the file, and directories that end. Sources: TIFF revision 6.0 (Adobe 1992), BigTIFF, the GeoTIFF standard
(OGC 19-008r4) and the GDAL notes on its private tags. Errors are ValueErrors in words for whoever holds the file.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Read = Callable[[int, int], bytes]
"""offset, length -> bytes, fewer at the end of the file."""

MOST_PX = 1_000_000_000
"""No larger raster is opened: 31,600 pixels square, nine times the largest Sentinel-2 tile."""
MOST_BLOCK_BYTES = 64 * 2**20
"""No larger block is decoded, so that a small file cannot fill the memory."""
MOST_DIRECTORIES = 64
MOST_TAGS = 512
MOST_TAG_BYTES = 64 * 2**20
MOST_BANDS = 64
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_CODES = {
    1: "u1",
    3: "u2",
    4: "u4",
    6: "i1",
    8: "i2",
    9: "i4",
    11: "f4",
    12: "f8",
    13: "u4",
    16: "u8",
    17: "i8",
    18: "u8",
}
_WHOLE = frozenset({1, 3, 4, 13, 16})
_COMPRESSIONS = {1: "none", 5: "lzw", 8: "deflate", 32946: "deflate", 32773: "packbits", 34887: "lerc", 50000: "zstd"}
_KINDS = {(1, 8): "uint8", (1, 16): "uint16", (2, 16): "int16", (1, 32): "uint32", (2, 32): "int32", (3, 32): "float32",
          (3, 64): "float64"}  # fmt: skip


class Plan(NamedTuple):
    """What a TIFF says of itself: size and block in pixels, kind of number, how blocks are packed, and its first tags."""

    rows: int
    columns: int
    bands: int
    block: tuple[int, int]
    dtype: str
    packing: str
    taken: str


class _Form(NamedTuple):
    order: str
    big: bool


_Tags = dict[int, tuple[int, int, int, int]]
"""tag -> type, count, where its value stands, bytes."""


def plan(read: Read, size: int, most_px: int = MOST_PX) -> Plan:
    """The plan of the first image of a TIFF of `size` bytes. Raises ValueError: "found ...|expected ..." in plain words."""
    form, first = _head(read)
    tags = _directories(read, form, first, size)
    rows, columns = _one(read, form, tags, 257), _one(read, form, tags, 256)
    if not (rows > 0 and columns > 0):
        raise _wrong(f"an image of {columns:,} x {rows:,} pixels", "at least one pixel")
    if rows * columns > most_px:
        raise _wrong(f"an image of {columns:,} x {rows:,} pixels", f"at most {most_px:,} pixels; cut it into parts")
    bands = _one(read, form, tags, 277, 1)
    if not 0 < bands <= MOST_BANDS:
        raise _wrong(f"{bands:,} bands", f"1 to {MOST_BANDS} bands")
    dtype = _dtype(read, form, tags, bands)
    code = _one(read, form, tags, 259, 1)
    if code not in _COMPRESSIONS:
        raise _wrong(f"compression {code}", "one of " + ", ".join(dict.fromkeys(_COMPRESSIONS.values())))
    block = _block(read, form, tags, (rows, columns))
    planar = _one(read, form, tags, 284, 1)
    own = bands if planar == 1 else 1
    wide = block[0] * block[1] * own * np.dtype(dtype).itemsize
    if not 0 < wide <= MOST_BLOCK_BYTES:
        raise _wrong(f"blocks of {block[1]:,} x {block[0]:,} pixels", f"blocks of at most {MOST_BLOCK_BYTES >> 20} MB")
    wanted = math.ceil(rows / block[0]) * math.ceil(columns / block[1]) * (bands if planar == 2 else 1)
    _inside(read, form, tags, size, wanted)
    _placed(read, form, tags)
    return Plan(rows, columns, bands, block, dtype, _COMPRESSIONS[code], _text(read, tags, 306))


class Blocks(NamedTuple):
    """Where the blocks of the first image stand in the file, bytes; and everything that its tags hold (start, length)."""

    starts: NDArray[np.uint64]
    lengths: NDArray[np.uint64]
    tags: tuple[tuple[int, int], ...]


def blocks(read: Read, size: int) -> Blocks:
    """Where the pixels of a TIFF stand that `plan` has let through, row by row of blocks (and band by band, if apart)."""
    form, first = _head(read)
    tags = _directories(read, form, first, size)
    at, long = (324, 325) if 324 in tags else (273, 279)
    return Blocks(_whole(read, form, tags, at), _whole(read, form, tags, long), tuple(t[2:] for t in tags.values()))


def _wrong(found: str, expected: str) -> ValueError:
    return ValueError(found, expected)


def _head(read: Read) -> tuple[_Form, int]:
    head = read(0, 16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    if len(head) < 8 or not order:
        start = head[:4].hex(" ") or "nothing"
        raise _wrong(f"a file that begins with {start}", "a GeoTIFF or a cloud-optimised GeoTIFF (COG)")
    magic = struct.unpack(order + "H", head[2:4])[0]
    if magic == 42:
        return _Form(order, False), struct.unpack(order + "I", head[4:8])[0]
    if magic == 43 and len(head) == 16 and struct.unpack(order + "HH", head[4:8]) == (8, 0):
        return _Form(order, True), struct.unpack(order + "Q", head[8:16])[0]
    raise _wrong(f"a TIFF of kind {magic}", "a GeoTIFF or a cloud-optimised GeoTIFF (COG)")


def _directories(read: Read, form: _Form, first: int, size: int) -> _Tags:
    """Tags of the first directory, once the whole chain has been walked: it must end, and lie within the file."""
    seen: set[int] = set()
    found: _Tags = {}
    at = first
    while at:
        if at in seen:
            raise _wrong("directories that lead back to themselves", "a TIFF whose directories end")
        if len(seen) >= MOST_DIRECTORIES:
            raise _wrong(f"more than {MOST_DIRECTORIES} directories", "one image with its overviews")
        seen.add(at)
        tags, at = _directory(read, form, at, size)
        found = found or tags
    if not found:
        raise _wrong("no image", "a GeoTIFF with one image")
    return found


def _directory(read: Read, form: _Form, at: int, size: int) -> tuple[_Tags, int]:
    wide, entry, pointer = (8, 20, "Q") if form.big else (2, 12, "I")
    head = read(at, wide)
    if len(head) < wide:
        raise _cut(size)
    many = struct.unpack(form.order + ("Q" if form.big else "H"), head)[0]
    if not 0 < many <= MOST_TAGS:
        raise _wrong(f"a directory of {many:,} tags", f"1 to {MOST_TAGS} tags")
    body = read(at + wide, many * entry + struct.calcsize(pointer))
    if len(body) < many * entry + struct.calcsize(pointer):
        raise _cut(size)
    tags: _Tags = {}
    for n in range(many):
        piece = body[n * entry : (n + 1) * entry]
        tag, kind = struct.unpack(form.order + "HH", piece[:4])
        count = struct.unpack(form.order + pointer, piece[4 : 4 + struct.calcsize(pointer)])[0]
        if kind not in _SIZES:
            continue  # the standard: a reader skips types that it does not know
        length, room = count * _SIZES[kind], 8 if form.big else 4
        if length > MOST_TAG_BYTES:
            raise _wrong(f"tag {tag} of {length:,} bytes", f"at most {MOST_TAG_BYTES:,} bytes a tag")
        inline = at + wide + n * entry + entry - room
        where = inline if length <= room else struct.unpack(form.order + pointer, piece[-room:])[0]
        if where + length > size:
            raise _cut(size)
        tags[tag] = (kind, count, where, length)
    return tags, struct.unpack(form.order + pointer, body[many * entry :])[0]


def _cut(size: int) -> ValueError:
    return _wrong(f"a file that ends too early, at {size:,} bytes", "a whole file; fetch or copy it again")


def _values(read: Read, form: _Form, tags: _Tags, tag: int) -> NDArray[Any]:
    kind, count, where, length = tags[tag]
    if kind not in _CODES:
        return np.zeros(0)
    return np.frombuffer(read(where, length), dtype=np.dtype(form.order + _CODES[kind]), count=count)


def _whole(read: Read, form: _Form, tags: _Tags, tag: int) -> NDArray[Any]:
    """A tag of unsigned whole numbers."""
    if tags[tag][0] not in _WHOLE:
        raise _wrong(f"tag {tag} of type {tags[tag][0]}", "whole numbers")
    return _values(read, form, tags, tag).astype(np.uint64)


def _one(read: Read, form: _Form, tags: _Tags, tag: int, default: int = 0) -> int:
    return int(_whole(read, form, tags, tag)[0]) if tag in tags and tags[tag][1] else default


def _text(read: Read, tags: _Tags, tag: int) -> str:
    if tag not in tags or tags[tag][0] != 2:
        return ""
    return read(tags[tag][2], min(tags[tag][3], 200)).split(b"\0", 1)[0].decode("ascii", "replace")


def _dtype(read: Read, form: _Form, tags: _Tags, bands: int) -> str:
    bits = set(_whole(read, form, tags, 258).tolist()) if 258 in tags else {1}
    signs = set(_whole(read, form, tags, 339).tolist()) if 339 in tags else {1}
    kind = _KINDS.get((next(iter(signs)), next(iter(bits)))) if len(bits) == len(signs) == 1 else None
    if kind is None:
        raise _wrong(
            f"pixels of {sorted(bits)} bits of kind {sorted(signs)} in {bands} bands",
            "one of " + ", ".join(_KINDS.values()),
        )
    return kind


def _block(read: Read, form: _Form, tags: _Tags, shape: tuple[int, int]) -> tuple[int, int]:
    if 322 in tags or 323 in tags:
        return _one(read, form, tags, 323), _one(read, form, tags, 322)
    return min(_one(read, form, tags, 278, shape[0]) or shape[0], shape[0]), shape[1]


def _inside(read: Read, form: _Form, tags: _Tags, size: int, wanted: int) -> None:
    """Every block must lie within the file; one of no bytes is empty, as the format allows."""
    at, long = (324, 325) if 324 in tags else (273, 279)
    if at not in tags or long not in tags or tags[at][1] != wanted or tags[long][1] != wanted:
        raise _wrong("a list of blocks that does not fit the image", f"{wanted:,} blocks with place and length")
    # As exact integers: a sum of two unsigned 64-bit numbers may wrap round to a small one.
    starts, lengths = (_whole(read, form, tags, t) for t in (at, long))
    limit = np.uint64(size)
    if bool(((starts > limit) | (lengths > limit - np.minimum(starts, limit))).any()):
        raise _cut(size)


def _placed(read: Read, form: _Form, tags: _Tags) -> None:
    for tag, what in ((33550, "pixel size"), (33922, "tie point"), (34264, "transformation")):
        if tag in tags and not np.isfinite(_values(read, form, tags, tag)).all():
            raise _wrong(f"a {what} that is no number", "finite numbers")
    if not (34264 in tags or (33550 in tags and 33922 in tags)):
        raise _wrong("an image that says nowhere where it lies", "a GeoTIFF with a transform")
    if 34735 not in tags:
        raise _wrong("an image without a coordinate system", "a GeoTIFF with its CRS")
