"""Expands SAM templates to the CloudFormation that would be deployed, offline: FOLDER TEMPLATE…, each to a JSON file in FOLDER."""

import json
import os
import sys
from pathlib import Path

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# The transform asks for a region, though nothing is looked up there.
os.environ["AWS_DEFAULT_REGION"] = "ap-northeast-2"


def defaults(template):
    parameters = template.get("Parameters", {})
    return {name: parameter["Default"] for name, parameter in parameters.items() if "Default" in parameter}


def expanded(path):
    template = yaml_parse(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        # A package's folder is uploaded before a deployment; the transform accepts only what an upload leaves.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://artifacts/function.zip"
    translator = Translator(managed_policy_map={}, sam_parser=Parser())
    return translator.translate(template, parameter_values=defaults(template))


def main(folder, *templates):
    for path in map(Path, templates):
        file = Path(folder) / ("-".join(path.parts) + ".json")
        file.write_text(json.dumps(expanded(path), indent=1), encoding="utf-8")


main(*sys.argv[1:])
