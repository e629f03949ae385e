// Where the API is. The page is the same file for every deployment, so each deployment writes `/config.json` beside it:
// `{"api": "https://…/dev"}`, the stage included, where the API is another origin, and `{"api": "/dev"}` where the site passes
// these paths on to it. A workbook that runs its reader's own labs adds `functions`: whose code each of them runs. Read api.js next.

import { Failure } from "./failures.js";

const FILE = "/config.json";

/** What the file says: the API's base address without a trailing slash, and a line about whose code the functions run (empty if it says
    nothing of that). Throws a `Failure` of kind `config` that says what is wrong with the file. */
export async function config() {
  const response = await fetch(FILE, { cache: "no-store" }).catch(() => null);
  if (!response) throw broken("The site did not answer when the page asked for it.");
  if (!response.ok) throw broken(`The site answered ${response.status} when the page asked for it.`);
  let file;
  try {
    file = JSON.parse(await response.text());
  } catch {
    throw broken("What is there is not JSON.");
  }
  if (typeof file?.api !== "string") throw broken("It has no text under the key “api”.");
  const base = /^\/(?!\/)/.test(file.api) ? location.origin : undefined;
  if (!URL.canParse(file.api, base)) throw broken(`Its “api” is “${file.api}”, which is neither a whole address nor a path.`);
  const address = new URL(file.api, base);
  if (!/^https?:$/.test(address.protocol)) throw broken(`Its “api” is “${file.api}”; it must begin with http:// or https://.`);
  return { api: (address.origin + address.pathname).replace(/\/+$/, ""), whose: whose(Object.values(file.functions ?? {})) };
}

/** Whose code each function runs, as a sentence. */
function whose(functions) {
  const parts = functions.map(({ function: name, lab, mine }) => `${name} runs ${mine ? "your lab" : "the solution of lab"} ${lab}`);
  return parts.length ? `${parts.join(", ")}.` : "";
}

function broken(message) {
  return new Failure("config", { message, url: new URL(FILE, location.href).href, method: "GET" });
}
