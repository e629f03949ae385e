// What board-api does with `GET /board` and `POST /board`, in the manner of the notes: a handler that calls back.
//
// TABLE_CLIENT names the file that talks to the table: `sdk` with the AWS SDK, `plain` with the same requests and nothing more. It runs
// on tests/notes-js/runtime.mjs.

import { createHash, randomBytes } from 'node:crypto';

const table = await import(`./table-${process.env.TABLE_CLIENT}.mjs`);
const TableName = process.env.TABLE_NAME;
const origins = process.env.ALLOWED_ORIGINS.split(',');
const DAY = 24 * 60 * 60;

export function handler(event, context, callback) {
  const origin = event.headers?.origin;
  answer(event)
    .then(([statusCode, body, headers]) => callback(null, {
      statusCode,
      headers: {
        'Content-Type': 'application/json',
        Vary: 'Origin',
        'X-Request-Id': context.awsRequestId,
        ...(origins.includes(origin) && { 'Access-Control-Allow-Origin': origin }),
        ...headers,
      },
      body: JSON.stringify(body),
    }))
    .catch(callback);
}

async function answer(event) {
  return event.httpMethod === 'POST' ? create(event) : list(event);
}

async function create(event) {
  const { title, body, author } = JSON.parse(event.body);
  for (const text of [title, body, author]) {
    if (typeof text !== 'string' || text.trim() === '') return [400, { message: 'title, body and author must be texts' }];
  }
  const now = Date.now();
  const createdAt = new Date(now).toISOString();
  const post = { id: newId(now), title, body, author, createdAt, updatedAt: createdAt, version: 1 };
  const once = { postId: post.id, asked: hash(JSON.stringify({ title, body, author })), expiresAt: Math.floor(now / 1000) + DAY };
  const put = (Item) => ({ Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } });
  await table.transactWrite({
    TransactItems: [
      put({ pk: 'BOARD', sk: `POST#${post.id}`, ...post }),
      put({ pk: `ONCE#${hash(event.headers['Idempotency-Key'])}`, sk: 'ONCE', ...once }),
    ],
  });
  return [201, post, { Location: `${event.requestContext.path}/${post.id}` }];
}

async function list(event) {
  const limit = Number(event.queryStringParameters?.limit ?? 20);
  const found = await table.query({
    TableName,
    KeyConditionExpression: 'pk = :board AND begins_with(sk, :post)',
    ExpressionAttributeValues: { ':board': 'BOARD', ':post': 'POST#' },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: limit + 1,
  });
  const posts = found.Items.map(({ pk, sk, ...post }) => post);
  const more = found.LastEvaluatedKey !== undefined || posts.length > limit;
  posts.length = Math.min(posts.length, limit);
  return [200, { posts, next: more ? Buffer.from(posts.at(-1).id).toString('base64url') : null }];
}

/** A UUID of version 7, which begins with the time. */
function newId(now) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function hash(text) {
  return createHash('sha256').update(text).digest('hex');
}
