// Lab 01 as it was before note 5: what the function has to say is what it returns. It is good JSON and no proxy reply.

export async function handler(event) {
  const name = event.httpMethod === 'POST' ? JSON.parse(event.body).name : event.queryStringParameters.name;
  return { greeting: `Hello, ${name}!` };
}
