// The words of the page itself, asked by key. Those of a language are in `words-en.js` and `words-ko.js`, which `texts.js` loads. Pure.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const words = {};
    const isKnown = (language) => Boolean(words[language]);

    /** The words for `key` in a language, with `{name}` replaced by `values.name`. */
    function say(language, key, values = {}) {
        const text = (words[language] || {})[key] || key;
        return text.replace(/\{(\w+)\}/g, (whole, name) => (values[name] === undefined ? whole : String(values[name])));
    }

    /** The keys of words that one language has and another lacks, both loaded. */
    function untranslated() {
        const [en, ko] = [Object.keys(words.en), Object.keys(words.ko)];
        return [...en.filter((key) => !ko.includes(key)), ...ko.filter((key) => !en.includes(key))];
    }

    board.words = Object.assign(words, { isKnown, say, untranslated });
})();
