"""Forms over a bad link: 2,000 submissions with 6,000 attachments through a line that is cut 100 times, by phones that try again.

A relay on loopback stands for the link; it breaks both sides of whatever connection is open, at bytes that a seed chooses. Each
phone does what ODK Collect does: form and photos in several posts, again from the start after a cut. Afterwards every file is
hashed as it lies on the disk and compared with what the phones hold. Printed beside it, from the same run: the time that a plain
copy of the same bytes with fsync takes on this disk.

    python benchmarks/bench_openrosa.py [submissions] [cuts]
"""

import asyncio
import hashlib
import os
import random
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from missions import Folder
from phones import Server, filled, new_id, photo, send
from truceline import receipts

PHONES = 16


class Relay:
    """A loopback port that passes bytes on to another, and breaks off where it is told to."""

    def __init__(self, port: int, total: int, cuts: int) -> None:
        chosen = random.Random(8)
        self.port, self.left, self.passed, self.cut = port, sorted(chosen.randrange(total) for _ in range(cuts)), 0, 0
        self.ready = threading.Event()
        self.held: set[asyncio.Task[None] | None] = set()  # a loop alone does not keep them
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.run, daemon=True).start()
        self.ready.wait()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=200))
        self.own = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    def close(self) -> None:
        """End every connection and the loop."""

        async def end() -> None:
            rest = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for one in rest:
                one.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own = asyncio.current_task()
        self.held.add(own)
        try:
            await self.pass_on(reader, writer)
        finally:
            self.held.discard(own)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        pumps = [asyncio.ensure_future(p) for p in (self.pump(reader, back, writer), self.pump(there, writer, back))]
        ended, rest = await asyncio.wait(pumps, return_when=asyncio.FIRST_EXCEPTION)
        for one in rest:
            one.cancel()
        await asyncio.gather(*ended, *rest, return_exceptions=True)
        for end in (writer, back):
            end.close()

    async def pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, other: asyncio.StreamWriter
    ) -> None:
        while data := await source.read(16_384):
            self.passed += len(data)
            if self.left and self.passed >= self.left[0]:
                at = self.left.pop(0)
                self.cut += 1
                target.write(data[: max(0, len(data) - (self.passed - at))])
                for one in (target, other):
                    one.transport.abort()
                raise ConnectionAbortedError
            target.write(data)
            await target.drain()
        target.write_eof()


def phone(server: Server, relay: Relay, numbers: range, size: int) -> tuple[int, dict[str, dict[str, str]]]:
    """One phone sends its forms, each until it is acknowledged: (attempts that were cut, instance -> name -> SHA-256)."""
    cut, told = 0, {}
    for n in numbers:
        one = new_id(n + 1)
        photos = {f"{k}.jpg": photo(f"{n}-{k}", size) for k in range(3)}
        xml = filled(one, photos=list(photos))
        told[one] = {k: hashlib.sha256(v).hexdigest() for k, v in {"submission.xml": xml, **photos}.items()}
        while True:
            client = httpx.Client(
                base_url=f"http://127.0.0.1:{relay.own}", auth=httpx.DigestAuth("patrol-3", server.password), verify=False, timeout=20
            )  # fmt: skip
            try:
                with client:
                    parts = list(photos.items())
                    first = send(client, xml, parts[:2], more=True)
                    last = send(client, xml, parts[2:])
                if (first.status_code, last.status_code) == (202, 201):
                    break
            except httpx.HTTPError:
                pass
            cut += 1
    return cut, told


def main(submissions: int = 2000, cuts: int = 100, size: int = 40_000) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Folder(Path(temporary) / "mission")
        with Server(folder.path, Path(temporary) / "desk") as server:
            relay = Relay(server.port, submissions * 3 * size, cuts)
            begun = time.perf_counter()
            shares = [range(k, submissions, PHONES) for k in range(PHONES)]
            with ThreadPoolExecutor(PHONES) as crowd:
                ended = list(crowd.map(lambda s: phone(server, relay, s, size), shares))
            took = time.perf_counter() - begun
            relay.close()
            begun = time.perf_counter()
            found = receipts.receipts(folder.path)
            verifying = time.perf_counter() - begun
        told = {i: files for _, part in ended for i, files in part.items()}
        held = {r["instance"]: {f["name"]: f["sha256"] for f in r["files"]} for r in found}
        sums = receipts.totals(found)
        assert len(found) == submissions, "a form is there twice, or not at all"
        assert held == told, "a file is not what the phone holds"
        assert (sums["attachments"], sums["missing"], sums["not_verified"]) == (submissions * 3, 0, 0)
        plain = copied(Path(temporary), submissions, size)
        print(
            f"{submissions} forms, {sums['attachments']} attachments, {sums['bytes'] / 1e6:.0f} MB by {PHONES} phones at once: {took:.1f} s"
        )
        print(
            f"the line was cut {relay.cut} times; {sum(c for c, _ in ended)} forms were sent again; nothing twice, nothing lost"
        )
        print(f"every file hashed again on the disk: {verifying:.1f} s")
        print(
            f"the same files written and synced one by one, without a network: {plain:.1f} s; ratio {took / plain:.1f}"
        )


def copied(folder: Path, submissions: int, size: int) -> float:
    """Seconds for the same files written and synced by a plain loop."""
    (folder / "plain").mkdir()
    data = photo(1, size)
    begun = time.perf_counter()
    for n in range(submissions * 4):
        with (folder / f"plain/{n}").open("wb") as handle:
            handle.write(data if n % 4 else data[:500])
            handle.flush()
            os.fsync(handle.fileno())
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
