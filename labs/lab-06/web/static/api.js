// What the page asks of others: its own site, where the API is; the API, for permission to put a file; S3, to take the file.

/** The API's address with its stage, from the file that `publish` put beside the page. */
export async function apiAddress() {
  const { api } = await read(await fetch("/config.json"));
  return api;
}

/** The files that are attached: `[{key, name, type, size, url}]`. */
export async function attachments(api) {
  const answer = await read(await fetch(`${api}/attachments`));
  return answer.attachments;
}

/** Permission to put `file`, once and soon: `{key, url, headers, expiresIn}`. */
export async function invitation(api, file) {
  const wanted = { name: file.name, type: file.type, size: file.size };
  // TODO(lab-06.6): this was a call of jQuery's $.ajax. `fetch` takes the address first, and means something else by every key.
  const answer = await fetch({
    url: `${api}/attachments`,
    type: "post",
    data: wanted,
  });
  return read(answer);
}

/** Puts `file` where the invitation says, with the headers that it was signed with. */
export async function put({ url, headers }, file) {
  const answer = await fetch(url, { method: "PUT", headers, body: file });
  if (!answer.ok) throw new Error(`the storage answered ${answer.status}`);
}

/** The JSON of a good answer; of a bad one, what it says in words. */
async function read(answer) {
  const text = await answer.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Error(`${answer.url} answered ${answer.status}, and not in JSON`);
  }
  if (!answer.ok) throw new Error(body.error?.message ?? body.message ?? `${answer.url} answered ${answer.status}`);
  return body;
}
