// The splits of a run beside those of the best and of the last one. The best run is not the fastest: a talk is to take the time that
// it was given, so the best is the complete run whose steps are nearest to their budgets. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const total = (run) => Math.round(run.splits.reduce((sum, { seconds }) => sum + seconds, 0) * 10) / 10;

    /** By how many seconds the steps of a run missed their budgets, too long and too short added up. */
    function deviation(run) {
        return run.splits.reduce((sum, { seconds, budget }) => sum + Math.abs(seconds - budget), 0);
    }

    /** Whether a run says something of a talk: the clock has left a step. */
    const isMeasured = (run) => run.complete || run.splits.length > 1;

    const ofVersion = (runs, minutes) => runs.filter((run) => run.minutes === minutes);

    /** The run of a version that is nearest to its budgets, or undefined. */
    function best(runs, minutes) {
        const complete = ofVersion(runs, minutes).filter((run) => run.complete && run.splits.length > 0);
        return complete.reduce((least, run) => (least && deviation(least) <= deviation(run) ? least : run), undefined);
    }

    /** The latest run of a version, or undefined. */
    function last(runs, minutes) {
        return ofVersion(runs, minutes).reduce(
            (latest, run) => (latest && latest.at > run.at ? latest : run),
            undefined,
        );
    }

    /**
     * One row for each step: `{step, budget, now, best, last}`, in seconds, undefined where there is none. `splits` are those of the run
     * that is shown, `runs` all others that are kept.
     */
    function rows(steps, splits, runs, minutes) {
        const [nearest, latest] = [best(runs, minutes), last(runs, minutes)];
        const of = (list, id, complete) => {
            const split = list && list.find(({ step }) => step === id);
            // Runs that were kept earlier have a 0 for what they did not reach.
            return split && (complete !== false || split.seconds > 0) ? split.seconds : undefined;
        };
        return steps.map(({ id, seconds }) => ({
            step: id,
            budget: seconds,
            now: of(splits, id),
            best: of(nearest && nearest.splits, id),
            last: of(latest && latest.splits, id, latest && latest.complete),
        }));
    }

    /** When each step begins in a recording of the run, in seconds. It began at the second `heard` of the run; what was over by then is not in it. */
    function beginnings(run, heard = 0) {
        let sum = 0;
        return run.splits.flatMap(({ step, seconds }) => {
            const from = Math.max(0, Math.round((sum - heard) * 10) / 10);
            sum += seconds;
            return sum > heard || heard === 0 ? [{ step, from }] : [];
        });
    }

    board.splits = { total, isMeasured, deviation, best, last, rows, beginnings };
})();
