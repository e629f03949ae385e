// The table by plain HTTP: the requests of the SDK without the SDK, unsigned. What is left is what Node itself costs.

import http from 'node:http';

const { hostname: host, port } = new URL(process.env.AWS_ENDPOINT_URL);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

export async function transactWrite(request) {
  const items = request.TransactItems.map(({ Put }) => ({ Put: { ...Put, Item: typed(Put.Item) } }));
  return call('TransactWriteItems', { TransactItems: items });
}

export async function query(request) {
  const found = await call('Query', { ...request, ExpressionAttributeValues: typed(request.ExpressionAttributeValues) });
  return { ...found, Items: found.Items.map(untyped) };
}

function call(operation, request) {
  const body = JSON.stringify(request);
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `DynamoDB_20120810.${operation}`,
    'Content-Length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = http.request({ host, port, agent, method: 'POST', path: '/', headers }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`${operation}: ${answer.statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** An item as DynamoDB writes it, of texts and numbers. */
function typed(item) {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, typeof value === 'number' ? { N: String(value) } : { S: value }]),
  );
}

function untyped(item) {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, value.S ?? Number(value.N)]));
}
