// Putting names on the board and connecting them: by a tap, by keys alone, or with the two lists for an arrow. In trace and recall the names
// are offered as words; in the exam they are typed.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { dom, drawing, geometry, labels, recognition, sketch, storyboard } = board;
    const { element, button } = dom;

    const STEP = 20;
    const LEAP = 100;
    /** How large a box is that is not known yet, and how far apart boxes stand. */
    const BOX = { width: 250, height: 110 };
    const AIR = 24;
    /** A name has no more letters. */
    const LETTERS = 60;

    function placing(app) {
        // `choices()`: what may be put, `{id, word}`, in the language of the moment. `target(id)`: where the cross goes for it, if the mode shows that.
        let [choices, chosen, typed, from] = [() => [], undefined, false, undefined];
        // What the page says of a name that no box of the talk has.
        let unknown = "";
        let target = () => undefined;
        let cross = [200, 160];

        const word = (id) => {
            const choice = choices().find((one) => one.id === id);
            return choice ? choice.word : app.label(id);
        };
        // A drawing that was kept may have a name that the storyboard has no more.
        const names = () => new Map([...drawing.placed(app.drawing.items())].filter(([id]) => app.story.node.has(id)));
        const open = () => choices().filter(({ id }) => !names().has(id));

        /** What may be put on the board from now on. */
        function offer(offered) {
            choices = offered.choices || (() => []);
            typed = Boolean(offered.typed);
            target = offered.target || (() => undefined);
            [from, unknown] = [undefined, ""];
            const isChosen = !offered.anew && choices().some(({ id }) => id === chosen) && !names().has(chosen);
            choose(isChosen ? chosen : (open()[0] || {}).id, true);
            if (chosen === undefined || !target(chosen)) {
                cross = free();
            }
        }

        function choose(id, silent) {
            chosen = id;
            const place = id === undefined ? undefined : target(id);
            if (place) {
                cross = place;
            }
            if (id !== undefined && !silent) {
                app.announce(app.say("chosen", { what: word(id) }));
            }
        }

        /** A place with room for the next box, as far up and left as there is one: for who cannot see where the cross is. */
        function free() {
            const { width, height } = app.story.paper;
            const node = app.story.node.get(chosen);
            // Of a frame, only the title takes room.
            const isFrame = (one) => Boolean(one) && one.glyph === "frame";
            const title = ({ x, y }) => ({ x, y, width: 300, height: 44 });
            const taken = [...names().values()].map((item) => {
                const rect = drawing.rectOf(app.story, item);
                return isFrame(app.story.node.get(item.node)) && item.boxed ? title(rect) : rect;
            });
            const size = node || BOX;
            for (let y = AIR; y + size.height <= height - AIR; y += 2 * STEP) {
                for (let x = AIR; x + size.width <= width - AIR; x += 2 * STEP) {
                    const own = isFrame(node) ? title({ x, y }) : { x, y, width: size.width, height: size.height };
                    const wide = { x: x - AIR, y: y - AIR, width: own.width + 2 * AIR, height: own.height + 2 * AIR };
                    if (!taken.some((rect) => labels.shared(rect, wide) > 0)) {
                        const place = { ...size, x, y };
                        return node ? sketch.anchorOf({ ...node, ...place }, word(chosen)) : geometry.centre(place);
                    }
                }
            }
            return cross;
        }

        function put([x, y]) {
            const input = document.getElementById("type-name");
            const text = typed && input ? input.value.trim().slice(0, LETTERS) : "";
            const wanted = storyboard.drawnBy(app.steps);
            const expected = [...wanted.filter((id) => !names().has(id)), ...wanted.filter((id) => names().has(id))];
            const node = typed ? storyboard.nodeNamed(app.story, text, expected) : app.story.node.get(chosen);
            if (typed && text === "") {
                return false;
            }
            if (node) {
                const before = app.drawing.items().filter((item) => item.kind === "node" && item.node === node.id);
                const closed = app.drawing
                    .items()
                    .filter((item) => item.kind === "stroke" && recognition.isClosed(item.points))
                    .map((item) => geometry.bounds(item.points));
                const own = recognition.boxAround(node, closed, [x, y]);
                const ownMiddle = own && (node.glyph === "frame" ? [x, y] : geometry.centre(own));
                const [across, down] = ownMiddle || drawing.middleOf(app.story, node, word(node.id), [x, y]);
                app.drawing.replace(before, { kind: "node", node: node.id, x: across, y: down, boxed: !own });
            } else if (text !== "") {
                const [across, down] = drawing.inside(app.story, labels.rectOf({ text, x, y, size: 26 }), [x, y]);
                app.drawing.add({ kind: "word", text, x: across, y: down });
            } else {
                return false;
            }
            if (input) {
                input.value = "";
            }
            const said = node ? app.say("placed", { what: word(node.id) }) : app.say("placedWord", { what: text });
            unknown = node ? "" : said;
            cross = [x, y];
            const next = open()[0];
            choose(next && next.id, true);
            if (!next || !target(next.id)) {
                cross = free();
            }
            app.announce(next ? `${said} ${app.say("chosen", { what: next.word })}` : said);
            app.repaintInk();
            app.drawn();
            app.refreshPanel();
            return true;
        }

        function connect(a, b) {
            if (
                a === b ||
                app.drawing.items().some((item) => item.kind === "arrow" && item.from === a && item.to === b)
            ) {
                return;
            }
            app.drawing.add({ kind: "arrow", from: a, to: b });
            app.announce(app.say("connected", { from: word(a), to: word(b) }));
            app.repaintInk();
            app.drawn();
            app.refreshPanel();
        }

        /** The placed name under the cross, frames only if nothing else is there. */
        function under() {
            const near = [...names()]
                .map(([id, item]) => ({
                    id,
                    far: geometry.distanceToRect(drawing.rectOf(app.story, item), cross),
                    frame: app.story.node.get(id).glyph === "frame",
                }))
                .filter(({ far }) => far <= 40)
                .sort((a, b) => a.frame - b.frame || a.far - b.far);
            return near[0] && near[0].id;
        }

        /** Where the cross is, in words: the name under it. */
        function tellPlace() {
            const id = under();
            if (id !== undefined) {
                app.announce(word(id));
            }
        }

        function take() {
            const touched = drawing.touched(app.story, app.drawing.items(), cross, 18);
            const gone = touched.slice(-1);
            if (gone.length > 0 && app.drawing.remove(gone)) {
                app.announce(app.say("taken", { what: app.nameOfItem(gone[0]) }));
                app.repaintInk();
                app.drawn();
                app.refreshPanel();
            }
        }

        /** Whether a key that was pressed on the board meant placing. */
        function key(name, event) {
            if (!app.places()) {
                return false;
            }
            const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
            if (moves[name]) {
                const size = event.shiftKey ? LEAP : STEP;
                const { width, height } = app.story.paper;
                cross = [
                    Math.min(width, Math.max(0, cross[0] + moves[name][0] * size)),
                    Math.min(height, Math.max(0, cross[1] + moves[name][1] * size)),
                ];
                tellPlace();
            } else if (event.repeat && (name === "Enter" || name === "c")) {
                // A key that is held down puts one name and not all of them.
                return true;
            } else if (name === "Enter") {
                put(cross);
            } else if (name === "[" || name === "]") {
                const all = choices();
                const at = all.findIndex(({ id }) => id === chosen);
                if (all.length > 0) {
                    choose(all[(at + (name === "]" ? 1 : all.length - 1)) % all.length].id);
                    app.refreshPanel();
                }
            } else if (name === "c") {
                const id = under();
                if (id === undefined) {
                    app.announce(app.say("noBox"));
                } else if (from === undefined || from === id) {
                    from = id;
                    app.announce(app.say("connectFrom", { what: word(id) }));
                } else {
                    connect(from, id);
                    from = undefined;
                }
            } else if (name === "Delete" || name === "Backspace") {
                take();
            } else if (name === "Escape" && from !== undefined) {
                from = undefined;
            } else {
                return false;
            }
            paint();
            return true;
        }

        function paint() {
            app.surface.clear("marks");
            if (app.places() && document.activeElement === document.getElementById("board")) {
                app.surface.cross(cross);
            }
        }

        /** The names, and the two lists for an arrow, as elements of the panel. */
        function palette() {
            const there = [...names().keys()].filter((id) => app.story.node.get(id).glyph !== "frame");
            const options = (first) =>
                there.map((id, at) => element("option", { value: id, selected: at === first }, word(id)));
            const select = (id, label, first) =>
                element("label", {}, app.say(label), " ", element("select", { id, "data-connect": label }, options(first)));
            const words = choices().map(({ id, word: shown }) =>
                button(
                    `name-${id}`,
                    shown,
                    () => {
                        choose(id);
                        app.refreshPanel();
                        app.showBoard();
                    },
                    {
                        "data-node": id,
                        "data-placed": names().has(id) ? "true" : "false",
                        "aria-pressed": String(id === chosen),
                    },
                ),
            );
            const typing = element(
                "form",
                {
                    id: "naming",
                    onsubmit(event) {
                        event.preventDefault();
                        put(cross);
                        document.getElementById("type-name").focus();
                    },
                },
                element(
                    "label",
                    {},
                    app.say("typeName"),
                    " ",
                    element("input", { id: "type-name", autocomplete: "off", maxlength: LETTERS, "data-name-input": true }),
                ),
                element("button", { type: "submit", id: "put" }, app.say("put")),
            );
            const arrows =
                there.length < 2
                    ? []
                    : element(
                          "div",
                          { class: "row", "data-connecting": true },
                          select("connect-from", "from", 0),
                          select("connect-to", "to", 1),
                          button("connect", app.say("connect"), () =>
                              connect(
                                  document.getElementById("connect-from").value,
                                  document.getElementById("connect-to").value,
                              ),
                          ),
                      );
            return [
                element("h3", {}, app.say("names")),
                element("p", { class: "hint" }, app.say(typed ? "typeHelp" : app.mode === "trace" ? "traceHelp" : "namesHelp")),
                element("p", { class: "mark", "data-unknown-name": true }, unknown),
                typed
                    ? typing
                    : [
                          element("div", { class: "names", "data-names": true }, words),
                      ],
                arrows,
            ];
        }

        return { offer, put, key, paint, palette, chosen: () => chosen, isTyped: () => typed };
    }

    board.placing = { placing };
})();
