// Below the board: the splits beside those of the best and the last run, the recordings, and everything that is kept, to export, import and delete.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { archive, clock, dom, recording, splits, store } = board;
    const { button, element } = dom;

    /** The largest file that is read, in bytes: some hours of voice. */
    const LARGEST = 256 * 1024 * 1024;

    function results(app) {
        const seconds = (value) => (value === undefined ? "–" : String(Math.round(value * 10) / 10));
        let addresses = [];

        /** The table of splits: of the run that is going on, or of the one just finished. */
        function table() {
            const now = app.clock ? clock.run(app.clock, Date.now()).splits : app.finished && app.finished.splits;
            // The run just finished is not its own rival.
            const others = app.kept.runs.filter((run) => !app.finished || app.clock || run.id !== app.finished.id);
            const rows = splits.rows(app.steps, now, others, app.minutes);
            const heads = ["step", "budget", "now", "best", "last"];
            const sum = (column) => {
                const values = rows.map((row) => row[column]).filter((value) => value !== undefined);
                return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0);
            };
            const cells = (row) =>
                heads.slice(1).map((column) => element("td", { "data-column": column }, seconds(row[column])));
            return element(
                "table",
                { "data-splits": String(app.minutes) },
                element("caption", {}, app.say("splitsOf", { n: app.minutes })),
                element(
                    "thead",
                    {},
                    element(
                        "tr",
                        {},
                        heads.map((head) => element("th", { scope: "col" }, app.say(head))),
                    ),
                ),
                element(
                    "tbody",
                    {},
                    rows.map((row, at) =>
                        element(
                            "tr",
                            { "data-step": row.step, "aria-current": at === app.index ? "step" : undefined },
                            element(
                                "th",
                                { scope: "row" },
                                app.isBlind() ? String(at + 1) : app.text(app.steps[at].title),
                            ),
                            cells(row),
                        ),
                    ),
                ),
                element(
                    "tfoot",
                    {},
                    element(
                        "tr",
                        {},
                        element("th", { scope: "row" }, app.say("sum")),
                        cells(Object.fromEntries(heads.slice(1).map((column) => [column, sum(column)]))),
                    ),
                ),
            );
        }

        function showSplits() {
            dom.fill(document.getElementById("splits-content"), [
                element(
                    "div",
                    {
                        class: "wide",
                        tabindex: "0",
                        role: "region",
                        "aria-label": app.say("splitsOf", { n: app.minutes }),
                    },
                    table(),
                ),
                element(
                    "p",
                    { "data-runs": String(app.kept.runs.length) },
                    app.say("runs", { n: app.kept.runs.length }),
                ),
            ]);
        }

        /** A recording with buttons that go to where each step began. */
        function player({ id, at, from: heard, blob }) {
            const address = URL.createObjectURL(blob);
            addresses.push(address);
            const when = new Date(at).toLocaleString(app.language, { dateStyle: "medium", timeStyle: "short" });
            const audio = element("audio", {
                controls: true,
                preload: "metadata",
                src: address,
                "aria-label": app.say("recordingOf", { at: when }),
                "data-recording": id,
            });
            const run = app.kept.runs.find((one) => one.id === id);
            const starts = run ? splits.beginnings(run, heard) : [];
            const go = (from) => {
                audio.currentTime = from;
                audio.play().catch(() => undefined);
            };
            return element(
                "div",
                { class: "recording" },
                element("h3", {}, when),
                audio,
                element(
                    "ol",
                    {},
                    starts.map(({ step, from }) => {
                        const title = app.story.step.has(step) ? app.text(app.story.step.get(step).title) : step;
                        return element(
                            "li",
                            {},
                            button(`listen-${id}-${step}`, `${clock.shown(from)} ${title}`, () => go(from), {
                                "data-listen": step,
                                "aria-label": app.say("listenFrom", { title: `${clock.shown(from)} ${title}` }),
                            }),
                        );
                    }),
                ),
                button(
                    `delete-${id}`,
                    app.say("deleteRecording", { at: when }),
                    async () => {
                        await store.deleteRecording(id);
                        showRecordings();
                    },
                    { "data-delete-recording": id },
                ),
            );
        }

        async function showRecordings() {
            const all = await store.recordings();
            addresses.forEach((address) => URL.revokeObjectURL(address));
            addresses = [];
            dom.fill(
                document.getElementById("recordings-content"),
                all.length === 0 ? [element("p", {}, app.say("noRecordings"))] : all.map(player),
            );
        }

        function download(name, type, text) {
            const address = URL.createObjectURL(new Blob([text], { type }));
            element("a", { href: address, download: name }).click();
            setTimeout(() => URL.revokeObjectURL(address), 10000);
        }

        async function exportJson() {
            app.saveDrawings();
            const voices = document.getElementById("with-recordings").checked ? await store.recordings() : [];
            const written = await Promise.all(
                voices.map(async ({ id, at, from, type, blob }) => ({
                    id,
                    at,
                    from,
                    type,
                    data: await recording.toBase64(blob),
                })),
            );
            download("whiteboard.json", "application/json", archive.toJson({ ...app.kept, drawings: app.drawings() }, written));
        }

        /** The bytes of each recording, before any is kept: a file with one broken recording brings none. */
        function decoded({ id, at, from, type, data }) {
            try {
                return { id, at, from, type, blob: recording.fromBase64(data, type) };
            } catch {
                throw archive.fault("whyForm", { what: "recordings" });
            }
        }

        async function importFile(file) {
            try {
                if (file.size > LARGEST) {
                    throw archive.fault("whyLarge");
                }
                const text = await file.text();
                const isCsv = !text.trimStart().startsWith("{");
                const { kept, recordings } = isCsv
                    ? { kept: archive.fromCsv(text), recordings: [] }
                    : archive.fromJson(text);
                let isKept = true;
                for (const one of recordings.map(decoded)) {
                    isKept = (await store.keepRecording(one)) && isKept;
                }
                const imported = app.imported(kept);
                const counts = { runs: kept.runs.length, exams: kept.exams.length, recalls: kept.recalls.length };
                const also = [imported.isLeftOut && "examGoesOn", !(isKept && imported.isKept) && "notStored"];
                status(() => [app.say("imported", counts), ...also.filter(Boolean).map((key) => app.say(key))].join(" "));
                showRecordings();
            } catch (error) {
                // What has no reason of ours is the browser's: a file that has gone, or may not be read.
                status(() => app.say("notImported", { why: app.say(error.why || "whyUnread", error.values) }));
            }
        }

        // What is said of files, in the language of the moment.
        let said = () => "";

        function showStatus() {
            document.getElementById("data-status").textContent = said();
        }

        function status(words) {
            said = words;
            showStatus();
        }

        async function erase() {
            await store.erase(app.modeNames);
            app.erased(true);
            showData();
            showRecordings();
            status(() => app.say("erased"));
        }

        const erasing = dom.doubted("erase", app, {
            ask: "erase",
            really: "eraseReally",
            yes: erase,
            refresh: () => showData(),
        });

        function showData() {
            const file = element("input", {
                type: "file",
                id: "import",
                accept: ".json,.csv,application/json,text/csv",
                "data-do": "import",
                onchange() {
                    if (file.files[0]) {
                        importFile(file.files[0]);
                        file.value = "";
                    }
                },
            });
            dom.fill(document.getElementById("data-content"), [
                element("p", {}, app.say("dataHelp")),
                element(
                    "div",
                    { class: "row" },
                    button("export-json", app.say("exportJson"), exportJson, { "data-do": "export-json" }),
                    button(
                        "export-csv",
                        app.say("exportCsv"),
                        () => download("whiteboard.csv", "text/csv", archive.toCsv(app.kept)),
                        { "data-do": "export-csv" },
                    ),
                    element(
                        "label",
                        {},
                        element("input", { type: "checkbox", id: "with-recordings" }),
                        ` ${app.say("withRecordings")}`,
                    ),
                ),
                element("label", {}, app.say("import"), " ", file),
                erasing.elements(),
            ]);
        }

        return { showSplits, showRecordings, showData, showStatus, cancel: erasing.cancel };
    }

    board.results = { results };
})();
