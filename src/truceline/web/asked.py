"""What a route is given: the desk as it is at this moment, the window of the address, the token of this start."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from . import window as windows
from .desk import Desk
from .guard import Seal
from .room import Room
from .window import Window


def room_of(request: Request) -> Room:
    """The room of this app."""
    found: Room = request.app.state.room
    return found


def desk_of(request: Request) -> Desk:
    """The desk with which this request began: it stays the same until it is answered."""
    if not hasattr(request.state, "desk"):
        request.state.desk = room_of(request).desk
    found: Desk = request.state.desk
    return found


def window_of(request: Request) -> Window:
    """The window of the address; raises WindowError where it says something that cannot be."""
    return windows.parse(request.query_params.multi_items(), desk_of(request).scope)


def seal_of(request: Request) -> Seal:
    """The secret of this start."""
    found: Seal = request.app.state.seal
    return found


TheRoom = Annotated[Room, Depends(room_of)]
TheDesk = Annotated[Desk, Depends(desk_of)]
TheWindow = Annotated[Window, Depends(window_of)]
TheSeal = Annotated[Seal, Depends(seal_of)]
