// Requests of the page and of the stranger, and what the server decided about them.

import { byId } from "/static/elements.js";
import { makeRequest } from "/static/fetching.js";

/** What sends requests, once the frame of the other origin listens. */
export async function openSenders(demo) {
  const askStranger = await openStranger(demo);
  /** The outcome of a request under `policy`; `sender` is "page" or "stranger". */
  return async (sender, policy, request) => {
    const id = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const outcome = sender === "stranger"
      ? await askStranger({ policy: policy.name, request, id })
      : await makeRequest(policy.origin, request, id);
    return { ...outcome, verdicts: await (await fetch(`/verdicts?of=${id}`)).json() };
  };
}

function openStranger(demo) {
  const frame = byId("frame");
  return new Promise((resolve) => {
    addEventListener("message", (event) => {
      if (event.origin === demo.stranger && event.data === "ready") {
        resolve((asked) => askFrame(frame, demo, asked));
      }
    });
    frame.src = `${demo.stranger}/stranger`;
  });
}

function askFrame(frame, demo, asked) {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event) => resolve(event.data);
    frame.contentWindow.postMessage(asked, demo.stranger, [port2]);
  });
}
