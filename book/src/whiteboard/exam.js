// Which questions an exam asks, and which it will ask again. A question is missed unless each of its criteria and its follow-up were ticked;
// what was missed when it was last asked comes first next time. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    /** Whether an answer (`{question, met: [boolean], followUp}`) leaves something to be learned. */
    function isMissed({ met, followUp }) {
        return !followUp || met.some((one) => !one);
    }

    /**
     * The ids of questions that were missed when they were last asked, the one that has waited longest first; not of those that the storyboard has
     * no more.
     */
    function misses(story, exams) {
        const latest = new Map();
        const sorted = exams.slice().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
        for (const { answers } of sorted) {
            for (const answer of answers) {
                latest.delete(answer.question);
                latest.set(answer.question, answer);
            }
        }
        return [...latest.values()]
            .filter((answer) => isMissed(answer) && story.question.has(answer.question))
            .map(({ question }) => question);
    }

    /** The list in another order; `random` returns numbers from 0 to 1. */
    function shuffled(list, random) {
        const cards = list.slice();
        for (let at = cards.length - 1; at > 0; at -= 1) {
            const other = Math.floor(random() * (at + 1));
            [cards[at], cards[other]] = [cards[other], cards[at]];
        }
        return cards;
    }

    /** So many questions: those that were missed, then those of the talk's steps that were never asked, then those of its steps, then any. */
    function questions(story, steps, exams, count, random) {
        const asked = new Set(exams.flatMap(({ answers }) => answers.map(({ question }) => question)));
        const invited = shuffled([...new Set(steps.flatMap((step) => step.asks || []))], random);
        const others = shuffled(
            story.questions.map(({ id }) => id),
            random,
        );
        const order = [
            ...misses(story, exams),
            ...invited.filter((id) => !asked.has(id)),
            ...others.filter((id) => !asked.has(id)),
            ...invited,
            ...others,
        ];
        return [...new Set(order)]
            .map((id) => story.question.get(id))
            .filter(Boolean)
            .slice(0, count);
    }

    board.exam = { isMissed, misses, shuffled, questions };
})();
