// Lab 04 with the notes' requests to DynamoDB, mistakes included: one switch over the method, the parameters written into
// the code, and the table's answer as the body. Only the SDK is today's: version 3 of it returns promises by itself.
//
// The mistakes that the notes made are marked.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';

const dynamo = DynamoDBDocument.from(new DynamoDBClient({}));
const tableName = 'Food';

export function handler(event, context, callback) {
  answer(event)
    .then((body) => callback(null, {
      statusCode: 200,
      headers: { 'Access-Control-Allow-Origin': '*' },
      body: JSON.stringify(body),
    }))
    .catch(callback);
}

async function answer(event) {
  const query = event.queryStringParameters ?? {};
  switch (event.httpMethod) {
    case 'GET':
      if (query.name === undefined) return dynamo.scan({ TableName: tableName }); // reads the whole table
      return dynamo.get({
        TableNaeme: 'Food', // TableName
        Key: { type: 'Korean', name: 'Soybean paste stew' },
      });
    case 'POST':
      return dynamo.put({
        TableName: tableName,
        Item: {
          'type:': 'Western', // type
          name: 'Carbonara',
          ingredients: { egg: '1', spaghetti: '90g' },
        },
      });
    case 'PUT':
      return dynamo.update({
        TableName: tableName,
        Key: { type: 'Western', name: 'Carbonara' },
        UpdateExpression: 'set price = :price',
        ExpressionAttributeValues: { ':price': 15000 },
      });
    case 'DELETE':
      if (query.maxPrice === undefined) return dynamo.delete({
        TableName: tableName,
        Key: { type: 'Korean' }, // and name
      });
      return dynamo.delete({
        TableName: tableName,
        Key: { type: 'Korean', name: 'Soybean paste stew' },
        ConditionExpression: 'price <= :price',
        ExpressionAttributeValues: { ':price': 8000 },
      });
  }
}
