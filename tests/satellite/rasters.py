"""Small invented scenes as real files, sound and otherwise."""

import struct

import numpy as np
import rasterio
from affine import Affine

CRS, ORIGIN, PIXEL = "EPSG:32648", (400_000.0, 1_590_000.0), 10.0


def tif(path, data, *, crs=CRS, origin=ORIGIN, pixel=PIXEL, nodata=np.nan, tags=None, names=None, **profile):
    """One GeoTIFF of (bands, rows, columns) or (rows, columns)."""
    data = np.asarray(data)
    bands = data[None] if data.ndim == 2 else data
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = {"tiled": True, "blockxsize": 64, "blockysize": 64, "compress": "deflate"} | profile
    with rasterio.open(
        path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2], count=bands.shape[0], dtype=bands.dtype,
        crs=crs, transform=Affine(pixel, 0, origin[0], 0, -pixel, origin[1]), nodata=nodata, **settings,
    ) as out:  # fmt: skip
        out.write(bands)
        if tags:
            out.update_tags(**tags)
        for number, name in enumerate(names or (), 1):
            out.set_band_description(number, name)
    return path


def days(first, number, every=12):
    """Days in the order of a satellite that comes back."""
    start = np.datetime64(first)
    return [str(start + np.timedelta64(n * every, "D")) for n in range(number)]


def radar(folder, *, before=12, after=6, shape=(96, 128), seed=1, orbits=("62", "135"), bands=("VV", "VH"), patches=(),
          first="2025-01-03", looks=4.4, missing=()):  # fmt: skip
    """A folder of speckled radar scenes; each patch (row, column, rows, columns, dB) changes after the scenes `before`.

    `missing` holds (scene, row, column, rows, columns) without a value.
    """
    rng = np.random.default_rng(seed)
    ground = rng.normal(0, 1.2, shape)
    for number, day in enumerate(days(first, before + after)):
        for late, orbit in enumerate(orbits):
            for band in bands:
                level = ground + (-11 if band == "VV" else -17) + rng.normal(0, 0.2)
                scene = level + 10 * np.log10(rng.gamma(looks, 1 / looks, shape))
                for row, column, rows, columns, change in patches:
                    if number >= before:
                        scene[row : row + rows, column : column + columns] += change
                for which, row, column, rows, columns in missing:
                    if which == number:
                        scene[row : row + rows, column : column + columns] = np.nan
                name = f"S1_{day.replace('-', '')}T{11 + late:02}4500_{band}_r{orbit}.tif"
                tif(folder / name, scene.astype(np.float32))
    return folder


def tag(data, number, value):
    """The bytes of a little-endian classic TIFF with one whole number of its first directory changed."""
    made = bytearray(data)
    at = struct.unpack("<I", made[4:8])[0]
    for n in range(struct.unpack("<H", made[at : at + 2])[0]):
        entry = at + 2 + 12 * n
        name, kind = struct.unpack("<HH", made[entry : entry + 4])
        if name == number:
            made[entry + 2 : entry + 4] = struct.pack("<H", 4 if value > 65_535 else kind)
            made[entry + 8 : entry + 12] = struct.pack("<I", value) if value > 65_535 or kind == 4 else struct.pack("<HH", value, 0)  # fmt: skip
    return bytes(made)
