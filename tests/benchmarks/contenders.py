"""Who gives CORS to an application, each in the way its documentation shows.

Two contenders are called ``aiohttp_cors``, so whoever builds one imports it then and there: a process
is one contender's.
"""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, final

from aiohttp import web
from aiohttp.typedefs import Middleware

from tests.benchmarks import by_hand, floor
from tests.benchmarks.shape import EXPOSED, MAX_AGE, REQUEST_HEADERS, Bare, Shape, bare, path

if TYPE_CHECKING:
    from aiohttp_cors import CredentialedRule

ROOT: Final = Path(__file__).parents[2]
CACHE: Final = ROOT / ".cache" / "benchmarks"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A way to have CORS."""

    key: str
    """What it is called on the command line."""
    name: str
    build: Callable[[Shape], web.Application]
    requirement: str | None = None
    """What pip installs for it, into a folder of its own."""
    has_cors: bool = True
    lists_for_allowed: bool = False
    """Tells an allowed origin with a 200 what it may ask for, and allows nothing more by that."""
    only_exact: bool = False
    """Knows exact origins alone, exposes no ``*`` and answers no preflight."""
    sends_vary: bool = True
    refuses_preflights: bool = True
    """With a 403; otherwise with a 200 that has no ``Access-Control-Allow-Origin``."""

    def can(self, shape: Shape, preflight: bool) -> bool:
        """Whether it has what a workload asks for."""
        if preflight:
            return self.has_cors and not self.only_exact
        return not (self.only_exact and (shape.expose_all or shape.patterns))

    @property
    def folder(self) -> Path | None:
        """Where its requirement is, or will be."""
        return None if self.requirement is None else CACHE / self.requirement

    def fetch(self) -> None:
        """Installs its requirement, once.

        Raises `subprocess.SubprocessError` when it cannot be had.
        """
        if self.requirement is None or self.folder is None or self.folder.exists():
            return
        new = self.folder.with_name(f"{self.folder.name}.new")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
        # Without its dependencies: all contenders run on one aiohttp.
        options = ["--no-deps", "--upgrade", "--target", str(new)]
        subprocess.run([*pip, *options, self.requirement], check=True, timeout=300)
        new.rename(self.folder)

    def activate(self) -> None:
        """Makes its requirement what this process imports."""
        if self.folder is not None and str(self.folder) not in sys.path:
            sys.path.insert(0, str(self.folder))


def _without(shape: Shape) -> web.Application:
    return bare(shape).app


def _classic(shape: Shape) -> web.Application:
    import aiohttp_cors

    made = bare(shape)
    options = aiohttp_cors.ResourceOptions(
        allow_credentials=True,
        expose_headers="*" if shape.expose_all else (),
        allow_headers="*" if shape.any_header else REQUEST_HEADERS,
        max_age=MAX_AGE,
    )
    cors = aiohttp_cors.setup(made.app, defaults=dict.fromkeys(shape.allowed(), options))
    for route in made.routes():
        cors.add(route)
    return made.app


def _fluent(shape: Shape) -> web.Application:
    made = bare(shape)
    _rule(made, shape).on(*made.covered)
    return made.app


def _everywhere(shape: Shape) -> web.Application:
    made = bare(shape)
    _rule(made, shape).everywhere()
    return made.app


def _rule(made: Bare, shape: Shape) -> "CredentialedRule":
    from aiohttp_cors import Cors

    rule = Cors.for_app(made.app).origin(*shape.allowed()).allow_credentials().max_age(MAX_AGE)
    rule = rule.allow_any_header() if shape.any_header else rule.allow_headers(*REQUEST_HEADERS)
    return rule.expose_all() if shape.expose_all else rule


class _CorsMiddleware(Protocol):
    def __call__(
        self,
        *,
        origins: Iterable[str],
        urls: Iterable[str],
        expose_headers: Iterable[str] | None,
        allow_headers: Iterable[str],
        allow_methods: Iterable[str],
        allow_credentials: bool,
        max_age: int,
    ) -> Middleware: ...


def _middlewares(shape: Shape) -> web.Application:
    cors_middleware: _CorsMiddleware = importlib.import_module(
        "aiohttp_middlewares"
    ).cors_middleware
    made = bare(shape)
    made.app.middlewares.append(
        cors_middleware(
            origins=shape.allowed(),
            urls=[path(number) for number in range(shape.resources)],
            # It has no way to expose everything.
            expose_headers=[EXPOSED] if shape.expose_all else None,
            allow_headers=REQUEST_HEADERS,
            allow_methods=shape.methods,
            allow_credentials=True,
            max_age=MAX_AGE,
        )
    )
    return made.app


BASELINE: Final = Contender(key="bare", name="no CORS", build=_without, has_cors=False)
BY_HAND: Final = Contender(key="hand", name="by hand", build=by_hand.build)
BY_HAND_WITH_TEXT: Final = Contender(
    key="hand-text", name="by hand, raised with a text", build=by_hand.build_with_text
)
BY_HAND_RETURNED: Final = Contender(
    key="hand-returned", name="by hand, returned", build=by_hand.build_returning
)
FLOOR: Final = Contender(key="floor", name="floor", build=floor.build, only_exact=True)
OLD: Final = Contender(
    key="old",
    name="aiohttp-cors 0.8.1",
    build=_classic,
    requirement="aiohttp-cors==0.8.1",
    sends_vary=False,
)
MIDDLEWARES: Final = Contender(
    key="middlewares",
    name="aiohttp-middlewares",
    build=_middlewares,
    requirement="aiohttp-middlewares==3.0.0",
    sends_vary=False,
    refuses_preflights=False,
)
CLASSIC: Final = Contender(key="classic", name="ours, classic", build=_classic)
FLUENT: Final = Contender(key="fluent", name="ours, fluent", build=_fluent, lists_for_allowed=True)
OURS: Final = (CLASSIC, FLUENT)
CONTENDERS: Final = (BASELINE, BY_HAND, OLD, MIDDLEWARES, CLASSIC, FLUENT)
# The same as the baseline: what it seems to add is the noise.
CONTROL: Final = Contender(key="again", name="no CORS again", build=_without, has_cors=False)
# Covers what the others leave uncovered, so that it has no place among them but in setting up.
EVERYWHERE: Final = Contender(key="everywhere", name="ours, everywhere", build=_everywhere)
OTHER_HANDS: Final = (BY_HAND_WITH_TEXT, BY_HAND_RETURNED)
"""Other forms of a refusal by hand."""
BY_KEY: Final = {each.key: each for each in (*CONTENDERS, FLOOR, CONTROL, EVERYWHERE, *OTHER_HANDS)}
BY_NAME: Final = {each.name: each for each in (*CONTENDERS, CONTROL, EVERYWHERE)}
