// The document as far as a small page needs it: nodes, attributes, events, selectors. See ../page.rs for what is left out.

class Node {
  constructor() {
    this.parentNode = null;
    this.childNodes = [];
  }

  get firstChild() { return this.childNodes[0] ?? null; }
  get isConnected() { return this === document || (this.parentNode?.isConnected ?? false); }

  get textContent() { return this.childNodes.map((node) => node.textContent).join(""); }
  set textContent(text) { this.replaceChildren(...(String(text) === "" ? [] : [String(text)])); }

  append(...nodes) { for (const node of nodes) kit.insert(this, this.childNodes.length, node); }
  prepend(...nodes) { nodes.forEach((node, at) => kit.insert(this, at, node)); }
  appendChild(node) { this.append(node); return node; }
  replaceChildren(...nodes) {
    for (const node of [...this.childNodes]) node.remove();
    this.append(...nodes);
  }
  remove() {
    if (!this.parentNode) return;
    this.parentNode.childNodes.splice(this.parentNode.childNodes.indexOf(this), 1);
    this.parentNode = null;
  }

  addEventListener(type, listener) { ((this.listeners ??= {})[type] ??= []).push(listener); }
  removeEventListener(type, listener) {
    if (this.listeners?.[type]) this.listeners[type] = this.listeners[type].filter((known) => known !== listener);
  }
  dispatchEvent(event) {
    event.target ??= this;
    for (let node = this; node && !event.stopped; node = event.bubbles ? node.parentNode ?? (node === document ? window : null) : null) {
      event.currentTarget = node;
      for (const listener of kit.listeners(node, event.type)) {
        try {
          (listener.handleEvent ?? listener).call(node, event);
        } catch (error) {
          kit.uncaught(error);
        }
      }
      if (node === window) break;
    }
    return !event.defaultPrevented;
  }
}

class Text extends Node {
  constructor(data) {
    super();
    this.data = String(data);
  }
  get textContent() { return this.data; }
  set textContent(text) { this.data = String(text); }
}

class Event {
  constructor(type, { bubbles = false, cancelable = false } = {}) {
    Object.assign(this, { type, bubbles, cancelable, defaultPrevented: false, stopped: false, target: null, currentTarget: null });
  }
  preventDefault() { this.defaultPrevented = this.cancelable; }
  stopPropagation() { this.stopped = true; }
}

class Element extends Node {
  constructor(name) {
    super();
    this.localName = name.toLowerCase();
    this.attributes = new Map();
  }

  get tagName() { return this.localName.toUpperCase(); }
  get children() { return this.childNodes.filter((node) => node instanceof Element); }

  getAttribute(name) { return this.attributes.get(name.toLowerCase()) ?? null; }
  setAttribute(name, value) { this.attributes.set(name.toLowerCase(), String(value)); }
  hasAttribute(name) { return this.attributes.has(name.toLowerCase()); }
  removeAttribute(name) { this.attributes.delete(name.toLowerCase()); }
  toggleAttribute(name, on = !this.hasAttribute(name)) {
    if (on) this.setAttribute(name, "");
    else this.removeAttribute(name);
    return on;
  }

  get classList() {
    const names = () => this.className.split(/\s+/).filter(Boolean);
    const set = (all) => { this.className = [...new Set(all)].join(" "); };
    return {
      add: (...more) => set([...names(), ...more]),
      remove: (...less) => set(names().filter((name) => !less.includes(name))),
      contains: (name) => names().includes(name),
      toggle: (name, on = !names().includes(name)) => set(on ? [...names(), name] : names().filter((known) => known !== name)),
    };
  }

  get innerText() { return this.textContent; }
  set innerText(text) { this.textContent = text; }
  get innerHTML() { return this.childNodes.map(kit.serialised).join(""); }
  set innerHTML(html) {
    this.replaceChildren(...kit.parsed(String(html)));
    kit.loaded(this.childNodes);
  }
  get outerHTML() { return kit.serialised(this); }
  insertAdjacentHTML(position, html) {
    const nodes = kit.parsed(String(html));
    const at = this.parentNode?.childNodes.indexOf(this);
    switch (position.toLowerCase()) {
      case "afterbegin": this.prepend(...nodes); break;
      case "beforeend": this.append(...nodes); break;
      case "beforebegin": nodes.forEach((node, index) => kit.insert(this.parentNode, at + index, node)); break;
      case "afterend": nodes.forEach((node, index) => kit.insert(this.parentNode, at + 1 + index, node)); break;
      default: throw new SyntaxError(`The value provided ('${position}') is not one of 'beforeBegin', 'afterBegin', 'beforeEnd', or 'afterEnd'.`);
    }
    kit.loaded(nodes);
  }

  matches(selector) { return kit.matches(this, selector); }
  closest(selector) {
    for (let node = this; node instanceof Element; node = node.parentNode) if (node.matches(selector)) return node;
    return null;
  }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  querySelectorAll(selector) { return kit.descendants(this).filter((node) => node.matches(selector)); }

  click() {
    if (!this.dispatchEvent(new Event("click", { bubbles: true, cancelable: true }))) return;
    const type = this.getAttribute("type") ?? (this.localName === "button" ? "submit" : "");
    const form = type === "submit" && this.closest("form");
    if (form) form.requestSubmit();
  }
  requestSubmit() {
    if (this.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))) kit.left("the form was sent by the browser itself, and the page was left");
  }
  reset() {
    for (const field of this.querySelectorAll("input, textarea, select")) {
      field.value = field.getAttribute("value") ?? "";
      field.files = [];
    }
  }
  focus() {}
}

// Properties that only mirror an attribute.
for (const [property, attribute] of [["id"], ["className", "class"], ["href"], ["src"], ["type"], ["name"], ["alt"], ["title"], ["download"], ["rel"]]) {
  Object.defineProperty(Element.prototype, property, {
    get() { return this.getAttribute(attribute ?? property) ?? ""; },
    set(value) { this.setAttribute(attribute ?? property, value); },
  });
}
for (const property of ["hidden", "disabled", "checked", "required"]) {
  Object.defineProperty(Element.prototype, property, {
    get() { return this.hasAttribute(property); },
    set(on) { this.toggleAttribute(property, Boolean(on)); },
  });
}
Object.defineProperty(Element.prototype, "value", {
  get() { return this.typed ?? this.getAttribute("value") ?? (this.localName === "textarea" ? this.textContent : ""); },
  set(value) { this.typed = String(value); },
});
Object.defineProperty(Element.prototype, "files", {
  get() { return this.chosen ?? []; },
  set(files) { this.chosen = files; },
});

class Document extends Node {
  constructor() {
    super();
    this.readyState = "loading";
  }
  get documentElement() { return this.childNodes.find((node) => node instanceof Element) ?? null; }
  get head() { return this.querySelector("head"); }
  get body() { return this.querySelector("body"); }
  get title() { return this.querySelector("title")?.textContent ?? ""; }
  set title(text) {
    const title = this.querySelector("title") ?? (this.head ?? this.documentElement).appendChild(new Element("title"));
    title.textContent = text;
  }
  createElement(name) { return new Element(name); }
  createTextNode(text) { return new Text(text); }
  createDocumentFragment() { return new Fragment(); }
  createRange() { return new Range(); }
  getElementById(id) { return kit.descendants(this).find((node) => node.id === id) ?? null; }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  querySelectorAll(selector) { return kit.descendants(this).filter((node) => node.matches(selector)); }
}

/** Its children move to the node that it is appended to. */
class Fragment extends Node {}

/** As far as it makes nodes of markup. */
class Range {
  selectNode() {}
  selectNodeContents() {}
  createContextualFragment(html) {
    const fragment = new Fragment();
    fragment.append(...kit.parsed(String(html)));
    kit.loaded(fragment.childNodes);
    return fragment;
  }
}
