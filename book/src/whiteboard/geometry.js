// Points, paths and rectangles on the paper, in its own units. A point is `[x, y]` or `[x, y, pressure]`, a path a list of points, a
// rectangle `{x, y, width, height}`. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

    /** How long a path is. */
    function length(path) {
        let sum = 0;
        for (let at = 1; at < path.length; at += 1) {
            sum += distance(path[at - 1], path[at]);
        }
        return sum;
    }

    /** The smallest rectangle around a path. */
    function bounds(path) {
        let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
        for (const [x, y] of path) {
            left = Math.min(left, x);
            top = Math.min(top, y);
            right = Math.max(right, x);
            bottom = Math.max(bottom, y);
        }
        return { x: left, y: top, width: right - left, height: bottom - top };
    }

    const centre = (rect) => [rect.x + rect.width / 2, rect.y + rect.height / 2];

    /** How far a point is from a rectangle; 0 inside. */
    function distanceToRect(rect, [x, y]) {
        const across = Math.max(rect.x - x, 0, x - rect.x - rect.width);
        const down = Math.max(rect.y - y, 0, y - rect.y - rect.height);
        return Math.hypot(across, down);
    }

    function distanceToSegment(from, to, point) {
        const square = (to[0] - from[0]) ** 2 + (to[1] - from[1]) ** 2;
        if (square === 0) {
            return distance(from, point);
        }
        const along = ((point[0] - from[0]) * (to[0] - from[0]) + (point[1] - from[1]) * (to[1] - from[1])) / square;
        const share = Math.min(1, Math.max(0, along));
        return distance([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])], point);
    }

    /** How far a point is from the nearest place of a path. */
    function distanceToPath(path, point) {
        if (path.length === 1) {
            return distance(path[0], point);
        }
        let nearest = Infinity;
        for (let at = 1; at < path.length; at += 1) {
            nearest = Math.min(nearest, distanceToSegment(path[at - 1], path[at], point));
        }
        return nearest;
    }

    /** The path as points that are `gap` apart, so that each piece of it counts the same. */
    function resampled(path, gap) {
        const points = [path[0]];
        let left = gap;
        for (let at = 1; at < path.length; at += 1) {
            let [from, to] = [path[at - 1], path[at]];
            let piece = distance(from, to);
            while (piece >= left) {
                from = [from[0] + ((to[0] - from[0]) * left) / piece, from[1] + ((to[1] - from[1]) * left) / piece];
                points.push(from);
                piece -= left;
                left = gap;
            }
            left -= piece;
        }
        return points;
    }

    /** The path with the points left out that are nearer than `tolerance` to the line between their neighbours (Ramer, Douglas and Peucker). */
    function simplified(path, tolerance) {
        if (path.length < 3) {
            return path.slice();
        }
        const keep = new Set([0, path.length - 1]);
        const open = [[0, path.length - 1]];
        while (open.length > 0) {
            const [first, last] = open.pop();
            let [farthest, far] = [-1, tolerance];
            for (let at = first + 1; at < last; at += 1) {
                const off = distanceToSegment(path[first], path[last], path[at]);
                if (off > far) {
                    [farthest, far] = [at, off];
                }
            }
            if (farthest >= 0) {
                keep.add(farthest);
                open.push([first, farthest], [farthest, last]);
            }
        }
        return path.filter((_, at) => keep.has(at));
    }

    /** Where the line from the middle of `rect` to `towards` leaves the rectangle, and `gap` further on. */
    function borderPoint(rect, towards, gap) {
        const [x, y] = centre(rect);
        const [right, down] = [towards[0] - x, towards[1] - y];
        const far = Math.hypot(right, down);
        if (far === 0) {
            return [x, y];
        }
        const share = Math.min(
            right === 0 ? Infinity : rect.width / 2 / Math.abs(right),
            down === 0 ? Infinity : rect.height / 2 / Math.abs(down),
        );
        const out = Math.min(1, share + gap / far);
        return [x + right * out, y + down * out];
    }

    /** The piece of a path between two lengths along it. */
    function piece(path, from, to) {
        const points = [];
        let along = 0;
        const between = (a, b, share) => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
        for (let at = 1; at < path.length && along <= to; at += 1) {
            const size = distance(path[at - 1], path[at]);
            const [start, end] = [Math.max(0, from - along), Math.min(size, to - along)];
            if (size > 0 && start <= end) {
                if (points.length === 0) {
                    points.push(between(path[at - 1], path[at], start / size));
                }
                points.push(between(path[at - 1], path[at], end / size));
            }
            along += size;
        }
        return points;
    }

    /** Which share of the reference paths has a stroke within `tolerance`: 1 if all of it was traced. */
    function coverage(reference, strokes, tolerance) {
        const points = reference.flatMap((path) => resampled(path, tolerance / 2));
        // Only strokes that come near at all are measured.
        const near = strokes.filter((stroke) => {
            const box = bounds(stroke);
            return points.some((point) => distanceToRect(box, point) <= tolerance);
        });
        const covered = points.filter((point) => near.some((stroke) => distanceToPath(stroke, point) <= tolerance));
        return points.length === 0 ? 1 : covered.length / points.length;
    }

    board.geometry = {
        distance,
        length,
        bounds,
        centre,
        distanceToRect,
        distanceToPath,
        resampled,
        simplified,
        borderPoint,
        piece,
        coverage,
    };
})();
