# ruff: noqa: E402  (the tests' own browser is found by its folder)
"""From `truceline serve` to the flagship's map with its incidents drawn, in a real browser drawn by software.

The first start works the edition out (nothing is kept of the mission), the second takes what was kept. The browser is open
on an empty page and is sent to the address as soon as it is printed; each start has a browser of its own, so that nothing is
compiled or kept by it. The program has been started once before, as an installed one has: its bytecode is kept. Beside both:
the seconds until the address, those of a bare interpreter, and the processor seconds of the workbench.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).parents[1] / folder) for folder in ("tests", "tests/web")]

from screens import ARGUMENTS, BUILT, CHROMIUM, Watched

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

FILLED_S = 5.0
RUNS = 3
FLAGSHIP = Path(__file__).parents[1] / "missions/thailand-cambodia-2025"
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
DRAWN = "m.isSourceLoaded('marks') && m.queryRenderedFeatures({layers: ['groups', 'marks']}).length > 0"


def started(playwright: Playwright, folder: Path) -> tuple[float, float, float]:
    """Seconds until the address, and until the map is filled; processor seconds of the workbench by then."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    watched = Watched(browser.new_context(viewport={"width": 1440, "height": 900}), "")
    watched.page.goto("about:blank")
    begun = time.perf_counter()
    command = [sys.executable, "-m", "truceline.cli", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT
    ) as process:
        assert process.stdout is not None
        address = re.findall(r"http://\S+(?=/)", process.stdout.readline() + process.stdout.readline())[0]
        opened = time.perf_counter() - begun
        watched.address = address
        watched.open()
        watched.drawn(DRAWN, 60)
        filled = time.perf_counter() - begun
        fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        process.terminate()
    browser.close()
    return opened, filled, (int(fields[11]) + int(fields[12])) / 100


def main() -> None:
    """Print both starts beside the limit."""
    if not (Path(CHROMIUM).exists() and BUILT.exists()):
        print("start: skipped, chromium or the built browser code is not here (make web)")
        return
    from playwright.sync_api import sync_playwright

    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    print(f"a bare interpreter {time.perf_counter() - begun:.2f} s")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        ENVIRONMENT["PYTHONPYCACHEPREFIX"] = f"{temporary}/bytecode"
        folder = Path(temporary) / "mission"
        shutil.copytree(FLAGSHIP, folder, ignore=shutil.ignore_patterns("out", ".desk"))
        started(playwright, folder)
        for name, fresh in (("first", True), ("second", False)):
            seen = []
            for _ in range(RUNS):
                if fresh:
                    shutil.rmtree(folder / ".desk", ignore_errors=True)
                seen.append(started(playwright, folder))
            opened, filled, spent = sorted(seen, key=lambda s: s[1])[RUNS // 2]
            print(
                f"{name} start: address after {opened:.2f} s, map filled after {filled:.2f} s of {FILLED_S} s "
                f"(middle of {', '.join(f'{s[1]:.2f}' for s in seen)}); {spent:.2f} processor seconds of the workbench"
            )


if __name__ == "__main__":
    main()
