// The search is loaded when somebody searches: its scripts are heavier than most pages, and most pages are only read. The book that the
// command builds names them in `data-scripts` (`chapters/lighter.rs` in the course says why); elsewhere mdBook has loaded them already.

(function () {
    "use strict";

    const scripts = document.currentScript.dataset.scripts;
    const bar = document.getElementById("mdbook-searchbar");
    const box = document.getElementById("mdbook-search-wrapper");
    const toggle = document.getElementById("mdbook-search-toggle");
    if (!scripts || !bar || !box || !toggle) {
        return;
    }

    function load(source) {
        return new Promise((loaded, failed) => {
            const script = document.createElement("script");
            script.src = source;
            script.addEventListener("load", loaded);
            script.addEventListener("error", failed);
            document.head.append(script);
        });
    }

    let begun = false;

    // Each script needs those before it.
    async function begin() {
        if (begun) {
            return;
        }
        begun = true;
        for (const source of scripts.split(" ")) {
            await load(source);
        }
    }

    // What is typed in the meantime is kept, and searched for once the scripts are there.
    async function open() {
        if (begun) {
            return;
        }
        box.classList.remove("hidden");
        bar.focus();
        await begin();
        if (box.classList.contains("hidden")) {
            const [from, to] = [bar.selectionStart, bar.selectionEnd];
            toggle.click();
            bar.setSelectionRange(from, to);
        }
        bar.dispatchEvent(new KeyboardEvent("keyup"));
        bar.dispatchEvent(new Event("input"));
    }

    // The page's own keys, such as the arrows, do not act while somebody writes.
    window.search = { hasFocus: () => document.activeElement === bar };
    toggle.addEventListener("click", () => { open(); });
    bar.addEventListener("input", () => { open(); });
    bar.form?.addEventListener("submit", (event) => { event.preventDefault(); });
    document.addEventListener("keydown", (event) => {
        const isSearch = ["s", "/"].includes(event.key) && !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
        const isWriting = ["text", "textarea", "search"].includes(event.target.type) || mdbook_something_else_has_focus(event);
        if (isSearch && !isWriting && !begun) {
            event.preventDefault();
            open();
            window.scrollTo(0, 0);
        }
    });
    // A search that another page's result brings along, or that somebody kept as an address.
    const asked = new URLSearchParams(location.search);
    if (asked.has("search") || asked.has("highlight")) {
        begin();
    }
})();
