"""The cookies a browser has: which it takes, and which go along with a page's request.

Owns: the store, its rules (``SameSite``, ``Secure``, ``Domain``, prefixes, partitions) and its
clock, which only `advance` moves.
Leaves to: `aiohttp_cors.browser.set_cookie` the grammar of a line; to `aiohttp_cors.browser.fetch`
which requests have credentials; to `aiohttp_cors.browser.site` what a site is.

Implements RFC 6265bis, *Storage Model* and *Retrieval Model*:
https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-storage-model

A page is a top-level one. A script's request is never a navigation, so ``Lax`` and ``Strict`` mean
the same here. As the RFC has it now, a cross-site redirect in between does not matter; Firefox looks
at that, too.

This machine (``localhost``, what is below it, and loopback addresses) is as good as a server with
TLS: ``Secure`` cookies are taken from ``http://localhost`` and sent there. Measured: so do Chromium
and Firefox; WebKit takes none.

Engines may block third-party cookies altogether, whatever the attributes say; here they are not
blocked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import final

from aiohttp_cors.browser.set_cookie import SameSite, SetCookie, parse_set_cookie
from aiohttp_cors.browser.site import are_same_site, registrable_domain, site_of
from aiohttp_cors.browser.url import PageUrl, is_ip_address, parse_url


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie that the browser has.

    - `domain`: the host it is from, or the domain it is for; `host_only` says which;
    - `path`: ``/`` for all;
    - `same_site`: as it is enforced, ``Lax`` where the server said nothing;
    - `partition`: the site of the pages that it goes with, for a ``Partitioned`` one; else None;
    - `expires`: on the browser's clock, which starts at 0; None: when the browser is closed.
    """

    name: str
    value: str
    domain: str
    host_only: bool
    path: str
    secure: bool
    http_only: bool
    same_site: SameSite
    partition: str | None = None
    expires: float | None = None


@final
@dataclass(frozen=True, slots=True)
class RefusedCookie:
    """A ``Set-Cookie`` that the browser did not take.

    - `line`: its value;
    - `url`: what was answered with it;
    - `because`: the rule, in a sentence.
    """

    line: str
    url: str
    because: str


@final
class Cookies:
    """A browser's cookies, none at first; iterates over its `Cookie`s, the oldest first.

    - `refused`: what servers sent in vain, in order, each a `RefusedCookie`; a test may
      clear the list.

    >>> cookies = Cookies()
    >>> cookies.set("session=ada", "https://api.example/")
    >>> cookies.header("https://api.example/", "https://app.example"), cookies.refused
    (None, [])
    """

    refused: list[RefusedCookie]

    def __init__(self) -> None:
        self.refused = []
        self._now = 0.0
        self._cookies: dict[tuple[str, str, bool, str, str | None], Cookie] = {}

    def __iter__(self) -> Iterator[Cookie]:
        return iter([c for c in self._cookies.values() if not self._is_expired(c)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def advance(self, seconds: float | timedelta) -> None:
        """Let `seconds` pass. Precondition: they are not negative."""
        self._now += seconds.total_seconds() if isinstance(seconds, timedelta) else seconds

    def clear(self) -> None:
        """Forget all cookies."""
        self._cookies.clear()

    def set(self, line: str, url: str) -> None:
        """Take the cookie of a ``Set-Cookie`` line, as if the user had opened `url` itself.

        So it stands in a login that happened before. `ValueError` with the rule that it breaks.

            browser.cookies.set("session=ada; SameSite=None; Secure", str(client.make_url("/")))
        """
        because = self._take(line, url, None, None)
        if because:
            raise ValueError(f"{line!r} is no cookie for {url}: {because}")

    def receive(self, line: str, url: str, origin: str, *, date: str | None = None) -> None:
        """Take the cookie of an answer to a page of `origin`, or note in `refused` why not.

        `date` is the answer's ``Date``, from which an ``Expires`` is seen.
        """
        because = self._take(line, url, origin, date)
        if because:
            self.refused.append(RefusedCookie(line, url, because))

    def header(self, url: str, origin: str) -> str | None:
        """The ``Cookie`` of a script's request, by a page of `origin` to `url`; None: no cookie."""
        target = _parsed(url)
        is_same_site = are_same_site(origin, target.origin)
        sent = [
            cookie
            for cookie in self
            if _is_for_host(cookie, target.host)
            and _is_below(target.path, cookie.path)
            and (target.is_potentially_trustworthy or not cookie.secure)
            and (is_same_site or cookie.same_site == "None")
            and cookie.partition in {None, site_of(origin)}
        ]
        # Longer paths first, of equal ones the older.
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{c.name}={c.value}" if c.name else c.value for c in sent) or None

    def _take(self, line: str, url: str, origin: str | None, date: str | None) -> str:
        """Take the cookie, or say which rule it breaks; `origin` is None when no page asked."""
        target, said = _parsed(url), parse_set_cookie(line, date=date)
        if said is None:
            return "it is empty, too long, or has a character that no cookie has"
        if said.domain and _is_public_suffix(said.domain) and said.domain != target.host:
            return f"{said.domain} is a public suffix"
        if said.domain and not _is_in_domain(target.host, said.domain):
            return f"{target.host} is not in the domain {said.domain}"
        is_cross_site = origin is not None and not are_same_site(origin, target.origin)
        because = _broken_rule(said, target, is_cross_site=is_cross_site)
        if because:
            return because
        # A public suffix that is the host itself, as localhost: for this host only.
        host_only = not said.domain or _is_public_suffix(said.domain)
        partition = site_of(target.origin if origin is None else origin)
        cookie = Cookie(
            name=said.name,
            value=said.value,
            domain=target.host if host_only else said.domain,
            host_only=host_only,
            path=said.path or _default_path(target.path),
            secure=said.secure,
            http_only=said.http_only,
            same_site=said.same_site,
            partition=partition if said.partitioned else None,
            expires=None if said.lifetime is None else self._now + said.lifetime,
        )
        if not target.is_potentially_trustworthy and any(_hides(cookie, c) for c in self):
            return "it came without TLS and would hide one that is Secure"
        key = (cookie.name, cookie.domain, cookie.host_only, cookie.path, cookie.partition)
        self._cookies[key] = cookie
        if self._is_expired(cookie):
            del self._cookies[key]
        return ""

    def _is_expired(self, cookie: Cookie) -> bool:
        return cookie.expires is not None and cookie.expires <= self._now


def _broken_rule(said: SetCookie, url: PageUrl, *, is_cross_site: bool) -> str:
    """The rule about attributes that a cookie from `url` breaks, or nothing."""
    prefixed = (said.name or said.value).lower()
    is_host = prefixed.startswith("__host-")
    is_secure = prefixed.startswith("__secure-")
    if said.secure and not url.is_potentially_trustworthy:
        return "it is Secure and came without TLS"
    if said.same_site == "None" and not said.secure:
        return "SameSite=None needs Secure"
    if said.partitioned and not said.secure:
        return "Partitioned needs Secure"
    if (is_host or is_secure) and not said.name:
        return "what looks like a name with a prefix is a value without a name"
    if is_secure and not said.secure:
        return "__Secure- needs Secure"
    if is_host and not (said.secure and said.path == "/" and not said.domain):
        return "__Host- needs Secure, Path=/ and no Domain"
    if is_cross_site and said.same_site != "None":
        return f"SameSite is {said.same_site} and the page is from another site"
    return ""


def _hides(cookie: Cookie, other: Cookie) -> bool:
    """True when a server could be given `cookie` in place of `other`, which is Secure."""
    return (
        other.secure
        and cookie.name == other.name
        and (
            _is_in_domain(cookie.domain, other.domain) or _is_in_domain(other.domain, cookie.domain)
        )
        and _is_below(cookie.path, other.path)
    )


def _is_for_host(cookie: Cookie, host: str) -> bool:
    return host == cookie.domain if cookie.host_only else _is_in_domain(host, cookie.domain)


def _is_in_domain(host: str, domain: str) -> bool:
    """*Domain-match*: ``app.example`` is in ``example``; an IP address is in itself only."""
    return host == domain or (host.endswith(f".{domain}") and not is_ip_address(host))


def _is_public_suffix(domain: str) -> bool:
    return not is_ip_address(domain) and registrable_domain(domain) is None


def _is_below(path: str, parent: str) -> bool:
    """*Path-match*: ``/users/1`` is below ``/users``, and ``/usersonly`` is not."""
    return path == parent or path.startswith(parent if parent.endswith("/") else f"{parent}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _parsed(url: str) -> PageUrl:
    parsed = parse_url(url)
    if parsed is None or not parsed.is_http:
        raise ValueError(f"not an http or https URL: {url!r}")
    return parsed
