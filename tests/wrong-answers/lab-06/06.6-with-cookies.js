//! Who is asking is said by cookies.
//! says: credentials mode is
  const answer = await fetch(`${api}/attachments`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wanted),
    credentials: "include",
  });
