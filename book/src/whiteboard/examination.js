// Exam: the clock, an empty board, then three questions, each with the one that follows it. One marks oneself by the criteria; what was missed is
// asked first next time. `exam.js` says which questions are drawn.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { clock, dom, exam, findings, splits, storyboard } = board;
    const { button, element } = dom;

    const COUNT = 3;

    function examination(app) {
        // stage: "before", "drawing", "compared", "questions" or "after"
        let stage = "before";
        let [compared, asked, at, shown, answers, missedBefore, begun] = [undefined, [], 0, "question", [], [], 0];
        // How long the drawing took, in seconds, and whether the clock knows how long each step took.
        let [seconds, measured] = [undefined, false];

        const wanted = () => storyboard.drawnBy(app.steps);
        const to = (next) => {
            stage = next;
            paint();
            app.repaintInk();
            app.refreshPanel();
            app.showPanel();
        };

        function paint() {
            if (compared && stage === "compared") {
                compared.paint();
            } else {
                app.surface.clear("picture");
            }
        }

        function start() {
            [compared, answers, at, shown] = [undefined, [], 0, "question"];
            begun = Date.now();
            app.drawing.clear();
            app.drawn();
            app.placing.offer({ typed: true });
            app.startClock();
            to("drawing");
        }

        function drawn() {
            const run = app.finishClock();
            seconds = run && splits.total(run);
            measured = Boolean(run) && splits.isMeasured(run);
            compared = findings.findings(app, wanted());
            missedBefore = exam.misses(app.kept.exams);
            asked = exam.questions(app.story, app.steps, app.kept.exams, COUNT, Math.random);
            to("compared");
        }

        function answered() {
            const question = asked[at];
            const boxes = [...document.querySelectorAll("[data-criterion]")];
            answers.push({
                question: question.id,
                met: boxes.map((box) => box.checked),
                followUp: document.getElementById("follow-up-done").checked,
            });
            // Ticks belong to one question: the next one's boxes are not to inherit them.
            boxes.concat(document.getElementById("follow-up-done")).forEach((box) => {
                box.checked = false;
            });
            at += 1;
            shown = "question";
            if (at < asked.length) {
                to("questions");
                return;
            }
            const { drawn: own, missing, reversed, swapped } = compared.outcome();
            const result = {
                id: `exam-${begun}`,
                at: new Date(begun).toISOString(),
                minutes: app.minutes,
                seconds,
                drawn: own,
                missing,
                reversed,
                swapped,
                answers,
            };
            app.keep({ exams: [...app.kept.exams, result] });
            to("after");
        }

        function reveal(next) {
            shown = next;
            app.refreshPanel();
        }

        const budget = (minutes) => clock.shown(minutes * 60);

        /** How long the drawing took; nothing if the clock was stopped before. */
        function time() {
            return seconds === undefined
                ? []
                : [
                      element(
                          "p",
                          { "data-exam-time": String(seconds) },
                          app.say("examTime", { time: clock.shown(seconds), budget: budget(app.minutes) }),
                          measured ? "" : ` ${app.say("examNoSplits")}`,
                      ),
                  ];
        }

        /** How long it took the last time. */
        function lastTime() {
            const last = app.kept.exams.filter((one) => one.minutes === app.minutes && one.seconds !== undefined).pop();
            const values = last && { time: clock.shown(last.seconds), budget: budget(last.minutes) };
            return last ? [element("p", { "data-last-exam": String(last.seconds) }, app.say("lastExam", values))] : [];
        }

        function question() {
            const one = asked[at];
            const follow = one["follow-up"] || {};
            const criteria = app.text(one.criteria) || [];
            const tick = (id, words, attributes) =>
                element(
                    "li",
                    {},
                    element("label", {}, element("input", { type: "checkbox", id, ...attributes }), ` ${words}`),
                );
            const revealed =
                shown === "question"
                    ? []
                    : [
                          element("h3", {}, app.say("answer")),
                          element("p", { "data-model-answer": true }, app.text(one.answer)),
                          element("h3", {}, app.say("criteria")),
                          element(
                              "ul",
                              { class: "ticks" },
                              criteria.map((words, n) =>
                                  tick(`criterion-${n}`, words, { "data-criterion": String(n) }),
                              ),
                          ),
                          element("h3", {}, app.say("followUp")),
                          element("p", { "data-follow-up": true }, app.text(follow.question)),
                      ];
            const end =
                shown === "follow-up"
                    ? [
                          element("p", { "data-follow-up-answer": true }, app.text(follow.answer)),
                          dom.list(app.say("followUpCriteria"), app.text(follow.criteria) || [], {
                              "data-follow-up-criteria": true,
                          }),
                          element(
                              "ul",
                              { class: "ticks" },
                              tick("follow-up-done", app.say("followUpDone"), { "data-follow-up-done": true }),
                          ),
                          button("exam-next", app.say(at + 1 < asked.length ? "examNext" : "examEnd"), answered, {
                              "data-do": "exam-next",
                              class: "main",
                          }),
                      ]
                    : [];
            const look =
                shown === "question"
                    ? button("reveal", app.say("reveal"), () => reveal("answer"), {
                          "data-do": "reveal",
                          class: "main",
                      })
                    : shown === "answer"
                      ? button("reveal-follow-up", app.say("revealFollowUp"), () => reveal("follow-up"), {
                            "data-do": "reveal-follow-up",
                            class: "main",
                        })
                      : [];
            return [
                element("h3", { "data-question": one.id }, app.say("questionOf", { n: at + 1, all: asked.length })),
                missedBefore.includes(one.id) ? element("p", { class: "mark" }, app.say("askedAgain")) : [],
                element("p", { class: "question" }, app.text(one.question)),
                element("p", {}, app.say("answerNow")),
                revealed,
                look,
                end,
            ];
        }

        function after() {
            const good = answers.filter((answer) => !exam.isMissed(answer)).length;
            return [
                element(
                    "p",
                    { class: "result", "data-exam-result": String(good) },
                    app.say("examDone", { n: good, all: answers.length }),
                ),
                element(
                    "ul",
                    {},
                    answers.map((answer) => {
                        const asked = app.story.question.get(answer.question);
                        const isMissed = exam.isMissed(answer);
                        const pages = isMissed ? storyboard.pagesOf(asked) : [];
                        return element(
                            "li",
                            { "data-answered": answer.question, "data-missed-answer": String(isMissed) },
                            `${app.say(isMissed ? "missedOne" : "answered")}: ${app.text(asked.question)}`,
                            pages.map(({ href, title }) =>
                                element("div", {}, element("a", { href }, app.say("readOn", { title }))),
                            ),
                        );
                    }),
                ),
                button("exam-again", app.say("again"), start, { "data-do": "exam-start", class: "main" }),
            ];
        }

        const STAGES = {
            before: () => [
                element("p", {}, app.say("examIntro")),
                lastTime(),
                element(
                    "p",
                    { "data-misses": String(exam.misses(app.kept.exams).length) },
                    app.say("missed", { n: exam.misses(app.kept.exams).length }),
                ),
                button("exam-start", app.say("examStart"), start, { "data-do": "exam-start", class: "main" }),
            ],
            drawing: () => [
                app.placing.palette(),
                button("exam-drawn", app.say("examDrawn"), drawn, { "data-do": "exam-drawn", class: "main" }),
            ],
            compared: () => [
                time(),
                compared.elements(),
                button(
                    "exam-questions",
                    app.say("examQuestions"),
                    () => to(asked.length > 0 ? "questions" : "before"),
                    { "data-do": "exam-questions", class: "main" },
                ),
            ],
            questions: question,
            after,
        };

        return {
            get places() {
                return stage === "drawing";
            },
            enter() {
                stage = "before";
                app.placing.offer({ typed: true });
                paint();
            },
            leave() {},
            moved() {},
            paint,
            word: app.label,
            changed() {
                // Further strokes belong to an answer at the board; what was compared stays as it was.
            },
            panel: () => [element("div", { "data-stage": stage }, STAGES[stage]().flat(Infinity))],
        };
    }

    (board.modes = board.modes || {}).exam = examination;
})();
