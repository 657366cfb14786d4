// The frame of another origin: makes the requests that the page asks for, with its own origin.

import { makeRequest } from "/static/fetching.js";

const demo = await (await fetch("/demo.json")).json();

addEventListener("message", async (event) => {
  // Only rows of the table, and only for the page of the demo.
  const row = event.origin === demo.page ? demo.rows[event.data.number] : undefined;
  if (row !== undefined) {
    event.ports[0].postMessage(await makeRequest(demo.api, row, event.data.id));
  }
});
parent.postMessage("ready", demo.page);
