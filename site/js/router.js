// Addresses of views. They live behind the `#`, which a browser never sends: the bucket has one page, and a deep link to
// a post needs no rewrite rule at the edge.

/** `{name, id?}` for a location hash: list, write, read, edit, or nowhere. */
export function routeOf(hash) {
  const path = hash.replace(/^#/, "");
  if (path === "" || path === "/") return { name: "list" };
  if (path === "/write") return { name: "write" };
  const found = /^\/posts\/([^/]+)(\/edit)?$/.exec(path);
  if (!found) return { name: "nowhere" };
  try {
    return { name: found[2] ? "edit" : "read", id: decodeURIComponent(found[1]) };
  } catch {
    return { name: "nowhere" };
  }
}

/** The address of a post, or with `edit` of its editing view. */
export function addressOf(id, edit = false) {
  return `#/posts/${encodeURIComponent(id)}${edit ? "/edit" : ""}`;
}
