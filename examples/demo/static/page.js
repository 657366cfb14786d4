// The page: the form above, the table below. Whatever comes from outside is put into the page as text,
// never as markup.

import { byId, element, showCode } from "/static/elements.js";
import { openExplorer } from "/static/explorer.js";
import { openSenders } from "/static/sending.js";
import { runTable } from "/static/table.js";

const demo = await (await fetch("/demo.json")).json();
const texts = { own: demo.page, file: demo.policies[0].file };
for (const [name, text] of Object.entries(texts)) {
  document.querySelectorAll(`.${name}`).forEach((each) => {
    each.textContent = text;
  });
}
byId("other").textContent = demo.stranger;
showCode(byId("table-code"), demo.policies[0]);
if (location.origin === demo.page) {
  const send = await openSenders(demo);
  openExplorer(demo, send);
  await runTable(demo, send);
} else {
  const page = element("a", "", demo.page);
  page.href = demo.page;
  document.querySelector("main").replaceChildren("This is the stranger. Open ", page, " instead.");
}
