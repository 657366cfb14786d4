"""Settings that every test runs with.

Each folder in `tests` is a package, and pytest's ordinary import mode puts the folder that holds
`tests` on the path: `from tests.truth_table.rows import ...` means the same file to pytest, mypy and
pyright, and two folders may have a `test_errors.py` each.
"""

from pathlib import Path
from typing import Final

import pytest

from tests.random_examples import choose

choose()

_MEASURED: Final = [Path(__file__).with_name(name) for name in ("unit", "integration")]
"""The folders whose tests have to cover the package; coverage would only slow down the rest."""


_SPLIT: Final = [Path(__file__).with_name(name) for name in ("browser", "property")]
"""The folders whose programs split paths on purpose, of which a warning at startup tells."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that expect split paths, and those during which nothing is measured.

    The measured ones run first. What they cover may run once in a process (a cached function), and
    would stay uncovered after another test had called it.
    """
    for item in items:
        if any(folder in item.path.parents for folder in _SPLIT):
            item.add_marker(
                pytest.mark.filterwarnings("ignore:no policy covers:aiohttp_cors.CorsWarning")
            )
    if config.pluginmanager.hasplugin("_cov"):
        for item in items:
            if not _is_measured(item):
                item.add_marker("no_cover")
        items.sort(key=_is_measured, reverse=True)


def _is_measured(item: pytest.Item) -> bool:
    return any(folder in item.path.parents for folder in _MEASURED)
