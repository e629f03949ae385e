// Where the words on an arrow stand: beside their line, where they touch as little as possible of boxes, other lines and other words. All
// of the storyboard counts, also what is not drawn yet, so that a word does not move when its neighbours come. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { geometry } = board;

    const SIZES = [24, 22, 20, 18, 16];
    const SHARES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];
    const GAP = 9;

    /** How wide a text is, in widths of a Latin letter: a syllable of Korean takes about two. */
    function letters(words) {
        return [...words].reduce((sum, letter) => sum + (letter > "\u1100" ? 1.7 : 1), 0);
    }

    /** The rectangle that a label `{text, x, y, size}` takes, about. */
    function rectOf({ text, x, y, size }) {
        const [width, height] = [letters(text) * size * 0.6, size * 1.15];
        return { x: x - width / 2, y: y - height / 2, width, height };
    }

    /** The area that two rectangles share. */
    function shared(a, b) {
        const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
        const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
        return Math.max(0, across) * Math.max(0, down);
    }

    const larger = ({ x, y, width, height }, by) => ({
        x: x - by,
        y: y - by,
        width: width + 2 * by,
        height: height + 2 * by,
    });

    /** Paths as points that are equally far apart: their number in a rectangle says how much of them lies there. */
    const dotted = (paths) => paths.flatMap((path) => geometry.resampled(path, 6));

    const within = ({ x, y, width, height }, dots) =>
        dots.reduce(
            (sum, [across, down]) => sum + (across >= x && across <= x + width && down >= y && down <= y + height),
            0,
        );

    /**
     * The label for a line from `start` to `end`. `around`: `{paper, rects, lines, edges}`, the last two as `dotted` makes them; edges may be
     * touched at need.
     */
    function beside(words, [start, end], around) {
        const far = geometry.distance(start, end) || 1;
        const normal = [-(end[1] - start[1]) / far, (end[0] - start[0]) / far];
        let best;
        for (const size of SIZES) {
            for (const share of SHARES) {
                for (const side of normal[1] > 0 ? [-1, 1] : [1, -1]) {
                    const { width, height } = rectOf({ text: words, x: 0, y: 0, size });
                    const off = side * ((Math.abs(normal[0]) * width + Math.abs(normal[1]) * height) / 2 + GAP);
                    const label = {
                        text: words,
                        x: start[0] + (end[0] - start[0]) * share + normal[0] * off,
                        y: start[1] + (end[1] - start[1]) * share + normal[1] * off,
                        size,
                    };
                    const rect = rectOf(label);
                    // A little air, so that nobody asks whose word it is.
                    const wide = larger(rect, GAP - 1);
                    const inside = shared(rect, { x: 0, y: 0, ...around.paper });
                    const cost =
                        around.rects.reduce((sum, other) => sum + shared(rect, other) + 0.3 * shared(wide, other), 0) +
                        60 * within(rect, around.lines) +
                        30 * within(wide, around.lines) +
                        12 * within(rect, around.edges) +
                        10 * (rect.width * rect.height - inside) +
                        60 * (SIZES[0] - size) +
                        400 * Math.abs(share - 0.5);
                    if (!best || cost < best.cost) {
                        best = { cost, label };
                    }
                }
            }
        }
        return best.label;
    }

    board.labels = { letters, rectOf, shared, larger, dotted, within, beside };
})();
