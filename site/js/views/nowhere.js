// The view for an address that names none.

/** Says so, and where to go instead. */
export async function nowhereView(board) {
  board.title("No such page");
  const heading = document.createElement("h1");
  heading.tabIndex = -1;
  heading.textContent = "Nothing is pinned at this address";
  const text = document.createElement("p");
  const home = document.createElement("a");
  home.href = "#/";
  home.textContent = "Go to the newest notes";
  text.append("The part after the # leads to no page of the board. ", home, ".");
  board.outlet.replaceChildren(heading, text);
  board.state("error");
}
