"""A program that uses the classic API, and the requests made to it, as plain data.

Knows what such a program can say; knows neither library, nor aiohttp. Everything is frozen,
comparable and printable: ``str(program)`` is the program as a person would write it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, final

from typing_extensions import override

Names: TypeAlias = tuple[str, ...] | Literal["*"]
AppName: TypeAlias = Literal["root", "sub"]
Headers: TypeAlias = tuple[tuple[str, str], ...]

Flaw: TypeAlias = Literal["keyword", "age", "string", "credentials"]
"""What is wrong with options: an unknown key, a negative age, a bare string as names, no bool."""

Deed: TypeAlias = Literal["answer", "raise", "break", "stream", "upgrade", "refuse the method"]
"""What a handler does: "break" is an exception that is no HTTP error."""

Wrong: TypeAlias = Literal["a string", "None", "the mounted application"]

Middleware: TypeAlias = Literal["raise 401", "return 401", "add a header", "add CORS headers"]
"""The first two let a request with ``Authorization`` pass."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an origin may do: the five options, and how the program spells them."""

    allow_credentials: bool = False
    expose_headers: Names = ()
    allow_headers: Names = ()
    max_age: int | None = None
    allow_methods: Names | None = None
    as_mapping: bool = False
    flaw: Flaw | None = None

    @override
    def __str__(self) -> str:
        said = [
            f"{field.name}={value!r}"
            for field in dataclasses.fields(self)
            if field.name not in {"as_mapping", "flaw"}
            and (value := getattr(self, field.name)) != field.default
        ]
        if self.flaw is not None:
            said.append(f"<wrong: {self.flaw}>")
        return f"{'dict' if self.as_mapping else 'ResourceOptions'}({', '.join(said)})"


Config: TypeAlias = tuple[tuple[str, Options], ...]
"""The items of a mapping from origin to options."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """A coroutine that answers in one of the ways handlers do."""

    does: Deed = "answer"
    status: int = 200
    headers: Headers = ()

    @override
    def __str__(self) -> str:
        status = f" {self.status}" if self.does in {"answer", "raise", "stream"} else ""
        headers = f" with {dict(self.headers)}" if self.headers else ""
        return f"<{self.does}{status}{headers}>"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ViewMethod:
    """A method of a view; `config` is what ``custom_cors`` was given."""

    name: str
    handler: Handler
    config: Config | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A class derived from ``web.View``; `answer` is what its ``get_request_config`` returns."""

    methods: tuple[ViewMethod, ...]
    config: Config | None = None
    mixin: Literal["before", "after", "absent"] = "after"
    answer: Config | None = None

    @override
    def __str__(self) -> str:
        lines = [f"a view, the mixin {self.mixin}"]
        if self.config is not None:
            lines.append(f"cors_config = {shown(self.config)}")
        if self.answer is not None:
            lines.append(f"get_request_config -> {shown(self.answer)}")
        for method in self.methods:
            custom = "" if method.config is None else f"custom_cors({shown(method.config)}) "
            lines.append(f"{custom}{method.name}: {method.handler}")
        return "<" + "\n         ".join(lines) + ">"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AddResource:
    """``app.router.add_resource(path)``, or ``add_static``; `name` is how others refer to it."""

    name: str
    app: AppName
    path: str
    static: bool = False

    @override
    def __str__(self) -> str:
        verb = "add_static" if self.static else "add_resource"
        return f"{self.name} = {self.app}.router.{verb}({self.path!r})"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AddRoute:
    """``resource.add_route(method, handler)``; the route is called by resource and method."""

    resource: str
    method: str
    handler: Handler | View

    @override
    def __str__(self) -> str:
        return f"{self.resource}.add_route({self.method!r}, {self.handler})"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """``setup(app, defaults=…)``, or the class itself, which sets no key of the app."""

    name: str
    app: AppName
    defaults: Config | None = None
    by_class: bool = False

    @override
    def __str__(self) -> str:
        verb = "CorsConfig" if self.by_class else "setup"
        return f"{self.name} = {verb}({self.app}, defaults={shown(self.defaults)})"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """``cors.add(resource or route, config)``; no method means the resource."""

    cors: str
    resource: str
    method: str | None = None
    config: Config | None = None
    webview: bool = False

    @override
    def __str__(self) -> str:
        target = self.resource if self.method is None else f"{self.resource}[{self.method!r}]"
        webview = ", webview=True" if self.webview else ""
        return f"{self.cors}.add({target}, {shown(self.config)}{webview})"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AddEvery:
    """The loop over the routes of an app's router, with or without ``list()`` around them."""

    cors: str
    app: AppName
    listed: bool = True

    @override
    def __str__(self) -> str:
        routes = f"{self.app}.router.routes()"
        return (
            f"for route in {f'list({routes})' if self.listed else routes}: {self.cors}.add(route)"
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class AddWrong:
    """``cors.add`` of something that carries no policy."""

    cors: str
    what: Wrong

    @override
    def __str__(self) -> str:
        return f"{self.cors}.add(<{self.what}>)"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """``cors.defaults = …``; `in_place` changes the mapping that is there instead."""

    cors: str
    defaults: Config
    in_place: bool = False

    @override
    def __str__(self) -> str:
        how = f".clear(); {self.cors}.defaults.update" if self.in_place else " = "
        return f"{self.cors}.defaults{how}({shown(self.defaults)})"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """``root.add_subapp(prefix, sub)``."""

    prefix: str = "/sub"

    @override
    def __str__(self) -> str:
        return f"root.add_subapp({self.prefix!r}, sub)"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The server starts; the steps after it are done while it runs."""

    @override
    def __str__(self) -> str:
        return "# the server has started"


Step: TypeAlias = (
    AddResource | AddRoute | Setup | Add | AddEvery | AddWrong | Assign | Mount | Start
)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A whole program. A step that raises is noted and the next one is done."""

    steps: tuple[Step, ...]
    root_middlewares: tuple[Middleware, ...] = ()
    sub_middlewares: tuple[Middleware, ...] = ()

    @override
    def __str__(self) -> str:
        return "\n".join(
            (
                f"root = Application(middlewares={list(self.root_middlewares)})",
                f"sub = Application(middlewares={list(self.sub_middlewares)})",
                *map(str, self.steps),
            )
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. Characters beyond ASCII are sent as the bytes of Latin-1."""

    method: str
    path: str
    headers: Headers = ()

    def lines(self, name: str) -> tuple[str, ...]:
        """Values of the header lines with this name, in their order."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    def first(self, name: str) -> str | None:
        """Value of the first header line with this name."""
        lines = self.lines(name)
        return lines[0] if lines else None

    def replacing(self, name: str, value: str) -> Request:
        """The same request with one header line of this name."""
        kept = tuple(item for item in self.headers if item[0].lower() != name.lower())
        return dataclasses.replace(self, headers=(*kept, (name, value)))

    @override
    def __str__(self) -> str:
        return "\n".join(
            (f"{self.method} {self.path}", *(f"{n}: {_short(v)}" for n, v in self.headers))
        )


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A resource, or its route for a method."""

    resource: str
    method: str | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step came to: the error's kept words, and what ``add`` accepted."""

    error: str = ""
    added: tuple[Target, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Where aiohttp's router leads: facts about the program, not about a library.

    `receiver` is the route for the request as it is, `server` the one for the method that a
    preflight asks about, `touched` every resource whose path matches.
    """

    receiver: Target | None = None
    server: Target | None = None
    touched: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: 0 is a connection closed without a word; lists are sorted."""

    status: int
    cors: Headers = ()
    body: str = ""

    @override
    def __str__(self) -> str:
        status = str(self.status) if self.status else "dropped connection"
        return "\n".join((status, *(f"{n}: {v}" for n, v in self.cors), repr(self.body)))


class Printer(Protocol):
    """Takes the text that stands for a value."""

    def text(self, obj: str, /) -> None:
        """Writes a piece of it."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A program, requests to make to it, and whether to look where the router leads them."""

    program: Program
    requests: tuple[Request, ...]
    with_routing: bool = False

    @override
    def __str__(self) -> str:
        return "\n\n".join(map(str, (self.program, *self.requests)))

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:
        # What Hypothesis, like IPython, shows of a failure.
        printer.text(f"\n{self}\n")


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a task: an entry per step, and two per request."""

    steps: tuple[Done, ...]
    answers: tuple[Answer, ...]
    routing: tuple[Routing, ...]


def shown(config: Config | None) -> str:
    """The mapping as a program would write it."""
    if config is None:
        return "None"
    return "{" + ", ".join(f"{origin!r}: {options}" for origin, options in config) + "}"


def _short(value: str) -> str:
    return repr(value if len(value) < 100 else f"{value[:50]}...{value[-20:]}")
