//! To be on the safe side, both: entities, and textContent. What is text already is shown with its entities.
//! says: &lt;img src=x
    const link = document.createElement("a");
    link.href = attachment.url;
    link.textContent = attachment.name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    item.append(link);
