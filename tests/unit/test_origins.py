"""The grammar of origins and patterns, row by row; expectations from the contract's *Origin grammar*.

Limits: scheme 64, host 253, label 63, port 65535; whole origin 326 = 64 + 3 + 253 + 1 + 5.
"""

import re

import pytest
from typing_extensions import override
from yarl import URL

from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.origins import (
    Origin,
    OriginPattern,
    ParsedOrigin,
    credentials_problem,
    is_potentially_trustworthy,
    parse_origin,
    secure_hint,
)
from tests.hints import is_step, values_of

LABEL_63 = "a" * 63
# Four labels and their dots: 63 + 1 + 63 + 1 + 63 + 1 + 61 = 253.
HOST_253 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'b' * 61}"
HOST_254 = f"{LABEL_63}.{LABEL_63}.{LABEL_63}.{'b' * 62}"
SCHEME_64 = "s" * 64

ORIGINS = {
    "https://app.example.com": Origin("https", "app.example.com", None),
    "https://app.example.com:8443": Origin("https", "app.example.com", 8443),
    "http://app.example.com": Origin("http", "app.example.com", None),
    "http://localhost": Origin("http", "localhost", None),
    "http://localhost:3000": Origin("http", "localhost", 3000),
    "https://com": Origin("https", "com", None),
    # schemes
    "chrome-extension://abcdefghijklmnop": Origin("chrome-extension", "abcdefghijklmnop", None),
    "moz-extension://fc127fa4-62c7-7e4f-90e5-472b45eecfdc": Origin(
        "moz-extension", "fc127fa4-62c7-7e4f-90e5-472b45eecfdc", None
    ),
    "capacitor://localhost": Origin("capacitor", "localhost", None),
    "tauri://localhost": Origin("tauri", "localhost", None),
    "x://a": Origin("x", "a", None),
    "a0+-.9://b": Origin("a0+-.9", "b", None),
    "files://a": Origin("files", "a", None),
    f"{SCHEME_64}://a": Origin(SCHEME_64, "a", None),
    # the hosts of other schemes are opaque and never numbers
    "moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc": Origin(
        "moz-extension", "2c127fa4-62c7-7e4f-90e5-472b45eecfdc", None
    ),
    "capacitor://127.1": Origin("capacitor", "127.1", None),
    # names
    "https://a-b.example": Origin("https", "a-b.example", None),
    "https://a_b.example": Origin("https", "a_b.example", None),
    "https://-a-.example": Origin("https", "-a-.example", None),
    "https://1.example": Origin("https", "1.example", None),
    "https://0x7f.1.example": Origin("https", "0x7f.1.example", None),
    "https://example.c1": Origin("https", "example.c1", None),
    "https://xn--bcher-kva.example": Origin("https", "xn--bcher-kva.example", None),
    "https://null": Origin("https", "null", None),
    "https://app.example.com.": Origin("https", "app.example.com.", None),
    f"https://{LABEL_63}.example": Origin("https", f"{LABEL_63}.example", None),
    f"https://{HOST_253}": Origin("https", HOST_253, None),
    f"https://{HOST_253[:-1]}.": Origin("https", f"{HOST_253[:-1]}.", None),
    f"{SCHEME_64}://{HOST_253}:65535": Origin(SCHEME_64, HOST_253, 65535),
    # IPv4
    "http://127.0.0.1": Origin("http", "127.0.0.1", None),
    "http://0.0.0.0": Origin("http", "0.0.0.0", None),
    "http://255.255.255.255:8080": Origin("http", "255.255.255.255", 8080),
    "http://192.168.10.99": Origin("http", "192.168.10.99", None),
    # IPv6
    "http://[::1]": Origin("http", "[::1]", None),
    "http://[::]": Origin("http", "[::]", None),
    "http://[::1]:8080": Origin("http", "[::1]", 8080),
    "https://[2001:db8::1]": Origin("https", "[2001:db8::1]", None),
    "https://[2001:db8:0:1:1:1:1:1]": Origin("https", "[2001:db8:0:1:1:1:1:1]", None),
    "https://[::ffff:102:304]": Origin("https", "[::ffff:102:304]", None),
    # ports
    "https://a.example:1": Origin("https", "a.example", 1),
    "https://a.example:65535": Origin("https", "a.example", 65535),
    "https://a.example:80": Origin("https", "a.example", 80),
    "http://a.example:443": Origin("http", "a.example", 443),
    "capacitor://localhost:80": Origin("capacitor", "localhost", 80),
}

PATTERNS = {
    "https://*.example.com": OriginPattern("https", "example.com", None, True),
    "https://*.example.com:8443": OriginPattern("https", "example.com", 8443, True),
    "https://*.example.com:*": OriginPattern("https", "example.com", "*", True),
    "https://app.example.com:*": OriginPattern("https", "app.example.com", "*", False),
    "https://*.example.com.": OriginPattern("https", "example.com.", None, True),
    "https://*.a.b.c.example.com": OriginPattern("https", "a.b.c.example.com", None, True),
    "http://*.localhost": OriginPattern("http", "localhost", None, True),
    "http://*.localhost:*": OriginPattern("http", "localhost", "*", True),
    "http://*.localhost.": OriginPattern("http", "localhost.", None, True),
    "http://localhost:*": OriginPattern("http", "localhost", "*", False),
    "https://com:*": OriginPattern("https", "com", "*", False),
    "http://127.0.0.1:*": OriginPattern("http", "127.0.0.1", "*", False),
    "http://[::1]:*": OriginPattern("http", "[::1]", "*", False),
    "capacitor://*.app.example": OriginPattern("capacitor", "app.example", None, True),
    f"https://*.{HOST_253[2:]}": OriginPattern("https", HOST_253[2:], None, True),
    f"https://{HOST_253}:*": OriginPattern("https", HOST_253, "*", False),
}

# What is outside the grammar, and the hint: the nearest legal spelling that can match what is
# meant, the step to use instead, or nothing.
INVALID = {
    # more than an origin
    "https://shop.example.org/": "https://shop.example.org",
    "https://shop.example.org/path": "https://shop.example.org",
    "https://shop.example.org?q": "https://shop.example.org",
    "https://shop.example.org#f": "https://shop.example.org",
    "https://shop.example.org\\": "https://shop.example.org",
    "https://user@shop.example.org": "https://shop.example.org",
    "https://user:secret@shop.example.org:8443/x": "https://shop.example.org:8443",
    " https://shop.example.org": "https://shop.example.org",
    "https://shop.example.org ": "https://shop.example.org",
    "https://shop.example.org\n": "https://shop.example.org",
    "https://shop.example.org\t": "https://shop.example.org",
    "https://app.exam ple.com": "",
    "https://shop.example.org,": "https://shop.example.org",
    # several where one is written; each that is named has to be legal
    "https://a.example, https://b.example": "'https://a.example', 'https://b.example'",
    "https://a.example,http://*.b.example:*": "'https://a.example', 'http://*.b.example:*'",
    "https://a.example https://b.example": "'https://a.example', 'https://b.example'",
    " https://a.example;\nhttps://b.example ": "'https://a.example', 'https://b.example'",
    "https://a.example,https://a.example": "https://a.example",
    "https://a.example,b.example": "'https://a.example', 'https://b.example'",
    "https://a.example,https://*.com": "",
    "https://a.example,*": "",
    "https://a.example;https://a.*.example": "",
    "https://*.com,": "",
    '["https://a.example"]': "https://a.example",
    '["https://a.example", "https://b.example/"]': "'https://a.example', 'https://b.example'",
    "['https://*.a.example']": "https://*.a.example",
    '["*"]': ".any_origin",
    '["https://a.example", "*"]': "",
    '["https://a.example", "null"]': "",
    "[]": "",
    "[ ]": "",
    "[x]": ".origin_where",
    '"https://a.example"': "https://a.example",
    "'https://a.example/'": "https://a.example",
    '"': "",
    "https://a.example,null": "",
    ",": "",
    # less than an origin
    "": "",
    " ": "",
    "shop.example.org": "https://shop.example.org",
    "localhost:3000": "http://localhost:3000",
    "localhost": "http://localhost",
    "LOCALHOST:3000/": "http://localhost:3000",
    "app.localhost:3000": "http://app.localhost:3000",
    "localhost:*": "http://localhost:*",
    "localhost:443": "https://localhost",
    "localhost.:3000": "http://localhost.:3000",
    "localhost:80": "http://localhost",
    "127.0.0.1:8000": "http://127.0.0.1:8000",
    "192.168.0.7": "http://192.168.0.7",
    "[::1]:8080": "http://[::1]:8080",
    "::1": "http://[::1]",
    "frontend:3000": "http://frontend:3000",
    "frontend": "",
    "true": "",
    "NULL": "",
    "shop.example.org:443": "https://shop.example.org",
    "shop.example.org:80": "http://shop.example.org",
    "shop.example.org:8443": "https://shop.example.org:8443",
    "www.shop.example.org/path": "https://www.shop.example.org",
    "user@shop.example.org": "https://shop.example.org",
    "https://https://shop.example.org": "https://shop.example.org",
    "//shop.example.org": "https://shop.example.org",
    "https:": "",
    "https://": "",
    "https:///": "",
    "https:shop.example.org": "https://shop.example.org",
    "https:/shop.example.org": "https://shop.example.org",
    "://shop.example.org": "https://shop.example.org",
    # case and alphabet
    "HTTPS://shop.example.org": "https://shop.example.org",
    "https://Shop.Example.ORG": "https://shop.example.org",
    "https://bücher.example": "https://xn--bcher-kva.example",
    "https://BÜCHER.example/": "https://xn--bcher-kva.example",
    "https://例え.example": "https://xn--r8jz45g.example",
    "https://straße.example": "https://xn--strae-oqa.example",
    "https://βόλος.example:0443": "https://xn--nxasmm1c.example",
    "https://*.bücher.example:*": "https://*.xn--bcher-kva.example:*",
    "https://例え。example": "https://xn--r8jz45g.example",
    "https://ａｐｐ．example": "https://app.example",
    "https://a℀b.example": "",
    "https://app\0.example": "",
    "https://app\udcff.example": "",
    "https://app%2eexample.com": "",
    "https://app+x.example.com": "",
    "https://app~x.example.com": "",
    # scheme
    "1https://a.example": "",
    "-x://a.example": "",
    "h_ttp://a.example": "",
    "hßtp://a.example": "",
    f"{SCHEME_64}s://a": "",
    "*://a.example": "'https://a.example', 'http://a.example'",
    "http*://a.example": "'https://a.example', 'http://a.example'",
    # labels
    "https://a..example": "",
    "https://.a.example": "https://*.a.example",
    "https://a.example..": "",
    "https://.": "",
    f"https://{LABEL_63}a.example": "",
    f"https://{HOST_254}": "",
    f"https://{HOST_253}.": "",
    f"https://{LABEL_63}a.example:*": "",
    # addresses
    "http://127.0.0.1.": "http://127.0.0.1",
    "http://127.1": "",
    "http://2130706433": "",
    "http://0x7f.0.0.1": "",
    "http://0x7f000001": "",
    "http://a.0x7f": "",
    "http://127.0.0.01": "",
    "http://127.0.0.256": "",
    "http://127.0.0.1.1": "",
    "http://a.example.1": "",
    "http://a.1b": "",
    "ws://127.1": "",
    "wss://a.1": "",
    "ftp://1.2.3": "",
    "https://[::1": "https://[::1]",
    "https://::1": "https://[::1]",
    "https://[]": "",
    "https://[::1]x": "",
    "https://[1::2::3]": "",
    "https://[1:2:3:4:5:6:7]": "",
    "https://[::g]": "",
    "https://[::12345]": "",
    "https://[2001:DB8::1]": "https://[2001:db8::1]",
    "https://[2001:db8:0:0:0:0:0:1]": "https://[2001:db8::1]",
    "https://[2001:0db8::1]": "https://[2001:db8::1]",
    "https://[::ffff:1.2.3.4]": "https://[::ffff:102:304]",
    "https://[::1.2.3.4]:80": "https://[::102:304]:80",
    "https://[64:ff9b::1.2.3.4]": "https://[64:ff9b::102:304]",
    "https://[fe80::1%eth0]": "",
    "https://[fe80::1%25eth0]": "",
    # ports
    "https://a.example:": "https://a.example",
    "https://a.example:443": "https://a.example",
    "https://a.example:0443": "https://a.example",
    "http://a.example:80": "http://a.example",
    "http://localhost:80": "http://localhost",
    "ftp://a.example:443": "https://a.example",
    # what is refused in its legal spelling, too
    "FILE://a.example": "",
    "https://*.com/": "",
    "ws://a.example:80": "http://a.example",
    "wss://a.example:443": "https://a.example",
    "wss://a.example": "https://a.example",
    "wss://*.a.example:*": "https://*.a.example:*",
    "WSS://a.example/socket": "https://a.example",
    "ws://localhost:3000": "http://localhost:3000",
    "ws://a.example": "http://a.example",
    "ftp://a.example": "https://a.example",
    "ftp://*": ".origin_where",
    "ftp://a.example:21": "https://a.example",
    "https://[::1]:443": "https://[::1]",
    "https://*.example.com:443": "https://*.example.com",
    "https://a.example:0": "",
    "https://a.example:08443": "https://a.example:8443",
    "https://a.example:65536": "",
    "https://a.example:99999": "",
    "https://a.example:100000": "",
    "https://a.example:-1": "",
    "https://a.example:+1": "",
    "https://a.example:80a": "",
    "https://a.example:٣": "",
    "https://a.example:80:80": "",
    # patterns
    "*": ".any_origin",
    "https://*": ".origin_where",
    "https://*.": ".origin_where",
    "https://*:*": ".origin_where",
    "https://*:443": ".origin_where",
    "https://*example.com": "https://*.example.com",
    "https://a*.example.com": ".origin_where",
    "https://a.*.example.com": ".origin_where",
    "https://*.*.example.com": ".origin_where",
    "https://**.example.com": "https://*.example.com",
    "https://example.*": ".origin_where",
    "https://*.example.com/": "https://*.example.com",
    "https://*.Example.com:*": "https://*.example.com:*",
    "https://a.example:8*": ".origin_where",
    "https://a.example:**": ".origin_where",
    "https://a.example:*0": ".origin_where",
    "https://a.example*": ".origin_where",
    "https://*.127.0.0.1": "",
    "https://*.1.2.3.4:*": "",
    "https://*.[::1]": "",
    "https://[*]": ".origin_where",
    "https://*.a..example": "",
    f"https://*.{HOST_253[1:]}": "",
    ".example.com": "https://*.example.com",
    "https://.example.com": "https://*.example.com",
    # what only a function can say
    "https://app-*.example.com": ".origin_where",
    "https://*-team.vercel.app": ".origin_where",
    "https://*team.vercel.app": ".origin_where",
    "https://deploy-preview-*--shop.netlify.app": ".origin_where",
    "chrome-extension://*": ".origin_where",
    "moz-extension://*": ".origin_where",
    "http://192.168.0.*": ".origin_where",
    "http://192.168.*.*:3000": ".origin_where",
    "http://localhost:30*": ".origin_where",
    "^https://a\\.example$": ".origin_where",
    r"https://.*\.example\.com": ".origin_where",
    r"https://\w+.example.com": ".origin_where",
    "https://[a-z]+.example.com": ".origin_where",
    "https://(app|www).example.com": ".origin_where",
    "https?://a.example": ".origin_where",
    "https://a.example|https://b.example": ".origin_where",
    "https://[0-9]{4}.example.com": ".origin_where",
    "https://app[0-9].example.com": ".origin_where",
    # what every origin is
    "*:*": ".any_origin",
    "*://*": ".any_origin",
    "*://*:*": ".any_origin",
    "**": ".any_origin",
    " * ": ".any_origin",
    # a setting that nobody filled in
    "https://${HOST}": "",
    "https://$HOST": "",
    "https://<tenant>.example.com": "",
    "https://{tenant}.example.com": "",
}

PROHIBITED = {
    "null": "",
    "file:": "",
    "file://": "",
    "file:///": "",
    "file:///home/index.html": "",
    "file://host": "",
    "https://*.com": ".origin_where",
    "https://*.com:*": ".origin_where",
    "https://*.com:8443": ".origin_where",
    "https://*.com.": ".origin_where",
    "http://*.internal": ".origin_where",
    "https://*.xn--p1ai": ".origin_where",
    f"https://*.{LABEL_63}": ".origin_where",
}


def _name(text: str) -> str:
    # pytest escapes a backslash once more whenever the same process collects again.
    spelled = ascii(text).replace("\\", "%")
    return spelled if len(spelled) < 80 else f"{spelled[:30]}..{spelled[-30:]} ({len(text)})"


@pytest.mark.parametrize("text, origin", ORIGINS.items(), ids=map(_name, ORIGINS))
def test_a_legal_origin_is_read_part_by_part(text: str, origin: Origin) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize("text, pattern", PATTERNS.items(), ids=map(_name, PATTERNS))
def test_a_legal_pattern_is_read_part_by_part(text: str, pattern: OriginPattern) -> None:
    assert parse_origin(text) == pattern


@pytest.mark.parametrize("text", [*ORIGINS, *PATTERNS], ids=_name)
def test_a_parsed_origin_writes_what_was_read(text: str) -> None:
    assert str(parse_origin(text)) == text


def test_the_longest_legal_origin_is_as_long_as_the_longest_that_matches() -> None:
    assert max(map(len, ORIGINS)) == 326


@pytest.mark.parametrize("text, hint", INVALID.items(), ids=map(_name, INVALID))
def test_what_is_outside_the_grammar_is_invalid_and_the_hint_is_the_nearest_spelling(
    text: str, hint: str
) -> None:
    problem = parse_origin(text)
    assert isinstance(problem, Problem)
    assert (problem.field, problem.value, problem.reason) == ("origin", text, "invalid")
    assert problem.hint == hint


@pytest.mark.parametrize("text, hint", PROHIBITED.items(), ids=map(_name, PROHIBITED))
def test_what_any_site_can_be_or_anybody_can_register_is_prohibited(text: str, hint: str) -> None:
    problem = parse_origin(text)
    assert isinstance(problem, Problem)
    assert (problem.field, problem.value, problem.reason) == ("origin", text, "prohibited")
    assert problem.hint == hint


@pytest.mark.parametrize("text", [*INVALID, *PROHIBITED], ids=_name)
def test_every_hint_is_itself_legal_or_a_step(text: str) -> None:
    problem = parse_origin(text)
    assert isinstance(problem, Problem)
    for named in values_of(problem.hint):
        assert not isinstance(parse_origin(named), Problem)
    assert not is_step(problem.hint) or problem.hint in {".any_origin", ".origin_where"}


# A text, and words of the rule that it breaks first.
RULES = {
    "": "is the setting empty?",
    "\t": "is the setting empty?",
    "[]": "is the setting empty?",
    ",": "is the setting empty?",
    " , ;": "is the setting empty?",
    '["https://a.example"]': "several arguments",
    "https://a.example,https://b.example": "several arguments",
    '["https://a.example"': "a scheme is a letter",
    '"https://a.example"]': "a scheme is a letter",
    "'https://a.example'": "quotation marks",
    "''": "quotation marks",
    "'": "begins with its scheme",
    "[::1]": "begins with its scheme",
    "*": "every origin",
    "https://.*": "wildcards",
    "^https://a.example$": "regular expression",
    "https://app-*.example.com": "wildcards",
    "https://*example.com": "wildcards",
    "https://.example.com": "wildcards",
    "https://*.1.2.3.4": "an address has no subdomains",
    "*.1.2.3.4": "an address has no subdomains",
    "https://*.A.example": "lower case",
    "https://*.a..example": "labels of 1 to 63",
    " https://a.example": "white space",
    "https://a .example": "white space",
    "a.example": "begins with its scheme",
    "https:/a.example": "begins with its scheme",
    "://a.example": "begins with its scheme",
    "wss://a.example": "no page is loaded with wss:",
    "WS://a.example": "no page is loaded with ws:",
    "ftp://a.example": "no page is loaded with ftp:",
    "HTTPS://a.example": "browsers write an origin in lower case",
    "Https://a.example": "browsers write an origin in lower case",
    "1x://a.example": "a scheme is a letter",
    "h_ttp://a.example": "a scheme is a letter",
    "https://user@a.example": "no user and no password",
    "https://user@[::1]": "no user and no password",
    "https://user@::1": "no user and no password",
    "https://a.example/": "ends with its host or its port",
    "https://[::1]/": "ends with its host or its port",
    "https://::1/": "ends with its host or its port",
    "https://a.example?q": "ends with its host or its port",
    "https://": "names a host",
    "https://bücher.example": "punycode",
    "https://A.example": "lower case",
    f"https://{HOST_253.upper()}": "lower case",
    "https://[2001:DB8::1]": "lower case",
    "https://[::1%eth0]": "an IPv6 address",
    "https://1.2.3": "four decimal numbers",
    "https://a..example": "labels of 1 to 63",
    "https://$HOST": "labels of 1 to 63",
    f"https://{HOST_254}": "at most 253",
    "https://a.example:443": "the default port of https",
    "http://a.example:80": "the default port of http",
    "https://a.example:0443": "from 1 to 65535",
    "https://a.example:65536": "from 1 to 65535",
    "https://a.example:": "from 1 to 65535",
    "null": "any site can send",
    "file:///": "every local file",
    "https://*.com": "anybody can register",
}


@pytest.mark.parametrize("text, words", RULES.items(), ids=map(_name, RULES))
def test_a_problem_says_which_rule_the_text_breaks(text: str, words: str) -> None:
    problem = parse_origin(text)
    assert isinstance(problem, Problem)
    assert words in problem.because


class Url:
    """What other libraries make of a URL."""

    def __init__(self, text: str) -> None:
        self.text = text

    @override
    def __str__(self) -> str:
        return self.text


class Silent:
    @override
    def __str__(self) -> str:
        raise RuntimeError

    @override
    def __repr__(self) -> str:
        return "Silent()"


def by_name(origin: str) -> bool:
    return origin.endswith(".example")


OTHER_TYPES: dict[str, tuple[object, str]] = {
    "nothing": (None, ""),
    "a number": (1, ""),
    "a bool": (True, ""),
    "a class": (object, ""),
    "bytes": (b"https://a.example", "https://a.example"),
    "bytes of several": (
        bytearray(b"https://a.example,https://b.example"),
        "'https://a.example', 'https://b.example'",
    ),
    "bytes beyond ASCII": (b"https://\xff", ""),
    "a URL": (URL("https://a.example"), "https://a.example"),
    "a URL with a slash": (Url("https://a.example/"), "https://a.example"),
    "a URL with a path": (URL("https://a.example:8443/path?query"), "https://a.example:8443"),
    "a URL of a page that cannot be": (Url("file:///index.html"), ""),
    "a URL of a file on a host": (Url("file://a.example"), ""),
    "bytes of a whole domain": (b"https://*.com", ""),
    "an object that is no URL": (Url("a.example"), ""),
    "an object that cannot be written": (Silent(), ""),
    "a regular expression": (re.compile("https://.*"), ".origin_where"),
    "a function": (by_name, ".origin_where"),
    "a list": (
        ["https://a.example", "https://*.b.example"],
        "*['https://a.example', 'https://*.b.example']",
    ),
    "a tuple": (("https://a.example",), "*['https://a.example']"),
    "a set": ({"https://a.example"}, "*['https://a.example']"),
    "a list of what can be mended": (
        ["https://a.example/", URL("https://b.example")],
        "*['https://a.example', 'https://b.example']",
    ),
    "a list with what cannot be mended": (["https://a.example", "null"], ""),
    "a list of a list": ([["https://a.example"]], "*['https://a.example']"),
    "a list of a star": (["*"], ".any_origin"),
    "an empty list": ([], ""),
    "a mapping": ({"https://a.example": 1}, ""),
    "a generator": (iter(["https://a.example"]), ""),
}


@pytest.mark.parametrize("value, hint", OTHER_TYPES.values(), ids=OTHER_TYPES)
def test_what_is_no_string_is_invalid_and_the_hint_is_the_string_that_is_meant(
    value: object, hint: str
) -> None:
    problem = parse_origin(value)
    assert isinstance(problem, Problem)
    assert (problem.value, problem.reason, problem.hint) == (repr(value), "invalid", hint)


@pytest.mark.parametrize("value", [None, [], (), set[str](), [""], [None], ("", "")], ids=repr)
def test_who_gives_nothing_is_asked_whether_the_setting_is_empty(value: object) -> None:
    problem = parse_origin(value)
    assert isinstance(problem, Problem)
    assert problem.because.endswith("; is the setting empty?")


@pytest.mark.parametrize("value", [3, ["https://a.example"], ["https://a.example", ""]], ids=repr)
def test_who_gives_something_is_not(value: object) -> None:
    problem = parse_origin(value)
    assert isinstance(problem, Problem)
    assert "is the setting empty?" not in problem.because


@pytest.mark.parametrize("text", ["https://a.example/", "null", "https://*.com", "", None])
def test_a_problem_names_the_field_it_was_found_in(text: object) -> None:
    problem = parse_origin(text, field="origins")
    assert isinstance(problem, Problem)
    assert problem.field == "origins"


def test_a_port_and_a_trailing_dot_make_another_origin() -> None:
    origins = {
        parse_origin("https://a.example"),
        parse_origin("https://a.example."),
        parse_origin("https://a.example:8443"),
        parse_origin("http://a.example"),
    }
    assert len(origins) == 4


def test_equal_spellings_are_equal_and_hash_alike() -> None:
    for text in [*ORIGINS, *PATTERNS]:
        assert len({parse_origin(text), parse_origin(text)}) == 1


def _legal(text: str) -> ParsedOrigin:
    parsed = parse_origin(text)
    assert not isinstance(parsed, Problem)
    return parsed


@pytest.mark.parametrize(
    "text",
    [
        "https://app.example.com",
        "https://*.example.com",
        "http://localhost",
        "http://localhost:3000",
        "http://localhost.",
        "http://localhost:*",
        "http://app.localhost",
        "http://a.b.localhost:8080",
        "http://app.localhost.",
        "http://*.localhost",
        "http://*.localhost:*",
        "http://127.0.0.1",
        "http://127.0.0.1:*",
        "http://127.255.255.254:8080",
        "http://[::1]",
        "http://[::1]:3000",
        "http://[::1]:*",
        "capacitor://localhost",
        "chrome-extension://abcdefghijklmnop",
    ],
)
def test_https_other_schemes_and_loopback_are_trustworthy(text: str) -> None:
    assert is_potentially_trustworthy(_legal(text))


@pytest.mark.parametrize(
    "text, hint",
    [
        ("http://app.example.com", "https://app.example.com"),
        ("http://app.example.com:8080", "https://app.example.com:8080"),
        ("http://*.example.com", "https://*.example.com"),
        ("http://*.example.com:*", "https://*.example.com:*"),
        ("http://localhost.example", "https://localhost.example"),
        ("http://notlocalhost", "https://notlocalhost"),
        ("http://localhost.localhost.example", "https://localhost.localhost.example"),
        ("http://127.evil.example", "https://127.evil.example"),
        ("http://127.0.0.1.evil.example", "https://127.0.0.1.evil.example"),
        ("http://128.0.0.1", "https://128.0.0.1"),
        ("http://0.0.0.0", "https://0.0.0.0"),
        ("http://192.168.0.1", "https://192.168.0.1"),
        ("http://[::]", "https://[::]"),
        ("http://[::2]", "https://[::2]"),
        ("http://[::ffff:7f00:1]", "https://[::ffff:7f00:1]"),
        # 443 is the default port over there, and no browser sends it.
        ("http://a.example:443", "https://a.example"),
    ],
)
def test_http_to_another_machine_is_not_trustworthy_and_the_hint_is_the_same_over_https(
    text: str, hint: str
) -> None:
    origin = _legal(text)
    assert not is_potentially_trustworthy(origin)
    assert secure_hint(origin) == hint
    assert is_potentially_trustworthy(_legal(hint))
    assert credentials_problem(origin, field="x") is not None


@pytest.mark.parametrize(
    "text, hint",
    [
        ("http://app.example.com", "https://app.example.com, or dangerously_over_http=True"),
        ("http://intranet", "https://intranet, or dangerously_over_http=True"),
        ("http://*.example.com:*", "https://*.example.com:*, or dangerously_over_http=True"),
        ("http://192.168.0.7:3000", "dangerously_over_http=True"),
        ("http://10.0.0.1:*", "dangerously_over_http=True"),
        ("http://[2001:db8::1]", "dangerously_over_http=True"),
    ],
)
def test_credentials_over_http_name_the_switch_and_for_a_name_the_same_over_https(
    text: str, hint: str
) -> None:
    problem = credentials_problem(_legal(text), field="allow_credentials")
    assert problem is not None
    assert (problem.field, problem.value, problem.reason) == (
        "allow_credentials",
        text,
        "prohibited",
    )
    assert problem.hint == hint
    assert "dangerously_over_http=True" in problem.because


def test_credentials_over_https_are_no_problem() -> None:
    assert credentials_problem(_legal("https://a.example"), field="allow_credentials") is None
