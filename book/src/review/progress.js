// Where progress is kept: by the command that serves this page, in one file with `cargo workbook review`; or, in a book that no command
// serves, in this browser. Both have the same document (`memory.js`).

(function () {
    "use strict";

    const review = (globalThis.workbookReview = globalThis.workbookReview || {});
    const { memory } = review;

    /** The document of this browser. `book/theme/workbook.js` writes it too, when a checkpoint was missed. */
    const KEY = "workbook:review";

    /** Asks the command; throws if it does not answer, or refuses. */
    async function ask(what, body) {
        const request =
            body === undefined
                ? {}
                : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
        const response = await fetch(`review-live/${what}`, request);
        const progress = response.ok ? memory.parse(await response.text()) : undefined;
        if (!progress) {
            throw new Error(`${what}: ${response.status}`);
        }
        return progress;
    }

    /** Kept by the command. */
    const byCommand = {
        kind: "keptByCommand",
        read: () => ask("state"),
        grade: (id, grade) => ask("answer", { id, grade }),
        upTo: (chapter) => ask("up-to", { chapter }),
        merge: (other) => ask("import", other),
    };

    /** Kept in this browser, or, where it keeps nothing, in this page. */
    function inBrowser() {
        let unkept = memory.empty();
        let storage;
        try {
            storage = window.localStorage;
            storage.setItem(`${KEY}:try`, "1");
            storage.removeItem(`${KEY}:try`);
        } catch {
            storage = undefined;
        }
        // Read anew each time: another tab may have answered.
        const now = () => (storage && memory.parse(storage.getItem(KEY) || "")) || unkept;
        const keep = (progress) => {
            unkept = progress;
            try {
                storage?.setItem(KEY, JSON.stringify(progress));
            } catch {
                // A full browser: it lasts as long as the page.
            }
            return progress;
        };
        return {
            kind: storage ? "keptInBrowser" : "keptNowhere",
            read: async () => now(),
            grade: async (id, grade) => {
                const progress = now();
                const next = memory.after(progress.cards[id], grade, Date.now());
                return keep({ ...progress, cards: { ...progress.cards, [id]: next } });
            },
            upTo: async (chapter) => keep({ ...now(), upTo: chapter }),
            merge: async (other) => keep(memory.merge(now(), other)),
        };
    }

    /** Finds who keeps the progress: the command, if the script that only it serves is there. */
    function find() {
        return new Promise((found) => {
            const script = document.createElement("script");
            script.src = "review-live.js";
            script.onload = () => found(window.workbookReviewLive ? byCommand : inBrowser());
            script.onerror = () => found(inBrowser());
            document.head.append(script);
        });
    }

    review.progress = { find };
})();
