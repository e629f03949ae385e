// Taking a note down, with a while to think again. The API's DELETE is final: its tombstone is there so that a repeated request
// finds nothing to do, and no request brings a note back. So the page waits before it sends one. Until then the note is up for
// everybody else, and the page says so; who leaves the page has made up their mind.

import { announce, once, part } from "../dom.js";
import { failureBox } from "../failures.js";
import { titleOf } from "../format.js";
import { addressOf } from "../router.js";
import { fill, say } from "../words.js";

/** How long a removal can be undone. */
export const SECONDS = 10;

/** The one removal that is not sent yet, if there is one. One for the life of the page. */
export class Removal {
  constructor(api, activity, go) {
    this.api = api;
    this.activity = activity;
    this.go = go;
    // Ids of notes that are about to go, are on their way, or are gone: a list that was asked for meanwhile may still have them.
    this.leaving = new Set();
    part("removal-undo").addEventListener("click", () => this.undo());
    part("removal-now").addEventListener("click", () => once(part("removal-now"), () => this.send()));
    window.addEventListener("pagehide", () => this.send({ keepalive: true }));
  }

  /** Whether the note with this id was taken down here, or is about to be. */
  takes(id) {
    return this.leaving.has(id);
  }

  /** Takes `post` down in a while; one that waits is sent at once. */
  begin(post) {
    this.send();
    this.post = post;
    this.leaving.add(post.id);
    this.timer = setTimeout(() => this.send(), SECONDS * 1000);
    part("removal-failure").replaceChildren();
    part("removal").hidden = false;
    this.sayAgain();
  }

  /** Says in the page's language what is about to happen. */
  sayAgain() {
    if (!this.post) return;
    const title = document.createElement("bdi");
    title.textContent = titleOf(this.post);
    fill(part("removal-text"), "removing", { title, seconds: String(SECONDS) });
  }

  undo() {
    const post = this.#settle();
    if (!post) return;
    this.leaving.delete(post.id);
    this.go(addressOf(post.id), say("notRemoved", { title: titleOf(post) }));
  }

  /** Sends it now; with `keepalive` also if the page is gone by then. */
  async send({ keepalive = false } = {}) {
    const post = this.#settle();
    if (!post) return;
    try {
      await this.api.remove(post.id, { keepalive });
      announce(say("removed", { title: titleOf(post) }));
    } catch (error) {
      if (error.kind === "missing") announce(say("alreadyRemoved"));
      else this.#failed(error, post);
    }
    this.activity.expectNews();
  }

  #failed(error, post) {
    this.leaving.delete(post.id);
    const again = [say("tryAgain"), "failure-retry", () => {
      part("view").focus();
      this.begin(post);
      this.send();
    }];
    const box = failureBox(error, [again]);
    part("removal-failure").replaceChildren(box);
    box.focus();
  }

  #settle() {
    const { post } = this;
    clearTimeout(this.timer);
    this.post = undefined;
    // A button that goes must not take the keyboard's place with it.
    if (part("removal").contains(document.activeElement)) part("view").focus();
    part("removal").hidden = true;
    return post;
  }
}
