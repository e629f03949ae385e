// What the storyboard says, asked by id: nodes, arrows, steps of a version, questions. Read first: every other file asks here.
// No DOM is touched, so it is tested outside a browser.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    // `read(data)`: the storyboard with its lists made findable
    function read(data) {
        const byId = (list) => new Map((list || []).map((item) => [item.id, item]));
        return {
            paper: data.board,
            nodes: data.node || [],
            arrows: data.arrow || [],
            steps: byId(data.step),
            questions: data.question || [],
            versions: data.version || [],
        };
    }

    board.storyboard = { read };
})();
