//! The notes, no. 10, half mended: JSON.stringify makes JSON, and anybody can see that it is some.
//! says: Content-Type: text/plain;charset=UTF-8
  const answer = await fetch(`${api}/attachments`, { method: "POST", body: JSON.stringify(wanted) });
