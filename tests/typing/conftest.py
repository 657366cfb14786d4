"""The environment that the programs are checked in, made once; and what a missing tool means."""

import importlib.util
import os
from pathlib import Path

import pytest

from tests.typing.checkers import CHECKERS, Checker
from tests.typing.environment import Environment, make_environment


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel of this library."""
    _need("hatchling")
    return make_environment(tmp_path_factory.mktemp("consumer") / "environment")


@pytest.fixture(params=CHECKERS, ids=lambda checker: checker.name)
def checker(request: pytest.FixtureRequest) -> Checker:
    """Each of the checkers."""
    checker = request.param
    assert isinstance(checker, Checker)
    _need(checker.name)
    return checker


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder for programs, named as the checkers name it."""
    return tmp_path.resolve()


def _need(tool: str) -> None:
    if importlib.util.find_spec(tool) is None:
        reason = f"{tool} is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
