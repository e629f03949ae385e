// Where there is room on a board for one more name or word: for who puts it by keys, and need not see where. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { drawing, geometry, labels, recognition, sketch } = board;

    const PACE = 20;
    /** How much air a box has around it: the first of these that leaves it a place. */
    const AIRS = [60, 24, 8];
    const LEAST = AIRS[AIRS.length - 1];

    /** What a frame's title takes, and its sides. */
    const titleOf = ({ x, y }) => ({ x, y, width: 300, height: 44 });
    const sidesOf = ({ x, y, width, height }) => [
        { x, y, width, height: 1 },
        { x, y: y + height, width, height: 1 },
        { x, y, width: 1, height },
        { x: x + width, y, width: 1, height },
    ];

    const touched = (rects, rect) => rects.reduce((sum, other) => sum + labels.shared(other, rect), 0);

    /** What the items take: `rects` that nothing may lie on, `frames` that are hollow, and `dots` along lines. */
    function takenBy(story, items) {
        const names = drawing.placed(items);
        const [rects, frames, lines] = [[], [], []];
        for (const item of items) {
            const node = story.node.get(item.node);
            if (item.kind === "arrow") {
                lines.push(drawing.lineOf(story, names, item) || []);
            } else if (item.kind === "stroke") {
                const rect = recognition.isClosed(item.points) && geometry.bounds(item.points);
                rect && recognition.isBox(rect) ? rects.push(rect) : lines.push(item.points);
            } else if (node && node.glyph === "frame" && item.boxed) {
                rects.push(titleOf(drawing.rectOf(story, item)));
                frames.push(drawing.rectOf(story, item));
            } else {
                rects.push(drawing.rectOf(story, item));
            }
        }
        return { rects, frames, dots: labels.dotted(lines.filter(({ length }) => length > 1)) };
    }

    /**
     * The middle of a place for a rectangle so wide and high that touches no name, word or box of the items: the one nearest to `near`, else as far up
     * and left as there is one with air around it that crosses no line. A full board is touched where that is least seen. Of a frame, only its title and
     * its sides take room.
     */
    function find(story, items, { width, height }, { near, isFrame = false } = {}) {
        const { rects, frames, dots } = takenBy(story, items);
        const sides = frames.flatMap(sidesOf);
        const places = [];
        for (let y = drawing.EDGE; y + height <= story.paper.height - drawing.EDGE; y += PACE) {
            for (let x = drawing.EDGE; x + width <= story.paper.width - drawing.EDGE; x += PACE) {
                places.push({ x, y, width, height });
            }
        }
        if (near) {
            const [x, y] = drawing.inside(story, { width, height }, near);
            places.push({ x: x - width / 2, y: y - height / 2, width, height });
            const far = new Map(places.map((rect) => [rect, geometry.distance(geometry.centre(rect), near)]));
            places.sort((a, b) => far.get(a) - far.get(b));
        }
        const solid = (rect, air) => labels.larger(isFrame ? titleOf(rect) : rect, air);
        // How much of lines is crossed: by itself, and by the sides of a frame.
        const crossed = (rect) =>
            labels.within(solid(rect, LEAST), dots) +
            touched(sides, solid(rect, LEAST)) +
            (isFrame
                ? touched(frames, rect) +
                  sidesOf(rect).reduce((sum, side) => sum + touched(rects, labels.larger(side, LEAST)), 0)
                : 0);
        const least = (list, cost) =>
            list.reduce((best, rect) => {
                const own = cost(rect);
                return best && best.own <= own ? best : { rect, own };
            }, undefined);
        for (const air of near ? [LEAST] : AIRS) {
            const free = places.filter((rect) => touched(rects, solid(rect, air)) === 0);
            const found = near ? free[0] : free.find((rect) => crossed(rect) === 0);
            if (found) {
                return geometry.centre(found);
            }
            if (air === LEAST && free.length > 0) {
                return geometry.centre(least(free, crossed).rect);
            }
        }
        return geometry.centre(least(places, (rect) => touched(rects, solid(rect, LEAST))).rect);
    }

    /**
     * The items of a drawing for a comparison: what was put where there was room (`auto`) stands where the talk has it, and words beside all that.
     * Lines of a pen hold on to where the boxes are: with them, nothing moves. `wanted`: the ids of the reference.
     */
    function arranged(story, items, wanted, language) {
        if (!items.some(({ auto }) => auto) || items.some(({ kind }) => kind === "stroke")) {
            return items;
        }
        const isWord = ({ kind, auto }) => kind === "word" && auto;
        const own = (node, id) => {
            const [x, y] = geometry.centre(node);
            return { kind: "node", id, node: node.id, x, y, boxed: true };
        };
        const reference = wanted.map((id) =>
            story.node.has(id) ? own(story.node.get(id)) : { kind: "arrow", ...story.arrow.get(id) },
        );
        const beside = wanted.map((id) => sketch.arrowLabels(story, language).get(id)).filter(Boolean);
        const moved = items.map((item) =>
            item.auto && story.node.has(item.node) ? { ...item, ...own(story.node.get(item.node), item.id) } : item,
        );
        const there = [
            ...reference,
            ...beside.map((label) => ({ ...label, kind: "word" })),
            ...moved.filter((item) => !isWord(item)),
        ];
        return moved.map((item) => {
            if (!isWord(item)) {
                return item;
            }
            const rect = drawing.rectOf(story, item);
            const [x, y] = find(story, there, rect);
            const placed = { ...item, x, y: y + item.y - geometry.centre(rect)[1] };
            there.push(placed);
            return placed;
        });
    }

    board.room = { find, arranged };
})();
