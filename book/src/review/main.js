// The page: one question, its answer, how well it was known, and the next one.
//
// Hooks for tests: #kept, #left, #question, #show, #answer, [data-grade], #done, #up-to, #language, #export, #import, #imported.

(function () {
    "use strict";

    const review = globalThis.workbookReview || {};
    const { memory, words, progress: keeping } = review;
    const data = window.workbookCards;
    const part = (id) => document.getElementById(id);
    if (!data || !memory || !words || !keeping) {
        part("missing").hidden = false;
        return;
    }

    const LANGUAGE = "workbook:review:language";
    const entries = new Map([...data.cards, ...data.missed].map((entry) => [entry.id, entry]));
    const chapters = [...new Set(data.cards.map(({ chapter }) => chapter))].sort();
    let language = "en";
    try {
        language = localStorage.getItem(LANGUAGE) === "ko" ? "ko" : "en";
    } catch {
        // The page speaks English, then.
    }
    let keeper;
    let progress = memory.empty();
    let current;

    const say = (key, values) => words.say(language, key, values);

    /** A text as elements: what stands between backticks is code, each line a paragraph or a list's item. */
    function texts(text) {
        return text.split("`").map((piece, at) => {
            if (at % 2 === 0) {
                return piece;
            }
            const code = document.createElement("code");
            code.textContent = piece;
            return code;
        });
    }

    function paragraphs(text) {
        const made = [];
        for (const line of text.split("\n")) {
            const isItem = line.startsWith("- ");
            const last = made[made.length - 1];
            const element = document.createElement(isItem ? "li" : "p");
            element.append(...texts(isItem ? line.slice(2) : line));
            if (isItem && last?.tagName === "UL") {
                last.append(element);
            } else if (isItem) {
                const list = document.createElement("ul");
                list.append(element);
                made.push(list);
            } else {
                made.push(element);
            }
        }
        return made;
    }

    function when(due) {
        const minutes = Math.max(1, Math.round((due - Date.now()) / 60000));
        const [key, count] =
            minutes < 60 ? ["minutes", minutes] : minutes < 1440 ? ["hours", Math.round(minutes / 60)] : ["days", Math.round(minutes / 1440)];
        return say(key, { count });
    }

    function speak() {
        document.documentElement.lang = language;
        document.title = say("title");
        for (const element of document.querySelectorAll("[data-say]")) {
            element.textContent = say(element.dataset.say);
        }
        part("language").value = language;
        part("kept").replaceChildren(...texts(say(keeper.kind)));
    }

    const from = (entry) => {
        if (!entry.id.startsWith("checkpoint-") && !entry.id.startsWith("drill-")) {
            return say("chapter", { chapter: entry.chapter });
        }
        return say(entry.id.startsWith("drill-") ? "missedDrill" : "missedCheckpoint");
    };

    /** A checkpoint is there in English only; it says so to who reads it aloud. */
    function put(element, text, made) {
        element.lang = text[language] ? language : "en";
        element.replaceChildren(...made(text[language] || text.en));
    }

    /** Shows what is to be asked next; `kept` says that the card at hand stays if it is still to be asked. */
    function show(kept = false) {
        const { ids, fresh, next } = memory.queue(progress, data.cards, Date.now());
        const known = ids.filter((id) => entries.has(id));
        const id = kept && known.includes(current) ? current : known[0];
        current = id;
        part("up-to").value = progress.upTo;
        part("left").textContent = id ? say("left", { left: known.length, fresh }) : "";
        part("card").hidden = !id;
        part("done").hidden = Boolean(id);
        part("answered").hidden = true;
        part("show").hidden = false;
        if (!id) {
            part("done").textContent = next ? say("next", { when: when(next) }) : say("done");
            return;
        }
        const entry = entries.get(id);
        part("from").textContent = from(entry);
        put(part("question"), entry.question, texts);
        put(part("answer"), entry.answer, paragraphs);
        const source = part("source");
        source.lang = "en";
        if (entry.page) {
            const link = document.createElement("a");
            link.href = entry.page;
            link.textContent = entry.title;
            source.replaceChildren("→ ", link);
        } else {
            source.textContent = `→ ${entry.title}`;
        }
    }

    function reveal() {
        part("answered").hidden = false;
        part("show").hidden = true;
        part("grades").querySelector("[data-grade=good]").focus();
    }

    /** Does something with the keeper; what it gives back is the progress from now on. */
    async function change(what) {
        try {
            progress = await what();
            part("failed").hidden = true;
            return true;
        } catch {
            part("failed").textContent = say("away");
            part("failed").hidden = false;
            return false;
        }
    }

    let busy = false;

    async function grade(name) {
        const id = current;
        if (busy || part("answered").hidden || !id) {
            return;
        }
        busy = true;
        const isKept = await change(() => keeper.grade(id, name));
        busy = false;
        if (isKept) {
            show();
            const told = say("graded", { when: when(Date.parse(progress.cards[id].due)) });
            part("left").textContent = `${told} ${part("left").textContent}`;
            (part("card").hidden ? part("done") : part("show")).focus();
        }
    }

    function exported() {
        const file = new Blob([`${JSON.stringify(progress, null, 2)}\n`], { type: "application/json" });
        const link = document.createElement("a");
        link.href = URL.createObjectURL(file);
        link.download = "review.json";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 0);
    }

    async function imported(file) {
        const other = memory.parse(await file.text());
        const done = other && (await change(() => keeper.merge(other)));
        if (done) {
            show(true);
        }
        part("imported").textContent = done
            ? say("imported", { count: Object.keys(other.cards).length })
            : say("notImported");
    }

    async function begin() {
        keeper = await keeping.find();
        part("up-to").replaceChildren(
            ...chapters.map((chapter) => {
                const option = document.createElement("option");
                option.value = option.textContent = chapter;
                return option;
            }),
        );
        speak();
        await change(() => keeper.read());
        show();
        part("show").addEventListener("click", reveal);
        part("grades").addEventListener("click", ({ target }) => {
            if (target.dataset.grade) {
                grade(target.dataset.grade);
            }
        });
        part("language").addEventListener("change", ({ target }) => {
            language = target.value;
            try {
                localStorage.setItem(LANGUAGE, language);
            } catch {
                // It lasts as long as the page.
            }
            const isShown = !part("answered").hidden;
            speak();
            show(true);
            if (isShown && current) {
                part("answered").hidden = false;
                part("show").hidden = true;
            }
        });
        part("up-to").addEventListener("change", async ({ target }) => {
            await change(() => keeper.upTo(target.value));
            show(true);
        });
        part("export").addEventListener("click", exported);
        part("import").addEventListener("change", ({ target }) => {
            const [file] = target.files;
            target.value = "";
            if (file) {
                imported(file);
            }
        });
        // The terminal, or another tab, may have answered meanwhile.
        document.addEventListener("visibilitychange", async () => {
            if (!document.hidden && part("answered").hidden && (await change(() => keeper.read()))) {
                show(true);
            }
        });
        window.addEventListener("keydown", (event) => {
            const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
            const isControl = event.target.closest("select, input, button, a");
            if (isPlain && event.key === "Enter" && !isControl && !part("show").hidden && current) {
                event.preventDefault();
                reveal();
            } else if (isPlain && /^[1-4]$/.test(event.key) && !event.target.closest("select, input")) {
                grade(memory.GRADES[Number(event.key) - 1]);
            }
        });
        part("page").hidden = false;
    }

    begin();
})();
