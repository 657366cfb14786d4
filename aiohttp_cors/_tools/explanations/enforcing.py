"""What the guard of an enforced policy makes of a request that an explanation is about.

Owns: what a page's ``fetch`` says of itself, the guard's 403 in place of the answer, and its step.
Leaves to: `aiohttp_cors._protocol.enforcement` every decision.

Whether the browser has a cookie or a certificate for the server, nobody can know here. The judge is
asked as if there were none. The one row that asks for them refuses what no page could read anyway: a
request with credentials to a rule without.
"""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from aiohttp_cors._protocol.checks import judge_actual
from aiohttp_cors._protocol.enforcement import (
    AUTHORIZATION,
    Facts,
    Judged,
    Why,
    judge_facts,
    judge_origin,
)
from aiohttp_cors._protocol.grant import Grant
from aiohttp_cors._protocol.verdicts import Refusal, Refused
from aiohttp_cors._table.coverage import Row
from aiohttp_cors._tools.explanations.explanation import FAILS, PASSES, UNKNOWN, Mark, Step
from aiohttp_cors._tools.explanations.outcomes import Answer
from aiohttp_cors._tools.explanations.question import Question
from aiohttp_cors._values.enforcement import Enforcement
from aiohttp_cors._values.origin_grammar import read_origin
from aiohttp_cors._values.origins import is_potentially_trustworthy
from aiohttp_cors.browser.checks import HttpResponse

_METADATA: Final = "https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header"
# The rows that a request with an origin of another server can come to.
_ROWS: Final = {
    Why.OPAQUE_ORIGIN: "Origin is null",
    Why.MALFORMED_ORIGIN: "Origin is outside of the grammar",
    Why.OWN_ORIGIN: "no Sec-Fetch-Site, and Origin is this server's own",
    Why.CREDENTIALED: "allowed, with credentials",
    Why.UNCREDENTIALED: "allowed, without credentials",
    Why.NOT_ALLOWED: "everything else",
}
_PASSES: Final = "the request passes"
_REFUSED: Final = "the request is refused with 403 before any handler runs"
_REPORTED: Final = "the request would be refused; it is logged, and passes"
_IF_NONE: Final = (
    "the request passes if it carries no cookie and no client certificate; else it is refused with"
    " 403 before any handler runs"
)


def guarded(
    question: Question, row: Row, answer: Callable[[Grant | None], Answer]
) -> Callable[[Grant | None], Answer]:
    """How an actual request is answered where its policy may be enforced."""
    enforced = row.enforced
    if enforced is None:
        return answer

    def answer_or_refuse(grant: Grant | None) -> Answer:
        judged = _judge(question, row, enforced, grant)
        given = answer(grant)._replace(judged=judged)
        if judged.refusal is None or enforced.report_only:
            return given
        refused = given.refused or Refused(Refusal.ORIGIN, judged.refusal)
        return Answer(HttpResponse(web.HTTPForbidden.status_code), refused, judged)

    return answer_or_refuse


def _judge(question: Question, row: Row, enforced: Enforcement, grant: Grant | None) -> Judged:
    facts = Facts(
        question.method,
        origins=(question.origin,),
        sites=_sites(question),
        host=question.host.partition("://")[2],
        credentials=(AUTHORIZATION,) if AUTHORIZATION.lower() in question.headers else (),
    )
    # A request with an origin comes to no row that asks whether the policy allows any.
    judged = judge_facts(facts, enforced, any_origin=False)
    if judged is not None:
        return judged
    verdict = judge_actual(question.origin, question.method, grant, row.naming)
    return judge_origin(facts, enforced, verdict)


def _sites(question: Question) -> tuple[str, ...]:
    """``Sec-Fetch-Site``, which browsers send to servers that they trust; https unless it is said.

    Another origin may be ``same-site`` as well: no row tells the two apart.
    """
    server = read_origin(question.host)
    is_trusted = server is None or is_potentially_trustworthy(server)
    return ("cross-site",) if is_trusted else ()


def enforcement_step(question: Question, row: Row, judged: Judged) -> Step:
    """Whether the guard lets the request pass, and by which row of the table."""
    mark: Mark = PASSES
    text = _PASSES
    if judged.refusal is not None:
        is_reported = row.enforced is not None and row.enforced.report_only
        mark, text = (PASSES, _REPORTED) if is_reported else (FAILS, _REFUSED)
    elif judged.why is Why.UNCREDENTIALED and question.credentials:
        mark, text = UNKNOWN, _IF_NONE
    return Step(
        side="server",
        check="enforcement",
        link=_METADATA,
        mark=mark,
        text=f"row {judged.why.value}, {_ROWS[judged.why]}: {text}.",
        place=None if row.written is None else row.written.bound,
    )
