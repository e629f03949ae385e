//! The quotation mark is replaced as well, and the title stands in the other kind.
//! says: onmouseover='document.title=1'
    const entities = [["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"], ['"', "&quot;"]];
    const name = entities.reduce((text, [mark, entity]) => text.replaceAll(mark, entity), attachment.name);
    item.innerHTML = `<a href="${attachment.url}" title='${name}'>${name}</a>`;
