"""A folder and a store for each test, and how long the workers took, at the end of the run."""

import os
import tempfile
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.services.servers import MissingServerError
from tests.services.sources import SOURCES, Source

Figures: TypeAlias = list[str]

_FIGURES: Final = pytest.StashKey[Figures]()


@pytest.fixture
def figures(pytestconfig: pytest.Config) -> Figures:
    """Lines to print when the run ends."""
    return pytestconfig.stash.setdefault(_FIGURES, [])


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder. Not pytest's: the path of a socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        yield Path(folder)


@pytest.fixture
async def source(
    recipe: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Source, None]:
    """The store of a recipe, empty; skipped, or with `CI` set failed, where its server is missing."""
    for variable in ("DATABASE", "ORIGINS", "POSTGRESQL", "REDIS"):
        monkeypatch.setenv(variable, "")
    try:
        async with SOURCES[recipe](home) as made:
            yield made
    except MissingServerError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print how long it took until every worker decided by a change."""
    figures = config.stash.get(_FIGURES, None)
    if figures:
        terminalreporter.section("from a change to the decision of the last worker")
        for line in sorted(figures):
            terminalreporter.write_line(line)
