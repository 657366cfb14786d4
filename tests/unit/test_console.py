"""What browsers' consoles say: read, and written.

The texts are those of the engines, as their users paste them.
"""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiohttp_cors._tools.explanations.console import (
    BrowserWords,
    ConsoleReading,
    read_console,
    words_of,
)
from aiohttp_cors._tools.explanations.console_words import PREFLIGHT_FAILED, SENTENCES, Sentence
from aiohttp_cors.browser.checks import BlockReason, CorsBlocked

URL: Final = "https://api.example.com/users?page=2"
APP: Final = "https://app.example.com"
ACCESS: Final = f"Access to fetch at '{URL}' from origin '{APP}' has been blocked by CORS policy: "
FIREFOX: Final = (
    "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at"
    f" {URL}. (Reason: "
)
INCLUDE: Final = "when the request's credentials mode is 'include'."


# A text, and what it says: browser, code, preflight, and what is taken out of it.
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "chromium: no header": (
        f"{ACCESS}No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        f"Chromium MissingAllowOriginHeader {APP} /users?page=2",
    ),
    "chromium: no header in the preflight, an older text": (
        (
            f"{ACCESS}{PREFLIGHT_FAILED}No 'Access-Control-Allow-Origin' header is present on the"
            " requested resource. If an opaque response serves your needs, set the request's mode to"
            " 'no-cors' to fetch the resource with CORS disabled."
        ),
        f"Chromium PreflightMissingAllowOriginHeader preflight {APP} /users?page=2",
    ),
    "chromium: XMLHttpRequest that was redirected": (
        (
            f"Access to XMLHttpRequest at '{URL}' (redirected from 'https://old.example/') from origin"
            f" 'null' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is"
            " present on the requested resource."
        ),
        "Chromium MissingAllowOriginHeader null /users?page=2",
    ),
    "chromium: another origin": (
        (
            f"{ACCESS}The 'Access-Control-Allow-Origin' header has a value 'https://b.example' that is"
            " not equal to the supplied origin. Have the server send the header with a valid value."
        ),
        f"Chromium AllowOriginMismatch {APP} /users?page=2",
    ),
    "chromium: two origins in a preflight": (
        (
            f"{ACCESS}{PREFLIGHT_FAILED}The 'Access-Control-Allow-Origin' header contains multiple"
            f" values '{APP}, *', but only one is allowed."
        ),
        f"Chromium PreflightMultipleAllowOriginValues preflight {APP} /users?page=2",
    ),
    "chromium: the wildcard with credentials": (
        (
            f"{ACCESS}The value of the 'Access-Control-Allow-Origin' header in the response must not be"
            f" the wildcard '*' {INCLUDE} The credentials mode of requests initiated by the"
            " XMLHttpRequest is controlled by the withCredentials attribute."
        ),
        f"Chromium WildcardOriginNotAllowed {APP} /users?page=2 credentials",
    ),
    "chromium: credentials are not allowed": (
        (
            f"{ACCESS}{PREFLIGHT_FAILED}The value of the 'Access-Control-Allow-Credentials' header in"
            f" the response is '' which must be 'true' {INCLUDE}"
        ),
        f"Chromium PreflightInvalidAllowCredentials preflight {APP} /users?page=2 credentials",
    ),
    "chromium: status": (
        f"{ACCESS}{PREFLIGHT_FAILED}It does not have HTTP ok status.",
        f"Chromium PreflightInvalidStatus preflight {APP} /users?page=2",
    ),
    "chromium: redirect": (
        f"{ACCESS}{PREFLIGHT_FAILED}Redirect is not allowed for a preflight request.",
        f"Chromium PreflightDisallowedRedirect preflight {APP} /users?page=2",
    ),
    "chromium: method": (
        (
            f"{ACCESS}Method PATCH is not allowed by Access-Control-Allow-Methods in preflight"
            " response."
        ),
        f"Chromium MethodDisallowedByPreflightResponse preflight {APP} /users?page=2 PATCH",
    ),
    "chromium: header": (
        (
            f"{ACCESS}Request header field x-debug is not allowed by Access-Control-Allow-Headers in"
            " preflight response."
        ),
        f"Chromium HeaderDisallowedByPreflightResponse preflight {APP} /users?page=2 x-debug",
    ),
    "firefox: no header": (
        f"{FIREFOX}CORS header \u2018Access-Control-Allow-Origin\u2019 missing). Status code: 200.",
        "Firefox CORSMissingAllowOrigin /users?page=2",
    ),
    "firefox: another origin, over two lines": (
        (
            f"{FIREFOX}CORS header \u2018Access-Control-Allow-Origin\u2019 does\n not match"
            " \u2018https://b.example\u2019)."
        ),
        "Firefox CORSAllowOriginNotMatchingOrigin /users?page=2",
    ),
    "firefox: credentials": (
        (
            f"{FIREFOX}expected \u2018true\u2019 in CORS header"
            " \u2018Access-Control-Allow-Credentials\u2019)."
        ),
        "Firefox CORSMissingAllowCredentials /users?page=2 credentials",
    ),
    "firefox: the wildcard with credentials": (
        (
            f"{FIREFOX}Credential is not supported if the CORS header"
            " \u2018Access-Control-Allow-Origin\u2019 is \u2018*\u2019)."
        ),
        "Firefox CORSNotSupportingCredentials /users?page=2 credentials",
    ),
    "firefox: method": (
        f"{FIREFOX}Did not find method in CORS header \u2018Access-Control-Allow-Methods\u2019).",
        "Firefox CORSMethodNotFound /users?page=2",
    ),
    "firefox: header": (
        (
            f"{FIREFOX}header \u2018x-debug\u2019 is not allowed according to header"
            " \u2018Access-Control-Allow-Headers\u2019 from CORS preflight response)."
        ),
        "Firefox CORSMissingAllowHeaderFromPreflight /users?page=2 x-debug",
    ),
    "firefox: header, an older text": (
        (
            f"{FIREFOX}missing token 'x-debug' in CORS header 'Access-Control-Allow-Headers' from CORS"
            " preflight channel)."
        ),
        "Firefox CORSMissingAllowHeaderFromPreflight /users?page=2 x-debug",
    ),
    "firefox: no answer": (
        f"{FIREFOX}CORS request did not succeed). Status code: (null).",
        "Firefox CORSDidNotSucceed /users?page=2",
    ),
    "safari: two lines": (
        (
            f"Origin {APP} is not allowed by Access-Control-Allow-Origin. Status code: 200\n"
            f"Fetch API cannot load {URL} due to access control checks."
        ),
        f"Safari {APP} /users?page=2",
    ),
    "safari: status": (
        "Preflight response is not successful. Status code: 403",
        "Safari preflight",
    ),
    "safari: method": (
        "Method PATCH is not allowed by Access-Control-Allow-Methods.",
        "Safari preflight PATCH",
    ),
    "safari: header": (
        "Request header field x-debug is not allowed by Access-Control-Allow-Headers.",
        "Safari preflight x-debug",
    ),
    "safari: credentials": (
        'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
        "Safari credentials",
    ),
    "safari: the second line alone": (
        f"XMLHttpRequest cannot load {URL} due to access control checks.",
        "Safari /users?page=2",
    ),
    "a URL without a path": (
        "Fetch API cannot load https://api.example.com due to access control checks.",
        "Safari /",
    ),
    "a URL that is none": (
        "Fetch API cannot load https://[::1 due to access control checks.",
        "Safari",
    ),
    "a name that is none": (
        (
            f"{ACCESS}Request header field x debug; rm is not allowed by Access-Control-Allow-Headers in"
            " preflight response."
        ),
        f"Chromium HeaderDisallowedByPreflightResponse preflight {APP} /users?page=2",
    ),
}


def summary(read: ConsoleReading) -> str:
    words = [
        read.browser,
        read.code,
        "preflight" if read.preflight else "",
        read.origin,
        read.path,
        read.method,
        read.header,
        "credentials" if read.credentials else "",
    ]
    return " ".join(filter(None, words))


@pytest.mark.parametrize("text, said", TEXTS.values(), ids=TEXTS)
def test_a_text_of_a_console_is_read(text: str, said: str) -> None:
    read = read_console(text)
    assert read is not None
    assert summary(read) == said
    assert read.look_at.endswith((".", "?"))


def test_another_text_is_not_read() -> None:
    assert read_console("TypeError: Failed to fetch") is None


@pytest.mark.parametrize("known", SENTENCES, ids=lambda known: f"{known.browser}: {known.text}")
def test_each_sentence_is_read_as_itself(known: Sentence) -> None:
    text = known.text.format(value="X-A", origin=APP, url=URL)
    read = read_console(text)
    assert read is not None
    meaning = known.meaning if isinstance(known.meaning, str) else known.meaning.value
    assert (read.browser, read.meaning, read.code) == (known.browser, meaning, known.code)


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    read = read_console(f"Fetch API cannot load {text} due to access control checks.{text}")
    assert read is None or read.browser in {"Chromium", "Firefox", "Safari"}


def blocked(reason: BlockReason, sent: str, expected: str, *, preflight: bool) -> CorsBlocked:
    return CorsBlocked(reason, URL, preflight, sent, expected)


MISSING: Final = BlockReason.ALLOW_ORIGIN_MISSING
CREDENTIALS: Final = BlockReason.ALLOW_CREDENTIALS


def words(failed: CorsBlocked, status: int = 200) -> BrowserWords:
    said = words_of(failed, APP, status=status)
    assert said is not None
    return said


def test_the_three_consoles_are_written() -> None:
    expected = "Access-Control-Allow-Methods: PUT"
    failed = blocked(BlockReason.METHOD_NOT_ALLOWED, "", expected, preflight=True)
    assert words(failed) == BrowserWords(
        chromium=(
            f"{ACCESS}Method PUT is not allowed by Access-Control-Allow-Methods in preflight"
            " response."
        ),
        chromium_code="MethodDisallowedByPreflightResponse",
        firefox=(
            f"{FIREFOX}Did not find method in CORS header"
            " \u2018Access-Control-Allow-Methods\u2019). Status code: 200."
        ),
        firefox_code="CORSMethodNotFound",
        safari=(
            "Method PUT is not allowed by Access-Control-Allow-Methods.\n"
            f"Fetch API cannot load {URL} due to access control checks."
        ),
    )


def test_safari_looks_at_the_status_of_a_preflight_first() -> None:
    failed = blocked(MISSING, "403 without Access-Control-Allow-Origin", "", preflight=True)
    said = words(failed, 403)
    assert said.chromium_code == "PreflightMissingAllowOriginHeader"
    assert said.safari.startswith("Preflight response is not successful. Status code: 403\n")


def test_the_value_that_was_sent_is_written() -> None:
    sent = "Access-Control-Allow-Credentials: True"
    assert "is 'True' which must" in words(blocked(CREDENTIALS, sent, "", preflight=False)).chromium


def test_a_redirected_preflight_is_written() -> None:
    failed = blocked(BlockReason.PREFLIGHT_STATUS, "308", "200 to 299", preflight=True)
    said = words(failed, 308)
    assert said.chromium_code == "PreflightDisallowedRedirect"
    assert said.firefox_code == "CORSPreflightDidNotSucceed"


def test_what_is_no_check_of_an_answer_has_no_words() -> None:
    failed = blocked(BlockReason.REDIRECT_COUNT, "", "", preflight=False)
    assert words_of(failed, APP, status=302) is None


@pytest.mark.parametrize("preflight", [False, True])
@pytest.mark.parametrize(
    "reason", [MISSING, CREDENTIALS, BlockReason.ALLOW_ORIGIN_WILDCARD], ids=lambda r: r.name
)
def test_what_is_written_is_read(reason: BlockReason, preflight: bool) -> None:
    said = words(blocked(reason, "", "", preflight=preflight))
    for text in (said.chromium, said.firefox, said.safari):
        read = read_console(text)
        assert read is not None
        assert (read.meaning, read.path) == (reason.value, "/users?page=2")
    read = read_console(said.chromium)
    assert read is not None
    assert read.preflight is preflight
