"""SQS in the query protocol, by a boto3 that knows no other: of before November 2023, like the AWS CLI that Debian 12 has."""

import os
import unittest
from unittest import mock

import boto3
from botocore.exceptions import ClientError

from board import board


def protocol():
    """The protocol in which this boto3 asks SQS."""
    client = boto3.session.Session().client("sqs", region_name="ap-northeast-2")
    return client.meta.service_model.metadata["protocol"]


@unittest.skipUnless(protocol() == "query", "needs a boto3 of before 1.29: see .ci/requirements-sqs-query.txt")
class SqsInTheQueryProtocol(unittest.TestCase):
    def client(self, environment=None):
        with mock.patch.dict(os.environ, environment or board().environment, clear=True):
            # It is too old to look at AWS_ENDPOINT_URL.
            return boto3.session.Session().client("sqs", endpoint_url=board().addresses["aws"])

    def setUp(self):
        self.sqs = self.client()
        self.url = self.sqs.get_queue_url(QueueName="board-feed-failures")["QueueUrl"]
        try:
            self.sqs.purge_queue(QueueUrl=self.url)
        except ClientError as refusal:
            # Once in 60 seconds; each test deletes what it received.
            self.assertEqual(refusal.response["Error"]["Code"], "AWS.SimpleQueueService.PurgeQueueInProgress")

    def refused(self, code, message, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        error = caught.exception.response["Error"]
        self.assertEqual((error["Type"], error["Code"]), ("Sender", code))
        self.assertIn(message, error["Message"])

    def test_from_sending_to_deleting(self):
        self.assertEqual(self.sqs.list_queues()["QueueUrls"], [self.url])
        body = "<a> & \"b\"\r\n\uc548\U0001f600"
        sent = self.sqs.send_message(QueueUrl=self.url, MessageBody=body)
        message = self.sqs.receive_message(QueueUrl=self.url, WaitTimeSeconds=5, AttributeNames=["All"])["Messages"][0]
        self.assertEqual((message["Body"], message["MessageId"]), (body, sent["MessageId"]))
        self.assertEqual(message["MD5OfBody"], sent["MD5OfMessageBody"])
        self.assertEqual(message["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertNotIn("Messages", self.sqs.receive_message(QueueUrl=self.url))
        self.sqs.change_message_visibility(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        again = self.sqs.receive_message(QueueUrl=self.url)["Messages"][0]
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=again["ReceiptHandle"])
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages", "QueueArn"])
        self.assertEqual(attributes["Attributes"], {
            "ApproximateNumberOfMessages": "0",
            "QueueArn": "arn:aws:sqs:ap-northeast-2:123456789012:board-feed-failures",
        })

    def test_batches(self):
        entries = [{"Id": str(n), "MessageBody": f"m{n}"} for n in range(9)]
        empty = {"Id": "empty", "MessageBody": ""}
        self.refused("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "You have sent 11.", self.sqs.send_message_batch,
                     QueueUrl=self.url, Entries=entries + [empty, dict(empty, Id="another")])
        sent = self.sqs.send_message_batch(QueueUrl=self.url, Entries=entries + [empty])
        self.assertEqual([entry["Id"] for entry in sent["Successful"]], [str(n) for n in range(9)])
        self.assertEqual([(entry["Id"], entry["SenderFault"]) for entry in sent["Failed"]], [("empty", True)])
        messages = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)["Messages"]
        self.assertEqual([message["Body"] for message in messages], [f"m{n}" for n in range(9)])
        handles = [{"Id": message["Body"], "ReceiptHandle": message["ReceiptHandle"]} for message in messages]
        deleted = self.sqs.delete_message_batch(QueueUrl=self.url, Entries=handles)
        self.assertEqual(len(deleted["Successful"]), 9)

    def test_refusals(self):
        missing = "The specified queue does not exist for this wsdl version."
        self.refused("AWS.SimpleQueueService.NonExistentQueue", missing, self.sqs.get_queue_url, QueueName="nobodys")
        self.refused("InvalidParameterValue", "Must be between 1 and 10", self.sqs.receive_message, QueueUrl=self.url,
                     MaxNumberOfMessages=11)
        self.refused("InvalidAction", "it answers ChangeMessageVisibility", self.sqs.create_queue, QueueName="q")
        wrong = self.client(board().with_a_wrong_secret)
        self.refused("SignatureDoesNotMatch", "The request signature we calculated", wrong.list_queues)
        unknown = self.client(board().with_an_unknown_key)
        self.refused("InvalidClientTokenId", "The security token", unknown.list_queues)


if __name__ == "__main__":
    unittest.main()
