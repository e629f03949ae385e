// A note's file: the field in which one is chosen, and what a reader sees of it.

import { announce } from "../dom.js";
import { explain } from "../failures.js";
import { sizeOf } from "../format.js";
import { LONGEST_LABEL, MOST_BYTES, TYPES, put } from "../attachments.js";
import { fill, language, say } from "../words.js";

// The API's addresses are good for five minutes.
const FRESH = 4 * 60_000;

/** The field for a note's file, in the `slots` of the form. `kept` is the file that the note has already. */
export class FileField {
  constructor(slots, draft, kept, onChange) {
    Object.assign(this, { slots, draft, kept, onChange, input: slots.file });
    slots.file.accept = TYPES.join();
    slots.alt.maxLength = LONGEST_LABEL;
    slots.file.addEventListener("change", () => this.choose(slots.file.files[0]));
    slots.alt.addEventListener("input", () => this.complain());
    slots.fileRemove.addEventListener("click", () => {
      this.kept = undefined;
      this.choose(undefined);
      slots.file.focus();
      announce(say("fileRemoved"));
    });
    this.show();
  }

  get file() {
    return this.draft.file;
  }

  /** Takes a file if the API will; says what is wrong with it otherwise. */
  choose(file) {
    this.wrong = file && unfit(file);
    this.draft.file = this.wrong ? undefined : file;
    if (!this.draft.file) this.slots.file.value = "";
    this.complain(this.wrong);
    this.show();
    if (this.file) announce(say("fileChosen", { name: this.file.name }));
  }

  show() {
    const { slots, file, kept } = this;
    const any = file ?? kept;
    slots.fileName.textContent = any ? say("fileAttached", { name: file?.name ?? kept.label }) : "";
    slots.fileRemove.hidden = !any && !this.wrong;
    slots.altField.hidden = !isPicture(file);
    this.onChange(Boolean(any));
  }

  /** What is wrong or missing: a file that the board does not take is not left out silently. */
  problem() {
    if (this.wrong) return this.wrong;
    return isPicture(this.file) && !this.slots.alt.value.trim() ? say("altEmpty") : undefined;
  }

  /** The file of the beginning again. */
  reset(kept) {
    this.kept = kept;
    this.slots.alt.value = "";
    this.choose(undefined);
  }

  complain(text, spoken = language()) {
    const { fileError, alt, file } = this.slots;
    fileError.textContent = text ?? "";
    fileError.lang = spoken;
    const at = isPicture(this.file) ? alt : file;
    this.input = at;
    for (const each of [alt, file]) each.removeAttribute("aria-invalid");
    if (text) at.setAttribute("aria-invalid", "true");
  }

  /** Brings the file to where it stays, and gives what the note says of it; nothing without a file. */
  async deliver(api, signal) {
    const { file, slots } = this;
    if (!file) return this.kept;
    if (this.sent?.file !== file) {
      slots.progress.hidden = false;
      slots.progress.value = 0;
      try {
        const invitation = await api.invite(file);
        await put(invitation, file, { progress: (part) => { slots.progress.value = part; }, signal });
        this.sent = { file, id: invitation.key.split("/").pop() };
      } finally {
        slots.progress.hidden = true;
      }
    }
    const picture = isPicture(file);
    return { id: this.sent.id, picture, label: picture ? slots.alt.value : file.name };
  }
}

function unfit(file) {
  if (!TYPES.includes(file.type)) return say("fileType", { name: file.name });
  if (file.size === 0) return say("fileEmpty", { name: file.name });
  return file.size > MOST_BYTES ? say("fileTooLarge", { name: file.name, size: sizeOf(file.size), most: sizeOf(MOST_BYTES) }) : undefined;
}

function isPicture(file) {
  return file?.type.startsWith("image/") ?? false;
}

/** Shows a note's file in `place`: a picture as a picture, and each as a download. */
export async function showFile(board, file, place) {
  place.textContent = say("fileFetching");
  let found;
  try {
    found = await board.api.file(file.id, board.signal);
  } catch (error) {
    if (!board.signal.aborted) place.textContent = error.kind === "missing" ? say("fileGone") : say("fileFailed", { title: explain(error).title });
    return;
  }
  const link = document.createElement("a");
  link.dataset.test = "post-download";
  const name = document.createElement("bdi");
  name.textContent = found.name;
  fill(link, "fileDownload", { name, size: sizeOf(found.size) });
  link.href = found.url;
  const fetched = Date.now();
  link.addEventListener("click", async (event) => {
    if (Date.now() - fetched < FRESH) return;
    event.preventDefault();
    await showFile(board, file, place);
    place.querySelector("a")?.click();
  });
  place.replaceChildren(link);
  if (!file.picture || !found.type.startsWith("image/")) return;
  const picture = document.createElement("img");
  picture.dataset.test = "post-picture";
  picture.alt = file.label;
  // A file that is not a picture, whatever its type says, can still be downloaded.
  picture.addEventListener("error", () => picture.remove());
  picture.src = found.url;
  place.prepend(picture);
}
