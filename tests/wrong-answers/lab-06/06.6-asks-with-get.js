//! The notes, no. 9: a call without `type: post` is a GET, and its data goes into the address.
//! says: expected a POST: the page wants something made
  const answer = await fetch(`${api}/attachments?${new URLSearchParams(wanted)}`);
