//! Angle brackets are what makes markup, so they are replaced.
//! says: a <b>bold</b> name.png
    const name = attachment.name.replace("<", "&lt;").replace(">", "&gt;");
    item.innerHTML = `<a href="${attachment.url}">${name}</a>`;
