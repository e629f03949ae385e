// One note, whole, with its deep link. Taking it down asks first; removal.js does it, and the list takes over.

import { once, part, stamp } from "../dom.js";
import { split } from "../attachments.js";
import { authorOf, pinOf, showTime, titleOf } from "../format.js";
import { addressOf } from "../router.js";
import { showFile } from "./file.js";
import { SECONDS } from "./removal.js";

/** Shows the post that the address names. */
export async function readView(board) {
  const post = await board.api.read(board.id, board.signal);
  const { fragment, slots } = stamp("read-view");
  board.title(titleOf(post));
  slots.sheet.dataset.id = post.id;
  slots.sheet.dataset.version = post.version;
  slots.sheet.dataset.pin = pinOf(post.author);
  slots.title.textContent = titleOf(post);
  const { text, file } = split(post.body);
  slots.body.textContent = text;
  slots.author.textContent = authorOf(post);
  showTime(slots.created, post.createdAt);
  if (post.version > 1) {
    showTime(slots.updated, post.updatedAt);
    slots.edited.hidden = false;
  }
  slots.edit.href = addressOf(post.id, true);
  slots.remove.addEventListener("click", () => once(slots.remove, () => remove(board, post)));
  board.outlet.replaceChildren(fragment);
  board.state("ready");
  if (file) showFile(board, file, slots.file);
}

async function remove(board, post) {
  if (!await confirmed(post, board.signal)) return;
  board.removal.begin(post);
  board.go("#/", part("removal-text").textContent);
}

/** Asks, and resolves to whether the answer was yes. Escape and leaving the view both mean no. */
function confirmed(post, signal) {
  const dialog = part("remove-dialog");
  dialog.querySelector("[data-slot=title]").textContent = titleOf(post);
  dialog.querySelector("[data-slot=seconds]").textContent = SECONDS;
  dialog.returnValue = "keep";
  dialog.showModal();
  signal.addEventListener("abort", () => dialog.close("keep"), { once: true });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "remove"), { once: true });
  });
}
