// Lab 01 in the notes' manner: the reply goes out through `callback`, with the header that note 7 found to be needed.
// The envelope is right. Nothing checks what was sent.

export function handler(event, context, callback) {
  const name = event.httpMethod === 'POST' ? JSON.parse(event.body).name : event.queryStringParameters.name;
  const body = { greeting: `Hello, ${name}!` };
  callback(null, {
    statusCode: 200,
    headers: { 'Access-Control-Allow-Origin': '*', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}
