"""A deliberately bad program has every planted hazard found, each at its line, and nothing else is said."""

import re
from pathlib import Path
from typing import Final

import pytest

from aiohttp_cors._tools.findings.report import report_on
from aiohttp_cors._values.findings import KINDS, UNBOUND_RULE, UNREACHABLE_TARGET
from tests.unit import bad_program

PROGRAM: Final = Path(bad_program.__file__)
IDS: Final = re.compile(r"# ((?:[a-z]+-[a-z-]+(?:, )?)+)$")


def planted() -> list[tuple[int, str]]:
    lines = enumerate(PROGRAM.read_text("utf-8").splitlines(), start=1)
    return sorted(
        (number, each)
        for number, line in lines
        if (found := IDS.search(line)) is not None
        for each in found[1].split(", ")
    )


def test_every_planted_hazard_is_found_at_its_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    app = bad_program.create_app()
    app.freeze()  # as the command does
    report = report_on(app)
    found = sorted(
        {
            (0 if finding.place is None else finding.place.lineno, finding.kind.id)
            for finding in report.findings
        }
    )
    assert found == planted()
    silent = {finding.kind for finding in report.findings if not finding.instead}
    assert silent == {UNBOUND_RULE, UNREACHABLE_TARGET}, "what to write is in their texts"


def test_what_is_planted_is_of_every_kind() -> None:
    assert {kind.id for kind in KINDS} - {each for _, each in planted()} == {
        "late-preflights"  # an application that has CORS above it has none
    }
