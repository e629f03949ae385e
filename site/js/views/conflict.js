// Two people edited the same note and the other one was first: the API answered 409 and gave their post. Nobody is
// overwritten until the reader has seen both and chosen.

import { split } from "../attachments.js";
import { stamp } from "../dom.js";
import { titleOf } from "../format.js";

/** The choice as a box. `theirs`, `mine` and `merge` are what to do; after the last two the box's question is settled. */
export function askAboutConflict(current, { theirs, mine, merge }) {
  const { slots } = stamp("conflict");
  slots.version.textContent = current.version;
  slots.title.textContent = titleOf(current);
  slots.body.textContent = split(current.body).text;
  slots.theirs.addEventListener("click", theirs);
  slots.mine.addEventListener("click", mine);
  slots.merge.addEventListener("click", () => {
    slots.merge.hidden = true;
    merge();
  });
  return slots.box;
}
