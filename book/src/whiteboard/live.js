// The thing itself: what the running board answers through the hop that was just drawn, or the lines that it left in a log. The command
// that serves the book also serves `whiteboard-live.js`, which says where the board is (`window.workbookLive = {api, site, options}`), and
// `whiteboard-live/STEP`, which asks it. Without them there is nothing to be asked.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { element, button } = board.dom;

    /** What a step's `live` asks for: `{kind: "request", method, path}`, `{kind: "site"}` or `{kind: "log", name}`; undefined if nothing. */
    function asked(live) {
        const [first, rest] = (live || "").trim().split(/\s+/, 2);
        if (first === "site") {
            return { kind: "site" };
        }
        if (first === "log" && rest) {
            return { kind: "log", name: rest };
        }
        return /^[A-Z]+$/.test(first) && rest ? { kind: "request", method: first, path: rest } : undefined;
    }

    const joined = (origin, path) => `${origin.replace(/\/+$/, "")}${path}`;

    /** The command that asks the same. */
    function command(want, where) {
        if (want.kind === "log") {
            return `cargo workbook logs ${want.name}${where.options || ""}`;
        }
        if (want.kind === "site") {
            return `curl -sI ${where.site}`;
        }
        return want.method === "GET"
            ? `curl -si '${joined(where.api, want.path)}'`
            : `curl -si -X ${want.method} '${joined(where.api, want.path)}'`;
    }

    /** Loads `whiteboard-live.js`; calls `ready` if it was there. */
    function find(ready) {
        const script = element("script", {
            src: "whiteboard-live.js",
            onload() {
                if (window.workbookLive) {
                    ready();
                }
            },
        });
        document.head.append(script);
    }

    /** What the board shows for a step, as text. The command that serves this page asks it, because a browser keeps the API's answers
        from pages of another origin. Throws if nobody answers. */
    async function answer(step) {
        const response = await fetch(`whiteboard-live/${encodeURIComponent(step.id)}`);
        if (!response.ok) {
            throw new Error(response.statusText);
        }
        return response.text();
    }

    const page = (href, words = href) => element("a", { href, target: "_blank", rel: "noopener" }, words);

    /** The elements that show a step's hop; none if the step has none or no board is known. */
    function hop(step, say) {
        const where = window.workbookLive;
        const want = where ? asked(step.live) : undefined;
        if (!want) {
            return [];
        }
        const typed = element(
            "pre",
            { tabindex: "0", "data-command": true },
            element("code", {}, command(want, where)),
        );
        const shown = element("div", { "aria-live": "polite", "data-answer": step.id });
        const output = (text) => element("pre", { tabindex: "0" }, element("code", {}, text));
        async function show() {
            const link =
                want.kind === "site"
                    ? [element("p", {}, page(where.site, say("liveSite")))]
                    : [];
            shown.replaceChildren(typed, ...link, element("p", {}, say("liveWaiting")));
            const found = await answer(step)
                .then(output)
                .catch(() => element("p", {}, say("liveAway")));
            shown.replaceChildren(typed, ...link, found);
        }
        const first =
            want.kind === "log"
                ? [element("p", { class: "hint", "data-write-first": true }, `${say("liveLog")} `, page(where.site))]
                : [];
        return [button("live", say("live"), show, { "data-live": step.live }), ...first, shown];
    }

    board.live = { asked, command, find, hop };
})();
