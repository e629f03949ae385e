// The board's API as the page sees it: eight requests, and every other outcome as a `Failure` that knows its kind. At another
// origin a page sees less than curl does: when the CORS headers are missing, `fetch` rejects and status and body are gone. The
// words for each kind are in failures.js.

import { Failure } from "./failures.js";

// API Gateway gives up on a function after 29 seconds; what has not come by then plus a slow line will not come.
const LONGEST_WAIT = 35_000;

// The API takes file names up to this length. Its end says what it is.
const LONGEST_NAME = 120;

export class Api {
  /** `base` is the API's address with its stage and without a trailing slash. */
  constructor(base) {
    this.base = base;
  }

  /** One page of posts, newest first: `{posts, next}`; `next` is the cursor of the older ones, or null. */
  async list({ limit, cursor, signal }) {
    const query = new URLSearchParams({ limit });
    if (cursor) query.set("cursor", cursor);
    const page = await this.#ask("GET", `/board?${query}`, { signal });
    return this.#expect(page, Array.isArray(page.body?.posts) && page.body.posts.every(isPost));
  }

  async read(id, signal) {
    const answer = await this.#ask("GET", post(id), { signal });
    return this.#expect(answer, isPost(answer.body));
  }

  /** The same `key` again returns the same post instead of a second one. */
  async create({ title, body, author }, key) {
    const answer = await this.#ask("POST", "/board", { json: { title, body, author }, headers: { "Idempotency-Key": key } });
    return this.#expect(answer, isPost(answer.body));
  }

  /** Fails with kind `conflict` and the `current` post when `version` is no longer the newest. */
  async update(id, { title, body, version }) {
    const answer = await this.#ask("PUT", post(id), { json: { title, body, version } });
    return this.#expect(answer, isPost(answer.body));
  }

  /** With `keepalive` the request is carried out although the page is gone. */
  async remove(id, { keepalive = false } = {}) {
    await this.#ask("DELETE", post(id), { keepalive });
  }

  /** Where `file` may be left: `{key, url, headers}`, good for a few minutes and for this file only. */
  async invite({ name, type, size }) {
    const json = { name: [...name].slice(-LONGEST_NAME).join(""), type, size };
    const answer = await this.#ask("POST", "/attachments", { json });
    return this.#expect(answer, isAddress(answer.body?.url) && typeof answer.body.key === "string");
  }

  /** The file with this id: `{name, type, size, url}`. */
  async file(id, signal) {
    const answer = await this.#ask("GET", `/attachments/${encodeURIComponent(id)}`, { signal });
    return this.#expect(answer, isAddress(answer.body?.url) && typeof answer.body.type === "string");
  }

  /** `{count, events}`, newest event first. The stream consumer keeps it, so it is a moment behind the posts. */
  async activity(signal) {
    const answer = await this.#ask("GET", "/board/activity", { signal });
    return this.#expect(answer, Number.isInteger(answer.body?.count) && Array.isArray(answer.body?.events));
  }

  async #ask(method, path, { json, headers = {}, signal, keepalive = false } = {}) {
    const url = this.base + path;
    const late = AbortSignal.timeout(LONGEST_WAIT);
    const options = {
      method,
      headers,
      keepalive,
      signal: signal ? AbortSignal.any([signal, late]) : late,
      cache: "no-store",
      credentials: "omit",
    };
    if (json) {
      // This content type makes the request "not simple": the browser asks with OPTIONS first whether it may send it.
      options.headers = { ...headers, "Content-Type": "application/json" };
      options.body = JSON.stringify(json);
    }
    const asked = { method, url };
    let response;
    let text;
    try {
      response = await fetch(url, options);
      text = await response.text();
    } catch (error) {
      if (signal?.aborted) throw error;
      const silent = isOutOfReach(url) ? "offline" : "hidden";
      const kind = late.aborted ? "timeout" : response ? "cut" : silent;
      throw new Failure(kind, { ...asked, status: response?.status });
    }
    const body = parsed(text);
    const answer = { ...asked, status: response.status, requestId: requestId(response), body };
    if (response.ok) return answer;
    throw new Failure(kindOf(response.status, method, path), {
      ...answer,
      code: body?.error?.code,
      field: body?.error?.field,
      // The board's own errors carry their sentence here; API Gateway's carry `message` at the top.
      message: textOrNothing(body?.error?.message) ?? textOrNothing(body?.message),
      current: isPost(body?.current) ? body.current : isPost(body) ? body : undefined,
      retryAfter: Number(response.headers.get("Retry-After")) || undefined,
    });
  }

  #expect(answer, holds) {
    if (holds) return answer.body;
    throw new Failure("strange", answer);
  }
}

function kindOf(status, method, path) {
  switch (status) {
    case 403: return "route";
    // A board always has its collection: where that is missing, something else answers at the address.
    case 404: return /^\/(board|attachments)\/./.test(path) ? "missing" : "strange";
    case 409: return method === "POST" ? "reused" : "conflict";
    case 413: return "tooLarge";
    case 422: return method === "POST" ? "reused" : "refused";
    case 429: return "tooMany";
    default: return status >= 500 ? "broken" : "refused";
  }
}

// A machine without a network still reaches itself: there the API is what is missing.
function isOutOfReach(url) {
  const { hostname } = new URL(url);
  return !navigator.onLine && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

function post(id) {
  return `/board/${encodeURIComponent(id)}`;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPost(value) {
  return ["id", "title", "body", "author", "createdAt", "updatedAt"].every((key) => typeof value?.[key] === "string")
    && Number.isInteger(value.version);
}

function isAddress(value) {
  return typeof value === "string" && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

// Readable across origins only where Access-Control-Expose-Headers names it; without it the line is left out.
function requestId(response) {
  return response.headers.get("X-Request-Id") ?? response.headers.get("x-amzn-RequestId") ?? undefined;
}

function textOrNothing(value) {
  return typeof value === "string" ? value : undefined;
}
