# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS's protocols, as far as the emulated services need them: which one a request speaks, and errors in it.

Needs the standard library only. Since 1.44, botocore speaks CBOR where 1.35 spoke JSON, for example with AWS Health and
Service Catalog.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

Answer = tuple[int, dict[str, str], bytes]  # status, headers, body

CBOR, EC2, JSON_1_1, QUERY, REST_JSON = "smithy-rpc-v2-cbor", "ec2", "json", "query", "rest-json"
JSON = "application/x-amz-json-1.1"
REQUEST_ID = "x-amzn-requestid"
CBOR_HEADERS = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
REST_SERVICES = (
    "account",
    "detective",
    "guardduty",
    "inspector2",
    "macie2",
    "networkmanager",
    "notifications",
    "ram",
    "securityhub",
    "securitylake",
    "wellarchitected",
)
# Where an error response has its code, in each protocol; in CBOR a text shorter than 24 bytes has one byte before it.
ERROR_CODE = re.compile(
    rb'"__type": ?"(?:[^"]*#)?([^"]+)"|<Code>([^<]+)</Code>|__type(?:[\x60-\x77]|\x78.)(\w+)', re.DOTALL
)


def protocol_of(service: str, path: str, target: str | None, action: str | None) -> str:
    """Return the protocol of a request with this path, header X-Amz-Target and form parameter Action."""
    if path.startswith("/service/"):
        return CBOR
    if action:
        return EC2 if service == "ec2" else QUERY
    return REST_JSON if not target and service in REST_SERVICES else JSON_1_1


def error_answer(protocol: str, status: int, code: str, message: str, reason: str | None = None) -> Answer:
    """Return an AWS error in the protocol's form."""
    request_id = str(uuid.uuid4())
    headers = {REQUEST_ID: request_id}
    if protocol in (EC2, QUERY):
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
        if protocol == EC2:
            body = f"<Response><Errors>{error}</Errors><RequestID>{request_id}</RequestID></Response>"
        return status, {"Content-Type": "text/xml", **headers}, body.encode()
    members = {"__type": code, "Message": message, **({"Reason": reason} if reason else {})}
    if protocol == CBOR:
        return status, {**headers, **CBOR_HEADERS}, cbor({"__type": code, "message": message})
    if protocol == REST_JSON:
        return status, {"Content-Type": "application/json", "x-amzn-errortype": code, **headers}, _json(members)
    return status, {"Content-Type": JSON, **headers}, _json(members)


def unknown_operation(protocol: str) -> Answer:
    """Return AWS's response to an unknown operation; the text is made up.

    Organizations: status 400, UnknownOperationException. IAM and STS: "Common errors" of their API references.
    """
    code = "InvalidAction" if protocol in (EC2, QUERY) else "UnknownOperationException"
    return error_answer(protocol, 400, code, "The requested operation is not recognized by the service.")


def error_code(body: bytes) -> str | None:
    """Return the code in the body of an error response, None where there is none."""
    found = ERROR_CODE.search(body)
    return next(code for code in found.groups() if code).decode() if found else None


def cbor(value: Any) -> bytes:
    """RFC 8949, for what the emulated services return: maps, texts, booleans."""
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, str):
        return _head(0x60, len(value.encode())) + value.encode()
    return _head(0xA0, len(value)) + b"".join(cbor(name) + cbor(member) for name, member in value.items())


def _head(major_type: int, size: int) -> bytes:
    if size < 24:
        return bytes([major_type + size])
    return bytes([major_type + 24, size]) if size < 256 else bytes([major_type + 25]) + size.to_bytes(2, "big")


def _json(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members).encode()
