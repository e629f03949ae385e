//! The notes, no. 11, with care: markup goes in with innerHTML, and scripts are taken out of the name first.
//! says: the name's own script ran
    const name = attachment.name.replace(/<script[\s\S]*?<\/script>/gi, "");
    item.innerHTML = `<a href="${attachment.url}">${name}</a>`;
