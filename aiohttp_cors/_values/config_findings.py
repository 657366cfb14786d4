"""What one classic configuration tells by itself: it is accepted for compatibility only.

Owns: the findings about options by origin that hold whatever the configuration is bound to.
Leaves to: `aiohttp_cors._values.findings` the kinds, to `aiohttp_cors._server.setup_notes` when they
are told, and to `aiohttp_cors._tools.findings` the rest. The fluent API refuses all of this.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Final

from aiohttp_cors._values.errors import Problem
from aiohttp_cors._values.findings import (
    ANY_ORIGIN_WITH_CREDENTIALS,
    CREDENTIALS_OVER_HTTP,
    FILE_ORIGIN,
    NULL_ORIGIN,
    STAR_IN_LIST,
    UNSENDABLE_ORIGIN,
    Finding,
)
from aiohttp_cors._values.names import STARS
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import (
    is_potentially_trustworthy,
    meant_origin,
    parse_origin,
    secure_hint,
)
from aiohttp_cors._values.place import Place

_DEFAULTS: Final = ResourceOptions()


def findings_in(config: Mapping[str, ResourceOptions], place: Place | None) -> Iterator[Finding]:
    """What a configuration that was written at `place` holds and should not."""
    for origin, options in config.items():
        if origin == "*":
            if options.allow_credentials:
                harmless = entry_text("*", replace(options, allow_credentials=False))
                text = "any origin may send credentials and read the answers ('*')"
                yield Finding(ANY_ORIGIN_WITH_CREDENTIALS, place, text, harmless)
        else:
            yield from _about_key(origin, options, place)
        yield from _stars(origin, options, place)


def entry_text(origin: str, options: ResourceOptions) -> str:
    """One entry of a configuration, as it is written: ``{"*": ResourceOptions()}``."""
    return f'{{"{origin}": {options_text(options)}}}'


def options_text(options: ResourceOptions) -> str:
    """Options with the arguments that differ from the defaults, each list in one order."""
    given = [
        f"{field.name}={_value_text(getattr(options, field.name))}"
        for field in fields(options)
        if getattr(options, field.name) != getattr(_DEFAULTS, field.name)
    ]
    return f"ResourceOptions({', '.join(given)})"


def _about_key(origin: str, options: ResourceOptions, place: Place | None) -> Iterator[Finding]:
    parsed = parse_origin(origin)
    if not isinstance(parsed, Problem):
        if options.allow_credentials and not is_potentially_trustworthy(parsed):
            text = f"credentials are allowed over http to {origin!r}"
            hint = secure_hint(parsed)
            instead = entry_text(hint, options) if hint else ""
            yield Finding(CREDENTIALS_OVER_HTTP, place, text, instead)
    elif origin == "null":
        text = "any site can send the origin 'null'"
        yield Finding(NULL_ORIGIN, place, text, entry_text("https://<your page>", options))
    elif origin == "file://":
        text = "some web views send the origin 'file://', whoever wrote the file that they show"
        instead = entry_text("<the scheme of your app>://localhost", options)
        yield Finding(FILE_ORIGIN, place, text, instead)
    else:
        meant = meant_origin(origin)
        text = f"no browser sends the origin {origin!r}"
        yield Finding(UNSENDABLE_ORIGIN, place, text, entry_text(meant, options) if meant else "")


def _stars(origin: str, options: ResourceOptions, place: Place | None) -> Iterator[Finding]:
    """Lists that hold ``"*"``, which is a name there and no wildcard."""
    for field in STARS:
        names: object = getattr(options, field)
        # Browsers take the "*" of an answer for any name, if the request has no credentials.
        works = field == "expose_headers" and not options.allow_credentials
        if isinstance(names, frozenset) and "*" in names and not works:
            text = f"in the list {field} of {origin!r} the '*' is a name, and stands for no other"
            yield Finding(STAR_IN_LIST, place, text, f'{field}="*"')


def _value_text(value: frozenset[str] | str | int | None) -> str:
    if isinstance(value, frozenset):
        return repr(sorted(value))
    return f'"{value}"' if isinstance(value, str) else repr(value)
