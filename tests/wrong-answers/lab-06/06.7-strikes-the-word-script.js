//! A name with `script` in it is an attack, so the word is struck out.
//! says: javascript
    const link = document.createElement("a");
    link.href = attachment.url;
    link.textContent = attachment.name.replace(/script/gi, "");
    item.append(link);
