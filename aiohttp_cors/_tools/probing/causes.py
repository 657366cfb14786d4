"""What can break between an application and a browser, each with what to look at.

Owns: the causes, their stable ids, and one sentence of advice for each.
Leaves to: `aiohttp_cors._tools.probing.diagnosis` which of them a row shows.
"""

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple, final


@final
class Cause(enum.Enum):
    """What broke; the value is the id that is printed and that ``--json`` carries."""

    REFUSED = "connection-refused"
    UNKNOWN_HOST = "unknown-host"
    TLS = "tls"
    TIME_OUT = "time-out"
    DISCONNECTED = "disconnected"
    NOT_HTTP = "not-http"
    WRONG_APPLICATION = "wrong-application"
    REDIRECT_TO_HTTPS = "redirect-to-https"
    REDIRECT = "redirect"
    PREFLIGHT_UNAUTHORIZED = "preflight-unauthorized"
    PREFLIGHT_FORBIDDEN = "preflight-forbidden"
    PREFLIGHT_NOT_FOUND = "preflight-not-found"
    PREFLIGHT_STATUS = "preflight-status"
    OPTIONS_SWALLOWED = "options-swallowed"
    REFUSED_BY_APPLICATION = "refused-by-application"
    NOT_ENFORCED = "not-enforced"
    TOO_MANY_REQUESTS = "too-many-requests"
    SERVER_ERROR = "server-error"
    ONLY_ON_SUCCESS = "only-on-success"
    ERROR_WITHOUT_HEADERS = "error-without-headers"
    TWO_VALUES = "two-values"
    FROM_CACHE = "from-cache"
    ANOTHER_ORIGIN = "another-origin"
    FOREIGN_HEADER = "foreign-header"
    HEADER_CHANGED = "header-changed"
    HEADER_STRIPPED = "header-stripped"
    VARY_LOST = "vary-lost"

    @property
    def look(self) -> str:
        """What to look at, in one sentence."""
        return _LOOK[self]


@final
class Broken(NamedTuple):
    """One thing that broke in one row: the cause, and what was seen of it in a sentence."""

    cause: Cause
    what: str


_LOOK: Final[Mapping[Cause, str]] = {
    Cause.REFUSED: (
        "Look whether the proxy or the service listens on this host and port, and whether a"
        " firewall or a container publishes the port."
    ),
    Cause.UNKNOWN_HOST: "Look at the spelling of the host in the URL and at its DNS records.",
    Cause.TLS: (
        "Look at the certificate that the proxy or CDN sends for this host name (its names, its"
        " dates, the chain above it), and whether the port speaks TLS at all."
    ),
    Cause.TIME_OUT: (
        "Look at the proxy's timeouts and at whether it can reach the application"
        " (nginx proxy_connect_timeout and proxy_read_timeout, HAProxy timeout connect and timeout"
        " server); --timeout gives the service more time."
    ),
    Cause.DISCONNECTED: (
        "Look at the log of the proxy: it closed the connection without an answer (nginx return"
        " 444, HAProxy http-request silent-drop or reject, a crashed worker)."
    ),
    Cause.NOT_HTTP: "Look whether the port belongs to an HTTP server, and to the scheme of the URL.",
    Cause.WRONG_APPLICATION: (
        "Look whether the proxy sends this host name and path to the application (nginx"
        " server_name and proxy_pass, HAProxy use_backend), and whether a prefix is missing in the"
        " URL."
    ),
    Cause.REDIRECT_TO_HTTPS: (
        "Give the https URL, and let pages call that one: a browser does not follow a redirect of a"
        " preflight."
    ),
    Cause.REDIRECT: (
        "Look at what redirects before the application (nginx return 301 and rewrite, HAProxy"
        " http-request redirect, a login page, a CDN rule, a final slash that is added), and let"
        " pages call the URL to which it leads."
    ),
    Cause.PREFLIGHT_UNAUTHORIZED: (
        "A browser sends no credentials with a preflight: let OPTIONS pass whatever asks for them"
        " (nginx auth_basic or auth_request inside limit_except OPTIONS, HAProxy http-request auth"
        " unless METH_OPTIONS, a gateway, a middleware before answer_preflights)."
    ),
    Cause.PREFLIGHT_FORBIDDEN: (
        "Look at what refuses OPTIONS requests before the application (nginx limit_except and deny,"
        " HAProxy http-request deny, a web application firewall)."
    ),
    Cause.PREFLIGHT_NOT_FOUND: (
        "Look whether the proxy changes the path (the slash at the end of nginx's proxy_pass,"
        " HAProxy's replace-path), and whether the deployed application is this one."
    ),
    Cause.PREFLIGHT_STATUS: (
        "Look at what answers OPTIONS requests before the application: a browser takes only a status"
        " from 200 to 299."
    ),
    Cause.OPTIONS_SWALLOWED: (
        "Something answers OPTIONS requests before the application: take out nginx's 'if"
        " ($request_method = OPTIONS) { return 204; }' or HAProxy's 'http-request return' for METH_OPTIONS,"
        " and allow OPTIONS in the CDN's list of methods."
    ),
    Cause.REFUSED_BY_APPLICATION: (
        "Look whether the deployed application has the configuration of this one, and whether a"
        " proxy changes the request (nginx proxy_set_header Origin, HAProxy http-request"
        " set-header, a CDN that forwards only some headers)."
    ),
    Cause.NOT_ENFORCED: (
        "Look whether the deployed application has the configuration of this one, and whether a"
        " proxy takes out or changes what enforcement compares (nginx proxy_set_header Origin and"
        " Sec-Fetch-Site, HAProxy http-request del-header), or answers in its place."
    ),
    Cause.TOO_MANY_REQUESTS: (
        "Look at the limit (nginx limit_req, HAProxy stick-table, the CDN's rules), leave OPTIONS"
        " requests out of the count, and narrow the probe with --path and --origin."
    ),
    Cause.SERVER_ERROR: (
        "Look at the logs of the proxy and of the application: 502 and 504 say that the proxy"
        " cannot reach the application, 503 that nobody is there to answer."
    ),
    Cause.ONLY_ON_SUCCESS: (
        "Look at who sets the headers: nginx's add_header leaves error answers out unless the line"
        " ends with always, and it is better to let the application set them alone."
    ),
    Cause.ERROR_WITHOUT_HEADERS: (
        "The application puts its headers on errors, too: look at what answers before it (nginx"
        " auth_basic, auth_request, error_page and proxy_intercept_errors, HAProxy http-request"
        " deny and errorfile, a login at the CDN)."
    ),
    Cause.TWO_VALUES: (
        "Two layers set the header: take nginx's add_header, HAProxy's http-response add-header or"
        " the CDN's CORS rule out, and let the application set it alone."
    ),
    Cause.FROM_CACHE: (
        "A cache keeps one answer for all origins: let it honour Vary (nginx without"
        " proxy_ignore_headers Vary), or put Origin into the key (nginx proxy_cache_key, the CDN's"
        " cache policy)."
    ),
    Cause.ANOTHER_ORIGIN: (
        "Something sets one origin for everybody: take the fixed value out (nginx add_header,"
        " HAProxy http-response set-header, the CDN's response headers), and look for a cache that"
        " leaves Origin out of its key."
    ),
    Cause.FOREIGN_HEADER: (
        "The application does not send this header to this origin: look who adds it (nginx"
        " add_header, HAProxy http-response set-header, the CDN's CORS rule), or whether the"
        " deployed application has another configuration."
    ),
    Cause.HEADER_CHANGED: (
        "Look who writes the header again on the way (HAProxy http-response set-header or"
        " replace-header, nginx proxy_hide_header beside add_header, a CDN), or whether the deployed"
        " application has another configuration."
    ),
    Cause.HEADER_STRIPPED: (
        "Look who takes the header out (nginx proxy_hide_header, HAProxy http-response del-header,"
        " the CDN's list of forwarded headers), or whether the deployed application has another"
        " configuration."
    ),
    Cause.VARY_LOST: (
        "Look who takes Vary out (nginx proxy_hide_header, HAProxy http-response del-header, a CDN):"
        " without it a cache on the way hands one origin's answer to another."
    ),
}
