"""`show` and `Cors.table`: each path and method, which policy decides, and where it was written."""

import io
import json
import runpy
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from typing_extensions import override

import aiohttp_cors
from aiohttp_cors import Cors, CorsViewMixin, ResourceOptions
from aiohttp_cors._tools.command import main
from aiohttp_cors._tools.rows import rows_of
from aiohttp_cors.introspection import Enforcement, TableRow
from tests.integration.support import hello

A: Final = "https://a.example"


def create_app() -> web.Application:
    """One of each: fluent, classic, excluded, uncovered, mounted by path and by domain."""
    app, below, domain = web.Application(), web.Application(), web.Application()
    users = app.router.add_resource("/users")
    users.add_route("GET", hello)
    users.add_route("POST", hello)
    admin = app.router.add_get("/admin/{id}", hello, allow_head=False)
    app.router.add_get("/forgotten", hello, allow_head=False)
    below.router.add_get("/items", hello, allow_head=False)
    domain.router.add_get("/items", hello, allow_head=False)
    Cors.for_app(below).origin(A).everywhere(excluding=[below.router.add_get("/own", hello)])
    mounted = app.add_subapp("/below", below)
    app.add_domain("api.example.com", domain)
    Cors.for_app(app).origin(A, "https://*.b.example").allow_credentials().on(users)
    Cors.for_app(app).any_origin().on(mounted)
    aiohttp_cors.setup(app, defaults={A: ResourceOptions()}).add(admin)
    return app


async def receiver(app: web.Application) -> None:
    """Nothing to do at startup."""


def with_receiver() -> web.Application:
    app = create_app()
    app.on_startup.append(receiver)
    return app


def summary(rows: tuple[TableRow, ...]) -> list[str]:
    return [
        f"{row.path} {','.join(row.methods)} {row.api} {row.level} {row.named}: {row.policy}"
        for row in rows
    ]


def test_the_table_has_a_row_for_each_path_and_group_of_methods() -> None:
    assert summary(Cors.for_app(create_app()).table()) == [
        f"/users GET,POST fluent resource never: {A}, https://*.b.example +credentials",
        f"/admin/{{id}} GET classic resource never: {A}",
        "/forgotten GET None None never: ",
        "/below/items GET fluent sub-application never: *",
        "/below/own GET,HEAD fluent sub-application never: *",
        "//api.example.com/items GET None None never: ",
        "(no resource) * None None never: ",
        "/below (no resource) * fluent sub-application never: *",
    ]


def test_both_apis_give_the_same_table() -> None:
    app = create_app()
    cors = Cors.for_app(app)
    assert aiohttp_cors.CorsConfig(app).table() == cors.table() == rows_of(app)


def test_an_exclusion_is_a_row_with_a_level_and_no_policy() -> None:
    app = web.Application()
    inside = app.router.add_get("/inside", hello)
    Cors.for_app(app).origin(A).everywhere(excluding=[inside])
    (row, rest) = Cors.for_app(app).table()
    assert (row.level, row.policy, row.is_covered) == ("everywhere", "", False)
    assert (rest.path, rest.policy) == ("(no resource)", A)


class View(web.View, CorsViewMixin):
    async def get(self) -> web.Response:
        return web.Response()

    @classmethod
    @override
    def get_request_config(
        cls, request: web.Request, request_method: str
    ) -> dict[str, ResourceOptions]:
        return {}


def test_a_view_that_is_asked_is_named() -> None:
    app = web.Application()
    aiohttp_cors.setup(app).add(app.router.add_view("/view", View))
    (row, _) = rows_of(app)
    assert summary((row,)) == ["/view GET,OPTIONS classic resource never: asks View"]


def test_an_application_without_cors_has_rows_too() -> None:
    app = web.Application()
    app.router.add_get("/a", hello, allow_head=False)
    assert summary(rows_of(app)) == [
        "/a GET None None never: ",
        "(no resource) * None None never: ",
    ]


PATHS: Final[dict[str, list[str]]] = {
    "/admin/7": ["/admin/{id}"],
    "/below/items": ["/below/items"],
    "/nowhere": ["(no resource)", "/below (no resource)"],
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_selects_what_may_serve_it(path: str) -> None:
    assert [row.path for row in rows_of(create_app(), url_path=path)] == PATHS[path]


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


THIS: Final = "tests.unit.test_tools_show"
HERE: Final = Path(__file__).relative_to(Path.cwd())


def line_of(text: str) -> int:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines, 1) if line.strip().startswith(text))
    return number


def test_show_lays_the_table_out() -> None:
    code, out, err = run("show", f"{THIS}:with_receiver")
    users = line_of("Cors.for_app(app).origin(A, ")
    admin = line_of("aiohttp_cors.setup(app, defaults={A:")
    assert (code, err) == (0, "")
    assert out.startswith(
        f"""\
/users
    GET, POST       https://a.example, https://*.b.example +credentials
                    resource, fluent API, {HERE}:{users}
/admin/{{id}}
    GET             https://a.example
                    resource, classic API, {HERE}:{admin}
/forgotten
    GET             no policy
"""
    )
    assert out.endswith(
        f"""
5 of 8 rows have a policy.
Not run: {THIS}.receiver; --start runs them.
"""
    )
    assert max(map(len, out.splitlines())) <= 80


def left_out() -> web.Application:
    """A classic resource with an added route and one that was left out, and whole resources."""
    app = web.Application()
    cors = aiohttp_cors.setup(app, defaults={A: ResourceOptions()})
    resource = app.router.add_resource("/one")
    cors.add(resource.add_route("GET", hello))
    for method in ("DELETE", "PATCH", "POST", "PUT"):
        resource.add_route(method, hello)
    whole = app.router.add_resource("/whole")
    whole.add_route("GET", hello)
    cors.add(whole)
    inside = app.router.add_get("/inside", hello)
    Cors.for_app(app).origin(A).everywhere(excluding=[inside])
    app.router.add_resource("/empty")
    return app


def test_show_says_what_has_to_be_named_and_what_is_excluded() -> None:
    _, out, _ = run("show", f"{THIS}:left_out")
    assert f"    DELETE, PATCH, POST, PUT\n{' ' * 20}{A}; if they name it\n" in out
    assert f"/whole\n    GET             {A}; a preflight needs its method named\n" in out
    assert "/inside\n    GET, HEAD       no policy: excluded\n" in out


def test_show_gives_json() -> None:
    code, out, _ = run("show", f"{THIS}:with_receiver", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["not_run"] == [f"{THIS}.receiver"]
    users = line_of("Cors.for_app(app).origin(A, ")
    place = {"file": __file__, "line": users}
    assert shown["rows"][0] == {
        "path": "/users",
        "methods": ["GET", "POST"],
        "policy": f"{A}, https://*.b.example +credentials",
        "level": "resource",
        "api": "fluent",
        "named": "never",
        "enforced": None,
        "bound": place,
        "clauses": [place],
    }
    assert shown["rows"][2]["policy"] is None
    assert shown["rows"][2]["bound"] is None


HELP: Final = "see python -m aiohttp_cors show --help"
CANNOT: Final = {
    "an application that is not there": (
        ["show", f"{THIS}:nothing"],
        f"aiohttp_cors: module {THIS!r} has no 'nothing'\n",
    ),
    "nothing to show": (
        ["show"],
        f"aiohttp_cors: the following arguments are required: MODULE:NAME ({HELP})\n",
    ),
    "a name that steers the terminal": (
        ["show", "\x1b[2J"],
        "aiohttp_cors: '\\x1b[2J' names no application: write MODULE:NAME, as in app:create_app\n",
    ),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_run_is_one_line_on_the_error_output(name: str) -> None:
    arguments, said = CANNOT[name]
    assert run(*arguments) == (2, "", said)


def interrupted() -> web.Application:
    raise KeyboardInterrupt


def test_an_interrupt_ends_the_command() -> None:
    assert run("show", f"{THIS}:interrupted") == (130, "", "")


class Closed(io.StringIO):
    """A pipe that nobody reads."""

    @override
    def write(self, text: str, /) -> int:
        raise BrokenPipeError

    @override
    def close(self) -> None:
        if not self.closed:
            super().close()
            raise BrokenPipeError


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    assert main(["show", f"{THIS}:left_out"], out=Closed(), err=io.StringIO()) == 0


def test_the_module_is_a_command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    arguments = ["show", f"{THIS}:left_out", "--path", "/inside"]
    monkeypatch.setattr(sys, "argv", ["aiohttp_cors", *arguments])
    # Another test may have imported it, of which Python warns.
    monkeypatch.delitem(sys.modules, "aiohttp_cors.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("aiohttp_cors", run_name="__main__")
    out, err = capfd.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert out.startswith("/inside\n    GET, HEAD       no policy: excluded\n")


def test_importing_the_module_runs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    import_module("aiohttp_cors.__main__")
    assert capfd.readouterr() == ("", "")


def enforcing() -> web.Application:
    app = web.Application()
    public = app.router.add_get("/public", hello, allow_head=False)
    app.router.add_post("/forms", hello)
    cors = Cors.for_app(app).origin(A).enforce_everywhere(own=["https://own.example"])
    cors.any_origin().enforce_on(public, isolate=True, report_only=True)
    return app


def test_a_row_says_how_its_policy_is_enforced() -> None:
    rows = {row.path: row.enforced for row in rows_of(enforcing())}
    everywhere = Enforcement(own=("https://own.example",))
    assert rows == {
        "/public": Enforcement(isolate=True, report_only=True),
        "/forms": everywhere,
        "(no resource)": everywhere,
    }
    assert all(row.enforced is None for row in rows_of(create_app()))


def test_show_says_what_is_enforced() -> None:
    _, out, _ = run("show", f"{THIS}:enforcing")
    assert "    GET             *; enforced, report only, isolated\n" in out
    assert f"    POST            {A}; enforced, own https://own.example\n" in out
    assert out.endswith("3 of 3 rows have a policy; 3 of them are enforced.\n")
    _, out, _ = run("show", "--json", f"{THIS}:enforcing")
    assert [row["enforced"] for row in json.loads(out)["rows"]][:2] == [
        {"own": [], "isolate": True, "report_only": True},
        {"own": ["https://own.example"], "isolate": False, "report_only": False},
    ]


class Previews:
    """A predicate, by its qualified name."""

    @staticmethod
    def are_ours(origin: str) -> bool:
        raise AssertionError("nobody asks")


def many_readers() -> web.Application:
    """A path for each kind of origin, and a view that decides by itself."""
    app = web.Application()
    cors = Cors.for_app(app)
    exact = app.router.add_get("/exact", hello)
    asked = app.router.add_get("/asked/{id}", hello, allow_head=False)
    anyone = app.router.add_get("/any", hello, allow_head=False)
    cors.origin(A).allow_credentials().allow_headers("X-A").expose("X-B").on(exact)
    cors.origin_where(Previews.are_ours).allow_any_header().expose_all().on(asked)
    assert anyone.resource is not None
    cors.any_origin().on(anyone.resource)
    aiohttp_cors.setup(app).add(app.router.add_view("/view", View))
    return app


READERS: Final = {
    A: """\
Pages of https://a.example may read:
/any
    ✓ 405, GET
      without cookies; sets no header that needs leave
/asked/{id}
    ? GET
      only tests.unit.test_tools_show.Previews.are_ours can tell; without
      cookies; sets any header; sees any header
/exact
    ✓ GET, HEAD
      with cookies; sets x-a; sees x-b
/view
    ? GET
      only tests.unit.test_tools_show.View can tell

""",
    "null": """\
Pages of null may read:
/any
    ✓ 405, GET
      without cookies; sets no header that needs leave
/view
    ? GET
      only tests.unit.test_tools_show.View can tell

""",
}


@pytest.mark.parametrize("origin", READERS)
def test_show_says_what_the_pages_of_an_origin_may_read(origin: str) -> None:
    assert run("show", f"{THIS}:many_readers", "--origin", origin) == (0, READERS[origin], "")


def test_show_says_who_may_read_one_path() -> None:
    command = ("show", f"{THIS}:many_readers", "--path", "/exact", "--origin")
    _, out, _ = run(*command, A)
    assert out.splitlines()[1] == "/exact"
    assert "/any" not in out
    assert run(*command, "https://b.example")[1] == "https://b.example may read nothing.\n\n"


def test_what_an_origin_may_read_as_json() -> None:
    _, out, _ = run("show", f"{THIS}:many_readers", "--origin", A, "--json")
    shown = json.loads(out)
    assert shown["origin"] == A
    assert shown["not_run"] == []
    assert shown["reads"][1] == {
        "path": "/asked/{id}",
        "methods": ["GET"],
        "depends": [f"where:{THIS}.Previews.are_ours"],
        "credentials": False,
        "headers": None,
        "exposed": None,
    }
    assert shown["reads"][2]["headers"] == ["x-a"]
    assert shown["reads"][-1]["credentials"] is None


def test_what_no_browser_sends_is_no_origin() -> None:
    code, out, err = run("show", f"{THIS}:many_readers", "--origin", "ü")
    assert (code, out) == (2, "")
    assert err == "aiohttp_cors: 'ü' is no origin; one is https://app.example.com\n"
