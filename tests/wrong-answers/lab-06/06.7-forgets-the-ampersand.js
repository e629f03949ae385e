//! Every angle bracket is replaced. Nothing that is left can be a tag.
//! says: 1 &lt; 2.txt
    const name = attachment.name.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    item.innerHTML = `<a href="${attachment.url}">${name}</a>`;
