//! What could be markup is left out of the name. Then it is another name.
//! says: #list says
    const name = attachment.name.replace(/[<>&"']/g, "");
    item.innerHTML = `<a href="${attachment.url}">${name}</a>`;
