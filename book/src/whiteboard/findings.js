// One's own drawing over the reference: what is missing, reversed, in another's place, too much, and what is not certain and therefore ticked.
// Recall and exam both end with it.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { dom, recognition, sketch, storyboard } = board;
    const { element, list } = dom;

    /** `before`: what was found and ticked before a reload. */
    function findings(app, wanted, before = {}) {
        const found = before.found || recognition.recognised(app.story, app.drawing.items(), wanted);
        // An arrow that was drawn in the right direction was probably meant.
        const ticked = new Set(before.ticked || found.arrows.filter(({ likely }) => likely).map(({ id }) => id));

        const all = app.drawing.items();
        const isArranged = all.some(({ auto }) => auto) && !all.some(({ kind }) => kind === "stroke");
        const isNamed = (id) => found.nodes.some((node) => node.id === id && node.state === "drawn");
        const outcome = () => recognition.outcome(found, ticked);

        /** Paints the reference: faint where it was drawn, and without the name that stands there already; in red where something is wrong. */
        function paint() {
            const { drawn, swapped } = outcome();
            const astray = swapped.flat();
            app.surface.clear("picture");
            for (const id of wanted) {
                const reference = sketch.ofId(app.story, id, app.language);
                const isRight = drawn.includes(id) && !astray.includes(id);
                if (reference) {
                    app.surface.whole(
                        "picture",
                        isNamed(id) && isRight ? { ...reference, labels: reference.labels.slice(1) } : reference,
                        isRight ? { colour: "ghost", alpha: 0.9 } : { colour: "red" },
                    );
                }
            }
            const ticks = app.steps.map((step) => sketch.ofTicks(app.story, step)).filter(Boolean);
            ticks.forEach((tick) => app.surface.whole("picture", tick, { colour: "ghost", alpha: 0.9 }));
        }

        /** How many of how many, boxes and arrows apart: boxes are given by their words, arrows are remembered. */
        function result() {
            const { drawn } = outcome();
            const [own, all] = [storyboard.counted(app.story, drawn), storyboard.counted(app.story, wanted)];
            return app.say("result", { boxes: own.boxes, allBoxes: all.boxes, arrows: own.arrows, allArrows: all.arrows });
        }

        function elements() {
            const { drawn, missing, reversed, swapped } = outcome();
            const uncertain = [...found.nodes, ...found.arrows].filter(({ state }) => state === "uncertain");
            const gone = missing.filter((id) => !uncertain.some((one) => one.id === id));
            const ticks = uncertain.map(({ id }) => {
                const box = element("input", {
                    type: "checkbox",
                    id: `tick-${id}`,
                    "data-tick": id,
                    onchange() {
                        box.checked ? ticked.add(id) : ticked.delete(id);
                        paint();
                        app.refreshPanel();
                        app.keepSession();
                    },
                });
                box.checked = ticked.has(id);
                return element("label", {}, box, ` ${app.label(id)}`);
            });
            const pairs = swapped.map(([a, b]) => app.say("pair", { from: app.label(a), to: app.label(b) }));
            const n = app.minutes;
            const near = (id) => (id === undefined ? "" : ` ${app.say("nearName", { what: app.label(id) })}`);
            const extra = [
                ...found.extra.map(({ from, to, line }) =>
                    app.say(line ? "extraLine" : "extraArrow", { from: app.label(from), to: app.label(to), n }),
                ),
                ...found.others.map((id) => app.say("extraBox", { what: app.label(id), n })),
                ...found.words.map(({ text, near: id }) => app.say("extraWord", { what: text }) + near(id)),
            ];
            const clean = missing.length + reversed.length + swapped.length === 0;
            return [
                element(
                    "p",
                    {
                        class: "result",
                        "data-result": true,
                        "data-drawn": String(drawn.length),
                        "data-of": String(wanted.length),
                    },
                    result(),
                ),
                element("p", { class: "hint" }, app.say(clean ? "nobodyMissing" : "redMissing")),
                isArranged ? element("p", { class: "hint" }, app.say("arranged")) : [],
                ...list(app.say("uncertainTitle"), ticks, { class: "ticks", "data-uncertain": true }),
                ...list(app.say("missingTitle"), gone.map(app.label), { "data-missing": gone.join(" ") }),
                ...list(app.say("reversedTitle"), reversed.map(app.label), { "data-reversed": reversed.join(" ") }),
                ...list(app.say("swappedTitle"), pairs, {
                    "data-swapped": swapped.map((pair) => pair.join("/")).join(" "),
                }),
                ...list(app.say("extraTitle"), extra, { "data-extra": true }),
            ];
        }

        return { outcome, paint, elements, result, kept: () => ({ found, ticked: [...ticked] }) };
    }

    board.findings = { findings };
})();
