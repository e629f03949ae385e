// What the page shows of each attachment. The names are other people's: they chose them on their own disks.

/** Shows `attachments` in the element `list`, instead of what was there. */
export function show(list, attachments) {
  list.replaceChildren();
  for (const attachment of attachments) {
    const item = document.createElement("li");
    // lab-06.7 begin
    const link = document.createElement("a");
    link.href = attachment.url;
    link.textContent = attachment.name;
    item.append(link);
    // lab-06.7 starter
    // | // TODO(lab-06.7): a name is text, whatever is in it.
    // | item.innerHTML = `<a href="${attachment.url}">${attachment.name}</a>`;
    // lab-06.7 end
    list.append(item);
  }
}
