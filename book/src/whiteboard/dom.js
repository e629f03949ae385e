// Elements of the page, made and replaced. Text is always set as text, so nothing of a storyboard or an imported file is taken for HTML.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    /** An element: attributes by name, `on…` as listeners, `true` for an empty attribute, `undefined` and `false` for none. */
    function element(tag, attributes = {}, ...children) {
        const made = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) {
            if (name.startsWith("on")) {
                made.addEventListener(name.slice(2), value);
            } else if (value !== undefined && value !== false) {
                made.setAttribute(name, value === true ? "" : value);
            }
        }
        made.append(...children.flat().filter((child) => child !== undefined && child !== false));
        return made;
    }

    /** A listener for what is done once: a double click is one press, also if another button has come under the pointer meanwhile. */
    const once = (press) => (event) => (event.detail > 1 ? undefined : press(event));

    /** A button; `id` also finds it again when the part of the page around it is made anew. */
    function button(id, words, press, attributes = {}) {
        return element("button", { type: "button", id, onclick: once(press), ...attributes }, words);
    }

    /**
     * A button whose press cannot be taken back, so that it asks first. The question stays until it is answered: by Yes, by No or by Escape. `ask`
     * and `really` are keys of the words, `refresh` paints anew what holds `elements()`. `cancel` takes the question back; whether there was one.
     */
    function doubted(id, app, { ask, really, yes, refresh }) {
        let isAsked = false;
        const asked = (value) => {
            isAsked = value;
            refresh();
        };
        const press = () => {
            if (isAsked) {
                isAsked = false;
                yes();
            } else {
                asked(true);
                app.announce(app.say(really));
            }
        };
        const no = () => {
            asked(false);
            document.getElementById(id).focus({ preventScroll: true });
        };
        return {
            isAsked: () => isAsked,
            forget() {
                isAsked = false;
            },
            cancel() {
                if (isAsked) {
                    no();
                    return true;
                }
                return false;
            },
            elements: () =>
                element(
                    "div",
                    { class: "row doubt", role: "group", "data-doubt": isAsked ? id : undefined },
                    button(id, app.say(isAsked ? really : ask), press, { "data-do": id, class: "danger" }),
                    isAsked ? button(`${id}-not`, app.say("no"), no, { "data-do": `${id}-not` }) : [],
                ),
        };
    }

    /** A heading and a list below it; nothing if the list is empty. */
    function list(heading, items, attributes = {}) {
        return items.length === 0
            ? []
            : [
                  element("h3", {}, heading),
                  element(
                      "ul",
                      attributes,
                      items.map((item) => element("li", {}, item)),
                  ),
              ];
    }

    /** What is opened to be read. */
    function details(id, summary, ...children) {
        return element("details", { id }, element("summary", {}, summary), ...children);
    }

    /** Replaces what an element contains. The focus stays on the control of the same id; what was opened, ticked or chosen stays so. */
    function fill(parent, children) {
        const focused = parent.contains(document.activeElement) ? document.activeElement : undefined;
        const opened = new Set([...parent.querySelectorAll("details[open]")].map(({ id }) => id));
        const fields = [...parent.querySelectorAll("input[id]:not([type=file]), select[id]")];
        const entered = new Map(fields.map((field) => [field.id, field]));
        parent.replaceChildren(...children.flat(Infinity).filter(Boolean));
        for (const box of parent.querySelectorAll("details")) {
            box.open = opened.has(box.id);
        }
        for (const field of parent.querySelectorAll("input[id]:not([type=file]), select[id]")) {
            const before = entered.get(field.id);
            if (before && before.type === "checkbox") {
                field.checked = before.checked;
            } else if (
                before &&
                (field.tagName === "INPUT" || [...field.options].some(({ value }) => value === before.value))
            ) {
                field.value = before.value;
            }
        }
        if (focused) {
            const same = focused.id === "" ? null : document.getElementById(focused.id);
            (same || parent).focus({ preventScroll: true });
        }
    }

    board.dom = { element, once, button, doubted, list, details, fill };
})();
