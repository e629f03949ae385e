//! A name that came through a header is encoded, so it is decoded. The function has done so already, and a percent sign ends the list.
//! says: 100% Sure.png
    const link = document.createElement("a");
    link.href = attachment.url;
    link.textContent = decodeURIComponent(attachment.name);
    item.append(link);
