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

<<<<<<< HEAD
// What a kind's sentences need beyond the facts, and what it says in another way. Everything else is `…Title`, `…Detail` and
// `…Next` in the table of words.
const KINDS = {
  config: { command: () => '{"api": "https://example.execute-api.ap-northeast-2.amazonaws.com/dev"}' },
  hidden: {
    next: ({ method }) => (method === "GET" ? "hiddenNextGet" : "hiddenNext"),
    command: ({ url, method }) => curl(method, url),
  },
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
=======
const WORDS = {
  config: ({ message }) => ({
    title: "This page does not know where its API is",
    detail: `It looks the address up in /config.json. ${message}`,
    next: "The deployment writes that file beside the page. Deploy again, or put one there that reads as below, and try again.",
    command: '{"api": "https://example.execute-api.ap-northeast-2.amazonaws.com/dev"}',
  }),
  hidden: ({ url, method }) => ({
    title: "The browser shows no answer from the API",
    detail: new URL(url).origin === location.origin
      ? `Nothing answers at ${location.origin}, or the connection broke.`
      : `Either nothing answers at ${new URL(url).origin}, or it answers without the CORS headers that let ${location.origin} `
        + "read it. In both cases the browser hides the real answer from the page, its status too.",
    next: `${kept(method)}The browser’s own reason is in its console (F12). Curl is not bound by CORS and prints `
      + `${method === "GET" ? "the real answer" : "the answer to the preflight, which the browser sends before anything else"}:`,
    command: curl(method, url),
  }),
  cut: ({ url, method, status }) => ({
    title: "The API’s answer broke off",
    detail: `${new URL(url).origin} began to answer with ${status}, and the connection ended before the answer did.`,
    next: `${kept(method)}Try again.`,
  }),
  timeout: ({ url, method }) => ({
    title: "The API did not answer in time",
    detail: `${new URL(url).origin} was silent for 35 seconds, longer than API Gateway itself waits for a function.`,
    next: `${kept(method)}Try again; if it stays silent, look at the function’s log.`,
  }),
  missing: () => ({
    title: "This note is not on the board",
    detail: "It was taken down, or its address is not complete.",
    next: "All the notes that are still up are on the board’s first page.",
  }),
  conflict: ({ message }) => ({
    title: "Somebody changed this note meanwhile",
    detail: message ?? "The board has a newer version than the one you edited.",
    next: "Open the note again and make your change to the newer version. Copy your text first.",
  }),
  reused: ({ message }) => ({
    title: "An earlier try of this draft did get through",
    detail: `It was posted before you changed the text, so the board refused to post it a second time. ${message ?? ""}`,
    next: "Look for it among the newest notes and edit it there, or post this text as a note of its own.",
  }),
  tooLarge: ({ message }) => ({
    title: "This note is too large",
    detail: message ?? "The API takes no request of this size.",
    next: "Shorten the text and send it again. It is still here.",
  }),
  tooMany: ({ method, retryAfter }) => ({
    title: "The API is taking no more requests for a moment",
    detail: "It answered 429: more requests came in than its throttle lets through. This one was not carried out.",
    next: `${kept(method)}Wait ${retryAfter ? `${retryAfter} seconds` : "a few seconds"}, then try again.`,
  }),
  route: ({ url, message }) => ({
    title: "The API has no such route",
    detail: `It answered 403${message ? ` “${message}”` : ""}. API Gateway says that about a stage or a path it does not have, before any function runs.`,
    next: `The address comes from /config.json and must end in the stage, such as /dev. The page asked for ${url}.`,
  }),
  refused: ({ status, message }) => ({
    title: "The API refused this",
    detail: message ?? `It answered ${status} without a reason.`,
    next: "Change what it names and send it again.",
  }),
  broken: ({ method, status, message, requestId }) => ({
    title: "The board failed",
    detail: [`The API answered ${status}.`, MEANING[status], message && `It said: ${message}`].filter(Boolean).join(" "),
    next: `${kept(method)}Try again; if it fails again, look at the function’s log${requestId ? ", where the request id below leads" : ""}.`,
  }),
  strange: ({ url, status }) => ({
    title: "This answer is not the board’s",
    detail: `${url} answered ${status} with something other than the board’s JSON.`,
    next: "Check the address in /config.json: another service may be answering there.",
  }),
>>>>>>> edge
};

/** All kinds of failures. */
export const kinds = Object.keys(KINDS);

const MEANINGS = { 502: "broken502", 503: "broken503", 504: "broken504" };

// Kinds of which the API knows more than the page does.
const QUOTED = ["reused", "tooLarge", "route", "refused", "broken"];

// Kinds after which the text of a form may be sent as it is.
const RETRIED = ["hidden", "cut", "timeout", "tooMany", "broken"];

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

/** The words for a failure: `{title, detail, said?, next, command?, requestId?}`; `said` is the API's own. What is no `Failure` is a
    mistake in the page. */
export function explain(failure) {
  if (!(failure instanceof Failure)) return { title: say("pageTitle"), detail: String(failure), next: say("pageNext") };
  const { kind, facts } = failure;
  const { next, also, command } = KINDS[kind];
  const values = { ...facts, origin: URL.canParse(facts.url) ? new URL(facts.url).origin : "", site: location.origin, seconds: facts.retryAfter };
  const details = [`${kind}Detail`, also?.(facts)].filter(Boolean);
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
