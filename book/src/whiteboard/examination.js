// Exam: the clock, an empty board, then three questions, each with the one that follows it. One marks oneself by the criteria; what was missed is
// asked first next time. `exam.js` says which questions are drawn.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { clock, dom, exam, findings, splits, storyboard } = board;
    const { button, element } = dom;

    const COUNT = 3;
    const OPEN = ["drawing", "compared", "questions"];

    function examination(app) {
        // What a reload takes along. `stage`: "before", one of OPEN, or "after"; `shown`: "question", "answer" or "follow-up"; `met` and `followUp`: what is
        // ticked of the question that is asked; `seconds`: how long the drawing took; `measured`: whether the clock knows how long each step took.
        const NONE = {
            stage: "before",
            begun: 0,
            measured: false,
            asked: [],
            at: 0,
            shown: "question",
            answers: [],
            missedBefore: [],
            met: [],
            followUp: false,
        };
        let state = { ...NONE };
        let compared;

        const wanted = () => storyboard.drawnBy(app.steps);
        const isOpen = () => OPEN.includes(state.stage);
        const asked = () => app.story.question.get(state.asked[state.at]);
        const to = (stage, more = {}) => {
            state = { ...state, ...more, stage };
            leaving.forget();
            paint();
            app.repaintInk();
            app.refresh();
            app.showPanel();
        };

        function paint() {
            if (compared && state.stage === "compared") {
                compared.paint();
            } else {
                app.surface.clear("picture");
            }
        }

        function start() {
            compared = undefined;
            state = { ...NONE, begun: Date.now() };
            app.drawing.clear();
            app.drawn();
            app.placing.offer({ typed: true });
            app.startClock();
            to("drawing");
        }

        function drawn() {
            app.finishClock();
            // The clock may have been stopped before.
            const runs = [...app.kept.runs, app.finished].filter(Boolean);
            const run = runs.reverse().find(({ mode, at }) => mode === "exam" && Date.parse(at) >= state.begun);
            app.arrange(wanted());
            compared = findings.findings(app, wanted());
            const next = exam.questions(app.story, app.steps, app.kept.exams, COUNT, Math.random);
            to("compared", {
                seconds: run && splits.total(run),
                measured: Boolean(run) && splits.isMeasured(run),
                missedBefore: exam.misses(app.story, app.kept.exams),
                asked: next.map(({ id }) => id),
            });
        }

        function breakOff() {
            if (app.clock && app.clock.mode === "exam") {
                app.finishClock();
            }
            to("before");
        }

        const leaving = dom.doubted("exam-break-off", app, {
            ask: "breakOff",
            really: "breakOffReally",
            yes: breakOff,
            refresh: () => app.refreshPanel(),
        });

        function answered() {
            const { met, followUp } = state;
            const answers = [...state.answers, { question: asked().id, met, followUp }];
            const next = { answers, at: state.at + 1, shown: "question", met: [], followUp: false };
            if (next.at < state.asked.length) {
                to("questions", next);
                return;
            }
            const result = {
                id: `exam-${state.begun}`,
                at: new Date(state.begun).toISOString(),
                minutes: app.minutes,
                seconds: state.seconds,
                ...compared.outcome(),
                answers,
            };
            app.keep({ exams: [...app.kept.exams, result] });
            to("after", next);
        }

        /** Shows more of the question. Nothing is ticked until its criteria are there. */
        function reveal(shown) {
            const criteria = app.text(asked().criteria) || [];
            state = { ...state, shown, met: shown === "answer" ? criteria.map(() => false) : state.met };
            app.refreshPanel();
            app.keepSession();
        }

        /** What goes on, to be kept; undefined if none does. */
        function kept() {
            return isOpen() ? { ...state, minutes: app.minutes, ticked: [], ...(compared && compared.kept()) } : undefined;
        }

        /** Goes on with what was kept; whether that is possible. */
        function restore({ minutes, found, ticked, items, ...before }) {
            const { stage, asked: ids, at, shown, met } = before;
            const isKnown = (id) => app.story.node.has(id) || app.story.arrow.has(id);
            const one = app.story.question.get(ids[at]);
            const isWhole =
                OPEN.includes(stage) &&
                minutes === app.minutes &&
                ["question", "answer", "follow-up"].includes(shown) &&
                (stage === "drawing" ||
                    (found &&
                        [...found.nodes, ...found.arrows].every(({ id }) => isKnown(id)) &&
                        [...found.swapped.flat(), ...found.others].every(isKnown))) &&
                ids.every((id) => app.story.question.has(id)) &&
                (stage !== "questions" ||
                    (one && (shown === "question" || (app.text(one.criteria) || []).length === met.length)));
            if (isWhole) {
                state = before;
                compared = stage === "drawing" ? undefined : findings.findings(app, wanted(), { found, ticked });
            }
            return isWhole;
        }

        const budget = (minutes) => clock.shown(minutes * 60);

        /** How long the drawing took; nothing if the clock was stopped before. */
        function time() {
            const { seconds, measured } = state;
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
            const one = asked();
            const { at, shown } = state;
            const all = state.asked.length;
            const follow = one["follow-up"] || {};
            const criteria = app.text(one.criteria) || [];
            // Ticks belong to one question: the next one's boxes have other names.
            const tick = (id, words, checked, keep, attributes) => {
                const onchange = ({ target }) => {
                    keep(target.checked);
                    app.keepSession();
                };
                const box = { type: "checkbox", id: `${id}-${one.id}`, checked, onchange, ...attributes };
                return element("li", {}, element("label", {}, element("input", box), ` ${words}`));
            };
            const ticked = (n) => (isMet) => {
                state = { ...state, met: state.met.map((before, at) => (at === n ? isMet : before)) };
            };
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
                                  tick(`criterion-${n}`, words, state.met[n], ticked(n), {
                                      "data-criterion": String(n),
                                  }),
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
                              tick(
                                  "follow-up-done",
                                  app.say("followUpDone"),
                                  state.followUp,
                                  (followUp) => {
                                      state = { ...state, followUp };
                                  },
                                  { "data-follow-up-done": true },
                              ),
                          ),
                          button("exam-next", app.say(at + 1 < all ? "examNext" : "examEnd"), answered, {
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
                element("h3", { "data-question": one.id }, app.say("questionOf", { n: at + 1, all })),
                state.missedBefore.includes(one.id) ? element("p", { class: "mark" }, app.say("askedAgain")) : [],
                element("p", { class: "question" }, app.text(one.question)),
                element("p", {}, app.say("answerNow")),
                revealed,
                look,
                end,
            ];
        }

        /** What an answer that was missed left open: the criteria, what follows them, and where the book treats it. */
        function lacked(question, { met, followUp }) {
            const criteria = (app.text(question.criteria) || []).filter((_, n) => !met[n]);
            const open = followUp
                ? []
                : [app.say("followUpOpen", { question: app.text(question["follow-up"].question) })];
            const pages = (question.links || []).map(({ href, title }) =>
                element("div", {}, element("a", { href }, app.say("readOn", { title }))),
            );
            return [
                element("p", { class: "hint" }, app.say("notMet")),
                element(
                    "ul",
                    { "data-not-met": String(criteria.length) },
                    [...criteria, ...open].map((words) => element("li", {}, words)),
                ),
                ...pages,
            ];
        }

        function after() {
            const { answers } = state;
            const good = answers.filter((answer) => !exam.isMissed(answer)).length;
            return [
                element(
                    "p",
                    { class: "result", "data-exam-result": String(good) },
                    app.say("examDone", { n: good, all: answers.length }),
                ),
                time(),
                element("p", { "data-exam-drawn": true }, compared.result()),
                element(
                    "ul",
                    {},
                    answers.map((answer) => {
                        const asked = app.story.question.get(answer.question);
                        const isMissed = exam.isMissed(answer);
                        return element(
                            "li",
                            { "data-answered": answer.question, "data-missed-answer": String(isMissed) },
                            `${app.say(isMissed ? "missedOne" : "answered")}: ${app.text(asked.question)}`,
                            isMissed ? lacked(asked, answer) : [],
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
                    { "data-misses": String(exam.misses(app.story, app.kept.exams).length) },
                    app.say("missed", { n: exam.misses(app.story, app.kept.exams).length }),
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
                    () => to(state.asked.length > 0 ? "questions" : "before"),
                    { "data-do": "exam-questions", class: "main" },
                ),
            ],
            questions: question,
            after,
        };

        return {
            get places() {
                return state.stage === "drawing";
            },
            get isBlind() {
                return state.stage === "before" || state.stage === "drawing";
            },
            isOpen,
            cancel: leaving.cancel,
            kept,
            restore,
            /** Forgets the exam: everything is deleted. */
            reset() {
                state = { ...NONE };
                leaving.forget();
            },
            enter() {
                // An exam that was begun goes on, whatever was done meanwhile.
                state = isOpen() ? state : { ...NONE };
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
            panel: () => [
                element("div", { "data-stage": state.stage }, STAGES[state.stage]().flat(Infinity)),
                isOpen() ? leaving.elements() : [],
            ],
        };
    }

    (board.modes = board.modes || {}).exam = examination;
})();
