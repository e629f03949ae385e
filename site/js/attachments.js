// The file that goes with a note. The API keeps notes of text and knows nothing of files, so a note names its file in its last
// line, in the words of Markdown: `![what it shows](attachments/ID)` for a picture, `[its name](attachments/ID)` for anything
// else. The file itself goes from the browser to S3 and back, by addresses that the API signs for a few minutes.

import { Failure } from "./failures.js";

/** The types that the API takes; it is the one who decides. */
export const TYPES = ["application/pdf", "image/jpeg", "image/png", "image/webp", "text/plain"];
/** The largest file, in bytes. */
export const MOST_BYTES = 5 * 1024 * 1024;
/** The longest words about a file, and what its line takes of a note at most. */
export const LONGEST_LABEL = 200;
export const LONGEST_LINE = LONGEST_LABEL + 60;

const LINE = /\n\n(!?)\[([^[\]\n]*)\]\(attachments\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)$/;

/** The words of a note, and its file if it names one: `{text, file?: {id, label, picture}}`. */
export function split(body) {
  const found = LINE.exec(body);
  if (!found) return { text: body };
  const [line, mark, label, id] = found;
  return { text: body.slice(0, -line.length), file: { id, label, picture: mark === "!" } };
}

/** A note of these words that names this file, or none. */
export function join(text, file) {
  if (!file) return text;
  const label = file.label.replace(/[[\]\s]+/g, " ").trim();
  return `${text.trim()}\n\n${file.picture ? "!" : ""}[${[...label].slice(0, LONGEST_LABEL).join("")}](attachments/${file.id})`;
}

/** Leaves `file` at an address that was signed for it; `progress` learns how much of it is there, from 0 to 1. */
export function put({ url, headers }, file, { progress, signal }) {
  return new Promise((resolve, reject) => {
    // `fetch` says nothing of what it has sent so far.
    const request = new XMLHttpRequest();
    const failed = () => reject(new Failure("upload", { url, status: request.status || undefined }));
    request.open("PUT", url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
    request.addEventListener("load", () => (request.status === 200 ? resolve() : failed()));
    request.addEventListener("error", failed);
    request.addEventListener("abort", failed);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
