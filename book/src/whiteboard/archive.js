// What is kept of all rehearsals, as a file to take along and back: JSON has everything, CSV the splits of the runs and the answers of
// the exams, one a row, for a spreadsheet. Both can be read again without loss of what they hold. Pure.
//
// Kept: `{runs, exams, recalls, drawings}`. A run is what `clock.run` returns; an exam `{id, at, minutes, seconds, answers: [{question, met, followUp}]}`;
// a recall `{id, at, minutes, drawn, missing, reversed, swapped}`; drawings are the items of each mode.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { clock, csv, geometry } = board;

    const FORMAT = "workbook-whiteboard";
    const COLUMNS = [
        "kind",
        "id",
        "at",
        "minutes",
        "mode",
        "complete",
        "paused",
        "item",
        "budget",
        "seconds",
        "met",
        "follow-up",
    ];
    const LISTS = ["runs", "exams", "recalls"];
    const MODES = ["watch", "trace", "recall", "exam"];

    const empty = () => ({ runs: [], exams: [], recalls: [], drawings: {} });

    /** Everything as the text of a JSON file. `recordings`: the voices, as `{id, at, from, type, data}` with base64 data; may be left out. */
    function toJson(kept, recordings = []) {
        return `${JSON.stringify({ format: FORMAT, version: 1, ...kept, recordings }, null, 1)}\n`;
    }

    /** An Error that the page can say in the reader's language: `why` is a key of `words.js`, `values` what stands in its words. */
    function fault(why, values = {}) {
        return Object.assign(new Error(why), { why, values });
    }

    const isText = (value) => typeof value === "string" && value.length <= 500;
    const isCount = (value) => typeof value === "number" && Number.isFinite(value);
    const isSeconds = (value) => isCount(value) && value >= 0 && value <= clock.LONGEST;
    const isTruth = (value) => typeof value === "boolean";
    // No paper is so large; without a limit, a line to the end of the numbers would be drawn for ever.
    const isPlace = (value) => isCount(value) && Math.abs(value) <= 20000;
    const isTime = (value) => isText(value) && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && Number.isFinite(Date.parse(value));
    const isList = (form) => (value) => Array.isArray(value) && value.every(form);
    const isPair = (value) => isList(isText)(value) && value.length === 2;
    const isPoint = (value) => isList(isPlace)(value) && (value.length === 2 || value.length === 3);
    const perhaps = (form) => (value) => value === undefined || form(value);

    /** Whether an object has these fields. */
    const has = (fields) => (value) =>
        Boolean(value) && typeof value === "object" && Object.entries(fields).every(([name, form]) => form(value[name]));

    /** An object with these fields and no others. */
    const only = (fields, value) =>
        Object.fromEntries(Object.keys(fields).flatMap((name) => (value[name] === undefined ? [] : [[name, value[name]]])));

    const SPLIT = { step: isText, budget: isSeconds, seconds: isSeconds };
    const ANSWER = { question: isText, met: isList(isTruth), followUp: perhaps(isTruth) };
    const RESULT = { drawn: isList(isText), missing: isList(isText), reversed: isList(isText), swapped: isList(isPair) };
    const PERHAPS = Object.fromEntries(Object.entries(RESULT).map(([name, form]) => [name, perhaps(form)]));
    const OWN = { id: isText, at: isTime, minutes: isSeconds };
    const FORMS = {
        runs: {
            ...OWN,
            mode: perhaps(isText),
            complete: perhaps(isTruth),
            paused: perhaps(isSeconds),
            splits: isList(has(SPLIT)),
        },
        // A table has the answers of an exam only.
        exams: { ...OWN, seconds: perhaps(isSeconds), ...PERHAPS, answers: isList(has(ANSWER)) },
        recalls: { ...OWN, ...RESULT },
    };
    const INNER = { runs: ["splits", SPLIT], exams: ["answers", ANSWER] };

    const CLOCK = {
        at: isCount,
        mode: isText,
        minutes: isSeconds,
        steps: isList(has({ step: isText, budget: isSeconds })),
        spent: isList(isCount),
        seen: isList(isTruth),
        index: isCount,
        pausedSince: perhaps(isCount),
        paused: isCount,
    };
    const STATES = isList(has({ id: isText, state: isText, likely: perhaps(isTruth) }));
    const LINKS = isList(has({ from: isText, to: isText, line: perhaps(isTruth) }));
    const EXAM = {
        stage: isText,
        minutes: isSeconds,
        begun: isCount,
        seconds: perhaps(isSeconds),
        measured: isTruth,
        asked: isList(isText),
        at: isCount,
        shown: isText,
        answers: isList(has(ANSWER)),
        missedBefore: isList(isText),
        met: isList(isTruth),
        followUp: isTruth,
        found: perhaps(
            has({
                nodes: STATES,
                arrows: STATES,
                swapped: isList(isPair),
                extra: LINKS,
                others: isList(isText),
                words: isList(has({ text: isText, near: perhaps(isText) })),
            }),
        ),
        ticked: isList(isText),
    };

    // No hand draws so much or so broad: a file may, and would be painted again at each visit.
    const [MOST_ITEMS, MOST_INK, BROADEST] = [10000, 5000000, 100];
    const inkOf = ({ kind, points }) => (kind === "stroke" ? geometry.length(points) : 0);
    const isWidth = (value) => isCount(value) && value > 0 && value <= BROADEST;
    const ITEM = { kind: isText, id: isCount };
    const KINDS = {
        stroke: {
            ...ITEM,
            colour: isText,
            width: isWidth,
            points: (points) => isList(isPoint)(points) && points.length > 0,
        },
        node: { ...ITEM, node: isText, x: isPlace, y: isPlace, boxed: perhaps(isTruth), auto: perhaps(isTruth) },
        arrow: { ...ITEM, from: isText, to: isText },
        word: { ...ITEM, text: isText, x: isPlace, y: isPlace, size: perhaps(isWidth), auto: perhaps(isTruth) },
    };
    const isItem = (item) => Boolean(item) && Object.hasOwn(KINDS, item.kind) && has(KINDS[item.kind])(item);

    /** The items of a drawing, if they are some, with nothing else in them; throws otherwise. */
    function checkedItems(items) {
        const isDrawing = isList(isItem)(items) && items.length <= MOST_ITEMS;
        if (!isDrawing || items.reduce((sum, item) => sum + inkOf(item), 0) > MOST_INK) {
            throw fault("whyForm", { what: "drawings" });
        }
        return items.map((item) => only(KINDS[item.kind], item));
    }

    /** One of a list, with its fields and no others. */
    function cleaned(list, one) {
        const [name, inner] = INNER[list] || [];
        const clean = only(FORMS[list], one);
        return name ? { ...clean, [name]: clean[name].map((each) => only(inner, each)) } : clean;
    }

    /** What is kept, from data that somebody else may have written. Throws if it has not our form; nothing else gets in. */
    function checked(data) {
        const kept = empty();
        if (!data || typeof data !== "object") {
            throw fault("whyOther");
        }
        for (const list of LISTS) {
            const found = data[list] === undefined ? [] : data[list];
            if (!isList(has(FORMS[list]))(found)) {
                throw fault("whyForm", { what: list });
            }
            kept[list] = found.map((one) => cleaned(list, one));
        }
        for (const mode of MODES.filter((name) => Object.hasOwn(data.drawings || {}, name))) {
            kept.drawings[mode] = checkedItems(data.drawings[mode]);
        }
        return kept;
    }

    /**
     * The mode, the step, the clock, the run just finished and the exam of a tab, those that have their form. Another page of this origin may have
     * written there.
     */
    function checkedSession({ mode, place, clock: running, finished, exam }) {
        return {
            mode,
            place: has({ minutes: isSeconds, index: Number.isInteger })(place) ? place : undefined,
            clock: has(CLOCK)(running) ? only(CLOCK, running) : undefined,
            finished: has(FORMS.runs)(finished) ? cleaned("runs", finished) : undefined,
            exam: has(EXAM)(exam) ? { ...only(EXAM, exam), items: checkedItems(exam.items) } : undefined,
        };
    }

    /** The text of a JSON file as `{kept, recordings}`. Throws a fault if it is not one of ours. */
    function fromJson(text) {
        let data;
        try {
            data = JSON.parse(text);
        } catch {
            throw fault("whyBroken");
        }
        if (!data || data.format !== FORMAT) {
            throw fault("whyOther");
        }
        if (data.version !== 1) {
            throw fault("whyVersion");
        }
        const recordings = data.recordings === undefined ? [] : data.recordings;
        const isRecording = (one) =>
            one &&
            isText(one.id) &&
            isTime(one.at) &&
            perhaps(isSeconds)(one.from) &&
            isText(one.type) &&
            /^(audio|video)\//.test(one.type) &&
            typeof one.data === "string";
        if (!isList(isRecording)(recordings)) {
            throw fault("whyForm", { what: "recordings" });
        }
        return { kept: checked(data), recordings };
    }

    /** The splits of the runs and the answers of the exams as the text of a CSV file. */
    function toCsv(kept) {
        const splits = kept.runs.flatMap((run) =>
            run.splits.map(({ step, budget, seconds }) => [
                "split",
                run.id,
                run.at,
                run.minutes,
                run.mode,
                run.complete,
                run.paused,
                step,
                budget,
                seconds,
                "",
                "",
            ]),
        );
        const answers = kept.exams.flatMap((exam) =>
            exam.answers.map(({ question, met, followUp }) => [
                "answer",
                exam.id,
                exam.at,
                exam.minutes,
                "exam",
                "",
                "",
                question,
                "",
                exam.seconds === undefined ? "" : exam.seconds,
                met.map(Number).join(" "),
                followUp,
            ]),
        );
        return csv.written([COLUMNS, ...splits, ...answers]);
    }

    const isTrue = (cell) => cell.toLowerCase() === "true";
    const number = (cell) => (cell.trim() === "" ? NaN : Number(cell));

    /** The text of a CSV file as what is kept, without what a CSV does not hold. Throws a fault if it is not one of ours, with the row. */
    function fromCsv(text) {
        const [columns, ...rows] = csv.read(text);
        if (!columns || columns.join() !== COLUMNS.join()) {
            throw fault("whyOther");
        }
        const kept = empty();
        const known = new Map();
        const ofId = (list, id, make) => {
            const key = `${list === kept.runs} ${id}`;
            if (!known.has(key)) {
                known.set(key, { id, ...make() });
                list.push(known.get(key));
            }
            return known.get(key);
        };
        rows.forEach((cells, index) => {
            const of = Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at] || ""]));
            const [at, minutes] = [of.at, number(of.minutes)];
            const isWhole = cells.length === COLUMNS.length && isText(of.id) && isTime(at) && isSeconds(minutes);
            const split = { step: of.item, budget: number(of.budget), seconds: number(of.seconds) };
            const paused = Number(of.paused) || 0;
            const isSplit = of.kind === "split" && has(SPLIT)(split) && isSeconds(paused);
            const isMeasured = of.seconds === "" || isSeconds(number(of.seconds));
            const isAnswer = of.kind === "answer" && isMeasured && /^([01]( [01])*)?$/.test(of.met);
            if (!isWhole || !(isSplit || isAnswer) || !isText(of.item)) {
                // The first row has the columns, and people count from one.
                throw fault("whyRow", { row: index + 2 });
            }
            if (isSplit) {
                const complete = isTrue(of.complete);
                const make = () => ({ at, mode: of.mode, minutes, complete, paused, splits: [] });
                ofId(kept.runs, of.id, make).splits.push(split);
            } else {
                const met = of.met === "" ? [] : of.met.split(" ").map((one) => one === "1");
                const answer = { question: of.item, met, followUp: isTrue(of["follow-up"]) };
                const time = of.seconds === "" ? {} : { seconds: number(of.seconds) };
                ofId(kept.exams, of.id, () => ({ at, minutes, ...time, answers: [] })).answers.push(answer);
            }
        });
        return kept;
    }

    /**
     * Both together, in the order of time. Of two with the same id, `more` says what it has (a CSV file has less); drawings that `more` has
     * replace those of the same mode.
     */
    function merged(kept, more) {
        const both = empty();
        for (const list of LISTS) {
            const byId = new Map();
            for (const one of [...(kept[list] || []), ...(more[list] || [])]) {
                byId.set(one.id, { ...byId.get(one.id), ...one });
            }
            both[list] = [...byId.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
        }
        both.drawings = { ...kept.drawings, ...more.drawings };
        return both;
    }

    board.archive = { empty, fault, checked, checkedItems, checkedSession, toJson, fromJson, toCsv, fromCsv, merged };
})();
