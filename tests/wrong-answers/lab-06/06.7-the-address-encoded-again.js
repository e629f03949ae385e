//! An address is encoded before it is used.
//! says: an address that is another one
    const link = document.createElement("a");
    link.href = encodeURI(attachment.url);
    link.textContent = attachment.name;
    item.append(link);
