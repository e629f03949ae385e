"""boto3, unmodified, against the local cloud's one AWS endpoint."""

import datetime
import json
import os
import time
import unittest
import urllib.request
from unittest import mock

import boto3
from botocore.exceptions import ClientError

from board import board


class Boto3(unittest.TestCase):
    def setUp(self):
        self.board = board()

    def client(self, service, environment=None):
        # A session of its own reads the variables anew.
        with mock.patch.dict(os.environ, environment or self.board.environment, clear=True):
            return boto3.session.Session().client(service)

    def refused(self, call, code, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response

    def test_cloudwatch(self):
        client = self.client("cloudwatch")
        now = datetime.datetime.now(datetime.timezone.utc)
        dimensions = [{"Name": "Client", "Value": "boto3"}]
        datum = {"MetricName": "Posts", "Dimensions": dimensions, "Values": [1.0, 4.0], "Counts": [2.0, 1.0], "Unit": "Count"}
        client.put_metric_data(Namespace="Board", MetricData=[datum])
        metric = {"Namespace": "Board", "MetricName": "Posts", "Dimensions": dimensions}
        self.assertIn(metric, client.list_metrics(Namespace="Board")["Metrics"])
        query = {"Id": "posts", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
        hour = {"StartTime": now - datetime.timedelta(minutes=30), "EndTime": now + datetime.timedelta(minutes=5)}
        answer = client.get_metric_data(MetricDataQueries=[query], **hour)["MetricDataResults"][0]
        self.assertEqual((sum(answer["Values"]), answer["StatusCode"]), (6.0, "Complete"))
        self.assertIsInstance(answer["Timestamps"][0], datetime.datetime)
        expression = [query, {"Id": "twice", "Expression": "posts * 2"}]
        refused = self.refused(client.get_metric_data, "InvalidParameterValue", MetricDataQueries=expression, **hour)
        self.assertIn("no metric math", refused["Error"]["Message"])
        state = next(iter(client.get_paginator("describe_alarms").paginate()))["MetricAlarms"][0]
        self.assertIsInstance(state["StateUpdatedTimestamp"], datetime.datetime)

    def test_dynamodb(self):
        client = self.client("dynamodb")
        key = {"pk": {"S": "CLIENT"}, "sk": {"S": "1"}}
        client.put_item(TableName="board", Item=key | {"title": {"S": "from boto3"}})
        self.assertEqual(client.get_item(TableName="board", Key=key)["Item"]["title"]["S"], "from boto3")
        response = self.refused(client.put_item, "ConditionalCheckFailedException", TableName="board", Item=key,
                                ConditionExpression="attribute_not_exists(pk)")
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.refused(client.get_item, "ValidationException", TableName="board", Key={"pk": {"S": "CLIENT"}})
        client.delete_item(TableName="board", Key=key)

    def test_streams(self):
        client = self.client("dynamodbstreams")
        stream = client.list_streams(TableName="board")["Streams"][0]["StreamArn"]
        self.assertEqual(client.describe_stream(StreamArn=stream)["StreamDescription"]["StreamViewType"], "NEW_AND_OLD_IMAGES")

    def test_s3(self):
        client = self.client("s3")
        bucket = client.list_buckets()["Buckets"][0]["Name"]
        client.put_object(Bucket=bucket, Key="plain", Body=b"text")
        self.assertEqual(client.get_object(Bucket=bucket, Key="plain")["ContentType"], "binary/octet-stream")
        url = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "signed"}, ExpiresIn=60)
        with urllib.request.urlopen(urllib.request.Request(url, data=b"by url", method="PUT")) as answer:
            self.assertEqual(answer.status, 200)
        self.assertEqual(client.get_object(Bucket=bucket, Key="signed")["Body"].read(), b"by url")
        keys = [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket)["Contents"]]
        self.assertTrue({"plain", "signed", "index.html"} <= set(keys))
        client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "plain"}, {"Key": "signed"}]})
        response = self.refused(client.get_object, "NoSuchKey", Bucket=bucket, Key="plain")
        self.assertEqual(response["Error"]["Key"], "plain")
        self.assertTrue(response["ResponseMetadata"]["HostId"])
        self.refused(client.list_objects_v2, "NoSuchBucket", Bucket="nobodys-bucket")

    def test_lambda(self):
        client = self.client("lambda")
        self.assertEqual(len(client.list_functions()["Functions"]), 3)
        answer = client.invoke(FunctionName="board-feed", Payload=json.dumps({"Records": []}), LogType="Tail")
        self.assertEqual((answer["StatusCode"], answer.get("FunctionError")), (200, None))
        self.assertEqual(client.invoke(FunctionName="board-feed", InvocationType="DryRun")["StatusCode"], 204)
        self.refused(client.invoke, "InvalidRequestContentException", FunctionName="board-feed", Payload=b"{")

    def test_logs(self):
        client = self.client("logs")
        client.create_log_group(logGroupName="own")
        self.refused(client.create_log_group, "ResourceAlreadyExistsException", logGroupName="own")
        client.create_log_stream(logGroupName="own", logStreamName="one")
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": "first"}, {"timestamp": now + 1, "message": "second"}]
        client.put_log_events(logGroupName="own", logStreamName="one", logEvents=events)
        page = client.get_log_events(logGroupName="own", logStreamName="one", startFromHead=True, limit=1)
        self.assertEqual([event["message"] for event in page["events"]], ["first"])
        page = client.get_log_events(logGroupName="own", logStreamName="one", nextToken=page["nextForwardToken"])
        self.assertEqual([event["message"] for event in page["events"]], ["second"])
        end = client.get_log_events(logGroupName="own", logStreamName="one", nextToken=page["nextForwardToken"])
        self.assertEqual((end["events"], end["nextForwardToken"]), ([], page["nextForwardToken"]))

    def test_sqs(self):
        client = self.client("sqs")
        url = client.list_queues()["QueueUrls"][0]
        sent = client.send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": f"m{n}"} for n in range(3)])
        self.assertEqual(len(sent["Successful"]), 3)
        messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])["Messages"]
        self.assertEqual([message["Body"] for message in messages], ["m0", "m1", "m2"])
        self.assertEqual(messages[0]["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertNotIn("Messages", client.receive_message(QueueUrl=url))
        client.change_message_visibility(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"], VisibilityTimeout=0)
        again = client.receive_message(QueueUrl=url)["Messages"][0]
        self.assertEqual((again["Body"], again["MessageId"]), ("m0", messages[0]["MessageId"]))
        client.purge_queue(QueueUrl=url)
        self.refused(client.get_queue_url, "AWS.SimpleQueueService.NonExistentQueue", QueueName="nobodys")
        self.refused(client.receive_message, "InvalidParameterValue", QueueUrl=url, MaxNumberOfMessages=11)

    def test_what_is_too_large_is_refused_in_each_services_own_words(self):
        large = b"x" * (17 * 1024 * 1024)
        key = {"pk": {"S": "CLIENT"}, "sk": {"S": "1"}}
        bucket = self.client("s3").list_buckets()["Buckets"][0]["Name"]
        for service, call, arguments, code in [
            ("dynamodb", "put_item", {"TableName": "board", "Item": key | {"b": {"B": large}}}, "RequestTooLargeException"),
            ("lambda", "invoke", {"FunctionName": "board-feed", "Payload": large}, "RequestTooLargeException"),
            ("s3", "put_object", {"Bucket": bucket, "Key": "large", "Body": large}, "EntityTooLarge"),
            ("sns", "publish", {"TopicArn": "t", "Message": large.decode()}, "RequestTooLarge"),
        ]:
            with self.subTest(service):
                response = self.refused(getattr(self.client(service), call), code, **arguments)
                self.assertIn("larger than 16 MB", response["Error"]["Message"])

    def test_wrong_keys_are_refused_in_each_services_own_words(self):
        calls = {
            "dynamodb": ("list_tables", {}, "InvalidSignatureException", "UnrecognizedClientException"),
            "dynamodbstreams": ("list_streams", {}, "InvalidSignatureException", "UnrecognizedClientException"),
            "lambda": ("list_functions", {}, "InvalidSignatureException", "UnrecognizedClientException"),
            "logs": ("describe_log_groups", {}, "InvalidSignatureException", "UnrecognizedClientException"),
            "sqs": ("list_queues", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
            "cloudwatch": ("list_metrics", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
            "sts": ("get_caller_identity", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
            "s3": ("list_buckets", {}, "SignatureDoesNotMatch", "InvalidAccessKeyId"),
            # Services that are not there, in the other protocols: query, EC2, REST-JSON, REST-XML.
            "iam": ("list_roles", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
            "ec2": ("describe_vpcs", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
            "apigateway": ("get_rest_apis", {}, "InvalidSignatureException", "UnrecognizedClientException"),
            "route53": ("list_hosted_zones", {}, "SignatureDoesNotMatch", "InvalidClientTokenId"),
        }
        for service, (call, arguments, mismatch, unknown) in calls.items():
            with self.subTest(service):
                for environment, code in [(self.board.with_a_wrong_secret, mismatch), (self.board.with_an_unknown_key, unknown)]:
                    self.refused(getattr(self.client(service, environment), call), code, **arguments)


if __name__ == "__main__":
    unittest.main()
