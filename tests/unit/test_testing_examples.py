"""The examples in the docstrings of the browser's modules do what they say."""

import doctest
from types import ModuleType

import pytest

from aiohttp_cors.browser import checks, fetch, headers, preflight_cache, request, url

MODULES = {
    module.__name__: module for module in (checks, fetch, headers, request, url, preflight_cache)
}


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES.keys())
def test_the_examples_of_a_module_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
