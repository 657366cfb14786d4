"""A ``Set-Cookie`` line: what it asks a browser to keep.

Owns: the grammar of the line, and the defaults of its attributes.
Leaves to: `aiohttp_cors.browser.cookies` whether the cookie is kept, and where it goes.

Implements RFC 6265bis, *The Set-Cookie Header Field* as browsers parse it:
https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-the-set-cookie-header-field-2
and the attribute ``Partitioned`` of CHIPS:
https://datatracker.ietf.org/doc/draft-cutler-httpbis-partitioned-cookies/
"""

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Final, Literal, TypeAlias, final

SameSite: TypeAlias = Literal["Strict", "Lax", "None"]
"""Which requests a cookie goes along with; a line with nothing, or no such word, means ``Lax``."""

_ENFORCED: Final[dict[str, SameSite]] = {"strict": "Strict", "none": "None"}
_WHITESPACE: Final = " \t"
# The octets that make a browser drop the line, and what aiohttp could not send back: a line that is
# no UTF-8 comes as lone surrogates.
_UNACCEPTABLE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_MAX_AGE: Final = re.compile(r"-?[0-9]+")
_MAX_PAIR: Final = 4096
_MAX_ATTRIBUTE: Final = 1024
_LONGEST: Final = 400 * 24 * 3600.0
# Where an answer does not say when it was made, `Expires` is seen from the beginning of time.
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class SetCookie:
    """What a line says: ``parse_set_cookie("session=ada; Secure")``.

    - `domain`: lower case, without a dot in front; empty where the line has none;
    - `path`: as the line has it; empty where it has none that starts with ``/``;
    - `lifetime`: seconds from now, not more than 400 days; None: until the browser is closed.
    """

    name: str
    value: str
    domain: str = ""
    path: str = ""
    lifetime: float | None = None
    secure: bool = False
    http_only: bool = False
    partitioned: bool = False
    same_site: SameSite = "Lax"


def parse_set_cookie(line: str, *, date: str | None = None) -> SetCookie | None:
    """The cookie that `line` asks for; None where a browser overlooks the line.

    `date` is the answer's ``Date``: what ``Expires`` is seen from, because the model has no clock.

    >>> parse_set_cookie("session=ada; SameSite=None; Secure").same_site
    'None'
    """
    pair, _, rest = line.partition(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    name, value = name.strip(_WHITESPACE), value.strip(_WHITESPACE)
    if _UNACCEPTABLE.search(line) or not name + value or _size(name + value) > _MAX_PAIR:
        return None
    attributes: dict[str, str] = {}
    for attribute in rest.split(";"):
        key, _, text = attribute.partition("=")
        text = text.strip(_WHITESPACE)
        if _size(text) <= _MAX_ATTRIBUTE:
            attributes[key.strip(_WHITESPACE).lower()] = text  # the last of a name counts
    path = attributes.get("path", "")
    return SetCookie(
        name=name,
        value=value,
        domain=attributes.get("domain", "").removeprefix(".").lower(),
        path=path if path.startswith("/") else "",
        lifetime=_lifetime(attributes, date),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        partitioned="partitioned" in attributes,
        same_site=_ENFORCED.get(attributes.get("samesite", "").lower(), "Lax"),
    )


def _lifetime(attributes: dict[str, str], date: str | None) -> float | None:
    max_age = attributes.get("max-age", "")
    if _MAX_AGE.fullmatch(max_age):
        # Not more digits than 400 days have: `int` refuses thousands of them.
        longest = -1.0 if max_age.startswith("-") else _LONGEST
        return min(float(int(max_age)), _LONGEST) if len(max_age) < 10 else longest
    expires = _moment(attributes.get("expires"))
    if expires is None:
        return None
    return min((expires - (_moment(date) or _EPOCH)).total_seconds(), _LONGEST)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _size(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
