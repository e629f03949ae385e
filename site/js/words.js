// The page's language, and its words: each language has one table below words/, and no other script has a text of its
// own. In index.html, `data-words` names an element's text, `data-label` its label; what stands in a text as `{name}` is the
// element's child with that `data-in`.

import { keep, kept } from "./storage.js";
import { en } from "./words/en.js";
import { ko } from "./words/ko.js";

const TABLES = { en, ko };
const KEPT = "board.language";

let chosen = first();

/** The language that the page speaks: `en` or `ko`. */
export function language() {
  return chosen;
}

/** The language that it could speak instead, by its code and its own name. */
export function otherLanguage() {
  const code = chosen === "en" ? "ko" : "en";
  return { code, name: TABLES[code].languageName };
}

/** Speaks `code` from now on, and at the next visit. */
export function speak(code) {
  chosen = code;
  keep("localStorage", KEPT, code);
}

/** The words for `key`, with `{name}` replaced by `values.name`. */
export function say(key, values = {}) {
  return TABLES[chosen][key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The words for `key` as the content of `element`, with `{name}` replaced by the element `parts.name`. */
export function fill(element, key, parts) {
  const pieces = TABLES[chosen][key].split(/\{(\w+)\}/);
  element.replaceChildren(...pieces.map((piece, index) => (index % 2 ? parts[piece] : piece)));
}

/** Puts the words of the page's language into everything below `root`, templates too. */
export function translate(root) {
  // Parts before the wholes that they stand in.
  for (const element of [...root.querySelectorAll("[data-words]")].reverse()) {
    fill(element, element.dataset.words, Object.fromEntries([...element.children].map((part) => [part.dataset.in, part])));
  }
  for (const element of root.querySelectorAll("[data-label]")) element.setAttribute("aria-label", say(element.dataset.label));
  for (const template of root.querySelectorAll("template")) translate(template.content);
}

// The browser's own languages come in the order in which its reader prefers them.
function first() {
  const spoken = [kept("localStorage", KEPT), ...navigator.languages].map((tag) => String(tag).slice(0, 2).toLowerCase());
  return spoken.find((code) => Object.hasOwn(TABLES, code)) ?? "en";
}
