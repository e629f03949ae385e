//! A name that is an address leads there.
//! says: it leads wherever the sender wants
    const link = document.createElement("a");
    link.href = /^https?:/.test(attachment.name) ? attachment.name : attachment.url;
    link.textContent = attachment.name;
    item.append(link);
