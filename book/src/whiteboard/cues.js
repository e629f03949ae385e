// What stands beside the board for a step: cues to say, a model of the words, the depth behind them, the questions that the step invites.
// Watch, trace and the speaker window show it.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { dom } = board;
    const { element, details, list } = dom;

    /** The elements for a step. `text(value)` is the storyboard's text in the reader's language, `say(key)` the page's own. */
    function cues(story, step, text, say) {
        const paragraph = (words) => element("p", {}, words);
        const know = text(step.know) || [];
        const asks = (step.asks || []).map((id) => story.question.get(id)).filter(Boolean);
        return [
            element(
                "ul",
                { class: "say", "data-cues": step.id },
                (text(step.say) || []).map((cue) => element("li", {}, cue)),
            ),
            step.talk ? details("model-words", say("modelWords"), paragraph(text(step.talk))) : [],
            know.length > 0
                ? details(
                      "depth",
                      say("depth"),
                      element(
                          "ul",
                          {},
                          know.map((one) => element("li", {}, one)),
                      ),
                  )
                : [],
            ...list(
                say("invites"),
                asks.map((question) =>
                    details(`asks-${question.id}`, text(question.question), paragraph(text(question.answer))),
                ),
                { class: "marks" },
            ),
        ];
    }

    board.cues = { cues };
})();
