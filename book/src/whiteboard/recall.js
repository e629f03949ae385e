// Recall: an empty board and a word for each box. Then one's own drawing lies over the reference, and what is missing or reversed is named.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { dom, findings, storyboard } = board;
    const { button, element } = dom;

    function recall(app) {
        let compared;
        let kept = false;

        const wanted = () => storyboard.drawnBy(app.steps);
        const words = () => {
            const frame = (word) => app.say("frame", { word });
            return storyboard.prompts(app.story, wanted(), app.language, frame);
        };

        function paint() {
            if (compared) {
                compared.paint();
            } else {
                app.surface.clear("picture");
            }
        }

        function compare() {
            app.arrange(wanted());
            compared = findings.findings(app, wanted());
            kept = false;
            paint();
            app.repaintInk();
            app.refresh();
            app.showPanel();
            app.announce(compared.result());
        }

        function again() {
            compared = undefined;
            app.drawing.clear();
            app.repaintInk();
            app.drawn();
            begin(true);
            app.refresh();
            // By the keyboard, one begins on the board.
            document.getElementById("board").focus({ preventScroll: true });
        }

        function keep() {
            const now = Date.now();
            const result = {
                id: `recall-${now}`,
                at: new Date(now).toISOString(),
                minutes: app.minutes,
                ...compared.outcome(),
            };
            app.keep({ recalls: [...app.kept.recalls, result] });
            kept = true;
            app.announce(app.say("kept"));
            app.refreshPanel();
        }

        function begin(anew) {
            app.placing.offer({ choices: words, anew });
            paint();
        }

        return {
            places: true,
            get isBlind() {
                return !compared;
            },
            enter() {
                compared = undefined;
                begin(true);
            },
            leave() {
                compared = undefined;
            },
            moved() {},
            paint,
            // While one remembers, a box has its prompt; its name comes with the reference.
            word: (id) =>
                compared ? app.label(id) : (words().find((one) => one.id === id) || { word: app.label(id) }).word,
            changed() {
                if (compared) {
                    compared = undefined;
                    paint();
                    app.repaintInk();
                    app.refresh();
                }
            },
            panel() {
                if (!compared) {
                    const last = app.kept.recalls.filter(({ minutes }) => minutes === app.minutes).pop();
                    const all = last && [...last.drawn, ...last.missing, ...last.reversed];
                    const [own, whole] = last ? [last.drawn, all].map((ids) => storyboard.counted(app.story, ids)) : [];
                    return [
                        app.placing.palette(),
                        last
                            ? element(
                                  "p",
                                  { "data-last-recall": true },
                                  app.say("lastRecall", {
                                      boxes: own.boxes,
                                      allBoxes: whole.boxes,
                                      arrows: own.arrows,
                                      allArrows: whole.arrows,
                                  }),
                              )
                            : [],
                        button("compare", app.say("compare"), compare, { "data-do": "compare", class: "main" }),
                    ];
                }
                return [
                    compared.elements(),
                    element(
                        "div",
                        { class: "row" },
                        kept
                            ? element("span", { "data-kept": true }, app.say("kept"))
                            : button("keep", app.say("keep"), keep, { "data-do": "keep", class: "main" }),
                        button("again", app.say("again"), again, { "data-do": "again" }),
                    ),
                ];
            },
        };
    }

    (board.modes = board.modes || {}).recall = recall;
})();
