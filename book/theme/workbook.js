// What the book remembers for its reader, in this browser only: the guess written before a predict box is opened, the
// cards known, the checkpoints met. Without scripts every box still opens and every answer can be read.

(function () {
    "use strict";

    // Code that is wider than the page is scrolled, also by keys.
    document.querySelectorAll("main pre > code").forEach((code) => { code.tabIndex = 0; });
    // mdBook's bar has names for all its parts but one, and its first part is a label that acts as a button.
    document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");
    const label = document.getElementById("mdbook-sidebar-toggle");
    const contents = document.getElementById("mdbook-sidebar-toggle-anchor");
    if (label && contents) {
        const button = document.createElement("button");
        button.type = "button";
        for (const { name, value } of label.attributes) {
            if (name !== "for") {
                button.setAttribute(name, value);
            }
        }
        button.append(...label.childNodes);
        label.replaceWith(button);
        const tell = () => button.setAttribute("aria-expanded", String(contents.checked));
        button.addEventListener("click", () => contents.click());
        contents.addEventListener("change", tell);
        tell();
    }

    // A table that goes on beyond the page's edge fades there, until it is scrolled to its end.
    document.querySelectorAll("main .table-wrapper").forEach((wrapper) => {
        const tell = () => wrapper.classList.toggle("more", wrapper.scrollLeft + wrapper.clientWidth < wrapper.scrollWidth - 1);
        wrapper.addEventListener("scroll", tell, { passive: true });
        new ResizeObserver(tell).observe(wrapper);
    });

    // Nobody can open a box on paper: all are open while the page is printed.
    let opened = [];
    window.addEventListener("beforeprint", () => {
        opened = [...document.querySelectorAll("main details:not([open])")];
        opened.forEach((box) => { box.open = true; });
    });
    window.addEventListener("afterprint", () => {
        opened.forEach((box) => { box.open = false; });
    });

    const page = location.pathname.replace(/^.*\//, "") || "index.html";
    if (page === "print.html") {
        document.querySelectorAll("main details").forEach((box) => { box.open = true; });
        return;
    }

    // A browser may refuse storage (private windows, pages opened from a file): then nothing is remembered, and that is all.
    function recall(key) {
        try {
            return localStorage.getItem(key);
        } catch {
            return null;
        }
    }

    function remember(key, value) {
        try {
            if (value) {
                localStorage.setItem(key, value);
            } else {
                localStorage.removeItem(key);
            }
        } catch {
            // nothing to do: the page works without it
        }
    }

    function keyOf(box, kind, at) {
        return `workbook:${page}:${kind}:${box.id || at + 1}`;
    }

    function guessField(box, key) {
        const label = document.createElement("label");
        const field = document.createElement("textarea");
        label.className = "guess";
        label.append("Your prediction, before you open the box (kept in this browser)", field);
        field.value = recall(key) || "";
        field.addEventListener("input", () => remember(key, field.value));
        // The page's own keys (arrows turn chapters, s and / search) must not act while somebody writes.
        field.addEventListener("keydown", (event) => event.stopPropagation());
        box.before(label);
    }

    function tick(box, key, words, changed) {
        const label = document.createElement("label");
        const input = document.createElement("input");
        input.type = "checkbox";
        input.checked = recall(key) === "yes";
        input.addEventListener("change", () => {
            remember(key, input.checked ? "yes" : "");
            changed();
        });
        label.className = "tick";
        label.append(input, words);
        box.append(label);
        return input;
    }

    function tally(boxes, kind, words, sentence) {
        if (boxes.length === 0) {
            return;
        }
        const line = document.createElement("p");
        line.className = "progress";
        line.setAttribute("role", "status");
        const inputs = [];
        const count = () => {
            const done = inputs.filter((input) => input.checked).length;
            boxes.forEach((box, at) => box.classList.toggle("known", inputs[at].checked));
            line.textContent = sentence(done, boxes.length);
        };
        boxes.forEach((box, at) => inputs.push(tick(box, keyOf(box, kind, at), words, count)));
        boxes[boxes.length - 1].after(line);
        count();
    }

    // A checkpoint that was missed becomes a card of the review. It is kept where the review's page keeps progress: by the command that
    // serves the book, or else in this browser (see review/progress.js).
    async function miss(id) {
        const root = typeof path_to_root === "string" ? path_to_root : "";
        const headers = { "content-type": "application/json" };
        const asked = fetch(`${root}review-live/missed`, { method: "POST", headers, body: JSON.stringify({ id }) });
        if (await asked.then(({ ok }) => ok).catch(() => false)) {
            return "It is a card now: cargo workbook review, or the review's page.";
        }
        let progress;
        try {
            progress = JSON.parse(recall("workbook:review"));
        } catch {
            // begun anew below
        }
        if (!progress || progress.version !== 1 || !Array.isArray(progress.missed)) {
            progress = { version: 1, upTo: "01", missed: [], cards: {} };
        }
        progress.missed = [...new Set([...progress.missed, id])].sort();
        const known = progress.cards?.[id];
        if (known) {
            known.due = new Date().toISOString();
        }
        remember("workbook:review", JSON.stringify(progress));
        return "It is a card now, in this browser: see the review's page.";
    }

    function askAgain(box) {
        const button = document.createElement("button");
        const told = document.createElement("span");
        button.type = "button";
        button.textContent = "I missed it: ask me again";
        told.setAttribute("role", "status");
        button.addEventListener("click", async () => {
            button.disabled = true;
            told.textContent = await miss(box.id);
        });
        const line = document.createElement("p");
        line.className = "again";
        line.append(button, " ", told);
        box.append(line);
    }

    // A link to a card, or to a heading inside a closed box, opens what hides it.
    function openTarget() {
        let box = location.hash && document.getElementById(location.hash.slice(1));
        while (box) {
            if (box.tagName === "DETAILS") {
                box.open = true;
            }
            box = box.parentElement;
        }
    }

    const all = (selector) => Array.from(document.querySelectorAll(`main ${selector}`));
    all("details.predict").forEach((box, at) => guessField(box, keyOf(box, "predict", at)));
    tally(all("details.card"), "card", "I knew why", (done, of) => `${done} of ${of} cards known.`);
    tally(all("details.answer"), "answer", "My answer meets the criteria", (done, of) => `${done} of ${of} answers met.`);
    all("details.answer[id^=checkpoint-]").forEach(askAgain);
    window.addEventListener("hashchange", openTarget);
    window.addEventListener("beforeprint", () => all("details").forEach((box) => { box.open = true; }));
    openTarget();
})();
