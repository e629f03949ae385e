// The window around the document: addresses, requests, timers, and the handle by which a check acts on the page. The host's own
// functions (`host.fetch`, `host.resolve`, `host.log`) come from engine.rs.

const window = globalThis;
const self = globalThis;
const document = new Document();

(() => {
  const line = (values) => values.map((value) => (value instanceof Error ? `${value.name}: ${value.message}` : typeof value === "string" ? value : JSON.stringify(value) ?? String(value))).join(" ");
  const said = (level) => (...values) => host.log(`${level}: ${line(values)}`);
  globalThis.console = { log: said("log"), info: said("info"), warn: said("warning"), error: said("error"), debug: said("log") };
  globalThis.alert = said("alert");
  kit.uncaught = (error) => host.log(`error: Uncaught ${line([error])}`);
  kit.left = (why) => host.log(`error: ${why}`);
  globalThis.__kit = kit;

  // A promise that fails and is looked at later is not a mistake; one that nobody ever looks at is.
  const rejections = new Map();
  kit.rejected = (promise, reason, handled) => {
    if (handled) rejections.delete(promise);
    else rejections.set(promise, reason);
  };

  const windowListeners = {};
  globalThis.listeners = windowListeners;
  globalThis.addEventListener = (type, listener) => { (windowListeners[type] ??= []).push(listener); };

  // Timers run when nothing else is left to do, in the order of their times, and take none.
  const timers = [];
  let timer = 0;
  globalThis.setTimeout = (callback, delay = 0, ...args) => {
    timers.push({ id: ++timer, at: delay, run: () => callback(...args) });
    return timer;
  };
  globalThis.clearTimeout = (id) => { timers.splice(0, timers.length, ...timers.filter((known) => known.id !== id)); };
  globalThis.queueMicrotask = (callback) => { Promise.resolve().then(callback); };
  kit.tick = () => {
    for (const reason of rejections.values()) host.log(`error: Uncaught (in promise) ${line([reason])}`);
    rejections.clear();
    timers.sort((one, other) => one.at - other.at || one.id - other.id);
    const next = timers.shift();
    try {
      next?.run();
    } catch (error) {
      kit.uncaught(error);
    }
    return Boolean(next);
  };

  class URLSearchParams {
    constructor(init = "") {
      this.pairs = [];
      const entries = typeof init === "string"
        ? init.replace(/^\?/, "").split("&").filter(Boolean).map((pair) => pair.split("=").map((part) => decodeURIComponent(part.replace(/\+/g, " "))))
        : init instanceof URLSearchParams ? init.pairs : Array.isArray(init) ? init : Object.entries(init);
      for (const [name, value = ""] of entries) this.append(name, value);
    }
    append(name, value) { this.pairs.push([String(name), String(value)]); }
    set(name, value) { this.delete(name); this.append(name, value); }
    delete(name) { this.pairs = this.pairs.filter(([known]) => known !== name); }
    get(name) { return this.pairs.find(([known]) => known === name)?.[1] ?? null; }
    has(name) { return this.pairs.some(([known]) => known === name); }
    toString() {
      const encoded = (text) => encodeURIComponent(text).replace(/%20/g, "+").replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
      return this.pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join("&");
    }
    [Symbol.iterator]() { return this.pairs[Symbol.iterator](); }
  }
  class URL {
    constructor(address, base) {
      this.href = host.resolve(String(address), base === undefined ? "" : String(base));
      if (!this.href) throw new TypeError(`Failed to construct 'URL': Invalid URL`);
      const [, protocol, hostname, pathname, search, hash] = /^([^:]+:)(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/.exec(this.href);
      Object.assign(this, { protocol, host: hostname ?? "", pathname, search: search ?? "", hash: hash ?? "" });
      this.origin = /^https?:$/.test(protocol) ? `${protocol}//${this.host}` : "null";
      this.searchParams = new URLSearchParams(this.search);
    }
    static canParse(address, base) { return Boolean(host.resolve(String(address), base === undefined ? "" : String(base))); }
    toString() { return this.href; }
  }
  class Blob {
    constructor(parts = [], { type = "" } = {}) {
      this.bytes = parts.map((part) => (part instanceof Blob ? part.bytes : host.bytes(String(part)))).join("");
      this.type = type;
    }
    get size() { return this.bytes.length; }
    async text() { return host.text(this.bytes); }
  }
  class File extends Blob {
    constructor(parts, name, options) {
      super(parts, options);
      this.name = name;
    }
  }
  class FormData {
    constructor(form) {
      this.pairs = [];
      for (const field of form?.querySelectorAll("input[name], textarea[name], select[name]") ?? []) {
        if (field.type !== "file") this.append(field.name, field.value);
        else for (const file of field.files) this.append(field.name, file);
      }
    }
    append(name, value) { this.pairs.push([name, value]); }
    get(name) { return this.pairs.find(([known]) => known === name)?.[1] ?? null; }
    [Symbol.iterator]() { return this.pairs[Symbol.iterator](); }
  }
  class Headers {
    constructor(init = {}) {
      this.pairs = [];
      for (const [name, value] of init instanceof Headers || Array.isArray(init) ? init : Object.entries(init)) this.set(name, value);
    }
    set(name, value) {
      this.pairs = this.pairs.filter(([known]) => known !== String(name).toLowerCase());
      this.pairs.push([String(name).toLowerCase(), String(value)]);
    }
    append(name, value) { this.set(name, this.has(name) ? `${this.get(name)}, ${value}` : value); }
    get(name) { return this.pairs.find(([known]) => known === String(name).toLowerCase())?.[1] ?? null; }
    has(name) { return this.get(name) !== null; }
    delete(name) { this.pairs = this.pairs.filter(([known]) => known !== String(name).toLowerCase()); }
    [Symbol.iterator]() { return this.pairs[Symbol.iterator](); }
  }
  class Response {
    constructor({ status, url, headers, body }) {
      Object.assign(this, { status, url, body, ok: status >= 200 && status < 300, headers: new Headers(headers) });
    }
    async text() { return host.text(this.body); }
    async json() { return JSON.parse(host.text(this.body)); }
    async blob() { return Object.assign(new Blob(), { bytes: this.body, type: this.headers.get("content-type") ?? "" }); }
  }
  Object.assign(globalThis, { URL, URLSearchParams, Blob, File, FormData, Headers });

  const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
  /** A body as bytes, and the type that a browser gives it when nobody else does. */
  function sent(body) {
    if (body === undefined || body === null) return [undefined, undefined];
    if (body instanceof Blob) return [body.bytes, body.type || undefined];
    if (body instanceof URLSearchParams) return [host.bytes(body.toString()), FORM];
    if (body instanceof FormData) {
      const mark = "----WebKitFormBoundary0000000000000000";
      const part = ([name, value]) => value instanceof Blob
        ? `--${mark}\r\nContent-Disposition: form-data; name="${name}"; filename="${value.name}"\r\nContent-Type: ${value.type}\r\n\r\n${host.text(value.bytes)}\r\n`
        : `--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
      return [host.bytes(`${[...body].map(part).join("")}--${mark}--\r\n`), `multipart/form-data; boundary=${mark}`];
    }
    return [host.bytes(String(body)), "text/plain;charset=UTF-8"];
  }
  globalThis.fetch = async (address, options = {}) => {
    // A browser upper-cases the methods that everybody knows, and no others.
    const given = String(options.method ?? "GET");
    const method = /^(get|head|post|put|delete|options)$/i.test(given) ? given.toUpperCase() : given;
    const headers = new Headers(options.headers);
    const [body, type] = sent(options.body);
    if (body !== undefined && (method === "GET" || method === "HEAD")) {
      throw new TypeError("Failed to execute 'fetch' on 'Window': Request with GET/HEAD method cannot have body.");
    }
    if (type && !headers.has("content-type")) headers.set("content-type", type);
    const { mode = "cors", credentials = "same-origin" } = options;
    if (mode === "no-cors") {
      // What no form could send is refused, or left out without a word.
      if (!/^(GET|HEAD|POST)$/.test(method)) throw new TypeError(`Failed to execute 'fetch' on 'Window': '${method}' is unsupported in no-cors mode.`);
      const form = /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\s*(;|$)/i;
      for (const [name, value] of [...headers]) {
        if (name === "content-type" && !form.test(value)) headers.set(name, type ?? "text/plain");
        else if (!/^(accept|accept-language|content-language|content-type)$/.test(name)) headers.delete(name);
      }
    }
    const answer = JSON.parse(host.fetch(JSON.stringify({ method, address: String(address), headers: [...headers], body, mode, credentials })));
    if (answer.refused) throw new TypeError("Failed to fetch");
    return new Response(answer);
  };

  const found = (selector) => {
    const element = document.querySelector(selector);
    if (!element) throw new Error(`the page has no ${selector}`);
    return element;
  };
  // What a check does and asks. Everything goes through JSON.
  Object.assign(kit, {
    open(html, address) {
      const url = new URL(address);
      globalThis.location = { href: url.href, origin: url.origin, protocol: url.protocol, host: url.host, pathname: url.pathname, search: url.search };
      document.append(...kit.parsed(html));
      const scripts = document.querySelectorAll("script").filter((script) => !script.type || /^(module|text\/javascript)$/.test(script.type));
      return scripts.map((script) => ({ module: script.type === "module", src: script.src, text: script.textContent, defer: script.type === "module" || script.hasAttribute("defer") }));
    },
    ready() {
      document.readyState = "complete";
      document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true }));
      for (const listener of windowListeners.load ?? []) listener.call(window, new Event("load"));
    },
    act: {
      type: (selector, value) => { const field = found(selector); field.value = value; field.dispatchEvent(new Event("input", { bubbles: true })); field.dispatchEvent(new Event("change", { bubbles: true })); },
      choose: (selector, name, type, bytes) => {
        const file = Object.assign(new File([], name, { type }), { bytes });
        const field = found(selector);
        field.files = [file];
        field.dispatchEvent(new Event("change", { bubbles: true }));
      },
      submit: (selector) => found(selector).requestSubmit(),
      click: (selector) => found(selector).click(),
    },
    ask: {
      text: (selector) => found(selector).textContent.replace(/\s+/g, " ").trim(),
      html: (selector) => found(selector).innerHTML.trim(),
      count: (selector) => document.querySelectorAll(selector).length,
      title: () => document.title,
    },
  });
})();
