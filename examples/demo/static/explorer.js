// The form: sends its request if this browser can, and shows what the three parties say of it.

import { GONE, byId, element, mendingOf, showBadge, showCode, verdictsOf } from "/static/elements.js";

const FIELDS = ["origin", "method", "path", "headers", "policy"];
const ANSWERS = { true: "allowed", false: "blocked", null: "not known" };

/** Prepare the form, and ask for its first case. */
export function openExplorer(demo, send) {
  const chosen = () => demo.policies.find(({ name }) => name === byId("policy").value);
  byId("policy").replaceChildren(...demo.policies.map(({ name }) => element("option", "", name)));
  byId("origins").replaceChildren(
    ...["page", "stranger"].map((name) => {
      const option = element("option", "", `the ${name}`);
      option.value = demo[name];
      return option;
    }),
  );
  const paths = new Set(demo.rows.map(({ path }) => path));
  byId("paths").replaceChildren(...[...paths].map((path) => element("option", "", path)));
  byId("cases").replaceChildren(
    ...demo.cases.map((one) => {
      const button = element("button", "", one.title);
      button.type = "button";
      button.addEventListener("click", () => ask(one));
      return element("li", "", button);
    }),
  );
  byId("policy").addEventListener("change", () => showCode(byId("code"), chosen()));
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    answer(demo, send, chosen()).catch(() => {
      byId("said").textContent = GONE;
    });
  });
  ask(demo.cases[0]);
}

/** Put a case into the form, and send it. */
function ask({ origin, method, path, headers, credentials, policy }) {
  Object.entries({ origin, method, path, policy }).forEach(([name, value]) => {
    byId(name).value = value;
  });
  byId("headers").value = headers.join("\n");
  byId("credentials").checked = credentials;
  byId("policy").dispatchEvent(new Event("change"));
  byId("form").requestSubmit();
}

/** The request of the form. A line without a colon is a header with an empty value. */
function asked() {
  const lines = byId("headers").value.split("\n").filter((line) => line.trim() !== "");
  return {
    method: byId("method").value.trim(),
    path: byId("path").value.trim(),
    headers: lines.map((line) => {
      const [name, ...value] = line.split(":");
      return [name.trim(), value.join(":").trim()];
    }),
    credentials: byId("credentials").checked ? "include" : "omit",
  };
}

let latest = 0;

async function answer(demo, send, policy) {
  const number = ++latest;
  const said = byId("said");
  const request = asked();
  const origin = byId("origin").value.trim();
  said.textContent = "Asking …";
  const told = await explain(origin, policy, request);
  if (number !== latest) {
    return;
  }
  showProblems(told.problems ?? {});
  byId("parties").hidden = told.problems !== undefined;
  if (told.problems !== undefined) {
    said.textContent = "Nothing was sent: no page can make this request.";
    return;
  }
  const sender = ["page", "stranger"].find((name) => demo[name] === origin);
  const outcome = sender === undefined ? null : await send(sender, policy, request);
  if (number !== latest) {
    return;
  }
  showCode(byId("code"), policy, told.line);
  showScript(origin, policy, request, outcome);
  showConsole(told);
  showServer(told, outcome);
  said.textContent = summary(told, outcome);
}

async function explain(origin, policy, request) {
  const query = new URLSearchParams({ policy: policy.name, origin });
  query.set("method", request.method);
  query.set("path", request.path);
  request.headers.forEach(([name, value]) => query.append("header", `${name}: ${value}`));
  if (request.credentials === "include") {
    query.set("credentials", "");
  }
  const response = await fetch(`/explain?${query}`);
  // aiohttp itself refuses a line that is too long.
  const isData = response.headers.get("Content-Type").startsWith("application/json");
  return isData ? await response.json() : { problems: { path: "this is too long" } };
}

function showProblems(problems) {
  const wrong = FIELDS.filter((name) => name in problems);
  FIELDS.forEach((name) => {
    byId(`${name}-problem`).textContent = problems[name] ?? "";
    byId(name).setAttribute("aria-invalid", wrong.includes(name));
  });
  if (wrong.length > 0) {
    byId(wrong[0]).focus();
  }
}

function summary(told, outcome) {
  const reason = told.reason === "" ? "" : ` (${told.reason})`;
  if (outcome === null) {
    return `Not sent, only explained: ${ANSWERS[told.allowed]}${reason}.`;
  }
  return outcome.error === null
    ? "Allowed: the script reads the answer."
    : `Blocked${reason}: the script reads nothing.`;
}

function showScript(origin, policy, request, outcome) {
  showBadge(byId("script-badge"), badgeOf(outcome));
  byId("script").replaceChildren(
    element("pre", "code plain", callOf(policy, request)),
    ...(outcome === null ? notSent(origin) : outcome.error === null ? read(outcome) : [
      element("p", "", "All that it gets:"),
      element("pre", "answer", outcome.error),
    ]),
  );
}

function badgeOf(outcome) {
  if (outcome === null) {
    return "not sent";
  }
  return outcome.error === null ? "allowed" : "blocked";
}

/** The call of fetch, as it is made but for an id in the query. */
function callOf(policy, { method, path, headers, credentials }) {
  const lines = [`  method: ${JSON.stringify(method)},`];
  if (headers.length > 0) {
    const pairs = headers.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
    lines.push(`  headers: { ${pairs.join(", ")} },`);
  }
  lines.push(`  credentials: ${JSON.stringify(credentials)},`);
  return `fetch(${JSON.stringify(policy.origin + path)}, {\n${lines.join("\n")}\n})`;
}

function notSent(origin) {
  return [
    element(
      "p", "",
      "Nothing was sent. This browser has no page of ", element("code", "", origin),
      ", and no script can choose the origin that it sends. What the others say is explained.",
    ),
  ];
}

function read(outcome) {
  const headers = outcome.headers.map(([name, value]) => `${name}: ${value}`);
  return [
    element("p", "", "It reads the status, these headers and the body:"),
    element("pre", "answer", [outcome.status, ...headers, "", outcome.body].join("\n")),
  ];
}

function showConsole({ words }) {
  if (words === null) {
    byId("console").replaceChildren(element("p", "", "It says nothing: no check of a browser fails."));
    return;
  }
  byId("console").replaceChildren(
    element("p", "quiet", "No script can read the console. The library knows what is in it, in the"
      + " words of each browser; the developer tools show those of yours."),
    element(
      "dl", "",
      ...said(`Chromium (${words.chromium_code})`, words.chromium),
      ...said(`Firefox (${words.firefox_code})`, words.firefox),
      ...said("Safari", words.safari),
    ),
  );
}

function said(name, text) {
  return [element("dt", "", name), element("dd", "", text)];
}

function showServer(told, outcome) {
  showBadge(byId("server-badge"), ANSWERS[told.allowed]);
  const parts = [element("ol", "steps", ...told.steps.map(stepOf))];
  if (outcome !== null && outcome.verdicts.length > 0) {
    parts.push(section("What reached it", ...verdictsOf(outcome.verdicts)));
  }
  if (told.near.length > 0) {
    const items = told.near.map(({ text, place }) => element("li", "", text, ...placeOf(place)));
    parts.push(section("Could have allowed it", element("ul", "", ...items)));
  }
  if (told.mending.length > 0) {
    parts.push(element("div", "part", ...mendingOf(told)));
  }
  byId("server").replaceChildren(...parts);
}

/** A check. A rule is written where it decides first, or fails. */
function stepOf({ side, mark, check, link, text, rule, place }, number, steps) {
  const standard = element("a", "check", check);
  standard.href = link;
  standard.rel = "noreferrer";
  const item = element(
    "li", { "✓": "passes", "✗": "fails" }[mark] ?? "open",
    markOf(mark),
    element("span", "step", element("span", "side", side), " ", standard, `: ${text}`),
  );
  const isRepeated = mark === "✓" && steps.slice(0, number).some((step) => step.rule === rule);
  if (place !== "" && !(rule !== "" && isRepeated)) {
    item.append(element("span", "rule", ...(rule === "" ? [] : [element("code", "", rule)]), ...placeOf(place)));
  }
  return item;
}

function markOf(mark) {
  const made = element("span", "mark", mark);
  made.role = "img";
  made.ariaLabel = { "✓": "passes", "✗": "fails" }[mark] ?? "not known";
  return made;
}

function placeOf(place) {
  return place === "" ? [] : [" ", element("code", "place", place)];
}

function section(title, ...children) {
  return element("div", "part", element("h4", "", title), ...children);
}
