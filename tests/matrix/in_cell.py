"""A pytest plugin inside a cell: it asks for what the cell claims to be, and counts.

Knows the distribution's metadata. Runs with whatever the cell installed: the library, aiohttp,
pytest and pytest's own dependencies. Two variables of the environment speak to it:
``MATRIX_OUTCOME`` is the file that it writes, ``MATRIX_DEPENDENCIES`` says which dependencies the cell has.
"""

import json
import os
import sysconfig
from collections import Counter
from importlib.metadata import requires, version
from pathlib import Path

import aiohttp
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import aiohttp_cors


def pytest_configure() -> None:
    """Refuse to run tests that would show nothing: another library, other dependencies."""
    imported = Path(aiohttp_cors.__file__).resolve()
    if not imported.is_relative_to(Path(sysconfig.get_path("purelib")).resolve()):
        raise pytest.UsageError(f"aiohttp_cors is imported from {imported}, not from the wheel")
    if os.environ["MATRIX_DEPENDENCIES"] == "oldest":
        for text in requires("aiohttp-cors") or ():
            _require_the_lowest(Requirement(text))


def _require_the_lowest(requirement: Requirement) -> None:
    lowest = {clause.version for clause in requirement.specifier if clause.operator == ">="}
    name = requirement.name
    found = aiohttp.__version__ if name == "aiohttp" else version(name)
    if {Version(bound) for bound in lowest} != {Version(found)}:
        raise pytest.UsageError(f"{name} is {found} where the wheel declares {requirement}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write what was run, and with what."""
    names = ["aiohttp", "yarl", "typing-extensions"]
    if os.environ["MATRIX_DEPENDENCIES"] == "oldest mypy":
        names.insert(0, "mypy")
    versions = {name: version(name) for name in names}
    stats = terminalreporter.stats
    outcome = {
        "versions": versions | {"aiohttp": aiohttp.__version__},
        "tests": {name: len(stats.get(name, ())) for name in ("passed", "xfailed", "skipped")},
        "reasons": [
            *_counted("xfailed", [report.wasxfail for report in stats.get("xfailed", ())]),
            *_counted(
                "skipped",
                [
                    report.longrepr[2].removeprefix("Skipped: ")
                    for report in stats.get("skipped", ())
                ],
            ),
        ],
    }
    Path(os.environ["MATRIX_OUTCOME"]).write_text(json.dumps(outcome), "utf-8")


def _counted(outcome: str, reasons: list[str]) -> list[str]:
    return [f"{count} {outcome}: {reason}" for reason, count in Counter(reasons).items()]
