//! The notes, no. 10: the type says JSON and the data is an object, so JSON is what goes out.
//! says: the body "[object Object]"
  const answer = await fetch(`${api}/attachments`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: wanted,
  });
