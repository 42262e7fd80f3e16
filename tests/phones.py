"""A phone as ODK Collect is one, and a real server for it: blank forms, filled-in forms, posts that can misbehave."""

import contextlib
import hashlib
import socket
import threading
import time
import uuid

import httpx
import uvicorn

from truceline import devices, receiving, submission
from truceline.web import openrosa

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:orx="http://openrosa.org/xforms"
        xmlns:jr="http://openrosa.org/javarosa">
  <h:head><h:title>Incident</h:title>
    <model>
      <instance><data id="incident" version="v1"><mission/><words/><photo/><more><sound/></more>
        <orx:meta><orx:instanceID/></orx:meta></data></instance>
      <instance id="tasks" src="jr://file-csv/tasks.csv"/>
      <bind nodeset="/data/mission" type="string"/><bind nodeset="/data/words" type="string"/>
      <bind nodeset="/data/photo" type="binary"/><bind nodeset="/data/more/sound" type="binary"/>
    </model>
  </h:head>
  <h:body><input ref="/data/words"><label>Words</label></input><upload ref="/data/photo" mediatype="image/*"><label>P</label></upload></h:body>
</h:html>
"""
JPEG = b"\xff\xd8\xff\xe0"


def filled(
    instance, *, photos=(), sounds=(), words="heard two shots", form="incident", mission="valley", edits="", extra=""
):
    """One filled-in form."""
    old = f"<orx:deprecatedID>{edits}</orx:deprecatedID>" if edits else ""
    return (
        f'<data id="{form}" version="v1" xmlns:orx="http://openrosa.org/xforms"><mission>{mission}</mission>'
        f"<words>{words}</words>{''.join(f'<photo>{p}</photo>' for p in photos)}"
        f"<more>{''.join(f'<sound>{s}</sound>' for s in sounds)}</more>{extra}"
        f"<orx:meta><orx:instanceID>{instance}</orx:instanceID>{old}</orx:meta></data>"
    ).encode()


def new_id(n=None):
    """A fresh id, or the same one for the same number."""
    return f"uuid:{uuid.uuid4() if n is None else uuid.UUID(int=n)}"


def photo(n=0, size=2000):
    """Bytes that begin as a photo does."""
    return JPEG + hashlib.shake_256(str(n).encode()).digest(size)


def body(xml, files=(), *, more=False, boundary="----phone"):
    """A post as multipart: (content type, bytes). `files`: (name, bytes) or (name, bytes, content type)."""
    parts = [("xml_submission_file", "submission.xml", xml, "text/xml")] if xml is not None else []
    parts += [(f[0], f[0], f[1], f[2] if len(f) > 2 else "image/jpeg") for f in files]
    out = b""
    for field, name, data, kind in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\nContent-Type: {kind}\r\n'
        out += head.encode() + b"Content-Transfer-Encoding: binary\r\n\r\n" + data + b"\r\n"
    if more:
        out += f'--{boundary}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'.encode()
    return f"multipart/form-data; boundary={boundary}", out + f"--{boundary}--\r\n".encode()


class Server:
    """The endpoint on a loopback port, for real; a phone is enrolled."""

    def __init__(self, folder, tmp, limits=None, forms=(FORM,)):
        self.folder, self.file = folder, tmp / "phones.txt"
        self.password = devices.add(self.file, "patrol-3", folder)
        known = {f.id: f for f in (submission.form_of(x.encode()) for x in forms)}
        self.store = receiving.Receiving(folder, "valley", known, limits)
        self.devices = devices.Devices(self.file, folder)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listening.getsockname()[1]
        config = uvicorn.Config(
            openrosa.app(self.store, self.devices), log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=2,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.listening]}, daemon=True)

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(10)
        self.store.close()
        with contextlib.suppress(OSError):
            self.listening.close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def phone(self, password=None, name="patrol-3"):
        """A client that answers the digest challenge (without TLS, whose set-up would take longer than a post)."""
        return httpx.Client(
            base_url=self.url, auth=httpx.DigestAuth(name, password or self.password), timeout=30, verify=False
        )

    def entries(self):
        """Folders of instances."""
        return sorted(p.name for p in self.store.folder.iterdir() if not p.name.startswith("."))

    def outside(self):
        """Every file of the mission and beside it that is in no entry."""
        inside = [self.store.folder / e for e in self.entries()]
        every = [p for p in self.folder.parent.rglob("*") if p.is_file() and p != self.file]
        return {
            p.relative_to(self.folder.parent).as_posix() for p in every if not any(p.is_relative_to(i) for i in inside)
        }


def send(client, xml, files=(), *, more=False, **headers):
    """Post one submission."""
    kind, data = body(xml, files, more=more)
    return client.post(
        "/submission", content=data, headers={"Content-Type": kind, "X-OpenRosa-Version": "1.0", **headers}
    )
