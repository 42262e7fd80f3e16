"""Builds the browser code (web/) into the package before a wheel or a source archive is made of it; see web/build.py."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "src/truceline/web/static/built"


class BrowserCode(BuildHookInterface):  # type: ignore[type-arg]
    """An editable install leaves the building to `make web`; an archive without web/ brings what was built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, or say why not. What is built is in no version control, so it is named as an artifact."""
        build_data["artifacts"].append(f"/{BUILT}/**")
        script = Path(self.root) / "web/build.py"
        if version == "editable" or not script.is_file():
            return
        said = runpy.run_path(str(script))["built"](Path(self.root))
        if said:
            self.app.display_warning(said)
