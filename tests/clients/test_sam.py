"""`sam build`, `sam deploy`, `sam delete` and `aws cloudformation`, as they come, against a running board.

SAM has an environment of its own (`.ci/requirements-sam.txt`), whose program `SAM` names. What it makes, and what it leaves behind, is
looked at with other clients: an API that answers, functions, queues, objects.
"""

import json
import os
import pathlib
import platform
import shutil
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
import zipfile

from board import Board, ROOT

HELLO = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: Says hello
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  HelloApi:
    Type: AWS::Serverless::Api
    Properties: {StageName: !Ref Stage}
  HelloFunction:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: makefile}
    Properties:
      CodeUri: hello
      Handler: bootstrap
      Runtime: provided.al2023
      Architectures: [x86_64]
      MemorySize: 128
      Events:
        Hello: {Type: Api, Properties: {Path: /hello, Method: get, RestApiId: !Ref HelloApi}}
Outputs:
  Url: {Value: !Sub "https://${HelloApi}.execute-api.${AWS::Region}.amazonaws.com/${Stage}/hello"}
"""
# A role that Lambda cannot assume, made after a queue that is taken back.
REFUSED = HELLO.replace(
    "Resources:\n",
    """Resources:
  Made: {Type: AWS::SQS::Queue}
  Foreign:
    Type: AWS::IAM::Role
    DependsOn: Made
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
""",
).replace("      MemorySize: 128\n", "      MemorySize: 512\n      Role: !GetAtt Foreign.Arn\n")
PLAIN = """
Parameters:
  Visibility: {Type: Number, Default: 30}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: !Ref Visibility}}
Outputs:
  Name: {Value: !GetAtt Queue.QueueName}
"""
# The same function without SAM: what SAM would make is written out.
WITHOUT_SAM = """
Resources:
  HelloFunction:
    Type: AWS::Lambda::Function
    Properties:
      Code: packaged
      Handler: bootstrap
      Runtime: provided.al2023
      Architectures: [x86_64]
      MemorySize: 128
      Role: !GetAtt HelloRole.Arn
  HelloRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]
Outputs:
  Name: {Value: !Ref HelloFunction}
"""


# Another program of the function, which needs nothing but Python.
SYNCED = f"""#!{sys.executable}
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    event = urllib.request.urlopen(api + "next")
    answer = json.dumps({{"statusCode": 200, "body": "synced"}}).encode()
    urllib.request.urlopen(urllib.request.Request(api + event.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", data=answer))
"""
# SAM's program. What it builds with lies beside it.
SAM = os.environ.get("SAM")


@unittest.skipUnless(SAM, "SAM names no program of SAM")
class Sam(unittest.TestCase):
    """One board for all of it; each test has stacks of its own names."""

    @classmethod
    def setUpClass(cls):
        cls.board = Board()
        cls.addClassCleanup(cls.board.stop)
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.app = pathlib.Path(cls.folder.name)
        (cls.app / "hello").mkdir()
        # Any function will do; this one is built by every run of the tests, which may build it again while these run.
        shutil.copy(ROOT / "target" / "debug" / "solution-01", cls.app / "greeter")
        cls.hello()
        (cls.app / "hello" / "Makefile").write_text("build-HelloFunction:\n\tcp program $(ARTIFACTS_DIR)/bootstrap\n", encoding="utf-8")
        (cls.app / "template.yaml").write_text(HELLO, encoding="utf-8")
        (cls.app / "refused.yaml").write_text(REFUSED, encoding="utf-8")
        (cls.app / "plain.yaml").write_text(PLAIN, encoding="utf-8")

    @classmethod
    def hello(cls):
        """Puts the function that says hello into its folder."""
        shutil.copy(cls.app / "greeter", cls.app / "hello" / "program")

    def sam(self, *arguments, check=True, timeout=120, answer=None, **variables):
        """Runs `sam` in the app's folder; `answer` is what it reads where it asks."""
        environment = self.board.environment | {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_POLL_DELAY": "0.2"} | variables
        # SAM looks for what builds beside itself.
        environment["PATH"] = f"{pathlib.Path(SAM).parent}{os.pathsep}{environment['PATH']}"
        # Cargo's own home is where it always is.
        environment |= {name: os.environ[name] for name in ("CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
        environment.setdefault("CARGO_HOME", str(pathlib.Path.home() / ".cargo"))
        environment.setdefault("RUSTUP_HOME", str(pathlib.Path.home() / ".rustup"))
        here = os.getcwd()
        os.chdir(self.app)
        try:
            return self.board.run(SAM, *arguments, check=check, environment=environment, timeout=timeout, answer=answer)
        finally:
            os.chdir(here)

    def deploy(self, stack, *arguments, check=True):
        """`sam deploy` of what was built, without questions."""
        return self.sam("deploy", "--stack-name", stack, "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-progressbar",
                        "--no-confirm-changeset", *arguments, check=check)

    def stack(self, name):
        """What CloudFormation says of a stack."""
        return self.board.aws("cloudformation", "describe-stacks", "--stack-name", name)["Stacks"][0]

    def output(self, stack, key):
        """The value of a stack's output."""
        return next(output["OutputValue"] for output in self.stack(stack)["Outputs"] if output["OutputKey"] == key)

    def setting(self, key):
        """A setting of the function that says hello."""
        name = self.board.aws("cloudformation", "describe-stack-resource", "--stack-name", "hello", "--logical-resource-id", "HelloFunction")
        name = name["StackResourceDetail"]["PhysicalResourceId"]
        return self.board.aws("lambda", "get-function-configuration", "--function-name", name)[key]

    def answered(self, url):
        """What a function answers that a test has written."""
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode()

    def queues(self):
        """The names of all queues."""
        return {url.rsplit("/", 1)[1] for url in self.board.aws("--endpoint-url", self.board.addresses["aws"], "sqs", "list-queues").get("QueueUrls", [])}

    def test_from_build_to_delete(self):
        before = self.queues()
        self.sam("build")
        self.deploy("hello")
        url = self.output("hello", "Url")
        with urllib.request.urlopen(f"{url}?name=Ada") as answer:
            self.assertEqual(json.load(answer), {"greeting": "Hello, Ada!"})

        again = self.deploy("hello", check=False)
        self.assertIn("No changes to deploy. Stack hello is up to date", again.stdout + again.stderr)

        # Code that goes to the function and past CloudFormation, which a deployment of other settings leaves where it is.
        self.addCleanup(self.hello)
        (self.app / "hello" / "program").write_text(SYNCED, encoding="utf-8")
        self.sam("sync", "--code", "--stack-name", "hello", "--no-watch", "--resource-id", "HelloFunction", answer="Y\n")
        self.assertEqual(self.answered(url), "synced")
        again = self.deploy("hello", check=False)
        self.assertIn("No changes to deploy. Stack hello is up to date", again.stdout + again.stderr)
        self.hello()
        original = self.board.aws("cloudformation", "get-template", "--stack-name", "hello", "--template-stage", "Original")["TemplateBody"]
        (self.app / "slower.yaml").write_text(original.replace("MemorySize: 128", "MemorySize: 128\n      Timeout: 9"), encoding="utf-8")
        self.board.aws("cloudformation", "deploy", "--stack-name", "hello", "--template-file", str(self.app / "slower.yaml"), "--capabilities",
                       "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
        self.assertEqual((self.setting("Timeout"), self.answered(url)), (9, "synced"))

        (self.app / "template.yaml").write_text(HELLO.replace("MemorySize: 128", "MemorySize: 256"), encoding="utf-8")
        self.sam("build")
        changed = self.deploy("hello")
        self.assertIn("Modify", changed.stdout)
        self.assertEqual((self.setting("MemorySize"), self.stack("hello")["StackStatus"]), (256, "UPDATE_COMPLETE"))

        self.sam("build", "--template-file", "refused.yaml")
        refused = self.deploy("hello", check=False)
        self.assertNotEqual(refused.returncode, 0)
        events = self.board.aws("cloudformation", "describe-stack-events", "--stack-name", "hello")["StackEvents"]
        self.assertEqual(events[0]["ResourceStatus"], "UPDATE_ROLLBACK_COMPLETE")
        reasons = [event.get("ResourceStatusReason", "") for event in events if event["ResourceStatus"] == "UPDATE_FAILED"]
        self.assertIn("The role defined for the function cannot be assumed by Lambda.", reasons[0])
        self.assertEqual((self.setting("MemorySize"), self.queues()), (256, before))
        with urllib.request.urlopen(f"{url}?name=Ada") as answer:
            self.assertEqual(answer.status, 200)

        self.sam("delete", "--stack-name", "hello", "--no-prompts", "--region", "ap-northeast-2")
        gone = self.board.run("aws", "cloudformation", "describe-stacks", "--stack-name", "hello", check=False)
        self.assertIn("Stack with id hello does not exist", gone.stderr)
        with self.assertRaises(urllib.error.HTTPError) as nobody:
            urllib.request.urlopen(url)
        self.assertEqual(nobody.exception.code, 403)
        # The bucket for artefacts stays. SAM takes the code and the last template out of it, and leaves the templates before that one and
        # the one that was refused.
        bucket = self.output("aws-sam-cli-managed-default", "SourceBucket")
        left = [line.split()[-1] for line in self.board.aws("s3", "ls", f"s3://{bucket}", "--recursive").splitlines()]
        self.assertEqual([pathlib.Path(key).suffix for key in left], [".template"] * 2)
        names = [function["FunctionName"] for function in self.board.aws("lambda", "list-functions")["Functions"]]
        self.assertEqual(sorted(names), ["board-api", "board-attachments", "board-feed"])
        # And the board answers.
        self.assertTrue(self.board.write("after everything")["id"])

    @unittest.skipUnless(platform.machine() == "x86_64", "the board's code is built for the processor on which it runs")
    def test_the_board_itself(self):
        # The template of the board with what depends on the machine: its processor, and where the template lies.
        text = (ROOT / "infra" / "template.yaml").read_text(encoding="utf-8")
        text = text.replace("[arm64]", "[x86_64]").replace("CodeUri: ../", f"CodeUri: {ROOT}/")
        (self.app / "board.yaml").write_text(text, encoding="utf-8")
        # Not in release: that takes minutes, and nobody measures here.
        self.sam("build", "--beta-features", "--template-file", "board.yaml", timeout=900, SAM_BUILD_MODE="debug", CARGO_INCREMENTAL="0")
        post = self.board.write("before")
        deployed = self.deploy("board")
        self.assertIn("Successfully created/updated stack - board", deployed.stdout)
        package = self.board.aws("lambda", "get-function-configuration", "--function-name", "board-api")
        self.assertEqual(package["FunctionName"], "board-api")
        with urllib.request.urlopen(self.board.addresses["api"] + "/board") as answer:
            self.assertIn(post["id"], [kept["id"] for kept in json.load(answer)["posts"]])
        self.assertTrue(self.board.write("after")["id"])
        again = self.deploy("board", check=False)
        self.assertIn("No changes to deploy. Stack board is up to date", again.stdout + again.stderr)

    def test_cloudformation_deploy(self):
        template = str(self.app / "plain.yaml")

        def deploy(*more):
            # The client calls its change set after the second, and a board is fast enough for two of one name.
            second = int(time.time())
            while int(time.time()) == second:
                time.sleep(0.05)
            return self.board.aws("cloudformation", "deploy", "--stack-name", "plain", "--template-file", template, *more)

        deploy()
        self.assertIn("No changes to deploy. Stack plain is up to date", deploy("--no-fail-on-empty-changeset"))
        deploy("--parameter-overrides", "Visibility=60")
        listed = self.board.aws("cloudformation", "list-stack-resources", "--stack-name", "plain")["StackResourceSummaries"]
        self.assertEqual([(one["LogicalResourceId"], one["ResourceStatus"]) for one in listed], [("Queue", "UPDATE_COMPLETE")])
        self.assertIn(self.output("plain", "Name"), self.queues())
        # A parameter that is left out keeps its value: the client says so.
        deploy("--tags", "team=board")
        kept = {one["ParameterKey"]: one["ParameterValue"] for one in self.stack("plain")["Parameters"]}
        self.assertEqual(kept, {"Visibility": "60"})
        events = self.board.aws("cloudformation", "describe-stack-events", "--stack-name", "plain")["StackEvents"]
        self.assertEqual([events[-1]["ResourceStatus"], events[0]["ResourceStatus"]], ["REVIEW_IN_PROGRESS", "UPDATE_COMPLETE"])
        self.assertEqual(len({event["Timestamp"] for event in events}), len(events))
        self.board.aws("cloudformation", "delete-stack", "--stack-name", "plain")
        self.board.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "plain")
        self.assertFalse(any(name.startswith("plain-") for name in self.queues()))

    def test_a_function_without_sam(self):
        (self.app / "packaged").mkdir()
        shutil.copy(self.app / "hello" / "program", self.app / "packaged" / "bootstrap")
        template, packaged = self.app / "without-sam.yaml", self.app / "without-sam-packaged.yaml"
        template.write_text(WITHOUT_SAM, encoding="utf-8")
        bucket = self.output("board", "SiteBucketName")
        self.board.aws("cloudformation", "package", "--template-file", str(template), "--s3-bucket", bucket, "--s3-prefix", "packages",
                       "--output-template-file", str(packaged))
        deploy = ("cloudformation", "deploy", "--stack-name", "without-sam", "--capabilities", "CAPABILITY_IAM", "--template-file")
        self.board.aws(*deploy, str(packaged))
        event = {"resource": "/hello", "path": "/hello", "httpMethod": "GET", "queryStringParameters": {"name": "Ada"}, "headers": {},
                 "multiValueHeaders": {}, "multiValueQueryStringParameters": {"name": ["Ada"]}, "requestContext": {"httpMethod": "GET"},
                 "body": None, "isBase64Encoded": False}
        (self.app / "event.json").write_text(json.dumps(event), encoding="utf-8")
        answer = self.app / "answer.json"
        self.board.aws("lambda", "invoke", "--function-name", self.output("without-sam", "Name"), "--payload",
                       f"fileb://{self.app / 'event.json'}", str(answer))
        self.assertEqual(json.loads(json.loads(answer.read_text(encoding="utf-8"))["body"]), {"greeting": "Hello, Ada!"})
        # A folder that nobody has packaged is refused.
        raw = self.board.run("aws", *deploy, str(template), check=False)
        self.assertNotEqual(raw.returncode, 0)
        events = self.board.aws("cloudformation", "describe-stack-events", "--stack-name", "without-sam")["StackEvents"]
        reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
        self.assertIn("`aws cloudformation package` uploads one", reasons)
        self.assertEqual(self.settled("without-sam"), "UPDATE_ROLLBACK_COMPLETE")
        self.board.aws("cloudformation", "delete-stack", "--stack-name", "without-sam")
        self.board.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "without-sam")

    def settled(self, stack):
        """The status of a stack when nothing happens to it any more; the client's own waiters look twice a minute."""
        deadline = time.monotonic() + 60
        while (status := self.stack(stack)["StackStatus"]).endswith("_IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.05)
        return status

    def statuses(self, stack):
        """The statuses of the stack itself, the oldest first."""
        events = self.board.aws("cloudformation", "describe-stack-events", "--stack-name", stack)["StackEvents"]
        return [event["ResourceStatus"] for event in reversed(events) if event["ResourceType"] == "AWS::CloudFormation::Stack"]

    def test_sam_keeps_what_was_made_and_goes_on_or_back(self):
        self.sam("build", "--template-file", "refused.yaml")
        failed = self.deploy("kept", "--disable-rollback", check=False)
        self.assertNotEqual(failed.returncode, 0)
        self.assertEqual(self.statuses("kept"), ["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_FAILED"])
        self.assertTrue(self.stack("kept")["DisableRollback"])
        self.assertIn("kept-Made", self.queues())

        self.sam("build")
        refused = self.deploy("kept", check=False)
        self.assertIn("This stack is currently in a non-terminal [CREATE_FAILED] state.", refused.stdout + refused.stderr)
        self.deploy("kept", "--disable-rollback")
        self.assertEqual(self.stack("kept")["StackStatus"], "UPDATE_COMPLETE")
        self.assertNotIn("kept-Made", self.queues())
        with urllib.request.urlopen(self.output("kept", "Url") + "?name=Ada") as answer:
            self.assertEqual(json.load(answer), {"greeting": "Hello, Ada!"})

        self.sam("build", "--template-file", "refused.yaml")
        self.deploy("kept", "--disable-rollback", check=False)
        self.assertEqual(self.stack("kept")["StackStatus"], "UPDATE_FAILED")
        self.assertIn("kept-Made", self.queues())
        self.board.aws("cloudformation", "rollback-stack", "--stack-name", "kept")
        self.assertEqual(self.settled("kept"), "UPDATE_ROLLBACK_COMPLETE")
        self.assertNotIn("kept-Made", self.queues())
        self.board.aws("cloudformation", "delete-stack", "--stack-name", "kept")

    def test_sam_deletes_what_fails(self):
        self.sam("build", "--template-file", "refused.yaml")
        failed = self.deploy("gone", "--on-failure", "DELETE", check=False)
        self.assertNotEqual(failed.returncode, 0)
        gone = self.board.run("aws", "cloudformation", "describe-stacks", "--stack-name", "gone", check=False)
        self.assertIn("Stack with id gone does not exist", gone.stderr)
        self.assertNotIn("gone-Made", self.queues())

    def test_cloudformation_keeps_what_was_made(self):
        bad = self.app / "bad.yaml"
        taken = "  Taken: {Type: AWS::S3::Bucket, DependsOn: Queue, Properties: {BucketName: taken-by-hand}}\n"
        bad.write_text(PLAIN.replace("Resources:\n", "Resources:\n" + taken), encoding="utf-8")
        self.board.aws("s3", "mb", "s3://taken-by-hand")
        cloudformation = ["aws", "cloudformation"]
        deploy = [*cloudformation, "deploy", "--stack-name", "half", "--template-file", str(bad), "--disable-rollback"]
        self.board.run(*deploy, check=False)
        self.assertEqual(self.stack("half")["StackStatus"], "CREATE_FAILED")
        self.assertIn("half-Queue", self.queues())
        events = self.board.aws("cloudformation", "describe-stack-events", "--stack-name", "half")["StackEvents"]
        reasons = [event.get("ResourceStatusReason", "") for event in events]
        self.assertTrue(any("taken-by-hand already exists (Service: S3, Status Code: 0, Request ID: null)" in reason for reason in reasons), reasons)
        named = ["--stack-name", "half"]
        for command, said in [
            (["update-stack", *named, "--use-previous-template"], "please use the disable-rollback parameter with update-stack API"),
            (["continue-update-rollback", *named], "is in CREATE_FAILED state and can not be rolled back."),
        ]:
            self.assertIn(said, self.board.run(*cloudformation, *command, check=False).stderr)
        self.board.aws("s3", "rb", "s3://taken-by-hand")
        self.board.aws("cloudformation", "update-stack", *named, "--use-previous-template", "--disable-rollback")
        self.assertEqual(self.settled("half"), "UPDATE_COMPLETE")
        self.board.aws("cloudformation", "delete-stack", *named)

    def test_refusals(self):
        queue = "Resources: {Q: {Type: AWS::SQS::Queue}}"
        role = "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: \
Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}}}}"
        for command, said in [
            (["describe-stacks", "--stack-name", "nobody"], "(ValidationError) when calling the DescribeStacks operation: Stack with id nobody does not exist"),
            (["update-stack", "--stack-name", "nobody", "--template-body", queue], "Stack [nobody] does not exist"),
            (["create-stack", "--stack-name", "board", "--template-body", queue], "(AlreadyExistsException) when calling the CreateStack operation: Stack [board] already exists"),
            (["create-stack", "--stack-name", "a_b", "--template-body", queue], "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"),
            (["create-stack", "--stack-name", "new", "--template-body", "Resources: {}"], "At least one Resources member must be defined."),
            (["create-stack", "--stack-name", "new", "--template-body", role], "(InsufficientCapabilitiesException) when calling the CreateStack operation: Requires capabilities : [CAPABILITY_IAM]"),
            (["create-stack", "--stack-name", "new", "--template-body", queue, "--parameters", "ParameterKey=X,ParameterValue=1"], "Parameters: [X] do not exist in the template"),
            (["create-stack", "--stack-name", "new", "--template-body", "Parameters: {P: {Type: String}}\n" + queue], "Parameters: [P] must have values"),
            (["describe-change-set", "--stack-name", "board", "--change-set-name", "none"], "(ChangeSetNotFound) when calling the DescribeChangeSet operation: ChangeSet [none] does not exist"),
            (["describe-stack-resources", "--physical-resource-id", "nobodys"], "Stack for nobodys does not exist"),
            (["create-stack", "--stack-name", "new", "--template-body", queue, "--resource-types", "AWS::S3::*"], "ResourceTypes is not supported"),
            (["create-stack", "--stack-name", "new", "--template-body", queue, "--stack-policy-body", "{}"], "StackPolicyBody is not supported"),
            (["create-stack", "--stack-name", "new", "--template-body", queue, "--notification-arns", "arn:aws:sns:x:1:t"], "NotificationARNs is not supported"),
            (["create-stack", "--stack-name", "new", "--template-body", queue, "--rollback-configuration", "RollbackTriggers=[{Arn=a,Type=AWS::CloudWatch::Alarm}]"], "RollbackConfiguration.RollbackTriggers is not supported"),
            (["update-stack", "--stack-name", "board", "--use-previous-template", "--parameters", "ParameterKey=Nothing,UsePreviousValue=true"], "Cannot specify usePreviousValue as true for a parameter key not in the previous template"),
            (["update-stack", "--stack-name", "board", "--use-previous-template", "--parameters", "ParameterKey=Stage,ParameterValue=a,UsePreviousValue=true"], "Cannot specify usePreviousValue as true and non empty value for a parameter"),
            (["create-stack", "--stack-name", "new", "--template-body", "Parameters: {P: {Type: String, Default: !Sub a}}\n" + queue], "Template format error: Every Default member must be a string."),
        ]:
            with self.subTest(command=command[0], said=said):
                refused = self.board.run("aws", "cloudformation", *command, check=False)
                self.assertIn(said, refused.stderr)
        self.assertEqual(self.stack("board")["StackStatus"], "CREATE_COMPLETE")
        bucket = self.output("board", "SiteBucketName")
        found = self.board.aws("cloudformation", "describe-stack-resources", "--physical-resource-id", bucket)["StackResources"]
        self.assertEqual({resource["StackName"] for resource in found}, {"board"})

    def test_a_package_for_another_processor_or_of_no_use(self):
        bucket = self.output("board", "SiteBucketName")
        arm = b"\x7fELF\x02\x01\x01" + bytes(11) + b"\xb7\x00" + bytes(44)
        template = HELLO.replace("{BuildMethod: makefile}", "{BuildMethod: rust-cargolambda, BuildProperties: {Binary: solution-01}}")
        for name, entries, status, said in [
            ("arm", {"bootstrap": arm}, "CREATE_COMPLETE", "the local cloud runs the workspace's own build of solution-01 in its place"),
            ("broken", None, "ROLLBACK_COMPLETE", "Could not unzip uploaded file. Please check your file, then try to upload again."),
            ("lost", {}, "ROLLBACK_COMPLETE", "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."),
        ]:
            with self.subTest(name):
                package = self.app / f"{name}.zip"
                if entries is None:
                    package.write_bytes(b"no zip")
                else:
                    with zipfile.ZipFile(package, "w") as archive:
                        for entry, body in entries.items():
                            archive.writestr(entry, body)
                if name != "lost":
                    self.board.aws("s3", "cp", str(package), f"s3://{bucket}/packages/{name}.zip")
                text = template.replace("CodeUri: hello", f"CodeUri: s3://{bucket}/packages/{name}.zip")
                self.board.aws("cloudformation", "create-stack", "--stack-name", name, "--template-body", text, "--capabilities",
                               "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
                waited = self.board.run("aws", "cloudformation", "wait", "stack-create-complete", "--stack-name", name, check=False)
                self.assertEqual(waited.returncode == 0, status == "CREATE_COMPLETE", waited.stderr)
                events = self.board.aws("cloudformation", "describe-stack-events", "--stack-name", name)["StackEvents"]
                self.assertEqual(events[0]["ResourceStatus"], status)
                self.assertTrue(any(said in event.get("ResourceStatusReason", "") for event in events), events)
                if status == "CREATE_COMPLETE":
                    with urllib.request.urlopen(self.output(name, "Url") + "?name=Ada") as answer:
                        self.assertEqual(json.load(answer), {"greeting": "Hello, Ada!"})
                self.board.aws("cloudformation", "delete-stack", "--stack-name", name)
                self.board.run("aws", "cloudformation", "wait", "stack-delete-complete", "--stack-name", name)


if __name__ == "__main__":
    unittest.main()
