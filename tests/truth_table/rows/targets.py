"""Rows: what a policy can cover, and what it leaves alone."""

from typing import Final

from aiohttp_cors import ResourceOptions
from tests.truth_table import programs
from tests.truth_table.programs import stream
from tests.truth_table.words import BLOCKED, Fetch, Sees, classic, fluent, row

ROWS: Final = (
    row(
        "a stream is readable",
        fluent(lambda cors, w: cors.origin(w.page), "GET", "PUT", handler=stream),
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "a stream of a classic program is readable",
        classic(lambda w: {w.page: ResourceOptions()}, handler=stream),
        Fetch(asks=["GET /users"]),
    ),
    row(
        "a view is covered for the methods that it defines",
        programs.PLAIN_VIEW,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
    ),
    row(
        "a classic view has a configuration for itself and one for a method",
        programs.MIXIN_VIEW,
        Fetch(asks=["GET /users"]),
        Fetch(headers={"X-A": "1"}, sees=BLOCKED, asks=["OPTIONS /users for GET with x-a"]),
        Fetch(
            method="PUT",
            headers={"X-A": "1"},
            asks=["OPTIONS /users for PUT with x-a", "PUT /users"],
        ),
        Fetch(method="DELETE", sees=BLOCKED, asks=["OPTIONS /users for DELETE"]),
    ),
    row(
        "static files are readable, also a part of one",
        programs.STATIC_FILES,
        Fetch("/files/hello.txt", asks=["GET /files/hello.txt"]),
        Fetch(
            "/files/hello.txt?part",
            headers={"Range": "bytes=0-1"},
            sees=Sees(status=206, body="he"),
            asks=["GET /files/hello.txt?part"],
        ),
        Fetch(
            "/files/",
            sees=Sees(status=403, body="403: Forbidden"),
            asks=["GET /files/"],
        ),
    ),
    row(
        "static files of a classic program are readable",
        programs.CLASSIC_STATIC_FILES,
        Fetch("/files/hello.txt", asks=["GET /files/hello.txt"]),
        Fetch(
            "/files/hello.txt",
            method="PUT",
            sees=BLOCKED,
            asks=["OPTIONS /files/hello.txt for PUT"],
        ),
    ),
    row(
        "a sub-application is covered as a whole, but for what has a policy of its own",
        programs.SUB_APPLICATION,
        Fetch("/api/users", asks=["GET /api/users"]),
        Fetch("/api/users", method="PUT", asks=["OPTIONS /api/users for PUT", "PUT /api/users"]),
        Fetch("/api/private", sees=BLOCKED, asks=["GET /api/private"]),
        Fetch(sees=BLOCKED, asks=["GET /users"]),
    ),
    row(
        "a classic sub-application covers itself and not its parent",
        programs.CLASSIC_SUB_APPLICATION,
        Fetch("/api/users", method="PUT", asks=["OPTIONS /api/users for PUT", "PUT /api/users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "everywhere covers what is routed, what is not, and nothing that is excluded",
        programs.EVERYWHERE,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
        Fetch(
            "/nothing",
            sees=Sees(status=404, body="404: Not Found"),
            asks=["GET /nothing"],
        ),
        Fetch(
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /users"],
        ),
        Fetch("/nothing", method="PUT", sees=BLOCKED, asks=["OPTIONS /nothing for PUT"]),
        Fetch("/private", sees=BLOCKED, asks=["GET /private"]),
        Fetch("/private", method="PUT", sees=BLOCKED, asks=["OPTIONS /private for PUT"]),
    ),
    row(
        "a path that is split over two resources is covered by both",
        programs.SPLIT_PATH,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "a path of a classic program that is split over two resources is covered by both",
        programs.CLASSIC_SPLIT_PATH,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", asks=["OPTIONS /users for PUT", "PUT /users"]),
    ),
    row(
        "one resource of a split path allows nothing that the other serves",
        programs.HALF_COVERED_SPLIT_PATH,
        Fetch(asks=["GET /users"]),
        Fetch(method="PUT", sees=BLOCKED, asks=["OPTIONS /users for PUT"]),
    ),
    row(
        "a private route is not opened by a pattern that matches its path",
        programs.PRIVATE_ME,
        Fetch("/users/1", method="DELETE", asks=["OPTIONS /users/1 for DELETE", "DELETE /users/1"]),
        Fetch("/users/me", asks=["GET /users/me"]),
        Fetch("/users/me", method="DELETE", sees=BLOCKED, asks=["OPTIONS /users/me for DELETE"]),
    ),
    row(
        "a private route of a classic program is not opened by a pattern that matches its path",
        programs.CLASSIC_PRIVATE_ME,
        Fetch("/users/1", method="DELETE", asks=["OPTIONS /users/1 for DELETE", "DELETE /users/1"]),
        Fetch("/users/me", asks=["GET /users/me"]),
        Fetch("/users/me", method="DELETE", sees=BLOCKED, asks=["OPTIONS /users/me for DELETE"]),
    ),
    row(
        "what an inner everywhere leaves out is not covered by an outer one",
        programs.ADMIN_OF_AN_INNER_EVERYWHERE,
        Fetch("/api/users", asks=["GET /api/users"]),
        Fetch("/users", credentials="include", asks=["GET /users"]),
        Fetch("/api/admin", sees=BLOCKED, asks=["GET /api/admin"]),
        Fetch("/api/admin", credentials="include", sees=BLOCKED, asks=["GET /api/admin"]),
        Fetch("/api/admin", method="PUT", sees=BLOCKED, asks=["OPTIONS /api/admin for PUT"]),
        Fetch("/api/admin", method="POST", sees=BLOCKED, asks=["POST /api/admin"]),
        Fetch(
            "/api/nothing",
            sees=Sees(status=404, body="404: Not Found"),
            asks=["GET /api/nothing"],
        ),
    ),
    row(
        "a page reads what is not there in a sub-application that is covered",
        programs.SUB_APPLICATION,
        Fetch(
            "/api/nothing",
            sees=Sees(status=404, body="404: Not Found"),
            asks=["GET /api/nothing"],
        ),
        Fetch(
            "/api/users",
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /api/users"],
        ),
        Fetch(
            "/api/nothing",
            method="PUT",
            sees=BLOCKED,
            asks=["OPTIONS /api/nothing for PUT"],
        ),
        Fetch("/nothing", sees=BLOCKED, asks=["GET /nothing"]),
        Fetch("/users", method="POST", sees=BLOCKED, asks=["POST /users"]),
    ),
    row(
        "a page reads what is not there in an application that a covered one has mounted",
        programs.APPLICATIONS_IN_A_MOUNTED_ONE,
        Fetch("/api/v1/users", asks=["GET /api/v1/users"]),
        Fetch(
            "/api/v1/nothing",
            sees=Sees(status=404, body="404: Not Found"),
            asks=["GET /api/v1/nothing"],
        ),
        Fetch(
            "/api/v1/users",
            method="POST",
            sees=Sees(status=405, body="405: Method Not Allowed"),
            asks=["POST /api/v1/users"],
        ),
        Fetch(
            "/api/nothing",
            sees=Sees(status=404, body="404: Not Found"),
            asks=["GET /api/nothing"],
        ),
    ),
)
