// One's own voice, recorded while the clock runs and kept on this machine only. It stands still with the clock, so that the splits say where to listen.

(function () {
    "use strict";

    const board = (globalThis.workbookWhiteboard = globalThis.workbookWhiteboard || {});

    const isPossible = () =>
        Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia && window.MediaRecorder);

    /**
     * A recording that begins now; throws if there is no microphone or it is refused. `stop` returns the voice as a blob, also of a microphone that
     * has gone meanwhile; `ended` is done then.
     */
    async function recorder() {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
        const media = new MediaRecorder(stream);
        const parts = [];
        media.addEventListener("dataavailable", ({ data }) => parts.push(data));
        const ended = new Promise((resolve) => media.addEventListener("stop", resolve));
        media.start(1000);
        return {
            pause: () => media.state === "recording" && media.pause(),
            resume: () => media.state === "paused" && media.resume(),
            ended,
            async stop() {
                if (media.state !== "inactive") {
                    media.stop();
                }
                // The microphone is closed at once; what it has heard comes with `ended`.
                stream.getTracks().forEach((track) => track.stop());
                await ended;
                return new Blob(parts, { type: media.mimeType });
            },
        };
    }

    /** A blob as base64 text, and back. */
    async function toBase64(blob) {
        const bytes = new Uint8Array(await blob.arrayBuffer());
        let text = "";
        for (let at = 0; at < bytes.length; at += 32768) {
            text += String.fromCharCode(...bytes.subarray(at, at + 32768));
        }
        return btoa(text);
    }

    function fromBase64(text, type) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        return new Blob([bytes], { type });
    }

    board.recording = { isPossible, recorder, toBase64, fromBase64 };
})();
