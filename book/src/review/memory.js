// When a card is due again: FSRS, as `infra/course/src/review/memory.rs` has it, for a book that is read without the command. A test holds the
// two together: tests/course/tests/review.rs. Pure; the time is always given.

(function () {
    "use strict";

    const review = (globalThis.workbookReview = globalThis.workbookReview || {});

    const VERSION = 1;
    const NEW_A_DAY = 10;
    const AHEAD_MINUTES = 20;
    const GRADES = ["again", "hard", "good", "easy"];
    const STAGES = ["learning", "review", "relearning"];
    const MINUTE = 60 * 1000;
    const DAY = 24 * 60 * MINUTE;
    /** The years in which somebody can be asked. */
    const YEARS = [2000, 2300];

    /** The published weights of FSRS 5, and the retention that it aims at. */
    const W = [
        0.4072, 1.1829, 3.1262, 15.4722, 7.2102, 0.5316, 1.0651, 0.0234, 1.616, 0.1544, 1.0824, 1.9813, 0.0953, 0.2975,
        2.2042, 0.2407, 2.9466, 0.5034, 0.6567,
    ];
    const RETENTION = 0.9;
    const DECAY = -0.5;
    const FACTOR = 19 / 81;
    const LONGEST_DAYS = 36500;

    const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
    const time = (text) => Date.parse(text);
    /** A moment as the document has it: whole seconds, in UTC. */
    const written = (at) => new Date(Math.floor(at / 1000) * 1000).toISOString().replace(".000Z", "Z");

    const firstStability = (grade) => Math.max(W[grade], 0.1);
    const firstDifficulty = (grade) => clamp(W[4] - Math.exp(W[5] * grade) + 1, 1, 10);

    function nextDifficulty(difficulty, grade) {
        const moved = difficulty - W[6] * (grade - 2);
        return clamp(W[7] * firstDifficulty(3) + (1 - W[7]) * moved, 1, 10);
    }

    const stabilityToday = (stability, grade) => stability * Math.exp(W[17] * (grade - 2 + W[18]));

    function stabilityKnown(difficulty, stability, recall, grade) {
        const modifier = grade === 1 ? W[15] : grade === 3 ? W[16] : 1;
        const growth =
            Math.exp(W[8]) * (11 - difficulty) * Math.pow(stability, -W[9]) * Math.expm1((1 - recall) * W[10]);
        return stability * (growth * modifier + 1);
    }

    function stabilityForgotten(difficulty, stability, recall) {
        return (
            W[11] *
            Math.pow(difficulty, -W[12]) *
            (Math.pow(stability + 1, W[13]) - 1) *
            Math.exp((1 - recall) * W[14])
        );
    }

    /** Days until a card of this stability is asked again. */
    function interval(stability) {
        const days = Math.round((stability / FACTOR) * (Math.pow(RETENTION, 1 / DECAY) - 1));
        return clamp(days, 1, LONGEST_DAYS);
    }

    /** The next stage, and milliseconds until it is due, of a new card. */
    function ofNew(grade) {
        const stability = firstStability(grade);
        const wait = [MINUTE, 5 * MINUTE, 10 * MINUTE, interval(stability) * DAY][grade];
        return { stability, difficulty: firstDifficulty(grade), stage: grade === 3 ? "review" : "learning", wait };
    }

    function ofLearning(before, grade) {
        const difficulty = nextDifficulty(before.difficulty, grade);
        const stability = stabilityToday(before.stability, grade);
        if (grade < 2) {
            return { stability, difficulty, stage: before.stage, wait: [5 * MINUTE, 10 * MINUTE][grade] };
        }
        const good = interval(stabilityToday(before.stability, 2));
        const days = grade === 2 ? good : Math.max(interval(stability), good + 1);
        return { stability, difficulty, stage: "review", wait: days * DAY };
    }

    function ofReview(before, grade, now) {
        const elapsed = Math.trunc((now - time(before.last)) / DAY);
        const recall = Math.pow(1 + (FACTOR * elapsed) / before.stability, DECAY);
        const difficulty = nextDifficulty(before.difficulty, grade);
        if (grade === 0) {
            const stability = stabilityForgotten(before.difficulty, before.stability, recall);
            return { stability, difficulty, stage: "relearning", wait: 5 * MINUTE };
        }
        const known = [1, 2, 3].map((one) => stabilityKnown(before.difficulty, before.stability, recall, one));
        const hard = Math.min(interval(known[0]), interval(known[1]));
        const good = Math.max(interval(known[1]), hard + 1);
        const easy = Math.max(interval(known[2]), good + 1);
        return { stability: known[grade - 1], difficulty, stage: "review", wait: [hard, good, easy][grade - 1] * DAY };
    }

    /** What is remembered of a card after it was graded; `before` is undefined for a new one, `now` milliseconds. */
    function after(before, gradeName, now) {
        const grade = GRADES.indexOf(gradeName);
        // A clock that was put back a little makes no time before the last answer; one that had run far ahead made a time that never was.
        const wasAhead = before && time(before.last) > now + DAY;
        const at = Math.floor((before && !wasAhead ? Math.max(now, time(before.last)) : now) / 1000) * 1000;
        if (wasAhead) before = { ...before, first: written(Math.min(time(before.first), at)), last: written(at) };
        const next = !before ? ofNew(grade) : before.stage === "review" ? ofReview(before, grade, at) : ofLearning(before, grade);
        return {
            due: written(at + next.wait),
            stability: next.stability,
            difficulty: next.difficulty,
            stage: next.stage,
            reps: (before ? before.reps : 0) + 1,
            lapses: (before ? before.lapses : 0) + (before && before.stage === "review" && grade === 0 ? 1 : 0),
            first: before ? before.first : written(at),
            last: written(at),
        };
    }

    const empty = () => ({ version: VERSION, upTo: "01", begun: "", missed: [], cards: {} });

    const isMoment = (text) => {
        const year = typeof text === "string" ? new Date(time(text)).getUTCFullYear() : NaN;
        return year >= YEARS[0] && year <= YEARS[1];
    };
    const isIn = (value, least, most) => typeof value === "number" && value >= least && value <= most;
    const isCount = (value) => Number.isInteger(value) && value >= 0;

    function isMemory(memory) {
        return (
            memory !== null &&
            typeof memory === "object" &&
            ["due", "first", "last"].every((name) => isMoment(memory[name])) &&
            time(memory.first) <= time(memory.last) &&
            isIn(memory.stability, 1e-6, 1e6) &&
            isIn(memory.difficulty, 1, 10) &&
            STAGES.includes(memory.stage) &&
            isCount(memory.reps) &&
            isCount(memory.lapses)
        );
    }

    /** The document in a text; undefined if it is not one, or has something that the scheduler cannot have made. */
    function parse(text) {
        let found;
        try {
            found = JSON.parse(text);
        } catch {
            return undefined;
        }
        const isDocument =
            found !== null &&
            typeof found === "object" &&
            found.version === VERSION &&
            typeof found.upTo === "string" &&
            (found.begun === undefined || typeof found.begun === "string") &&
            Array.isArray(found.missed) &&
            found.missed.every((id) => typeof id === "string") &&
            found.cards !== null &&
            typeof found.cards === "object" &&
            Object.values(found.cards).every(isMemory);
        const { upTo, begun = "", missed, cards } = isDocument ? found : empty();
        return isDocument ? { version: VERSION, upTo, begun, missed, cards } : undefined;
    }

    /** Takes over what another document knows better: of each card, what was asked last. */
    function merge(progress, other) {
        const cards = { ...progress.cards };
        for (const [id, memory] of Object.entries(other.cards)) {
            const known = cards[id];
            const [here, there] = [known && time(known.last), time(memory.last)];
            if (!known || here < there || (here === there && known.reps < memory.reps)) {
                cards[id] = memory;
            }
        }
        const missed = [...new Set([...progress.missed, ...other.missed])].sort();
        const later = (name) => (progress[name] < other[name] ? other[name] : progress[name]);
        return { ...progress, upTo: later("upTo"), begun: later("begun"), missed, cards };
    }

    /** Makes a card of a checkpoint that was missed. */
    function miss(progress, id, now) {
        const known = progress.cards[id];
        const soon = known && time(known.due) > now ? { ...known, due: written(now) } : known;
        const missed = [...new Set([...progress.missed, id])].sort();
        return { ...progress, missed, cards: known ? { ...progress.cards, [id]: soon } : progress.cards };
    }

    /** What is to be asked: `{ids, fresh, next}`. `cards` are those of the book, in their order. */
    function queue(progress, cards, now) {
        const own = new Set(cards.map(({ id }) => id));
        const missed = [...progress.missed].sort();
        const isKnown = (id) => own.has(id) || missed.includes(id);
        const asked = Object.entries(progress.cards).filter(([id]) => isKnown(id));
        const byDue = (a, b) => time(a[1].due) - time(b[1].due) || (a[0] < b[0] ? -1 : 1);
        const ids = asked.filter(([, memory]) => time(memory.due) <= now).sort(byDue).map(([id]) => id);
        ids.push(...missed.filter((id) => !progress.cards[id]));
        const day = written(now).slice(0, 10);
        const today = Object.values(progress.cards).filter(({ first }) => written(time(first)).slice(0, 10) === day).length;
        const fresh = cards
            .filter(({ id, chapter }) => chapter <= progress.upTo && !progress.cards[id])
            .slice(0, Math.max(0, NEW_A_DAY - today))
            .map(({ id }) => id);
        ids.push(...fresh);
        if (ids.length === 0) {
            const soon = now + AHEAD_MINUTES * MINUTE;
            const learning = asked.filter(([, { stage, due }]) => stage !== "review" && time(due) <= soon);
            ids.push(...learning.sort(byDue).map(([id]) => id));
        }
        const later = asked.map(([, { due }]) => time(due)).filter((due) => due > now);
        const next = ids.length === 0 && later.length > 0 ? Math.min(...later) : undefined;
        return { ids, fresh: fresh.length, next };
    }

    review.memory = { GRADES, after, empty, parse, merge, miss, queue };
})();
