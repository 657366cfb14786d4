"""What a program cannot have meant, as far as it can be seen when everything is set up.

Owns: bound targets that no request reaches, paths of which only a part is covered, and classic
resources whose remembered preflights carry more than was said.
Leaves to: `aiohttp_cors._server.engine` when to look, and to `setup_notes` how a finding is told.

The commonest trap: aiohttp makes a new resource for a path unless its routes are added back to back.
``@routes.get("/users", name="users")`` and ``@routes.post("/users")`` are two resources, since one has
a name. A policy that is bound to ``app.router["users"]`` covers the first of them alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from aiohttp import hdrs, web

from aiohttp_cors._server.call_site import CallSite
from aiohttp_cors._table.coverage import Level
from aiohttp_cors._table.overlap import path_of, path_shown
from aiohttp_cors._table.router import (
    Mounted,
    app_tree,
    canonical_of,
    resources_below,
    resources_of,
)
from aiohttp_cors._table.table import Table
from aiohttp_cors._table.targets import Target, resource_of
from aiohttp_cors._values.findings import SPLIT_PATH, UNREACHABLE_TARGET, Finding


def findings_about(
    table: Table, app: web.Application, bound: Sequence[tuple[Sequence[Target], CallSite]]
) -> Iterator[tuple[CallSite, Finding]]:
    """What was bound without effect, with the line of the program that is meant."""
    if not bound:
        return
    reachable = {id(each) for below in app_tree(app) for each in resources_of(below)}
    split = _split_paths(app)
    seen: set[tuple[int, object]] = set()
    for targets, site in bound:
        for target in targets:
            resource = resource_of(target)
            if resource is not None and id(resource) not in reachable:
                text = f"{path_shown(resource)!r} is in no router of the application: mount it"
                yield site, Finding(UNREACHABLE_TARGET, site.place, text)
            elif isinstance(target, web.AbstractResource) and id(target) in split:
                path, resources = split[id(target)]
                uncovered = list(_uncovered(table, resources))
                if uncovered and path not in seen:
                    text, instead = _only_a_part(target, uncovered)
                    yield site, Finding(SPLIT_PATH, site.place, text, instead)
                seen.add(path)


def _split_paths(
    app: web.Application,
) -> dict[int, tuple[tuple[int, object], list[Mounted]]]:
    """The resources that share their path with another one, each with all of that path."""
    # Resources of one path have one spelling, too, and few share theirs.
    seen: set[str] = set()
    shared: set[str] = set()
    for mounted in resources_below((app,)):
        spelled = canonical_of(mounted.resource)
        (shared if spelled in seen else seen).add(spelled)
    by_path: dict[tuple[int, str | re.Pattern[str]], list[Mounted]] = {}
    for mounted in resources_below((app,)) if shared else ():
        path = path_of(mounted.resource) if canonical_of(mounted.resource) in shared else None
        if path is not None:
            by_path.setdefault((id(mounted.apps[-1]), path), []).append(mounted)
    return {
        id(mounted.resource): (path, resources)
        for path, resources in by_path.items()
        if len(resources) > 1
        for mounted in resources
    }


def _uncovered(table: Table, resources: Iterable[Mounted]) -> Iterator[str]:
    """The methods that nobody said anything about; what is excluded was said something about."""
    for mounted in resources:
        for method in sorted(table.methods(mounted) - {hdrs.METH_OPTIONS}):
            if table.row(mounted, method).level is Level.NOBODY:
                yield method


def _only_a_part(resource: web.AbstractResource, methods: Sequence[str]) -> tuple[str, str]:
    path = path_shown(resource)
    bind_all = f".on(*[r for r in app.router.resources() if r.canonical == {path!r}])"
    text = (
        f"no policy covers {', '.join(methods)} of {path!r}: aiohttp made another resource of this"
        " path for what was not added back to back"
    )
    return text, bind_all
