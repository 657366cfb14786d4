"""The two libraries, each in a process of its own.

aiohttp-cors 0.8.1 has our import name and our distribution name: it is installed into a folder
below `.cache`, which git ignores, and only its worker has that folder on its path.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Final

import pytest

from tests.comparison.comparing import Worker

_CACHE: Final = pathlib.Path(__file__).parents[2] / ".cache"
_VERSION: Final = "0.8.1"


@pytest.fixture(scope="session")
def original_folder() -> pathlib.Path:
    """Where aiohttp-cors 0.8.1 is, installed once."""
    folder = _CACHE / f"aiohttp-cors-{_VERSION}"
    if not folder.is_dir():
        _install(folder)
    return folder


@pytest.fixture(scope="session")
def original(original_folder: pathlib.Path) -> Iterator[Worker]:
    """aiohttp-cors 0.8.1."""
    with Worker(original_folder) as worker:
        assert worker.version == _VERSION
        yield worker


@pytest.fixture(scope="session")
def another_original(original_folder: pathlib.Path) -> Iterator[Worker]:
    """aiohttp-cors 0.8.1 in a second process, to be compared with the first."""
    with Worker(original_folder) as worker:
        yield worker


@pytest.fixture(scope="session")
def ours() -> Iterator[Worker]:
    """The library that this test run would import."""
    spec = importlib.util.find_spec("aiohttp_cors")
    assert spec is not None
    assert spec.origin is not None
    with Worker(pathlib.Path(spec.origin).parents[1]) as worker:
        yield worker


def _install(folder: pathlib.Path) -> None:
    _CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE) as name:
        target = pathlib.Path(name) / "installed"
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps")
        done = subprocess.run(
            (*pip, "--target", target, f"aiohttp-cors=={_VERSION}"),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            reason = f"aiohttp-cors {_VERSION} cannot be installed: {done.stderr.strip()[-500:]}"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        target.rename(folder)
