// A second window for who presents on a screen: cues, the next step and the clock there, only the board here. Both windows tell each other what
// happens by BroadcastChannel, and by postMessage as well, because pages opened as files share no channel in some browsers.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { clock, cues, dom, keys, store, storyboard, texts } = board;
    const { element } = dom;

    const CHANNEL = "workbook-whiteboard";

    /**
     * The line between two windows of a pair. `other` returns the other window, if it is known, `met` is given it; `heard` gets each message once.
     */
    function line(me, pair, { other, met }, heard) {
        const channel = window.BroadcastChannel ? new BroadcastChannel(CHANNEL) : undefined;
        const name = `${me}-${Math.random().toString(36).slice(2)}`;
        const latest = new Map();
        let count = 0;

        function receive(message) {
            if (
                !message ||
                message.channel !== CHANNEL ||
                message.role === me ||
                pair === "" ||
                message.pair !== pair ||
                latest.get(message.name) >= message.count
            ) {
                return;
            }
            latest.set(message.name, message.count);
            heard(message);
        }

        if (channel) {
            channel.onmessage = ({ data }) => receive(data);
        }
        window.addEventListener("message", ({ source, origin, data }) => {
            // Pages that were opened as files have no origin to be told by.
            const isOurs = location.protocol === "file:" || origin === location.origin;
            const isPair = data && data.pair === pair;
            if (isOurs && source !== null && (source === other() || isPair)) {
                met(source);
                receive(data);
            }
        });

        return {
            send(content) {
                count += 1;
                const message = { channel: CHANNEL, role: me, pair, name, count, ...content };
                if (channel) {
                    channel.postMessage(message);
                }
                const there = other();
                if (there && !there.closed) {
                    // A page that was opened as a file has no origin that could be named.
                    there.postMessage(message, location.protocol === "file:" ? "*" : location.origin);
                }
            },
        };
    }

    /** The board's side: opens the window, tells it the state, and does what it commands. */
    function presenting(app) {
        let there;
        // Whether only the board is shown, and which speaker windows are there, which outlive that: one can be doubled like any tab.
        let isOpen = false;
        const speakers = new Set();

        function shown(open) {
            isOpen = open;
            document.body.classList.toggle("presenting", open);
            document.getElementById("presenting-note").hidden = !open;
            app.surface.resize();
        }

        // Its speaker window is called by the tab: another tab with the page has its own.
        const tab = store.tab();
        const between = line(
            "board",
            tab,
            {
                other: () => there,
                // After a reload, the speaker window is known again by what it says.
                met(source) {
                    there = source;
                },
            },
            (message) => {
                if (message.kind === "hello") {
                    speakers.add(message.name);
                    present();
                } else if (message.kind === "bye") {
                    speakers.delete(message.name);
                    shown(isOpen && speakers.size > 0);
                } else if (message.kind === "command" && typeof message.command === "string") {
                    app.command(message.command);
                }
            },
        );

        function present() {
            shown(true);
            tell();
            app.announce(app.say("presenting"));
        }

        function tell() {
            const { index, minutes, language, mode } = app;
            between.send({
                kind: "state",
                state: { index, minutes, language, mode, clock: app.clock, black: app.black },
            });
        }

        // A speaker window may have been there before a reload.
        between.send({ kind: "here" });

        return {
            open() {
                there = window.open(`whiteboard.html#presenter-${tab}`, `workbook-${tab}`, "popup,width=900,height=700");
                if (!there) {
                    app.tell("popupBlocked");
                } else if (speakers.size > 0) {
                    // It has said hello before, and does not say it again.
                    present();
                }
            },
            close: () => shown(false),
            isOpen: () => isOpen,
            tell,
        };
    }

    /** The speaker window's side: the whole page is what the board's window tells. `language` has been loaded. Returns what does a command. */
    function presenter(story, root, language) {
        let state;
        const say = (key, values) => board.words.say(language, key, values);
        const text = (value) => storyboard.text(value, language);
        const between = line(
            "presenter",
            location.hash.replace(/^#presenter-?/, ""),
            { other: () => window.opener, met() {} },
            (message) => {
                if (message.kind === "here") {
                    between.send({ kind: "hello" });
                }
                if (message.kind === "state" && isState(message.state)) {
                    state = message.state;
                    speak(state.language);
                }
            },
        );
        const help = document.getElementById("help");

        /** The help is shown here; all else is done by the board's window. False if a key means nothing now. */
        function command(name) {
            if (name === "help") {
                help.open ? help.close() : help.showModal();
            } else if (help.open) {
                return false;
            } else {
                between.send({ kind: "command", command: name });
            }
            return undefined;
        }

        const time = element("div", { class: "times", role: "timer", "data-presenter-clock": true });
        const content = element("div", { id: "presenter-content", tabindex: "-1" });
        root.replaceChildren(time, content);

        /** Whether it can be shown: another page of this origin may write to the channel as well. */
        function isState(given) {
            const isClock = (one) =>
                one &&
                Array.isArray(one.steps) &&
                Array.isArray(one.spent) &&
                one.steps[one.index] &&
                [one.since, ...one.spent].every(Number.isFinite);
            return (
                Boolean(given) &&
                texts.LANGUAGES.includes(given.language) &&
                Boolean(storyboard.stepsOf(story, given.minutes)[given.index]) &&
                (given.clock === undefined || isClock(given.clock))
            );
        }

        async function speak(chosen) {
            if (await texts.load(story, chosen)) {
                language = chosen;
                document.documentElement.lang = language;
            }
            show();
        }

        function showHelp() {
            help.querySelectorAll("[data-say]").forEach((one) => {
                one.textContent = say(one.dataset.say);
            });
            document.getElementById("help-keys").replaceChildren(...keys.rows(keys.LIST, say));
        }

        function showTime() {
            if (!state || !state.clock) {
                time.textContent = "";
                return;
            }
            const { total, budget, step, stepBudget, paused } = clock.reading(state.clock, Date.now());
            time.textContent =
                `${say("thisStep")} ${clock.shown(step)} / ${clock.shown(stepBudget)} · ` +
                `${say("total")} ${clock.shown(total)} / ${clock.shown(budget)}${paused ? ` · ${say("asked")}` : ""}`;
            time.classList.toggle("over", step > stepBudget);
        }

        function show() {
            showTime();
            showHelp();
            if (!state) {
                dom.fill(content, [element("h1", {}, say("presenter")), element("p", {}, say("presenterAlone"))]);
                return;
            }
            const steps = storyboard.stepsOf(story, state.minutes);
            const [step, next] = [steps[state.index], steps[state.index + 1]];
            const running = state.clock;
            const stopped = running && running.pausedSince !== undefined;
            const control = (name, key, attributes) =>
                element(
                    "button",
                    {
                        type: "button",
                        id: `presenter-${name}`,
                        onclick: keys.pressing(name, () => command(name)),
                        "data-command": name,
                        ...attributes,
                    },
                    say(key),
                );
            dom.fill(content, [
                element(
                    "h1",
                    { "data-presenter-step": step.id },
                    say("stepOf", { n: state.index + 1, all: steps.length, title: text(step.title) }),
                ),
                element(
                    "div",
                    { class: "row" },
                    control("previous", "previous"),
                    control("next", "next"),
                    running
                        ? [control("question", stopped ? "goOn" : "question"), control("finish", "finish")]
                        : control("start", "start"),
                    control("black", "blacken", { "aria-pressed": String(Boolean(state.black)) }),
                    control("help", "help"),
                ),
                element("h2", {}, say("cues")),
                cues.cues(story, step, text, say),
                element(
                    "section",
                    { class: "next", "data-presenter-next": next ? next.id : "" },
                    element("h2", {}, next ? say("nextStep", { title: text(next.title) }) : say("lastStep")),
                    next
                        ? element(
                              "ul",
                              {},
                              (text(next.say) || []).map((cue) => element("li", {}, cue)),
                          )
                        : [],
                ),
                element("p", {}, say("presenterHelp")),
            ]);
        }

        window.addEventListener("pagehide", () => between.send({ kind: "bye" }));
        show();
        between.send({ kind: "hello" });
        setInterval(showTime, 250);
        return command;
    }

    board.presenter = { presenting, presenter };
})();
