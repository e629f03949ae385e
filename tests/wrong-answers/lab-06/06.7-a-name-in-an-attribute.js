//! Nothing of the name can be a tag, and as a title it is shown in full. A quotation mark ends the title.
//! says: a quotation mark of the name ends an attribute
    const name = attachment.name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    item.innerHTML = `<a href="${attachment.url}" title="${name}">${name}</a>`;
