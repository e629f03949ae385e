// The board's page, from the top: it learns the API's address, shows the view that the address bar names, and keeps the
// activity beside it. Read on in this order: config.js, api.js, failures.js, router.js, words.js, then views/list.js, read.js,
// removal.js, write.js, file.js, activity.js.
//
// Hooks for tests (these stay; class names and wording may change):
//   [data-test=view]      `data-view` is list, read, write, edit or nowhere; `data-state` is loading, ready, empty or error
//   list                  list, note (with `data-id`) and in it note-title, note-body, note-author, note-file; list-refresh,
//                         list-older, list-end, list-empty, list-changed, list-show-newest
//   one post              post (with `data-id`, `data-version`), post-title, post-body, post-author, post-created,
//                         post-edited, post-edit, post-remove; remove-dialog, remove-confirm, remove-cancel; removal, removal-text,
//                         removal-undo, removal-now, removal-failure; post-file, post-download, post-picture
//   form                  form, input-title, input-body, input-author, and error-… and count-… of each; input-website; input-file,
//                         input-alt, file-name, file-remove, error-file, progress; send, cancel,
//                         draft-restored, draft-discard; conflict, conflict-title, conflict-body, conflict-version,
//                         conflict-theirs, conflict-mine, conflict-merge
//   activity              activity (with `data-state`), activity-count, event (with `data-type`, `data-post`),
//                         activity-note, activity-refresh
//   failures              failure (with `data-kind`, the kinds are in failures.js), failure-title, failure-detail,
//                         failure-next, failure-command, failure-request, failure-retry, failure-home, failure-renew, failure-empty
//   page                  home, write, language, back, skip, status (what is read out), api-address, api-origin, whose

import { Api } from "./api.js";
import { config, whose } from "./config.js";
import { announce, once, part } from "./dom.js";
import { failureBox } from "./failures.js";
import { refreshTimes } from "./format.js";
import { routeOf } from "./router.js";
import { Activity } from "./views/activity.js";
import { listView } from "./views/list.js";
import { nowhereView } from "./views/nowhere.js";
import { readView } from "./views/read.js";
import { Removal } from "./views/removal.js";
import { editView, writeView } from "./views/write.js";
import { language, otherLanguage, say, speak, translate } from "./words.js";

const VIEWS = { list: listView, read: readView, write: writeView, edit: editView, nowhere: nowhereView };

const outlet = part("view");
let api;
let activity;
let removal;
let functions = [];
let leaving = new AbortController();
let shown;

/**
 * Shows the view of the current address. A view is an async function: it fills `board.outlet`, says `board.state(…)` once
 * it knows, throws what it cannot handle, and returns the element that takes the focus if that is not its heading. The first
 * view leaves the focus where the browser put it: at the top of a fresh page.
 */
async function show({ takesFocus = shown !== undefined } = {}) {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const route = routeOf(location.hash);
  const board = {
    api, outlet, signal,
    id: route.id,
    cameFrom: shown,
    activity,
    removal,
    state: (state) => { outlet.dataset.state = state; },
    title: (title) => { document.title = title ? say("boardTitle", { title }) : say("board"); },
    go,
  };
  shown = route;
  outlet.dataset.view = route.name;
  board.state("loading");
  outlet.setAttribute("aria-busy", "true");
  const waiting = document.createElement("p");
  waiting.className = "quiet";
  waiting.textContent = say("fetching");
  outlet.replaceChildren(waiting);
  let focus;
  try {
    focus = await VIEWS[route.name](board);
  } catch (error) {
    if (signal.aborted) return;
    focus = fail(error, () => show());
  }
  if (signal.aborted) return;
  outlet.removeAttribute("aria-busy");
  if (takesFocus) takeFocus(focus);
}

function takeFocus(element) {
  if (!element) window.scrollTo(0, 0);
  (element ?? outlet.querySelector("h1") ?? outlet).focus({ preventScroll: !element });
}

/** Goes to an address and reads `message` out on arrival. */
function go(hash, message) {
  if (location.hash === hash) show();
  else location.hash = hash;
  if (message) announce(message);
}

function fail(error, again) {
  if (!error.kind) console.error(error);
  const actions = [[say("tryAgain"), "failure-retry", again]];
  if (error.kind === "missing") actions.unshift([say("allNotes"), "failure-home", "#/"]);
  const box = failureBox(error, actions, "h1");
  outlet.dataset.state = "error";
  outlet.removeAttribute("aria-busy");
  document.title = say("board");
  outlet.replaceChildren(box);
  return box;
}

async function open() {
  outlet.dataset.state = "loading";
  try {
    const found = await config();
    api = new Api(found.api);
    functions = found.functions;
  } catch (error) {
    fail(error, open);
    activity?.stop();
    part("activity").hidden = true;
    return;
  }
  part("activity").hidden = false;
  part("whose").textContent = whose(functions);
  const address = document.createElement("code");
  address.textContent = api.base;
  part("api-address").replaceChildren(address);
  // From now on it is not one of the page's own texts.
  delete part("api-address").dataset.words;
  const isOwn = new URL(api.base).origin === location.origin;
  part("api-origin").dataset.words = isOwn ? "footerSameOrigin" : "footerOtherOrigin";
  part("api-origin").textContent = say(part("api-origin").dataset.words);
  activity = new Activity(api);
  activity.start();
  removal = new Removal(api, activity, go);
  window.addEventListener("hashchange", () => show());
  setInterval(refreshTimes, 30_000);
  await show();
}

// The skip link's target is not a view: keep it out of the address bar, where the router would find it.
part("skip").addEventListener("click", (event) => {
  event.preventDefault();
  outlet.focus();
});

/** Says everything on the page in its language. */
function dress() {
  document.documentElement.lang = language();
  document.title = say("board");
  translate(document);
  const { code, name } = otherLanguage();
  const button = part("language");
  button.lang = code;
  button.textContent = name;
}

// The focus stays on the button: who meant the other one presses again.
part("language").addEventListener("click", () => once(part("language"), async () => {
  speak(otherLanguage().code);
  dress();
  part("whose").textContent = whose(functions);
  activity?.sayAgain();
  removal?.sayAgain();
  if (shown) await show({ takesFocus: false });
  else if (outlet.dataset.state === "error") await open();
}));

dress();
await open();
