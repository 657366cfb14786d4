"""`examples/behind_nginx.py` behind the nginx of `examples/behind_nginx.conf`, as it stands there."""

import argparse
import io
import os
import tempfile
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from aiohttp import ClientSession

from aiohttp_cors._tools.commands import probe
from aiohttp_cors._tools.terminal import Terminal
from examples import behind_nginx
from tests.browser.processes import child
from tests.caching.caches import MissingCacheError, installed
from tests.proxies.servers import deployed

pytestmark = pytest.mark.proxies

CONFIGURATION: Final = Path(behind_nginx.__file__).with_suffix(".conf")
_TEMPORARY: Final = ("client_body", "fastcgi", "proxy", "scgi", "uwsgi")


@asynccontextmanager
async def example_nginx(home: Path, app: Path, rules: str) -> AsyncGenerator[Path, None]:
    """The nginx of the example on a socket; it writes into `home` only. It has no `rules`."""
    own, config = home / "own", home / "nginx.conf"
    (home / "users").touch()
    text = CONFIGURATION.read_text("utf-8")
    folders = "".join(f"{name}_temp_path {home}/{name}; " for name in _TEMPORARY)
    for there, here in (
        ("daemon off;", f"daemon off; user root; error_log stderr notice; {rules}"),
        ("error_log stderr;\n", ""),
        ("access_log off;", f"access_log off; {folders}"),
        ("listen 8443;", f"listen unix:{own};"),
        ("http://127.0.0.1:8080", f"http://unix:{app}:"),
    ):
        assert there in text
        text = text.replace(there, here)
    config.write_text(text, "utf-8")
    command = (installed("nginx"), "-p", home, "-c", config, "-e", "stderr")
    async with child(*command, home=home) as running:
        await running.line(r"start worker process \d")
        yield own


@pytest.fixture
def folder() -> Iterator[Path]:
    try:
        installed("nginx")
    except MissingCacheError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    # A socket's path may not be as long as pytest's folders are.
    with tempfile.TemporaryDirectory(prefix="example-") as name:
        yield Path(name)


def arguments_of(host: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    probe.add_arguments(parser)
    spec = "examples.behind_nginx:create_app"
    return parser.parse_args([spec, f"http://{host}"], argparse.Namespace(json=False, start=False))


async def test_nothing_about_cors_breaks_behind_the_nginx_of_the_example(folder: Path) -> None:
    async with deployed(behind_nginx.create_app(), folder, example_nginx, "") as host:
        out = io.StringIO()
        assert await probe.run(arguments_of(host), Terminal(out)) == 0, out.getvalue()


FORMS: Final[dict[str, tuple[dict[str, str], int]]] = {
    "the page of the policy": ({"Origin": behind_nginx.PAGE}, 204),
    "the server's own page": ({"Origin": behind_nginx.OWN}, 204),
    "another page": ({"Origin": "https://evil.example"}, 403),
    "no browser": ({}, 204),
}


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_is_enforced_by_public_origins(name: str, folder: Path) -> None:
    headers, status = FORMS[name]
    async with (
        deployed(behind_nginx.create_app(), folder, example_nginx, "") as host,
        ClientSession() as session,
        session.post(f"http://{host}/cart", headers=headers) as answer,
    ):
        assert answer.status == status


async def test_a_location_with_a_password_lets_preflights_pass(folder: Path) -> None:
    asked = {"Origin": behind_nginx.PAGE, "Access-Control-Request-Method": "GET"}
    async with (
        deployed(behind_nginx.create_app(), folder, example_nginx, "") as host,
        ClientSession() as session,
    ):
        async with session.options(f"http://{host}/staff/7", headers=asked) as preflight:
            assert preflight.status != 401
        async with session.get(f"http://{host}/staff/7") as answer:
            assert answer.status == 401
