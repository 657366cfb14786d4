"""A deliberately bad program has every planted hazard found, each at its line, and nothing else is said."""

import re
from pathlib import Path
from typing import Final

import pytest

from aiohttp_cors._tools.findings.report import report_on
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
    monkeypatch.setenv("WEB_CONCURRENCY", "1")
    report = report_on(bad_program.create_app())
    found = sorted(
        {
            (0 if finding.place is None else finding.place.lineno, finding.kind.id)
            for finding in report.findings
        }
    )
    assert found == planted()
