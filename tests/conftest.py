"""The command line, and a mission that can misbehave."""

from dataclasses import dataclass

import pytest

from missions import Folder
from truceline import cli


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes more than a few seconds; leave out with -m 'not slow'")


@dataclass
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def mission(tmp_path):
    return Folder(tmp_path / "mission")


@pytest.fixture
def truceline(capsys):
    """The real command line, in this process."""

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            cli.main([str(a) for a in arguments])
        told = capsys.readouterr()
        return Ended(ended.value.code, told.out, told.err)

    return call


@pytest.fixture
def quick_report(monkeypatch):
    """For tests that are not about the report: its files with one word each."""
    from truceline import report

    def write(_edition, folder, _brief):
        for name in report.WRITERS:
            (folder / name).write_text("report", "utf-8")
        return {}

    monkeypatch.setattr(report, "write", write)
