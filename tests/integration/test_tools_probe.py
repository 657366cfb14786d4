"""`probe` over real sockets: what it asks, what it says of the answers, and its exit codes.

`tests/proxies` puts nginx and HAProxy in between.
"""

import asyncio
import io
import json
import re
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, redirect_stdout
from typing import Final, NoReturn, TypeAlias

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from typing_extensions import override

from aiohttp_cors import Cors
from aiohttp_cors._table import table
from aiohttp_cors._table.overlap import PathIndex
from aiohttp_cors._tools.command import main
from aiohttp_cors._tools.probing.causes import Cause
from aiohttp_cors._tools.terminal import wrapped
from tests.integration.support import hello

A: Final = "https://a.example"
B: Final = "https://b.example"

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def create_app() -> web.Application:
    app = web.Application()
    items = app.router.add_resource("/items")
    items.add_route("GET", hello)
    items.add_route("PUT", hello)
    item = app.router.add_get(r"/items/{id:\d+}", hello, allow_head=False)
    Cors.for_app(app).origin(A, B).allow_credentials().expose_all().on(items, item)
    return app


def enforced() -> web.Application:
    app = web.Application()
    items = app.router.add_resource("/items")
    items.add_route("GET", hello)
    items.add_route("POST", hello)
    Cors.for_app(app).origin(A).enforce_on(items)
    return app


async def receiver(app: web.Application) -> None:
    """Nothing to do at startup."""


def with_receiver() -> web.Application:
    app = create_app()
    app.on_startup.append(receiver)
    return app


def uncovered() -> web.Application:
    return web.Application()


def only_predicates() -> web.Application:
    app = web.Application()
    Cors.for_app(app).origin_where(bool).on(app.router.add_get("/items", hello))
    return app


class Tty(io.StringIO):
    @override
    def isatty(self) -> bool:
        return True


async def probe(
    url: str, *options: str, name: str = "create_app", out: io.StringIO | None = None
) -> tuple[int, str, str]:
    """Exit code, output and errors of the command."""
    out, err = out or io.StringIO(), io.StringIO()
    arguments = ["probe", f"{__name__}:{name}", url, *options]
    code = await asyncio.to_thread(main, arguments, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


@asynccontextmanager
async def serving(app: web.Application) -> AsyncGenerator[str, None]:
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/")


@asynccontextmanager
async def answering(handler: Handler) -> AsyncGenerator[str, None]:
    """A server that is not the application."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with serving(app) as url:
        yield url


@asynccontextmanager
async def listening(serve: Serve) -> AsyncGenerator[str, None]:
    """A server that need not speak HTTP."""

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(once, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"{host}:{port}"


async def test_every_row_of_the_application_itself_holds() -> None:
    async with serving(create_app()) as url:
        code, out, err = await probe(url, "--param", "id=7")
    assert (code, err) == (0, "")
    assert out == "✓ /items: 8 rows\n✓ /items/{id}: 6 rows\n\n14 of 14 rows hold.\n"


async def test_every_row_of_an_enforced_application_holds() -> None:
    async with serving(enforced()) as url:
        code, out, err = await probe(
            url, "--unsafe", "--origin", A, "--origin", B, "--origin", "null", name="enforced"
        )
    assert (code, err) == (0, "")
    assert out == "✓ /items: 10 rows\n\n10 of 10 rows hold.\n"


async def test_a_deployed_application_that_does_not_enforce_is_told() -> None:
    app = web.Application()
    Cors.for_app(app).origin(A).on(app.router.add_get("/items", hello))
    async with serving(app) as url:
        code, out, _ = await probe(url, "--origin", B, name="enforced")
        _, printed, _ = await probe(url, "--origin", B, "--json", name="enforced")
    assert code == 1
    assert (
        f"    GET from {B}\n"
        "      expected: 403, without a header of the CORS protocol\n"
        "      came:     200, Vary: Origin\n"
    ) in out
    told = " ".join(out.split())
    assert "not-enforced: the request was answered 200, and the application refuses it" in told
    (row,) = [each for each in json.loads(printed)["rows"] if each["request"] == "actual"]
    assert (row["holds"], row["expected"]) == (False, {"status": 403, "headers": []})


async def test_what_was_not_asked_and_what_was_not_run_is_said() -> None:
    async with serving(create_app()) as url:
        code, out, _ = await probe(url, name="with_receiver")
    assert code == 0
    assert out.endswith(
        "Not asked\n"
        "  /items/{id}: GET: it needs a value: --param id=VALUE\n"
        "\n"
        "11 of 11 rows hold.\n"
        f"Not run: {__name__}.receiver; --start runs them.\n"
    )


async def test_the_started_application_is_compared_where_that_was_asked_for() -> None:
    async with serving(create_app()) as url:
        code, out, _ = await probe(url, "--start", "--path", "/items", name="with_receiver")
    assert code == 0
    assert out == "✓ /items: 8 rows\n\n8 of 8 rows hold.\n"


async def test_a_path_below_which_the_application_is_mounted_can_be_given() -> None:
    outer = web.Application()
    outer.add_subapp("/api", create_app())
    async with serving(outer) as url:
        code, out, _ = await probe(f"{url}/api/", "--path", "/items/7")
    assert (code, out) == (0, "✓ /items/{id}: 6 rows\n\n6 of 6 rows hold.\n")


async def test_what_is_sent_is_what_a_browser_sends() -> None:
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(status=403)

    async with answering(handler) as url:
        code, _, _ = await probe(url, "--path", "/items", "--origin", A)
    assert code == 1
    assert [request.method for request in seen] == ["OPTIONS", "OPTIONS", "GET"]
    for request in seen:
        assert request.headers["Origin"] == A
        assert request.headers["Sec-Fetch-Mode"] == "cors"
        assert request.headers["User-Agent"] == "aiohttp-cors-probe"
        assert "Cookie" not in request.headers
        assert "Authorization" not in request.headers
    asked = [request.headers["Access-Control-Request-Method"] for request in seen[:2]]
    assert asked == ["GET", "PUT"]
    assert "Access-Control-Request-Method" not in seen[2].headers


async def test_other_methods_are_sent_where_that_was_asked_for_alone() -> None:
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.method)
        return web.Response(status=403)

    async with answering(handler) as url:
        await probe(url, "--path", "/items")
        assert set(seen) == {"OPTIONS", "GET"}
        await probe(url, "--path", "/items", "--unsafe")
    assert seen.count("PUT") == 1


async def test_a_row_says_what_was_expected_what_came_and_what_to_look_at() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=401, headers={"Access-Control-Allow-Origin": "\x85\u202e*"})

    async with answering(handler) as url:
        code, out, _ = await probe(url, "--path", "/items", "--origin", A)
    assert code == 1
    assert out == (
        "✗ /items: 3 of 3 rows broke\n"
        f"    preflight for GET from {A}\n"
        f"      expected: 200, Access-Control-Allow-Origin: {A};\n"
        "                Access-Control-Allow-Credentials: true;\n"
        "                Access-Control-Allow-Methods: GET,PUT; Vary: Origin,\n"
        "                Access-Control-Request-Method, Access-Control-Request-Headers\n"
        "      came:     401, Access-Control-Allow-Origin: \\x85\\u202e*\n"
        "      browser:  blocks it: the CORS check found another allowed origin: expected\n"
        f"                Access-Control-Allow-Origin: {A}\n"
        "      broke:    preflight-unauthorized: the preflight was answered 401\n"
        f"    preflight for PUT from {A}: preflight-unauthorized, as above\n"
        f"    GET from {A}\n"
        f"      expected: Access-Control-Allow-Origin: {A};\n"
        "                Access-Control-Allow-Credentials: true; Vary: Origin\n"
        "      came:     401, Access-Control-Allow-Origin: \\x85\\u202e*\n"
        "      browser:  blocks it: the CORS check found another allowed origin: expected\n"
        f"                Access-Control-Allow-Origin: {A}\n"
        "      broke:    another-origin: Access-Control-Allow-Origin: \\x85\\u202e* came,\n"
        "                which is not the origin that asked\n"
        "      broke:    header-stripped: Access-Control-Allow-Credentials did not come\n"
        "      broke:    vary-lost: Vary came without Origin\n"
        "\n"
        "What to look at\n"
        f"{advice(Cause.PREFLIGHT_UNAUTHORIZED)}"
        f"{advice(Cause.ANOTHER_ORIGIN)}"
        f"{advice(Cause.HEADER_STRIPPED)}"
        f"{advice(Cause.VARY_LOST)}"
        "\n"
        "0 of 3 rows hold.\n"
    )


def advice(cause: Cause) -> str:
    lines = wrapped(f"{cause.value}: {cause.look}", indent=2, hanging=2)
    return "".join(f"{line}\n" for line in lines)


async def test_a_browser_may_let_pass_what_the_application_did_not_say() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(headers={"Access-Control-Allow-Origin": request.headers["Origin"]})

    async with answering(handler) as url:
        _, out, _ = await probe(url, "--path", "/items", "--origin", "https://c.example")
    assert "      browser:  lets it pass\n      broke:    foreign-header: " in out


async def test_json_has_each_row() -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=405, headers={"Vary": "Accept-Encoding", "X-Other": "1"})

    async with answering(handler) as url:
        code, out, err = await probe(
            url, "--json", "--path", "/items/{id}", "--origin", A, name="with_receiver"
        )
    assert (code, err) == (1, "")
    assert json.loads(out) == {
        "url": url,
        "holds": False,
        "rows": [
            {
                "path": "/items/{id}",
                "url": f"{url}/items/1",
                "request": "preflight",
                "method": "GET",
                "origin": A,
                "request_headers": [],
                "holds": False,
                "expected": {
                    "status": 200,
                    "headers": [
                        ["Access-Control-Allow-Origin", A],
                        ["Access-Control-Allow-Credentials", "true"],
                        ["Access-Control-Allow-Methods", "GET"],
                        [
                            "Vary",
                            "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
                        ],
                    ],
                },
                "received": {"status": 405, "headers": [["Vary", "Accept-Encoding"]]},
                "browser": "blocks it: the CORS check found no allowed origin: expected"
                f" Access-Control-Allow-Origin: {A}",
                "broken": [
                    {
                        "cause": "options-swallowed",
                        "what": "the preflight was answered 405 without a header of the CORS"
                        " protocol",
                        "look": Cause.OPTIONS_SWALLOWED.look,
                    }
                ],
            }
        ],
        "not_asked": [
            {"path": "/items/{id}", "why": "GET: it needs a value: --param id=VALUE"},
        ],
        "not_run": [f"{__name__}.receiver"],
    }


async def test_an_answer_of_another_origin_out_of_a_cache_is_told_from_a_fixed_one() -> None:
    kept: dict[str, str] = {}

    async def caching(request: web.Request) -> web.Response:
        if request.method == "OPTIONS":
            return web.Response()
        origin = kept.setdefault(request.path_qs, request.headers["Origin"])
        return web.Response(
            headers={
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Credentials": "true",
                "Vary": "Origin",
            }
        )

    async with answering(caching) as url:
        _, out, _ = await probe(url, "--json", "--path", "/items", "--origin", A, "--origin", B)
    rows = [row for row in json.loads(out)["rows"] if row["request"] == "actual"]
    assert [(row["origin"], [broken["cause"] for broken in row["broken"]]) for row in rows] == [
        (A, []),
        (B, ["from-cache"]),
    ]
    assert len(kept) == 2


async def test_the_number_of_rows_can_be_bounded() -> None:
    async with serving(create_app()) as url:
        code, out, _ = await probe(url, "--limit", "3", "--path", "/items")
    assert code == 0
    assert out.endswith("Not asked\n  --limit: 5 more rows\n\n3 of 3 rows hold.\n")


async def test_progress_is_shown_on_a_terminal() -> None:
    async with serving(create_app()) as url:
        _, out, _ = await probe(url, "--path", "/items/7", out=Tty())
    assert "\r\x1b[Kasked 1 of 6\r\x1b[Kasked 2 of 6" in out
    assert out.split("\r\x1b[K")[-1].startswith("\x1b[32m✓\x1b[0m /items/{id}: 6 rows\n")


async def test_no_progress_is_shown_beside_json() -> None:
    async with serving(create_app()) as url:
        _, out, _ = await probe(url, "--json", out=Tty())
    assert json.loads(out)["holds"] is True


async def closes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)


async def waits(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def speaks_ssh(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"SSH-2.0-\x1b[2J\r\n\r\n")
    await writer.drain()


FAILURES: Final = {
    "closed": ("http", closes, "disconnected"),
    "closed before TLS": ("https", closes, "disconnected"),
    "no answer in time": ("http", waits, "time-out"),
    "no HTTP": ("http", speaks_ssh, "not-http"),
    "no TLS": ("https", speaks_ssh, "tls"),
}


@pytest.mark.parametrize("case", FAILURES.values(), ids=FAILURES)
async def test_no_answer_is_a_row_that_does_not_hold(case: tuple[str, Serve, str]) -> None:
    scheme, serve, cause = case
    options = ["--path", "/items/7", "--origin", A]
    if serve is waits:
        options += ["--timeout", "0.5"]
    async with listening(serve) as address:
        code, out, err = await probe(f"{scheme}://{address}", *options)
    assert (code, err) == (1, "")
    assert f"{cause}: " in out
    assert "\x1b" not in out
    assert out.endswith("\n0 of 2 rows hold.\n")


async def test_after_three_failures_nothing_more_is_asked() -> None:
    async with listening(closes) as address:
        code, out, _ = await probe(f"http://{address}", "--json", "--path", "/items/7")
    assert code == 1
    said = json.loads(out)
    assert len(said["rows"]) == 3
    assert [each["why"] for each in said["not_asked"]] == [
        f"GET from {A}: the 3 questions before got no answer",
        f"GET from {B}: the 3 questions before got no answer",
        "GET from https://cors-probe.invalid: the 3 questions before got no answer",
    ]
    assert [row["received"]["failure"] for row in said["rows"]] == [
        "the connection was closed before an answer came"
    ] * 3


async def test_nothing_that_listens_cannot_be_asked() -> None:
    async with listening(closes) as address:
        pass
    code, out, err = await probe(f"http://{address}")
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"aiohttp_cors: http://{address}: nothing listens there: .*\n", err)


async def test_a_host_that_nobody_knows_cannot_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    code, out, err = await probe("http://nowhere.invalid")
    assert (code, out) == (2, "")
    assert err.endswith(": the name of the host is not known: Name or service not known\n")


REFUSED: Final = {
    "no scheme": (("api.example",), "'api.example' is no URL of a server"),
    "another scheme": (("ftp://api.example",), "'ftp://api.example' is no URL of a server"),
    "no host": (("http://",), "'http://' is no URL"),
    "no name of a host": (("http://api..example",), "'http://api..example' is no URL"),
    "a bad port": (("http://api.example:x",), "'http://api.example:x' is no URL"),
    "a user": (("http://me@api.example",), "has a user"),
    "a password": (("http://:secret@api.example",), "has a user"),
    "a query": (("http://api.example/?a=1",), "has a user"),
    "a fragment": (("http://api.example/#a",), "has a user"),
    "no origin": (("http://api.example", "--origin", "app.example"), "'app.example' is no origin"),
    "a pattern": (("http://api.example", "--origin", "https://*.app.example"), "is no origin"),
    "no value": (("http://api.example", "--param", "id"), "'id' is no value"),
    "no time": (("http://api.example", "--timeout", "0"), "'0' is no number of seconds"),
    "no number": (("http://api.example", "--timeout", "x"), "'x' is no number of seconds"),
    "no rows": (("http://api.example", "--limit", "0"), "'0' is no number of rows"),
    "no number of rows": (("http://api.example", "--limit", "x"), "'x' is no number of rows"),
    "no path": (("http://api.example", "--path", "/no"), "no resource of the application"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_asked_is_said_in_one_line(case: tuple[tuple[str, ...], str]) -> None:
    arguments, said = case
    code, out, err = await probe(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("aiohttp_cors: ")
    assert said in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("origin", ["null", "chrome-extension://abc", "http://localhost:8080"])
async def test_any_serialized_origin_can_ask(origin: str) -> None:
    async with serving(create_app()) as url:
        code, _, _ = await probe(url, "--path", "/items", "--origin", origin)
    assert code == 0


async def test_a_password_is_not_repeated() -> None:
    _, _, err = await probe("http://me:secret@api.example")
    assert "secret" not in err


NOTHING: Final = {
    "uncovered": "covers anything that could be asked",
    "only_predicates": "/items: a predicate decides about more origins: name an --origin",
}


@pytest.mark.parametrize("name", NOTHING)
async def test_where_nothing_can_be_asked_nothing_holds(name: str) -> None:
    code, out, err = await probe("http://api.example", name=name)
    assert (code, out) == (2, "")
    assert err.endswith(f"{NOTHING[name]}\n")


async def test_the_paths_of_a_router_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[PathIndex] = []

    def counted(resources: Collection[web.AbstractResource]) -> PathIndex:
        made.append(PathIndex(resources))
        return made[-1]

    monkeypatch.setattr(table, "PathIndex", counted)
    async with serving(create_app()) as url:
        code, _, _ = await probe(url)
    assert code == 0
    assert len(made) <= 2  # the server has an application of its own


async def test_no_extra_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ada_url", "publicsuffixlist"):
        monkeypatch.setitem(sys.modules, name, None)
    async with serving(create_app()) as url:
        code, _, err = await probe(url)
    assert (code, err) == (0, "")


async def test_the_help_says_what_is_sent() -> None:
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit):
        main(["probe", "--help"], out=io.StringIO(), err=io.StringIO())
    assert "What is sent: " in out.getvalue()
