"""All findings about an application, in the order in which they are read.

Owns: which rules there are, and that each finding is there once.
Leaves to: the other modules of this folder the rules, and to `aiohttp_cors._tools.commands.check` how a
report is printed.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, final

from aiohttp import web

from aiohttp_cors._tools.findings import layers, live, names, origins, routes
from aiohttp_cors._tools.findings.survey import NotLookedAt, Survey
from aiohttp_cors._values.findings import KINDS, SPLIT_PATH, UNCOVERED_ROUTE, Finding, FindingLevel
from aiohttp_cors._values.place import Place

_RULES: Final[tuple[Callable[[Survey], Iterator[Finding | NotLookedAt]], ...]] = (
    origins.look,
    names.look,
    routes.look,
    layers.look,
    live.look,
)
_NOWHERE: Final = Place("", 0)


@final
class Report(NamedTuple):
    """What was found.

    - `findings`: by level, the worst first, then by place;
    - `not_looked_at`: what the rules could not see, a sentence each;
    - `is_set_up`: whether the application has CORS at all.
    """

    findings: tuple[Finding, ...]
    not_looked_at: tuple[str, ...]
    is_set_up: bool


def report_on(app: web.Application) -> Report:
    """All findings about `app` and the applications below it."""
    survey = Survey(app)
    found: dict[Finding, None] = {}
    unseen: dict[str, None] = {}
    for engine in survey.engines:
        found.update(dict.fromkeys(engine.notes.findings))
    for rule in _RULES:
        for each in rule(survey):
            if isinstance(each, NotLookedAt):
                unseen[each.text] = None
            else:
                found[each] = None
    # A split path is the worse way to put that some of its routes are not covered.
    split = {finding.place for finding in found if finding.kind is SPLIT_PATH}
    findings = [
        each for each in found if each.kind is not UNCOVERED_ROUTE or each.place not in split
    ]
    return Report(tuple(sorted(findings, key=_order)), tuple(unseen), bool(survey.engines))


def _order(finding: Finding) -> tuple[int, Place, int, str]:
    level = list(FindingLevel).index(finding.kind.level)
    return level, finding.place or _NOWHERE, KINDS.index(finding.kind), finding.text
