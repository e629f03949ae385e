// Lab 03 with the reply of note 7: to every request the same answer, 200 with the header that the note says must be set, and
// an asterisk in it. Nothing in the notes tells a preflight from a request, or a good answer from a bad one.

const posts = ['rules', 'lost-and-found', 'welcome'].map((id) => ({ id, title: id, body: 'Words.' }));

export function handler(event, context, callback) {
  const body = { posts };
  callback(null, {
    statusCode: 200,
    headers: { 'Access-Control-Allow-Origin': '*' },
    body: JSON.stringify(body),
  });
}
