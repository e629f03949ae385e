// The paper on the screen: canvases on top of each other, all in the paper's own units. `picture` has the lines that the page draws (the reference, a
// ghost), `names` the words of them, `ink` the finished strokes, `wet` the stroke under the pen, `marks` the keyboard's cross. A stroke is painted piece by
// piece on `wet`, and copied to `ink` as an image when it is finished: no frame paints a whole drawing again.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { geometry, sketch } = board;

    const LAYERS = ["picture", "names", "ink", "wet", "marks"];
    const HAND =
        '"Segoe Print", "Bradley Hand", "Chilanka", "Nanum Pen Script", "Comic Neue", "Comic Sans MS", system-ui, sans-serif';

    /** The surface in the element `host`; `repaint` is called when its canvases have become empty. */
    function surface(host, paper, repaint) {
        const contexts = {};
        for (const name of LAYERS) {
            const canvas = document.createElement("canvas");
            canvas.dataset.layer = name;
            canvas.setAttribute("aria-hidden", "true");
            host.append(canvas);
            contexts[name] = canvas.getContext("2d");
        }
        let colours = {};

        function resize() {
            const density = Math.min(2, window.devicePixelRatio || 1);
            const width = Math.max(1, Math.round(host.clientWidth * density));
            const scale = width / paper.width;
            for (const context of Object.values(contexts)) {
                context.canvas.width = width;
                context.canvas.height = Math.round(paper.height * scale);
                context.setTransform(scale, 0, 0, scale, 0, 0);
                context.lineCap = "round";
                context.lineJoin = "round";
            }
            const style = getComputedStyle(host);
            colours = Object.fromEntries(
                ["black", "blue", "red", "green", "ghost", "cross"].map((name) => [
                    name,
                    style.getPropertyValue(`--ink-${name}`).trim(),
                ]),
            );
            colours.paper = style.getPropertyValue("--paper").trim();
            repaint();
        }

        /** Where a pointer is on the paper: `[x, y, pressure]`. A mouse has no pressure and counts as half. */
        function point(event, box) {
            const x = ((event.clientX - box.left) / box.width) * paper.width;
            const y = ((event.clientY - box.top) / box.height) * paper.height;
            const pressure = event.pointerType === "mouse" || event.pressure === 0 ? 0.5 : event.pressure;
            return [x, y, pressure].map(
                (value, at) => Math.round(value * (at === 2 ? 100 : 10)) / (at === 2 ? 100 : 10),
            );
        }

        function clear(layer) {
            for (const name of layer === "picture" ? ["picture", "names"] : [layer]) {
                contexts[name].clearRect(0, 0, paper.width, paper.height);
            }
        }

        /** Paints a stroke from its point number `from` on: through the middles between points, as wide as the pen was pressed. */
        function stroke(layer, { points, colour, width }, from = 0) {
            const context = contexts[layer];
            context.strokeStyle = colours[colour] || colours.black;
            const wide = (at) =>
                Math.round(width * (0.5 + (points[at][2] === undefined ? 0.5 : points[at][2])) * 2) / 2;
            const middle = (at) => [(points[at - 1][0] + points[at][0]) / 2, (points[at - 1][1] + points[at][1]) / 2];
            if (points.length === 1) {
                context.lineWidth = wide(0);
                context.beginPath();
                context.moveTo(points[0][0], points[0][1]);
                context.lineTo(points[0][0] + 0.1, points[0][1]);
                context.stroke();
                return;
            }
            let now;
            for (let at = Math.max(1, from); at < points.length; at += 1) {
                if (wide(at) !== now) {
                    if (now !== undefined) {
                        context.stroke();
                    }
                    now = wide(at);
                    context.lineWidth = now;
                    context.beginPath();
                    const start = at === 1 ? points[0] : middle(at - 1);
                    context.moveTo(start[0], start[1]);
                }
                const to = middle(at);
                context.quadraticCurveTo(points[at - 1][0], points[at - 1][1], to[0], to[1]);
            }
            if (now !== undefined) {
                context.stroke();
            }
        }

        /** Copies the stroke under the pen to the finished ones. */
        function dry() {
            const { ink, wet } = contexts;
            ink.save();
            ink.setTransform(1, 0, 0, 1, 0, 0);
            ink.drawImage(wet.canvas, 0, 0);
            ink.restore();
            clear("wet");
        }

        function path(layer, points, { colour = "black", width = 4, alpha = 1, dash = [], shift = 0 } = {}) {
            if (points.length < 2) {
                return;
            }
            const context = contexts[layer];
            context.save();
            context.globalAlpha = alpha;
            context.strokeStyle = colours[colour];
            context.lineWidth = width;
            context.setLineDash(dash);
            context.lineDashOffset = shift;
            context.beginPath();
            context.moveTo(points[0][0], points[0][1]);
            points.slice(1).forEach(([x, y]) => context.lineTo(x, y));
            context.stroke();
            context.restore();
        }

        /** Paints the first letters of a label, up to a number. In the picture, and with a halo, the words keep lines away from themselves. */
        function letters(
            layer,
            { text, x, y, size, left: begin },
            { colour = "black", alpha = 1, to = Infinity, halo = layer === "picture" } = {},
        ) {
            const context = contexts[layer === "picture" ? "names" : layer];
            context.save();
            context.font = `${size}px ${HAND}`;
            context.textBaseline = "middle";
            const left = begin === undefined ? x - context.measureText(text).width / 2 : begin;
            const part = [...text].slice(0, Math.max(0, to)).join("");
            if (halo) {
                context.strokeStyle = colours.paper;
                context.lineWidth = 7;
                context.strokeText(part, left, y);
            }
            context.globalAlpha = alpha;
            context.fillStyle = colours[colour];
            context.fillText(part, left, y);
            context.restore();
        }

        /** Paints a sketch whole. */
        function whole(layer, drawn, style = {}) {
            const { colour } = drawn;
            drawn.strokes.forEach((points) => path(layer, points, { dash: drawn.dashed ? [14, 10] : [], colour, ...style }));
            drawn.labels.forEach((label) => letters(layer, label, { colour, ...style }));
        }

        /** How long it takes to draw a sketch, in units of the paper; a letter counts as much as the line that it is. */
        function effort(drawn) {
            const lines = drawn.strokes.reduce((sum, points) => sum + geometry.length(points), 0);
            return drawn.labels.reduce((sum, { text, size }) => sum + [...text].length * size, lines);
        }

        /** Paints the part of a sketch between two amounts of effort, so that a picture grows without being painted again. */
        function part(layer, drawn, from, to, style = {}) {
            let done = 0;
            for (const points of drawn.strokes) {
                const size = geometry.length(points);
                if (done + size > from && done < to) {
                    const dash = drawn.dashed ? [14, 10] : [];
                    const start = Math.max(0, from - done);
                    path(layer, geometry.piece(points, start, Math.min(size, to - done)), {
                        dash,
                        shift: start,
                        colour: drawn.colour,
                        ...style,
                    });
                }
                done += size;
            }
            for (const label of drawn.labels) {
                const letter = (effort) => Math.floor((effort - done) / label.size);
                const all = [...label.text].length;
                if (letter(to) > Math.max(0, letter(from)) && letter(from) < all) {
                    letters(layer, label, { colour: drawn.colour, ...style, to: letter(to) });
                }
                done += all * label.size;
            }
        }

        /** The cross of the keyboard. */
        function cross([x, y]) {
            clear("marks");
            const style = { colour: "cross", width: 3 };
            path(
                "marks",
                [
                    [x - 22, y],
                    [x + 22, y],
                ],
                style,
            );
            path(
                "marks",
                [
                    [x, y - 22],
                    [x, y + 22],
                ],
                style,
            );
        }

        new ResizeObserver(resize).observe(host);
        return { resize, point, clear, stroke, dry, path, letters, whole, effort, part, cross };
    }

    /**
     * Paints what somebody has drawn: strokes as they are, names and arrows as sketches. `words`: what stands in a node, by its id; `remark`: what
     * is said below a word that is not a box. Lines go behind all words.
     */
    function items(paper, layer, story, all, words, remark) {
        const { rectOf, placed, wordLabels } = board.drawing;
        const names = placed(all);
        const written = [];
        for (const item of all) {
            if (item.kind === "stroke") {
                paper.stroke(layer, item);
            } else if (item.kind === "word") {
                const lines = wordLabels(item, remark);
                written.push({ label: lines.pop(), colour: "red" }, ...lines.map((label) => ({ label })));
            } else if (item.kind === "arrow") {
                const [from, to] = [names.get(item.from), names.get(item.to)];
                if (from && to) {
                    paper.whole(
                        layer,
                        sketch.ofArrow(`${item.from}-${item.to}`, rectOf(story, from), rectOf(story, to)),
                    );
                }
            } else if (story.node.has(item.node)) {
                const node = story.node.get(item.node);
                const drawn = sketch.ofNode(item.boxed ? { ...node, ...rectOf(story, item) } : node, words(item.node));
                // In a box of one's own, the name stands where it was put.
                const { labels, colour } = drawn;
                paper.whole(layer, { ...drawn, strokes: item.boxed ? drawn.strokes : [], labels: [] });
                written.push({ label: item.boxed ? labels[0] : { ...labels[0], x: item.x, y: item.y }, colour });
            }
        }
        written.forEach(({ label, colour }) => paper.letters(layer, label, { colour, halo: true }));
    }

    board.surface = { surface, items };
})();
