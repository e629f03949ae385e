//! The notes, no. 10: data goes into the body as name=value, which is what forms and jQuery do by themselves.
//! says: Content-Type: application/x-www-form-urlencoded
  const answer = await fetch(`${api}/attachments`, { method: "POST", body: new URLSearchParams(wanted) });
