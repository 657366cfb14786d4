// One request of the table, made by whichever page imports this file.

/**
 * Make the row's request, with `id` in its query so that the server can say what it decided.
 * Gives what the script could read, or the error that is all it gets when the browser blocks.
 */
export async function makeRequest(api, row, id) {
  const url = new URL(row.path, api);
  url.searchParams.set("request", id);
  const init = { method: row.method, headers: row.headers, credentials: row.credentials };
  if (row.body !== null) {
    init.body = row.body;
  }
  try {
    const response = await fetch(url, init);
    const body = await response.text();
    return { read: `${response.status} ${shown(row, response, body)}`, error: null };
  } catch (error) {
    return { read: null, error: `${error.name}: ${error.message}` };
  }
}

function shown(row, response, body) {
  if (row.shows === null) {
    return `"${body.split("\n")[0]}"`;
  }
  return `${row.shows}: ${response.headers.get(row.shows) ?? "not readable"}`;
}
