// What is kept of all rehearsals, as a file to take along and back: JSON has everything, CSV the splits of the runs and the answers of
// the exams, one a row, for a spreadsheet. Both can be read again without loss of what they hold. Pure.
//
// Kept: `{runs, exams, recalls, drawings}`. A run is what `clock.run` returns; an exam `{id, at, minutes, answers: [{question, met, followUp}]}`;
// a recall `{id, at, minutes, drawn, missing, reversed, swapped}`; drawings are the items of each mode.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { csv } = board;

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

    const empty = () => ({ runs: [], exams: [], recalls: [], drawings: {} });

    /** Everything as the text of a JSON file. `recordings`: the voices, as `{id, at, type, data}` with base64 data; may be left out. */
    function toJson(kept, recordings = []) {
        return `${JSON.stringify({ format: FORMAT, version: 1, ...kept, recordings }, null, 1)}\n`;
    }

    const isText = (value) => typeof value === "string";
    const isCount = (value) => typeof value === "number" && Number.isFinite(value);
    const FORMS = {
        runs: (run) =>
            isCount(run.minutes) &&
            Array.isArray(run.splits) &&
            run.splits.every((split) => split && isText(split.step) && isCount(split.budget) && isCount(split.seconds)),
        exams: (exam) =>
            isCount(exam.minutes) &&
            Array.isArray(exam.answers) &&
            exam.answers.every((answer) => answer && isText(answer.question) && Array.isArray(answer.met)),
        recalls: (recall) =>
            isCount(recall.minutes) &&
            ["drawn", "missing", "reversed", "swapped"].every((list) => Array.isArray(recall[list])),
    };

    const KINDS = {
        stroke: (item) =>
            isText(item.colour) &&
            isCount(item.width) &&
            Array.isArray(item.points) &&
            item.points.length > 0 &&
            item.points.every((point) => Array.isArray(point) && point.length >= 2 && point.every(isCount)),
        node: (item) => isText(item.node) && isCount(item.x) && isCount(item.y),
        arrow: (item) => isText(item.from) && isText(item.to),
        word: (item) => isText(item.text) && isCount(item.x) && isCount(item.y),
    };
    const isItem = (item) =>
        Boolean(item) && isCount(item.id) && Object.hasOwn(KINDS, item.kind) && KINDS[item.kind](item);

    /** The text of a JSON file as `{kept, recordings}`. Throws an Error if it is not one of ours; nothing that does not have our form gets in. */
    function fromJson(text) {
        const data = JSON.parse(text);
        if (!data || data.format !== FORMAT || data.version !== 1) {
            throw new Error("not a file of the whiteboard");
        }
        const kept = empty();
        for (const list of LISTS) {
            const found = data[list] === undefined ? [] : data[list];
            if (
                !Array.isArray(found) ||
                !found.every((one) => one && isText(one.id) && isText(one.at) && FORMS[list](one))
            ) {
                throw new Error(`${list} do not have the form of the whiteboard's`);
            }
            kept[list] = found;
        }
        for (const [mode, items] of Object.entries(data.drawings || {})) {
            if (!Array.isArray(items) || !items.every(isItem)) {
                throw new Error("drawings do not have the form of the whiteboard's");
            }
            kept.drawings[mode] = items;
        }
        const recordings = (data.recordings || []).filter(
            (one) => one && ["id", "at", "type", "data"].every((key) => isText(one[key])),
        );
        return { kept, recordings };
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
                "",
                met.map(Number).join(" "),
                followUp,
            ]),
        );
        return csv.written([COLUMNS, ...splits, ...answers]);
    }

    /** The text of a CSV file as what is kept, without what a CSV does not hold. Throws an Error if its columns are not ours. */
    function fromCsv(text) {
        const [columns, ...rows] = csv.read(text);
        if (!columns || columns.join() !== COLUMNS.join()) {
            throw new Error("not a CSV file of the whiteboard");
        }
        const kept = empty();
        const ofId = (list, id, make) => {
            const found = list.find((one) => one.id === id);
            if (found) {
                return found;
            }
            list.push({ id, ...make() });
            return list[list.length - 1];
        };
        for (const row of rows.filter((cells) => cells.length === COLUMNS.length)) {
            const of = Object.fromEntries(COLUMNS.map((name, at) => [name, row[at]]));
            const [at, minutes] = [of.at, Number(of.minutes)];
            if (of.kind === "split") {
                const make = () => ({
                    at,
                    mode: of.mode,
                    minutes,
                    complete: of.complete === "true",
                    paused: Number(of.paused),
                    splits: [],
                });
                const split = { step: of.item, budget: Number(of.budget), seconds: Number(of.seconds) };
                ofId(kept.runs, of.id, make).splits.push(split);
            } else if (of.kind === "answer") {
                const met = of.met === "" ? [] : of.met.split(" ").map((one) => one === "1");
                const answer = { question: of.item, met, followUp: of["follow-up"] === "true" };
                ofId(kept.exams, of.id, () => ({ at, minutes, answers: [] })).answers.push(answer);
            }
        }
        if (!kept.runs.every(FORMS.runs) || !kept.exams.every(FORMS.exams)) {
            throw new Error("a row of the CSV file does not have numbers where it should");
        }
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

    board.archive = { empty, toJson, fromJson, toCsv, fromCsv, merged };
})();
