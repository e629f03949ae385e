"""Deploys a program as a function behind a REST API of a running ministack, and prints the API's address as JSON.

Run by ministack's own Python, whose botocore is what any client would use: deploy_to_ministack.py PORT PROGRAM
"""

import importlib.metadata
import io
import json
import sys
import zipfile

import botocore.session

REGION = "ap-northeast-2"


def package(program):
    """What an upload is: a zip with an executable called bootstrap."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as entries:
        bootstrap = zipfile.ZipInfo("bootstrap")
        bootstrap.external_attr = 0o755 << 16
        with open(program, "rb") as file:
            entries.writestr(bootstrap, file.read())
    return archive.getvalue()


def main(port, program):
    session = botocore.session.get_session()

    def client(service):
        credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return session.create_client(service, REGION, endpoint_url=f"http://127.0.0.1:{port}", **credentials)

    function = client("lambda").create_function(
        FunctionName="hello",
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role="arn:aws:iam::000000000000:role/hello",
        Code={"ZipFile": package(program)},
        Timeout=10,
    )["FunctionArn"]
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="hello")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    method = {
        "restApiId": api,
        "resourceId": gateway.create_resource(restApiId=api, parentId=root, pathPart="hello")["id"],
        "httpMethod": "GET",
    }
    gateway.put_method(authorizationType="NONE", **method)
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    gateway.put_integration(type="AWS_PROXY", integrationHttpMethod="POST", uri=uri, **method)
    gateway.create_deployment(restApiId=api, stageName="dev")
    url = f"http://127.0.0.1:{port}/restapis/{api}/dev/_user_request_"
    print(json.dumps({"url": url, "version": importlib.metadata.version("ministack")}))


main(*sys.argv[1:])
