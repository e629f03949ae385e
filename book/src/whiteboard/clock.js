// The clock of a talk: how long each step took, what it may take, and pauses for questions, which do not count. A clock is a value; each function
// returns a new one. Times are milliseconds, as from `Date.now()`; what is kept of a run is in seconds. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    /** No run is longer, in seconds: eleven days, in which somebody has forgotten it. */
    const LONGEST = 1000000;

    /** A clock that starts now, at the first of `steps`. */
    function started(steps, minutes, mode, now) {
        return {
            at: now,
            mode,
            minutes,
            steps: steps.map(({ id, seconds }) => ({ step: id, budget: seconds })),
            spent: steps.map(() => 0),
            seen: steps.map((_, at) => at === 0),
            index: 0,
            since: now,
            pausedSince: undefined,
            paused: 0,
        };
    }

    /** The clock with the time up to now counted. */
    function counted(clock, now) {
        if (clock.pausedSince !== undefined) {
            return clock;
        }
        const spent = clock.spent.slice();
        // The machine's time may be set back meanwhile.
        spent[clock.index] += Math.max(0, now - clock.since);
        return { ...clock, spent, since: now };
    }

    /** The clock at another step. The step that is left keeps its time, and gets more if one comes back to it. */
    function moved(clock, index, now) {
        const seen = clock.seen.slice();
        seen[index] = true;
        return { ...counted(clock, now), index, seen };
    }

    /** The clock stopped, for a question. */
    function paused(clock, now) {
        return clock.pausedSince === undefined ? { ...counted(clock, now), pausedSince: now } : clock;
    }

    /** The clock going on after a question. */
    function resumed(clock, now) {
        if (clock.pausedSince === undefined) {
            return clock;
        }
        // The machine's time may be set back meanwhile.
        const stood = Math.max(0, now - clock.pausedSince);
        return { ...clock, paused: clock.paused + stood, pausedSince: undefined, since: now };
    }

    /**
     * What the clock shows, in seconds: `{total, budget, step, stepBudget, behind, paused}`. `behind` is how far the talk is behind its plan:
     * 0 while the step is within its budget and all before it were, negative when there is time in hand.
     */
    function reading(clock, now) {
        const { spent, index, steps } = counted(clock, now);
        const sum = (list) => list.reduce((a, b) => a + b, 0);
        const total = sum(spent) / 1000;
        const step = spent[index] / 1000;
        const before = sum(steps.slice(0, index).map(({ budget }) => budget));
        const over = Math.max(0, step - steps[index].budget);
        return {
            total,
            budget: sum(steps.map(({ budget }) => budget)),
            step,
            stepBudget: steps[index].budget,
            behind: total - step - before + over,
            paused: clock.pausedSince !== undefined,
        };
    }

    /**
     * What is kept of a talk that ends now: `{id, at, mode, minutes, complete, paused, splits: [{step, budget, seconds}]}`. A step that was never
     * reached has no split.
     */
    function run(clock, now) {
        const { spent, paused: stood } = counted(resumed(clock, now), now);
        const seconds = (milliseconds) => Math.min(LONGEST, Math.round(milliseconds / 100) / 10);
        return {
            id: `run-${clock.at}`,
            at: new Date(clock.at).toISOString(),
            mode: clock.mode,
            minutes: clock.minutes,
            complete: clock.seen.every(Boolean),
            paused: seconds(stood),
            splits: clock.steps
                .map(({ step, budget }, at) => ({ step, budget, seconds: seconds(spent[at]) }))
                .filter((_, at) => clock.seen[at]),
        };
    }

    /** Whether a clock measures these steps. */
    const isOf = (clock, steps) =>
        clock.steps.map(({ step }) => step).join() === steps.map(({ id }) => id).join() &&
        [clock.spent, clock.seen].every(({ length }) => length === steps.length) &&
        Number.isInteger(clock.index) &&
        clock.index in steps;

    /** A clock that was kept, going on from now. */
    const restored = (clock, now) => ({ ...clock, since: now });

    /** Seconds as a clock shows them: 75 is "1:15", -5 is "-0:05". */
    function shown(seconds) {
        const whole = Math.round(Math.abs(seconds));
        const sign = seconds < 0 && whole > 0 ? "-" : "";
        return `${sign}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    }

    board.clock = { LONGEST, started, moved, paused, resumed, reading, run, isOf, restored, shown };
})();
