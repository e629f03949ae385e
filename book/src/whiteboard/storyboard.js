// What the storyboard says, asked by id: nodes, arrows, the steps of a version, questions. Every other file asks here, so read it
// first. The data is `whiteboard-storyboard.js` with the texts of a language beside it, made from `book/whiteboard/storyboard.toml`. Pure: no page
// is needed to run it.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    /** The storyboard with its lists (`nodes`, `arrows`, …) and, beside each list, a map by id (`node`, `arrow`, …). */
    function read(data) {
        const byId = (list) => new Map(list.map((item) => [item.id, item]));
        const [nodes, arrows, steps, questions] = ["node", "arrow", "step", "question"].map((name) => data[name] || []);
        return {
            paper: { width: data.board.width, height: data.board.height },
            nodes,
            node: byId(nodes),
            arrows,
            arrow: byId(arrows),
            steps,
            step: byId(steps),
            questions,
            question: byId(questions),
            versions: data.version || [],
        };
    }

    /** Puts the texts of a language, `{step: {id: {title, …}}, question: {…}}`, where the storyboard has them: as `title.en`, `title.ko`. */
    function addTexts(story, language, texts) {
        const add = (into, from) => {
            for (const [name, value] of Object.entries(from)) {
                if (typeof value === "string" || Array.isArray(value)) {
                    into[name] = { ...into[name], [language]: value };
                } else {
                    into[name] = into[name] || {};
                    add(into[name], value);
                }
            }
        };
        for (const list of ["step", "question"]) {
            Object.entries(texts[list]).forEach(([id, fields]) => story[list].has(id) && add(story[list].get(id), fields));
        }
    }

    /** A text, or a list of texts, in the language asked for, else in English. */
    function text(value, language) {
        if (value === undefined || typeof value === "string" || Array.isArray(value)) {
            return value;
        }
        return value[language] === undefined ? value.en : value[language];
    }

    /** The steps of the version that takes so many minutes. */
    function stepsOf(story, minutes) {
        const version = story.versions.find((one) => one.minutes === minutes) || story.versions[0];
        return version.steps.map((id) => story.step.get(id)).filter(Boolean);
    }

    /** The ids of what is on the board once `steps` have been drawn, each once, in the order of drawing. */
    function drawnBy(steps) {
        return [...new Set(steps.flatMap((step) => step.draw || []))];
    }

    /** How many of some ids are boxes, and how many are arrows. */
    function counted(story, ids) {
        return { boxes: ids.filter((id) => story.node.has(id)).length, arrows: ids.filter((id) => story.arrow.has(id)).length };
    }

    /** The seconds that the steps may take together. */
    function secondsOf(steps) {
        return steps.reduce((sum, step) => sum + step.seconds, 0);
    }

    /** How many words a text has, as a speaker counts them. */
    function wordCount(words) {
        return words.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    }

    const plain = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

    /**
     * The node that somebody means who writes `name` on the board, or undefined: by label, resource or id, by what else it is called ("IAM
     * role"), or by a part of one of these. Where several are called so, it is the first of `expected`, the ids that are still to be drawn.
     */
    function nodeNamed(story, name, expected = []) {
        const wanted = plain(name);
        if (wanted === "") {
            return undefined;
        }
        const own = (node) => [node.label.en, node.label.ko, node.resource || "", node.id].map(plain);
        const names = (node) => [...own(node), ...(node.also || []).map(plain)];
        const first = (list) => expected.map((id) => list.find((node) => node.id === id)).find(Boolean);
        const only = (list) => (list.length === 1 ? list[0] : undefined);
        const same = story.nodes.filter((node) => own(node).includes(wanted));
        const also = story.nodes.filter((node) => names(node).includes(wanted));
        const part = story.nodes.filter((node) => names(node).some((one) => one.includes(wanted)));
        return first(same) || first(also) || same[0] || only(also) || first(part) || only(part);
    }

    /**
     * What stands on each node's prompt, made different where two nodes have the same word: "evidence 1", "evidence 2". `frame` says of a word that
     * it is a frame's.
     */
    function prompts(story, ids, language, frame) {
        const nodes = ids.map((id) => story.node.get(id)).filter(Boolean);
        const word = ({ glyph, prompt }) =>
            glyph === "frame" ? frame(text(prompt, language)) : text(prompt, language);
        const seen = new Map();
        return nodes.map((node) => {
            const many = nodes.filter((other) => word(other) === word(node)).length > 1;
            seen.set(word(node), (seen.get(word(node)) || 0) + 1);
            return { id: node.id, word: many ? `${word(node)} ${seen.get(word(node))}` : word(node) };
        });
    }

    /** Where the book treats a question: `{href, title}`, from the names of its chapters' files. */
    function pagesOf(question) {
        return (question.links || []).map((link) => ({
            href: link.replace(/\.md(?=#|$)/, ".html"),
            title: link
                .replace(/^.*\/|\.md.*$/g, "")
                .replace(/^\d+-/, "")
                .replace(/-/g, " "),
        }));
    }

    board.storyboard = {
        read,
        addTexts,
        text,
        stepsOf,
        drawnBy,
        counted,
        secondsOf,
        wordCount,
        nodeNamed,
        prompts,
        pagesOf,
    };
})();
