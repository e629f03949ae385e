// What can go wrong between this page and the board, and what the page says then: what happened, where, and the next
// thing to do. api.js and config.js decide the kind.

import { stamp } from "./dom.js";
import { say } from "./words.js";

/** A request that did not give what the page asked for. `facts` holds what is known: url, method, status, message, … */
export class Failure extends Error {
  constructor(kind, facts) {
    super(facts.message ?? kind);
    this.kind = kind;
    this.facts = facts;
  }
}

// What a kind's sentences need beyond the facts, and what it says in another way. Everything else is `…Title`, `…Detail` and
// `…Next` in the table of words.
const KINDS = {
  config: { command: () => '{"api": "https://example.execute-api.ap-northeast-2.amazonaws.com/dev"}' },
  hidden: {
    detail: ({ url }) => (new URL(url).origin === location.origin ? "hiddenDetailOwn" : "hiddenDetail"),
    next: ({ method }) => (method === "GET" ? "hiddenNextGet" : "hiddenNext"),
    command: ({ url, method }) => curl(method, url),
  },
  offline: {},
  cut: {},
  timeout: {},
  missing: {},
  conflict: {},
  reused: {},
  tooLarge: {},
  tooMany: { next: ({ retryAfter }) => (retryAfter ? "tooManyNextIn" : "tooManyNext") },
  route: {},
  refused: {},
  broken: {
    next: ({ requestId }) => (requestId ? "brokenNextId" : "brokenNext"),
    also: ({ status }) => MEANINGS[status],
  },
  strange: {},
  trap: {},
  upload: { detail: ({ status }) => (status ? "uploadDetail" : "uploadDetailHidden") },
};

/** All kinds of failures. */
export const kinds = Object.keys(KINDS);

const MEANINGS = { 502: "broken502", 503: "broken503", 504: "broken504" };

// Kinds of which the API knows more than the page does.
const QUOTED = ["reused", "tooLarge", "route", "refused", "broken"];

// Kinds after which the text of a form may be sent as it is.
const RETRIED = ["hidden", "offline", "cut", "timeout", "tooMany", "broken"];

function kept(kind, method, next) {
  if (!RETRIED.includes(kind)) return next;
  if (method === "POST") return say("keptPost", { next });
  return method === "PUT" ? say("keptPut", { next }) : next;
}

// The request whose answer the browser judged: for anything but GET that is the preflight, which goes first.
function curl(method, url) {
  const origin = `-H "Origin: ${location.origin}"`;
  if (method === "GET") return `curl -i ${origin} "${url}"`;
  return `curl -i -X OPTIONS ${origin} -H "Access-Control-Request-Method: ${method}" "${url}"`;
}

/** The words for a failure: `{title, detail, said?, next, command?, requestId?}`; `said` is the API's own. Anything other than a `Failure` is a
    mistake in the page. */
export function explain(failure) {
  if (!(failure instanceof Failure)) return { title: say("pageTitle"), detail: String(failure), next: say("pageNext") };
  const { kind, facts } = failure;
  const { detail, next, also, command } = KINDS[kind];
  const values = { ...facts, origin: URL.canParse(facts.url) ? new URL(facts.url).origin : "", site: location.origin, seconds: facts.retryAfter };
  const details = [detail?.(facts) ?? `${kind}Detail`, also?.(facts)].filter(Boolean);
  return {
    title: say(`${kind}Title`),
    detail: details.map((key) => say(key, values)).join(" "),
    said: QUOTED.includes(kind) ? facts.message : undefined,
    next: kept(kind, facts.method, say(next?.(facts) ?? `${kind}Next`, values)),
    command: command?.(facts),
    requestId: facts.requestId,
  };
}

/**
 * The failure as a box to show, read out at once because it is an alert. `actions` is a list of `[label, test name, what
 * to do]`; a string to do is an address to go to. Where the box is the whole view, its heading is the view's.
 */
export function failureBox(failure, actions = [], heading = "h2") {
  const { title, detail, said, next, command, requestId } = explain(failure);
  const { slots } = stamp("failure");
  const head = document.createElement(heading);
  head.dataset.test = "failure-title";
  head.textContent = title;
  slots.box.prepend(head);
  slots.detail.textContent = detail;
  slots.next.textContent = next;
  if (said) {
    slots.said.textContent = said;
    slots.saidLine.hidden = false;
  }
  if (command) {
    slots.command.textContent = command;
    slots.command.hidden = false;
  }
  if (requestId) {
    slots.request.textContent = requestId;
    slots.requestLine.hidden = false;
  }
  slots.box.dataset.kind = failure.kind ?? "page";
  slots.actions.append(...actions.map(([label, name, what]) => control(label, name, what)));
  slots.actions.hidden = actions.length === 0;
  return slots.box;
}

function control(label, name, what) {
  const element = document.createElement(typeof what === "string" ? "a" : "button");
  element.className = "button";
  element.dataset.test = name;
  element.textContent = label;
  if (typeof what === "string") element.href = what;
  else {
    element.type = "button";
    element.addEventListener("click", what);
  }
  return element;
}
