// A text on its way to the board. A draft outlives a reload of its tab (sessionStorage), and a new post's draft carries
// one idempotency key from its first keystroke until the board has it: that is why a double click, a retry after a lost
// answer and a reload never post twice.

import { keep, kept } from "./storage.js";

// A file cannot be kept in a storage. It outlives its form, and not the page.
const files = new Map();

const AUTHOR = "board.author";

/** The draft named `name` ("new", or a post's id), with the fields kept from an earlier visit if there are any. */
export class Draft {
  constructor(name) {
    this.slot = `board.draft.${name}`;
    const draft = kept("sessionStorage", this.slot);
    this.restored = draft?.fields !== undefined;
    this.fields = draft?.fields ?? {};
    this.key = draft?.key ?? newKey();
  }

  get file() {
    return files.get(this.slot);
  }

  set file(file) {
    if (file) files.set(this.slot, file);
    else files.delete(this.slot);
  }

  keep(fields) {
    this.fields = fields;
    keep("sessionStorage", this.slot, { key: this.key, fields });
  }

  /** The text becomes a post of its own, whatever happened to the earlier tries. */
  renew() {
    this.key = newKey();
    this.keep(this.fields);
  }

  drop() {
    this.fields = {};
    this.file = undefined;
    this.key = newKey();
    keep("sessionStorage", this.slot, undefined);
  }
}

/** The name that was last signed with on this machine, or nothing. */
export function lastAuthor() {
  const name = kept("localStorage", AUTHOR);
  return typeof name === "string" ? name : "";
}

export function rememberAuthor(name) {
  keep("localStorage", AUTHOR, name);
}

// Not `randomUUID`: browsers keep that from pages served over plain http, such as an S3 website endpoint.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
