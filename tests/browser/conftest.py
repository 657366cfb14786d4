"""The engines, started once per session, and the table at the end of the run."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.browser.browsers import Browsers
from tests.browser.report import Report
from tests.truth_table.rows import ROWS

_REPORT: Final = pytest.StashKey[Report]()


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    """What this run has seen, for the table at its end."""
    return pytestconfig.stash.setdefault(_REPORT, Report([row.name for row in ROWS]))


@pytest.fixture(scope="session")
def browsers(tmp_path_factory: pytest.TempPathFactory, report: Report) -> Iterator[Browsers]:
    """The engines that are installed, running."""
    browsers = Browsers()
    browsers.start(tmp_path_factory.mktemp("browsers"))
    try:
        for name, version in browsers.versions():
            report.name(name, version)
        yield browsers
    finally:
        browsers.stop()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the table of what was seen by the model and in each engine."""
    report = config.stash.get(_REPORT, None)
    if report is not None:
        terminalreporter.section("what a page sees: the model beside real browsers")
        for line in report.lines():
            terminalreporter.write_line(line)
