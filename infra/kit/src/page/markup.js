// HTML as text: reading it, writing it, finding in it. `kit` holds what a browser keeps to itself; pages have no business with it.

const kit = (() => {
  const VOID = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]);
  const RAW = new Set(["script", "style", "title", "textarea"]);
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

  const decoded = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    return ENTITIES[name] ?? whole;
  });
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

  // A tag begins with `<` and a letter, as in a browser: "1 < 2" is text.
  const TAG = /^<(\/?)([a-z][^\s/>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/i;
  const ATTRIBUTE = /([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

  function parsed(html) {
    const root = new Fragment();
    let open = root;
    let rest = html;
    const text = (data) => { if (data) insert(open, open.childNodes.length, new Text(data)); };
    while (rest) {
      const at = rest.search(/<(?:[a-z/!])/i);
      if (at !== 0) {
        text(decoded(at < 0 ? rest : rest.slice(0, at)));
        rest = at < 0 ? "" : rest.slice(at);
        continue;
      }
      if (rest.startsWith("<!")) {
        const end = rest.startsWith("<!--") ? rest.indexOf("-->") + 3 : rest.indexOf(">") + 1;
        rest = end > 2 ? rest.slice(end) : "";
        continue;
      }
      const tag = TAG.exec(rest);
      if (!tag) {
        text(decoded(rest));
        break;
      }
      rest = rest.slice(tag[0].length);
      const name = tag[2].toLowerCase();
      if (tag[1]) {
        let node = open;
        while (node !== root && node.localName !== name) node = node.parentNode;
        if (node !== root) open = node.parentNode;
        continue;
      }
      const element = new Element(name);
      for (const [, key, double, single, bare] of tag[3].replace(/\/\s*$/, "").matchAll(ATTRIBUTE)) {
        element.setAttribute(key, decoded(double ?? single ?? bare ?? ""));
      }
      insert(open, open.childNodes.length, element);
      if (RAW.has(name)) {
        const end = rest.search(new RegExp(`</${name}`, "i"));
        const data = end < 0 ? rest : rest.slice(0, end);
        if (data) insert(element, 0, new Text(name === "title" || name === "textarea" ? decoded(data) : data));
        rest = end < 0 ? "" : rest.slice(rest.indexOf(">", end) + 1);
      } else if (!VOID.has(name)) {
        open = element;
      }
    }
    return root.childNodes.slice();
  }

  function serialised(node) {
    if (node instanceof Text) return RAW.has(node.parentNode?.localName) ? node.data : escaped(node.data);
    const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escaped(value).replace(/"/g, "&quot;")}"`).join("");
    const inside = node.childNodes.map(serialised).join("");
    return `<${node.localName}${attributes}>${VOID.has(node.localName) ? "" : `${inside}</${node.localName}>`}`;
  }

  function insert(parent, at, given) {
    if (given instanceof Fragment) {
      given.childNodes.slice().forEach((node, index) => insert(parent, at + index, node));
      return;
    }
    const node = given instanceof Node ? given : new Text(given);
    node.remove();
    node.parentNode = parent;
    parent.childNodes.splice(at, 0, node);
  }

  const descendants = (node) => node.childNodes.flatMap((child) => (child instanceof Element ? [child, ...descendants(child)] : []));

  // `li`, `#list`, `.note`, `[type=file]`, joined, and one inside the other.
  const PART = /^(?:\*|([a-z][\w-]*)|#([\w-]+)|\.([\w-]+)|\[([\w-]+)(?:=["']?([^"'\]]*)["']?)?\])/i;
  function fits(element, compound) {
    for (let rest = compound; rest; ) {
      const part = PART.exec(rest);
      if (!part) throw new SyntaxError(`'${compound}' is not a selector that this page understands`);
      const [whole, tag, id, name, attribute, value] = part;
      if (tag && element.localName !== tag.toLowerCase()) return false;
      if (id && element.id !== id) return false;
      if (name && !element.classList.contains(name)) return false;
      if (attribute && (value === undefined ? !element.hasAttribute(attribute) : element.getAttribute(attribute) !== value)) return false;
      rest = rest.slice(whole.length);
    }
    return true;
  }
  function matches(element, selector) {
    return selector.split(",").some((one) => {
      const compounds = one.trim().split(/\s+/);
      if (!fits(element, compounds.pop())) return false;
      let node = element.parentNode;
      while (compounds.length) {
        const outer = compounds.pop();
        while (node instanceof Element && !fits(node, outer)) node = node.parentNode;
        if (!(node instanceof Element)) return false;
        node = node.parentNode;
      }
      return true;
    });
  }

  function listeners(node, type) {
    const own = node[`on${type}`];
    const attribute = node instanceof Element && !own ? node.getAttribute(`on${type}`) : null;
    const inline = attribute ? [new Function("event", attribute)] : [];
    return [...(typeof own === "function" ? [own] : []), ...inline, ...(node.listeners?.[type] ?? [])];
  }

  // What markup does when it is put into a page. Scripts in it are not run; pictures that cannot be had report an error,
  // and drawings report that they are there: which is why markup from strangers is code from strangers.
  function loaded(nodes) {
    const elements = nodes.flatMap((node) => (node instanceof Element ? [node, ...descendants(node)] : []));
    for (const element of elements) {
      if (element.localName === "img" && element.hasAttribute("src")) setTimeout(() => element.dispatchEvent(new Event("error")));
      if (element.localName === "svg") setTimeout(() => element.dispatchEvent(new Event("load")));
    }
  }

  return { parsed, serialised, insert, descendants, matches, listeners, loaded };
})();
