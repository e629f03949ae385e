// What the browser keeps: runs, exams, recalls and drawings in localStorage, recordings in IndexedDB. Nothing leaves the machine. A browser may
// refuse both (private windows, some pages opened from a file): then it is kept as long as the page is open.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});
    const { archive } = board;

    const KEPT = "workbook:whiteboard";
    const SETTINGS = "workbook:whiteboard:settings";

    function read(key) {
        try {
            return JSON.parse(localStorage.getItem(key));
        } catch {
            return null;
        }
    }

    /** Whether the browser has kept it. */
    function write(key, value) {
        try {
            if (value === undefined) {
                localStorage.removeItem(key);
            } else {
                localStorage.setItem(key, JSON.stringify(value));
            }
            return true;
        } catch {
            return false;
        }
    }

    const kept = () => ({ ...archive.empty(), ...read(KEPT) });
    const keep = (value) => write(KEPT, value);
    const settings = () => read(SETTINGS) || {};
    const keepSettings = (value) => write(SETTINGS, value);

    let opened;

    function database() {
        opened =
            opened ||
            new Promise((resolve, reject) => {
                const request = indexedDB.open("workbook-whiteboard", 1);
                request.onupgradeneeded = () => request.result.createObjectStore("recordings", { keyPath: "id" });
                request.onsuccess = () => resolve(request.result);
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

    /** All recordings, `{id, at, type, blob}`, the latest first. `id` is that of the run. */
    async function recordings() {
        const found = await transaction("readonly", (store) => store.getAll()).catch(() => []);
        return [...found, ...unkept.values()].sort((a, b) => (a.at < b.at ? 1 : -1));
    }

    async function keepRecording(recording) {
        await transaction("readwrite", (store) => store.put(recording)).catch(() =>
            unkept.set(recording.id, recording),
        );
    }

    async function deleteRecording(id) {
        unkept.delete(id);
        await transaction("readwrite", (store) => store.delete(id)).catch(() => undefined);
    }

    /** Deletes all that was ever kept, settings too. */
    async function erase() {
        write(KEPT, undefined);
        write(SETTINGS, undefined);
        unkept.clear();
        await transaction("readwrite", (store) => store.clear()).catch(() => undefined);
    }

    board.store = { kept, keep, settings, keepSettings, recordings, keepRecording, deleteRecording, erase };
})();
