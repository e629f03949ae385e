// The few words in which the views touch the document. Text from people goes through `textContent` and nowhere else, so
// it can never become markup.

/** A copy of a template from index.html: its `fragment`, and its marked elements by name under `slots`. */
export function stamp(id) {
  const fragment = document.getElementById(id).content.cloneNode(true);
  const slots = {};
  for (const element of fragment.querySelectorAll("[data-slot]")) slots[element.dataset.slot] = element;
  return { fragment, slots };
}

/** Finds an element that index.html always has, by its test name. */
export function part(name) {
  return document.querySelector(`[data-test="${name}"]`);
}

/** Reads `text` out to those who listen to the page. The pause makes the same words count as new the second time. */
export function announce(text) {
  const status = part("status");
  status.textContent = "";
  setTimeout(() => { status.textContent = text; }, 60);
}

/** Runs `work` unless it is already running for this button; a disabled button would lose the keyboard's focus. */
export async function once(button, work) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
