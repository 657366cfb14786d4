"""A shared cache of each kind, with the application behind it, for as long as its tests run."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.caching.caches import CACHES, MissingCacheError
from tests.caching.clients import CachedSite


@pytest.fixture(scope="session", params=list(CACHES))
def cached(request: pytest.FixtureRequest) -> Iterator[CachedSite]:
    """The application behind one cache; skipped, or with `CI` set failed, where there is none."""
    name = str(request.param)
    loop = asyncio.new_event_loop()
    # Not pytest's folder: the path of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory(prefix="cache-") as folder:
        site = CachedSite(loop)
        try:
            site.start(CACHES[name], Path(folder))
            yield site
        except MissingCacheError as error:
            if os.environ.get("CI"):
                pytest.fail(str(error))
            pytest.skip(str(error))
        finally:
            site.stop()
            loop.close()
