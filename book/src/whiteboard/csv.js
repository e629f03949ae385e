// Comma-separated values, as RFC 4180 writes them: https://www.rfc-editor.org/rfc/rfc4180. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const field = (value) => (/[",\r\n]/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);

    /** Rows of values as text. */
    function written(rows) {
        return rows.map((row) => `${row.map((value) => field(String(value))).join(",")}\r\n`).join("");
    }

    /** Text as rows of strings. Reads line ends of any system, and no row from an empty last line. */
    function read(text) {
        const rows = [[]];
        let [value, quoted, was] = ["", false, false];
        const end = () => {
            rows[rows.length - 1].push(value);
            [value, was] = ["", false];
        };
        for (let at = 0; at < text.length; at += 1) {
            const letter = text[at];
            if (quoted) {
                if (letter !== '"') {
                    value += letter;
                } else if (text[at + 1] === '"') {
                    value += '"';
                    at += 1;
                } else {
                    quoted = false;
                }
            } else if (letter === '"' && value === "" && !was) {
                [quoted, was] = [true, true];
            } else if (letter === ",") {
                end();
            } else if (letter === "\n" || letter === "\r") {
                end();
                rows.push([]);
                at += letter === "\r" && text[at + 1] === "\n" ? 1 : 0;
            } else if (!(letter === "\ufeff" && at === 0)) {
                value += letter;
            }
        }
        if (value !== "" || was || rows[rows.length - 1].length > 0) {
            end();
        } else {
            rows.pop();
        }
        return rows;
    }

    board.csv = { written, read };
})();
