"""What the mypy plugin reports of a user's program, and where it is silent.

mypy runs as a user runs it: on a project with a ``mypy.ini`` that names the plugin. Expectations
are the words of the contract: *invalid* is outside the grammar, *forbidden* what Fetch rules out,
*prohibited* what this library refuses.
"""

import gc
import importlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web

from aiohttp_cors import AnyOriginRule, Cors, CorsConfigError, OriginRule
from aiohttp_cors._values.names import parse_max_age
from aiohttp_cors._values.origins import parse_origin

if importlib.util.find_spec("mypy") is None:
    if os.environ.get("CI"):
        pytest.fail("mypy is not installed")
    pytest.skip("mypy is not installed", allow_module_level=True)

from mypy import api

from aiohttp_cors import mypy_plugin

INI = """\
[mypy]
plugins = aiohttp_cors.mypy_plugin
strict = True
"""

SETTINGS = """\
from dataclasses import dataclass, field
from typing import Final, Literal

import attrs

ORIGIN: Final = "https://a.example/"
NULL: Final[str] = "null"
HEADERS: Final = ("X-CSRF-Token", "Cookie")
FINE: Final = ("X-CSRF-Token", "X-Request-ID")
AGE: Final = -1
LIST: Final = ["Cookie"]
VARIABLE = "null"


class Limits:
    METHOD: Final = "TRACE"
    OTHER: Final[str] = "CONNECT"

    def __init__(self) -> None:
        self.age: Final = 86401
        self.method: Final[str] = "TRACK"
        self.origin: Literal["null"] = "null"


@dataclass(frozen=True)
class Chosen:
    origin: Final[str] = "null"
    method: Final[str] = "TRACE"
    age: Final[int] = field(default=-1)
    fixed: Final[str] = field(default="null", init=False)


@attrs.frozen
class ChosenToo:
    origin: Final[str] = "null"


class More(Chosen):
    header: Final[str] = "Cookie"


Header = Literal["Cookie", "X-A"]
Headers = list[Literal["Cookie"]]
"""

HEAD = """\
import aiohttp_cors
import settings
from aiohttp_cors import AnyOriginRule, Cors, CredentialedRule, OriginRule, ResourceOptions
from aiohttp_cors import ResourceOptions as Options
from enum import Enum
from settings import HEADERS, NULL, Chosen, ChosenToo, Header, Headers, Limits, More
from typing import Final, Literal, Tuple, TypeVar

METHODS: Final = "TRACE", "GET"


class Origins(str, Enum):
    null = "https://a.example"


Rule = TypeVar("Rule", bound=OriginRule)
AnyRule = TypeVar("AnyRule", bound="OriginRule | CredentialedRule")


class Mine:
    def allow_headers(self, name: str) -> None: ...


Other = TypeVar("Other", bound=Mine)


def configure(
    cors: Cors,
    rule: OriginRule,
    public: AnyOriginRule,
    any_rule: OriginRule | CredentialedRule | AnyOriginRule,
    limits: Limits,
    text: str,
    names: list[str],
    options: dict[str, list[str]],
    bound: Rule,
    bound_by_union: AnyRule,
    other: Other,
    chosen: Chosen,
    chosen_too: ChosenToo,
    more: More,
    header: Header,
    headers: Headers,
    pair: Tuple[Literal["TRACE"], str],
    trace: Literal["TRACE"],
    too_old: Literal[86401],
    star: Literal["*"],
) -> None:
    here: Final = "Set-Cookie"
"""

# A statement of the fluent API, and what is wrong with its literals. All are refused at run time.
FLUENT: Final = {
    'cors.origin("https://a.example/")': ["origin 'https://a.example/' is invalid"],
    'cors.origin("null")': ["origin 'null' is prohibited"],
    'cors.origin("")': ["origin '' is invalid"],
    'cors.origin("https://*.com")': ["origin 'https://*.com' is prohibited"],
    'cors.origin("https://a.example", "HTTPS://b.example")': [
        "origin 'HTTPS://b.example' is invalid"
    ],
    'cors.origin("https://a.example:443", "null")': [
        "origin 'https://a.example:443' is invalid",
        "origin 'null' is prohibited",
    ],
    'cors.origin("*", "https://a.example")': ["origin '*' is conflicting"],
    'cors.origin("*", *["https://a.example"])': ["origin '*' is conflicting"],
    'cors.origin(*("*", "https://a.example"))': ["origin '*' is conflicting"],
    'rule.allow_methods("patch")': ["allow_methods 'patch' is invalid"],
    'cors.origin("wss://a.example")': ["origin 'wss://a.example' is invalid"],
    'rule.origin("null")': ["origin 'null' is prohibited"],
    'public.origin("null")': ["origin 'null' is prohibited"],
    'rule.allow_methods("TRACE")': ["allow_methods 'TRACE' is forbidden"],
    'rule.allow_methods("GET", "connect")': ["allow_methods 'connect' is forbidden"],
    'rule.allow_methods("GET, PUT")': ["allow_methods 'GET, PUT' is invalid"],
    'rule.allow_methods("*")': ["allow_methods '*' is prohibited"],
    'rule.allow_headers("Cookie")': ["allow_headers 'Cookie' is forbidden"],
    'rule.allow_headers("Sec-Fetch-Mode", "X A")': [
        "allow_headers 'Sec-Fetch-Mode' is forbidden",
        "allow_headers 'X A' is invalid",
    ],
    'rule.allow_headers("*")': ["allow_headers '*' is prohibited"],
    'rule.expose("Set-Cookie")': ["expose_headers 'Set-Cookie' is forbidden"],
    'rule.expose("*")': ["expose_headers '*' is prohibited"],
    "rule.max_age(-1)": ["max_age '-1' is invalid"],
    "rule.max_age(86401)": ["max_age '86401' is invalid"],
    "rule.max_age(True)": ["max_age 'True' is invalid"],
    'public.allow_headers("Cookie").max_age(60)': ["allow_headers 'Cookie' is forbidden"],
    'rule.allow_headers(*("X-A", "Cookie"))': ["allow_headers 'Cookie' is forbidden"],
    'rule.allow_headers(*["Cookie"])': ["allow_headers 'Cookie' is forbidden"],
    'rule.allow_headers("X-A", *{"Host"})': ["allow_headers 'Host' is forbidden"],
    'rule.allow_headers(*["X-A", *("Cookie",)])': ["allow_headers 'Cookie' is forbidden"],
    'cors.use({"null": ResourceOptions()})': ["origin 'null' is prohibited"],
    'cors.use({"*": ResourceOptions(), "https://a.example/": ResourceOptions()})': [
        "origin 'https://a.example/' is invalid"
    ],
}

# The classic API accepts these at run time, and none of them can have an effect.
OPTIONS: Final = {
    'ResourceOptions(allow_headers=["Cookie"])': ["allow_headers 'Cookie' is forbidden"],
    'ResourceOptions(allow_methods=("TRACE", "track"))': [
        "allow_methods 'TRACE' is forbidden",
        "allow_methods 'track' is forbidden",
    ],
    'ResourceOptions(expose_headers={"Set-Cookie"})': ["expose_headers 'Set-Cookie' is forbidden"],
    "ResourceOptions(max_age=-1)": ["max_age '-1' is invalid"],
    'ResourceOptions(allow_headers=("X-A", "X B"))': ["allow_headers 'X B' is invalid"],
    'ResourceOptions(allow_headers=["*"])': [
        "allow_headers '*' is prohibited: a list of names has no wildcard (hint: allow_headers=\"*\")"
    ],
    'ResourceOptions(max_age=-1, allow_methods=["GET", "TRACE"])': [
        "max_age '-1' is invalid",
        "allow_methods 'TRACE' is forbidden",
    ],
    'aiohttp_cors.ResourceOptions(allow_headers=["Cookie"])': [
        "allow_headers 'Cookie' is forbidden"
    ],
    'cors.use({"https://a.example": ResourceOptions(allow_headers=["Cookie"])})': [
        "allow_headers 'Cookie' is forbidden"
    ],
    'Options(allow_headers=["Cookie"])': ["allow_headers 'Cookie' is forbidden"],
}

# Names that are declared `Final`, here or in another module, bare or with a type; and literal types.
NAMED: Final = {
    "cors.origin(settings.ORIGIN)": ["origin 'https://a.example/' is invalid"],
    "cors.origin(settings.NULL)": ["origin 'null' is prohibited"],
    "cors.origin(NULL)": ["origin 'null' is prohibited"],
    "cors.origin(limits.origin)": ["origin 'null' is prohibited"],
    "rule.allow_methods(Limits.METHOD)": ["allow_methods 'TRACE' is forbidden"],
    "rule.allow_methods(settings.Limits.METHOD)": ["allow_methods 'TRACE' is forbidden"],
    "rule.allow_methods(Limits.OTHER)": ["allow_methods 'CONNECT' is forbidden"],
    "rule.allow_methods(limits.METHOD, limits.OTHER)": [
        "allow_methods 'TRACE' is forbidden",
        "allow_methods 'CONNECT' is forbidden",
    ],
    "rule.allow_methods(limits.method)": ["allow_methods 'TRACK' is forbidden"],
    "rule.max_age(settings.AGE)": ["max_age '-1' is invalid"],
    "rule.max_age(limits.age)": ["max_age '86401' is invalid"],
    "rule.expose(here)": ["expose_headers 'Set-Cookie' is forbidden"],
    "rule.allow_headers(*HEADERS)": ["allow_headers 'Cookie' is forbidden"],
    "rule.allow_headers(*settings.HEADERS)": ["allow_headers 'Cookie' is forbidden"],
    "rule.allow_methods(*METHODS)": ["allow_methods 'TRACE' is forbidden"],
    "ResourceOptions(allow_headers=HEADERS)": ["allow_headers 'Cookie' is forbidden"],
    "ResourceOptions(allow_headers=[*HEADERS])": ["allow_headers 'Cookie' is forbidden"],
    "ResourceOptions(expose_headers=[here])": ["expose_headers 'Set-Cookie' is forbidden"],
    "ResourceOptions(max_age=settings.AGE)": ["max_age '-1' is invalid"],
    "cors.use({settings.NULL: ResourceOptions()})": ["origin 'null' is prohibited"],
    'any_rule.allow_headers("Cookie")': ["allow_headers 'Cookie' is forbidden"],
    "rule.allow_methods(trace)": ["allow_methods 'TRACE' is forbidden"],
    "rule.allow_methods(*pair)": ["allow_methods 'TRACE' is forbidden"],
    "rule.allow_headers(header)": ["allow_headers 'Cookie' is forbidden"],
    "rule.allow_headers(*headers)": ["allow_headers 'Cookie' is forbidden"],
    "rule.max_age(too_old)": ["max_age '86401' is invalid"],
    'cors.origin(star, "https://a.example")': ["origin '*' is conflicting"],
    "ResourceOptions(allow_headers=headers)": ["allow_headers 'Cookie' is forbidden"],
    "cors.origin(Chosen.origin)": ["origin 'null' is prohibited"],
    "rule.allow_headers(More.header)": ["allow_headers 'Cookie' is forbidden"],
    'bound.allow_headers("X-A", "Cookie")': ["allow_headers 'Cookie' is forbidden"],
    'bound.origin("null")': ["origin 'null' is prohibited"],
    "bound.expose_all().max_age(-1)": ["max_age '-1' is invalid"],
    'bound_by_union.expose("Set-Cookie")': ["expose_headers 'Set-Cookie' is forbidden"],
}

# What can work, and what nobody knows before the program runs.
SILENT: Final = (
    'cors.origin("*")',
    'cors.origin("*", *names)',
    'cors.origin(*names, "*")',
    'cors.origin("*", *[*names])',
    'cors.origin(*["*"])',
    "cors.origin(star)",
    "cors.origin(chosen.origin)",
    "cors.origin(more.origin)",
    "cors.origin(chosen.fixed)",
    "cors.origin(chosen_too.origin)",
    "rule.allow_methods(chosen.method)",
    "rule.max_age(chosen.age)",
    'bound.allow_headers("X-A").max_age(0)',
    'bound.origin("https://a.example")',
    'other.allow_headers("Cookie")',
    "any_rule.allow_any_header()",
    "(rule.expose if text else rule.expose)(text)",
    "[rule.expose][0](text)",
    'cors.origin("https://a.example", "https://*.example.com", "http://localhost:*")',
    'rule.allow_methods("GET", "get", "PATCH", "QUERY")',
    'rule.allow_headers("Content-Type", "Authorization", "x-a")',
    'rule.expose("ETag").max_age(0).max_age(86400)',
    "rule.allow_headers(*settings.FINE)",
    "rule.allow_any_header().expose_all().allow_any_method()",
    'cors.origin_where(lambda origin: origin == "null")',
    "cors.origin(text)",
    "cors.origin(text.lower())",
    "cors.origin(settings.VARIABLE)",
    'cors.origin("https://" + text)',
    'cors.origin(f"https://{text}/")',
    "cors.origin(names[0], *names)",
    "cors.origin(Origins.null)",
    "rule.allow_headers(*names)",
    "rule.allow_headers(*[name for name in names])",
    "rule.allow_headers(*settings.LIST)",
    "rule.max_age(len(names))",
    "rule.max_age(-len(names))",
    'rule.max_age(int("-1"))',
    "ResourceOptions()",
    'ResourceOptions(allow_headers="*", expose_headers="*", allow_methods="*")',
    'ResourceOptions(allow_headers=["X-A"], allow_methods=["get", "patch"], max_age=0)',
    "ResourceOptions(allow_methods=None, max_age=None, allow_credentials=True)",
    "ResourceOptions(allow_headers=names, allow_methods=frozenset(names))",
    "ResourceOptions(*names)",
    "cors.use(rule.policy)",
    'cors.use({"*": ResourceOptions(), "https://a.example": ResourceOptions()})',
    "cors.use({origin: ResourceOptions() for origin in names})",
    "cors.use({**{name: ResourceOptions() for name in names}})",
    "cors.use({text: ResourceOptions(), names[0]: ResourceOptions()})",
    'print("null", "Cookie", "TRACE")',
)

# What mypy itself refuses; nothing is to be added, and nothing may break.
GARBAGE: Final = (
    "cors.origin(1)",
    'cors.origin(b"null")',
    'cors.origin(first="null")',
    "cors.origin(text.nothing)",
    "cors.origin(nothing)",
    "cors.origin(nothing.at.all)",
    "cors.origin(*nothing)",
    "cors.origin(*text.nothing)",
    "cors.origin(rule.policy.nothing)",
    "cors.origin(print.nothing)",
    'rule.max_age("-1")',
    "rule.max_age(age=-1)",
    "rule.max_age(-1.5)",
    "rule.allow_headers(None)",
    "rule.allow_headers(1, [])",
    "rule.allow_headers(**options)",
    'ResourceOptions("Cookie")',
    "ResourceOptions(**options)",
    'ResourceOptions(allow_headers="Cookie")',
    "ResourceOptions(allow_headers=-1)",
    'ResourceOptions(max_age=["-1"])',
    'ResourceOptions(unknown=["Cookie"])',
    "cors.use()",
    'cors.use("null")',
    "cors.use({1: 1})",
    'cors.nothing("null")',
)

REPORTED: Final = {**FLUENT, **OPTIONS, **NAMED}
STATEMENTS: Final = (*REPORTED, *SILENT, *GARBAGE)
CODE: Final = "  [cors-config]"


class Mypy:
    """mypy in this process, on one project."""

    def __init__(self, project: Path) -> None:
        self.project = project
        (project / "mypy.ini").write_text(INI, "utf-8")
        (project / "settings.py").write_text(SETTINGS, "utf-8")

    def lines(self, text: str) -> dict[int, list[str]]:
        """What mypy says of a program, by line."""
        program = self.project / "program.py"
        program.write_text(text, "utf-8")
        before = sys.getrecursionlimit()
        try:
            output, errors, _ = api.run([str(program), *self.options])
        finally:
            # mypy takes the process for its own.
            sys.setrecursionlimit(before)
            gc.enable()
        assert errors == ""
        said: dict[int, list[str]] = {}
        for line in output.splitlines():
            found = re.fullmatch(rf"{re.escape(str(program))}:(\d+): error: (.*)", line)
            if found:
                said.setdefault(int(found[1]), []).append(found[2])
        return said

    @property
    def options(self) -> list[str]:
        """Its settings, which it would look for in the folder it runs in."""
        return [
            *("--config-file", str(self.project / "mypy.ini")),
            *("--cache-dir", str(self.project / "cache")),
            *("--python-executable", sys.executable),
            "--show-absolute-path",
        ]


@pytest.fixture(scope="module")
def mypy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mypy]:
    """A project whose settings other modules import; its cache makes all runs but one quick."""
    project = tmp_path_factory.mktemp("project").resolve()
    patch = pytest.MonkeyPatch()
    patch.setenv("MYPYPATH", str(project))
    yield Mypy(project)
    patch.undo()


@pytest.fixture(scope="module")
def said(mypy: Mypy) -> dict[str, list[str]]:
    """What mypy says of each statement."""
    lines = mypy.lines(HEAD + "".join(f"    {statement}\n" for statement in STATEMENTS))
    first = HEAD.count("\n") + 1
    return {text: lines.get(number, []) for number, text in enumerate(STATEMENTS, start=first)}


@pytest.mark.parametrize("statement", REPORTED, ids=list(REPORTED))
def test_a_literal_that_cannot_work_is_reported(statement: str, said: dict[str, list[str]]) -> None:
    reported = said[statement]
    assert len(reported) == len(REPORTED[statement])
    for words, line in zip(REPORTED[statement], reported, strict=True):
        assert line.startswith(words)
        assert line.endswith(CODE)


@pytest.mark.parametrize("statement", SILENT, ids=SILENT)
def test_what_can_work_or_is_not_known_is_left_alone(
    statement: str, said: dict[str, list[str]]
) -> None:
    assert said[statement] == []


@pytest.mark.parametrize("statement", GARBAGE, ids=GARBAGE)
def test_what_mypy_refuses_is_left_to_mypy(statement: str, said: dict[str, list[str]]) -> None:
    assert said[statement]
    assert not [line for line in said[statement] if line.endswith(CODE)]
    assert not [line for line in said[statement] if "INTERNAL ERROR" in line]


@pytest.mark.parametrize("statement", FLUENT, ids=list(FLUENT))
def test_what_is_reported_of_the_fluent_api_is_what_the_call_would_raise(statement: str) -> None:
    cors = Cors.for_app(web.Application())
    rule: OriginRule = cors.origin("https://here.example")
    public: AnyOriginRule = cors.any_origin()
    code = f"from aiohttp_cors import ResourceOptions\n{statement}"
    with pytest.raises(CorsConfigError) as refused:
        exec(code, {"cors": cors, "rule": rule, "public": public})
    raised = [str(problem) for problem in refused.value.problems]
    assert len(raised) == len(FLUENT[statement])
    for words, line in zip(FLUENT[statement], raised, strict=True):
        assert line.startswith(words)


def test_in_a_call_over_several_lines_the_line_of_the_literal_is_reported(mypy: Mypy) -> None:
    said = mypy.lines(
        "from aiohttp import web\n"
        "from aiohttp_cors import Cors, ResourceOptions\n"
        "app = web.Application()\n"
        "(\n"
        "    Cors.for_app(app)\n"
        "    .origin(\n"
        '        "https://a.example",\n'
        '        "https://a.example/",\n'
        "    )\n"
        '    .allow_headers("X-A")\n'
        "    .allow_headers(\n"
        '        "Cookie",\n'
        "    )\n"
        "    .max_age(-1)\n"
        "    .on(app.router.add_resource('/'))\n"
        "    .use({\n"
        '        "https://b.example": ResourceOptions(\n'
        "            allow_methods=[\n"
        '                "GET",\n'
        '                "TRACE",\n'
        "            ],\n"
        "        ),\n"
        '        "null": ResourceOptions(),\n'
        "    })\n"
        ")\n"
    )
    assert {line: [text.split(": ")[0] for text in texts] for line, texts in said.items()} == {
        8: ["origin 'https://a.example/' is invalid"],
        12: ["allow_headers 'Cookie' is forbidden"],
        14: ["max_age '-1' is invalid"],
        20: ["allow_methods 'TRACE' is forbidden"],
        23: ["origin 'null' is prohibited"],
    }


def test_the_hint_is_told(mypy: Mypy) -> None:
    said = mypy.lines(
        "from aiohttp_cors import Cors, OriginRule, ResourceOptions\n"
        "def configure(cors: Cors, rule: OriginRule) -> None:\n"
        '    cors.origin("https://a.example/")\n'
        '    rule.allow_headers("Cookie")\n'
        '    rule.allow_methods("GET, PUT")\n'
        '    rule.allow_headers("X CSRF")\n'
        '    ResourceOptions(allow_headers=["Cookie"])\n'
    )
    hints = {line: text.rpartition(" (hint: ")[2] for line, (text,) in said.items()}
    assert hints == {
        3: f"https://a.example){CODE}",
        4: f".allow_credentials){CODE}",
        5: f"'GET', 'PUT'){CODE}",
        6: f"X-CSRF){CODE}",
        7: f"allow_credentials=True){CODE}",
    }


def test_a_field_of_a_dataclass_is_left_to_its_instances_without_a_type_as_well(
    mypy: Mypy,
) -> None:
    said = mypy.lines(
        "from dataclasses import dataclass\n"
        "from typing import Final\n"
        "from aiohttp_cors import Cors\n"
        "@dataclass\n"
        "class Chosen:\n"
        '    origin: Final = "null"\n'
        "def configure(cors: Cors, chosen: Chosen) -> None:\n"
        "    cors.origin(chosen.origin)\n"
        "    cors.origin(Chosen.origin)\n"
    )
    # mypy 1.8 itself refuses such a field.
    assert [line for line, texts in said.items() if CODE in "".join(texts)] == [9]


def test_a_variable_that_stands_for_one_of_several_states_is_checked(mypy: Mypy) -> None:
    said = mypy.lines(
        "from typing import TypeVar\n"
        "from aiohttp_cors import AnyOriginRule, OriginRule\n"
        'One = TypeVar("One", OriginRule, AnyOriginRule)\n'
        "def configure(rule: One) -> One:\n"
        '    return rule.allow_methods("TRACE")\n'
    )
    assert [text.split(": ")[0] for text in said[5]] == ["allow_methods 'TRACE' is forbidden"]


def test_the_rule_is_told(mypy: Mypy) -> None:
    said = mypy.lines(
        "from aiohttp_cors import Cors\n"
        "def configure(cors: Cors) -> None:\n"
        '    cors.origin("null")\n'
    )
    problem = parse_origin("null")
    assert said == {3: [f"{problem}{CODE}"]}


def test_its_code_silences_a_line_and_another_code_does_not(mypy: Mypy) -> None:
    said = mypy.lines(
        "from aiohttp_cors import Cors\n"
        "def configure(cors: Cors) -> None:\n"
        '    cors.origin("null")  # type: ignore[cors-config]\n'
        '    cors.origin("null")  # type: ignore[arg-type]\n'
    )
    assert [line for line in said if CODE in "".join(said[line])] == [4]


def test_a_constant_that_changes_in_another_module_is_seen_by_the_next_run(mypy: Mypy) -> None:
    program = "import settings\nfrom aiohttp_cors import Cors\n"
    program += "def configure(cors: Cors) -> None:\n    cors.origin(settings.ORIGIN)\n"
    assert 4 in mypy.lines(program)
    settings = mypy.project / "settings.py"
    settings.write_text(SETTINGS.replace('"https://a.example/"', '"https://a.example"'), "utf-8")
    try:
        assert mypy.lines(program) == {}
    finally:
        settings.write_text(SETTINGS, "utf-8")
    assert 4 in mypy.lines(program)


def test_mypy_forgets_what_an_older_version_of_the_library_said() -> None:
    assert mypy_plugin.__version__ == importlib.import_module("aiohttp_cors").__version__


def test_a_surprise_inside_the_plugin_is_silence(
    mypy: Mypy, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def surprise(value: object) -> object:
        asked.append(value)
        raise RuntimeError

    steps = {"expose": surprise, "max_age": parse_max_age}
    monkeypatch.setattr("aiohttp_cors.mypy_plugin._STEPS", steps)
    said = mypy.lines(
        "from aiohttp_cors import OriginRule\n"
        "def configure(rule: OriginRule) -> None:\n"
        '    rule.expose("Set-Cookie").max_age(-1)\n'
    )
    assert asked == ["Set-Cookie"]
    assert [text.split(": ")[0] for text in said.pop(3)] == ["max_age '-1' is invalid"]
    assert said == {}


def test_a_user_runs_mypy_in_the_project_and_sees_the_error(mypy: Mypy, tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text(INI, "utf-8")
    (tmp_path / "settings.py").write_text(SETTINGS, "utf-8")
    (tmp_path / "app.py").write_text(
        "from aiohttp import web\n"
        "from aiohttp_cors import Cors\n"
        "import settings\n"
        "\n"
        "\n"
        "def create_app() -> web.Application:\n"
        "    app = web.Application()\n"
        "    Cors.for_app(app).origin(settings.ORIGIN).everywhere()\n"
        "    return app\n",
        "utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "app.py"],
        cwd=tmp_path,
        env={**os.environ, "MYPY_CACHE_DIR": str(mypy.project / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout.splitlines() == [
        f"app.py:8: error: {parse_origin('https://a.example/')}{CODE}",
        "Found 1 error in 1 file (checked 1 source file)",
    ]
    assert run.stderr == ""
    assert run.returncode == 1


def test_pyproject_switches_it_on_as_well(mypy: Mypy) -> None:
    settings = mypy.project / "pyproject.toml"
    settings.write_text(
        '[tool.mypy]\nplugins = ["aiohttp_cors.mypy_plugin"]\nstrict = true\n', "utf-8"
    )
    program = mypy.project / "short.py"
    program.write_text("from aiohttp_cors import LiveOrigins\n", "utf-8")
    output, errors, status = api.run(
        [str(program), *mypy.options, "--config-file", str(settings)],
    )
    assert (output, errors, status) == ("Success: no issues found in 1 source file\n", "", 0)


def test_without_mypy_the_import_error_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "aiohttp_cors.mypy_plugin")
    monkeypatch.setitem(sys.modules, "mypy.errorcodes", None)
    with pytest.raises(ImportError, match="runs inside mypy, which cannot be imported here"):
        importlib.import_module("aiohttp_cors.mypy_plugin")
