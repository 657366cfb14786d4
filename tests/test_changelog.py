"""The changelog: the symbols that it names in full are there, and those it calls removed are not."""

import re
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

TEXT: Final = (Path(__file__).parents[1] / "CHANGELOG.md").read_text("utf-8")
KEPT, _, REMOVED = TEXT.partition("### Removed")


def named_in(text: str) -> list[str]:
    """The names in full, ``aiohttp_cors.Cors.for_app``, each once."""
    return sorted(set(re.findall(r"`(aiohttp_cors(?:\.[A-Za-z_]+)+)`", text)))


def is_there(name: str) -> bool:
    """Whether a name leads somewhere: through modules first, then through attributes."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("name", [n for n in named_in(KEPT) if n != "aiohttp_cors.mypy_plugin"])
def test_a_symbol_that_the_changelog_names_is_there(name: str) -> None:
    assert is_there(name)


def test_the_mypy_plugin_that_the_changelog_names_is_there() -> None:
    pytest.importorskip("mypy")
    assert is_there("aiohttp_cors.mypy_plugin")


@pytest.mark.parametrize(
    "name", [name for name in named_in(REMOVED) if name != "aiohttp_cors.CorsConfig"]
)
def test_a_symbol_that_the_changelog_calls_removed_is_not_there(name: str) -> None:
    assert not is_there(name)
