"""`Finding`: what a configuration holds and its author hardly means, as a value with a stable id.

Owns: the four levels, and the list of all kinds of findings.
Leaves to: `aiohttp_cors._values.config_findings` what one configuration tells, to
`aiohttp_cors._server.startup_checks` what set-up tells, and to `aiohttp_cors._tools.findings` what
has to be looked for, and the page of each kind.
"""

from enum import Enum
from typing import Final, NamedTuple, final

from aiohttp_cors._values.place import Place


@final
class FindingLevel(Enum):
    """How bad a finding is, the worst first; the value is how the level is spelled."""

    BROKEN = "broken"
    PERMISSIVE = "permissive"
    PRACTICE = "practice"
    STYLE = "style"

    @property
    def meaning(self) -> str:
        """What a finding of this level says about the program."""
        return _MEANINGS[self]

    def is_at_least(self, other: "FindingLevel") -> bool:
        """Whether this level is as bad as `other`, or worse."""
        levels = list(FindingLevel)
        return levels.index(self) <= levels.index(other)


_MEANINGS: Final = {
    FindingLevel.BROKEN: "does not work: what is written has no effect, or browsers refuse it",
    FindingLevel.PERMISSIVE: "too permissive: it allows more, or others, than its author means",
    FindingLevel.PRACTICE: "bad practice: it works now, and breaks or opens with the next change",
    FindingLevel.STYLE: "style: it works and is safe, and can be said better or left out",
}


@final
class Kind(NamedTuple):
    """A kind of finding: its id, which never changes, and the level of all findings of the kind."""

    id: str
    level: FindingLevel


@final
class Finding(NamedTuple):
    """One finding.

    - `place`: the line of the program that is meant, None where no line is known;
    - `text`: what is the case, a sentence without its full stop;
    - `instead`: what to write, as code in the API that the program uses; empty where only the author
      knows.
    """

    kind: Kind
    place: Place | None
    text: str
    instead: str = ""


ANY_ORIGIN_WITH_CREDENTIALS: Final = Kind("any-origin-with-credentials", FindingLevel.PERMISSIVE)
CREDENTIALS_OVER_HTTP: Final = Kind("credentials-over-http", FindingLevel.PERMISSIVE)
NULL_ORIGIN: Final = Kind("null-origin", FindingLevel.PERMISSIVE)
FILE_ORIGIN: Final = Kind("file-origin", FindingLevel.PERMISSIVE)
PATTERN_OVER_PUBLIC_SUFFIX: Final = Kind("pattern-over-public-suffix", FindingLevel.PERMISSIVE)
UNSENDABLE_ORIGIN: Final = Kind("unsendable-origin", FindingLevel.BROKEN)
UNFED_LIVE_ORIGINS: Final = Kind("unfed-live-origins", FindingLevel.PRACTICE)

STAR_IN_LIST: Final = Kind("star-in-list", FindingLevel.BROKEN)
NEEDLESS_HEADER: Final = Kind("needless-header", FindingLevel.STYLE)
LONG_MAX_AGE: Final = Kind("long-max-age", FindingLevel.STYLE)
UNSERVED_METHOD: Final = Kind("unserved-method", FindingLevel.STYLE)

UNBOUND_RULE: Final = Kind("unbound-rule", FindingLevel.BROKEN)
UNREACHABLE_TARGET: Final = Kind("unreachable-target", FindingLevel.BROKEN)
SPLIT_PATH: Final = Kind("split-path", FindingLevel.BROKEN)
SHADOWED_BINDING: Final = Kind("shadowed-binding", FindingLevel.PRACTICE)
UNCOVERED_ROUTE: Final = Kind("uncovered-route", FindingLevel.STYLE)
OPENED_ROUTE: Final = Kind("opened-route", FindingLevel.PRACTICE)
REMEMBERED_PREFLIGHT: Final = Kind("remembered-preflight", FindingLevel.PERMISSIVE)
REPORTED_ONLY: Final = Kind("reported-only", FindingLevel.PRACTICE)

LATE_PREFLIGHTS: Final = Kind("late-preflights", FindingLevel.BROKEN)
MIDDLEWARE_BEFORE_PREFLIGHTS: Final = Kind("middleware-before-preflights", FindingLevel.BROKEN)
SECOND_LAYER: Final = Kind("second-layer", FindingLevel.PRACTICE)
OVERWRITTEN_HEADERS: Final = Kind("overwritten-headers", FindingLevel.BROKEN)
UNCHECKED_WEBSOCKET: Final = Kind("unchecked-websocket", FindingLevel.PERMISSIVE)

KINDS: Final = (
    ANY_ORIGIN_WITH_CREDENTIALS,
    CREDENTIALS_OVER_HTTP,
    NULL_ORIGIN,
    FILE_ORIGIN,
    PATTERN_OVER_PUBLIC_SUFFIX,
    UNSENDABLE_ORIGIN,
    UNFED_LIVE_ORIGINS,
    STAR_IN_LIST,
    NEEDLESS_HEADER,
    LONG_MAX_AGE,
    UNSERVED_METHOD,
    UNBOUND_RULE,
    UNREACHABLE_TARGET,
    SPLIT_PATH,
    SHADOWED_BINDING,
    UNCOVERED_ROUTE,
    OPENED_ROUTE,
    REMEMBERED_PREFLIGHT,
    REPORTED_ONLY,
    LATE_PREFLIGHTS,
    MIDDLEWARE_BEFORE_PREFLIGHTS,
    SECOND_LAYER,
    OVERWRITTEN_HEADERS,
    UNCHECKED_WEBSOCKET,
)
"""All kinds, in the order in which documentation lists them: origins, names, bindings, layers."""
