// The frame of another origin: makes the requests that the page asks for, with its own origin.

import { makeRequest } from "/static/fetching.js";

const demo = await (await fetch("/demo.json")).json();

addEventListener("message", async (event) => {
  // Only for the page of the demo, and only to its APIs.
  if (event.origin === demo.page) {
    const { policy, request, id } = event.data;
    const { origin } = demo.policies.find(({ name }) => name === policy);
    event.ports[0].postMessage(await makeRequest(origin, request, id));
  }
});
parent.postMessage("ready", demo.page);
