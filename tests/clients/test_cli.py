"""The AWS CLI, unmodified, against the local cloud's one AWS endpoint.

The CLI on PyPI is version 1. `aws logs tail` came with version 2, which CI unpacks and names with the variable `AWS_V2`.
"""

import base64
import datetime
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from board import PROGRAMS, board


# Version 2, where CI has put it; any newer than 2.13, which is the first to know `AWS_ENDPOINT_URL`.
VERSION_2 = os.environ.get("AWS_V2")

PROXY_EVENT = {
    "resource": "/board", "path": "/board", "httpMethod": "GET", "headers": {}, "multiValueHeaders": {},
    "queryStringParameters": None, "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None,
    "requestContext": {"requestId": "r", "stage": "dev", "path": "/dev/board", "httpMethod": "GET", "resourcePath": "/board",
                       "identity": {"sourceIp": "127.0.0.1"}},
    "body": None, "isBase64Encoded": False,
}


class Cli(unittest.TestCase):
    def setUp(self):
        self.board = board()
        self.aws = self.board.aws

    def bucket(self):
        return self.aws("s3api", "list-buckets")["Buckets"][0]["Name"]

    def test_who_am_i(self):
        identity = self.aws("sts", "get-caller-identity")
        self.assertEqual(identity["Account"], "123456789012")
        self.assertEqual(identity["Arn"], "arn:aws:iam::123456789012:user/learner")

    def test_dynamodb(self):
        post = self.board.write("for dynamodb")
        self.assertEqual(self.aws("dynamodb", "list-tables")["TableNames"], ["board"])
        table = self.aws("dynamodb", "describe-table", "--table-name", "board")["Table"]
        self.assertEqual(table["TableArn"], "arn:aws:dynamodb:ap-northeast-2:123456789012:table/board")
        self.assertIn(post["id"], json.dumps(self.aws("dynamodb", "scan", "--table-name", "board")))
        refused = self.board.run("aws", "dynamodb", "scan", "--table-name", "nowhere", check=False)
        self.assertIn("(ResourceNotFoundException) when calling the Scan operation: Requested resource not found", refused.stderr)

    def metric(self, namespace, name, statistic, *dimensions):
        """The statistic of a metric over the last hour, as the CLI adds it up."""
        now = datetime.datetime.now(datetime.timezone.utc)
        span = [(now + datetime.timedelta(minutes=minutes)).isoformat() for minutes in (-55, 5)]
        points = self.aws("cloudwatch", "get-metric-statistics", "--namespace", namespace, "--metric-name", name, "--period", "60",
                          "--start-time", span[0], "--end-time", span[1], "--statistics", statistic, "--dimensions", *dimensions)
        return [point[statistic] for point in points["Datapoints"]]

    def test_metrics_count_what_happens(self):
        def counted():
            api, function, table = ("Name=ApiName,Value=board", "Name=Stage,Value=dev"), ("Name=FunctionName,Value=board-api",), ("Name=TableName,Value=board",)
            return [
                sum(self.metric("AWS/ApiGateway", "Count", "Sum", *api)),
                sum(self.metric("AWS/Lambda", "Invocations", "Sum", *function)),
                sum(self.metric("AWS/Lambda", "Duration", "SampleCount", *function)),
                sum(self.metric("AWS/ApiGateway", "IntegrationLatency", "SampleCount", *api)),
            ], sum(self.metric("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "Sum", *table))

        before, written = counted()
        self.board.write("for metrics")
        self.board.write("and another")
        after, more = counted()
        self.assertEqual([later - earlier for earlier, later in zip(before, after)], [2, 2, 2, 2])
        self.assertGreaterEqual(more - written, 4, "a post is written in a transaction, at two units each")
        listed = self.aws("cloudwatch", "list-metrics", "--namespace", "AWS/Lambda", "--metric-name", "Errors")["Metrics"]
        self.assertIn([{"Name": "FunctionName", "Value": "board-api"}], [metric["Dimensions"] for metric in listed])

    def test_the_templates_alarms_change_their_state(self):
        alarms = self.aws("cloudwatch", "describe-alarms")["MetricAlarms"]
        self.assertGreaterEqual(len(alarms), 6)
        alarm = next(alarm for alarm in alarms if alarm["MetricName"] == "IteratorAge")
        name = alarm["AlarmName"]
        self.assertEqual((alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]), (60, 3, 60000.0))
        self.aws("cloudwatch", "set-alarm-state", "--alarm-name", name, "--state-value", "ALARM", "--state-reason", "rehearsal")
        events = self.board.workbook("events", "alarms")
        self.assertRegex(events, f"alarm       {name}: [A-Z_]+ -> ALARM: rehearsal")
        missing = self.board.run("aws", "cloudwatch", "set-alarm-state", "--alarm-name", "nobody", "--state-value", "OK",
                                 "--state-reason", "r", check=False)
        self.assertIn("(ResourceNotFound) when calling the SetAlarmState operation", missing.stderr)
        self.aws("cloudwatch", "put-metric-alarm", "--alarm-name", "by-hand", "--namespace", "Board", "--metric-name", "Posts",
                 "--statistic", "Sum", "--period", "60", "--evaluation-periods", "1", "--threshold", "1",
                 "--comparison-operator", "GreaterThanThreshold")
        described = self.aws("cloudwatch", "describe-alarms", "--alarm-names", "by-hand")["MetricAlarms"][0]
        self.assertEqual((described["StateValue"], described["TreatMissingData"]), ("INSUFFICIENT_DATA", "missing"))
        self.aws("cloudwatch", "delete-alarms", "--alarm-names", "by-hand")

    def test_streams(self):
        self.board.write("for streams")
        stream = self.aws("dynamodbstreams", "list-streams", "--table-name", "board")["Streams"][0]["StreamArn"]
        shard = self.aws("dynamodbstreams", "describe-stream", "--stream-arn", stream)["StreamDescription"]["Shards"][0]
        iterator = self.aws("dynamodbstreams", "get-shard-iterator", "--stream-arn", stream, "--shard-id", shard["ShardId"],
                            "--shard-iterator-type", "TRIM_HORIZON")["ShardIterator"]
        records = self.aws("dynamodbstreams", "get-records", "--shard-iterator", iterator)["Records"]
        self.assertEqual({record["eventSource"] for record in records}, {"aws:dynamodb"})
        self.assertEqual({record["awsRegion"] for record in records}, {"ap-northeast-2"})

    def test_s3_copy_list_and_presign(self):
        bucket = self.bucket()
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "note.html")
            page.write_text("<p>hello", encoding="utf-8")
            self.aws("s3", "cp", str(page), f"s3://{bucket}/drafts/note.html")
            self.assertIn("note.html", self.aws("s3", "ls", f"s3://{bucket}/drafts/"))
            self.assertIn("index.html", self.aws("s3", "ls", f"s3://{bucket}"))
            back = pathlib.Path(folder, "back.html")
            self.aws("s3", "cp", f"s3://{bucket}/drafts/note.html", str(back))
            self.assertEqual(back.read_text(encoding="utf-8"), "<p>hello")
        head = self.aws("s3api", "head-object", "--bucket", bucket, "--key", "drafts/note.html")
        self.assertEqual(head["ContentType"], "text/html")
        url = self.aws("s3", "presign", f"s3://{bucket}/drafts/note.html").strip()
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(answer.read(), b"<p>hello")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url.split("?")[0])
        self.assertEqual(refused.exception.code, 403)
        self.assertRegex(refused.exception.read().decode(), "<Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>")
        self.aws("s3", "rm", f"s3://{bucket}/drafts/note.html")
        missing = self.board.run("aws", "s3api", "get-object", "--bucket", bucket, "--key", "no", "/dev/null", check=False)
        self.assertIn("(NoSuchKey) when calling the GetObject operation: The specified key does not exist.", missing.stderr)

    def test_lambda(self):
        names = [function["FunctionName"] for function in self.aws("lambda", "list-functions")["Functions"]]
        self.assertEqual(sorted(names), ["board-api", "board-attachments", "board-feed"])
        configuration = self.aws("lambda", "get-function-configuration", "--function-name", "board-api")
        self.assertEqual((configuration["Architectures"], configuration["TracingConfig"]), (["arm64"], {"Mode": "PassThrough"}))
        self.assertEqual(configuration["Timeout"], 6)
        # What `sam sync --code` compares.
        self.assertEqual(len(base64.b64decode(configuration["CodeSha256"], validate=True)), 32)
        with tempfile.TemporaryDirectory() as folder:
            reply = pathlib.Path(folder, "reply.json")
            answer = self.aws("lambda", "invoke", "--function-name", "board-api", "--log-type", "Tail",
                              "--payload", json.dumps(PROXY_EVENT), str(reply))
            self.assertEqual(answer["StatusCode"], 200)
            self.assertNotIn("FunctionError", answer)
            self.assertEqual(json.loads(reply.read_text(encoding="utf-8"))["statusCode"], 200)
        missing = self.board.run("aws", "lambda", "invoke", "--function-name", "nobody", "out.json", check=False)
        self.assertIn("(ResourceNotFoundException) when calling the Invoke operation", missing.stderr)

    def test_logs(self):
        self.board.write("for the log")
        group = "/aws/lambda/board-api"
        groups = [group["logGroupName"] for group in self.aws("logs", "describe-log-groups")["logGroups"]]
        self.assertIn(group, groups)
        filtered = self.aws("logs", "filter-log-events", "--log-group-name", group, "--filter-pattern", "START")["events"]
        self.assertTrue(filtered and all("START" in event["message"] for event in filtered))
        stream = self.aws("logs", "describe-log-streams", "--log-group-name", group)["logStreams"][0]["logStreamName"]
        events = self.aws("logs", "get-log-events", "--log-group-name", group, "--log-stream-name", stream, "--start-from-head")
        self.assertTrue(events["events"][0]["message"].startswith("INIT_START"))
        refused = self.board.run("aws", "logs", "describe-log-streams", "--log-group-name", "nothing", check=False)
        self.assertIn("The specified log group does not exist.", refused.stderr)

    @unittest.skipUnless(VERSION_2, "needs AWS CLI version 2: AWS_V2=path")
    def test_logs_tail(self):
        self.board.write("for the tail")

        def tail(group):
            command = [VERSION_2, "logs", "tail", group, "--since", "1h"]
            return subprocess.run(command, env=self.board.environment, capture_output=True, text=True, timeout=60, check=False)

        outcome = tail("/aws/lambda/board-api")
        self.assertEqual(outcome.returncode, 0, outcome.stderr)
        self.assertRegex(outcome.stdout, r"\[\$LATEST\][0-9a-f]{32} REPORT RequestId: ")
        self.assertIn("The specified log group does not exist.", tail("nothing").stderr)

    def test_sqs(self):
        # For SQS alone, version 1 of the CLI does not look at AWS_ENDPOINT_URL.
        def sqs(*arguments):
            return self.aws("--endpoint-url", self.board.addresses["aws"], "sqs", *arguments)

        url = sqs("get-queue-url", "--queue-name", "board-feed-failures")["QueueUrl"]
        sqs("send-message", "--queue-url", url, "--message-body", "by hand")
        message = sqs("receive-message", "--queue-url", url, "--wait-time-seconds", "5")["Messages"][0]
        self.assertEqual(message["Body"], "by hand")
        sqs("delete-message", "--queue-url", url, "--receipt-handle", message["ReceiptHandle"])
        attributes = sqs("get-queue-attributes", "--queue-url", url, "--attribute-names", "All")["Attributes"]
        self.assertEqual(attributes["ApproximateNumberOfMessages"], "0")

    def test_what_is_not_there_says_what_is(self):
        for command, answer in [
            (("kinesis", "list-streams"), "it answers DynamoDB"),
            (("logs", "describe-queries"), "FilterLogEvents"),
            (("--endpoint-url", self.board.addresses["aws"], "sqs", "create-queue", "--queue-name", "q"), "ReceiveMessage"),
            (("sts", "get-session-token"), "GetCallerIdentity"),
            (("dynamodb", "list-backups"), "TransactWriteItems"),
        ]:
            refused = self.board.run("aws", *command, check=False)
            self.assertNotEqual(refused.returncode, 0, command)
            self.assertIn(answer, refused.stderr, command)

    def test_a_service_that_is_not_there_prints_an_error_in_every_protocol(self):
        programs = [str(PROGRAMS / "aws")] + ([VERSION_2] if VERSION_2 else [])
        for protocol, command, code, words in [
            ("JSON 1.0", ("stepfunctions", "list-state-machines"), "UnknownOperationException", "ListStateMachines of Step Functions"),
            ("JSON 1.1", ("ssm", "get-parameter", "--name", "p"), "UnknownOperationException", "GetParameter of Systems Manager"),
            ("query", ("autoscaling", "describe-tags"), "InvalidAction", "DescribeTags of Auto Scaling"),
            # For IAM, clients sign for us-east-1 wherever they are.
            ("query", ("iam", "list-roles"), "InvalidAction", "ListRoles of IAM"),
            ("EC2", ("ec2", "describe-vpcs"), "InvalidAction", "DescribeVpcs of EC2"),
            ("REST-JSON", ("apigateway", "get-rest-apis"), "UnknownOperationException", "GET /restapis of API Gateway"),
            ("REST-JSON", ("sesv2", "get-account"), "UnknownOperationException", "GET /v2/email/account of SES"),
            ("REST-XML", ("route53", "list-hosted-zones"), "InvalidAction", "GET /2013-04-01/hostedzone of Route 53"),
        ]:
            for program in programs:
                with self.subTest(protocol=protocol, program=program):
                    refused = self.board.run(program, *command, check=False)
                    self.assertIn(f"An error occurred ({code}) when calling the ", refused.stderr)
                    self.assertIn(words, refused.stderr)
                    # To the last word.
                    self.assertIn("use a shell that has not read `cargo workbook env`, and no --endpoint-url.", refused.stderr)

    def test_cargo_lambda_invoke(self):
        # It calls the Invoke API of the endpoint that it is told, with the CLI's own signature.
        outcome = self.board.run("cargo-lambda", "lambda", "invoke", "--remote", "board-api", "--data-ascii", json.dumps(PROXY_EVENT))
        self.assertEqual(json.loads(outcome.stdout)["statusCode"], 200)

    def test_a_wrong_key_gets_awss_own_error(self):
        calculated = "The request signature we calculated does not match the signature you provided."
        for command, error in [
            (("dynamodb", "list-tables"), "(InvalidSignatureException) when calling the ListTables operation: " + calculated),
            (("lambda", "list-functions"), "(InvalidSignatureException) when calling the ListFunctions operation: " + calculated),
            (("logs", "describe-log-groups"), "(InvalidSignatureException) when calling the DescribeLogGroups operation: " + calculated),
            (("sts", "get-caller-identity"), "(SignatureDoesNotMatch) when calling the GetCallerIdentity operation: " + calculated),
            (("s3api", "list-buckets"), "(SignatureDoesNotMatch) when calling the ListBuckets operation"),
        ]:
            refused = self.board.run("aws", *command, check=False, environment=self.board.with_a_wrong_secret)
            self.assertIn(error, refused.stderr, command)
        invalid = "The security token included in the request is invalid."
        for command, code in [
            (("dynamodb", "list-tables"), "UnrecognizedClientException"),
            (("lambda", "list-functions"), "UnrecognizedClientException"),
            (("sts", "get-caller-identity"), "InvalidClientTokenId"),
        ]:
            refused = self.board.run("aws", *command, check=False, environment=self.board.with_an_unknown_key)
            self.assertIn(f"({code})", refused.stderr, command)
            self.assertIn(invalid, refused.stderr, command)
        refused = self.board.run("cargo-lambda", "lambda", "invoke", "--remote", "board-api", "--data-ascii", "{}", check=False,
                                 environment=self.board.with_a_wrong_secret)
        self.assertIn("InvalidSignatureException", refused.stderr + refused.stdout)

    @unittest.skipUnless(VERSION_2, "needs AWS CLI version 2: AWS_V2=path")
    def test_version_2_with_nothing_else_set(self):
        def version_2(*command, environment):
            return subprocess.run([VERSION_2, *command], env=environment, capture_output=True, text=True, timeout=60, check=False)

        bucket = self.bucket()
        for command in [("sts", "get-caller-identity"), ("dynamodb", "list-tables"), ("lambda", "list-functions"),
                        ("sqs", "list-queues"), ("logs", "describe-log-groups"), ("s3", "ls", f"s3://{bucket}")]:
            outcome = version_2(*command, environment=self.board.environment)
            self.assertEqual(outcome.returncode, 0, outcome.stderr)
        refused = version_2("sqs", "list-queues", environment=self.board.with_an_unknown_key)
        self.assertIn("(InvalidClientTokenId) when calling the ListQueues operation: The security token", refused.stderr)
        refused = version_2("sqs", "list-queues", environment=self.board.with_a_wrong_secret)
        self.assertIn("(SignatureDoesNotMatch) when calling the ListQueues operation: The request signature", refused.stderr)


if __name__ == "__main__":
    unittest.main()
