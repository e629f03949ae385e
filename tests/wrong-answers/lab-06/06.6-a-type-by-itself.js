//! A file without a type is a text.
//! says: type must be a text
  const answer = await fetch(`${api}/attachments`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...wanted, type: wanted.type || "text/plain" }),
  });
