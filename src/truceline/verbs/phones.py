"""The verb `phones`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from ..errors import UsageError
from ..terminal import print_json
from .options import As_json, app

if TYPE_CHECKING:
    from ..web.phones import Door

PORT = 8736
phones = App(name="phones", help="Phones that send in forms on the mission's own network: enrol, listen, receipts.\n\n"
             "Example: truceline phones add MISSION phone-07 --devices ~/phones.txt")  # fmt: skip
app.command(phones)
Devices = Annotated[Path, Parameter(help="The file of phones: kept outside the mission folder, readable by you alone.")]


@phones.command
def add(mission: Path, name: str, /, *, devices: Devices) -> int:
    """Enrol a phone and print its password once; it is kept nowhere.

    Example: truceline phones add MISSION phone-07 --devices ~/phones.txt
    """
    from .. import devices as enrolled

    password = enrolled.add(devices, name, mission)
    print(f"user name: {name}\npassword:  {password}\nType both into the phone now; the password is not shown again.")
    return 0


@phones.command
def revoke(mission: Path, name: str, /, *, devices: Devices) -> int:
    """Refuse a phone from now on, also while the server runs. What it sent stays.

    Example: truceline phones revoke MISSION phone-07 --devices ~/phones.txt
    """
    from .. import devices as enrolled

    enrolled.revoke(devices, name, mission)
    print("Revoked; what it sent stays.")
    return 0


@phones.command
def serve(
    mission: Path,
    /,
    *,
    devices: Devices,
    forms: Path | None = None,
    host: str = "127.0.0.1",
    port: int = PORT,
    certificate: Path | None = None,
    key: Path | None = None,
) -> int:
    """Listen for phones (OpenRosa: ODK Collect, KoboCollect). The workbench is not reachable here.

    Example: truceline phones serve MISSION --devices ~/phones.txt --forms forms --host 192.168.8.10

    Parameters
    ----------
    forms
        Folder of the blank forms, XLSForms or XForms; MISSION/forms where not given.
    host
        This machine's address on the mission's network; this machine alone where not given.
    port
        Where it listens.
    certificate
        Of this server (PEM), where the phones trust one. Without it the network can read what is sent.
    key
        Of the certificate (PEM).

    """
    for name in ("fastapi", "python_multipart", "uvicorn"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(
                f"phones serve needs the extra `web` ({name} is not installed): pip install 'truceline[web]'"
            )
    from .. import mission as missions
    from ..web import phones as listening

    whole = missions.read(mission)

    most_mb = whole.max_file_mb
    wish = listening.Wish(mission, whole.id, devices, forms or mission / "forms", host, port, certificate, key, most_mb)
    listening.serve(wish, told)
    return 0


def told(door: Door) -> None:
    """Say where phones send to, and who can read it on the way."""
    print(f"Address for the phones: {door.address}", flush=True)
    if not door.secret:
        print(
            "Without a certificate everybody on this network can read what the phones send.",
            file=sys.stderr,
            flush=True,
        )


@phones.command
def receipts(mission: Path, instance: str = "", /, *, json_: As_json = False) -> int:
    """What is held of each form that phones sent, every file hashed anew: counts, bytes, SHA-256. 1 where something is wrong.

    Example: truceline phones receipts MISSION uuid:0b7c2a52-6f3e-4c0e-9d0a-0d4f3a0f6c11
    """
    from .. import receipts as held

    found = held.receipts(mission, instance)
    sums = held.totals(found)
    if json_:
        print_json({"receipts": found, **sums})
        return int(bool(sums["not_verified"] or sums["missing"]))
    for one in found:
        print(f"{one.get('instance', one['entry'])}  {one.get('form', '')} {one.get('version', '')}")
        for file in one["files"]:
            state = "" if file["verified"] else "  NOT WHAT WAS ACKNOWLEDGED"
            print(f"  {file['name']:32} {file['bytes']:>12,}  {file['sha256']}{state}")
        for name in one.get("missing", ()):
            print(f"  {name:32}  named by the form, not here")
    print(
        f"{sums['entries']} forms, {sums['attachments']} attachments, {sums['bytes']:,} bytes; {sums['missing']} files that a form "
        f"names are not here, {sums['not_verified']} are not what was acknowledged, {sums['more_than_one_content']} forms share an id"
    )
    return int(bool(sums["not_verified"] or sums["missing"]))
