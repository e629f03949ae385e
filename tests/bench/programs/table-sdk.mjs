// The table by the AWS SDK for JavaScript, version 3, as the runtime of Lambda has it.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';

const dynamo = DynamoDBDocument.from(new DynamoDBClient({}));

export const transactWrite = (request) => dynamo.transactWrite(request);
export const query = (request) => dynamo.query(request);
