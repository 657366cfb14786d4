"""What is wrong with a text that is no origin, and which origin was meant.

Owns: the rule that a refused text breaks first, and the legal spelling nearest to the text.
Leaves to: `aiohttp_cors._values.origin_grammar` which texts are legal. A hint is computed from what
was given and can match what was meant; where there is none, it is a step or empty.
"""

import re
from typing import Final, NamedTuple, final
from unicodedata import normalize

from aiohttp_cors._values.hints import ANY_ORIGIN, EMPTY_SETTING, ORIGIN_WHERE, spelled
from aiohttp_cors._values.origin_grammar import (
    DEFAULT_PORTS,
    NO_PAGES,
    ipv6,
    is_address,
    is_host,
    is_ipv4,
    is_whole_domain,
    read_origin,
)

_EMPTY: Final = f"an empty text is no origin; {EMPTY_SETTING}"
_LISTED: Final = "one text names one origin; several origins are several arguments"
_QUOTED: Final = "an origin is written without quotation marks"
_EVERY: Final = "a lone star means every origin, and is no origin itself"
_REGEX: Final = "an origin is compared byte for byte, and is no regular expression"
_STAR: Final = "'*.' at the start of the host and ':*' at its end are the only wildcards"
_STAR_OF_ADDRESS: Final = "an address has no subdomains"
_SPACE: Final = "an origin contains no white space"
_NO_SCHEME: Final = "an origin begins with its scheme and '://'"
_SCHEME: Final = (
    "a scheme is a letter and then letters, digits, '+', '-' and '.', all in lower case, at most 64"
)
_USER: Final = "an origin carries no user and no password"
_PATH: Final = "an origin ends with its host or its port, without path, query or fragment"
_NO_HOST: Final = "an origin names a host"
_LOWER: Final = "browsers write an origin in lower case, and origins are compared byte for byte"
_PUNYCODE: Final = "browsers write a host beyond ASCII in punycode"
_IPV6: Final = "an IPv6 address stands in brackets, compressed, in lower case and without a zone"
_IPV4: Final = "a host whose last label begins with a digit is an address of four decimal numbers"
_HOST: Final = (
    "a host is at most 253 characters in labels of 1 to 63, each of a to z, 0 to 9, '-' and '_'"
)
_PORT: Final = "a port is a number from 1 to 65535 without leading zeros"

# What only a regular expression holds. A "[" with a ":" after it begins an IPv6 address.
_REGEX_SIGNS: Final = re.compile(
    r"^\^|\$$|\\[.\w/\-]|\.\+|[()|]|\[[^\]:]+\]|\w\?://|\{[0-9]+(?:,[0-9]*)?\}"
)
_EVERY_ORIGIN: Final = re.compile(r"\*+|(?:\*://)?\*(?::\*)?")
_ANY_WEB_SCHEME: Final = re.compile(r"(?:\*|http\*)(?=://)")
_ONE_SLASH_AT_MOST: Final = re.compile(r"(https?):/?(?=[^/0-9*])", re.IGNORECASE)
_SCHEME_AGAIN: Final = re.compile(r"https?://", re.IGNORECASE)
_GLUED: Final = re.compile(r"\*(?=[a-z0-9][a-z0-9\-]*\.[a-z0-9\-]+$)")
_QUOTES: Final = "\"'"


def explain(text: str) -> tuple[str, str]:
    """The rule that `text` breaks, and the hint: an origin, several, a step, or nothing.

    Precondition: `read_origin` reads nothing in `text`.
    """
    written = text.strip()
    if not written:
        return _EMPTY, ""
    if written.startswith("[") and written.endswith("]"):
        members = [quoted for _, quoted in re.findall(r"([\"'])(.*?)\1", written)]
        if members or not written[1:-1].strip():
            return (_LISTED, _meant_by_all(members)) if members else (_EMPTY, "")
    if written[0] in _QUOTES and written[-1] == written[0] and len(written) > 1:
        return _QUOTED, meant_by(written[1:-1])
    if _EVERY_ORIGIN.fullmatch(written):
        return _EVERY, ANY_ORIGIN
    if _REGEX_SIGNS.search(written):
        return _REGEX, ORIGIN_WHERE
    listed = [part for part in re.split(r"[\s,;]+", written) if part]
    if not listed:
        return _EMPTY, ""
    if re.search("[,;]", written) or (len(listed) > 1 and all("://" in part for part in listed)):
        return _LISTED, _meant_by_all(listed)
    if "*" in written:
        return _with_star(written)
    return _broken_rule(text), _nearest(written)


def meant_by(text: str) -> str:
    """The origin that `text` is or means, or a step; empty where there is none."""
    parsed = read_origin(text)
    if parsed is None:
        return explain(text)[1]
    return "" if parsed.scheme == "file" or is_whole_domain(parsed) else text


def _meant_by_all(texts: list[str]) -> str:
    meant = [meant_by(text) for text in texts]
    if meant == [ANY_ORIGIN]:
        return ANY_ORIGIN
    return spelled(meant) if meant and all(read_origin(each) for each in meant) else ""


def _with_star(text: str) -> tuple[str, str]:
    """The rule and the hint for a text with a star in it."""
    nearest = _nearest(text)
    if nearest:
        is_legal_star = "*" not in _parts_of(text).host.removeprefix("*.")
        return _broken_rule(text) if is_legal_star else _STAR, nearest
    scheme = _ANY_WEB_SCHEME.match(text)
    if scheme is not None:
        both = [f"{name}{text[scheme.end() :]}" for name in ("https", "http")]
        return _STAR, _meant_by_all(both)
    parts = _parts_of(text)
    bare = parts.host.removeprefix("*.")
    if not bare or "*" in bare or (parts.port != "*" and "*" in (parts.port or "")):
        return _STAR, ORIGIN_WHERE
    if bare != parts.host and is_address(bare, parts.scheme or "https"):
        return _STAR_OF_ADDRESS, ""
    return _broken_rule(text), ""


@final
class _Parts(NamedTuple):
    """What stands where in a text that is meant to be an origin; each as written."""

    scheme: str
    user: str
    host: str
    port: str | None
    tail: str


def _parts_of(text: str) -> _Parts:
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        web = _ONE_SLASH_AT_MOST.match(scheme)
        scheme, rest = (web[1], scheme[web.end() :]) if web else ("", scheme.removeprefix("//"))
    while (again := _SCHEME_AGAIN.match(rest)) is not None:
        rest = rest[again.end() :]
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    tail = rest[len(authority) :]
    user, _, server = authority.rpartition("@")
    if server.count(":") > 1 and ipv6(server) is not None:
        return _Parts(scheme, user, f"[{server}]", None, tail)
    if server.startswith("["):
        address, _, after = server.partition("]")
        return _Parts(scheme, user, f"{address}]", after.removeprefix(":") if after else None, tail)
    host, colon, port = server.partition(":")
    return _Parts(scheme, user, host, port if colon else None, tail)


def _broken_rule(text: str) -> str:
    """The first rule that `text` breaks, read from left to right.

    Precondition: there is one, and it is not about stars.
    """
    if text != "".join(text.split()):
        return _SPACE
    scheme, user, host, port, tail = _parts_of(text)
    if "://" not in text or not scheme:
        return _NO_SCHEME
    if NO_PAGES(scheme.lower()) is not None:
        return f"no page is loaded with {scheme.lower()}:, and an origin is that of a page"
    if re.fullmatch(r"[a-z][a-z0-9+.\-]{0,63}", scheme) is None:
        return _LOWER if re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]{0,63}", scheme) else _SCHEME
    if user:
        return _USER
    if tail:
        return _PATH
    return _broken_rule_of_host(scheme, host.removeprefix("*.")) or _broken_rule_of_port(
        scheme, port or ""
    )


def _broken_rule_of_host(scheme: str, host: str) -> str:
    if not host:
        return _NO_HOST
    if not host.isascii():
        return _PUNYCODE
    if host.startswith("."):
        return _STAR
    lower = host.lower()
    address = is_address(lower, scheme)
    if len(host) <= 253 and is_host(lower, address=address):
        return "" if host == lower else _LOWER
    if host.startswith("["):
        return _IPV6
    return _IPV4 if address else _HOST


def _broken_rule_of_port(scheme: str, port: str) -> str:
    if port == str(DEFAULT_PORTS(scheme)):
        return f"browsers leave out {port}, the default port of {scheme}"
    return _PORT


def _nearest(text: str) -> str:
    """The legal origin or pattern that differs least from `text` and can match what it means."""
    scheme, _, host, port, _ = _parts_of(text)
    host = _host_meant(host)
    if port is not None and port != "*":
        if not (port.isascii() and port.isdecimal()) and port:
            return ""
        port = port.lstrip("0") if port.strip("0") or not port else "0"
    scheme = scheme.lower() or _scheme_meant(host, port)
    page = NO_PAGES(scheme) or scheme
    if port in ("", str(DEFAULT_PORTS(scheme)), str(DEFAULT_PORTS(page))):
        port = None
    candidate = f"{page}://{host}" if port is None else f"{page}://{host}:{port}"
    parsed = read_origin(candidate)
    if parsed is None or parsed.scheme == "file" or is_whole_domain(parsed):
        return ""
    return candidate


def _host_meant(host: str) -> str:
    host = host.lower()
    if not host.isascii():
        host = _punycode(host)
    if host.startswith("["):
        return f"[{ipv6(host.strip('[]'))}]"
    if host.startswith("."):
        host = f"*{host}"
    if host.startswith("**."):
        host = host[1:]
    # A name of two labels is a domain, of which subdomains are meant; of "*-team.example.com" no
    # subdomain is.
    host = _GLUED.sub("*.", host)
    return host[:-1] if is_ipv4(host[:-1]) and host.endswith(".") else host


def _scheme_meant(host: str, port: str | None) -> str:
    """The scheme of a page at `host`; empty where the text may be anything."""
    name = host.removesuffix(".")
    if name == "localhost" or name.endswith(".localhost") or is_address(host, "http"):
        return "https" if port == "443" else "http"
    if "." in name:
        return "http" if port == "80" else "https"
    return "http" if port else ""


def _punycode(host: str) -> str:
    if re.search("[\ud800-\udfff]", host):
        return host  # half a character, which no page can have in its host
    # Browsers map further letters than these two steps do; the hint is parsed before it is given.
    labels = normalize("NFKC", host).replace("\u3002", ".").split(".")
    return ".".join(
        label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels
    )
