"""The pages about what a policy is bound to.

Owns: the texts about rules, targets, paths and routes.
Leaves to: `aiohttp_cors._tools.findings.routes` and `aiohttp_cors._server.startup_checks` the rules.
"""

from typing import Final

from aiohttp_cors._tools.findings.page import Page
from aiohttp_cors._values.findings import (
    OPENED_ROUTE,
    REMEMBERED_PREFLIGHT,
    REPORTED_ONLY,
    SHADOWED_BINDING,
    SPLIT_PATH,
    UNBOUND_RULE,
    UNCOVERED_ROUTE,
    UNREACHABLE_TARGET,
)

_RESOURCES: Final = (
    "aiohttp, Resources and Routes",
    "https://docs.aiohttp.org/en/stable/web_quickstart.html#resources-and-routes",
)
_PREFLIGHT_CACHE: Final = (
    "Fetch, CORS-preflight cache",
    "https://fetch.spec.whatwg.org/#cors-preflight-cache",
)

_FLUENT: Final = """\
from aiohttp import web

from aiohttp_cors import Cors


async def notes(request: web.Request) -> web.Response:
    return web.json_response([])


app = web.Application()
rule = Cors.for_app(app).origin("https://app.example.com")
%s
"""

_CLASSIC: Final = """\
from aiohttp import web

from aiohttp_cors import ResourceOptions, setup


async def notes(request: web.Request) -> web.Response:
    return web.json_response([])


APP = "https://app.example.com"
app = web.Application()
cors = setup(app)
resource = app.router.add_resource("/notes")
get = resource.add_route("GET", notes)
post = resource.add_route("POST", notes)
%s
"""

PAGES: Final = (
    Page(
        kind=UNBOUND_RULE,
        what="A rule of the fluent API was begun and never bound to anything.",
        why="A step gives a new value and changes nothing. Only .on(), .everywhere(), .enforce_on() and "
        ".enforce_everywhere() reach the application. Without one of them no page is allowed what the rule says. A rule whose .policy "
        "was read counts as used.",
        example=_FLUENT % 'app.router.add_get("/notes", notes)',
        instead=_FLUENT % 'rule.on(app.router.add_get("/notes", notes))',
        references=(),
    ),
    Page(
        kind=UNREACHABLE_TARGET,
        what="A policy was bound to a resource that is in no router of the application.",
        why="No request reaches the resource through this application: the router that has it belongs "
        "to an application that was never mounted here, or the resource to none at all.",
        example=_FLUENT
        % 'below = web.Application()\nrule.on(below.router.add_get("/notes", notes))',
        instead=_FLUENT
        % (
            'below = web.Application()\nrule.on(below.router.add_get("/notes", notes))\n'
            'app.add_subapp("/below", below)'
        ),
        references=(
            (
                "aiohttp, Nested applications",
                "https://docs.aiohttp.org/en/stable/web_advanced.html#nested-applications",
            ),
        ),
    ),
    Page(
        kind=SPLIT_PATH,
        what="A policy was bound to one resource of a path, and another resource of the same path has "
        "routes that no policy covers.",
        why="aiohttp makes a new resource for a path unless its routes are added back to back, and "
        "always where one of them has a name. Here are two resources, and the policy has one of them: "
        "preflights for the methods of the other one are refused, and its answers cannot be read.",
        example=_FLUENT
        % (
            'app.router.add_get("/notes", notes, name="notes")\n'
            'app.router.add_post("/notes", notes)\n'
            'rule.on(app.router["notes"])'
        ),
        instead=_FLUENT
        % (
            'resource = app.router.add_resource("/notes", name="notes")\n'
            'resource.add_route("GET", notes)\n'
            'resource.add_route("POST", notes)\n'
            'rule.on(app.router["notes"])'
        ),
        references=(_RESOURCES,),
    ),
    Page(
        kind=SHADOWED_BINDING,
        what="A policy was bound and decides about no route: each route has a policy that is bound more "
        "closely, or an earlier resource takes its requests.",
        why="The most specific policy decides alone: that of a route before that of its resource, then "
        "the sub-application's, then everywhere. Nothing is inherited. Who reads or changes the "
        "shadowed policy believes that it counts.",
        example=_FLUENT
        % (
            'resource = app.router.add_resource("/notes")\n'
            "rule.allow_credentials().on(resource)\n"
            'rule.on(resource.add_route("GET", notes))'
        ),
        instead=_FLUENT
        % (
            'resource = app.router.add_resource("/notes")\n'
            'rule.on(resource.add_route("GET", notes))'
        ),
        references=(),
    ),
    Page(
        kind=UNCOVERED_ROUTE,
        what="Some routes of a path are covered, and others are not.",
        why="That is a choice, and often the right one: a page may read and not write. It is also what a "
        "route looks like that was added later and forgotten. The level is style: nothing is open "
        "that should not be. With --fail-level style check insists that every route of a path is "
        "covered.",
        example=_FLUENT
        % (
            'resource = app.router.add_resource("/notes")\n'
            'resource.add_route("POST", notes)\n'
            'rule.on(resource.add_route("GET", notes))'
        ),
        instead=_FLUENT
        % (
            'resource = app.router.add_resource("/notes")\n'
            'resource.add_route("POST", notes)\n'
            'resource.add_route("GET", notes)\n'
            "rule.on(resource)"
        ),
        references=(),
    ),
    Page(
        kind=OPENED_ROUTE,
        what="In the classic API, routes of a resource were added one by one, and the allow_methods of "
        "the options that decide names the method of a route that was not added.",
        why="One added route is a choice: the routes beside it are shut, unless allow_methods names "
        "their method. Then they are open as if they had been added, with credentials if the options "
        "allow them. allow_methods is easily taken for a list of what the added routes serve, which "
        "needs no listing.",
        example=_CLASSIC % 'cors.add(get, {APP: ResourceOptions(allow_methods=["GET", "POST"])})',
        instead=_CLASSIC
        % "cors.add(get, {APP: ResourceOptions()})\ncors.add(post, {APP: ResourceOptions()})",
        references=(),
    ),
    Page(
        kind=REMEMBERED_PREFLIGHT,
        what="In the classic API, two routes of one resource allow different request headers, so that a "
        "remembered preflight for one of them carries a header to the other.",
        why="A browser keeps preflights by URL, not by method: the methods of one answer and the headers "
        "of another add up, and GET, HEAD and POST pass whatever an answer lists. After a page was "
        "allowed one request with the header, the browser lets it send the same header to the other "
        "route without asking. A handler that takes a custom header for a proof that a preflight was "
        "allowed is deceived.\n\n"
        "The fluent API answers narrowly where routes differ. The classic API answers as aiohttp-cors "
        "0.8.1 did: let the routes of a path allow the same headers, or switch the browser's memory "
        "off with max_age=0.",
        example=_CLASSIC
        % (
            'cors.add(get, {APP: ResourceOptions(allow_headers=["X-CSRF-Token"])})\n'
            "cors.add(post, {APP: ResourceOptions()})"
        ),
        instead=_CLASSIC
        % (
            'token = ResourceOptions(allow_headers=["X-CSRF-Token"], max_age=0)\n'
            "cors.add(get, {APP: token})\n"
            "cors.add(post, {APP: ResourceOptions()})"
        ),
        references=(_PREFLIGHT_CACHE,),
    ),
    Page(
        kind=REPORTED_ONLY,
        what="A policy is enforced with report_only=True.",
        why="Nothing is refused: a forged form or a WebSocket of another site reaches its handler as if "
        "the policy were not enforced. That is for trying enforcement out, with the users that one "
        "has. Read in the log of aiohttp_cors what would have been refused; then switch it off.\n\n"
        "While it is being tried out, ignore the finding: check --ignore reported-only.",
        example=_FLUENT % 'rule.enforce_on(app.router.add_post("/notes", notes), report_only=True)',
        instead=_FLUENT % 'rule.enforce_on(app.router.add_post("/notes", notes))',
        references=(
            (
                "Fetch Metadata, Sec-Fetch-Site",
                "https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header",
            ),
        ),
    ),
)
