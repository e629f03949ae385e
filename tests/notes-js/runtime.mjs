// A Lambda runtime for Node, no longer than it must be: `node runtime.mjs handlers/food-as-noted.mjs` asks the Runtime API
// for an event, gives it to the file's `handler`, and sends back what comes of it. Both kinds of handlers will do: those that
// call back, as the notes' do, and those that return a promise.
//
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const api = '/2018-06-01/runtime';
// One connection, kept: the next event may be hours away, so nothing here may time out.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** One call to the Runtime API: the answer's headers and its body. */
function call(method, route, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, agent, method, path: api + route }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(parts).toString() }));
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body) ?? 'null');
  });
}

/** What the handler makes of an event, whichever way it tells. */
function outcome(handler, event, context) {
  return new Promise((resolve, reject) => {
    const promised = handler(event, context, (error, reply) => (error ? reject(error) : resolve(reply)));
    if (typeof promised?.then === 'function') promised.then(resolve, reject);
  });
}

const { handler } = await import(pathToFileURL(path.resolve(process.argv[2])).href);
for (;;) {
  let next;
  try {
    next = await call('GET', '/invocation/next');
  } catch {
    // The environment is being taken down, and the Runtime API with it.
    process.exit(0);
  }
  const id = next.headers['lambda-runtime-aws-request-id'];
  try {
    const reply = await outcome(handler, JSON.parse(next.body), { awsRequestId: id });
    await call('POST', `/invocation/${id}/response`, reply ?? null);
  } catch (error) {
    console.error(`ERROR Invoke Error ${error.name}: ${error.message}`);
    await call('POST', `/invocation/${id}/error`, { errorType: error.name, errorMessage: error.message, stackTrace: [] });
  }
}
