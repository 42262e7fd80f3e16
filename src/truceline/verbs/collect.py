"""The verb `collect`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from ..terminal import print_json, progress
from .options import As_json, app

if TYPE_CHECKING:
    from .. import catalogues


@app.command
def collect(
    mission: Path,
    sources: Annotated[
        list[Literal["firms", "elements", "odk", "kobo", "scenes"]],
        Parameter(name="SOURCE", help="firms, elements, or both; odk, kobo or scenes alone."),
    ],
    /,
    *,
    products: str = "",
    satellites: str = "",
    orbit_format: Literal["tle", "omm"] = "tle",
    area: str = "",
    from_: Annotated[str, Parameter(name="--from")] = "",
    to: str = "",
    days: int = 5,
    key: str = "",
    server: str = "",
    project: int = 0,
    form: str = "",
    token: str = "",
    media: bool = True,
    collection: str = "",
    bands: str = "",
    name: str = "",
    orbit: str = "",
    most_cloud: float = 100.0,
    pixel: float | None = None,
    hosts: str = "",
    sign: str = "",
    query: str = "",
    pause: float = 1.0,
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    json_: As_json = False,
) -> int:
    """Fetch what servers publish and keep it as captures: the only verb that fetches. What is held is not fetched again.

    firms: NASA's heat detections, into inbox/firms. elements: orbits of the satellites that see them, into elements.
    odk, kobo: what was filled in on ODK Central or KoboToolbox, with its pictures, into inbox/odk. scenes: radar
    or optical scenes of the area from a STAC API, into scenes, as stacks that `truceline change` reads.

    Example: truceline collect missions/thailand-cambodia-2025 firms --from 2025-07-24 --to 2025-07-28 --dry-run

    Parameters
    ----------
    products
        Of firms, by commas: VIIRS_SNPP_NRT, VIIRS_NOAA20_NRT, VIIRS_NOAA21_NRT, MODIS_NRT (all four where not given),
        and the archive, which follows months later: the same with SP.
    satellites
        Of elements, by commas: catalogue numbers; those of Terra, Aqua, Suomi-NPP, NOAA-20, NOAA-21 where not given.
    orbit_format
        tle (two-line elements), or omm (as JSON).
    area
        west,south,east,north in degrees; the mission's area where not given.
    from_
        First day in UTC; the mission's period where not given.
    to
        Last day in UTC; days to come are left out.
    days
        Days a request, 1 to 10; some products give no more than 5.
    key
        The MAP_KEY of firms; better in the environment, as FIRMS_MAP_KEY. It is written nowhere.
    server
        Another address than NASA's or CelesTrak's, such as a mirror; of odk and kobo, that of the server.
    project
        Of odk: the number of the project on the server.
    form
        Of odk: the form's id; of kobo: the id of its project (asset).
    token
        Of odk, kobo and scenes; better in the environment, as ODK_TOKEN, KOBO_TOKEN or STAC_TOKEN. It is written nowhere,
        and goes to the server alone.
    media
        Of odk and kobo: pictures and recordings too.
    collection
        Of scenes: the id of a collection of the server, such as sentinel-1-rtc or sentinel-2-l2a.
    bands
        Of scenes, by commas: VV,VH of radar, B8A,B12,SCL of optical scenes where not given.
    name
        Of scenes: the folder in scenes; the collection where not given.
    orbit
        Of scenes: one relative orbit; every one where not given.
    most_cloud
        Of scenes: optical scenes with more cloud, in per cent, are passed over.
    pixel
        Of scenes: metres to which pixels are joined; 20 of optical scenes and none of radar where not given.
    hosts
        Of scenes, by commas: other hosts from which the catalogue's files may be fetched.
    sign
        Of scenes: an address that answers with a token to be put behind the address of every file, such as
        https://.../sas/v1/token/sentinel-1-rtc.
    query
        Of scenes: the same as a text, where somebody gave one. It is written nowhere.
    pause
        Seconds between requests.
    dry_run
        Show what would be asked for, without the key, and open no connection; of scenes, ask the catalogue what there is, and
        fetch no scene.

    """
    from .. import catalogues, fetch
    from ..errors import UsageError

    if "scenes" in sources:
        if len(sources) != 1:
            raise UsageError(f"SOURCE: found {', '.join(sources)}; scenes are collected by themselves")
        wanted = catalogues.Wish(
            server, collection, _listed(bands), name, area, from_, to, orbit, most_cloud, pixel, _listed(hosts, upper=False),
            sign, token, query, pause,
        )  # fmt: skip
        return _scenes(mission, wanted, dry_run=dry_run, json_=json_)
    if set(sources) & {"odk", "kobo"}:
        return _forms(mission, sources, (server, project, form, token, media, pause), dry_run=dry_run, json_=json_)
    wish = fetch.wish(
        tuple(sources), products, satellites, key, orbit_format=orbit_format, area=area, start=from_, end=to, days=days,
        server=server, pause_s=pause,
    )  # fmt: skip
    asked = fetch.planned(mission, wish)
    if dry_run:
        if json_:
            print_json(asked)
        else:
            for one in asked:
                print(f"{'held ' if one['held'] else 'fetch'} {one['url']}\n      {one['file']}")
            print(f"{sum(not a['held'] for a in asked)} requests; no connection was opened")
        return 0
    with progress(tuple(Path(a["file"]).name for a in asked if not a["held"]) or ("nothing to ask",)) as tell:
        found = fetch.collect(mission, wish, tell=tell)
    if json_:
        print_json({"fetched": [str(p) for p in found.fetched], "held": [str(p) for p in found.held]})
    else:
        for path in found.fetched:
            print(path)
        print(f"{len(found.fetched)} files fetched, {len(found.held)} held already")
    return 0


def _listed(text: str, *, upper: bool = True) -> tuple[str, ...]:
    made = tuple(t.strip() for t in text.split(",") if t.strip())
    return tuple(t.upper() for t in made) if upper else made


def _scenes(mission: Path, wish: catalogues.Wish, *, dry_run: bool, json_: bool) -> int:
    """`collect MISSION scenes`; exit 1 where the catalogue has items that make no sense or lie elsewhere."""
    from .. import catalogues, gathering
    from ..terminal import counted

    if dry_run:
        offer = catalogues.offered(mission, wish)
        told: dict[str, object] = {
            "files": [{"url": a.shown, "file": str(a.path), "held": a.path.exists()} for a in offer.assets],
            "items": len({a.item for a in offer.assets}), "bytes_at_most": offer.bytes_at_most, "licence": offer.licence,
            "left_out": list(offer.left_out),
        }  # fmt: skip
        lines = [f"{'held ' if a.path.exists() else 'fetch'} {a.shown}\n      {a.path}" for a in offer.assets]
        last = (
            f"{told['items']} items, {len(offer.assets)} files, at most {offer.bytes_at_most / 1e6:,.1f} MB; licence: {offer.licence}. "
            "The catalogue was asked; no scene was fetched"
        )
    else:
        with counted() as tell:
            got = gathering.gather(mission, wish, tell=tell)
        told = {"fetched": [str(p) for p in got.fetched], "held": got.held, "beside_the_area": got.beside, "bytes": got.bytes,
                "left_out": list(got.left_out), "stacks": [str(p) for p in got.stacks]}  # fmt: skip
        lines = [str(p) for p in got.fetched]
        last = (
            f"{len(got.fetched)} files fetched ({got.bytes / 1e6:,.1f} MB), {got.held} held already, {got.beside} beside the area; "
            f"stacks: {', '.join(map(str, got.stacks)) or 'none'}"
        )
    if json_:
        print_json(told)
    else:
        for line in [*lines, *(f"left out: {why}" for why in told["left_out"]), last]:  # type: ignore[attr-defined]
            print(line)
    return 1 if told["left_out"] else 0


def _forms(
    mission: Path, sources: Sequence[str], said: tuple[str, int, str, str, bool, float], *, dry_run: bool, json_: bool
) -> int:
    """`collect MISSION odk` and `kobo`."""
    from .. import pull
    from ..errors import UsageError

    if len(sources) != 1:
        raise UsageError(f"SOURCE: found {', '.join(sources)}; odk and kobo are collected each by itself")
    server, project, form, token, media, pause = said
    wish = pull.Wish(sources[0], server, form, project, token, 0.0 if pause == 1.0 else pause, media)
    if dry_run:
        asked = pull.first_address(wish)
        print_json([{"url": asked}]) if json_ else print(f"fetch {asked}\nno connection was opened")
        return 0
    found = pull.pull(mission, wish)
    if json_:
        listed = {"fetched": [str(p) for p in found.fetched], "held": found.held, "missing": list(found.missing)}
        print_json(listed)
    else:
        print(f"{len(found.fetched)} files fetched, {found.held} held already")
        for name in found.missing[:20]:
            print(f"not on the server: {name}")
    return 1 if found.missing else 0
