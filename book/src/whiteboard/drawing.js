// What somebody has drawn: a list of items, with undo and redo. An item is one of
//   {kind: "stroke", id, colour, width, points: [[x, y, pressure], …]}
//   {kind: "node", id, node, x, y, boxed}      a name of the storyboard that was put on the board, with its middle; boxed: with a box around it,
//                                             else in a box of one's own, where a frame has its title
//   {kind: "arrow", id, from, to}              two of those names connected (`from` and `to` are ids of nodes)
//   {kind: "word", id, text, x, y}             a name that the storyboard does not have
// Pure: nothing is painted here.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { geometry, sketch } = board;

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

    /** The rectangle that a placed name takes: as large as its node in the storyboard; no more than its title if it has a frame of one's own. */
    function rectOf(story, item) {
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
                    const [from, to] = [names.get(item.from), names.get(item.to)];
                    if (!from || !to) {
                        return false;
                    }
                    const [a, b] = [rectOf(story, from), rectOf(story, to)];
                    const line = [
                        geometry.borderPoint(a, geometry.centre(b), 8),
                        geometry.borderPoint(b, geometry.centre(a), 8),
                    ];
                    return geometry.distanceToPath(line, point) <= radius;
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

    board.drawing = { drawing, rectOf, middleOf, inside, placed, touched };
})();
