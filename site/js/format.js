// How the board says when and who: times as people say them, with the exact moment one hover away, and a pin colour per
// author.

import { language, say } from "./words.js";

const UNITS = [["minute", 60], ["hour", 3600], ["day", 86_400]];
const PINS = 6;

/** Shows the moment `iso` (RFC 3339) in a `<time>`. What is not a date is shown as it is. */
export function showTime(element, iso) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) {
    element.textContent = String(iso ?? "");
    return;
  }
  element.dateTime = iso;
  element.title = formats().exact.format(date);
  element.dataset.relative = "";
  element.textContent = spoken(date, new Date());
}

/** Brings every relative time on the page up to date. */
export function refreshTimes() {
  const now = new Date();
  for (const element of document.querySelectorAll("time[data-relative]")) {
    element.textContent = spoken(new Date(element.dateTime), now);
  }
}

const made = new Map();

// One set for each language: making a formatter takes far longer than using it.
function formats() {
  const code = language();
  if (!made.has(code)) {
    made.set(code, {
      relative: new Intl.RelativeTimeFormat(code, { numeric: "auto" }),
      day: new Intl.DateTimeFormat(code, { dateStyle: "medium" }),
      exact: new Intl.DateTimeFormat(code, { dateStyle: "full", timeStyle: "medium" }),
    });
  }
  return made.get(code);
}

/** `date` as said at `now`: relative within a week, a calendar day before that. */
export function spoken(date, now) {
  const seconds = (now - date) / 1000;
  // A clock that runs a little behind the server's must not say that a note is from the future.
  if (seconds < 45) return say("justNow");
  if (seconds > 7 * 86_400) return formats().day.format(date);
  const [unit, size] = UNITS.findLast(([, length]) => seconds >= length * 0.75);
  return formats().relative.format(-Math.round(seconds / size), unit);
}

/** The number of the author's pin: the same name always gets the same colour. */
export function pinOf(author) {
  let sum = 7;
  for (const character of author) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return String(sum % PINS);
}

/** So many bytes as people say them. */
export function sizeOf(bytes) {
  const [unit, size] = bytes < 1024 * 1024 ? ["kilobyte", 1024] : ["megabyte", 1024 * 1024];
  return new Intl.NumberFormat(language(), { style: "unit", unit, maximumFractionDigits: 1 }).format(Math.ceil((bytes / size) * 10) / 10);
}

// What takes no room on a screen: spaces, the characters that only say how others are shown, and the blank of Braille.
const UNSEEN = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\u2800]*$/u;

/** Whether nobody would see this text. The API takes some of these; a link of them could not be found. */
export function isUnseen(text) {
  return UNSEEN.test(text);
}

/** The title of a note or an event, or what stands for one that nobody sees. */
export function titleOf({ title }) {
  return isUnseen(title ?? "") ? say("noTitle") : title;
}

/** Who wrote a note or did something, or what stands for a name that nobody sees. */
export function authorOf({ author }) {
  return isUnseen(author ?? "") ? say("somebody") : author;
}

/** What the API counts as characters: code points, not UTF-16 units, so that 😀 is one. */
export function lengthOf(text) {
  return [...text].length;
}
