"""``probe``: asks a deployed service what the table says that it answers.

Owns: what ``probe`` is asked, its progress and its exit code.
Leaves to: `aiohttp_cors._tools.probing` the questions, the answers and what broke.
"""

import argparse
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Final

from yarl import URL

from aiohttp_cors._tools.loading import CannotRunError, load
from aiohttp_cors._tools.probing.asking import ask_all
from aiohttp_cors._tools.probing.diagnosis import diagnosed
from aiohttp_cors._tools.probing.plan import Choices, Plan, plan_for
from aiohttp_cors._tools.probing.report import print_report, report_as_json
from aiohttp_cors._tools.probing.rows import Asked, Failure, FailureKind
from aiohttp_cors._tools.terminal import Terminal
from aiohttp_cors._values.origin_grammar import Origin, read_origin

SUMMARY: Final = "ask a deployed service what the table says that it answers"

_SENT: Final = """\
What is sent: for each path with a policy a preflight (OPTIONS) for each method and from each origin
that the policy allows, one from an origin that it does not allow, and a GET (or HEAD) from each of
them where the path needs no made-up value. No credentials, no cookies, no body. A GET may have side
effects that only you know: --path narrows what is asked. A 2xx answer that is not the application's
is asked for once more, with a query that no cache knows. At most four requests at a time.
"""
_DAY: Final = 86400
_NOBODY_THERE: Final = frozenset({FailureKind.REFUSED, FailureKind.UNKNOWN_HOST})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``probe`` is asked."""
    parser.epilog = _SENT
    parser.add_argument("application", metavar="MODULE:NAME", help="an application or its factory")
    parser.add_argument(
        "url", metavar="URL", help="where it is deployed, as in https://example.com/api"
    )
    parser.add_argument(
        "--path",
        action="append",
        default=[],
        metavar="PATH",
        help="only what serves this path, as in /users/7; may be repeated",
    )
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        type=_origin,
        metavar="ORIGIN",
        help="only as this origin, instead of representatives of each policy; may be repeated",
    )
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        type=_param,
        metavar="NAME=VALUE",
        help="the value of {NAME} in paths; may be repeated",
    )
    parser.add_argument(
        "--unsafe",
        action="store_true",
        help="also send each routed POST, PUT, DELETE, ... once, without a body",
    )
    parser.add_argument(
        "--timeout",
        default=10.0,
        type=_seconds,
        metavar="SECONDS",
        help="how long one answer may take (10)",
    )
    parser.add_argument(
        "--limit", default=500, type=_limit, metavar="ROWS", help="how many rows at most (500)"
    )


async def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Ask, print what broke; exit code 1 if a row does not hold."""
    base, host = _base(arguments.url)
    choices = Choices(
        host=host,
        paths=tuple(arguments.path),
        origins=tuple(arguments.origin),
        values=dict(arguments.param),
        is_unsafe=arguments.unsafe,
        limit=arguments.limit,
    )
    async with load(arguments.application, start=arguments.start) as loaded:
        plan = await plan_for(loaded.app, choices)
    if not plan.groups:
        raise CannotRunError(_nothing_to_ask(arguments.application, plan))
    step = _ignore if arguments.json else _counting(terminal, plan.size)
    asked, given_up = await ask_all(plan.groups, base, seconds=arguments.timeout, on_answer=step)
    if not arguments.json:
        terminal.progress("")
    _check_somebody_is_there(base, asked)
    rows, not_asked = diagnosed(asked), (*plan.not_asked, *given_up)
    is_right = not any(row.broken for row in rows)
    if arguments.json:
        terminal.json(
            {
                "url": base,
                "holds": is_right,
                **report_as_json(rows, not_asked),
                "not_run": loaded.not_run,
            }
        )
    else:
        print_report(terminal, rows, not_asked)
        if loaded.not_run:
            terminal.paragraph(f"Not run: {', '.join(loaded.not_run)}; --start runs them.")
    return 0 if is_right else 1


def _base(text: str) -> tuple[str, str]:
    """The URL without a slash at its end, and what requests to it say as ``Host``.

    Raises `CannotRunError` for what is no URL of a server.
    """
    try:
        url = URL(text)
        host = url.raw_host or ""
        host.encode("idna")  # as it will be, to ask for its address
        has_default_port = url.is_default_port()
    except ValueError as error:
        raise CannotRunError(f"{text!r} is no URL: {error}") from error
    if url.scheme not in {"http", "https"} or not host:
        raise CannotRunError(f"{text!r} is no URL of a server: one is https://api.example.com")
    if url.user is not None or url.password is not None or url.raw_query_string or url.fragment:
        # Not shown: a password may be in it.
        raise CannotRunError("the URL has a user, a password, a query or a fragment: leave it out")
    host = f"[{host}]" if ":" in host else host
    host = host if has_default_port else f"{host}:{url.port}"
    return f"{url.scheme}://{host}{url.raw_path.rstrip('/')}", host


def _nothing_to_ask(application: str, plan: Plan) -> str:
    if not plan.not_asked:
        return f"no policy of {application} covers anything that could be asked"
    template, why = plan.not_asked[0]
    return f"nothing of {application} can be asked: {template}: {why}"


def _check_somebody_is_there(base: str, asked: Sequence[Asked]) -> None:
    """Raise `CannotRunError` where every question found nobody."""
    failures = [each.received for each in asked if isinstance(each.received, Failure)]
    if len(failures) == len(asked) and failures[0].kind in _NOBODY_THERE:
        kind, text = failures[0]
        raise CannotRunError(f"{base}: {kind.value}: {text}")


def _ignore() -> None:
    """What is called after each question where nobody watches: JSON is for programs."""


def _counting(terminal: Terminal, size: int) -> Callable[[], None]:
    """What is called after each question, and shows on a terminal how many of `size` were asked."""
    numbers = count(1)
    return lambda: terminal.progress(f"asked {next(numbers)} of {size}")


def _origin(text: str) -> str:
    if text != "null" and not isinstance(read_origin(text), Origin):
        raise argparse.ArgumentTypeError(f"{text!r} is no origin; one is https://app.example.com")
    return text


def _param(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise argparse.ArgumentTypeError(f"{text!r} is no value: write NAME=VALUE, as in id=42")
    return name, value


def _seconds(text: str) -> float:
    with suppress(ValueError):
        seconds = float(text)
        if 0 < seconds <= _DAY:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to {_DAY}")


def _limit(text: str) -> int:
    with suppress(ValueError):
        limit = int(text)
        if limit > 0:
            return limit
    raise argparse.ArgumentTypeError(f"{text!r} is no number of rows")
