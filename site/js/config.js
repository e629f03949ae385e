// Where the API is. The page and its API are two origins, and the page is the same file for every deployment, so each
// deployment writes `/config.json` beside it: `{"api": "https://…/dev"}`, the stage included. Read api.js next.

import { Failure } from "./failures.js";

const FILE = "/config.json";

/** The API's base address without a trailing slash. Throws a `Failure` of kind `config` that says what is wrong with the file. */
export async function apiAddress() {
  const response = await fetch(FILE, { cache: "no-store" }).catch(() => null);
  if (!response) throw broken("The site did not answer when the page asked for it.");
  if (!response.ok) throw broken(`The site answered ${response.status} when the page asked for it.`);
  let config;
  try {
    config = JSON.parse(await response.text());
  } catch {
    throw broken("What is there is not JSON.");
  }
  if (typeof config?.api !== "string") throw broken("It has no text under the key “api”.");
  if (!URL.canParse(config.api)) throw broken(`Its “api” is “${config.api}”, which is not a whole address.`);
  const address = new URL(config.api);
  if (!/^https?:$/.test(address.protocol)) throw broken(`Its “api” is “${config.api}”; it must begin with http:// or https://.`);
  return (address.origin + address.pathname).replace(/\/+$/, "");
}

function broken(message) {
  return new Failure("config", { message, url: new URL(FILE, location.href).href, method: "GET" });
}
