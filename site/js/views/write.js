// Writing a note and editing one: the same form, two ways to send it. What is safe to repeat and what is lost when two
// people edit at once is decided here; the draft that survives a reload is in draft.js.

import { LONGEST_LINE, join, split } from "../attachments.js";
import { announce, once, stamp } from "../dom.js";
import { Draft, lastAuthor, rememberAuthor } from "../draft.js";
import { Failure, failureBox } from "../failures.js";
import { titleOf } from "../format.js";
import { addressOf } from "../router.js";
import { say } from "../words.js";
import { askAboutConflict } from "./conflict.js";
import { allValid, field } from "./fields.js";
import { FileField } from "./file.js";

/** The form for a new note. */
export async function writeView(board) {
  const draft = new Draft("new");
  const form = new Form(board, draft, {
    heading: say("write"),
    send: say("pin"),
    back: ["#/", say("allNotes")],
    start: { title: "", body: "", author: lastAuthor() },
    names: ["title", "body", "author"],
  });
  return form.open(async (text) => {
    const post = await board.api.create(text, draft.key);
    rememberAuthor(text.author);
    return [post, say("pinned", { title: titleOf(post) })];
  });
}

/** The form for a note that exists. It is sent with the version it began from, so that nobody's change is overwritten unseen. */
export async function editView(board) {
  const post = await board.api.read(board.id, board.signal);
  const draft = new Draft(post.id);
  const { text, file } = split(post.body);
  const form = new Form(board, draft, {
    heading: say("editTitle"),
    send: say("save"),
    back: [addressOf(post.id), say("backToNote")],
    start: { title: post.title, body: text, version: post.version },
    file,
    names: ["title", "body"],
  });
  return form.open(async (edit) => {
    const saved = await board.api.update(post.id, edit);
    return [saved, say("saved", { title: titleOf(saved) })];
  });
}

class Form {
  constructor(board, draft, { heading, send, back: [address, label], start, file, names }) {
    this.board = board;
    this.draft = draft;
    this.start = start;
    this.startFile = file;
    const values = draft.restored ? { ...start, ...draft.fields } : start;
    // A restored edit goes on from the version it began with: what changed since then shows as a conflict.
    this.version = values.version;
    const { fragment, slots } = stamp("write-view");
    this.fragment = fragment;
    this.slots = slots;
    this.fields = names.map((name) => [name, field(name, slots[`${name}Field`], values[name])]);
    if (!names.includes("author")) slots.authorField.remove();
    const [, body] = this.fields.find(([name]) => name === "body");
    this.file = new FileField(slots, draft, file, (any) => body.reserve(any ? LONGEST_LINE : 0));
    slots.heading.textContent = heading;
    slots.send.textContent = send;
    slots.back.href = slots.cancel.href = address;
    slots.back.textContent = label;
    slots.restored.hidden = !draft.restored;
    this.heading = heading;
  }

  /** Shows the form. `send(text)` resolves to the post and what to say, or throws; only then is the draft dropped. */
  open(send) {
    const { slots, board, draft } = this;
    this.send = send;
    slots.form.addEventListener("input", () => draft.keep({ ...this.text(), version: this.version }));
    slots.form.addEventListener("submit", (event) => {
      event.preventDefault();
      once(slots.send, () => this.submit());
    });
    slots.cancel.addEventListener("click", () => draft.drop());
    slots.discard.addEventListener("click", () => this.startOver());
    board.title(this.heading);
    board.outlet.replaceChildren(this.fragment);
    board.state("ready");
  }

  text() {
    return Object.fromEntries(this.fields.map(([name, each]) => [name, each.value()]));
  }

  async submit() {
    const { slots, board, draft } = this;
    slots.failure.replaceChildren();
    slots.conflict.replaceChildren();
    if (!allValid([...this.fields.map(([, each]) => each), this.file])) return;
    draft.keep({ ...this.text(), version: this.version });
    if (slots.website.value) {
      this.refused(new Failure("trap", {}));
      return;
    }
    announce(say("sending"));
    try {
      const file = await this.file.deliver(board.api, board.signal);
      const text = this.text();
      const [post, message] = await this.send({ ...text, body: join(text.body, file), version: this.version });
      draft.drop();
      board.activity.expectNews();
      if (!board.signal.aborted) board.go(addressOf(post.id), message);
    } catch (error) {
      if (!board.signal.aborted) this.refused(error);
    }
  }

  refused(error) {
    const { slots } = this;
    if (error.kind === "conflict" && error.facts.current) {
      slots.conflict.replaceChildren(this.choice(error.facts.current));
      slots.conflict.firstElementChild.focus();
      return;
    }
    const fields = [...this.fields, ...["name", "type", "size"].map((name) => [name, this.file])];
    const [, wrong] = fields.find(([name]) => error.kind === "refused" && name === error.facts.field) ?? [];
    if (wrong) {
      wrong.complain(error.message, "en");
      wrong.input.focus();
      return;
    }
    if (!error.kind) console.error(error);
    slots.failure.replaceChildren(failureBox(error, this.waysOut(error)));
    slots.failure.firstElementChild.focus();
  }

  choice(current) {
    const { board, draft, slots } = this;
    const rebase = () => {
      this.version = current.version;
      draft.keep({ ...this.text(), version: this.version });
    };
    return askAboutConflict(current, {
      theirs: () => {
        draft.drop();
        board.go(addressOf(current.id), say("keptTheirs"));
      },
      mine: () => once(slots.send, () => {
        rebase();
        return this.submit();
      }),
      merge: () => {
        rebase();
        this.fields[0][1].input.focus();
        announce(say("merging"));
      },
    });
  }

  // Some refusals have an answer that is better than sending the same again.
  waysOut(error) {
    const { board, draft } = this;
    if (error.kind === "trap") {
      return [[say("emptyAndSend"), "failure-empty", () => {
        this.slots.website.value = "";
        once(this.slots.send, () => this.submit());
      }]];
    }
    if (error.kind === "reused") {
      return [
        [say("seeNewest"), "failure-home", "#/"],
        [say("postAnyway"), "failure-renew", () => {
          draft.renew();
          once(this.slots.send, () => this.submit());
        }],
      ];
    }
    if (error.kind !== "missing") return [];
    return [[say("pinAsNew"), "failure-renew", () => {
      const fresh = new Draft("new");
      fresh.keep({ ...this.text(), author: lastAuthor() });
      fresh.file = draft.file;
      draft.drop();
      board.go("#/write", say("movedToNew"));
    }]];
  }

  startOver() {
    this.draft.drop();
    this.version = this.start.version;
    for (const [name, each] of this.fields) each.set(this.start[name]);
    this.file.reset(this.startFile);
    this.slots.restored.hidden = true;
    this.fields[0][1].input.focus();
    announce(say("draftGone"));
  }
}
