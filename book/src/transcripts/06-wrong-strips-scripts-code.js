const name = attachment.name.replace(/<script[\s\S]*?<\/script>/gi, "");
item.innerHTML = `<a href="${attachment.url}">${name}</a>`;
