// Drawing with pen, finger and mouse. Pointer events are gathered as they come, with those that the browser has put together, and painted once
// a frame: https://developer.mozilla.org/en-US/docs/Web/API/PointerEvent/getCoalescedEvents.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { drawing, geometry } = board;

    const WIDTH = 5;
    const ERASER = 18;
    /** A touch that moves less than this is a tap. */
    const TAP = 8;

    /** Lets `host` be drawn on. `app` has the tool, the drawing and the surface, and is told of each change. Returns `stop`. */
    function pen(host, app) {
        let active;

        function erase(points) {
            const gone = points.flatMap((point) => drawing.touched(app.story, app.drawing.items(), point, ERASER));
            if (gone.length > 0 && app.drawing.remove(gone)) {
                app.repaintInk();
                active.changed = true;
            }
        }

        function paint() {
            active.frame = undefined;
            const { points, painted } = active;
            if (active.erases) {
                erase(points.slice(painted));
            } else {
                app.surface.stroke("wet", active, painted);
            }
            active.painted = points.length;
        }

        function down(event) {
            // A second finger, or the hand that rests beside the pen.
            if (active || (event.pointerType === "mouse" && event.button !== 0)) {
                return;
            }
            event.preventDefault();
            host.focus({ preventScroll: true });
            host.setPointerCapture(event.pointerId);
            const box = host.getBoundingClientRect();
            const erases = app.tool.eraser || event.button === 5;
            const { colour } = app.tool;
            active = {
                pointer: event.pointerId,
                box,
                erases,
                colour,
                width: WIDTH,
                points: [app.surface.point(event, box)],
                painted: 0,
            };
            active.frame = requestAnimationFrame(paint);
        }

        function move(event) {
            if (!active || event.pointerId !== active.pointer) {
                return;
            }
            const all = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
            for (const one of all.length > 0 ? all : [event]) {
                const point = app.surface.point(one, active.box);
                if (geometry.distance(point, active.points[active.points.length - 1]) >= 1) {
                    active.points.push(point);
                }
            }
            active.frame = active.frame || requestAnimationFrame(paint);
        }

        function up(event) {
            if (!active || event.pointerId !== active.pointer) {
                return;
            }
            cancelAnimationFrame(active.frame);
            const { points, colour, width, erases } = active;
            if (erases) {
                paint();
                const { changed } = active;
                active = undefined;
                if (changed) {
                    app.drawn();
                }
                return;
            }
            const { width: across, height: down } = geometry.bounds(points);
            if (across < TAP && down < TAP && app.tap(points[0])) {
                active = undefined;
                app.surface.clear("wet");
                return;
            }
            paint();
            // The last half of the last piece ends in the middle between two points.
            points.push(points[points.length - 1]);
            app.surface.stroke("wet", active, points.length - 1);
            active = undefined;
            app.surface.dry();
            app.drawing.add({ kind: "stroke", colour, width, points });
            app.drawn();
        }

        function cancel(event) {
            if (active && event.pointerId === active.pointer) {
                cancelAnimationFrame(active.frame);
                active = undefined;
                app.surface.clear("wet");
            }
        }

        /** Gives up the stroke under the pen: the board has become another one. */
        function stop() {
            if (active) {
                cancel({ pointerId: active.pointer });
            }
        }

        host.addEventListener("pointerdown", down);
        host.addEventListener("pointermove", move);
        host.addEventListener("pointerup", up);
        host.addEventListener("pointercancel", cancel);
        host.addEventListener("contextmenu", (event) => event.preventDefault());
        return { stop };
    }

    board.pen = { pen };
})();
