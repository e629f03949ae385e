const request = {
  url: `${api}/attachments`,
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(wanted),
};
const answer = await fetch(request, request);
