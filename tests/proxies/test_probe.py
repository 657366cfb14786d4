"""What `probe` says of an application behind nginx and HAProxy, which break CORS in the usual ways."""

import asyncio
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple, final

import pytest
from aiohttp import web

from aiohttp_cors._tools.command import main
from tests.caching.caches import MissingCacheError
from tests.pages import app_of, blocks_of, text_of, texts_of
from tests.proxies.application import create_app
from tests.proxies.servers import PROXIES, deployed

pytestmark = pytest.mark.proxies

SPEC: Final = f"{create_app.__module__}:create_app"


@final
class Case(NamedTuple):
    """What a proxy does, and the kinds of request with the causes that have to be named for them."""

    proxy: str
    rules: str
    causes: frozenset[str] = frozenset()


HIDE: Final = """
    proxy_hide_header Access-Control-Allow-Origin;
    proxy_hide_header Access-Control-Allow-Credentials;
"""

CASES: Final = {
    "nginx that only hands on": Case("nginx", ""),
    "nginx that answers OPTIONS": Case(
        "nginx",
        "if ($request_method = OPTIONS) { return 204; }",
        frozenset({"preflight /items: options-swallowed", "preflight /lost: options-swallowed"}),
    ),
    "nginx that adds the header as well": Case(
        "nginx",
        "add_header Access-Control-Allow-Origin $http_origin always;",
        frozenset(
            {
                "preflight /items: two-values",
                "preflight /lost: two-values",
                "actual /items: two-values",
                "actual /lost: two-values",
                "preflight /items: foreign-header",
                "preflight /lost: foreign-header",
                "actual /items: foreign-header",
                "actual /lost: foreign-header",
            }
        ),
    ),
    "nginx that adds headers without always": Case(
        "nginx",
        f"""{HIDE}
        add_header Access-Control-Allow-Origin $http_origin;
        add_header Access-Control-Allow-Credentials true;
        """,
        frozenset(
            {
                # It does not know who is allowed credentials, or anything.
                "preflight /items: foreign-header",
                "preflight /lost: foreign-header",
                "actual /items: foreign-header",
                "actual /lost: only-on-success",
            }
        ),
    ),
    "nginx that caches without Vary": Case(
        "nginx",
        "proxy_cache shared; proxy_ignore_headers Vary;",
        frozenset({"actual /items: from-cache"}),
    ),
    "nginx that asks for a password": Case(
        "nginx",
        'auth_basic "closed"; auth_basic_user_file users;',
        frozenset(
            {
                "preflight /items: preflight-unauthorized",
                "preflight /lost: preflight-unauthorized",
                "actual /items: error-without-headers",
                "actual /lost: error-without-headers",
            }
        ),
    ),
    "nginx that asks for a password but for preflights": Case(
        "nginx",
        'limit_except OPTIONS { auth_basic "closed"; auth_basic_user_file users; }',
        frozenset({"actual /items: error-without-headers", "actual /lost: error-without-headers"}),
    ),
    "nginx that redirects to https": Case(
        "nginx",
        "return 301 https://$http_host$request_uri;",
        frozenset(
            {
                "preflight /items: redirect-to-https",
                "preflight /lost: redirect-to-https",
                "actual /items: redirect-to-https",
                "actual /lost: redirect-to-https",
            }
        ),
    ),
    "nginx that adds a slash": Case(
        "nginx",
        "rewrite ^(.*[^/])$ $1/ permanent;",
        frozenset(
            {
                "preflight /items: redirect",
                "preflight /lost: redirect",
                "actual /items: redirect",
                "actual /lost: redirect",
            }
        ),
    ),
    "nginx that forbids OPTIONS": Case(
        "nginx",
        "limit_except GET PUT { deny all; }",
        frozenset(
            {"preflight /items: preflight-forbidden", "preflight /lost: preflight-forbidden"}
        ),
    ),
    "nginx that hides Vary": Case(
        "nginx",
        "proxy_hide_header Vary;",
        frozenset(
            {
                "preflight /items: vary-lost",
                "preflight /lost: vary-lost",
                "actual /items: vary-lost",
                "actual /lost: vary-lost",
            }
        ),
    ),
    "nginx that finds nothing": Case(
        "nginx",
        "return 404;",
        frozenset(
            {
                "preflight /items: wrong-application",
                "preflight /lost: wrong-application",
                "actual /items: wrong-application",
                "actual /lost: wrong-application",
            }
        ),
    ),
    "nginx that sends one path elsewhere": Case(
        "nginx",
        "if ($uri = /items) { return 404; }",
        frozenset(
            {"preflight /items: preflight-not-found", "actual /items: error-without-headers"}
        ),
    ),
    "nginx whose application is gone": Case(
        "nginx",
        "if ($uri = /items) { proxy_pass http://unix:/nowhere:; }",
        frozenset({"preflight /items: server-error", "actual /items: server-error"}),
    ),
    "nginx that lets few through": Case(
        "nginx",
        "limit_req zone=few; limit_req_status 429;",
        frozenset(
            {
                "preflight /items: too-many-requests",
                "preflight /lost: too-many-requests",
                "actual /items: too-many-requests",
                "actual /lost: too-many-requests",
            }
        ),
    ),
    "nginx that closes the connection": Case(
        "nginx",
        "if ($uri = /lost) { return 444; }",
        frozenset({"preflight /lost: disconnected", "actual /lost: disconnected"}),
    ),
    "haproxy that only hands on": Case("haproxy", ""),
    "haproxy that strips a header": Case(
        "haproxy",
        "http-response del-header Access-Control-Allow-Credentials",
        frozenset(
            {
                "preflight /items: header-stripped",
                "preflight /lost: header-stripped",
                "actual /items: header-stripped",
                "actual /lost: header-stripped",
            }
        ),
    ),
    "haproxy that adds a header": Case(
        "haproxy",
        "http-response add-header Access-Control-Expose-Headers X-Trace",
        frozenset(
            {
                "preflight /items: foreign-header",
                "preflight /lost: foreign-header",
                "actual /items: foreign-header",
                "actual /lost: foreign-header",
            }
        ),
    ),
    "haproxy that has CORS rules of its own": Case(
        "haproxy",
        """http-request return status 200 hdr Access-Control-Allow-Origin * if METH_OPTIONS
    http-response set-header Access-Control-Allow-Origin *""",
        frozenset(
            {
                "preflight /items: header-changed",
                "preflight /items: header-stripped",
                "preflight /items: foreign-header",
                "preflight /items: vary-lost",
                "preflight /lost: header-changed",
                "preflight /lost: header-stripped",
                "preflight /lost: foreign-header",
                "preflight /lost: vary-lost",
                "actual /items: header-changed",
                "actual /items: foreign-header",
                "actual /lost: header-changed",
                "actual /lost: foreign-header",
            }
        ),
    ),
    "haproxy that names one origin for all": Case(
        "haproxy",
        "http-response set-header Access-Control-Allow-Origin https://app.example",
        frozenset(
            {
                "preflight /items: another-origin",
                "preflight /lost: another-origin",
                "actual /items: another-origin",
                "actual /lost: another-origin",
            }
        ),
    ),
    "haproxy that changes who asks": Case(
        "haproxy",
        "http-request set-header Origin https://internal.example",
        frozenset(
            {
                "preflight /items: refused-by-application",
                "preflight /lost: refused-by-application",
                "actual /items: header-stripped",
                "actual /lost: error-without-headers",
            }
        ),
    ),
    "haproxy that lets somebody wait": Case(
        "haproxy",
        "http-request tarpit if { path /lost } METH_OPTIONS { req.hdr(origin) https://app.example }",
        frozenset({"preflight /lost: time-out"}),
    ),
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for sockets: not pytest's, because the path of a socket has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="proxy-") as name:
        yield Path(name)


async def probe(
    spec: str, app: web.Application, folder: Path, case: Case, *options: str
) -> tuple[int, str, str]:
    """Exit code, output and errors of the command that asks `app` behind the proxy."""
    out, err = io.StringIO(), io.StringIO()
    try:
        async with deployed(app, folder, PROXIES[case.proxy], case.rules) as address:
            arguments = ["probe", spec, f"http://{address}", *options]
            code = await asyncio.to_thread(main, arguments, out=out, err=err)
    except MissingCacheError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_each_way_to_break_cors_is_named(folder: Path, case: Case) -> None:
    # Where somebody waits for ever, that long; else as long as a busy machine needs.
    seconds = "3" if "tarpit" in case.rules else "60"
    code, out, err = await probe(SPEC, create_app(), folder, case, "--json", "--timeout", seconds)
    assert err == ""
    said = json.loads(out)
    found = {
        f"{row['request']} {row['path']}: {broken['cause']}"
        for row in said["rows"]
        for broken in row["broken"]
    }
    assert found == case.causes
    assert (code, said["holds"]) == ((1, False) if case.causes else (0, True))


async def test_the_page_shows_what_is_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (program,) = blocks_of(text_of("probe"), "python")
    (rules,), (shown,) = texts_of("probe", "nginx"), texts_of("probe", "text")
    module = ModuleType("page")
    app = await app_of(program)
    assert app is not None
    module.__dict__.update(program.namespace)
    monkeypatch.setitem(sys.modules, "page", module)
    code, out, err = await probe("page:create_app", app, folder, Case("nginx", rules))
    assert (code, err) == (1, "")
    assert out == shown
