"""What the consoles of Chromium, Firefox and Safari say about a request that CORS blocks.

Owns: the sentences of the browsers, and the names that each browser gives to a failed check.
Leaves to: `aiohttp_cors._tools.explanations.console` reading and writing them.

Chromium's sentences are compared with the console of a real Chromium by a test; those of Firefox and
Safari come from their documentation and public reports. Older spellings are kept to be recognised.
"""

from typing import Final, Literal, NamedTuple, TypeAlias, final

from aiohttp_cors.browser.checks import BlockReason

BrowserName: TypeAlias = Literal["Chromium", "Firefox", "Safari"]

Meaning: TypeAlias = BlockReason | Literal["redirected preflight", "no answer", "access control"]
"""What a sentence says: a failed check, or what no check of an answer can be.

- redirected preflight: the answer to the preflight is a redirect;
- no answer: there was none, or none that CORS is to blame for;
- access control: Safari's second line, which tells no reason.
"""


@final
class Sentence(NamedTuple):
    """One sentence of one console: ``{value}`` is what the browser puts in, a name or a header's value.

    - `code`: the name that the browser's tools or its documentation give to the failed check;
    - `preflight`: whether the preflight failed; None where the sentence is the same for both;
    - `is_current`: whether the browsers of today say so.
    """

    browser: BrowserName
    meaning: Meaning
    preflight: bool | None
    code: str
    text: str
    is_current: bool = True


PREFLIGHT_FAILED: Final = "Response to preflight request doesn't pass access control check: "
"""What Chromium puts before a sentence about the answer to a preflight."""

_ORIGIN: Final = "'Access-Control-Allow-Origin'"
_MISSING: Final = BlockReason.ALLOW_ORIGIN_MISSING
_MISMATCH: Final = BlockReason.ALLOW_ORIGIN_MISMATCH
_WILDCARD: Final = BlockReason.ALLOW_ORIGIN_WILDCARD
_CREDENTIALS: Final = BlockReason.ALLOW_CREDENTIALS
_STATUS: Final = BlockReason.PREFLIGHT_STATUS
_METHOD: Final = BlockReason.METHOD_NOT_ALLOWED
_HEADER: Final = BlockReason.HEADER_NOT_ALLOWED
_METHODS: Final = BlockReason.PREFLIGHT_METHODS_INVALID
_HEADERS: Final = BlockReason.PREFLIGHT_HEADERS_INVALID


def _of_both(meaning: Meaning, code: str, text: str) -> tuple[Sentence, Sentence]:
    """Chromium's sentence about an answer, and the one about the answer to a preflight."""
    return (
        Sentence("Chromium", meaning, False, code, text),
        Sentence("Chromium", meaning, True, f"Preflight{code}", PREFLIGHT_FAILED + text),
    )


def _chromium(meaning: Meaning, code: str, text: str, *, preflight: bool = True) -> Sentence:
    return Sentence("Chromium", meaning, preflight, code, text)


def _firefox(meaning: Meaning, code: str, text: str, *, is_current: bool = True) -> Sentence:
    return Sentence("Firefox", meaning, None, code, text, is_current)


def _safari(meaning: Meaning, text: str, preflight: bool | None = None) -> Sentence:
    return Sentence("Safari", meaning, preflight, "", text)


SENTENCES: Final = (
    *_of_both(
        _MISSING,
        "MissingAllowOriginHeader",
        f"No {_ORIGIN} header is present on the requested resource.",
    ),
    *_of_both(
        _MISMATCH,
        "AllowOriginMismatch",
        f"The {_ORIGIN} header has a value '{{value}}' that is not equal to the supplied origin.",
    ),
    *_of_both(
        _MISMATCH,
        "MultipleAllowOriginValues",
        f"The {_ORIGIN} header contains multiple values '{{value}}', but only one is allowed.",
    ),
    *_of_both(
        _MISMATCH,
        "InvalidAllowOriginValue",
        f"The {_ORIGIN} header contains the invalid value '{{value}}'.",
    ),
    *_of_both(
        _WILDCARD,
        "WildcardOriginNotAllowed",
        f"The value of the {_ORIGIN} header in the response must not be the wildcard '*' when the"
        " request's credentials mode is 'include'.",
    ),
    *_of_both(
        _CREDENTIALS,
        "InvalidAllowCredentials",
        "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}'"
        " which must be 'true' when the request's credentials mode is 'include'.",
    ),
    _chromium(
        _STATUS,
        "PreflightInvalidStatus",
        f"{PREFLIGHT_FAILED}It does not have HTTP ok status.",
    ),
    _chromium(
        "redirected preflight",
        "PreflightDisallowedRedirect",
        f"{PREFLIGHT_FAILED}Redirect is not allowed for a preflight request.",
    ),
    _chromium(
        _METHOD,
        "MethodDisallowedByPreflightResponse",
        "Method {value} is not allowed by Access-Control-Allow-Methods in preflight response.",
    ),
    _chromium(
        _HEADER,
        "HeaderDisallowedByPreflightResponse",
        "Request header field {value} is not allowed by Access-Control-Allow-Headers in preflight"
        " response.",
    ),
    _chromium(
        _METHODS,
        "InvalidAllowMethodsPreflightResponse",
        "Cannot parse Access-Control-Allow-Methods response header field in preflight response.",
    ),
    _chromium(
        _HEADERS,
        "InvalidAllowHeadersPreflightResponse",
        "Cannot parse Access-Control-Allow-Headers response header field in preflight response.",
    ),
    _chromium(
        BlockReason.SAME_ORIGIN_MODE,
        "DisallowedByMode",
        "Cross origin requests are not allowed by request mode.",
        preflight=False,
    ),
    _chromium(
        BlockReason.URL_SCHEME,
        "CorsDisabledScheme",
        "Cross origin requests are only supported for protocol schemes: {value}.",
        preflight=False,
    ),
    _chromium(
        BlockReason.REDIRECT_CREDENTIALS,
        "RedirectContainsCredentials",
        "Redirect location '{value}' contains a username and password, which is disallowed for"
        " cross-origin requests.",
        preflight=False,
    ),
    _firefox(_MISSING, "CORSMissingAllowOrigin", f"CORS header {_ORIGIN} missing"),
    _firefox(
        _MISMATCH,
        "CORSAllowOriginNotMatchingOrigin",
        f"CORS header {_ORIGIN} does not match '{{value}}'",
    ),
    _firefox(
        _MISMATCH,
        "CORSMultipleAllowOriginNotAllowed",
        f"Multiple CORS header {_ORIGIN} not allowed",
    ),
    _firefox(
        _WILDCARD,
        "CORSNotSupportingCredentials",
        f"Credential is not supported if the CORS header {_ORIGIN} is '*'",
    ),
    _firefox(
        _CREDENTIALS,
        "CORSMissingAllowCredentials",
        "expected 'true' in CORS header 'Access-Control-Allow-Credentials'",
    ),
    _firefox(_STATUS, "CORSPreflightDidNotSucceed", "CORS preflight response did not succeed"),
    _firefox(
        _STATUS,
        "CORSPreflightDidNotSucceed",
        "CORS preflight channel did not succeed",
        is_current=False,
    ),
    _firefox(
        _METHOD,
        "CORSMethodNotFound",
        "Did not find method in CORS header 'Access-Control-Allow-Methods'",
    ),
    _firefox(
        _HEADER,
        "CORSMissingAllowHeaderFromPreflight",
        "header '{value}' is not allowed according to header 'Access-Control-Allow-Headers' from"
        " CORS preflight response",
    ),
    _firefox(
        _HEADER,
        "CORSMissingAllowHeaderFromPreflight",
        "missing token '{value}' in CORS header 'Access-Control-Allow-Headers' from CORS preflight"
        " channel",
        is_current=False,
    ),
    _firefox(
        _METHODS,
        "CORSInvalidAllowMethod",
        "invalid token '{value}' in CORS header 'Access-Control-Allow-Methods'",
    ),
    _firefox(
        _HEADERS,
        "CORSInvalidAllowHeader",
        "invalid token '{value}' in CORS header 'Access-Control-Allow-Headers'",
    ),
    _firefox("no answer", "CORSDidNotSucceed", "CORS request did not succeed"),
    _firefox(BlockReason.URL_SCHEME, "CORSRequestNotHttp", "CORS request not HTTP"),
    _firefox(
        BlockReason.REDIRECT_CREDENTIALS,
        "CORSExternalRedirectNotAllowed",
        "CORS request external redirect not allowed",
    ),
    _safari(_MISSING, "Origin {origin} is not allowed by Access-Control-Allow-Origin."),
    _safari(
        _MISMATCH,
        "Access-Control-Allow-Origin cannot contain more than one origin.",
    ),
    _safari(
        _WILDCARD,
        "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
    ),
    _safari(
        _CREDENTIALS,
        'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
    ),
    _safari(_STATUS, "Preflight response is not successful.", True),
    _safari(_METHOD, "Method {value} is not allowed by Access-Control-Allow-Methods.", True),
    _safari(
        _HEADER,
        "Request header field {value} is not allowed by Access-Control-Allow-Headers.",
        True,
    ),
    _safari("access control", "{value} cannot load {url} due to access control checks."),
)
"""Every sentence that is known."""
