// Putting names on the board and connecting them: by a tap, by keys alone, or with the two lists for an arrow. In trace and recall the names
// are offered as words; in the exam they are typed.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { dom, drawing, geometry, recognition, room, sketch, storyboard } = board;
    const { element, button } = dom;

    const STEP = 20;
    const LEAP = 100;
    /** How large a box is that is not known yet. */
    const BOX = { width: 250, height: 110 };
    /** A name has no more letters. */
    const LETTERS = 60;

    function placing(app) {
        // `choices()`: what may be put, `{id, word}`, in the language of the moment. `target(id)`: where the cross goes for it, if the mode shows that.
        let [choices, chosen, typed, from] = [() => [], undefined, false, undefined];
        // What is said of a name that no box of the talk has, or that stands on the board already: a key of the words, and what stands in them.
        let remark = [];
        let target = () => undefined;
        // Where the cross is, and whether somebody moved it there.
        let [cross, isMoved] = [[200, 160], false];
        // What is being moved, and where the cross was when it was taken up.
        let moving;

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
            [from, moving, remark] = [undefined, undefined, []];
            const isChosen = !offered.anew && choices().some(({ id }) => id === chosen) && !names().has(chosen);
            choose(isChosen ? chosen : (open()[0] || {}).id, true);
            if (chosen === undefined || !target(chosen)) {
                leave();
            }
        }

        function choose(id, silent) {
            chosen = id;
            const there = names().get(id);
            const place = id === undefined ? undefined : target(id) || (there && anchorOf(there));
            if (place) {
                [cross, isMoved] = [place, false];
            }
            if (id !== undefined && !silent) {
                app.announce(app.say(there ? "isThere" : "chosen", { what: word(id) }));
            }
        }

        /** Where the cross is on what stands on the board: at a frame's title, in the middle of all else. */
        function anchorOf(item) {
            const node = app.story.node.get(item.node);
            return node && item.boxed
                ? sketch.anchorOf({ ...node, ...drawing.rectOf(app.story, item) }, word(node.id))
                : [item.x, item.y];
        }

        /** The cross goes to where there is room for the next name. */
        function leave() {
            [cross, isMoved] = [free(app.story.node.get(chosen)), false];
        }

        /**
         * A place with room for a node, a word (`{text}`) or a box that is not known yet, as the point at which it is put: nearest to a point if there is
         * one, else for who cannot see where the cross is.
         */
        function free(what, near) {
            const items = app.drawing
                .items()
                .filter(({ kind, node }) => !(kind === "node" && what && node === what.id));
            if (what && what.text !== undefined) {
                const word = drawing.wordAt(app.story, what.text, near || cross);
                const rect = drawing.rectOf(app.story, word);
                const [x, y] = room.find(app.story, items, rect, { near });
                return [x, y + word.y - geometry.centre(rect)[1]];
            }
            const size = what || BOX;
            const isFrame = Boolean(what) && what.glyph === "frame";
            const middle = near && (what ? drawing.middleOf(app.story, what, word(what.id), near) : near);
            const [x, y] = room.find(app.story, items, size, { near: middle, isFrame });
            const place = { ...size, x: x - size.width / 2, y: y - size.height / 2 };
            return what ? sketch.anchorOf({ ...what, ...place }, word(what.id)) : [x, y];
        }

        /** The place at which something is put by keys: the cross, or the nearest one with room; anywhere with room if nobody has moved the cross. */
        const spot = (what) => free(what, isMoved ? cross : undefined);

        /** The box of one's own around a point; none that has another name in it. */
        function ownBox(node, point) {
            const items = app.drawing.items();
            const named = items.filter(
                (item) => item.kind === "word" || (item.kind === "node" && item.node !== node.id),
            );
            const isTaken = (rect) =>
                recognition.isBox(rect) && named.some(({ x, y }) => geometry.distanceToRect(rect, [x, y]) === 0);
            const closed = items
                .filter((item) => item.kind === "stroke" && recognition.isClosed(item.points))
                .map((item) => geometry.bounds(item.points));
            return recognition.boxAround(
                node,
                closed.filter((rect) => !isTaken(rect)),
                point,
            );
        }

        /** The item for a node whose name is put at a point. */
        function itemOf(node, point) {
            const own = ownBox(node, point);
            const middle = own && (node.glyph === "frame" ? point : geometry.centre(own));
            const [x, y] = middle || drawing.middleOf(app.story, node, word(node.id), point);
            return { kind: "node", node: node.id, x, y, boxed: !own };
        }

        /** The item for a word that is put at a point, or as near to it as it can be read. */
        function wordOf(text, tapped) {
            const own = tapped || isMoved ? ownBox(BOX, tapped || cross) : undefined;
            const [x, y] = own || !tapped ? cross : free({ text }, tapped);
            return drawing.wordAt(app.story, text, own || tapped ? [x, y] : spot({ text }), own);
        }

        /** Something has been put, taken or moved. */
        function changed() {
            app.repaintInk();
            app.drawn();
            app.refreshPanel();
        }

        /** Puts the name that is typed or chosen at a point: that of a tap, else that of the cross. Whether there was one. */
        function put(tapped) {
            const input = document.getElementById("type-name");
            const text = typed && input ? input.value.trim().slice(0, LETTERS) : "";
            if (typed && text === "") {
                return false;
            }
            const wanted = storyboard.drawnBy(app.steps);
            const expected = [...wanted.filter((id) => !names().has(id)), ...wanted.filter((id) => names().has(id))];
            const node = typed ? storyboard.nodeNamed(app.story, text, expected) : app.story.node.get(chosen);
            if (!node && text === "") {
                return false;
            }
            if (input) {
                input.value = "";
            }
            const what = node ? word(node.id) : text;
            const there = node
                ? names().get(node.id)
                : app.drawing
                      .items()
                      .find((item) => item.kind === "word" && item.text.toLowerCase() === text.toLowerCase());
            // A name is also typed, or chosen, to be found: it does not move by that.
            if (there && (typed || !(tapped || isMoved || target(node.id)))) {
                [cross, isMoved, remark] = [anchorOf(there), false, ["isThere", { what }]];
                app.announce(app.say(...remark));
                app.refreshPanel();
                paint();
                return true;
            }
            // Nobody has chosen the place.
            const auto = tapped || isMoved || (node && target(node.id)) ? {} : { auto: true };
            const isAt = !node || target(node.id) || (isMoved && ownBox(node, cross));
            const [x, y] = tapped || (isAt ? cross : spot(node));
            if (node) {
                const before = app.drawing.items().filter((item) => item.kind === "node" && item.node === node.id);
                app.drawing.replace(before, { ...itemOf(node, [x, y]), ...auto });
            } else {
                app.drawing.add({ ...wordOf(text, tapped), ...auto });
            }
            const said = [node ? "placed" : "placedWord", { what }];
            remark = node ? [] : said;
            cross = [x, y];
            const next = open()[0];
            choose(next && next.id, true);
            if (!next || !target(next.id)) {
                leave();
            }
            const then = next ? ` ${app.say("chosen", { what: next.word })}` : "";
            app.announce(app.say(...said) + then);
            changed();
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
            changed();
        }

        /** The name or word under the cross, as an item; frames only if nothing else is there. */
        function under() {
            const all = [...names().values(), ...app.drawing.items().filter(({ kind }) => kind === "word")]
                .map((item) => {
                    const isFrame = item.kind === "node" && app.story.node.get(item.node).glyph === "frame";
                    return {
                        item,
                        far: geometry.distanceToRect(drawing.rectOf(app.story, item), cross),
                        isFrame: isFrame && geometry.distance(anchorOf(item), cross) > STEP,
                    };
                })
                .filter(({ far }) => far <= 40)
                .sort((a, b) => a.isFrame - b.isFrame || a.far - b.far);
            return all[0] && all[0].item;
        }

        /** Where the cross is, in words: what is under it. */
        function tellPlace() {
            const item = under();
            if (item) {
                app.announce(app.nameOfItem(item));
            }
        }

        /** Takes up what is under the cross, or puts it down as far from where it stood as the cross has gone. */
        function move() {
            const items = app.drawing.items();
            if (!moving || !items.includes(moving.item)) {
                const item = under();
                moving = item && { item, at: cross };
                app.announce(item ? app.say("moveFrom", { what: app.nameOfItem(item) }) : app.say("noBox"));
                return;
            }
            const { item, at } = moving;
            const [x, y] = [item.x + cross[0] - at[0], item.y + cross[1] - at[1]];
            const node = app.story.node.get(item.node);
            moving = undefined;
            // A word hangs above its remark, all else on its middle.
            const own = ownBox(node || BOX, [x, y]);
            const { auto, ...kept } = item;
            const boxed = node ? { ...kept, boxed: true } : kept;
            const rect = drawing.rectOf(app.story, boxed);
            const off = geometry.centre(rect)[1] - item.y;
            const isFrame = Boolean(node) && node.glyph === "frame";
            const others = items.filter((one) => one !== item);
            const [across, down] = room.find(app.story, others, rect, { near: [x, y + off], isFrame });
            const moved = { ...boxed, x: across, y: down - off };
            const inOwn = () => (node ? itemOf(node, [x, y]) : drawing.wordAt(app.story, item.text, [x, y], own));
            app.drawing.replace([item], own ? inOwn() : moved);
            app.announce(app.say("moved", { what: app.nameOfItem(item) }));
            changed();
        }

        function take() {
            const touched = drawing.touched(app.story, app.drawing.items(), cross, 18);
            const gone = touched.slice(-1);
            if (gone.length > 0 && app.drawing.remove(gone)) {
                app.announce(app.say("taken", { what: app.nameOfItem(gone[0]) }));
                changed();
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
                isMoved = true;
                tellPlace();
            } else if (event.repeat && ["Enter", "c", "m"].includes(name)) {
                // A key that is held down puts one name and not all of them.
                return true;
            } else if (name === "m" || (name === "Enter" && moving)) {
                move();
            } else if (name === "Enter") {
                if (!put() && typed) {
                    document.getElementById("type-name").focus();
                }
            } else if (name === "[" || name === "]") {
                const all = choices();
                const at = all.findIndex(({ id }) => id === chosen);
                if (all.length > 0) {
                    choose(all[(at + (name === "]" ? 1 : all.length - 1)) % all.length].id);
                    app.refreshPanel();
                }
            } else if (name === "c") {
                const id = (under() || {}).node;
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
            } else if (name === "Escape" && (from !== undefined || moving)) {
                [from, moving] = [undefined, undefined];
            } else {
                return false;
            }
            paint();
            return true;
        }

        function paint() {
            app.surface.clear("marks");
            const has = (id) => document.activeElement === document.getElementById(id);
            // A name that is typed goes to the cross only if that was moved.
            const isMeant = isMoved || remark[0] === "isThere";
            if (app.places() && (has("board") || (has("type-name") && isMeant))) {
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
                    class: "row",
                    onsubmit(event) {
                        event.preventDefault();
                        put();
                        document.getElementById("type-name").focus();
                    },
                },
                element(
                    "label",
                    {},
                    app.say("typeName"),
                    " ",
                    element("input", {
                        id: "type-name",
                        autocomplete: "off",
                        maxlength: LETTERS,
                        "data-name-input": true,
                        onfocus: paint,
                        onblur: paint,
                    }),
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
                element(
                    "p",
                    { class: "hint" },
                    app.say(typed ? "typeHelp" : app.mode === "trace" ? "traceHelp" : "namesHelp"),
                ),
                element(
                    "p",
                    {
                        class: remark[0] === "placedWord" ? "mark" : "",
                        "data-unknown-name": true,
                        "data-remark": remark[0],
                    },
                    remark.length > 0 ? app.say(...remark) : "",
                ),
                typed ? typing : [element("div", { class: "names", "data-names": true }, words)],
                arrows,
                element("p", { class: "hint" }, app.say(typed ? "typeKeys" : "namesKeys")),
            ];
        }

        return { offer, put, key, paint, palette, chosen: () => chosen, isTyped: () => typed };
    }

    board.placing = { placing };
})();
