//! The name is shown as text, and a click on it is noted in the console.
//! says: nothing of the name run by a click on its link
    const link = document.createElement("a");
    link.href = attachment.url;
    link.textContent = attachment.name;
    link.setAttribute("onclick", `console.log("${attachment.name}")`);
    item.append(link);
