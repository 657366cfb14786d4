"""The libraries of the extra ``aiohttp-cors[testing]``, which only a model of a browser needs.

Owns: the sentence that says what to install where one of them is missing.
Leaves to: `aiohttp_cors.browser.url` the URL standard (ada-url), to `aiohttp_cors.browser.site` the
registrable domains (publicsuffixlist).

Both are imported where they are asked, never at the top of a module: `aiohttp_cors.testing` has
names, `BlockReason` among them, that a program without the extra can use.
"""

from collections.abc import Generator
from contextlib import contextmanager

_NEEDED = 'a model of a browser needs the extra "testing": pip install "aiohttp-cors[testing]"'


@contextmanager
def extra_needed() -> Generator[None, None, None]:
    """Around an import of such a library: an `ImportError` then says what to install.

    >>> with extra_needed():
    ...     import a_library_that_is_missing
    Traceback (most recent call last):
    ...
    ImportError: a model of a browser needs the extra "testing": pip install "aiohttp-cors[testing]"
    """
    __tracebackhide__ = True
    try:
        yield
    except ImportError as missing:
        raise ImportError(_NEEDED, name=missing.name) from missing
