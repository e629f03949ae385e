const answer = await fetch({
  url: `${api}/attachments`,
  type: "post",
  data: wanted,
});
