"""Rules about whom a clause names.

Owns: what is found about origins, patterns and predicates, whatever they are allowed.
Leaves to: `aiohttp_cors._values.config_findings` what one classic configuration tells by itself, to
`aiohttp_cors._tools.findings.live` the life of live sets.

Source of the public suffixes: https://publicsuffix.org/list/
"""

from collections.abc import Iterator

from aiohttp_cors._server.live_origins import LiveOrigins
from aiohttp_cors._tools.findings.code import name_of
from aiohttp_cors._tools.findings.survey import NotLookedAt, Said, Survey
from aiohttp_cors._tools.terminal import place_shown
from aiohttp_cors._values.config_findings import findings_in
from aiohttp_cors._values.findings import (
    CREDENTIALS_OVER_HTTP,
    PATTERN_OVER_PUBLIC_SUFFIX,
    Finding,
)
from aiohttp_cors._values.options import ResourceOptions
from aiohttp_cors._values.origins import (
    Origin,
    OriginPattern,
    is_potentially_trustworthy,
    parse_origin,
    secure_hint,
)
from aiohttp_cors._values.policy import LiveSource, OriginWhere
from aiohttp_cors.browser.site import registrable_domain


def look(survey: Survey) -> Iterator[Finding | NotLookedAt]:
    """What the clauses name and their authors hardly mean."""
    for config, place in survey.classic:
        yield from findings_in(config, place)
    for said in survey.said:
        if not isinstance(said.rights, ResourceOptions) and said.rights.allow_credentials:
            yield from _over_http(said)
        for source in said.sources:
            if isinstance(source, OriginWhere):
                where = "" if said.place is None else f", {place_shown(said.place)}"
                yield NotLookedAt(f"what the predicate {name_of(source.predicate)} allows{where}")
    yield from _over_public_suffixes(survey)


def _over_http(said: Said) -> Iterator[Finding]:
    """Credentials over ``http`` in a fluent clause, where the switch allows them."""
    for source in said.sources:
        if isinstance(source, Origin | OriginPattern) and not is_potentially_trustworthy(source):
            text = f"credentials are allowed over http to {str(source)!r}"
            hint = secure_hint(source)
            instead = f'.origin("{hint}").allow_credentials()' if hint else ""
            yield Finding(CREDENTIALS_OVER_HTTP, said.place, text, instead)
        elif isinstance(source, LiveSource) and source.dangerously_over_http:
            text = f"credentials are allowed to {source!r}, which may hold http origins"
            yield Finding(CREDENTIALS_OVER_HTTP, said.place, text, "LiveOrigins(…)")


def _over_public_suffixes(survey: Survey) -> Iterator[Finding | NotLookedAt]:
    """Patterns below which anybody can register a name."""
    patterns = [
        (said, pattern)
        for said in survey.said
        for source in said.sources
        for pattern in _patterns_in(source)
        if pattern.subdomains and pattern.scheme in {"http", "https"}
    ]
    for said, pattern in patterns:
        try:
            is_suffix = _is_public_suffix(pattern.host)
        except ImportError:
            texts = sorted({str(each) for _, each in patterns})
            yield NotLookedAt(
                f"whether anybody can register names below {', '.join(texts)}: that needs the extra"
                ' "testing": pip install "aiohttp-cors[testing]"'
            )
            return
        if is_suffix:
            text = f"anybody can register a name below {pattern.host!r}: {str(pattern)!r} allows it"
            instead = f"{pattern.scheme}://*.<your name>.{pattern.host}"
            is_classic = isinstance(said.rights, ResourceOptions)
            code = f'{{"{instead}": …}}' if is_classic else f'.origin("{instead}")'
            yield Finding(PATTERN_OVER_PUBLIC_SUFFIX, said.place, text, code)


def _patterns_in(source: object) -> Iterator[OriginPattern]:
    """A pattern, and the patterns that a live set holds now."""
    if isinstance(source, OriginPattern):
        yield source
    elif isinstance(source, LiveOrigins):
        for text in source:
            parsed = parse_origin(text) if "*" in text else None
            if isinstance(parsed, OriginPattern):
                yield parsed


def _is_public_suffix(host: str) -> bool:
    # "localhost" is on no list, and nobody registers a name there.
    name = host.removesuffix(".")
    return "." in name and registrable_domain(name) is None
