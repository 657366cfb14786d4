// The table: makes each row's request, and compares what comes of it with what the row says.

import { GONE, byId, element, mendingOf, showBadge, verdictsOf } from "/static/elements.js";

/** Fill the table in, and again whenever that is asked for. */
export async function runTable(demo, send) {
  const table = demo.rows.map(tableRow);
  byId("rows").replaceChildren(...table.map(({ tr }) => tr));
  const run = () => runAll(demo, table, send).catch(() => {
    byId("summary").textContent = GONE;
    byId("again").disabled = false;
  });
  byId("again").addEventListener("click", run);
  await run();
}

async function runAll(demo, table, send) {
  const summary = byId("summary");
  byId("again").disabled = true;
  summary.className = "";
  table.forEach(({ clear }) => clear());
  let expected = 0;
  // One after the other: a row sets the cookie that later rows send.
  for (const [number, row] of demo.rows.entries()) {
    summary.textContent = `Request ${number + 1} of ${demo.rows.length} …`;
    const outcome = await send(row.sender, demo.policies[0], row);
    const read = readOf(row, outcome);
    const lines = outcome.verdicts.map((verdict) => verdict.line);
    const isExpected = read === row.reads && lines.join() === row.verdicts.join();
    table[number].fill({ ...outcome, read, isExpected });
    expected += isExpected ? 1 : 0;
  }
  summary.textContent = `${expected} of ${demo.rows.length} requests went as they should`;
  summary.className = expected === demo.rows.length ? "done" : "failed";
  byId("again").disabled = false;
}

/** What the script read, as the row has it; null where it read nothing. */
function readOf(row, outcome) {
  if (outcome.error !== null) {
    return null;
  }
  if (row.shows === null) {
    return `${outcome.status} "${outcome.body.split("\n")[0]}"`;
  }
  const found = outcome.headers.find(([name]) => name === row.shows.toLowerCase());
  return `${outcome.status} ${row.shows}: ${found === undefined ? "not readable" : found[1]}`;
}

/** The request as the terminal's table describes it. */
function describe(row) {
  const headers = row.headers.map(([name, value]) => `, ${name}: ${value}`);
  const credentials = row.credentials === "include" ? ", with credentials" : "";
  return `${row.method} ${row.path}${headers.join("")}${credentials}, from the ${row.sender}`;
}

/** A table row and its cells; `fill` shows an outcome in them. */
function tableRow(row) {
  const badge = element("span", "badge", "…");
  const [mark, read, verdicts] = ["mark", "read", "verdicts"].map((name) => cell("td", name, "cell"));
  mark.append(badge);
  read.dataset.label = "The script";
  verdicts.dataset.label = "The server";
  const request = cell("th", "request", "rowheader");
  request.scope = "row";
  request.append(element("span", "title", row.title), element("code", "", describe(row)));
  const tr = element("tr", "waiting", mark, request, read, verdicts);
  tr.role = "row";
  const clear = () => {
    tr.className = "waiting";
    showBadge(badge, "…");
    read.replaceChildren();
    verdicts.replaceChildren();
  };
  const fill = (outcome) => {
    const isBlocked = outcome.error !== null;
    tr.className = outcome.isExpected ? "expected" : "unexpected";
    showBadge(badge, isBlocked ? "blocked" : "allowed");
    read.replaceChildren(
      ...(isBlocked ? blocked(row, outcome) : [element("p", "text", outcome.read)]),
    );
    verdicts.replaceChildren(...verdictsOf(outcome.verdicts));
    if (!outcome.isExpected) {
      read.append(element("p", "wanted", `should be: ${row.reads ?? `blocked: ${row.blocked}`}`));
      verdicts.append(element("p", "wanted", `should be: ${row.verdicts.join(", ")}`));
    }
  };
  return { tr, clear, fill };
}

/** A script is not told why: the explanation is. */
function blocked(row, outcome) {
  return [
    element("p", "text", outcome.error),
    element("p", "why", element("b", "", "Why: "), row.explanation.why),
    ...mendingOf(row.explanation),
  ];
}

function cell(name, className, role) {
  const made = element(name, className);
  made.role = role;
  return made;
}
