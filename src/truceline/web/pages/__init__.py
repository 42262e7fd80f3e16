"""The pages of the workbench: each made on the server, whole without any script but for the map that moves."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from . import agreements, claims, coverage, figures, files, finding, incident, judging, keys, part, situation, trouble

router = APIRouter()
for _page in (situation, part, incident, agreements, finding, claims, figures, coverage, keys, judging, files):
    router.include_router(_page.router)


def install(app: FastAPI) -> None:
    """Put the pages into an app, and let its refusals and previews be pages too."""
    app.include_router(router, include_in_schema=False)
    app.state.problem_page = trouble.page
    app.state.preview_page = judging.preview_page
