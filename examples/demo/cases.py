"""The prepared choices of the form: requests worth a look, each under the policy that makes it so."""

from dataclasses import dataclass
from typing import Final, final

from examples.demo.policies import POLICIES

(_PAGE, _WRONG_HOST, _EVERY_PORT, _ANYBODY, _FUNCTION, _CLASSIC) = POLICIES


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is put into the form.

    - `title`: what the choice is called;
    - `policy`: a key of `POLICIES`;
    - `origin`: ``page`` and ``stranger`` stand for the origins at which the page is served;
    - `method`, `path`, `headers`, `credentials`: the request; `headers` as lines, ``Name: value``.
    """

    title: str
    policy: str = _PAGE
    origin: str = "page"
    method: str = "GET"
    path: str = "/notes"
    headers: tuple[str, ...] = ()
    credentials: bool = False


CASES: Final = (
    Case(title="Refused header", method="PUT", path="/notes/1", headers=("X-Debug: 1",)),
    Case(title="Allowed header", method="PUT", path="/notes/1", headers=("X-CSRF-Token: demo",)),
    Case(title="Refused method", method="DELETE", path="/notes/1"),
    Case(title="patch, not PATCH", method="patch", path="/notes/1"),
    Case(title="Refused origin", origin="stranger"),
    Case(title="Read-only: POST runs, unread", method="POST", path="/archive"),
    Case(title="No policy covers it", path="/admin"),
    Case(title="404 of the router", path="/nowhere"),
    Case(title="An origin elsewhere", origin="https://app.example.com"),
    Case(title="localhost is not 127.0.0.1", policy=_WRONG_HOST),
    Case(title="A pattern allows the stranger", policy=_EVERY_PORT, origin="stranger"),
    Case(title="* with cookies", policy=_ANYBODY, path="/health", credentials=True),
    Case(title="A function decides", policy=_FUNCTION),
    Case(title="The classic API refuses", policy=_CLASSIC, method="DELETE", path="/notes/1"),
)
