// One request, made by whichever page imports this file.

/**
 * Make a request, with `id` in its query so that the server can say what it decided.
 * Gives what the script could read, or the error that is all it gets when the browser blocks.
 */
export async function makeRequest(api, request, id) {
  try {
    const url = new URL(api + request.path);
    url.searchParams.set("request", id);
    const { method, headers, credentials } = request;
    const body = request.body ?? undefined;
    const response = await fetch(url, { method, headers, credentials, body });
    return {
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
      error: null,
    };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
}
