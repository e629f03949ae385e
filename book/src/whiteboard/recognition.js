// Which boxes and arrows of the storyboard a drawing has. Names that were placed are certain. Strokes are read near them: a closed one around
// a name is its box, an open one between two names is an arrow, and a short one at its end, or a sharp turn, is the arrow's head. What
// could be meant but is not certain is said to be so, and the page asks. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { geometry, drawing, storyboard } = board;

    /** How far, in units of the paper, a stroke may end from the box that it means. */
    const REACH = 60;
    /** Boxes whose distances differ by no more than this are about as near. */
    const ALIKE = 12;
    /** Strokes below this length are heads and dots, not arrows. */
    const SHORT = 70;

    /** Whether a stroke goes around something: its ends meet, and it is as large as a box. */
    function isClosed(points) {
        const { width, height } = geometry.bounds(points);
        const ends = geometry.distance(points[0], points[points.length - 1]);
        return width >= 40 && height >= 25 && ends <= Math.max(40, 0.2 * geometry.length(points));
    }

    /** Larger strokes go around several boxes. */
    const BOX = [420, 230];

    const isBox = ({ width, height }) => width <= BOX[0] && height <= BOX[1];

    /** Of closed strokes, as rectangles, the one that is the box of a node whose name stands at a point: the outermost one for a frame, for all else
        the innermost one that is not as large as a frame. Undefined if there is none. */
    function boxAround(node, closed, point) {
        const around = closed
            .filter((rect) => geometry.distanceToRect(rect, point) === 0)
            .sort((a, b) => a.width * a.height - b.width * b.height);
        const [width, height] = [Math.max(BOX[0], 1.5 * node.width), Math.max(BOX[1], 1.5 * node.height)];
        return node.glyph === "frame"
            ? around[around.length - 1]
            : around.find((rect) => rect.width <= width && rect.height <= height);
    }

    /** Where a stroke turns back sharply near its end, as in an arrow that is drawn in one go: the tip, or undefined. */
    function tipOf(points) {
        const corners = geometry.simplified(points, 6);
        const whole = geometry.length(corners);
        let after = 0;
        let tip;
        for (let at = corners.length - 2; at > 0; at -= 1) {
            after += geometry.distance(corners[at], corners[at + 1]);
            if (after > Math.max(90, whole * 0.35)) {
                break;
            }
            const [from, here, to] = [corners[at - 1], corners[at], corners[at + 1]];
            const turn = Math.abs(
                Math.atan2(here[1] - from[1], here[0] - from[0]) - Math.atan2(to[1] - here[1], to[0] - here[0]),
            );
            if (Math.min(turn, 2 * Math.PI - turn) > 1.75) {
                tip = here;
            }
        }
        return tip;
    }

    /** A stroke as an arrow: `{start, end, headed}`, from its tail to its head; undefined if it is not one. `shorts`: strokes that may be heads. */
    function arrowOf(points, shorts) {
        if (isClosed(points)) {
            return undefined;
        }
        const first = points[0];
        const tip = tipOf(points);
        const last = tip || points[points.length - 1];
        if (geometry.distance(first, last) < SHORT) {
            return undefined;
        }
        if (tip) {
            return { start: first, end: last, headed: true };
        }
        const heads = (end) => shorts.some((short) => geometry.distanceToPath(short, end) <= 30);
        const [atFirst, atLast] = [heads(first), heads(last)];
        if (atFirst && !atLast) {
            return { start: last, end: first, headed: true };
        }
        return { start: first, end: last, headed: atLast && !atFirst };
    }

    /** The ids of the rectangles that an end of a stroke may mean: the nearest in reach, and those that are about as near. */
    function meant(rects, point) {
        const sorted = [...rects]
            .map(([id, rect]) => ({ id, far: geometry.distanceToRect(rect, point) }))
            .filter(({ far }) => far <= REACH)
            .sort((a, b) => a.far - b.far);
        return sorted.filter(({ far }) => far - sorted[0].far <= ALIKE).map(({ id }) => id);
    }

    /** Whether an arrow joins the same two boxes as a link, in either direction. */
    const joins = (arrow, { from, to }) =>
        (arrow.from === from && arrow.to === to) || (arrow.from === to && arrow.to === from);

    /**
     * What an arrow on the board links, `{from, to, clear, sure}`, or undefined. Where its ends are near to several boxes, it is taken for the one
     * arrow of the storyboard that it can be. It is clear which boxes are meant, or sure in which direction as well.
     */
    function linked(story, ends, { start, end, headed }) {
        const [starts, stops] = [meant(ends, start), meant(ends, end)];
        const pairs = starts
            .flatMap((from) => stops.map((to) => ({ from, to })))
            .filter(({ from, to }) => from !== to);
        const known = pairs.filter((pair) => story.arrows.some((arrow) => joins(arrow, pair)));
        const [first] = known.length > 0 ? known : pairs;
        const clear = pairs.length === 1 || known.length === 1;
        return first && { ...first, clear, sure: headed && clear };
    }

    /** Nodes with the same prompt cannot be told apart by it: each of their names is taken for the one that it stands nearest to. */
    function settled(story, names) {
        const groups = new Map();
        for (const id of names.keys()) {
            const node = story.node.get(id);
            if (node) {
                const word = `${node.prompt ? node.prompt.en : node.id} ${node.glyph === "frame"}`;
                groups.set(word, [...(groups.get(word) || []), id]);
            }
        }
        const result = new Map();
        for (const ids of groups.values()) {
            const items = ids.map((id) => names.get(id));
            const all =
                ids.length === 1
                    ? []
                    : ids.flatMap((id) =>
                          items.map((item) => {
                              return {
                                  id,
                                  item,
                                  far: geometry.distance(geometry.centre(story.node.get(id)), [item.x, item.y]),
                              };
                          }),
                      );
            all.sort((a, b) => a.far - b.far);
            const taken = new Set();
            for (const { id, item } of all) {
                if (!result.has(id) && !taken.has(item)) {
                    result.set(id, item);
                    taken.add(item);
                }
            }
            if (ids.length === 1) {
                result.set(ids[0], items[0]);
            }
        }
        return result;
    }

    /**
     * Pairs of nodes that somebody put into each other's places: each stands nearer to the other's place than to its own, once both pictures have the
     * same middle and size.
     */
    function swapped(story, names) {
        const ids = [...names.keys()].filter((id) => story.node.get(id).glyph !== "frame" && !names.get(id).auto);
        if (ids.length < 3) {
            return [];
        }
        const middle = (points) =>
            [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
        const normal = (points) => {
            const [x, y] = middle(points);
            const size =
                Math.sqrt(points.reduce((sum, p) => sum + (p[0] - x) ** 2 + (p[1] - y) ** 2, 0) / points.length) || 1;
            return points.map((p) => [(p[0] - x) / size, (p[1] - y) / size]);
        };
        const own = normal(ids.map((id) => [names.get(id).x, names.get(id).y]));
        const reference = normal(ids.map((id) => geometry.centre(story.node.get(id))));
        const pairs = [];
        ids.forEach((first, a) =>
            ids.slice(a + 1).forEach((second, next) => {
                const b = a + 1 + next;
                const apart = geometry.distance(reference[a], reference[b]);
                const crossed = geometry.distance(own[a], reference[b]) + geometry.distance(own[b], reference[a]);
                const straight = geometry.distance(own[a], reference[a]) + geometry.distance(own[b], reference[b]);
                if (crossed < 0.5 * straight && crossed < apart) {
                    pairs.push([first, second]);
                }
            }),
        );
        return pairs;
    }

    /** What of `wanted` the items show if the names stand where `names` says: `{nodes, arrows, extra}`. */
    function shown(story, items, wanted, names) {
        const strokes = items
            .filter((item) => item.kind === "stroke" && item.points.length > 1)
            .map((item) => item.points);
        const closed = strokes.filter(isClosed).map(geometry.bounds);
        const shorts = strokes.filter((points) => geometry.length(points) < 2 * SHORT);

        // A name's box is the closed stroke around it, else as large as in the storyboard.
        const rects = new Map();
        for (const [id, item] of names) {
            const own = boxAround(story.node.get(id), closed, [item.x, item.y]);
            rects.set(id, own || drawing.rectOf(story, { ...item, node: id }));
        }
        // A box without a name may be the node in whose place it stands.
        const guessed = new Map();
        const unnamed = closed.filter(
            (rect) => ![...names.values()].some((item) => geometry.distanceToRect(rect, [item.x, item.y]) === 0),
        );
        for (const id of wanted) {
            const node = story.node.get(id);
            if (node && !names.has(id)) {
                const near = unnamed.find(
                    (rect) =>
                        geometry.distance(geometry.centre(rect), geometry.centre(node)) <= 110 &&
                        [rect.width / node.width, rect.height / node.height].every(
                            (share) => share > 0.4 && share < 2.5,
                        ),
                );
                if (near) {
                    guessed.set(id, near);
                }
            }
        }
        const nodes = wanted
            .filter((id) => story.node.has(id))
            .map((id) => {
                return { id, state: names.has(id) ? "drawn" : guessed.has(id) ? "uncertain" : "missing" };
            });

        // No arrow begins at a frame.
        const ends = new Map([...rects, ...guessed].filter(([id]) => story.node.get(id).glyph !== "frame"));
        const links = items
            .filter((item) => item.kind === "arrow")
            .map(({ from, to }) => ({ from, to, clear: true, sure: true }));
        for (const points of strokes) {
            const arrow = arrowOf(
                points,
                shorts.filter((short) => short !== points),
            );
            const link = arrow && linked(story, ends, arrow);
            if (link) {
                const isNamed = rects.has(link.from) && rects.has(link.to);
                links.push({ ...link, clear: link.clear && isNamed, sure: link.sure && isNamed });
            }
        }
        const arrows = wanted
            .filter((id) => story.arrow.has(id))
            .map((id) => {
                const { from, to } = story.arrow.get(id);
                const right = links.filter((link) => link.from === from && link.to === to);
                const back = links.filter((link) => link.from === to && link.to === from);
                if (right.some((link) => link.sure)) {
                    return { id, state: "drawn" };
                }
                if (back.some((link) => link.sure)) {
                    return { id, state: "reversed" };
                }
                if (right.length + back.length > 0) {
                    return { id, state: "uncertain", likely: right.length > 0 };
                }
                return { id, state: "missing" };
            });
        // What is drawn the wrong way round has been named; both ways, one of them is too many.
        const isWanted = (link) =>
            arrows.some(({ id, state }) => {
                const arrow = story.arrow.get(id);
                const isRight = arrow.from === link.from && arrow.to === link.to;
                return isRight || ((state === "reversed" || !link.sure) && joins(arrow, link));
            });
        const extra = new Map(
            links
                .filter((link) => link.clear && !isWanted(link))
                .map(({ from, to, sure }) => [`${from} ${to}`, sure ? { from, to } : { from, to, line: true }]),
        );
        return { nodes, arrows, extra: [...extra.values()] };
    }

    /**
     * What of `wanted` (ids of nodes and arrows) the items of a drawing show:
     * `{nodes: [{id, state}], arrows: [{id, state, likely}], swapped: [[id, id]], extra: [{from, to}], others: [id], words: [{text, near}]}`.
     * The state of a node is "drawn", "uncertain" or "missing"; of an arrow also "reversed". An uncertain one is `likely` if the
     * stroke was at least drawn in the right direction. `extra` are arrows (a `line` has no head), `others` boxes and `words` names which were not
     * wanted; `near` is the node that a word nearly names.
     */
    function recognised(story, items, wanted) {
        const names = settled(story, drawing.placed(items));
        const pairs = swapped(story, names);
        const meant = new Map(names);
        for (const [a, b] of pairs) {
            const [first, second] = [meant.get(a), meant.get(b)];
            meant.set(a, second).set(b, first);
        }
        // Who only confuses two names has one fault, and not one more for each arrow between the right places.
        const count = ({ arrows }) => arrows.filter(({ state }) => state === "drawn").length;
        const [asNamed, asMeant] = [names, meant].map((places) => shown(story, items, wanted, places));
        const found = count(asMeant) > count(asNamed) ? asMeant : asNamed;
        const texts = new Set(items.filter(({ kind }) => kind === "word").map(({ text }) => text));
        const open = found.nodes.filter(({ state }) => state !== "drawn").map(({ id }) => id);
        const words = [...texts].map((text) => ({ text, near: (storyboard.nodeNear(story, text, open) || {}).id }));
        // With a typing error, a box was probably meant: the page asks.
        const isMisspelt = ({ id, state }) => state === "missing" && words.some(({ near }) => near === id);
        return {
            ...found,
            nodes: found.nodes.map((node) => (isMisspelt(node) ? { ...node, state: "uncertain" } : node)),
            swapped: pairs,
            others: [...names.keys()].filter((id) => story.node.has(id) && !wanted.includes(id)),
            words,
        };
    }

    /**
     * The result of a recall once the uncertain ones have been ticked (`ticked`: a set of ids that were meant):
     * `{drawn, missing, reversed, swapped}`, each a list of ids.
     */
    function outcome(found, ticked) {
        const all = [...found.nodes, ...found.arrows];
        const isDrawn = ({ id, state }) => state === "drawn" || (state !== "reversed" && ticked.has(id));
        return {
            drawn: all.filter(isDrawn).map(({ id }) => id),
            missing: all.filter((one) => one.state !== "reversed" && !isDrawn(one)).map(({ id }) => id),
            reversed: all.filter(({ state }) => state === "reversed").map(({ id }) => id),
            swapped: found.swapped,
        };
    }

    board.recognition = { isClosed, isBox, boxAround, tipOf, arrowOf, recognised, outcome };
})();
