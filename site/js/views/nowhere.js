// The view for an address that names none.

import { fill, say } from "../words.js";

/** Says so, and where to go instead. */
export async function nowhereView(board) {
  board.title(say("nowhere"));
  const heading = document.createElement("h1");
  heading.tabIndex = -1;
  heading.textContent = say("nowhereTitle");
  const text = document.createElement("p");
  const home = document.createElement("a");
  home.href = "#/";
  home.textContent = say("toNewest");
  fill(text, "nowhereText", { link: home });
  board.outlet.replaceChildren(heading, text);
  board.state("error");
}
