// What is loaded for a language, and only for the one that is spoken: the page's own words (`words-en.js`) and the texts of the storyboard
// (`whiteboard-storyboard-en.js`). As scripts, because a page that was opened as a file can load nothing else.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { dom, storyboard, words } = board;

    const LANGUAGES = ["en", "ko"];

    /** Whether a script has loaded. */
    const loaded = (src) =>
        new Promise((resolve) => {
            document.head.append(dom.element("script", { src, onload: () => resolve(true), onerror: () => resolve(false) }));
        });

    /** Loads a language, once, and puts its texts into the storyboard, if there is one. Whether all of it is there. */
    async function load(story, language) {
        const isThere = () => Boolean(window.workbookTexts && window.workbookTexts[language]);
        const files = [
            words.isKnown(language) ? undefined : `whiteboard/words-${language}.js`,
            isThere() ? undefined : `whiteboard-storyboard-${language}.js`,
        ];
        await Promise.all(files.filter(Boolean).map(loaded));
        try {
            storyboard.addTexts(story, language, window.workbookTexts[language]);
        } catch {
            return false;
        }
        // A file of an earlier book, which a browser has kept, may lack what is new.
        const isWhole = ({ title, question }) => (title || question || {})[language] !== undefined;
        return words.isKnown(language) && Boolean(story) && [...story.steps, ...story.questions].every(isWhole);
    }

    board.texts = { LANGUAGES, load };
})();
