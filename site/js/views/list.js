// All notes, newest first. The API answers in pages and hands a cursor to the next older one, so reading on costs the
// same however large the board is. Opening the list always asks anew: what is shown is what the table holds.

import { announce, once, stamp } from "../dom.js";
import { failureBox } from "../failures.js";
import { authorOf, pinOf, showTime, titleOf } from "../format.js";
import { split } from "../attachments.js";
import { addressOf } from "../router.js";
import { say } from "../words.js";

const PAGE = 20;
const LARGEST_PAGE = 100;
// Coming back fetches no more notes than this: ten requests, one after the other.
const LONGEST_WAY_BACK = 1000;

// How many notes were on the screen when the reader left the list, so that coming back finds the same place.
let lastShown = PAGE;

/** Shows the list; coming back from a note puts the focus on that note again. */
export async function listView(board) {
  board.title("");
  const page = await newest(board, Math.min(Math.max(PAGE, lastShown), LONGEST_WAY_BACK));
  const { fragment, slots } = stamp("list-view");
  const shown = new Map();
  let cursor = page.next;

  function add(posts) {
    const visible = posts.filter((post) => !board.removal.takes(post.id));
    const items = visible.map(note);
    for (const post of visible) shown.set(post.id, post);
    slots.notes.append(...items.map((item) => item.fragment));
    lastShown = shown.size;
    slots.older.hidden = !cursor;
    slots.end.hidden = Boolean(cursor) || shown.size <= PAGE;
    return items.map((item) => item.link);
  }

  async function older() {
    slots.failure.replaceChildren();
    try {
      const next = await board.api.list({ limit: PAGE, cursor, signal: board.signal });
      cursor = next.next;
      const links = add(next.posts);
      announce(say("olderCame", { count: links.length, all: shown.size }));
      links[0]?.focus();
    } catch (error) {
      if (board.signal.aborted) return;
      slots.failure.replaceChildren(failureBox(error));
    }
  }

  function afresh() {
    lastShown = PAGE;
    board.go("#/", say("newestNotes"));
  }

  add(page.posts);
  slots.empty.hidden = shown.size > 0;
  slots.older.addEventListener("click", () => once(slots.older, older));
  slots.refresh.addEventListener("click", afresh);
  slots.show.addEventListener("click", afresh);
  board.activity.whileOpen(board.signal, (events) => { slots.changed.hidden = !isBehind(shown, events); });
  board.outlet.replaceChildren(fragment);
  board.state(shown.size > 0 ? "ready" : "empty");
  return linkTo(board.cameFrom, slots.notes);
}

/** The `count` newest notes, in as few requests as the API allows, and the cursor to those after them. */
async function newest(board, count) {
  const posts = [];
  let next;
  do {
    const limit = Math.min(count - posts.length, LARGEST_PAGE);
    const page = await board.api.list({ limit, cursor: next, signal: board.signal });
    posts.push(...page.posts);
    next = page.next;
  } while (next && posts.length < count);
  return { posts, next };
}

function note(post) {
  const { fragment, slots } = stamp("note");
  slots.note.dataset.id = post.id;
  slots.note.dataset.pin = pinOf(post.author);
  slots.title.textContent = titleOf(post);
  slots.title.href = addressOf(post.id);
  const { text, file } = split(post.body);
  slots.body.textContent = text;
  slots.attached.hidden = !file;
  slots.author.textContent = authorOf(post);
  showTime(slots.time, post.createdAt);
  return { fragment, link: slots.title };
}

/** Whether the activity tells of a note that is newer than every note shown, or of a shown one that was taken down. */
function isBehind(shown, events) {
  const gone = new Set(events.filter((event) => event.type === "deleted").map((event) => event.postId));
  // Ids sort by creation time.
  const newest = [...shown.keys()].reduce((a, b) => (a > b ? a : b), "");
  return events.some((event) => event.type === "posted" && event.postId > newest && !gone.has(event.postId))
    || [...shown.keys()].some((id) => gone.has(id));
}

function linkTo(route, notes) {
  if (!route?.id) return undefined;
  return notes.querySelector(`[data-id="${CSS.escape(route.id)}"] a`) ?? undefined;
}
