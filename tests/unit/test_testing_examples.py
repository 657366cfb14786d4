"""The examples in the docstrings of the browser's modules do what they say."""

import doctest
from types import ModuleType

import pytest

from aiohttp_cors.browser import (
    body,
    checks,
    cookies,
    extra,
    fetch,
    headers,
    preflight_cache,
    request,
    set_cookie,
    site,
    url,
)

WITH_EXAMPLES = (
    *(
        body,
        checks,
        cookies,
        extra,
        fetch,
        headers,
        preflight_cache,
        request,
        set_cookie,
        site,
        url,
    ),
)
MODULES = {module.__name__: module for module in WITH_EXAMPLES}


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES.keys())
def test_the_examples_of_a_module_are_true(module: ModuleType) -> None:
    tested = doctest.testmod(module)
    assert tested.failed == 0
    assert tested.attempted
