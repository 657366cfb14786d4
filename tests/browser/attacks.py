"""What a page can do to another server without a script of it reading anything, and a server for that.

Knows how a page sends a form, opens a WebSocket or makes a sandbox, and when the answer has come. Each
attack is sent to two paths of one application: behind one of them a policy is enforced, behind the other
the same policy is not, which shows that the attack is one. Knows no engine.
"""

import json
from collections.abc import Mapping
from typing import Final, final

from aiohttp import web

from aiohttp_cors import Cors
from tests.browser.servers import PAGE_PATH, page

ENFORCED: Final = "/enforced"
OPEN: Final = "/open"

_FRAME: Final = """
const frame = document.createElement("iframe");
frame.name = "frame" + Math.random();
document.body.append(frame);
"""

# An empty frame has loaded, too: where it is cannot be read once it is another site's.
_FORM: Final = f"""{_FRAME}
const address = () => {{
  try {{ return frame.contentWindow.location.href; }} catch {{ return "elsewhere"; }}
}};
const form = document.createElement("form");
Object.assign(form, {{method: "post", action: url, target: frame.name}});
document.body.append(form);
await new Promise(done => {{
  frame.addEventListener("load", () => address() === "about:blank" || done());
  form.submit();
}});
"""

_NO_REFERRER: Final = """
const policy = document.createElement("meta");
Object.assign(policy, {name: "referrer", content: "no-referrer"});
document.head.append(policy);
"""

_SOCKET: Final = """
await new Promise(done => {
  const socket = new WebSocket(url.replace(/^http/, "ws"));
  socket.onopen = () => { socket.close(); done(); };
  socket.onerror = done;
});
"""

# The frame tells when it has loaded; the next time that it loads it has the answer.
_SANDBOXED_FORM: Final = f"""{_FRAME}
const said = new Promise(done => addEventListener("message", done, {{once: true}}));
frame.sandbox = "allow-scripts allow-forms";
frame.srcdoc = `<form method=post action="${{url}}"></form><script>
  onload = () => {{ parent.postMessage("here", "*"); document.forms[0].submit(); }};
</` + "script>";
await said;
await new Promise(done => frame.addEventListener("load", done));
"""

_SANDBOXED_SOCKET: Final = f"""{_FRAME}
const said = new Promise(done => addEventListener("message", done, {{once: true}}));
frame.sandbox = "allow-scripts";
frame.srcdoc = `<script>
  const socket = new WebSocket("${{url.replace(/^http/, "ws")}}");
  socket.onopen = socket.onerror = () => parent.postMessage("done", "*");
</` + "script>";
await said;
"""

ATTACKS: Final[Mapping[str, str]] = {
    "form": _FORM,
    "form under no-referrer": _NO_REFERRER + _FORM,
    "fetch without CORS": 'await fetch(url, {method: "POST", mode: "no-cors", body: "x"});',
    "WebSocket": _SOCKET,
    "form in a sandbox": _SANDBOXED_FORM,
    "WebSocket in a sandbox": _SANDBOXED_SOCKET,
}
"""The bodies of async functions that end when the answer has come; `url` is where they send to."""


def attacking(attack: str, urls: list[str]) -> str:
    """The body of an async function that sends one attack to each of `urls`, one after the other."""
    return f"""
const attack = async url => {{ {ATTACKS[attack]} }};
for (const url of {json.dumps(urls)}) await attack(url);
return "sent";
"""


@final
class Target:
    """An application under attack; `reached` has the paths whose handlers ran."""

    def __init__(self, trusted: str, own: list[str] | None = None) -> None:
        self.reached: list[str] = []
        self.app = web.Application()
        self.app.router.add_get(PAGE_PATH, page)
        enforced, bare = (self._resource(path) for path in (ENFORCED, OPEN))
        rule = Cors.for_app(self.app).origin(trusted).allow_credentials()
        rule.enforce_on(enforced, own=own or ())
        rule.on(bare)

    def _resource(self, path: str) -> web.Resource:
        resource = self.app.router.add_resource(path)
        resource.add_route("POST", self._form)
        resource.add_route("GET", self._socket)
        return resource

    async def _form(self, request: web.Request) -> web.Response:
        self.reached.append(request.path)
        return web.Response(text="done")

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        self.reached.append(request.path)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket
