"""Deploys a program as a function behind a REST API of a running ministack, and prints the API's address as JSON. Beside it, under
/python, stands a function in the language that ministack itself is written in, and serves fastest.

Run by ministack's own Python, whose botocore is what any client would use: deploy_to_ministack.py PORT PROGRAM
"""

import importlib.metadata
import io
import json
import sys
import zipfile

import botocore.session

REGION = "ap-northeast-2"


# What the program answers, in Python.
HANDLER = b"""import json


def handler(event, context):
    body = json.dumps({"greeting": "Hello, " + event["queryStringParameters"]["name"] + "!"})
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": body}
"""


def package(name, content):
    """What an upload is: a zip, here with one executable file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as entries:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o755 << 16
        entries.writestr(entry, content)
    return archive.getvalue()


def main(port, program):
    session = botocore.session.get_session()

    def client(service):
        credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return session.create_client(service, REGION, endpoint_url=f"http://127.0.0.1:{port}", **credentials)

    gateway = client("apigateway")
    api = gateway.create_rest_api(name="hello")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]

    def deploy(path, runtime, handler, code):
        function = client("lambda").create_function(
            FunctionName=path,
            Runtime=runtime,
            Handler=handler,
            Role="arn:aws:iam::000000000000:role/hello",
            Code={"ZipFile": code},
            Timeout=10,
        )["FunctionArn"]
        resource = gateway.create_resource(restApiId=api, parentId=root, pathPart=path)["id"]
        method = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
        gateway.put_method(authorizationType="NONE", **method)
        uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
        gateway.put_integration(type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, **method)

    with open(program, "rb") as file:
        deploy("hello", "provided.al2023", "bootstrap", package("bootstrap", file.read()))
    deploy("python", "python3.12", "handler.handler", package("handler.py", HANDLER))
    gateway.create_deployment(restApiId=api, stageName="dev")
    url = f"http://127.0.0.1:{port}/restapis/{api}/dev/_user_request_"
    print(json.dumps({"url": url, "version": importlib.metadata.version("ministack")}))


main(*sys.argv[1:])
