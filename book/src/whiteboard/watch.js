// Watch: the board draws itself, step by step, with the cues at the side. Who asks for less motion sees each step at once.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { cues, dom, live, sketch } = board;
    const { element, button } = dom;

    /** Units of the paper that the hand draws in a second. */
    const PACE = 900;
    const SPEEDS = [1, 2, 5, 10];

    function watch(app) {
        // `done`: how much of the current step is on the paper.
        let [sketches, all, done, frame, timer, speed] = [[], 0, 0, undefined, undefined, 1];
        let shown = -1;

        const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
        const sketched = (steps) => sketch.ofSteps(app.story, steps, app.language);

        /** Paints of the current step what lies between two amounts of effort. */
        function grow(from, to) {
            let before = 0;
            for (const drawn of sketches) {
                const size = app.surface.effort(drawn);
                if (before + size > from && before < to) {
                    app.surface.part("picture", drawn, from - before, to - before);
                }
                before += size;
            }
        }

        function paint() {
            app.surface.clear("picture");
            const earlier = app.steps.slice(0, app.index);
            const before = sketched(earlier);
            before.forEach((drawn) => app.surface.whole("picture", drawn));
            sketches = sketched([...earlier, app.step()]).slice(before.length);
            all = sketches.reduce((sum, drawn) => sum + app.surface.effort(drawn), 0);
            done = Math.min(done, all);
            grow(0, done >= all ? Infinity : done);
        }

        function draw() {
            cancelAnimationFrame(frame);
            const pace =
                Math.max(PACE, all / Math.max(1, app.step().seconds * 0.7)) * (timer ? Math.max(1, speed / 2) : 1);
            let last;
            const tick = (now) => {
                const to = done + (last === undefined ? 0 : (Math.min(100, now - last) / 1000) * pace);
                last = now;
                grow(done, to >= all ? Infinity : to);
                done = to;
                frame = done < all ? requestAnimationFrame(tick) : undefined;
                document.getElementById("board").dataset.drawing = String(done < all);
            };
            frame = requestAnimationFrame(tick);
        }

        /** Shows the current step; draws it if it is the one after what was shown. */
        function moved() {
            const forwards = app.index > shown;
            shown = app.index;
            cancelAnimationFrame(frame);
            const animated = forwards && !still();
            done = animated ? 0 : Infinity;
            paint();
            document.getElementById("board").dataset.drawing = String(animated && all > 0);
            if (animated && all > 0) {
                draw();
            }
            schedule();
        }

        function schedule() {
            if (timer !== undefined) {
                clearTimeout(timer);
                timer = setTimeout(
                    () => {
                        if (app.index + 1 < app.steps.length) {
                            app.go(app.index + 1);
                        } else {
                            play(false);
                        }
                    },
                    (app.step().seconds * 1000) / speed,
                );
            }
        }

        function play(on) {
            clearTimeout(timer);
            timer = on ? 0 : undefined;
            if (on && app.index + 1 >= app.steps.length) {
                shown = -1;
                app.go(0);
            } else {
                schedule();
            }
            app.refreshPanel();
        }

        function panel() {
            const step = app.step();
            const choice = element(
                "select",
                {
                    id: "speed",
                    "data-speed": true,
                    onchange(event) {
                        speed = Number(event.target.value);
                        schedule();
                    },
                },
                SPEEDS.map((one) => element("option", { value: String(one), selected: one === speed }, `${one} ×`)),
            );
            return [
                element("p", { class: "hint" }, app.say("watchHelp")),
                element(
                    "div",
                    { class: "row" },
                    button("play", app.say(timer === undefined ? "play" : "stop"), () => play(timer === undefined), {
                        "data-do": "play",
                        "aria-pressed": String(timer !== undefined),
                    }),
                    element("label", {}, app.say("speed"), " ", choice),
                ),
                cues.cues(app.story, step, app.text, app.say),
                live.hop(step, app.say),
            ];
        }

        return {
            places: false,
            isBlind: false,
            enter() {
                shown = -1;
                moved();
            },
            leave() {
                cancelAnimationFrame(frame);
                clearTimeout(timer);
                timer = undefined;
                delete document.getElementById("board").dataset.drawing;
            },
            moved,
            paint,
            panel,
            word: app.label,
            changed() {},
        };
    }

    (board.modes = board.modes || {}).watch = watch;
})();
