"""What is asked of a deployed service and what comes back, as values.

Owns: a question, a failure below HTTP, and a row with what was expected, what came and what broke.
Leaves to: `aiohttp_cors._tools.probing.plan` which questions there are.
"""

import enum
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias, final

from aiohttp_cors._tools.probing.causes import Broken
from aiohttp_cors.browser.checks import HttpResponse
from aiohttp_cors.browser.headers import HeaderList

BROWSER_HEADERS: Final = (
    ("Accept", "*/*"),
    ("Sec-Fetch-Dest", "empty"),
    ("Sec-Fetch-Mode", "cors"),
    ("Sec-Fetch-Site", "cross-site"),
    ("User-Agent", "aiohttp-cors-probe"),
)
"""What a browser sends beside, when a page of another site calls ``fetch``."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request of a browser: a preflight, or an actual request.

    - `template`: the path as the table shows it, ``/users/{id}``;
    - `path`: the path that is asked, percent-encoded, as the application sees it: ``/users/42``;
    - `method`: of the actual request; a preflight itself is sent as ``OPTIONS``;
    - `origin`: of the page;
    - `is_preflight`: True for the *CORS-preflight request*;
    - `names`: the request headers that a preflight asks for, in lower case, sorted.
    """

    template: str
    path: str
    method: str
    origin: str
    is_preflight: bool
    names: tuple[str, ...] = ()

    @property
    def sent_method(self) -> str:
        """The method of the request that is sent."""
        return "OPTIONS" if self.is_preflight else self.method

    @property
    def headers(self) -> HeaderList:
        """The headers of the request that the CORS protocol knows."""
        asked = [("Origin", self.origin)]
        if self.is_preflight:
            asked.append(("Access-Control-Request-Method", self.method))
        if self.names:
            asked.append(("Access-Control-Request-Headers", ",".join(self.names)))
        return tuple(asked)

    @property
    def words(self) -> str:
        """The question as a person reads it: ``preflight for PUT from https://app.example``."""
        what = f"preflight for {self.method}" if self.is_preflight else self.method
        return f"{what} from {self.origin}"


@final
class Expected(NamedTuple):
    """What the application itself answers.

    - `answer`: its status and its headers of the protocol, ``Vary`` among them. The status of an
      actual request is the handler's affair, unless it is refused: 200 stands there;
    - `exposes_all`: ``Access-Control-Expose-Headers`` names whatever the response has;
    - `is_refused`: an enforced policy answers 403 to an actual request before any handler runs.
    """

    answer: HttpResponse
    exposes_all: bool = False
    is_refused: bool = False

    def status(self, question: Question) -> int | None:
        """The status, None where only the handler knows it."""
        return self.answer.status if question.is_preflight or self.is_refused else None


@final
class FailureKind(enum.Enum):
    """Why no HTTP answer came; the value says it in words."""

    REFUSED = "nothing listens there"
    UNKNOWN_HOST = "the name of the host is not known"
    TLS = "no TLS connection could be made"
    TIME_OUT = "no answer came in time"
    DISCONNECTED = "the connection was closed before an answer came"
    NOT_HTTP = "what came is no HTTP answer"


@final
class Failure(NamedTuple):
    """No HTTP answer came: why, and the words of the library or the system that said so."""

    kind: FailureKind
    text: str


Received: TypeAlias = HttpResponse | Failure
"""What came back for a question."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was asked.

    - `url`: where it was asked;
    - `expected`, `received`: what the application answers, and what came;
    - `again`: what came when the question was asked once more with a query that no cache knows.
      None if it was not asked again.
    """

    question: Question
    url: str
    expected: Expected
    received: Received
    again: Received | None = None

    def with_again(self, again: Received) -> "Asked":
        """The same, and what came the second time."""
        return replace(self, again=again)


@final
class NotAsked(NamedTuple):
    """What was left out, and why: ``NotAsked("/users/{id}", "needs a value: --param id=VALUE")``."""

    template: str
    why: str


@final
class Row(NamedTuple):
    """A question that was asked, and what broke on the way; `broken` is empty if the row holds."""

    asked: Asked
    broken: tuple[Broken, ...]
