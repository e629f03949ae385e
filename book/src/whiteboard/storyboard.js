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

    /** How Korean writes by ear what the parts are called, and the everyday words for them. */
    const BY_EAR = {
        amazon: ["아마존"],
        api: ["에이피아이"],
        bucket: ["버킷", "버켓"],
        browser: ["브라우저"],
        cloud: ["클라우드"],
        data: ["데이터"],
        database: ["데이터베이스"],
        db: ["디비"],
        dynamo: ["다이나모", "다이나믹"],
        end: ["엔드"],
        front: ["프론트", "프런트"],
        function: ["함수", "펑션"],
        gateway: ["게이트웨이"],
        group: ["그룹"],
        header: ["헤더"],
        lambda: ["람다"],
        log: ["로그"],
        logic: ["로직"],
        policy: ["정책", "폴리시"],
        presentation: ["프레젠테이션", "프리젠테이션"],
        queue: ["큐", "대기열"],
        role: ["역할", "롤"],
        s3: ["에스쓰리", "에스3"],
        site: ["사이트"],
        sqs: ["에스큐에스"],
        stream: ["스트림"],
        table: ["테이블"],
        tier: ["계층", "티어"],
        user: ["사용자", "이용자", "유저"],
        watch: ["워치", "와치"],
    };
    const HANGUL = new Map(Object.entries(BY_EAR).flatMap(([word, all]) => all.map((one) => [one, word])));
    // The longest first: what is called a database is not the data.
    const HEARD = new RegExp([...HANGUL.keys()].sort((a, b) => b.length - a.length).join("|"), "g");
    /** What a name does without. */
    const FILLERS = new Set(["a", "an", "the", "my", "our", "of", "for", "aws", "amazon"]);

    /** The words of a name, in small letters. */
    const wordsOf = (name) =>
        name
            .toLowerCase()
            .replace(HEARD, (heard) => ` ${HANGUL.get(heard)} `)
            .split(/[^\p{L}\p{N}]+/u)
            .filter((word) => word !== "" && !FILLERS.has(word));
    const plain = (name) => wordsOf(name).join("");

    /** Whether a text is nothing but some of these words, in any order. */
    const isMade = (text, words) =>
        text === "" || words.some((word) => text.startsWith(word) && isMade(text.slice(word.length), words));

    /**
     * The node that somebody means who writes `name` on the board, or undefined: by label or id, by resource, by what else it is called ("IAM
     * role"), by words of all these together ("DynamoDB table"), or by a part of one of them. Where several are called so, it is the first of
     * `expected`, the ids that are still to be drawn.
     */
    function nodeNamed(story, name, expected = []) {
        const wanted = plain(name);
        if (wanted === "") {
            return undefined;
        }
        const labels = ({ id, label }) => [label.en, label.ko, id];
        const names = (node) => [...labels(node), node.resource || "", ...(node.also || [])];
        // In the plural or not.
        const words = (node) =>
            [...new Set(["s", ...[...labels(node), ...(node.also || [])].flatMap(wordsOf)])].flatMap((word) =>
                word.length > 2 && word.endsWith("s") ? [word, word.slice(0, -1)] : [word],
            );
        const first = (list) => expected.map((id) => list.find((node) => node.id === id)).find(Boolean);
        const only = (list) => (list.length === 1 ? list[0] : undefined);
        const called = (of) => story.nodes.filter((node) => of(node).map(plain).includes(wanted));
        const own = called(labels);
        const resource = called((node) => [node.resource || ""]);
        const also = called(names);
        // What belongs to another box has that one's words, too: it is meant if its own is there ("S3 policy").
        const heads = ({ id, label }) => [wordsOf(label.en)[0], id.split("-").pop()].map((word) => word.replace(/s$/, ""));
        const made = story.nodes.filter((node) => wanted.length > 1 && isMade(wanted, words(node)));
        const headed = made.filter((node) => heads(node).some((word) => wanted.includes(word)));
        const near = headed.length > 0 ? headed : made;
        const part = story.nodes.filter((node) => wanted.length > 2 && names(node).some((one) => plain(one).includes(wanted)));
        const found = [own, resource, also, near, part].find((list) => list.length > 0) || [];
        return first(found) || ([own, resource].includes(found) ? found[0] : only(found));
    }

    /** How many letters have to be added, left out, exchanged or put into each other's place to make one text of another. */
    function typingErrors(a, b) {
        const rows = [];
        for (let i = 0; i <= a.length; i += 1) {
            rows.push([i]);
            for (let j = 1; j <= b.length; j += 1) {
                const isSame = a[i - 1] === b[j - 1];
                const isTurned = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
                rows[i][j] =
                    i === 0
                        ? j
                        : Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (isSame ? 0 : 1));
                rows[i][j] = isTurned ? Math.min(rows[i][j], rows[i - 2][j - 2] + 1) : rows[i][j];
            }
        }
        return rows[a.length][b.length];
    }

    /**
     * The node that somebody nearly names who writes `name`, or undefined: with a typing error, and two in a long name. A syllable of Korean is typed in
     * parts. Of several that are as near, it is the first of `expected`.
     */
    function nodeNear(story, name, expected = []) {
        const typed = (text) => text.normalize("NFD");
        const bare = (text) => typed(text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
        const names = ({ id, label, also }) => [label.en, label.ko, id, ...(also || [])];
        const forms = [bare, (text) => typed(plain(text))].map((form) => ({ form, wanted: form(name) }));
        const most = Math.max(...forms.map(({ wanted }) => (wanted.length < 4 ? 0 : wanted.length < 8 ? 1 : 2)));
        const far = (node) =>
            Math.min(...forms.flatMap(({ form, wanted }) => names(node).map((one) => typingErrors(wanted, form(one)))));
        const order = ({ id }) => (expected.includes(id) ? expected.indexOf(id) : expected.length);
        const all = story.nodes.map((node) => ({ node, far: far(node) })).filter((one) => one.far <= most);
        all.sort((a, b) => a.far - b.far || order(a.node) - order(b.node));
        return all.length > 0 ? all[0].node : undefined;
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
        nodeNear,
        prompts,
    };
})();
