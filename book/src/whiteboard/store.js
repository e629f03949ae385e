// What the browser keeps: runs, exams, recalls and drawings in localStorage, recordings in IndexedDB. Nothing leaves the machine. A browser may
// refuse both (private windows, a full disk, some pages opened from a file): then it is kept as long as the page is open, and the page says so.
// Each mode's drawing has a name of its own in the storage, so that a stroke is kept without writing the years before it again. What is going
// on in this tab, a step, a clock and an exam, is in sessionStorage: it is there after a reload, and another tab has its own.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { archive } = board;

    const KEPT = "workbook:whiteboard";
    const SETTINGS = `${KEPT}:settings`;
    const DRAWING = `${KEPT}:drawing:`;
    const SESSION = `${KEPT}:session`;
    const TAB = `${KEPT}:tab`;
    const ASIDE = ":unread";
    /** How long a page that goes may take to let go of its tab's name, in milliseconds. */
    const LEAVING = 1000;

    const area = (key) => (key === SESSION || key === TAB ? sessionStorage : localStorage);

    function text(key) {
        try {
            return area(key).getItem(key);
        } catch {
            return null;
        }
    }

    /** Whether the browser has kept the text; null takes it away. */
    function write(key, value) {
        try {
            if (shut.has(key) && value !== null) {
                return false;
            }
            if (value === null) {
                area(key).removeItem(key);
            } else {
                area(key).setItem(key, value);
            }
            return true;
        } catch {
            return false;
        }
    }

    let isUnread = false;
    // Names under which something lies that could neither be read nor set aside.
    const shut = new Set();

    /** What `check` makes of what was kept under a name. What cannot be read is set aside, and `nothing` takes its place. */
    function read(key, check, nothing) {
        const kept = text(key);
        if (kept === null) {
            return nothing;
        }
        try {
            return check(JSON.parse(kept));
        } catch {
            isUnread = true;
            if (write(key + ASIDE, kept)) {
                write(key, null);
            } else {
                shut.add(key);
            }
            return nothing;
        }
    }

    /** The runs, exams and recalls. */
    const kept = () => read(KEPT, archive.checked, archive.empty());
    const keep = ({ runs, exams, recalls }) => write(KEPT, JSON.stringify({ runs, exams, recalls }));
    /** Whether something was found that could not be read, and lies aside now. */
    const hasUnread = () => isUnread;

    const drawing = (mode) => read(DRAWING + mode, archive.checkedItems, []);
    /** The drawing as it lies there, to see whether it is another one. */
    const drawingText = (mode) => text(DRAWING + mode) || "[]";
    const keepDrawing = (mode, items) => write(DRAWING + mode, JSON.stringify(items));

    function settings() {
        try {
            return JSON.parse(text(SETTINGS)) || {};
        } catch {
            return {};
        }
    }
    const keepSettings = (value) => write(SETTINGS, JSON.stringify(value));

    /** What was going on in this tab before it was loaded again: `{mode, place, clock, finished, exam}`, each only if there was one. */
    function session() {
        try {
            return archive.checkedSession(JSON.parse(text(SESSION)));
        } catch {
            return {};
        }
    }
    const keepSession = (value) => {
        const isAnything = value.clock || value.exam || value.place.index > 0;
        return write(SESSION, isAnything ? JSON.stringify(value) : null);
    };

    /** Holds a tab's name as long as the page is there. Whether no other page has it; where the browser cannot tell, none has. */
    const held = (name, options = {}) =>
        new Promise((resolve) => {
            if (!navigator.locks) {
                resolve(true);
                return;
            }
            const hold = () => {
                resolve(true);
                return new Promise((release) => window.addEventListener("pagehide", release, { once: true }));
            };
            navigator.locks
                .request(`${TAB}:${name}`, options, hold)
                .catch((error) => resolve(error.name !== "AbortError"));
        });

    let tab = Math.random().toString(36).slice(2);

    /**
     * Finds out what this tab is called: the same after a reload. A tab that was doubled begins with a copy of what was going on in the first, which
     * has the name, the clock and the exam: it gets a name of its own, and begins with neither.
     */
    async function claimTab() {
        const known = text(TAB);
        const late = new AbortController();
        setTimeout(() => late.abort(), LEAVING);
        if (known !== null && (await held(known, { signal: late.signal }))) {
            tab = known;
        } else {
            if (known !== null) {
                const { mode, place } = session();
                write(SESSION, JSON.stringify({ mode, place }));
            }
            write(TAB, tab);
            await held(tab);
        }
        window.addEventListener("pageshow", ({ persisted }) => persisted && held(tab));
    }

    /** Calls back when another tab changes what is kept: `erased()`, `more()` for lists, `drawn(mode)`. */
    function listen({ erased, more, drawn }) {
        window.addEventListener("storage", ({ key, newValue }) => {
            // Everything goes with the settings; what else goes was only set aside.
            if (key === null || (key === SETTINGS && newValue === null)) {
                erased();
            } else if (newValue === null) {
                return;
            } else if (key === KEPT) {
                more();
            } else if (key.startsWith(DRAWING)) {
                drawn(key.slice(DRAWING.length));
            }
        });
    }

    let opened;

    function database() {
        opened =
            opened ||
            new Promise((resolve, reject) => {
                const request = indexedDB.open("workbook-whiteboard", 1);
                request.onupgradeneeded = () => request.result.createObjectStore("recordings", { keyPath: "id" });
                request.onsuccess = () => {
                    // A browser that clears its storage closes what is open.
                    request.result.onclose = () => {
                        opened = undefined;
                    };
                    resolve(request.result);
                };
                request.onerror = () => reject(request.error);
            });
        return opened;
    }

    /** What `ask` requests of the recordings' store, once the transaction is done. */
    async function transaction(mode, ask) {
        const open = await database();
        return new Promise((resolve, reject) => {
            const change = open.transaction("recordings", mode);
            const request = ask(change.objectStore("recordings"));
            change.oncomplete = () => resolve(request.result);
            change.onabort = () => reject(change.error);
            change.onerror = () => reject(change.error);
        });
    }

    // Without IndexedDB, recordings live as long as the page.
    const unkept = new Map();

    /** All recordings, `{id, at, from, type, blob}`, the latest first. `id` is that of the run, `from` the second of it at which the recording begins. */
    async function recordings() {
        const found = await transaction("readonly", (store) => store.getAll()).catch(() => []);
        // Another page of this origin may have put anything there.
        const isVoice = ({ blob, at, from }) =>
            blob instanceof Blob && typeof at === "string" && (from === undefined || Number.isFinite(from));
        const voices = found.filter(isVoice);
        return [...voices, ...unkept.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
    }

    /** Whether the browser has kept it; else it lives as long as the page. */
    async function keepRecording(recording) {
        try {
            await transaction("readwrite", (store) => store.put(recording));
            return true;
        } catch {
            unkept.set(recording.id, recording);
            return false;
        }
    }

    async function deleteRecording(id) {
        unkept.delete(id);
        await transaction("readwrite", (store) => store.delete(id)).catch(() => undefined);
    }

    /** Deletes all that was ever kept, settings too. */
    async function erase(modes) {
        const kinds = [KEPT, ...modes.map((mode) => DRAWING + mode)];
        // Last the settings, which have to be there, so that other tabs hear of it.
        write(SETTINGS, "{}");
        for (const key of [SESSION, ...kinds, ...kinds.map((kind) => kind + ASIDE), SETTINGS]) {
            write(key, null);
        }
        unkept.clear();
        await transaction("readwrite", (store) => store.clear()).catch(() => undefined);
    }

    board.store = {
        kept,
        keep,
        hasUnread,
        drawing,
        drawingText,
        keepDrawing,
        settings,
        keepSettings,
        session,
        keepSession,
        claimTab,
        tab: () => tab,
        listen,
        recordings,
        keepRecording,
        deleteRecording,
        erase,
    };
})();
