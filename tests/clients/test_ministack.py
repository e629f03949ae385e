"""The board's template in another emulator, deployed by `sam deploy` as it comes: an opinion that nobody here had a hand in.

ministack has an environment of its own (`.ci/requirements-ministack.txt`), whose program `MINISTACK` names. The board's contract is asked
over HTTP, ministack's policy simulator is asked about the roles, and what `sam delete` leaves is looked at. What ministack does otherwise
than AWS stands in the tests called `otherwise`, so that a newer version that has mended it is noticed.
"""

import copy
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import yaml

from board import PROGRAMS, ROOT

# The programs of ministack and SAM.
MINISTACK = os.environ.get("MINISTACK")
SAM = os.environ.get("SAM")
REGION = "us-east-1"
ACCOUNT = "000000000000"
PATIENCE_SECONDS = 60
# A REST API of ministack calls nothing for ANY.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Tests of the contract that ask the site: its name is CloudFront's, and nothing here resolves it.
OF_THE_SITE = "the_page_runs_only_its_own_scripts_and_stands_in_nobodys_frame"
UPLOADS = f"arn:aws:s3:::board-uploads-{ACCOUNT}-{REGION}"


class Tags(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, which become the long ones."""


def long_form(loader, name, node):
    """`!Ref x` and the like as mappings."""
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if name == "GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Tags.add_multi_constructor("!", long_form)


class Decided:
    """A template whose conditions are decided: of each `Fn::If` one side is left, as CloudFormation leaves it."""

    NOTHING = object()

    def __init__(self, template, parameters):
        self.parameters = {name: parameters.get(name, declared.get("Default")) for name, declared in template["Parameters"].items()}
        self.conditions = {}
        for name, condition in template["Conditions"].items():
            self.conditions[name] = self.holds(condition)
        resources = {
            name: {key: value for key, value in resource.items() if key != "Condition"}
            for name, resource in template["Resources"].items()
            if self.conditions.get(resource.get("Condition"), True)
        }
        left = {name: section for name, section in template.items() if name not in ("Conditions", "Metadata")}
        self.template = self.decided(left | {"Resources": resources})

    def holds(self, condition):
        """Whether a condition holds."""
        (name, value), = condition.items()
        if name == "Fn::Equals":
            one, other = (self.parameters[side["Ref"]] if isinstance(side, dict) else side for side in value)
            return str(one) == str(other)
        if name == "Fn::Not":
            return not self.holds(value[0])
        raise ValueError(f"the template has a condition that this test does not know: {condition}")

    def decided(self, value):
        """`value` without its conditions."""
        if isinstance(value, dict) and list(value) == ["Fn::If"]:
            name, yes, no = value["Fn::If"]
            return self.decided(yes if self.conditions[name] else no)
        if value == {"Ref": "AWS::NoValue"}:
            return self.NOTHING
        if isinstance(value, dict):
            decided = {name: self.decided(part) for name, part in value.items()}
            return {name: part for name, part in decided.items() if part is not self.NOTHING}
        if isinstance(value, list):
            return [part for part in map(self.decided, value) if part is not self.NOTHING]
        return value


def one_by_one(template):
    """The template with a method in the place of each ANY."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        events = resource.get("Properties", {}).get("Events", {})
        for name, event in list(events.items()):
            if event["Properties"].get("Method") == "ANY":
                del events[name]
                for method in METHODS:
                    events[name + method.title()] = {**event, "Properties": {**event["Properties"], "Method": method}}
    return template


@unittest.skipUnless(MINISTACK and SAM, "MINISTACK and SAM name no programs of ministack and SAM")
class Ministack(unittest.TestCase):
    """One ministack for all of it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.app = pathlib.Path(cls.folder.name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            cls.port = free.getsockname()[1]
        cls.endpoint = f"http://127.0.0.1:{cls.port}"
        cls.environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "AWS_ENDPOINT_URL": cls.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "HOME": cls.folder.name,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.2",
        }
        # Its functions get what it has in its own environment, the endpoint among it.
        running = cls.environment | {"GATEWAY_PORT": str(cls.port), "BIND_HOST": "127.0.0.1", "TMPDIR": cls.folder.name}
        with open(cls.app / "log", "w", encoding="utf-8") as log:
            cls.process = subprocess.Popen([MINISTACK], cwd=cls.app, env=running, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        cls.addClassCleanup(cls.stop)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not cls.answers():
            if cls.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"ministack did not come up:\n{(cls.app / 'log').read_text(encoding='utf-8')}")
            time.sleep(0.05)

    @classmethod
    def stop(cls):
        """Ends ministack."""
        cls.process.terminate()
        cls.process.wait(timeout=30)

    @classmethod
    def answers(cls):
        """Whether ministack answers at all."""
        try:
            urllib.request.urlopen(cls.endpoint, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    @classmethod
    def template(cls):
        """The board's template, with its functions as they were built for the tests beside this one."""
        template = yaml.load((ROOT / "infra" / "template.yaml").read_text(encoding="utf-8"), Tags)
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function":
                program = resource.pop("Metadata")["BuildProperties"]["Binary"]
                package = cls.app / name
                package.mkdir(exist_ok=True)
                shutil.copy(ROOT / "target" / "debug" / program, package / "bootstrap")
                resource["Properties"]["CodeUri"] = str(package)
        return template

    def deploy(self, template, check=True):
        """`sam deploy` of a template."""
        file = self.app / "template.yaml"
        file.write_text(json.dumps(template), encoding="utf-8")
        arguments = ["deploy", "--template-file", file, "--stack-name", "board", "--resolve-s3", "--capabilities", "CAPABILITY_IAM",
                     "--no-progressbar", "--no-confirm-changeset", "--region", REGION]
        return self.run_program(SAM, *arguments, check=check)

    def run_program(self, *command, check=True, **variables):
        """What a program did that has ministack for its AWS."""
        outcome = subprocess.run(command, cwd=self.app, env=self.environment | variables, capture_output=True, text=True, timeout=300, check=False)
        if check and outcome.returncode != 0:
            self.fail(f"{' '.join(map(str, command))}: {outcome.returncode}\n{outcome.stdout}{outcome.stderr}")
        return outcome

    def aws(self, *arguments):
        """The AWS CLI's answer."""
        return json.loads(self.run_program(PROGRAMS / "aws", "--output", "json", *arguments).stdout or "null")

    def judge(self, logical_id, expected):
        """Has the policy simulator say of a function's role what it may do: (action, ARN) → whether it may."""
        role = self.aws("cloudformation", "describe-stack-resource", "--stack-name", "board", "--logical-resource-id", logical_id)
        role = f"arn:aws:iam::{ACCOUNT}:role/{role['StackResourceDetail']['PhysicalResourceId']}"
        for (action, resource), may in expected.items():
            with self.subTest(role=logical_id, action=action, resource=resource):
                judged = self.aws("iam", "simulate-principal-policy", "--policy-source-arn", role, "--action-names", action,
                                  "--resource-arns", resource)["EvaluationResults"]
                self.assertEqual([one["EvalDecision"] == "allowed" for one in judged], [may])

    def test_the_board(self):
        parameters = {"ApiOn": "own", "Architecture": "x86_64"}
        decided = Decided(self.template(), parameters).template
        for name, value in parameters.items():
            decided["Parameters"][name]["Default"] = value
        self.deploy(one_by_one(decided))
        outputs = self.aws("cloudformation", "describe-stacks", "--stack-name", "board")["Stacks"][0]["Outputs"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in outputs}
        api = outputs["ApiUrl"].split("//")[1].split(".")[0]
        address = {"BOARD_API_URL": f"{self.endpoint}/restapis/{api}/dev/_user_request_", "BOARD_SITE_ORIGIN": outputs["SiteUrl"]}
        cargo = ["cargo", "test", "--locked", "-p", "journeys", "--test", "contract", "--", "--test-threads=1", "--skip", OF_THE_SITE]
        # Cargo and its caches are where they always are, and what it builds is this workspace.
        home = {"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}
        contract = subprocess.run(cargo, cwd=ROOT, env=self.environment | home | address, capture_output=True, text=True, timeout=600, check=False)
        self.assertEqual(contract.returncode, 0, contract.stdout + contract.stderr)
        self.assertIn("6 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out", contract.stdout)

        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/board"
        stream = self.aws("dynamodb", "describe-table", "--table-name", "board")["Table"]["LatestStreamArn"]
        queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:board-feed-failures"
        calls = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
        self.judge("BoardApiRole", {(f"dynamodb:{call}", table): True for call in calls} | {
            ("dynamodb:Scan", table): False,
            ("dynamodb:DeleteTable", table): False,
            ("dynamodb:PutItem", f"{table}-of-others"): False,
            ("sqs:SendMessage", queue): False,
            ("s3:GetObject", f"{UPLOADS}/attachments/1"): False,
        })
        self.judge("BoardFeedRole", {
            ("dynamodb:GetRecords", stream): True,
            ("dynamodb:PutItem", table): True,
            ("dynamodb:UpdateItem", table): True,
            ("sqs:SendMessage", queue): True,
            ("dynamodb:DeleteItem", table): False,
            ("dynamodb:Query", table): False,
            ("sqs:ReceiveMessage", queue): False,
        })
        self.judge("BoardAttachmentsRole", {
            ("s3:PutObject", f"{UPLOADS}/attachments/1"): True,
            ("s3:GetObject", f"{UPLOADS}/attachments/1"): True,
            ("s3:ListBucket", UPLOADS): True,
            ("s3:PutObject", f"{UPLOADS}/index.html"): False,
            ("s3:DeleteObject", f"{UPLOADS}/attachments/1"): False,
            ("dynamodb:GetItem", table): False,
        })

        self.run_program(SAM, "delete", "--stack-name", "board", "--no-prompts", "--region", REGION)
        self.assertEqual(self.aws("dynamodb", "list-tables")["TableNames"], [])
        self.assertEqual(self.aws("lambda", "list-functions")["Functions"], [])
        self.assertEqual(self.aws("apigateway", "get-rest-apis").get("items", []), [])
        # This client has an address of its own for SQS, whatever the environment says.
        self.assertEqual((self.aws("--endpoint-url", self.endpoint, "sqs", "list-queues") or {}).get("QueueUrls", []), [])

    def test_otherwise_both_sides_of_a_condition_count(self):
        refused = self.deploy(self.template(), check=False)
        self.assertNotEqual(refused.returncode, 0, "ministack decides conditions now: deploy the template as it is")
        events = self.aws("cloudformation", "describe-stack-events", "--stack-name", "board")["StackEvents"]
        reasons = " ".join(event.get("ResourceStatusReason", "") for event in events)
        self.assertIn("Circular dependency", reasons)
        self.run_program(SAM, "delete", "--stack-name", "board", "--no-prompts", "--region", REGION, check=False)

    def test_otherwise_a_method_called_any_is_none(self):
        api = {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "dev"}}
        function = self.template()["Resources"]["BoardAttachmentsFunction"]
        properties = {"CodeUri": function["Properties"]["CodeUri"], "Handler": "bootstrap", "Runtime": "provided.al2023"}
        properties["Events"] = {"Any": {"Type": "Api", "Properties": {"RestApiId": {"Ref": "Api"}, "Path": "/any", "Method": "ANY"}}}
        template = {
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": {"Api": api, "Any": {"Type": "AWS::Serverless::Function", "Properties": properties}},
            "Outputs": {"Api": {"Value": {"Ref": "Api"}}},
        }
        self.deploy(template)
        api = self.aws("cloudformation", "describe-stacks", "--stack-name", "board")["Stacks"][0]["Outputs"][0]["OutputValue"]
        with self.assertRaises(urllib.error.HTTPError) as nobody:
            urllib.request.urlopen(f"{self.endpoint}/restapis/{api}/dev/_user_request_/any")
        self.assertEqual(nobody.exception.code, 403, "ministack knows ANY now: leave one_by_one out")
        self.run_program(SAM, "delete", "--stack-name", "board", "--no-prompts", "--region", REGION)


if __name__ == "__main__":
    unittest.main()
