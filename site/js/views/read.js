// One note, whole, with its deep link. Taking it down asks first; afterwards the list takes over.

import { once, part, stamp } from "../dom.js";
import { failureBox } from "../failures.js";
import { pinOf, showTime } from "../format.js";
import { addressOf } from "../router.js";
import { say } from "../words.js";

/** Shows the post that the address names. */
export async function readView(board) {
  const post = await board.api.read(board.id, board.signal);
  const { fragment, slots } = stamp("read-view");
  board.title(post.title);
  slots.sheet.dataset.id = post.id;
  slots.sheet.dataset.version = post.version;
  slots.sheet.dataset.pin = pinOf(post.author);
  slots.title.textContent = post.title;
  slots.body.textContent = post.body;
  slots.author.textContent = post.author;
  showTime(slots.created, post.createdAt);
  if (post.version > 1) {
    showTime(slots.updated, post.updatedAt);
    slots.edited.hidden = false;
  }
  slots.edit.href = addressOf(post.id, true);
  slots.remove.addEventListener("click", () => once(slots.remove, () => remove(board, post, slots)));
  board.outlet.replaceChildren(fragment);
  board.state("ready");
}

async function remove(board, post, slots) {
  slots.failure.replaceChildren();
  if (!await confirmed(post, board.signal)) return;
  let message = say("removed", { title: post.title });
  try {
    await board.api.remove(post.id);
  } catch (error) {
    if (error.kind !== "missing") {
      const box = failureBox(error);
      slots.failure.replaceChildren(box);
      box.focus();
      return;
    }
    message = say("alreadyRemoved");
  }
  board.activity.expectNews();
  if (!board.signal.aborted) board.go("#/", message);
}

/** Asks, and resolves to whether the answer was yes. Escape and leaving the view both mean no. */
function confirmed(post, signal) {
  const dialog = part("remove-dialog");
  dialog.querySelector("[data-slot=title]").textContent = post.title;
  dialog.returnValue = "keep";
  dialog.showModal();
  signal.addEventListener("abort", () => dialog.close("keep"), { once: true });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "remove"), { once: true });
  });
}
