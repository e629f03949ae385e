// Trace: the reference as a ghost under the pen, step by step. What the pen has covered is ticked, and so is a name that was put in its place.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { cues, dom, drawing, geometry, sketch } = board;
    const { element } = dom;

    /** How far from the ghost a pen still traces it, and which share of it must be covered. */
    const TOLERANCE = 26;
    const ENOUGH = 0.7;

    /** Which ids of `ids` have been traced by the items of a drawing. Pure. */
    function traced(story, items, ids) {
        const strokes = items
            .filter(({ kind }) => kind === "stroke")
            .map(({ points }) => geometry.simplified(points, 2));
        const names = drawing.placed(items);
        return ids.filter((id) => {
            const node = story.node.get(id);
            const name = node && names.get(id);
            const place = name && (name.boxed === false ? sketch.anchorOf(node, node.label.en) : geometry.centre(node));
            if (name && geometry.distance(place, [name.x, name.y]) <= 80) {
                return true;
            }
            const arrow = story.arrow.get(id);
            if (
                arrow &&
                items.some((item) => item.kind === "arrow" && item.from === arrow.from && item.to === arrow.to)
            ) {
                return true;
            }
            const ghost = sketch.ofId(story, id, "en");
            return Boolean(ghost) && geometry.coverage(ghost.strokes, strokes, TOLERANCE) >= ENOUGH;
        });
    }

    function trace(app) {
        let ticked = new Set();
        let waiting;

        const ids = () => app.step().draw || [];

        function paint() {
            app.surface.clear("picture");
            for (const ghost of sketch.ofSteps(app.story, app.steps.slice(0, app.index + 1), app.language)) {
                app.surface.whole("picture", ghost, { colour: "ghost", width: ids().includes(ghost.id) ? 6 : 3 });
            }
        }

        function tick() {
            const now = new Set(traced(app.story, app.drawing.items(), ids()));
            const fresh = [...now].filter((id) => !ticked.has(id));
            ticked = now;
            if (fresh.length > 0) {
                const all = ids().every((id) => now.has(id)) ? ` ${app.say("allTraced")}` : "";
                app.announce(app.say("traced", { what: fresh.map(app.label).join(", ") }) + all);
            }
            app.refreshPanel();
        }

        function offer() {
            const nodes = ids().filter((id) => app.story.node.has(id));
            app.placing.offer({
                choices: () => nodes.map((id) => ({ id, word: app.label(id) })),
                target: (id) => sketch.anchorOf(app.story.node.get(id), app.label(id)),
            });
        }

        function moved() {
            ticked = new Set(traced(app.story, app.drawing.items(), ids()));
            offer();
            paint();
        }

        return {
            places: true,
            isBlind: false,
            enter: moved,
            leave() {
                clearTimeout(waiting);
            },
            moved,
            paint,
            word: app.label,
            // Measured once the stroke is on the paper, so that no frame waits for it.
            changed() {
                clearTimeout(waiting);
                waiting = setTimeout(tick, 60);
            },
            panel() {
                const marks = ids().map((id) =>
                    element(
                        "li",
                        { "data-trace": id, "data-traced": String(ticked.has(id)) },
                        `${ticked.has(id) ? "✓" : "○"} ${app.label(id)}`,
                    ),
                );
                return [
                    element("p", { class: "hint" }, app.say(marks.length > 0 ? "ghost" : "noGhost")),
                    element("ul", { class: "marks" }, marks),
                    cues.cues(app.story, app.step(), app.text, app.say),
                    marks.length > 0 ? app.placing.palette() : [],
                ];
            },
        };
    }

    board.tracing = { traced };
    (board.modes = board.modes || {}).trace = trace;
})();
