"""S3 by boto3 and by the AWS CLI, unmodified: objects, copies, uploads in parts, long lists, presigned URLs, and refusals in S3's words."""

import json
import pathlib
import tempfile
import unittest
import urllib.error
import urllib.request

import boto3
from botocore.exceptions import ClientError

from board import board

MEBIBYTE = 1024 * 1024


class S3(unittest.TestCase):
    def setUp(self):
        self.board = board()
        environment = self.board.environment
        self.client = boto3.client(
            "s3",
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=environment["AWS_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )
        self.bucket = f"of-{self.id().rsplit('.', 1)[-1].replace('_', '-')}"[:63].strip("-")
        location = {"LocationConstraint": environment["AWS_REGION"]}
        self.client.create_bucket(Bucket=self.bucket, CreateBucketConfiguration=location)
        self.addCleanup(self.remove)

    def remove(self):
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
            if keys:
                self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True})
        self.client.delete_bucket(Bucket=self.bucket)

    def put(self, key, body=b"x", **more):
        return self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **more)

    def body(self, key, **more):
        return self.client.get_object(Bucket=self.bucket, Key=key, **more)["Body"].read()

    def refused(self, code, call, **arguments):
        with self.assertRaises(ClientError) as refusal:
            call(**arguments)
        error = refusal.exception.response["Error"]
        self.assertEqual(error["Code"], code)
        self.assertTrue(error["Message"])
        return error

    def test_keys_are_data(self):
        keys = ["a", "a/b", "a//b", "x/", "../x", "a+b", "a b", "한글", "k" * 1024]
        for key in keys:
            self.put(key, key.encode())
        self.assertEqual([self.body(key) for key in keys], [key.encode() for key in keys])
        listed = [entry["Key"] for entry in self.client.list_objects_v2(Bucket=self.bucket)["Contents"]]
        self.assertEqual(listed, sorted(keys, key=str.encode))
        self.refused("KeyTooLongError", self.client.put_object, Bucket=self.bucket, Key="k" * 1025, Body=b"x")

    def test_conditions_ranges_and_copies(self):
        tag = self.put("a", b"0123456789", Metadata={"owner": "me"})["ETag"]
        self.refused("304", self.client.get_object, Bucket=self.bucket, Key="a", IfNoneMatch=tag)
        self.refused("PreconditionFailed", self.client.get_object, Bucket=self.bucket, Key="a", IfMatch='"x"')
        self.refused("PreconditionFailed", self.client.put_object, Bucket=self.bucket, Key="a", Body=b"y", IfNoneMatch="*")
        self.assertEqual(self.body("a", Range="bytes=2-4"), b"234")
        self.refused("InvalidRange", self.client.get_object, Bucket=self.bucket, Key="a", Range="bytes=10-")
        self.client.copy_object(Bucket=self.bucket, Key="b", CopySource={"Bucket": self.bucket, "Key": "a"})
        self.assertEqual(self.client.head_object(Bucket=self.bucket, Key="b")["Metadata"], {"owner": "me"})

    def test_an_upload_in_parts(self):
        with tempfile.TemporaryDirectory() as folder:
            file, back = pathlib.Path(folder, "large"), pathlib.Path(folder, "back")
            file.write_bytes(b"".join(bytes([number]) * MEBIBYTE for number in range(20)))
            self.client.upload_file(str(file), self.bucket, "by-boto3")
            self.client.download_file(self.bucket, "by-boto3", str(back))
            self.assertEqual(back.read_bytes(), file.read_bytes())
            self.board.aws("s3", "cp", str(file), f"s3://{self.bucket}/by-cli")
            self.assertEqual(self.body("by-cli"), file.read_bytes())
        head = self.client.head_object(Bucket=self.bucket, Key="by-boto3")
        self.assertRegex(head["ETag"], r'^"[0-9a-f]{32}-[0-9]+"$')
        begun = self.client.create_multipart_upload(Bucket=self.bucket, Key="aborted")
        self.client.abort_multipart_upload(Bucket=self.bucket, Key="aborted", UploadId=begun["UploadId"])
        self.refused("NoSuchUpload", self.client.list_parts, Bucket=self.bucket, Key="aborted", UploadId=begun["UploadId"])

    def test_a_list_of_2000_keys(self):
        keys = [f"page/{number:04}" for number in range(2000)]
        for key in keys:
            self.put(key, b"")
        pages = list(self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="page/"))
        self.assertEqual([len(page["Contents"]) for page in pages], [1000, 1000])
        self.assertEqual([entry["Key"] for page in pages for entry in page["Contents"]], keys)
        grouped = self.client.list_objects_v2(Bucket=self.bucket, Delimiter="/")
        self.assertEqual([group["Prefix"] for group in grouped["CommonPrefixes"]], ["page/"])
        self.assertEqual(self.board.run("aws", "s3", "ls", f"s3://{self.bucket}/page/").stdout.count("\n"), 2000)

    def test_presigned(self):
        parameters = {"Bucket": self.bucket, "Key": "signed", "ContentType": "image/png"}
        url = self.client.generate_presigned_url("put_object", Params=parameters, ExpiresIn=60)

        def sent(method, **headers):
            request = urllib.request.Request(url, data=b"by url" if method == "PUT" else None, method=method, headers=headers)
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        status, said = sent("PUT", **{"Content-Type": "image/jpeg"})
        self.assertEqual(status, 403)
        for element in ["<Code>SignatureDoesNotMatch</Code>", "<StringToSign>AWS4-HMAC-SHA256", "<CanonicalRequest>PUT"]:
            self.assertIn(element, said)
        status, said = sent("PUT", **{"Content-Type": "image/png", "x-amz-acl": "public-read"})
        self.assertEqual(status, 403)
        self.assertIn("There were headers present in the request which were not signed", said)
        self.assertEqual(sent("PUT", **{"Content-Type": "image/png"})[0], 200)
        self.assertEqual(self.body("signed"), b"by url")

    def test_what_is_not_there_is_not_made(self):
        self.refused("NoSuchBucket", self.client.put_object, Bucket="nobodys-bucket", Key="k", Body=b"x")
        self.put("k")
        self.refused("BucketNotEmpty", self.client.delete_bucket, Bucket=self.bucket)
        self.refused("BucketAlreadyOwnedByYou", self.client.create_bucket, Bucket=self.bucket,
                     CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        for location in ["eu-west-1", "us-east-1", "nowhere"]:
            self.refused("IllegalLocationConstraintException", self.client.create_bucket, Bucket="elsewhere-bucket",
                         CreateBucketConfiguration={"LocationConstraint": location})
        error = self.refused("AccessControlListNotSupported", self.client.put_object, Bucket=self.bucket, Key="k", Body=b"y", ACL="public-read")
        self.assertEqual(error["Message"], "The bucket does not allow ACLs")
        refusal = self.board.run("aws", "s3", "mb", f"s3://{self.bucket}", check=False)
        self.assertIn("BucketAlreadyOwnedByYou", refusal.stderr)

    def test_what_a_managed_bucket_is_set_to(self):
        versioning = {"Status": "Enabled"}
        self.client.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration=versioning)
        self.assertEqual(self.client.get_bucket_versioning(Bucket=self.bucket)["Status"], "Enabled")
        block = self.client.get_public_access_block(Bucket=self.bucket)["PublicAccessBlockConfiguration"]
        self.assertEqual(set(block.values()), {True})
        arn = f"arn:aws:s3:::{self.bucket}"
        policy = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "serverlessrepo.amazonaws.com"}, "Action": "s3:GetObject", "Resource": f"{arn}/*"}]}
        self.client.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(policy))
        self.assertEqual(json.loads(self.client.get_bucket_policy(Bucket=self.bucket)["Policy"]), policy)
        policy["Statement"][0]["Principal"] = "*"
        error = self.refused("AccessDenied", self.client.put_bucket_policy, Bucket=self.bucket, Policy=json.dumps(policy))
        self.assertIn("because public policies are blocked by the BlockPublicPolicy block public access setting", error["Message"])


if __name__ == "__main__":
    unittest.main()
