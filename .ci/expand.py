"""Expands a SAM template to the CloudFormation that would be deployed, offline, and prints it as JSON."""

import json
import os
import sys

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

# The transform asks for a region, though nothing is looked up there.
os.environ["AWS_DEFAULT_REGION"] = "ap-northeast-2"


def defaults(template):
    parameters = template.get("Parameters", {})
    return {name: parameter["Default"] for name, parameter in parameters.items() if "Default" in parameter}


def main(path):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    for resource in template["Resources"].values():
        # A package's folder is uploaded before a deployment; the transform accepts only what an upload leaves.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://artifacts/function.zip"
    translator = Translator(managed_policy_map={}, sam_parser=Parser())
    json.dump(translator.translate(template, parameter_values=defaults(template)), sys.stdout, indent=1)


main(sys.argv[1])
