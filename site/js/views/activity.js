// What happened on the board lately. A function that reads the table's stream keeps this feed, so it runs a moment behind
// the posts; the page asks again from time to time while somebody can see it, and less often while it fails.

import { announce, once, part, stamp } from "../dom.js";
import { explain } from "../failures.js";
import { pinOf, showTime } from "../format.js";
import { addressOf } from "../router.js";

const EVERY = 15_000;
const AT_LEAST_EVERY = 4 * 60_000;
// After a reader's own change, the stream usually has brought the news by the first of these, in milliseconds.
const SOON = [400, 2_000];

const VERBS = { posted: "pinned", edited: "edited", deleted: "took down" };

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
      if (await this.look()) announce(`${part("activity-count").textContent}. Activity is up to date.`);
    }), { signal });
    document.addEventListener("visibilitychange", () => this.schedule(0), { signal });
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
      part("activity-note").textContent = `${explain(error).title}.${this.events.length > 0 ? " Below is what came before." : ""}`;
    }
    this.schedule(this.soon?.shift() ?? this.wait);
    return fine;
  }

  show(count, events) {
    this.events = events;
    part("activity-count").textContent = count === 1 ? "1 note is up" : `${count} notes are up`;
    part("activity-note").hidden = events.length > 0;
    part("activity-note").textContent = "Nothing has happened yet.";
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
  slots.author.textContent = event.author ?? "Somebody";
  // A newer deployment may tell of things that this page has no word for.
  slots.verb.textContent = VERBS[event.type] ?? `did something new (${event.type}) with`;
  slots.what.append(what(event));
  showTime(slots.time, event.at);
  return fragment;
}

function what(event) {
  const title = event.title ?? "a note";
  if (event.type === "deleted" || !event.postId) return title;
  const link = document.createElement("a");
  link.href = addressOf(event.postId);
  link.textContent = title;
  return link;
}
