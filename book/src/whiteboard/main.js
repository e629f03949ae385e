// The rehearsal page, put together. Read in this order: `storyboard.js` (the source), `drawing.js`, `recognition.js`, `room.js`, `clock.js`,
// `splits.js`, `exam.js`, `archive.js` (what is true without a page), `texts.js` (the language), `surface.js` and `pen.js` (the paper),
// `placing.js` (names and arrows), the modes `watch.js`, `trace.js`, `recall.js`, `examination.js`, then this file. Each file puts one object on
// `workbookWhiteboard`; `whiteboard.html` loads them in that order. They are classic scripts because modules do not load from file://. What
// tests hold on to is listed in `tests/browser/src/rehearsal.rs`.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const MODES = ["watch", "trace", "recall", "exam"];

    // Outside a browser only the pure parts are of use.
    if (typeof document === "undefined") {
        return;
    }

    const { archive, clock, dom, drawing, keys, splits, store, storyboard, texts, words } = board;
    const find = (id) => document.getElementById(id);

    /** The page is light or dark as the book is, if a theme was chosen there. */
    function takeTheme() {
        let theme;
        try {
            theme = localStorage.getItem("mdbook-theme");
        } catch {
            return;
        }
        if (theme) {
            document.documentElement.dataset.theme = ["coal", "navy", "ayu"].includes(theme) ? "dark" : "light";
        }
    }

    function application(story, language) {
        const settings = store.settings();
        // What was going on when this tab was loaded again goes on.
        const session = store.session();
        const app = {
            story,
            kept: store.kept(),
            modeNames: MODES,
            language,
            minutes: story.versions.some(({ minutes }) => minutes === settings.minutes)
                ? settings.minutes
                : story.versions[0].minutes,
            mode: [session.mode, settings.mode, "watch"].find((one) => MODES.includes(one)),
            index: 0,
            clock: undefined,
            finished: undefined,
            black: false,
            tool: { colour: "black", eraser: false },
        };
        const drawings = Object.fromEntries(MODES.map((mode) => [mode, drawing.drawing(store.drawing(mode))]));
        // What lay in the storage when this tab last looked: another tab may draw, too.
        const seen = Object.fromEntries(MODES.map((mode) => [mode, store.drawingText(mode)]));
        // Modes whose drawing has changed since it was kept.
        const unsaved = new Set();
        let recorder;
        let saving;

        Object.defineProperty(app, "drawing", { get: () => drawings[app.mode] });
        const mode = () => app.modes[app.mode];
        const going = session.exam || session.clock;
        if (going && story.versions.some(({ minutes }) => minutes === going.minutes)) {
            app.minutes = going.minutes;
        }
        app.steps = storyboard.stepsOf(story, app.minutes);
        if (session.place && session.place.minutes === app.minutes && session.place.index in app.steps) {
            app.index = session.place.index;
        }
        if (session.clock && session.clock.minutes === app.minutes && clock.isOf(session.clock, app.steps)) {
            app.clock = clock.restored(session.clock, Date.now());
            app.index = app.clock.index;
        }
        app.step = () => app.steps[app.index];
        app.say = (key, values) => words.say(app.language, key, values);
        app.text = (value) => storyboard.text(value, app.language);
        app.places = () => mode().places;
        /** Whether one draws from memory now: then nothing on the page says what comes next. */
        app.isBlind = () => mode().isBlind;

        /** The name of a node, or an arrow in words. */
        app.label = (id) => {
            const node = story.node.get(id);
            if (node) {
                return app.text(node.label);
            }
            const arrow = story.arrow.get(id);
            return arrow
                ? app.say("arrow", {
                      label: app.text(arrow.label) || "",
                      from: app.label(arrow.from),
                      to: app.label(arrow.to),
                  })
                : id;
        };

        app.nameOfItem = (item) =>
            ({
                stroke: () => app.say("stroke"),
                word: () => item.text,
                node: () => mode().word(item.node),
                arrow: () => app.say("between", { from: mode().word(item.from), to: mode().word(item.to) }),
            })[item.kind]();

        app.announce = (what) => {
            // The same words twice are said twice.
            find("announce").textContent = "";
            setTimeout(() => {
                find("announce").textContent = what;
            }, 30);
        };

        /** What is said below the board until something else is: a key of the words, and what stands in them; nothing without one. */
        let notice = [];

        function showNotice() {
            const [key, values] = notice;
            find("notice").textContent = key === undefined ? "" : app.say(key, values);
        }

        /** Says it beside the board, where one looks, and leaves it to be read. */
        app.tell = (...what) => {
            notice = what;
            showNotice();
            if (what.length > 0) {
                app.announce(app.say(...what));
            }
        };

        let isWarned = false;

        /** Says that something was not kept: once, and again when that has been cleared away, but not after each stroke. */
        function warn(isLost) {
            if (isLost && (!isWarned || notice.length === 0)) {
                app.tell("notStored");
            }
            isWarned = isLost;
        }

        /** Keeps more: `part` replaces lists of what is kept, beside what another tab has kept. Whether the browser keeps it. */
        app.keep = (part) => {
            app.kept = archive.merged(store.kept(), { ...app.kept, ...part });
            const isKept = store.keep(app.kept);
            warn(!isKept);
            app.results.showSplits();
            return isKept;
        };

        /** Whether the drawing of a mode is that of an exam which goes on: nobody else changes it. */
        const isExamined = (name) => name === "exam" && app.modes.exam.isOpen();

        /**
         * Adds what was read from a file. A drawing in it takes the place of one's own, which comes back with undo; that of an exam which goes
         * on stays. Returns whether the browser keeps it all, and whether a drawing was left out for the exam.
         */
        app.imported = (more) => {
            const drawn = MODES.filter((name) => (more.drawings[name] || []).length > 0);
            for (const name of drawn.filter((one) => !isExamined(one))) {
                drawings[name].become(more.drawings[name]);
                unsaved.add(name);
            }
            const isKept = app.keep(archive.merged(app.kept, more));
            const isDrawn = app.saveDrawings();
            const isLeftOut = drawn.some(isExamined);
            enter();
            return { isKept: isKept && isDrawn, isLeftOut };
        };

        /** Begins with nothing, after all that was kept is gone; `isHere`: it was this tab that deleted it, and not another. */
        app.erased = (isHere) => {
            app.kept = archive.empty();
            app.finished = undefined;
            if (isHere) {
                app.modes.exam.reset();
                app.index = app.clock ? app.index : 0;
            }
            for (const name of MODES.filter((one) => !isExamined(one))) {
                drawings[name] = drawing.drawing();
                seen[name] = "[]";
            }
            enter();
            // What is empty need not be kept.
            clearTimeout(saving);
            saving = undefined;
            unsaved.clear();
        };

        app.drawings = () => Object.fromEntries(MODES.map((name) => [name, drawings[name].items()]));

        /** Takes in what another tab has drawn since this one last looked. */
        function share(name) {
            const text = store.drawingText(name);
            if (text === seen[name] || isExamined(name)) {
                return;
            }
            const was = seen[name];
            seen[name] = text;
            try {
                drawings[name].share(...[was, text].map((one) => archive.checkedItems(JSON.parse(one))));
            } catch {
                // It is set aside, and one's own takes its place.
                store.drawing(name);
                seen[name] = store.drawingText(name);
                unsaved.add(name);
                clearTimeout(saving);
                saving = setTimeout(app.saveDrawings, 400);
                tellUnread();
                return;
            }
            if (name === app.mode) {
                app.repaintInk();
                app.drawingChanged();
                app.refreshPanel();
            }
        }

        /** Keeps what has been drawn and is not kept. Whether the browser keeps it. */
        app.saveDrawings = () => {
            clearTimeout(saving);
            saving = undefined;
            unsaved.forEach(share);
            const lost = [...unsaved].filter((name) => !store.keepDrawing(name, drawings[name].items()));
            unsaved.forEach((name) => {
                seen[name] = store.drawingText(name);
            });
            unsaved.clear();
            warn(lost.length > 0);
            app.keepSession();
            return lost.length === 0;
        };

        /** Keeps what is going on in this tab: the step, the clock without the time for which the page is away, and the exam. */
        app.keepSession = () => {
            const exam = app.modes.exam.kept();
            store.keepSession({
                mode: app.mode,
                place: { minutes: app.minutes, index: app.index },
                clock: app.clock && clock.moved(app.clock, app.clock.index, Date.now()),
                // While an exam asks its questions, the clock shows how long the drawing took.
                finished: exam && app.finished,
                exam: exam && { ...exam, items: drawings.exam.items() },
            });
        };

        function tellUnread() {
            if (store.hasUnread()) {
                app.tell("setAside");
            }
        }

        /** Another tab has kept something. */
        const OTHERS = {
            erased: () => app.erased(false),
            more() {
                app.kept = archive.merged(store.kept(), app.kept);
                if (store.hasUnread()) {
                    // What the other tab wrote is set aside, and one's own takes its place.
                    store.keep(app.kept);
                }
                app.results.showSplits();
                app.refreshPanel();
                tellUnread();
            },
            drawn(name) {
                if (MODES.includes(name)) {
                    share(name);
                }
            },
        };

        function keepSettings() {
            const { language, minutes, mode: name } = app;
            store.keepSettings({ language, minutes, mode: name });
        }

        // ---- The paper

        app.repaintInk = () => {
            app.surface.clear("ink");
            board.surface.items(app.surface, "ink", story, app.drawing.items(), mode().word, app.say("onlyWord"));
        };

        function repaint() {
            if (app.modes) {
                mode().paint();
                app.repaintInk();
                app.placing.paint();
            }
        }

        /** What is to be said of the drawing after each change: nothing that a frame would wait for. */
        app.drawingChanged = () => {
            const items = app.drawing.items();
            document.body.dataset.items = String(items.length);
            find("undo").disabled = !app.drawing.canUndo();
            find("redo").disabled = !app.drawing.canRedo();
            const strokes = items.filter(({ kind }) => kind === "stroke").length;
            const things = items.filter(({ kind }) => kind !== "stroke").map(app.nameOfItem);
            const counted =
                strokes === 0 ? [] : [strokes === 1 ? app.say("stroke") : app.say("strokes", { n: strokes })];
            find("on-board").textContent = app.say("onBoard", {
                what: [...things, ...counted].join(", ") || app.say("nothing"),
            });
            mode().changed();
        };

        /** The drawing has changed: kept once the hand has rested. */
        app.drawn = () => {
            unsaved.add(app.mode);
            clearTimeout(saving);
            saving = setTimeout(app.saveDrawings, 400);
            app.drawingChanged();
        };

        /** Puts a name where the board was tapped; whether there was one. Who types names goes on typing. */
        app.tap = (point) => {
            const isPut = app.places() && app.placing.put(point);
            if (isPut && app.placing.isTyped()) {
                find("type-name").focus({ preventScroll: true });
            }
            return isPut;
        };

        /** Before a comparison: what stands where there was room goes to where the talk has it. */
        app.arrange = (wanted) => {
            const items = app.drawing.items();
            const arranged = board.room.arranged(story, items, wanted, app.language);
            if (arranged !== items) {
                app.drawing.become(arranged);
                app.drawn();
            }
        };

        function changeDrawing(how) {
            how();
            app.repaintInk();
            app.drawn();
            app.refreshPanel();
        }

        // ---- Steps and the clock

        app.go = (index) => {
            const to = Math.min(app.steps.length - 1, Math.max(0, index));
            if (to === app.index && app.stepShown) {
                return;
            }
            app.index = to;
            app.stepShown = true;
            if (app.clock) {
                app.clock = clock.moved(app.clock, to, Date.now());
            }
            mode().moved();
            refresh();
            app.announce(stepInWords());
        };

        app.startClock = () => {
            // A run that was going on ends here, and is kept.
            app.finishClock();
            app.tell(...(app.index > 0 ? ["startedFirst"] : []));
            app.finished = undefined;
            app.clock = clock.started(app.steps, app.minutes, app.mode, Date.now());
            if (app.index === 0) {
                refresh();
            } else {
                app.go(0);
            }
            startRecording();
        };

        /** Stops the clock; the run that it measured, undefined if there was none. */
        app.finishClock = () => {
            if (!app.clock) {
                return undefined;
            }
            const run = clock.run(app.clock, Date.now());
            app.clock = undefined;
            app.finished = run;
            stopRecording();
            find("record").disabled = !board.recording.isPossible();
            if (splits.isMeasured(run)) {
                app.tell();
                app.keep({ runs: [...app.kept.runs, run] });
                // A recording that ended before says now where its steps begin.
                app.results.showRecordings();
            } else {
                // The clock stood at one step all the time, which says nothing of the others.
                app.tell("noSplits", { time: clock.shown(splits.total(run)) });
            }
            refresh();
            return run;
        };

        function question() {
            if (!app.clock) {
                return;
            }
            const isPaused = app.clock.pausedSince !== undefined;
            app.clock = isPaused ? clock.resumed(app.clock, Date.now()) : clock.paused(app.clock, Date.now());
            if (recorder) {
                isPaused ? recorder.resume() : recorder.pause();
            }
            app.announce(app.say(isPaused ? "goOn" : "asked"));
            refresh();
        }

        /** Records what is said in the run that is going on, from now on, if one wishes that and the browser lets one. */
        async function startRecording() {
            if (!find("record").checked || !app.clock || recorder) {
                return;
            }
            const { id, at } = clock.run(app.clock, Date.now());
            let begun;
            try {
                begun = await board.recording.recorder();
            } catch {
                find("record").checked = false;
                app.tell("noMicrophone");
                return;
            }
            // While the browser asked, the run may have ended, or stopped for a question.
            const isWanted = find("record").checked && app.clock && clock.run(app.clock, Date.now()).id === id;
            if (!isWanted || recorder) {
                await begun.stop();
                return;
            }
            recorder = { ...begun, id, at, from: clock.reading(app.clock, Date.now()).total };
            document.body.dataset.recording = "true";
            if (app.clock.pausedSince !== undefined) {
                begun.pause();
            }
            await begun.ended;
            if (recorder && recorder.ended === begun.ended) {
                app.tell("microphoneGone");
                await stopRecording();
            }
        }

        /** Ends the recording and keeps it. A run has one: what comes after it is not recorded. */
        async function stopRecording() {
            if (!recorder) {
                return;
            }
            const { id, at, from, stop } = recorder;
            recorder = undefined;
            delete document.body.dataset.recording;
            find("record").checked = find("record").checked && !app.clock;
            find("record").disabled = Boolean(app.clock);
            const blob = await stop();
            warn(!(await store.keepRecording({ id, at, from, type: blob.type, blob })));
            app.results.showRecordings();
        }

        /** Counts the time up to now. A machine whose clock is set back meanwhile takes away nothing that was counted before. */
        function tick() {
            if (app.clock) {
                const isSetBack = Date.now() < app.clock.since;
                app.clock = clock.moved(app.clock, app.clock.index, Date.now());
                if (isSetBack) {
                    app.presenting.tell();
                }
            }
            showTime();
        }

        function showTime() {
            const read = app.clock
                ? clock.reading(app.clock, Date.now())
                : {
                      total: app.finished ? splits.total(app.finished) : 0,
                      budget: storyboard.secondsOf(app.steps),
                      step: 0,
                      stepBudget: app.step().seconds,
                      behind: 0,
                      paused: false,
                  };
            const set = (name, text) => {
                const place = document.querySelector(`#clock [data-reading=${name}]`);
                if (place.textContent !== text) {
                    place.textContent = text;
                }
            };
            set("total", `${app.say("total")} ${clock.shown(read.total)} / ${clock.shown(read.budget)}`);
            set("step", `${app.say("thisStep")} ${clock.shown(read.step)} / ${clock.shown(read.stepBudget)}`);
            const time = clock.shown(Math.abs(read.behind));
            const late = read.behind >= 0.5 ? "behind" : read.behind <= -0.5 ? "inHand" : "onTime";
            set("behind", read.paused ? app.say("asked") : app.clock ? app.say(late, { time }) : "");
            find("clock").classList.toggle("over", Boolean(app.clock) && read.step > read.stepBudget);
            find("budget").value = Math.min(1, read.step / read.stepBudget);
        }

        // ---- What the page shows

        app.refreshPanel = () => {
            const panel = find("panel-content");
            const title = app.mode === "watch" || app.mode === "trace" ? app.text(app.step().title) : app.say(app.mode);
            find("panel-title").textContent = title;
            dom.fill(panel, mode().panel());
        };

        /** Scrolls to where the panel begins, if that has gone out of sight (on an upright phone the board stands before it). */
        app.showPanel = () => {
            const panel = find("panel");
            if (panel.getBoundingClientRect().top < parseFloat(getComputedStyle(panel).scrollMarginTop)) {
                panel.scrollIntoView({ block: "start" });
            }
        };

        /** Which step it is. While one draws from memory, its title would say what comes next. */
        const stepInWords = () =>
            app.isBlind()
                ? `${app.index + 1} / ${app.steps.length}`
                : app.say("stepOf", { n: app.index + 1, all: app.steps.length, title: app.text(app.step().title) });

        /** Scrolls back to the board, if its upper edge has gone out of sight: one is about to draw on it. */
        app.showBoard = () => {
            const [stage, own] = [find("stage"), find("board")].map((one) => one.getBoundingClientRect().top);
            if (own < Math.max(0, stage)) {
                find("board").scrollIntoView({ block: "nearest" });
            }
        };

        app.refresh = () => {
            const state = !app.clock ? "off" : app.clock.pausedSince === undefined ? "running" : "paused";
            Object.assign(document.body.dataset, {
                currentMode: app.mode,
                step: app.step().id,
                clock: state,
                language: app.language,
            });
            find("step-title").textContent = stepInWords();
            document
                .querySelectorAll("button[data-mode]")
                .forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.mode === app.mode)));
            find("start").hidden = state !== "off";
            find("start").textContent = app.say(app.index === 0 ? "start" : "startFirst");
            find("finish").hidden = find("question").hidden = state === "off";
            find("question").textContent = app.say(state === "paused" ? "goOn" : "question");
            find("previous").disabled = app.index === 0;
            find("next").disabled = app.index === app.steps.length - 1;
            find("minutes").disabled = state !== "off" || app.modes.exam.isOpen();
            find("board").setAttribute("aria-label", app.say(app.places() ? "boardPlace" : "boardWatch"));
            showTime();
            app.refreshPanel();
            app.results.showSplits();
            app.presenting.tell();
            app.keepSession();
        };
        const refresh = () => app.refresh();

        /** Everything again: after the mode, the language or the version has changed. */
        function enter() {
            app.stepShown = false;
            mode().enter();
            app.drawingChanged();
            app.repaintInk();
            app.placing.paint();
            refresh();
        }

        function show(name) {
            if (name === app.mode) {
                return;
            }
            app.pen.stop();
            mode().leave();
            app.mode = name;
            keepSettings();
            enter();
            app.showBoard();
            app.announce(app.say(name));
        }

        function speak(language) {
            app.language = language;
            document.documentElement.lang = language;
            document.title = app.say("title");
            document.querySelectorAll("[data-say]").forEach((one) => {
                one.textContent = app.say(one.dataset.say);
            });
            document
                .querySelectorAll("[data-say-label]")
                .forEach((one) => one.setAttribute("aria-label", app.say(one.dataset.sayLabel)));
            find("language").value = language;
            find("minutes").replaceChildren(
                ...story.versions.map(({ minutes }) =>
                    dom.element(
                        "option",
                        { value: String(minutes), selected: minutes === app.minutes },
                        app.say("minutes", { n: minutes }),
                    ),
                ),
            );
            find("help-keys").replaceChildren(...keys.rows([...keys.LIST, ...keys.BOARD_LIST], app.say));
            writeSheet();
        }

        function writeSheet() {
            board.sheet.sheet(find("cue-sheet"), app);
        }

        /** The same page in another language: a drawing, an exam or a comparison goes on. */
        async function switchLanguage(language) {
            if (!(await texts.load(story, language))) {
                find("language").value = app.language;
                app.tell("noLanguage");
                return;
            }
            speak(language);
            keepSettings();
            mode().paint();
            app.repaintInk();
            showNotice();
            app.results.showData();
            app.results.showStatus();
            app.results.showRecordings();
            app.drawingChanged();
            refresh();
        }

        function blacken(on) {
            app.black = on;
            find("black").hidden = !on;
            if (on) {
                app.announce(app.say("blackScreen"));
            }
            app.presenting.tell();
        }

        function erasing(on) {
            app.tool.eraser = on;
            find("eraser").setAttribute("aria-pressed", String(on));
        }

        const COMMANDS = {
            next: () => app.go(app.index + 1),
            previous: () => app.go(app.index - 1),
            first: () => app.go(0),
            last: () => app.go(app.steps.length - 1),
            start: () => (app.clock ? undefined : app.startClock()),
            finish: app.finishClock,
            clock: () => (app.clock ? app.finishClock() : app.startClock()),
            question,
            speaker: () => app.presenting.open(),
            black: () => blacken(!app.black),
            fullscreen: () =>
                document.fullscreenElement
                    ? document.exitFullscreen()
                    : document.documentElement.requestFullscreen().catch(() => undefined),
            help: () => (find("help").open ? find("help").close() : find("help").showModal()),
            escape() {
                if ((app.mode === "exam" && app.modes.exam.cancel()) || app.results.cancel()) {
                    return undefined;
                }
                if (app.presenting.isOpen()) {
                    app.presenting.close();
                    return undefined;
                }
                return false;
            },
            language: () => void switchLanguage(app.language === "en" ? "ko" : "en"),
            eraser: () => erasing(!app.tool.eraser),
            undo: () => changeDrawing(app.drawing.undo),
            redo: () => changeDrawing(app.drawing.redo),
            clear: () => changeDrawing(app.drawing.clear),
            print: () => window.print(),
            ...Object.fromEntries(MODES.map((name) => [name, () => show(name)])),
        };

        /** Does what a key, a button or the speaker window asks for; false if it means nothing now. */
        app.command = (name) => {
            const isHelped = find("help").open && name !== "help";
            return isHelped || !Object.hasOwn(COMMANDS, name) ? false : COMMANDS[name]();
        };

        function pressed(name, event) {
            if (app.black && !event.repeat) {
                blacken(false);
                return true;
            }
            if (name === "Escape" && event.target === find("type-name")) {
                // Who types names comes to the board, and back with Enter.
                find("board").focus();
                return true;
            }
            return event.target === find("board") && app.placing.key(name, event);
        }

        app.begin = () => {
            app.placing = board.placing.placing(app);
            app.results = board.results.results(app);
            app.surface = board.surface.surface(find("board"), story.paper, repaint);
            app.modes = Object.fromEntries(MODES.map((name) => [name, board.modes[name](app)]));
            if (session.exam && app.modes.exam.restore(session.exam)) {
                drawings.exam = drawing.drawing(session.exam.items);
                app.finished = session.finished;
            }
            app.presenting = board.presenter.presenting(app);
            app.pen = board.pen.pen(find("board"), app);
            keys.listen(pressed, app.command);
            speak(app.language);
            app.surface.resize();
            enter();
            app.results.showData();
            app.results.showRecordings();
            if (!board.recording.isPossible()) {
                find("record").disabled = true;
            }

            document
                .querySelectorAll("[data-command-of]")
                .forEach((one) => {
                    const name = one.dataset.commandOf;
                    one.addEventListener("click", keys.pressing(name, () => app.command(name)));
                });
            document
                .querySelectorAll("button[data-mode]")
                .forEach((one) => one.addEventListener("click", () => show(one.dataset.mode)));
            document.querySelectorAll("[data-colour]").forEach((one) =>
                one.addEventListener("change", () => {
                    app.tool.colour = one.dataset.colour;
                    erasing(false);
                }),
            );
            // Who takes a marker by hand draws next, and the board's keys are wanted; who walks there by keys stays.
            find("tools").addEventListener("pointerup", () => setTimeout(() => find("board").focus({ preventScroll: true })));
            find("record").addEventListener("change", ({ target }) => (target.checked ? startRecording() : stopRecording()));
            find("language").addEventListener("change", ({ target }) => switchLanguage(target.value));
            find("minutes").addEventListener("change", ({ target }) => {
                app.minutes = Number(target.value);
                app.steps = storyboard.stepsOf(story, app.minutes);
                [app.index, app.finished] = [0, undefined];
                keepSettings();
                writeSheet();
                enter();
            });
            for (const kind of ["focus", "blur"]) {
                find("board").addEventListener(kind, app.placing.paint);
            }
            find("black").addEventListener("click", () => blacken(false));
            matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => app.surface.resize());
            window.addEventListener("beforeprint", () => board.sheet.fit(find("cue-sheet")));
            window.addEventListener("pagehide", app.saveDrawings);
            // A page that comes back as it was left, by the browser's Back, was away as after a reload.
            window.addEventListener("pageshow", ({ persisted }) => {
                app.clock = persisted && app.clock ? clock.restored(app.clock, Date.now()) : app.clock;
            });
            // A reload takes the clock and the exam along, but a tab that is closed, or a voice that is being recorded, does not come back.
            window.addEventListener("beforeunload", (event) => {
                if (app.clock || app.modes.exam.isOpen()) {
                    event.preventDefault();
                }
            });
            store.listen(OTHERS);
            tellUnread();
            // On a small screen the settings are folded away.
            const wide = matchMedia("(min-width: 62rem)");
            const unfold = () => {
                find("settings").open = wide.matches;
            };
            wide.addEventListener("change", unfold);
            unfold();
            setInterval(tick, 250);
            board.live.find(() => {
                document.body.dataset.live = "true";
                app.refreshPanel();
            });
        };
        return app;
    }

    takeTheme();

    /** The storyboard; undefined if it has not loaded, or if it is not one. */
    function loaded() {
        try {
            const story = storyboard.read(window.workbookStoryboard);
            return story.versions.every(({ steps }) => steps.length > 0) && story.versions.length > 0 ? story : undefined;
        } catch {
            return undefined;
        }
    }

    /** The language that was chosen, else the browser's. */
    function chosenLanguage() {
        const { language } = store.settings();
        return texts.LANGUAGES.includes(language) ? language : (navigator.language || "en").startsWith("ko") ? "ko" : "en";
    }

    async function begin() {
        const [story, language] = [loaded(), chosenLanguage()];
        const isSpeaker = location.hash.startsWith("#presenter");
        const [isWhole] = await Promise.all([texts.load(story, language), isSpeaker ? undefined : store.claimTab()]);
        document.documentElement.lang = language;
        if (!story || !isWhole) {
            // It speaks both languages by itself: the words may be what is missing.
            find("missing").hidden = false;
            return;
        }
        if (isSpeaker) {
            const root = dom.element("main", { id: "presenter" });
            document.body.replaceChildren(root, find("help"));
            document.body.className = "speaker";
            const command = board.presenter.presenter(story, root, language);
            keys.listen(
                () => false,
                (name) => command(name),
            );
            return;
        }
        find("page").hidden = false;
        board.app = application(story, language);
        board.app.begin();
    }

    begin();
})();
