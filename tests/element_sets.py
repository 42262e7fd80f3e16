"""Element sets for tests: those of 2025 where the folder of third-party data is named, and invented ones with right checksums."""

import os
from datetime import UTC, datetime
from pathlib import Path

from truceline.satellite import elements

FILE = Path(os.environ.get("TRUCELINE_TEST_DATA", "nowhere")) / "orbits-2025/tle_earth_observation_2025.txt"
TEXT = FILE.read_text("utf-8") if FILE.is_file() else ""
SETS = elements.read(FILE.name, TEXT)[0]


def of(satellite):
    """The held sets of a satellite by epoch."""
    return [s for s in SETS if s.satellite == satellite]


def made(
    number=43013, epoch=datetime(2025, 8, 8, 3, 21, tzinfo=UTC), revolutions=14.19544787, launched="17073A", **change
):
    """An invented set in the published form: a round orbit at the height of its satellite."""
    day = (epoch - datetime(epoch.year, 1, 1, tzinfo=UTC)).total_seconds() / 86_400 + 1
    lines = [
        f"1 {number:05d}U {launched:<8} {epoch:%y}{day:012.8f}  .00000027  00000+0  33532-4 0  999",
        f"2 {number:05d}  98.7410 158.0000 0001302 129.6058 230.5233 {revolutions:11.8f}39613",
    ]
    lines = [change.get(f"line{n}", line) for n, line in enumerate(lines, 1)]
    return "\n".join(line + str(elements.checksum(line)) for line in lines) + "\n"
