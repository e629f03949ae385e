// The cue sheet: a talk on one page, A4 or Letter, for the pocket. It is laid out on what both papers have, and its letters become smaller until
// everything stands on it.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { clock, dom, sketch } = board;
    const { element } = dom;

    const LARGEST = 11;
    const SMALLEST = 4.5;

    /** Writes the sheet into `parent`, for the steps and the language of `app`. */
    function sheet(parent, app) {
        let sum = 0;
        const steps = app.steps.map((step) => {
            const from = sum;
            sum += step.seconds;
            return element(
                "section",
                { "data-sheet-step": step.id },
                element("h3", {}, element("span", {}, `${clock.shown(from)} `), app.text(step.title)),
                element(
                    "ul",
                    {},
                    (app.text(step.say) || []).map((cue) => element("li", {}, cue)),
                ),
            );
        });
        const picture = element("div", { class: "picture", "aria-hidden": "true" });
        // The only HTML that is not made of elements: our own SVG, whose texts are escaped where it is made.
        picture.innerHTML = sketch.toSvg(app.story, app.steps, app.language);
        parent.replaceChildren(
            element("h2", {}, app.say("cueSheet", { n: app.minutes })),
            picture,
            element("div", { class: "columns" }, steps),
        );
    }

    /** Makes the letters as large as the page allows, in as many columns as that takes. */
    function fit(parent) {
        const columns = parent.querySelector(".columns");
        const isInside = (one) => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth;
        parent.classList.add("measured");
        for (let size = LARGEST; size >= SMALLEST; size -= 0.25) {
            parent.style.fontSize = `${size}pt`;
            const count = [2, 3, 4].find((many) => {
                columns.style.columns = String(many);
                return isInside(parent) && isInside(columns);
            });
            if (count) {
                break;
            }
        }
        parent.classList.remove("measured");
    }

    board.sheet = { sheet, fit };
})();
