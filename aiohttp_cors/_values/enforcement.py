"""`Enforcement`: how a policy is enforced, as a value.

Owns: the options of ``.enforce_on`` and ``.enforce_everywhere``, and what may be written there.
Leaves to: `aiohttp_cors._protocol.enforcement` which requests are refused.
"""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple, TypeGuard, final

from typing_extensions import override

from aiohttp_cors._values.errors import CorsConfigError, Problem, shown
from aiohttp_cors._values.names import parse_switch
from aiohttp_cors._values.origins import Origin, meant_origin, parse_origin

_EXACT: Final = "a public origin of this server is written out, since a page has exactly one"
_LIST: Final = "the public origins of this server are a list, each a str"


@final
class Enforcement(NamedTuple):
    """How a policy is enforced.

    - `own`: the public origins of this server, sorted; empty where the ``Host`` of a request says
      which origin is its own;
    - `isolate`: whether images, scripts and frames of other sites are refused, too;
    - `report_only`: whether what would be refused is logged and passes.
    """

    own: tuple[str, ...] = ()
    isolate: bool = False
    report_only: bool = False

    @property
    def words(self) -> str:
        """As a person reads it: ``enforced, isolated, own https://app.example.com``."""
        said = ["enforced"]
        said += ["report only"] if self.report_only else []
        said += ["isolated"] if self.isolate else []
        said += [f"own {' '.join(self.own)}"] if self.own else []
        return ", ".join(said)

    @override
    def __repr__(self) -> str:
        return (
            f"Enforcement(own={self.own!r}, isolate={self.isolate!r},"
            f" report_only={self.report_only!r})"
        )


def parse_enforcement(own: object, isolate: object, report_only: object) -> Enforcement:
    """The options as a value; an origin that is written twice counts once.

    Raises `CorsConfigError` with a problem for each own origin that is none or is a pattern, and for
    each switch that is no bool.
    """
    origins = [_parse_own(each) for each in own] if _is_list(own) else [_no_list(own)]
    isolates = parse_switch(isolate, field="isolate")
    reports = parse_switch(report_only, field="report_only")
    problems = [each for each in (*origins, isolates, reports) if isinstance(each, Problem)]
    if problems:
        raise CorsConfigError(problems)
    return Enforcement(
        tuple(sorted({str(each) for each in origins})), bool(isolates), bool(reports)
    )


def _parse_own(given: object) -> Origin | Problem:
    # "*" has hints about policies, which do not fit here.
    parsed = None if given == "*" else parse_origin(given, field="own")
    if isinstance(parsed, Origin | Problem):
        return parsed
    return Problem("own", str(given), "invalid", _EXACT, "")


def _no_list(given: object) -> Problem:
    meant = meant_origin(given)
    return Problem("own", shown(given), "invalid", _LIST, f"[{meant!r}]" if meant else "")


def _is_list(value: object) -> TypeGuard[Collection[object]]:
    no_list = isinstance(value, str | bytes | bytearray | Mapping)
    return isinstance(value, Collection) and not no_list
