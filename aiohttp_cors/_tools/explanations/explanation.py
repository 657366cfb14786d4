"""`Explanation`: why a page may or may not read an answer, as a value and as text.

Owns: what an explanation consists of, and how it reads at 80 columns.
Leaves to: `aiohttp_cors._tools.explanations.explaining` what is true, to `aiohttp_cors._tools.explanations.remedy` what would
help.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

from typing_extensions import override

from aiohttp_cors._tools.explanations.console import BrowserWords
from aiohttp_cors._tools.terminal import Json, place_shown, printable, wrapped
from aiohttp_cors._values.place import Place

Mark: TypeAlias = Literal["\u2713", "\u2717", "?"]
"""``✓`` for a check that passes, ``✗`` for one that fails, ``?`` where code decides that is not run."""

PASSES: Final[Mark] = "\u2713"
FAILS: Final[Mark] = "\u2717"
UNKNOWN: Final[Mark] = "?"

Side: TypeAlias = Literal["browser", "server"]
ChangeKind: TypeAlias = Literal["step", "clause", "bind", "options", "add", "route", "page"]

_ANSWERS: Final = {True: "may read", False: "may not read", None: "may or may not read"}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One check.

    - `side`: who checks;
    - `check`: the check, in the standard's words; `link`: where it is defined;
    - `text`: which values were compared, and what came of it;
    - `rule`: what decided, as it was written; empty where the standard alone decides;
    - `place`: where that was written, None if it is not known.
    """

    side: Side
    check: str
    link: str
    mark: Mark
    text: str
    rule: str = ""
    place: Place | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A place that could have allowed the request and did not: what is written there, and why not."""

    text: str
    place: Place | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a program, or of the page.

    - `kind`: ``step``: the clause that begins at `place` is given the rights; ``clause``: the policy
      that is bound at `place` is given one more clause; ``bind``: a new policy is bound to the route;
      ``options``: the options of `key`, written at `place`, are given the rights; ``add``: the route is
      added with options for `key`; ``route``: a route is added to the router; ``page``: the page sends
      `method`;
    - `code`: what to write, in the API that the program uses;
    - `clause`: the number of the clause in its policy, from 0, for a ``step``;
    - `key`: the origin that is given rights, or the key of the options;
    - `method`, `path`: the route; `path` as it was routed, in the application that routes it;
    - `allow_credentials`, `allow_headers`, `allow_methods`: the rights that are added.
    """

    kind: ChangeKind
    code: str
    place: Place | None = None
    clause: int | None = None
    key: str = ""
    method: str = ""
    path: str = ""
    allow_credentials: bool = False
    allow_headers: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """The smallest change that allows the request.

    - `changes`: what to change, in this order; empty where no change can help;
    - `danger`: why the change is dangerous; empty where it is not;
    - `impossible`: why no change can help; empty where one does;
    - `note`: what else the change does, or what could be written instead.
    """

    changes: tuple[Change, ...] = ()
    danger: str = ""
    impossible: str = ""
    note: str = ""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a script of a page may or may not read the answer to its request.

        explanation = await cors.explain("PUT", "/users", origin="https://app.example.com")
        print(explanation)
        assert explanation.allowed

    - `method`, `path`, `origin`, `headers`, `credentials`: the request; `headers` are the names that
      need permission, in lower case;
    - `allowed`: None where code of the program decides that is not run: a predicate, a view;
    - `steps`: the checks in the order in which they are done, up to the first that fails;
    - `reason`: the failed check in one word or two: ``origin``, ``method``, ``headers``,
      ``not covered``, ``credentials``; empty where none fails;
    - `near`: the places that could have allowed the request, the nearest first;
    - `words`: what the consoles of browsers say; None where no check of the protocol fails;
    - `remedy`: what would allow the request; None where nothing has to be changed.
    """

    method: str
    path: str
    origin: str
    headers: tuple[str, ...]
    credentials: bool
    allowed: bool | None
    steps: tuple[Step, ...]
    reason: str = ""
    near: tuple[Near, ...] = ()
    words: BrowserWords | None = None
    remedy: Remedy | None = None

    @override
    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> list[str]:
        reason = f": {self.reason}" if self.reason else ""
        request = f"{self.method} {self.path}{self._with()}"
        lines = wrapped(f"A page of {self.origin} {_ANSWERS[self.allowed]} {request}{reason}.")
        lines += self._step_lines()
        if self.near:
            lines += ["", "Could have allowed it:"]
            for near in self.near:
                lines += wrapped(f"- {near.text}{_at(near.place)}", indent=2, hanging=2)
        if self.words is not None:
            lines += ["", "The browser says:", *_words_lines(self.words)]
        if self.remedy is not None:
            lines += ["", *_remedy_lines(self.remedy)]
        return lines

    def _step_lines(self) -> list[str]:
        """The steps below the side that checks; a rule is written where it decides first or fails."""
        lines: list[str] = []
        side, said = "", ""
        for step in self.steps:
            if step.side != side:
                lines += ["", f"In the {step.side}:"]
            written = f"{step.rule}{_at(step.place)}" if step.rule else ""
            place = "" if written else _at(step.place)
            lines += wrapped(f"{step.mark} {step.check}: {step.text}{place}", indent=2, hanging=2)
            if written and (written != said or step.mark != PASSES):
                lines += wrapped(written, indent=6, hanging=2)
            if step.mark != PASSES:
                lines += wrapped(step.link, indent=6)
            side, said = step.side, written or said
        return lines

    def _with(self) -> str:
        parts = [*self.headers, *(["credentials"] if self.credentials else [])]
        return f" with {', '.join(parts)}" if parts else ""


def _words_lines(words: BrowserWords) -> list[str]:
    lines = wrapped(f"Chromium ({words.chromium_code}): {words.chromium}", indent=2, hanging=2)
    lines += wrapped(f"Firefox ({words.firefox_code}): {words.firefox}", indent=2, hanging=2)
    for line in words.safari.splitlines():
        lines += wrapped(f"Safari: {line}", indent=2, hanging=2)
    return lines


def _remedy_lines(remedy: Remedy) -> list[str]:
    if remedy.impossible:
        return wrapped(f"No change can allow this: {remedy.impossible}")
    lines = ["To allow it:"]
    for change in remedy.changes:
        lines += wrapped(f"- {_WHAT[change.kind]}{_at(change.place)}:", indent=2, hanging=2)
        # Code is to be copied: it is never broken.
        lines.append(f"      {printable(change.code)}")
    if remedy.danger:
        lines += wrapped(f"Dangerous: {remedy.danger}", indent=2, hanging=2)
    if remedy.note:
        lines += wrapped(remedy.note, indent=2, hanging=2)
    return lines


_WHAT: Final[dict[ChangeKind, str]] = {
    "step": "add to the clause",
    "clause": "add a clause to the policy that is bound",
    "bind": "bind a policy to the route",
    "options": "write among the options",
    "add": "add the route",
    "route": "serve the method",
    "page": "change the page",
}


def _at(place: Place | None) -> str:
    return "" if place is None else f" ({place_shown(place)})"


def as_json(explanation: Explanation) -> dict[str, Json]:
    """The explanation as ``--json`` prints it."""
    words, remedy = explanation.words, explanation.remedy
    return {
        "method": explanation.method,
        "path": explanation.path,
        "origin": explanation.origin,
        "headers": list(explanation.headers),
        "credentials": explanation.credentials,
        "allowed": explanation.allowed,
        "reason": explanation.reason,
        "steps": [
            {
                "side": step.side,
                "check": step.check,
                "link": step.link,
                "mark": step.mark,
                "text": step.text,
                "rule": step.rule,
                "place": _place(step.place),
            }
            for step in explanation.steps
        ],
        "near": [{"text": near.text, "place": _place(near.place)} for near in explanation.near],
        "words": None
        if words is None
        else {
            "chromium": words.chromium,
            "chromium_code": words.chromium_code,
            "firefox": words.firefox,
            "firefox_code": words.firefox_code,
            "safari": words.safari,
        },
        "remedy": None
        if remedy is None
        else {
            "changes": [_change(change) for change in remedy.changes],
            "danger": remedy.danger,
            "impossible": remedy.impossible,
            "note": remedy.note,
        },
    }


def _change(change: Change) -> Json:
    return {
        "kind": change.kind,
        "code": change.code,
        "place": _place(change.place),
        "clause": change.clause,
        "key": change.key,
        "method": change.method,
        "path": change.path,
        "allow_credentials": change.allow_credentials,
        "allow_headers": list(change.allow_headers),
        "allow_methods": list(change.allow_methods),
    }


def _place(place: Place | None) -> Json:
    return None if place is None else {"file": place.filename, "line": place.lineno}
