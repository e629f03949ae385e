// Boxes and arrows as a hand draws them: each node and arrow of the storyboard becomes strokes (paths) and a label. The hand is unsteady
// but always the same for the same id, so that a picture does not change when it is painted again. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { geometry, labels, storyboard } = board;
    const { letters } = labels;

    /** Numbers from 0 to 1 that look random and are the same for the same seed (mulberry32, started from an FNV-1a hash). */
    function unsteady(seed) {
        let state = 2166136261;
        for (let at = 0; at < seed.length; at += 1) {
            state = Math.imul(state ^ seed.charCodeAt(at), 16777619);
        }
        return () => {
            state = (state + 0x6d2b79f5) | 0;
            let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
            mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
            return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
        };
    }

    /** A line that a hand draws: a little bent, a little too long. */
    function line(hand, from, to, over = 3) {
        const far = geometry.distance(from, to) || 1;
        const [right, down] = [(to[0] - from[0]) / far, (to[1] - from[1]) / far];
        const bend = (hand() - 0.5) * Math.min(7, far * 0.03);
        const [before, after] = [hand() * over, hand() * over];
        const count = Math.max(4, Math.round(far / 22));
        const points = [];
        for (let at = 0; at <= count; at += 1) {
            const share = at / count;
            const along = -before + share * (far + before + after);
            const off = Math.sin(share * Math.PI) * bend + (hand() - 0.5) * 0.9;
            points.push([from[0] + right * along - down * off, from[1] + down * along + right * off]);
        }
        return points;
    }

    function ellipse(hand, [x, y], across, down, from = 0, sweep = 2 * Math.PI + 0.2) {
        const start = from + (sweep > 6 ? hand() : 0);
        const count = Math.max(20, Math.round(((across + down) * Math.abs(sweep)) / 24));
        const [wobble, phase] = [0.02 * hand(), hand() * 6];
        const points = [];
        for (let at = 0; at <= count; at += 1) {
            const angle = start + (sweep * at) / count;
            const size = 1 + Math.sin(angle * 2 + phase) * wobble + (sweep > 6 ? 0.03 * (at / count) : 0);
            points.push([x + Math.cos(angle) * across * size, y + Math.sin(angle) * down * size]);
        }
        return points;
    }

    function rectangle(hand, { x, y, width, height }) {
        const corners = [
            [x, y],
            [x + width, y],
            [x + width, y + height],
            [x, y + height],
        ];
        return corners.map((corner, at) => line(hand, corner, corners[(at + 1) % 4]));
    }

    /** The height of a list's heading, and what a line of it keeps free at its left for the tick. */
    const HEADING = 52;
    const MARGIN = 50;

    const GLYPHS = {
        box: rectangle,
        frame: rectangle,
        person(hand, { x, y, width, height }) {
            const [middle, size] = [x + width / 2, height * 0.16];
            const shoulders = y + height * 0.68;
            return [
                ellipse(hand, [middle, y + size + 4], size, size),
                ellipse(hand, [middle, shoulders], width * 0.32, height * 0.28, Math.PI, Math.PI),
                line(hand, [middle - width * 0.32, shoulders], [middle + width * 0.32, shoulders]),
            ];
        },
        bucket(hand, { x, y, width, height }) {
            const [inset, rim] = [width * 0.08, height * 0.12];
            return [
                ellipse(hand, [x + width / 2, y + rim], width / 2, rim),
                line(hand, [x, y + rim], [x + inset, y + height - rim]),
                ellipse(hand, [x + width / 2, y + height - rim], width / 2 - inset, rim, Math.PI, -Math.PI),
                line(hand, [x + width - inset, y + height - rim], [x + width, y + rim]),
            ];
        },
        table(hand, rect) {
            const { x, y, width, height } = rect;
            const [head, column] = [y + height * 0.24, x + width * 0.16];
            return [
                ...rectangle(hand, rect),
                line(hand, [x, head], [x + width, head]),
                line(hand, [column, y], [column, y + height]),
            ];
        },
        queue(hand, rect) {
            const { x, y, width, height } = rect;
            const bars = [0.06, 0.12, 0.18].map((share) => x + width * (1 - share));
            return [...rectangle(hand, rect), ...bars.map((at) => line(hand, [at, y + 4], [at, y + height - 4], 1))];
        },
        list(hand, rect) {
            const at = rect.y + HEADING - 8;
            return [...rectangle(hand, rect), line(hand, [rect.x + 12, at], [rect.x + rect.width - 12, at], 1)];
        },
        log(hand, { x, y, width, height }) {
            const fold = Math.min(width, height) * 0.24;
            const corners = [
                [x, y],
                [x + width - fold, y],
                [x + width, y + fold],
                [x + width, y + height],
                [x, y + height],
            ];
            const sides = corners.map((corner, at) => line(hand, corner, corners[(at + 1) % corners.length]));
            const rules = [0.72, 0.86].map((share) => y + height * share);
            return [...sides, ...rules.map((at) => line(hand, [x + width * 0.1, at], [x + width * 0.8, at], 1))];
        },
    };

    /** Where a node's name stands, and how large: `{text, x, y, size}`, the middle of the text. */
    function nodeLabel(node, words) {
        const inside = { table: 0.76, queue: 0.76, log: 0.92, bucket: 0.84, person: 1.2 }[node.glyph] || 0.92;
        const size = Math.max(
            15,
            Math.min(30, node.height * 0.55, (node.width * inside * 1.6) / Math.max(1, letters(words))),
        );
        const [x, y] = geometry.centre(node);
        const own = {
            frame: [node.x + 16 + letters(words) * size * 0.28, node.y + 22],
            person: [x, node.y + node.height * 0.86],
            bucket: [x, y + node.height * 0.08],
            table: [x + node.width * 0.08, y + node.height * 0.12],
            queue: [x - node.width * 0.08, y],
            log: [x, y - node.height * 0.08],
            list: [x, node.y + HEADING / 2 - 2],
        };
        const [across, down] = own[node.glyph] || [x, y];
        return { text: words, x: across, y: down, size };
    }

    /** Where line number `at` of a list stands: its left end, its middle and its size. */
    function lineOf(node, at) {
        const high = (node.height - HEADING) / node.lines.en.length;
        return { left: node.x + MARGIN, y: node.y + HEADING + high * (at + 0.4), size: Math.min(22, high * 0.62) };
    }

    /** The lines of a list as labels, which begin at their `left`. */
    function lineLabels(node, lines) {
        return lines.map((text, at) => {
            const { left, y, size: most } = lineOf(node, at);
            const size = Math.min(most, (node.width - MARGIN - 10) / Math.max(1, letters(text) * 0.56));
            return { text, x: left + letters(text) * size * 0.28, y, size, left };
        });
    }

    /** The place that a node's name is put at: a frame's title, and the middle of all else. */
    function anchorOf(node, words) {
        const { x, y } = nodeLabel(node, words);
        return node.glyph === "frame" ? [x, y] : geometry.centre(node);
    }

    /**
     * The node as strokes and labels: `{id, strokes: [path], dashed, colour, labels}`. `words`: what is written into it, `lines` what stands
     * below that in a list. Marks have a colour of their own.
     */
    function ofNode(node, words, lines = []) {
        const draw = GLYPHS[node.glyph] || GLYPHS.box;
        return {
            id: node.id,
            strokes: draw(unsteady(node.id), node),
            dashed: node.glyph === "frame",
            colour: node.mark ? "green" : "black",
            labels: [nodeLabel(node, words), ...lineLabels(node, lines)],
        };
    }

    /** The ticks that a step makes on the list, as a sketch; undefined if it makes none. */
    function ofTicks(story, step) {
        const ticks = (step.ticks || []).flatMap((text) => {
            const list = story.nodes.find(({ lines }) => lines && lines.en.includes(text));
            if (!list) {
                return [];
            }
            const at = list.lines.en.indexOf(text);
            const hand = unsteady(`${list.id} ${at}`);
            const { left, y } = lineOf(list, at);
            const turn = [left - MARGIN + 23, y + 9];
            return [line(hand, [turn[0] - 9, y], turn), line(hand, turn, [turn[0] + 17, y - 12])];
        });
        return ticks.length === 0
            ? undefined
            : { id: `ticks-${step.id}`, strokes: ticks, dashed: false, colour: "black", labels: [] };
    }

    /** Where an arrow between two rectangles begins and ends. */
    function ends(from, to) {
        return [geometry.borderPoint(from, geometry.centre(to), 8), geometry.borderPoint(to, geometry.centre(from), 8)];
    }

    /** An arrow between two rectangles, with its head, as `ofNode` returns a node. What goes over has a colour of its own. */
    function ofArrow(id, from, to, label) {
        const hand = unsteady(id);
        const [start, end] = ends(from, to);
        const angle = Math.atan2(end[1] - start[1], end[0] - start[0]);
        const barb = (turn) => [end[0] - 20 * Math.cos(angle + turn), end[1] - 20 * Math.sin(angle + turn)];
        return {
            id,
            strokes: [line(hand, start, end, 0), line(hand, barb(0.45), end, 0), line(hand, end, barb(-0.45), 0)],
            dashed: false,
            colour: "blue",
            labels: label ? [label] : [],
        };
    }

    const known = new WeakMap();

    /** The labels of all arrows of a storyboard in a language: a map from the arrow's id. */
    function arrowLabels(story, language) {
        const byLanguage = known.get(story) || new Map();
        known.set(story, byLanguage);
        if (!byLanguage.has(language)) {
            const isFrame = ({ glyph }) => glyph === "frame";
            const frames = story.nodes.filter(isFrame);
            const titles = frames.map((node) => labels.rectOf(nodeLabel(node, storyboard.text(node.label, language))));
            const arrows = story.arrows.filter(({ from, to }) => story.node.has(from) && story.node.has(to));
            const lineOf = ({ from, to }) => ends(story.node.get(from), story.node.get(to));
            const around = {
                paper: story.paper,
                rects: [...story.nodes.filter((node) => !isFrame(node)), ...titles],
                lines: labels.dotted(arrows.map(lineOf)),
                edges: labels.dotted(frames.flatMap((node) => rectangle(() => 0.5, node))),
            };
            const placed = new Map();
            for (const arrow of arrows) {
                const words = storyboard.text(arrow.label, language) || "";
                if (words !== "") {
                    const label = labels.beside(words, lineOf(arrow), around);
                    placed.set(arrow.id, label);
                    around.rects.push(labels.rectOf(label));
                }
            }
            byLanguage.set(language, placed);
        }
        return byLanguage.get(language);
    }

    /** What the reference draws for an id of the storyboard, be it node or arrow, in a language; undefined if there is none. */
    function ofId(story, id, language) {
        const node = story.node.get(id);
        if (node) {
            return ofNode(node, storyboard.text(node.label, language), storyboard.text(node.lines, language));
        }
        const arrow = story.arrow.get(id);
        const [from, to] = arrow ? [story.node.get(arrow.from), story.node.get(arrow.to)] : [];
        return from && to ? ofArrow(id, from, to, arrowLabels(story, language).get(id)) : undefined;
    }

    /** All that the steps draw, each thing once and in its order, with the ticks. */
    function ofSteps(story, steps, language) {
        const seen = new Set();
        return steps.flatMap((step) => {
            const fresh = storyboard.drawnBy([step]).filter((id) => !seen.has(id));
            fresh.forEach((id) => seen.add(id));
            return [...fresh.map((id) => ofId(story, id, language)), ofTicks(story, step)].filter(Boolean);
        });
    }

    /** What the steps draw as an SVG document's text: the picture on the cue sheet. The classes are colours. */
    function toSvg(story, steps, language) {
        const round = (value) => Math.round(value * 10) / 10;
        const escaped = (words) => words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
        const drawn = ofSteps(story, steps, language);
        const paths = drawn.map(({ id, strokes, dashed, colour }) => {
            const path = strokes.map((stroke) => `M${stroke.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}`);
            return `<path data-id="${id}" class="${colour}" d="${path.join("")}"${dashed ? ' stroke-dasharray="14 10"' : ""}/>`;
        });
        // Words lie over all lines, which may cross them.
        const words = drawn.flatMap(({ labels: all, colour }) =>
            all.map(
                ({ text, x, y, size, left }) =>
                    `<text class="${colour}${left === undefined ? "" : " left"}" x="${round(left === undefined ? x : left)}" y="${round(y)}" font-size="${round(size)}">${escaped(text)}</text>`,
            ),
        );
        const { width, height } = story.paper;
        return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}">${paths.join("")}${words.join("")}</svg>`;
    }

    board.sketch = { unsteady, anchorOf, ofNode, ofArrow, ofId, ofTicks, ofSteps, arrowLabels, toSvg };
})();
