"""``python -m aiohttp_cors explain``: the command's words, its data, and what cannot be run."""

import io
import json
from typing import Final

import pytest
from aiohttp import web

from aiohttp_cors import Cors, ResourceOptions, setup
from aiohttp_cors._table import overlap
from aiohttp_cors._table.router import is_native
from aiohttp_cors._tools.command import main
from tests.integration.support import hello

APP: Final = "https://app.example.com"
HERE: Final = f"{__name__}:create_app"


def create_app() -> web.Application:
    app = web.Application()
    users = app.router.add_resource("/users")
    users.add_route("GET", hello)
    users.add_route("PUT", hello)
    app.router.add_get("/health", hello)
    Cors.for_app(app).origin(APP).allow_headers("X-A").on(users)
    return app


async def receiver(app: web.Application) -> None:
    """Nothing to do at startup."""


def with_receiver() -> web.Application:
    app = create_app()
    app.on_startup.append(receiver)
    return app


def classic_app() -> web.Application:
    app = web.Application()
    cors = setup(app, defaults={APP: ResourceOptions()})
    cors.add(app.router.add_get("/users", hello, allow_head=False))
    app.router.add_get("/health", hello, allow_head=False)
    return app


def plain_app() -> web.Application:
    app = web.Application()
    app.router.add_get("/health", hello)
    return app


def everywhere() -> web.Application:
    app = plain_app()
    setup(app).add(app.router.add_get("/users", hello))
    Cors.for_app(app).origin("https://b.example").everywhere(
        excluding=[app.router.add_get("/private", hello)]
    )
    return app


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output, error output."""
    out, err = io.StringIO(), io.StringIO()
    return main(["explain", *arguments], out=out, err=err), out.getvalue(), err.getvalue()


def test_an_allowed_request_is_explained() -> None:
    code, out, err = run(HERE, "PUT", "/users", "--origin", APP, "--header", "X-A")
    assert (code, err) == (0, "")
    assert out.startswith(f"A page of {APP} may read PUT /users with x-a.\n\nIn the browser:\n")


def test_a_refused_request_is_explained_with_code_0() -> None:
    code, out, _ = run(HERE, "PUT", "/users", "--origin", APP, "--header", "X-B", "--credentials")
    assert code == 0
    assert f"A page of {APP} may not read PUT /users with x-b, credentials:\nheaders." in out
    assert '      .allow_credentials().allow_headers("x-b")\n' in out


def test_the_explanation_is_data_for_programs() -> None:
    code, out, _ = run(HERE, "DELETE", "/users", "--origin", APP, "--json")
    data = json.loads(out)
    assert code == 0
    assert (data["allowed"], data["reason"], data["not_run"]) == (False, "method", [])
    assert data["steps"][0]["check"] == "CORS-preflight fetch"
    assert data["steps"][2]["place"]["file"] == __file__
    assert data["words"]["chromium_code"] == "MethodDisallowedByPreflightResponse"
    (change,) = data["remedy"]["changes"]
    assert (change["kind"], change["method"], change["path"]) == ("route", "DELETE", "/users")
    _, out, _ = run(HERE, "GET", "/users", "--origin", APP, "--json")
    data = json.loads(out)
    assert (data["allowed"], data["words"], data["remedy"], data["near"]) == (True, None, None, [])


def test_what_was_not_run_at_startup_is_named() -> None:
    _, out, _ = run(f"{__name__}:with_receiver", "GET", "/users", "--origin", APP)
    assert out.endswith(f"Not run: {__name__}.receiver; --start runs them.\n")
    _, out, _ = run(f"{__name__}:with_receiver", "GET", "/users", "--origin", APP, "--start")
    assert "Not run" not in out


async def test_a_large_router_is_read_a_handful_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    resources = 200
    app = web.Application()
    cors = Cors.for_app(app)
    for number in range(resources):
        resource = app.router.add_resource(f"/{number}/{{id}}")
        resource.add_route("PUT", hello)
        cors.origin(APP).on(resource)
    read: list[web.AbstractResource] = []

    def counted(resource: web.AbstractResource) -> bool:
        read.append(resource)
        return is_native(resource)

    monkeypatch.setattr(overlap, "is_native", counted)
    explanation = await cors.explain("PUT", "/7/1", origin="https://b.example")
    assert explanation.allowed is False
    assert len(read) < 20 * resources


APIS: Final[dict[str, tuple[str, str]]] = {
    "classic": ("classic_app", "cors.add(route, "),
    "fluent": ("create_app", "Cors.for_app(app)"),
    "both": ("everywhere", "Or take the route out"),
    "none": ("plain_app", "Cors.for_app(app)"),
}


@pytest.mark.parametrize("program, code", APIS.values(), ids=APIS)
def test_the_remedy_is_in_the_api_that_the_application_uses(program: str, code: str) -> None:
    path = "/private" if program == "everywhere" else "/health"
    _, out, _ = run(f"{__name__}:{program}", "GET", path, "--origin", APP)
    assert code in out


def test_a_console_text_is_explained() -> None:
    text = (
        f"Access to fetch at 'https://api.example.com/users' from origin '{APP}' has been blocked by"
        " CORS policy: Request header field x-debug is not allowed by Access-Control-Allow-Headers"
        " in preflight response."
    )
    code, out, err = run("--console", text)
    assert (code, err) == (0, "")
    assert out == (
        "Chromium (HeaderDisallowedByPreflightResponse): the preflight does not allow the\n"
        "header.\n"
        f"  origin: {APP}\n"
        "  URL: https://api.example.com/users\n"
        "  header: x-debug\n"
        "\n"
        "The rule that decides does not allow the request header.\n"
        "\n"
        "Ask your application:\n"
        "  python -m aiohttp_cors explain MODULE:NAME METHOD https://api.example.com/users"
        f" --origin {APP} --header x-debug\n"
    )
    _, out, _ = run("--console", text, "--json")
    data = json.loads(out)
    assert (data["code"], data["path"]) == ("HeaderDisallowedByPreflightResponse", "/users")
    assert data["command"].endswith("--header x-debug")


def test_a_console_text_that_tells_little_is_explained_with_words_to_fill_in() -> None:
    _, out, _ = run(
        "--console", 'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".'
    )
    assert out.startswith("Safari: the CORS check found that credentials are not allowed.\n")
    assert "explain MODULE:NAME METHOD PATH --origin ORIGIN --credentials\n" in out


def test_a_console_text_never_steers_the_terminal() -> None:
    url = "https://api.example/\x1b]0;title\x07\u202e"
    _, out, _ = run("--console", f"Fetch API cannot load {url} due to access control checks.")
    assert out.isascii()
    assert all(line.isprintable() for line in out.splitlines())


CANNOT: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "nothing": ((), "explain needs APPLICATION, METHOD, PATH, --origin, or --console TEXT"),
    "no origin": ((HERE, "GET", "/users"), "explain needs --origin, or --console TEXT"),
    "a bad origin": (
        (HERE, "GET", "/users", "--origin", f"{APP}/"),
        (
            f"origin '{APP}/' is invalid: an origin ends with its host or its port, without path, query"
            f" or fragment (hint: {APP})"
        ),
    ),
    "an unknown text": (
        ("--console", "\x1b[31mFailed to fetch"),
        "this is no sentence about CORS that Chromium, Firefox or Safari are known to say",
    ),
}


@pytest.mark.parametrize("arguments, said", CANNOT.values(), ids=CANNOT)
def test_what_cannot_be_run_is_one_line_and_code_2(arguments: tuple[str, ...], said: str) -> None:
    assert run(*arguments) == (2, "", f"aiohttp_cors: {said}\n")
