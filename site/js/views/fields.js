// The three fields of a note: label, limit, counter, and the place where an error about the field is said. The server
// decides what is valid; the page only spares a trip for what it can already see.

import { isUnseen, lengthOf } from "../format.js";
import { language, say } from "../words.js";

const FIELDS = {
  title: { limit: 120 },
  body: { limit: 4000, long: true },
  author: { limit: 40, complete: "nickname" },
};

/** Builds the field `name` into `place`. Gives `{input, value(), complain(text, language), problem()}`. */
export function field(name, place, value) {
  const { limit, long, complete } = FIELDS[name];
  const label = say(name);
  const input = element(long ? "textarea" : "input", { id: `field-${name}`, name, value, required: true });
  input.dataset.test = `input-${name}`;
  input.dir = "auto";
  input.autocomplete = complete ?? "off";
  input.setAttribute("aria-describedby", `count-${name} error-${name}`);
  const count = element("span", { id: `count-${name}`, className: "field-count" });
  count.dataset.test = `count-${name}`;
  const error = element("p", { id: `error-${name}`, className: "field-error" });
  error.dataset.test = `error-${name}`;
  const head = element("div", { className: "field-head" });
  head.append(element("label", { htmlFor: input.id, textContent: label }), count);
  place.append(head, input, error);

  let room = limit;
  function measure() {
    const length = lengthOf(input.value.trim());
    count.dataset.over = length > room;
    count.textContent = length > room ? say("tooMany", { count: length - room, limit: room }) : say("counted", { count: length, limit: room });
  }
  // The API's own sentences are English, whatever language the page speaks.
  function complain(text, spoken = language()) {
    error.textContent = text ?? "";
    error.lang = spoken;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  input.addEventListener("input", () => {
    measure();
    complain();
  });
  measure();
  return {
    input,
    complain,
    value: () => input.value,
    set(text) {
      input.value = text;
      measure();
      complain();
    },
    /** Leaves so many characters to something else. */
    reserve(characters) {
      room = limit - characters;
      measure();
    },
    problem() {
      const length = lengthOf(input.value.trim());
      if (isUnseen(input.value)) return say("fieldEmpty", { field: label, limit: room });
      return length > room ? say("fieldTooLong", { field: label, count: length, limit: room }) : undefined;
    },
  };
}

/** Says every problem at its field and puts the focus on the first. Gives whether all is well. */
export function allValid(fields) {
  let first;
  for (const each of fields) {
    const problem = each.problem();
    each.complain(problem);
    if (problem) first ??= each;
  }
  first?.input.focus();
  return first === undefined;
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
