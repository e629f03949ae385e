"""Expands SAM templates to the CloudFormation that would be deployed, offline: WORKBOOK FOLDER TEMPLATE…, each to a JSON file in FOLDER.

The transform is AWS's own. Its result is held against what the program WORKBOOK makes of the same template; a difference, other than the
digits that name an API's deployment, is an error.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REGION = "ap-northeast-2"
# The transform asks for a region, though nothing is looked up there.
os.environ["AWS_DEFAULT_REGION"] = REGION
# `Version: 2012-10-17` is text to CloudFormation.
yaml.SafeLoader.add_constructor("tag:yaml.org,2002:timestamp", yaml.SafeLoader.construct_yaml_str)


def defaults(template):
    parameters = template.get("Parameters", {})
    return {name: parameter["Default"] for name, parameter in parameters.items() if "Default" in parameter}


def packaged(path):
    """The template as it is after the upload of its functions' code, which the transform asks for."""
    template = yaml_parse(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource.setdefault("Properties", {})["CodeUri"] = "s3://artifacts/function.zip"
    return template


def by_aws(template):
    translator = Translator(managed_policy_map={}, sam_parser=Parser())
    try:
        return translator.translate(template, parameter_values=defaults(template))
    except InvalidDocumentException as refusal:
        return " ".join([refusal.message, *sorted(cause.message for cause in refusal.causes)])


def by_workbook(program, template, folder):
    file = folder / "packaged.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    run = subprocess.run([program, "expand", file, "--region", REGION], capture_output=True, text=True, check=False)
    file.unlink()
    return json.loads(run.stdout) if run.returncode == 0 else run.stderr.strip().splitlines()[0]


def without_digits(value):
    """The value without the digits that are drawn from an API's definition, which each program writes in its own way."""
    text = json.dumps(value, sort_keys=True)
    text = re.sub(r"Deployment[0-9a-f]{10}\b", "Deployment", text)
    return re.sub(r"RestApi deployment id: [0-9a-f]{40}", "RestApi deployment id", text)


def main(program, folder, *templates):
    folder = Path(folder)
    different = []
    for path in map(Path, templates):
        ours = by_workbook(program, packaged(path), folder)
        theirs = by_aws(packaged(path))
        if without_digits(ours) != without_digits(theirs):
            different.append(path)
            print(f"{path}: AWS's transform gives\n{json.dumps(theirs, indent=1)}\nand the workbook's\n{json.dumps(ours, indent=1)}")
        if isinstance(theirs, dict):
            file = folder / ("-".join(path.parts) + ".json")
            file.write_text(json.dumps(theirs, indent=1), encoding="utf-8")
    print(f"{len(templates)} templates expanded, {len(different)} of them otherwise than by AWS's transform")
    sys.exit(bool(different))


main(*sys.argv[1:])
