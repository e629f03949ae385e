//! The notes, no. 8: the address is one of the options, as with $.ajax.
//! says: POST /[object%20Object] of the site
  const request = {
    url: `${api}/attachments`,
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wanted),
  };
  const answer = await fetch(request, request);
