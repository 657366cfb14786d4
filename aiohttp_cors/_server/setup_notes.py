"""`SetupNotes`: what is noticed while CORS is set up for one application, and when it is told.

Owns: findings of the levels *broken* and *permissive* that set-up sees without looking for them, and
the two ways in which a program is told.
Leaves to: `aiohttp_cors._values.config_findings` and `aiohttp_cors._server.startup_checks` the rules,
to `aiohttp_cors._server.engine` the moments, and to `aiohttp_cors._tools.findings` all other rules.

A rule or a target without effect is a `CorsWarning` of the line that wrote it, so that filters and
test runners see it. Everything else is in one record of the log. Each finding is told once.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias, final

from aiohttp import web

from aiohttp_cors._server.call_site import CallSite, warn_at
from aiohttp_cors._server.log import logger
from aiohttp_cors._table.table import Table
from aiohttp_cors._table.targets import Target
from aiohttp_cors._values.findings import UNBOUND_RULE, Finding

Bound: TypeAlias = tuple[Sequence[Target], CallSite]
"""What a policy was bound to by one call, and where that is."""

_NEVER_BOUND: Final = (
    "this rule was never bound by .on(), .everywhere(), .enforce_on() or .enforce_everywhere()"
)
_MOST: Final = 20
"""How many findings one record names."""


@final
class SetupNotes:
    """What was noticed about one application, told or not."""

    __slots__ = (
        "_app",
        "_bound",
        "_findings",
        "_is_telling",
        "_sentences",
        "_table",
        "_told",
        "_unused",
    )

    def __init__(self, app: web.Application, table: Table) -> None:
        self._app = app
        self._table = table
        self._findings: dict[Finding, None] = {}
        self._sentences: set[str] = set()
        self._unused: dict[object, CallSite] = {}
        self._bound: list[Bound] = []
        self._told: list[Finding] = []
        self._is_telling = False

    @property
    def findings(self) -> list[Finding]:
        """All that was noticed until now, also what was told already."""
        without_effect = [finding for _, finding in self._without_effect()]
        return [*self._findings, *self._told, *without_effect]

    @property
    def begun(self) -> int:
        """How many clauses are tracked that were not bound yet."""
        return len(self._unused)

    def add(self, findings: Iterable[Finding]) -> None:
        """Note findings; they are told at startup, or now if that is over."""
        for finding in findings:
            self._findings[finding] = None
        if self._is_telling:
            self.tell()

    def begin(self, mark: object, site: CallSite) -> None:
        """Note that a clause began at `site`."""
        self._unused[mark] = site

    def use(self, mark: object) -> None:
        """Note that a clause was bound, or read."""
        self._unused.pop(mark, None)

    def bind(self, targets: Sequence[Target], site: CallSite) -> None:
        """Note what was bound at `site`: it may have no effect."""
        self._bound.append((targets, site))

    def tell(self) -> None:
        """Log what was noted and not told yet, in one record; from now on notes are told at once."""
        self._is_telling = True
        # A sentence is told once, however many lines give the configuration, and whenever.
        untold: dict[str, Finding] = {}
        for finding in self._findings:
            if finding.text not in self._sentences:
                untold.setdefault(finding.text, finding)
        self._sentences.update(untold)
        if untold:
            more = f"; and {len(untold) - _MOST} more" if len(untold) > _MOST else ""
            told = [_sentence(each, _source(each)) for each in untold.values()][:_MOST]
            logger.warning("CORS configuration of %r: %s", self._app, "; ".join(told) + more)

    def warn(self) -> None:
        """Give a `CorsWarning` for each rule and target without effect; each is told once."""
        found = list(self._without_effect())
        self._unused, self._bound = {}, []
        self._told += [finding for _, finding in found]
        for site, finding in found:
            warn_at(site, _sentence(finding, finding.kind.id))

    def _without_effect(self) -> Iterable[tuple[CallSite, Finding]]:
        for site in self._unused.values():
            yield site, Finding(UNBOUND_RULE, site.place, _NEVER_BOUND)
        # Loaded at startup: an import of the package does without.
        from aiohttp_cors._server.startup_checks import findings_about  # noqa: PLC0415 -- see above

        yield from findings_about(self._table, self._app, self._bound)


def _sentence(finding: Finding, source: str) -> str:
    """What is the case, what to write instead, and where more is said."""
    instead = f" (instead: {finding.instead})" if finding.instead else ""
    return f"{finding.text}{instead} [{source}]"


def _source(finding: Finding) -> str:
    """The id, and the line of the program: a log names no line by itself."""
    place = finding.place
    return (
        finding.kind.id if place is None else f"{finding.kind.id}, {place.filename}:{place.lineno}"
    )
