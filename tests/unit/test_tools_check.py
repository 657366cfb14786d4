"""`check`: how findings are printed, what is ignored, which level fails, and the pages of the ids."""

import io
import json
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

import aiohttp_cors
from aiohttp_cors import Cors, LiveOrigins, ResourceOptions
from aiohttp_cors._server.engine import ENGINE
from aiohttp_cors._tools.command import main
from aiohttp_cors._tools.findings.pages import PAGES
from aiohttp_cors._tools.findings.report import report_on
from aiohttp_cors._values.findings import (
    KINDS,
    MIDDLEWARE_BEFORE_PREFLIGHTS,
    Finding,
    FindingLevel,
)
from examples.demo.api import create_api
from examples.demo.policies import POLICIES
from tests.integration.support import hello

A: Final = "https://a.example"
THIS: Final = "tests.unit.test_tools_check"
HERE: Final = Path(__file__).relative_to(Path.cwd())


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, out=out, err=err)
    return code, out.getvalue(), err.getvalue()


def line_of(text: str) -> int:
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines, 1) if line.strip().startswith(text))
    return number


async def receiver(app: web.Application) -> None:
    Cors.for_app(app).origin("https://b.example").max_age(7201).everywhere()


def styled() -> web.Application:
    """One finding of the level style."""
    app = web.Application()
    route = app.router.add_get("/a", hello)
    Cors.for_app(app).origin(A).max_age(86400).on(route)
    return app


def permissive() -> web.Application:
    """Findings of the levels permissive and style, a predicate and a receiver."""
    app = styled()
    app.on_startup.append(receiver)
    everybody = {"*": ResourceOptions(allow_credentials=True)}
    aiohttp_cors.setup(app).add(app.router.add_get("/b", hello), everybody)
    Cors.for_app(app).origin_where(str.islower).on(app.router.add_get("/c", hello))
    return app


def clean() -> web.Application:
    app = web.Application()
    Cors.for_app(app).origin(A).on(app.router.add_get("/a", hello))
    return app


def without_cors() -> web.Application:
    app = web.Application()
    app.router.add_get("/a", hello)
    return app


def test_findings_are_printed_with_their_lines_and_what_to_write_instead() -> None:
    everybody = line_of("aiohttp_cors.setup(app).add(")
    age = line_of("Cors.for_app(app).origin(A).max_age(")
    where = line_of("Cors.for_app(app).origin_where(")
    assert run("check", f"{THIS}:permissive") == (
        1,
        f"""\
{HERE}:{everybody}: permissive any-origin-with-credentials
    any origin may send credentials and read the answers ('*')
    instead: {{"*": ResourceOptions()}}

{HERE}:{age}: style long-max-age
    of 86400 s Chromium keeps a preflight 7200, WebKit 600; Firefox alone keeps
    all
    instead: .max_age(7200)

2 findings: 1 permissive, 1 style.
check --explain ID says what a finding means and what to write instead.
Not looked at:
  - what the predicate str.islower allows, {HERE}:{where}
Not run: {THIS}.receiver; --start runs them.
""",
        "",
    )


def test_json_has_the_same() -> None:
    code, out, _ = run("check", f"{THIS}:permissive", "--json")
    shown = json.loads(out)
    assert code == 1
    assert shown["not_run"] == [f"{THIS}.receiver"]
    assert shown["is_set_up"] is True
    assert len(shown["not_looked_at"]) == 1
    first, second = shown["findings"]
    assert first == {
        "id": "any-origin-with-credentials",
        "level": "permissive",
        "file": __file__,
        "line": line_of("aiohttp_cors.setup(app).add("),
        "text": "any origin may send credentials and read the answers ('*')",
        "instead": '{"*": ResourceOptions()}',
    }
    assert second["id"] == "long-max-age"


def test_what_a_startup_receiver_sets_up_is_found_after_the_start() -> None:
    code, out, _ = run("check", f"{THIS}:permissive", "--start", "--json")
    findings = json.loads(out)["findings"]
    assert code == 1
    line = line_of('Cors.for_app(app).origin("https://b.example")')
    assert [each["line"] for each in findings if each["id"] == "long-max-age"] == [
        line,
        line_of("Cors.for_app(app).origin(A).max_age("),
    ]
    assert findings[0]["id"] == "any-origin-with-credentials"


@pytest.mark.parametrize(
    "arguments, expected",
    [
        (["styled"], 0),
        (["styled", "--fail-level", "style"], 1),
        (["styled", "--fail-level", "style", "--ignore", "long-max-age"], 0),
        (["permissive"], 1),
        (["permissive", "--fail-level", "permissive"], 1),
        (["permissive", "--fail-level", "broken"], 0),
        (["permissive", "--ignore", "any-origin-with-credentials"], 0),
        (["permissive", "--ignore", "any-origin-with-credentials", "--ignore", "null-origin"], 0),
        (["clean", "--fail-level", "style"], 0),
        (["without_cors", "--fail-level", "style"], 0),
    ],
    ids=[
        "style does not fail",
        "style fails where it is asked to",
        "what is ignored does not fail",
        "permissive fails",
        "the level itself fails",
        "a worse level is asked for",
        "what is left after ignoring",
        "several are ignored",
        "nothing is found",
        "nothing is set up",
    ],
)
def test_the_exit_code_is_1_for_the_level_and_worse(arguments: list[str], expected: int) -> None:
    name, *rest = arguments
    code, _, err = run("check", f"{THIS}:{name}", *rest)
    assert (code, err) == (expected, "")


def test_nothing_found_is_said() -> None:
    assert run("check", f"{THIS}:clean") == (0, "No findings.\n", "")


def test_one_finding_is_counted_as_one() -> None:
    assert "\n1 finding: 1 style.\n" in run("check", f"{THIS}:styled")[1]


def test_an_application_without_cors_is_said_to_have_none() -> None:
    said = "CORS is not set up: no policy covers anything.\n"
    assert run("check", f"{THIS}:without_cors") == (0, said, "")


CANNOT: Final = {
    "an id that is nearly one": (
        ["check", f"{THIS}:clean", "--ignore", "null_origins"],
        "'null_origins' is no id of a finding: did you mean null-origin?",
    ),
    "an id to explain that is nearly one": (
        ["check", "--explain", "Long-Max-Ages"],
        "'Long-Max-Ages' is no id of a finding: did you mean long-max-age?",
    ),
    "an id that steers the terminal": (
        ["check", "--explain", "\x1b[2J"],
        f"'\\x1b[2J' is no id of a finding: the ids are {', '.join(kind.id for kind in KINDS)}",
    ),
    "nothing to check": (["check"], "check needs MODULE:NAME, or --explain ID"),
    "an application that is not there": (
        ["check", f"{THIS}:nothing"],
        f"module {THIS!r} has no 'nothing'",
    ),
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_run_is_one_line_on_the_error_output(name: str) -> None:
    arguments, said = CANNOT[name]
    assert run(*arguments) == (2, "", f"aiohttp_cors: {said}\n")


def test_an_unknown_level_is_refused_with_those_that_there_are() -> None:
    code, out, err = run("check", f"{THIS}:clean", "--fail-level", "bad")
    assert (code, out) == (2, "")
    assert all(level.value in err for level in FindingLevel)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_each_id_is_printed(name: str) -> None:
    code, out, err = run("check", "--explain", name)
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        line.lstrip("# ") if line.startswith("#") else line for line in PAGES[name].plain()
    ]


def test_a_page_is_printed_as_json_too() -> None:
    page = PAGES["null-origin"]
    code, out, _ = run("check", "--explain", page.kind.id, "--json")
    assert code == 0
    assert json.loads(out) == {
        "id": "null-origin",
        "level": "permissive",
        "what": page.what,
        "why": page.why,
        "example": page.example,
        "instead": page.instead,
        "references": [{"title": t, "address": a} for t, a in page.references],
    }


EXAMPLES: Final = sorted(
    path.stem for path in (Path(__file__).parents[2] / "examples").glob("[a-z]*.py")
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_have_no_finding(name: str) -> None:
    code, out, err = run("check", f"examples.{name}:create_app", "--fail-level", "style")
    assert (code, err) == (0, "")
    assert out.startswith("No findings.\n")


@pytest.mark.parametrize("name", POLICIES)
def test_the_policies_of_the_demo_have_no_finding(name: str) -> None:
    app = create_api()
    POLICIES[name](app, "http://localhost:8080")
    app.freeze()
    assert not report_on(app).findings


def noted() -> web.Application:
    """With a finding whose line nobody knows, as the first response may bring one."""
    app = clean()
    app[ENGINE].notes.add([Finding(MIDDLEWARE_BEFORE_PREFLIGHTS, None, "it is in the way")])
    return app


def test_a_finding_without_a_line_is_printed_without_one() -> None:
    out = run("check", f"{THIS}:noted")[1]
    assert out.startswith("broken middleware-before-preflights\n    it is in the way\n\n")
    findings = json.loads(run("check", f"{THIS}:noted", "--json")[1])["findings"]
    assert [(each["file"], each["line"], each["instead"]) for each in findings] == [(None,) * 3]


def steering() -> web.Application:
    app = web.Application()
    aiohttp_cors.setup(app, defaults={"\x1b[2J": ResourceOptions()})
    Cors.for_app(app).origin(LiveOrigins([A])).on(app.router.add_get("/a\x1b", hello))
    return app


def test_nothing_of_the_program_steers_the_terminal() -> None:
    _, out, _ = run("check", f"{THIS}:steering")
    assert "unsendable-origin" in out
    assert "\x1b" not in out
