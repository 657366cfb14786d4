// The table: makes each row's request, asks the server what it decided, and compares both with what
// the row says. Whatever comes from outside is put into the page as text, never as markup.

import { makeRequest } from "/static/fetching.js";

const byId = (id) => document.getElementById(id);

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children); // strings become text nodes
  return made;
}

/** The request as the terminal's table describes it. */
function describe(row) {
  const headers = Object.entries(row.headers).map(([name, value]) => `, ${name}: ${value}`);
  const credentials = row.credentials === "include" ? ", with credentials" : "";
  return `${row.method} ${row.path}${headers.join("")}${credentials}, from the ${row.sender}`;
}

/** A table row and its cells; `fill` shows an outcome in them. */
function tableRow(row) {
  const [mark, read, verdicts] = ["mark", "read", "verdicts"].map((name) => element("td", name));
  const request = element(
    "th", "request",
    element("span", "title", row.title),
    element("code", "", describe(row)),
  );
  request.scope = "row";
  const tr = element("tr", "waiting", mark, request, read, verdicts);
  const clear = () => {
    tr.className = "waiting";
    mark.textContent = "…";
    read.replaceChildren();
    verdicts.replaceChildren();
  };
  const fill = (outcome) => {
    tr.className = outcome.isExpected ? "expected" : "unexpected";
    mark.textContent = outcome.isExpected ? "ok" : "NO";
    if (outcome.error === null) {
      read.replaceChildren(element("span", "text", outcome.read));
    } else {
      // A script is not told which check failed; the row knows, if this block was to be.
      const reason = row.blocked === null ? "blocked" : `blocked: ${row.blocked}`;
      read.replaceChildren(
        element("span", "text block", reason),
        element("span", "detail", `all the script got: ${outcome.error}`),
      );
    }
    verdicts.replaceChildren(
      ...outcome.verdicts.flatMap((verdict) => [
        element("span", "text", verdict.line),
        element("span", "detail", verdict.detail),
      ]),
    );
    if (!outcome.isExpected) {
      read.append(element("span", "wanted", `should be: ${row.reads ?? `blocked: ${row.blocked}`}`));
      verdicts.append(element("span", "wanted", `should be: ${row.verdicts.join(", ")}`));
    }
  };
  return { tr, clear, fill };
}

/** The frame that is of another origin, once it listens. */
function openStranger(demo) {
  const frame = byId("frame");
  return new Promise((resolve) => {
    addEventListener("message", (event) => {
      if (event.origin === demo.stranger && event.data === "ready") {
        resolve((row, id) => askStranger(frame, demo, row, id));
      }
    });
    frame.src = `${demo.stranger}/stranger`;
  });
}

function askStranger(frame, demo, row, id) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event) => resolve(event.data);
    const message = { number: demo.rows.indexOf(row), id };
    frame.contentWindow.postMessage(message, demo.stranger, [port2]);
  });
}

async function askVerdicts(api, id) {
  try {
    return await (await fetch(`${api}/verdicts?of=${id}`)).json();
  } catch {
    return []; // then the row differs, and the table says so
  }
}

async function makeRow(demo, row, fromStranger) {
  const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const outcome = row.sender === "stranger"
    ? await fromStranger(row, id)
    : await makeRequest(demo.api, row, id);
  const verdicts = await askVerdicts(demo.api, id);
  const lines = verdicts.map((verdict) => verdict.line);
  const isExpected = outcome.read === row.reads && lines.join() === row.verdicts.join();
  return { ...outcome, verdicts, isExpected };
}

async function runAll(demo, table, fromStranger) {
  byId("again").disabled = true;
  table.forEach(({ clear }) => clear());
  let expected = 0;
  // One after the other: a row sets the cookie that later rows send.
  for (const [number, row] of demo.rows.entries()) {
    byId("summary").textContent = `Request ${number + 1} of ${demo.rows.length} …`;
    const outcome = await makeRow(demo, row, fromStranger);
    table[number].fill(outcome);
    expected += outcome.isExpected ? 1 : 0;
  }
  byId("summary").textContent = `${expected} of ${demo.rows.length} requests went as they should`;
  byId("summary").className = expected === demo.rows.length ? "done" : "failed";
  byId("again").disabled = false;
}

async function main() {
  const demo = await (await fetch("/demo.json")).json();
  for (const name of ["api", "page", "stranger"]) {
    byId(name).textContent = demo[name];
  }
  byId("policy").textContent = demo.policy;
  if (location.origin !== demo.page) {
    byId("summary").textContent = `Open ${demo.page} instead: ${location.origin} is an origin that`
      + " no policy names.";
    return;
  }
  const table = demo.rows.map(tableRow);
  byId("rows").replaceChildren(...table.map(({ tr }) => tr));
  const fromStranger = await openStranger(demo);
  byId("again").addEventListener("click", () => runAll(demo, table, fromStranger));
  await runAll(demo, table, fromStranger);
}

main();
