// Elements, and what both parts of the page show. Whatever comes from outside becomes text, never markup.

export const GONE = "The demo does not answer: it was stopped.";

export const byId = (id) => document.getElementById(id);

/** An element with children; strings become text nodes. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

/** A badge: allowed, blocked, not sent, not known. */
export function showBadge(badge, word) {
  badge.className = `badge ${word.replace(" ", "-")}`;
  badge.textContent = word;
}

/** The code of a policy, with the numbers of its lines; `decided` is the number of one of them. */
export function showCode(pre, policy, decided = null) {
  const lines = policy.source.trimEnd().split("\n");
  pre.replaceChildren(
    ...lines.map((text, index) => {
      const number = policy.line + index;
      const line = element(number === decided ? "mark" : "span", "line", `${text}\n`);
      line.dataset.number = number;
      return line;
    }),
  );
}

/** What the server decided about each request that reached it; what it sent or wrote can be opened. */
export function verdictsOf(verdicts) {
  return verdicts.map(({ line, detail }) => {
    if (detail === "") {
      return element("p", "verdict text", line);
    }
    const summary = element("summary", "text", line);
    return element("details", "verdict", summary, element("p", "detail", detail));
  });
}

/** How to mend what is blocked. */
export function mendingOf(explanation) {
  return explanation.mending.flatMap(({ what, code }, number) => [
    element(
      "p", "what",
      ...(number === 0 ? [element("b", "", "To allow it: ")] : []),
      code === "" ? what : `${what}:`,
    ),
    ...(code === "" ? [] : [element("code", "fix", code)]),
  ]);
}
