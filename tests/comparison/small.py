"""The smallest programs: one resource ``/r`` of one app, and what is asked of it."""

from typing import Final

from tests.comparison import description as d

ORIGIN: Final = "https://a.example"
ALL: Final = d.Options(expose_headers="*", allow_headers="*", allow_methods="*")
GIVEN: Final = d.Options(allow_headers=("X-A",))
SETUP: Final = d.Setup(name="cors", app="root")
RESOURCE: Final = d.AddResource(name="r", app="root", path="/r")


def config(options: d.Options = GIVEN, key: str = ORIGIN) -> d.Config:
    return ((key, options),)


def route(method: str, handler: d.Handler | d.View | None = None, name: str = "r") -> d.AddRoute:
    return d.AddRoute(resource=name, method=method, handler=handler or d.Handler())


def add(method: str | None = None, config: d.Config | None = None, name: str = "r") -> d.Add:
    return d.Add(cors="cors", resource=name, method=method, config=config)


def preflight(method: str, *lines: str, path: str = "/r", origin: str = ORIGIN) -> d.Request:
    asked = [("Access-Control-Request-Headers", line) for line in lines]
    headers = (("Origin", origin), ("Access-Control-Request-Method", method), *asked)
    return d.Request(method="OPTIONS", path=path, headers=headers)


def actual(method: str, path: str = "/r") -> d.Request:
    return d.Request(method=method, path=path, headers=(("Origin", ORIGIN),))


def task(request: d.Request, *steps: d.Step, middleware: d.Middleware | None = None) -> d.Task:
    return program(request, SETUP, RESOURCE, *steps, middleware=middleware)


def program(request: d.Request, *steps: d.Step, middleware: d.Middleware | None = None) -> d.Task:
    middlewares = () if middleware is None else (middleware,)
    return d.Task(program=d.Program(steps=steps, root_middlewares=middlewares), requests=(request,))


def view(*names: str, config: d.Config | None = None, answer: d.Config | None = None) -> d.View:
    methods = [d.ViewMethod(name=name, handler=d.Handler()) for name in names]
    return d.View(methods=tuple(methods), config=config, answer=answer)


VIEW: Final = view("get", config=config())
COVERED: Final = (route("GET"), add("GET", config()))
