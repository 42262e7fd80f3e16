"""The workbench as an app: guard, routes, problems. Loopback only, until there are accounts."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from .. import __version__
from . import api, files, judge, layers, ogc, problems
from .guard import LOOPBACK, Guard, Seal
from .room import Room
from .unchanged import Unchanged


def create(room: Room, *, hosts: tuple[str, ...] = LOOPBACK, token: str = "") -> FastAPI:
    """The app of an open mission. `hosts` are the names by which it may be asked for, `token` the secret of this start."""
    app = FastAPI(
        title="Truceline workbench", version=__version__, openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.room, app.state.seal = room, Seal(token)
    problems.install(app)
    for part in (judge, api, ogc, files, layers):
        app.include_router(part.router)
    app.add_middleware(Unchanged)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Guard, hosts=hosts)
    return app
