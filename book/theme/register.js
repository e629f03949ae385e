// The book's search also takes a whole message, as it was seen, and Korean words. mdBook's own search looks for words; a pasted message
// has ids and dates that no page has. So the pages of the register are found as `cargo workbook explain` finds them: take both texts apart
// (words, and each two that follow each other), drop what differs from call to call, and ask how much of
// the one is in the other. An error's code alone finds the pages that have it. `register.rs` in the course says why; a test holds the two together.

(function () {
    "use strict";

    const OF_MESSAGE = 0.3;
    const OF_PASTED = 0.7;
    const EVIDENCE = 6;
    const COMMON = 10;
    const STRANGE = 1;

    function words(text) {
        const found = [];
        for (const word of text.toLowerCase().split(/[^\p{Alphabetic}\p{N}]+/u)) {
            const syllables = [...word].filter((letter) => letter >= "가" && letter <= "힣");
            if (syllables.length > 1) {
                syllables.slice(1).forEach((next, at) => found.push(syllables[at] + next));
                continue;
            }
            const length = [...word].length;
            const digits = word.replace(/[^0-9]/g, "").length;
            const isStatus = /^[2-5][0-9]{2}$/.test(word);
            const isHex = length > 3 && /^[0-9a-f]*$/.test(word);
            const isId = digits > 0 && !isStatus && (digits === length || isHex || length > 7 || digits > 2);
            if (word !== "" && !isId) {
                found.push(word);
            }
        }
        return found;
    }

    function terms(text) {
        const all = words(text);
        return new Set([...all.slice(1).map((next, at) => `${all[at]} ${next}`), ...all]);
    }

    function prepared(pages, everyday) {
        const having = new Map();
        const forms = [];
        pages.forEach(([, , messages], page) => {
            const all = new Set();
            for (const message of messages) {
                const form = { page, terms: terms(message) };
                form.terms.forEach((term) => all.add(term));
                forms.push(form);
            }
            all.forEach((term) => having.set(term, (having.get(term) || 0) + 1));
        });
        const weights = new Map([...having].map(([term, count]) => [term, Math.max(0, Math.log(COMMON / count))]));
        // What stands around every message says nothing of which one it is.
        everyday.split("\n").forEach((line) => terms(line).forEach((term) => weights.set(term, 0)));
        forms.forEach((form) => {
            form.weight = [...form.terms].reduce((sum, term) => sum + weights.get(term), 0);
        });
        return { pages, forms, weights };
    }

    // The numbers of the pages that explain a text, the likeliest first.
    function find(register, text) {
        const pasted = terms(text);
        const weightOf = (term) => register.weights.get(term) ?? STRANGE;
        const pastedWeight = [...pasted].reduce((sum, term) => sum + weightOf(term), 0);
        const best = new Map();
        for (const form of register.forms.filter((form) => form.weight > 0)) {
            const evidence = [...form.terms].filter((term) => pasted.has(term)).reduce((sum, term) => sum + weightOf(term), 0);
            const ofMessage = evidence / form.weight;
            const ofPasted = evidence / pastedWeight;
            if (evidence < Math.min(EVIDENCE, form.weight * 0.9) || (ofMessage < OF_MESSAGE && ofPasted < OF_PASTED)) {
                continue;
            }
            const share = Math.max(ofMessage, ofPasted);
            const rank = share * Math.sqrt(evidence);
            if (rank > (best.get(form.page) ?? 0)) {
                best.set(form.page, rank);
            }
        }
        const found = [...best].sort((one, other) => other[1] - one[1]).map(([page]) => page);
        return found.length > 0 ? found : withCode(register, text.trim());
    }

    // The numbers of the pages that have an error's code.
    function withCode(register, code) {
        return [...register.pages.keys()].filter((page) => register.pages[page][3].includes(code));
    }

    // Words of the glossary: a Korean word is found by any part of it, an English one by how it begins.
    function glossary(register, text) {
        const wanted = text.trim().toLowerCase();
        const isKorean = /[가-힣]/.test(wanted);
        if (wanted.length < 2) {
            return [];
        }
        return register.terms.filter(([, english, korean]) =>
            isKorean ? korean.includes(wanted) || wanted.split(/\s+/).some((word) => word.length > 1 && korean.includes(word))
                : english.toLowerCase().startsWith(wanted));
    }

    // For the test that runs this file without a page.
    if (typeof document === "undefined") {
        globalThis.workbookSearch = { words, prepared, find, glossary };
        return;
    }

    const bar = document.getElementById("mdbook-searchbar");
    const results = document.getElementById("mdbook-searchresults");
    if (!bar || !results) {
        return;
    }
    // The pages' addresses are relative to the book's folder, which every page knows.
    const root = typeof path_to_root === "undefined" ? "" : path_to_root;
    let register = null;

    function load() {
        if (register || document.getElementById("register-index")) {
            return;
        }
        const script = document.createElement("script");
        script.id = "register-index";
        script.src = `${root}register-index.js`;
        script.addEventListener("load", () => {
            register = { ...prepared(window.workbookRegister.pages, window.workbookRegister.everyday), terms: window.workbookRegister.terms };
            show();
        });
        document.head.append(script);
    }

    const list = document.createElement("ul");
    list.id = "register-results";
    list.setAttribute("aria-label", "What explains this");
    list.hidden = true;
    (document.getElementById("mdbook-searchresults-header") || results).before(list);

    function link(address, title, kind) {
        const item = document.createElement("li");
        const anchor = document.createElement("a");
        anchor.href = root + address;
        anchor.textContent = title;
        const note = document.createElement("span");
        note.textContent = ` ${kind}`;
        item.append(anchor, note);
        return item;
    }

    function show() {
        const text = bar.value;
        list.replaceChildren();
        if (register && text.trim() !== "") {
            for (const page of find(register, text).slice(0, 3)) {
                const [slug, title] = register.pages[page];
                list.append(link(`register/${slug}.html`, title, "explains this message"));
            }
            for (const [anchor, english, korean] of glossary(register, text).slice(0, 5)) {
                list.append(link(`glossary.html#${anchor}`, korean ? `${english} (${korean})` : english, "in the glossary"));
            }
        }
        list.hidden = list.childElementCount === 0;
    }

    bar.addEventListener("focus", load);
    bar.addEventListener("input", () => { load(); show(); });
    // The search of a page's address, which another page's result brings along.
    if (bar.value || new URLSearchParams(location.search).has("highlight")) {
        load();
    }
})();
