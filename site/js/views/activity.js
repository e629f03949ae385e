// What happened on the board lately. A function that reads the table's stream keeps this feed, so it runs a moment behind
// the posts; the page asks again from time to time while somebody can see it, and less often while it fails.

import { announce, once, part, stamp } from "../dom.js";
import { explain } from "../failures.js";
import { authorOf, pinOf, showTime, titleOf } from "../format.js";
import { addressOf } from "../router.js";
import { fill, say } from "../words.js";

const EVERY = 15_000;
const AT_LEAST_EVERY = 4 * 60_000;
// After a reader's own change, the stream usually has brought the news by the first of these, in milliseconds.
const SOON = [400, 2_000];

const LINES = { posted: "eventPosted", edited: "eventEdited", deleted: "eventDeleted" };

/** The feed beside the views. One for the life of the page. */
export class Activity {
  constructor(api) {
    this.api = api;
    this.wait = EVERY;
    this.events = [];
    this.listeners = new Set();
    this.stopping = new AbortController();
  }

  start() {
    const { signal } = this.stopping;
    const refresh = part("activity-refresh");
    refresh.addEventListener("click", () => once(refresh, async () => {
      if (await this.look()) announce(say("activityFresh", { count: part("activity-count").textContent }));
    }), { signal });
    document.addEventListener("visibilitychange", () => this.schedule(0), { signal });
    // A connection that is back is not waited for as one that fails.
    window.addEventListener("online", () => this.schedule(0), { signal });
    this.look();
  }

  stop() {
    this.stopping.abort();
    clearTimeout(this.timer);
  }

  /** Calls `listener` with the events, now and after each look, until `signal` says that the view has closed. */
  whileOpen(signal, listener) {
    listener(this.events);
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener), { once: true });
  }

  /** A change was just made here: its event is on its way. */
  expectNews() {
    this.soon = [...SOON];
    this.schedule(this.soon.shift());
  }

  schedule(delay) {
    clearTimeout(this.timer);
    if (document.hidden || this.stopping.signal.aborted) return;
    this.timer = setTimeout(() => this.look(), delay);
  }

  /** Asks once and shows what came. Gives whether it came. */
  async look() {
    clearTimeout(this.timer);
    const shelf = part("activity");
    let fine = true;
    try {
      const { count, events } = await this.api.activity(this.stopping.signal);
      this.wait = EVERY;
      this.show(count, events);
      shelf.dataset.state = events.length > 0 ? "ready" : "empty";
      for (const listener of this.listeners) listener(this.events);
    } catch (error) {
      if (this.stopping.signal.aborted) return false;
      fine = false;
      this.wait = Math.min(this.wait * 2, AT_LEAST_EVERY);
      shelf.dataset.state = "error";
      part("activity-note").hidden = false;
      part("activity-note").textContent = say(this.events.length > 0 ? "activityOld" : "activityFailed", { title: explain(error).title });
    }
    this.schedule(this.soon?.shift() ?? this.wait);
    return fine;
  }

  /** Says what it has shown in the page's language. */
  sayAgain() {
    delete part("activity-events").dataset.ids;
    if (this.count !== undefined) this.show(this.count, this.events);
    this.schedule(0);
  }

  show(count, events) {
    this.count = count;
    this.events = events;
    part("activity-count").textContent = count === 1 ? say("oneNoteUp") : say("notesUp", { count });
    part("activity-note").hidden = events.length > 0;
    part("activity-note").textContent = say("nothingYet");
    const list = part("activity-events");
    // Rebuilding a list under a reader who stands in it would throw the focus away: then only news is worth it.
    const now = events.map((event) => event.id).join();
    if (now === list.dataset.ids) return;
    const focused = list.contains(document.activeElement) ? document.activeElement.closest("li")?.dataset.id : undefined;
    list.dataset.ids = now;
    list.replaceChildren(...events.map(line));
    if (focused) [...list.children].find((item) => item.dataset.id === focused)?.querySelector("a")?.focus();
  }
}

function line(event) {
  const { fragment, slots } = stamp("event");
  const item = fragment.firstElementChild;
  item.dataset.id = event.id;
  item.dataset.type = event.type;
  item.dataset.post = event.postId ?? "";
  item.dataset.pin = pinOf(String(event.author ?? ""));
  const author = document.createElement("bdi");
  author.textContent = authorOf(event);
  // A newer deployment may tell of things that this page has no word for.
  fill(slots.line, LINES[event.type] ?? "eventUnknown", { author, what: what(event), type: String(event.type) });
  showTime(slots.time, event.at);
  return fragment;
}

function what(event) {
  const about = document.createElement(event.type === "deleted" || !event.postId ? "span" : "a");
  if (about.tagName === "A") about.href = addressOf(event.postId);
  about.dir = "auto";
  about.textContent = titleOf(event);
  return about;
}
