"""Reads what a browser's console says about CORS, and writes it.

Owns: the sentence around the reason, what is taken out of a text, and what a reason tells to look at.
Leaves to: `aiohttp_cors._tools.explanations.console_words` the sentences.

A text may come from anywhere. Nothing of it is printed here.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, final
from urllib.parse import urlsplit

from aiohttp_cors._tools.explanations.console_words import SENTENCES, BrowserName, Meaning, Sentence
from aiohttp_cors._values.vocabulary import is_token
from aiohttp_cors.browser.checks import BlockReason, CorsBlocked


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserWords:
    """What the consoles say about one blocked request.

    - `chromium_code`: Chromium's name of the failed check (``CorsError``), as its developer tools and
      its protocol have it: ``PreflightMissingAllowOriginHeader``;
    - `firefox_code`: Firefox's, under which its documentation has a page: ``CORSMissingAllowOrigin``;
    - `safari`: two lines.
    """

    chromium: str
    chromium_code: str
    firefox: str
    firefox_code: str
    safari: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleReading:
    """What a console's text says; empty where the text does not tell.

    - `meaning`: the failed check in words;
    - `code`: the browser's own name of the check;
    - `preflight`: whether the preflight failed; None where that is not said;
    - `url`, `path`: where the request went;
    - `look_at`: what to look at, a sentence.
    """

    browser: BrowserName
    meaning: str
    code: str
    preflight: bool | None
    origin: str
    url: str
    path: str
    method: str
    header: str
    credentials: bool
    look_at: str


_LOOK_AT: Final[dict[Meaning, str]] = {
    BlockReason.ALLOW_ORIGIN_MISSING: (
        "No rule allows this origin here, no policy covers the route, or something before the"
        " application answered (a proxy, a crash, another server)."
    ),
    BlockReason.ALLOW_ORIGIN_MISMATCH: (
        "The answer names another origin, or several. Does a proxy add the header as well, or does a"
        " cache hand out another origin's answer?"
    ),
    BlockReason.ALLOW_ORIGIN_WILDCARD: (
        "The page sends credentials, and the rule is for any origin. Name the origin in a rule that"
        " allows credentials, or leave credentials out in the page."
    ),
    BlockReason.ALLOW_CREDENTIALS: (
        "The page sends credentials, and the rule that decides for this origin does not allow them."
    ),
    BlockReason.PREFLIGHT_STATUS: (
        "The answer to the OPTIONS request is no 2xx: nothing serves the path, or something before"
        " this library answered (a middleware that wants a login, a proxy)."
    ),
    BlockReason.METHOD_NOT_ALLOWED: "The rule that decides does not allow the method.",
    BlockReason.HEADER_NOT_ALLOWED: "The rule that decides does not allow the request header.",
    BlockReason.PREFLIGHT_METHODS_INVALID: (
        "Something beside this library writes Access-Control-Allow-Methods: a proxy, a middleware."
    ),
    BlockReason.PREFLIGHT_HEADERS_INVALID: (
        "Something beside this library writes Access-Control-Allow-Headers: a proxy, a middleware."
    ),
    BlockReason.SAME_ORIGIN_MODE: "The page asked with mode 'same-origin': the server is not to blame.",
    BlockReason.URL_SCHEME: "The URL is neither http nor https: the page was opened as a file, perhaps.",
    BlockReason.REDIRECT_CREDENTIALS: "The server redirects to a URL that browsers do not follow here.",
    "redirected preflight": (
        "The OPTIONS request is redirected: a path without its slash, http to https, or a login. Ask"
        " for the URL that the redirect leads to."
    ),
    "no answer": (
        "There was no answer, or none to look at: is the server up, is its certificate valid, does an"
        " extension block the request? CORS need not be the reason."
    ),
    "access control": "Safari tells the reason in the line above this one.",
}

_CREDENTIALS: Final = frozenset({BlockReason.ALLOW_ORIGIN_WILDCARD, BlockReason.ALLOW_CREDENTIALS})
_FIELDS: Final = {
    "value": r"(?P<value>[^']*?)",
    "origin": r"(?P<origin>\S+)",
    "url": r"(?P<url>\S+)",
}
_URL_AND_ORIGIN: Final = re.compile(
    r"at '(?P<url>[^']*)' (?:\(redirected from '[^']*'\) )?from origin '(?P<origin>[^']*)'"
)
_FIREFOX_URL: Final = re.compile(r"remote resource at (?P<url>\S+?)\.? \(Reason: ")
_SAFARI_URL: Final = re.compile(r"cannot load (?P<url>\S+?)(?:\.|,)? (?:due to|Origin)")
_LONGEST: Final = 8192
"""Characters of a text that are looked at."""
_QUOTES: Final = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")


def words_of(blocked: CorsBlocked, origin: str, *, status: int) -> BrowserWords | None:
    """What the three consoles say where `blocked` is what the model says.

    None where no check of the protocol fails. `status` is that of the answer that failed.
    """
    meaning: Meaning = blocked.reason
    if blocked.reason is BlockReason.PREFLIGHT_STATUS and 300 <= status <= 399:
        meaning = "redirected preflight"
    _, _, expected = blocked.expected.partition(": ")
    values = {"value": _value(blocked, expected), "origin": origin, "url": blocked.url}
    chromium = _sentence("Chromium", meaning, preflight=blocked.preflight)
    firefox = _sentence("Firefox", blocked.reason, preflight=blocked.preflight)
    safari = _sentence("Safari", blocked.reason, preflight=blocked.preflight)
    if blocked.preflight and not 200 <= status <= 299:
        # WebKit looks at the status first.
        safari = _sentence("Safari", BlockReason.PREFLIGHT_STATUS, preflight=True)
    if chromium is None or firefox is None or safari is None:
        return None
    said = " ".join(filter(None, [safari.text.format_map(values), _safari_status(safari, status)]))
    return BrowserWords(
        chromium=(
            f"Access to fetch at '{blocked.url}' from origin '{origin}' has been blocked by CORS"
            f" policy: {chromium.text.format_map(values)}"
        ),
        chromium_code=chromium.code,
        firefox=(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote"
            f" resource at {blocked.url}. (Reason: {_curly(firefox.text.format_map(values))})."
            f" Status code: {status}."
        ),
        firefox_code=firefox.code,
        safari=f"{said}\nFetch API cannot load {blocked.url} due to access control checks.",
    )


def read_console(text: str) -> ConsoleReading | None:
    """What `text` says; None where no sentence in it is known.

    >>> read_console("Reason: CORS header 'Access-Control-Allow-Origin' missing").code
    'CORSMissingAllowOrigin'
    """
    plain = " ".join(text[:_LONGEST].translate(_QUOTES).split())
    for pattern, sentence in _patterns():
        found = pattern.search(plain)
        if found is not None:
            return _reading(plain, sentence, found.groupdict(""))
    return None


def _reading(plain: str, sentence: Sentence, taken: dict[str, str]) -> ConsoleReading:
    for frame in (_URL_AND_ORIGIN, _FIREFOX_URL, _SAFARI_URL):
        found = frame.search(plain)
        if found is not None:
            taken = {**taken, **found.groupdict("")}
            break
    value, meaning = taken.get("value", ""), sentence.meaning
    name = value if is_token(value) else ""
    url = taken.get("url", "")
    return ConsoleReading(
        browser=sentence.browser,
        meaning=meaning if isinstance(meaning, str) else meaning.value,
        code=sentence.code,
        preflight=sentence.preflight,
        origin=taken.get("origin", ""),
        url=url,
        path=_path(url),
        method=name if meaning is BlockReason.METHOD_NOT_ALLOWED else "",
        header=name if meaning is BlockReason.HEADER_NOT_ALLOWED else "",
        credentials=meaning in _CREDENTIALS,
        look_at=_LOOK_AT[meaning],
    )


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # a port or an address that is none
        return ""
    return parts._replace(scheme="", netloc="", fragment="").geturl() or ("/" if url else "")


def _value(blocked: CorsBlocked, expected: str) -> str:
    """What a sentence names: a method or a header that was expected, or what was sent instead."""
    if blocked.reason in {BlockReason.METHOD_NOT_ALLOWED, BlockReason.HEADER_NOT_ALLOWED}:
        return expected
    name, colon, sent = blocked.sent.partition(": ")
    return sent if colon and name.startswith("Access-Control-") else ""


def _curly(text: str) -> str:
    """The quotation marks of Firefox."""
    return re.sub("'([^']*)'", "\u2018\\1\u2019", text)


def _safari_status(sentence: Sentence, status: int) -> str:
    tells = {BlockReason.ALLOW_ORIGIN_MISSING, BlockReason.PREFLIGHT_STATUS}
    return f"Status code: {status}" if sentence.meaning in tells else ""


def _sentence(browser: BrowserName, meaning: Meaning, *, preflight: bool) -> Sentence | None:
    for sentence in SENTENCES:
        if (sentence.browser, sentence.meaning) == (browser, meaning) and (
            sentence.preflight in {preflight, None} and sentence.is_current
        ):
            return sentence
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Sentence], ...]:
    """A pattern for each sentence, the longest sentence first: one may be a part of another."""
    ordered = sorted(SENTENCES, key=lambda sentence: len(sentence.text), reverse=True)
    return tuple((re.compile(_pattern(sentence.text)), sentence) for sentence in ordered)


def _pattern(text: str) -> str:
    plain = re.escape(text.removesuffix("."))
    for name, pattern in _FIELDS.items():
        plain = plain.replace(re.escape(f"{{{name}}}"), pattern, 1)
    return plain
