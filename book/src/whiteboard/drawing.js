// What somebody has drawn: a list of items, with undo and redo. An item is one of
//   {kind: "stroke", id, colour, width, points: [[x, y, pressure], …]}
//   {kind: "node", id, node, x, y, boxed}      a name of the storyboard that was put on the board, with its middle; boxed: with a box around it,
//                                             else in a box of one's own, where a frame has its title; auto: put where there was room
//   {kind: "arrow", id, from, to}              two of those names connected (`from` and `to` are ids of nodes)
//   {kind: "word", id, text, x, y, size}       a name that the storyboard does not have; the size only in a box of one's own; auto as above
// Pure: nothing is painted here.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { geometry, labels, sketch } = board;

    /** What an item is, without its number, which each tab counts for itself. */
    const contentOf = ({ id, ...content }) => JSON.stringify(content);

    /** A drawing that begins with `items`. */
    function drawing(items = []) {
        let now = items.slice();
        let [past, future] = [[], []];
        let next = now.reduce((highest, item) => Math.max(highest, item.id), 0) + 1;

        function change(changed) {
            past.push(now);
            future = [];
            now = changed;
        }

        return {
            items: () => now,
            canUndo: () => past.length > 0,
            canRedo: () => future.length > 0,
            /** Adds an item and returns it with its id. */
            add(item) {
                const added = { ...item, id: next };
                next += 1;
                change([...now, added]);
                return added;
            },
            /** Puts an item in the place of others, as one change. */
            replace(gone, item) {
                const added = { ...item, id: next };
                next += 1;
                change([...now.filter((one) => !gone.includes(one)), added]);
                return added;
            },
            /** Takes items away; false if none of them was there. */
            remove(gone) {
                const left = now.filter((item) => !gone.includes(item));
                if (left.length === now.length) {
                    return false;
                }
                change(left);
                return true;
            },
            /** Becomes another drawing, as one change. */
            become(items) {
                next = items.reduce((highest, item) => Math.max(highest, item.id), next - 1) + 1;
                change(items.slice());
            },
            /** Takes in what another tab has changed: `before` and `after` are its items. Undo brings back what one did oneself, and nothing of it. */
            share(before, after) {
                const had = new Set(before.map(contentOf));
                const has = new Set(after.map(contentOf));
                const own = new Set(now.map(contentOf));
                const gone = new Set([...had].filter((content) => !has.has(content)));
                const fresh = after
                    .filter((item) => ![had, own].some((known) => known.has(contentOf(item))))
                    .map((item, at) => ({ ...item, id: next + at }));
                next += fresh.length;
                // A name stands once on a board: where the other tab has put it, which did so last.
                const moved = new Set(fresh.filter(({ kind }) => kind === "node").map(({ node }) => node));
                const isLeft = (item) => !gone.has(contentOf(item)) && !(item.kind === "node" && moved.has(item.node));
                const shared = (items) => [...(gone.size > 0 || moved.size > 0 ? items.filter(isLeft) : items), ...fresh];
                [now, past, future] = [shared(now), past.map(shared), future.map(shared)];
            },
            /** Empties the board; can be undone as well. */
            clear() {
                if (now.length > 0) {
                    change([]);
                }
            },
            undo() {
                if (past.length > 0) {
                    future.push(now);
                    now = past.pop();
                }
            },
            redo() {
                if (future.length > 0) {
                    past.push(now);
                    now = future.pop();
                }
            },
        };
    }

    const isTitle = (node, item) => Boolean(node) && node.glyph === "frame" && item.boxed === false;

    /** How large a word is written, how many letters a line of it has, and what stands below it in small letters: that it is no more than a word. */
    const WORD = { size: 26, letters: 22 };
    const REMARK = { size: 20, letters: 12, height: 26 };

    /** A word in lines, broken between its parts, and inside of a part that is too long. */
    function linesOf(text) {
        const lines = [""];
        for (const part of text.split(/\s+/).flatMap((one) => one.match(/.{1,22}/gu) || [])) {
            const last = lines.pop();
            const longer = last === "" ? part : `${last} ${part}`;
            lines.push(...(labels.letters(longer) <= WORD.letters || last === "" ? [longer] : [last, part]));
        }
        return lines;
    }

    /** A word as labels, the remark below it. */
    function wordLabels({ text, x, y, size = WORD.size }, remark) {
        const lines = linesOf(text);
        const high = size * 1.15;
        const own = lines.map((line, at) => ({ text: line, x, y: y + (at - (lines.length - 1) / 2) * high, size }));
        return [...own, { text: remark, x, y: y + (lines.length * high + REMARK.height) / 2, size: REMARK.size }];
    }

    const widthOf = (text, size) =>
        Math.max(...linesOf(text).map((line) => labels.rectOf({ text: line, x: 0, y: 0, size }).width));

    /** The rectangle that a word takes, with the remark below it. */
    function wordRect({ text, x, y, size = WORD.size }) {
        const width = Math.max(widthOf(text, size), REMARK.letters * REMARK.size * 0.6);
        const high = linesOf(text).length * size * 1.15;
        return { x: x - width / 2, y: y - high / 2, width, height: high + REMARK.height };
    }

    /** Where a word stands that is put at a point: in the middle of the rectangle `own` if there is one, else where all of it is on the board. */
    function wordAt(story, text, [x, y], own) {
        if (own) {
            const fitting = (WORD.size * (own.width - 16)) / widthOf(text, WORD.size);
            const [across, down] = geometry.centre(own);
            return { kind: "word", text, x: across, y: down - 6, size: Math.max(12, Math.min(WORD.size, fitting)) };
        }
        const rect = wordRect({ text, x, y });
        const [across, down] = inside(story, rect, geometry.centre(rect));
        return { kind: "word", text, x: across, y: down + y - geometry.centre(rect)[1] };
    }

    /** The rectangle that a name takes: as large as its node in the storyboard; no more than its title if it has a frame of one's own. */
    function rectOf(story, item) {
        if (item.kind === "word") {
            return wordRect(item);
        }
        const node = story.node.get(item.node);
        const [width, height] = node && !isTitle(node, item) ? [node.width, node.height] : [160, 60];
        return { x: item.x - width / 2, y: item.y - height / 2, width, height };
    }

    /**
     * Where a node has its middle if its name is put at a point: a frame hangs on its title, and everything stays on the board. `words`: what
     * is written into it.
     */
    function middleOf(story, node, words, [x, y]) {
        const [middle, anchor] = [geometry.centre(node), sketch.anchorOf(node, words)];
        return inside(story, node, [x + middle[0] - anchor[0], y + middle[1] - anchor[1]]);
    }

    /** What the board's edge keeps free, so that a line along it is seen whole. */
    const EDGE = 10;

    /** The middle of what is so wide and high, moved until all of it is on the board. */
    function inside(story, size, middle) {
        return [
            [size.width, story.paper.width],
            [size.height, story.paper.height],
        ].map(([own, whole], axis) => {
            const least = own / 2 + EDGE;
            return Math.min(Math.max(middle[axis], least), Math.max(least, whole - least));
        });
    }

    /** The placed names of a drawing, the last one of each node: a map from the node's id to the item. */
    function placed(items) {
        return new Map(items.filter((item) => item.kind === "node").map((item) => [item.node, item]));
    }

    /** The line of an arrow between two names; undefined if one of them is not there. */
    function lineOf(story, names, { from, to }) {
        const [a, b] = [from, to].map((id) => names.has(id) && rectOf(story, names.get(id)));
        return a && b
            ? [geometry.borderPoint(a, geometry.centre(b), 8), geometry.borderPoint(b, geometry.centre(a), 8)]
            : undefined;
    }

    /** The items within `radius` of a point: what an eraser there takes away. */
    function touched(story, items, point, radius) {
        const names = placed(items);
        return items.filter((item) => {
            switch (item.kind) {
                case "stroke":
                    return (
                        geometry.distanceToRect(geometry.bounds(item.points), point) <= radius &&
                        geometry.distanceToPath(item.points, point) <= radius + item.width / 2
                    );
                case "arrow": {
                    const line = lineOf(story, names, item);
                    return Boolean(line) && geometry.distanceToPath(line, point) <= radius;
                }
                default: {
                    // The inside of a frame belongs to what stands in it.
                    const node = story.node.get(item.node);
                    const rect = rectOf(story, item);
                    if (node && node.glyph === "frame") {
                        const title = isTitle(node, item) ? [item.x, item.y] : [rect.x + 60, rect.y + 22];
                        return geometry.distance(title, point) <= radius + 50;
                    }
                    return geometry.distanceToRect(rect, point) <= radius / 2;
                }
            }
        });
    }

    board.drawing = { drawing, rectOf, wordAt, wordLabels, middleOf, inside, placed, lineOf, touched, EDGE };
})();
