// Comma-separated values, as RFC 4180 writes them: https://www.rfc-editor.org/rfc/rfc4180. A text that a spreadsheet would take for a formula gets
// an apostrophe, which reading takes away again: https://owasp.org/www-community/attacks/CSV_Injection. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const FORMULA = /^'*[=+\-@\t\r]/;

    function field(value) {
        const text = typeof value === "string" && FORMULA.test(value) ? `'${value}` : String(value);
        return /[",;\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
    }

    /** Rows of values as text. */
    function written(rows) {
        return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
    }

    /** Text as rows of strings. Reads line ends of any system, semicolons and tabs as some spreadsheets write them, and no row from an empty line. */
    function read(text) {
        const [first] = text.split(/[\r\n]/, 1);
        const separator = [",", ";", "\t"].find((one) => first.includes(one)) || ",";
        const rows = [[]];
        let [value, quoted, was] = ["", false, false];
        const end = () => {
            rows[rows.length - 1].push(/^'+[=+\-@\t\r]/.test(value) ? value.slice(1) : value);
            [value, was] = ["", false];
        };
        const isEmpty = () => value === "" && !was && rows[rows.length - 1].length === 0;
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
            } else if (letter === separator) {
                end();
            } else if (letter === "\n" || letter === "\r") {
                if (!isEmpty()) {
                    end();
                    rows.push([]);
                }
            } else if (!(letter === "\ufeff" && at === 0)) {
                value += letter;
            }
        }
        if (isEmpty()) {
            rows.pop();
        } else {
            end();
        }
        return rows;
    }

    board.csv = { written, read };
})();
