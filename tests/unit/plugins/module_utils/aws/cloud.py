# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud without a network: botocore sends each request to a function of the test."""

from __future__ import annotations

import json
import threading
from typing import Any, Callable, NamedTuple, Union

import boto3
from botocore.awsrequest import AWSResponse

from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.common_options import ConnectionOptions
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.connection import Connection
from ansible_collections.orgops.aws.plugins.module_utils._organizations.aws.organizations import OrganizationsClient


class Call(NamedTuple):
    """A call that reached the cloud."""

    service: str
    operation: str
    region: str
    parameters: dict[str, Any]


class Failure(NamedTuple):
    """An error as AWS answers it."""

    code: str
    message: str = "AWS's words."
    status: int = 400


Answer = Union["dict[str, Any]", str, Failure, BaseException]


class Cloud:
    """Answers calls. ``answer`` gets a Call and returns the body, an error of AWS, or an exception to raise."""

    def __init__(self, answer: Callable[[Call], Answer]) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self._thread = threading.local()
        self.calls: list[Call] = []

    def organizations(self) -> OrganizationsClient:
        """Return the collection's client, whose connection leads here."""
        return OrganizationsClient(Connection(self.create_client, ConnectionOptions()))

    def create_client(self, service: str, aws_config: Any, region: str = "us-east-1", **credentials: Any) -> Any:
        """Create a client as a module's session does."""
        given = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI", **credentials}
        client = boto3.client(service, region_name=region, config=aws_config, **given)
        name = client.meta.service_model.service_id.hyphenize()

        def remember(params: dict[str, Any], **_kwargs: Any) -> None:
            self._thread.parameters = params

        def send(event_name: str, request: Any, **_kwargs: Any) -> AWSResponse:
            call = Call(service, event_name.rpartition(".")[2], region, self._thread.parameters)
            with self._lock:
                self.calls.append(call)
            return _response(request.url, service, self._answer(call))

        client.meta.events.register(f"before-parameter-build.{name}", remember)
        client.meta.events.register_last(f"before-send.{name}", send)
        return client


def _response(url: str, service: str, answer: Answer) -> AWSResponse:
    if isinstance(answer, BaseException):
        raise answer
    status, headers = 200, {"content-type": "application/json"}
    content = answer if isinstance(answer, str) else json.dumps(answer)
    if isinstance(answer, Failure):
        status = answer.status
        headers["x-amzn-ErrorType"] = answer.code
        content = json.dumps({"message": answer.message, "__type": answer.code})
        if service == "ec2":
            error = f"<Error><Code>{answer.code}</Code><Message>{answer.message}</Message></Error>"
            content = f"<Response><Errors>{error}</Errors></Response>"
    response = AWSResponse(url, status, headers, None)
    response._content = content.encode()
    return response


__all__ = ["Answer", "Call", "Cloud", "Failure"]
