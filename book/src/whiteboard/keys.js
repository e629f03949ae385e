// Keys as reveal.js has them, and some for drawing. No key that is pressed here reaches another listener, so none turns a page of the book.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { element, once } = board.dom;

    const COMMANDS = {
        ArrowRight: "next",
        ArrowDown: "next",
        PageDown: "next",
        " ": "next",
        n: "next",
        ArrowLeft: "previous",
        ArrowUp: "previous",
        PageUp: "previous",
        p: "previous",
        Home: "first",
        End: "last",
        s: "speaker",
        b: "black",
        ".": "black",
        f: "fullscreen",
        Escape: "escape",
        "?": "help",
        t: "clock",
        q: "question",
        l: "language",
        e: "eraser",
        u: "undo",
        z: "undo",
        y: "redo",
        1: "watch",
        2: "trace",
        3: "recall",
        4: "exam",
    };

    /** What is done again while its key is held down, or its button is pressed quickly. */
    const HELD = new Set(["next", "previous", "undo", "redo"]);

    /** The keys and what they do, for the help. */
    const LIST = [
        ["→ ↓ Space N", "keyNext"],
        ["← ↑ P", "keyPrevious"],
        ["Home End", "keyEnds"],
        ["S", "keySpeaker"],
        ["B .", "keyBlack"],
        ["F", "keyFull"],
        ["T", "keyClock"],
        ["Q", "keyQuestion"],
        ["1 2 3 4", "keyModes"],
        ["L", "keyLanguage"],
        ["E", "keyEraser"],
        ["U, Ctrl+Z, Ctrl+Y", "keyUndo"],
        ["Esc", "keyEscape"],
        ["?", "help"],
    ];

    /** Those that need the board under the focus. */
    const BOARD_LIST = [
        ["← ↑ → ↓", "keyCross"],
        ["Enter", "keyPut"],
        ["[ ]", "keyChoose"],
        ["C", "keyConnect"],
        ["M", "keyMove"],
        ["Delete", "keyTake"],
    ];

    /** The rows of a table of keys. */
    const rows = (list, say) =>
        list.map(([key, what]) =>
            element("tr", {}, element("th", { scope: "row" }, key), element("td", {}, say(what))),
        );

    /** The name of a key: a letter in lower case, and the one on the keycap when the keyboard writes Korean. */
    function nameOf({ key, code }) {
        const isAscii = /^[\x20-\x7e]$/.test(key);
        if (!isAscii && /^Key[A-Z]$/.test(code || "")) {
            return code.slice(3).toLowerCase();
        }
        return isAscii ? key.toLowerCase() : key;
    }

    /** The command that a key gives, or undefined. */
    function commandOf(event) {
        const name = nameOf(event);
        if (event.altKey) {
            return undefined;
        }
        if (event.ctrlKey || event.metaKey) {
            return { z: event.shiftKey ? "redo" : "undo", y: "redo" }[name];
        }
        if (name === " " && event.shiftKey) {
            return "previous";
        }
        return name === "z" || name === "y" ? undefined : COMMANDS[name];
    }

    /** What a control does with a key itself, so that it is no command there. */
    function belongsTo(target, name) {
        if (target.closest("input[type=radio]")) {
            // The arrows choose among them.
            return name === " " || name.startsWith("Arrow");
        }
        if (target.closest("input:not([type=checkbox]), select, textarea, audio")) {
            return name !== "Escape";
        }
        if (target.closest("button, summary, a, input, label")) {
            return name === " " || name === "Enter";
        }
        // What is wider or longer than its place is scrolled.
        return Boolean(target.closest("[role=region], pre")) && /^(Arrow|Page|Home|End)/.test(name);
    }

    /** Listens to all keys of the window. `first(name, event)` may take a key that was pressed on the board; `command(name)` does the rest. */
    function listen(first, command) {
        window.addEventListener(
            "keydown",
            (event) => {
                event.stopImmediatePropagation();
                const name = nameOf(event);
                if (event.isComposing || belongsTo(event.target, name)) {
                    // A key that is held down presses a button once: one that asks again would take it for a yes.
                    if (event.repeat && name === "Enter" && event.target.closest("button")) {
                        event.preventDefault();
                    }
                    return;
                }
                // A key that is held down goes on through the steps, and does nothing else twice.
                const isHeld = event.repeat && !HELD.has(commandOf(event));
                const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
                if (isPlain && first(name, event)) {
                    event.preventDefault();
                    return;
                }
                const meant = commandOf(event);
                if (meant && (isHeld || command(meant) !== false)) {
                    event.preventDefault();
                }
            },
            true,
        );
        for (const kind of ["keyup", "keypress"]) {
            window.addEventListener(kind, (event) => event.stopPropagation(), true);
        }
    }

    /** The listener for a button that gives a command. */
    const pressing = (command, press) => (HELD.has(command) ? press : once(press));

    board.keys = { LIST, BOARD_LIST, rows, nameOf, commandOf, listen, pressing };
})();
