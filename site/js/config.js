// Where the API is. The page is the same file for every deployment, so each deployment writes `/config.json` beside it:
// `{"api": "https://…/dev"}`, the stage included, where the API is another origin, and `{"api": "/dev"}` where the site passes
// these paths on to it. A workbook that runs its reader's own labs adds `functions`: whose code each of them runs. Read api.js next.

import { Failure } from "./failures.js";
import { say } from "./words.js";

const FILE = "/config.json";

/** What the file says: the API's base address without a trailing slash, and whose code each function runs (nothing if it does not
    say). Throws a `Failure` of kind `config` that says what is wrong with the file. */
export async function config() {
  const response = await fetch(FILE, { cache: "no-store" }).catch(() => null);
  if (!response) throw broken(say("configSilent"));
  if (!response.ok) throw broken(say("configStatus", { status: response.status }));
  let file;
  try {
    file = JSON.parse(await response.text());
  } catch {
    throw broken(say("configNotJson"));
  }
  if (typeof file?.api !== "string") throw broken(say("configNoApi"));
  const base = /^\/(?!\/)/.test(file.api) ? location.origin : undefined;
  if (!URL.canParse(file.api, base)) throw broken(say("configNotWhole", { api: file.api }));
  const address = new URL(file.api, base);
  if (!/^https?:$/.test(address.protocol)) throw broken(say("configScheme", { api: file.api }));
  return { api: (address.origin + address.pathname).replace(/\/+$/, ""), functions: Object.values(file.functions ?? {}) };
}

/** Whose code each function runs, as a sentence; empty if nothing is said of that. */
export function whose(functions) {
  const parts = functions.map(({ function: name, lab, mine }) => say(mine ? "runsYourLab" : "runsSolution", { function: name, lab }));
  return parts.length ? `${parts.join(", ")}.` : "";
}

function broken(why) {
  return new Failure("config", { why, url: new URL(FILE, location.href).href, method: "GET" });
}
