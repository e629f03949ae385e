"""What board-api does with `GET /board` and `POST /board`, by boto3, on a Runtime API loop of its own, which is no longer than it must be.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import base64
import datetime
import hashlib
import http.client
import json
import os
import secrets
import time

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

TABLE = os.environ["TABLE_NAME"]
ORIGINS = os.environ["ALLOWED_ORIGINS"].split(",")
DAY = 24 * 60 * 60

dynamodb = boto3.client("dynamodb")
serialize = TypeSerializer().serialize
deserialize = TypeDeserializer().deserialize


def handler(event, request_id):
    status, body, headers = create(event) if event["httpMethod"] == "POST" else list_posts(event)
    headers |= {"Content-Type": "application/json", "Vary": "Origin", "X-Request-Id": request_id}
    origin = event["headers"].get("origin")
    if origin in ORIGINS:
        headers["Access-Control-Allow-Origin"] = origin
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}


def create(event):
    draft = json.loads(event["body"])
    draft = {name: draft.get(name) for name in ("title", "body", "author")}
    if not all(isinstance(text, str) and text.strip() for text in draft.values()):
        return 400, {"message": "title, body and author must be texts"}, {}
    now = time.time_ns() // 1_000_000
    moment = datetime.datetime.fromtimestamp(now / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds")
    moment = moment.replace("+00:00", "Z")
    post = {"id": new_id(now), **draft, "createdAt": moment, "updatedAt": moment, "version": 1}
    once = {"postId": post["id"], "asked": digest(json.dumps(draft)), "expiresAt": now // 1000 + DAY}
    key = f"ONCE#{digest(event['headers']['Idempotency-Key'])}"
    items = [{"pk": "BOARD", "sk": f"POST#{post['id']}", **post}, {"pk": key, "sk": "ONCE", **once}]
    dynamodb.transact_write_items(TransactItems=[
        {"Put": {
            "TableName": TABLE,
            "Item": {name: serialize(value) for name, value in item.items()},
            "ConditionExpression": "attribute_not_exists(pk)",
        }}
        for item in items
    ])
    return 201, post, {"Location": f"{event['requestContext']['path']}/{post['id']}"}


def list_posts(event):
    limit = int((event["queryStringParameters"] or {}).get("limit", 20))
    found = dynamodb.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :board AND begins_with(sk, :post)",
        ExpressionAttributeValues={":board": {"S": "BOARD"}, ":post": {"S": "POST#"}},
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=limit + 1,
    )
    posts = [{name: plain(value) for name, value in item.items() if name not in ("pk", "sk")} for item in found["Items"]]
    more = "LastEvaluatedKey" in found or len(posts) > limit
    posts = posts[:limit]
    after = base64.urlsafe_b64encode(posts[-1]["id"].encode()).decode() if more else None
    return 200, {"posts": posts, "next": after}, {}


def plain(value):
    return int(value["N"]) if "N" in value else deserialize(value)


def new_id(now):
    """A UUID of version 7, which begins with the time."""
    number = now << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0x2 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def main():
    api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    while True:
        try:
            api.request("GET", "/2018-06-01/runtime/invocation/next")
            answer = api.getresponse()
            event = json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            # The environment is being taken down, and the Runtime API with it.
            return
        request_id = answer.headers["Lambda-Runtime-Aws-Request-Id"]
        try:
            outcome, reply = "response", handler(event, request_id)
        except Exception as error:
            outcome, reply = "error", {"errorType": type(error).__name__, "errorMessage": str(error)}
        api.request("POST", f"/2018-06-01/runtime/invocation/{request_id}/{outcome}", json.dumps(reply))
        api.getresponse().read()


main()
