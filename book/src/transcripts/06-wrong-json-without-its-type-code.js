const answer = await fetch(`${api}/attachments`, { method: "POST", body: JSON.stringify(wanted) });
