// The three fields of a note: label, limit, counter, and the place where an error about the field is said. The server
// decides what is valid; the page only spares a trip for what it can already see.

import { lengthOf } from "../format.js";

const FIELDS = {
  title: { label: "Title", limit: 120 },
  body: { label: "Note", limit: 4000, long: true },
  author: { label: "Your name", limit: 40, complete: "nickname" },
};

/** Builds the field `name` into `place`. Gives `{input, value(), complain(text), problem()}`. */
export function field(name, place, value) {
  const { label, limit, long, complete } = FIELDS[name];
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

  function measure() {
    const length = lengthOf(input.value.trim());
    count.dataset.over = length > limit;
    count.textContent = length > limit ? `${length - limit} too many of ${limit}` : `${length} of ${limit}`;
  }
  function complain(text) {
    error.textContent = text ?? "";
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
    problem() {
      const length = lengthOf(input.value.trim());
      if (length === 0) return `${label} is empty. Write 1 to ${limit} characters.`;
      return length > limit ? `${label} has ${length} characters; the board takes ${limit}.` : undefined;
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
