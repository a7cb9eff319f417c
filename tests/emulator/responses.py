# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""moto's request handlers for AWS Organizations, with AWS's checks of a request and AWS's format of a response."""

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.organizations.exceptions import OrganizationsClientError
from moto.organizations.responses import OrganizationsResponse

from . import paging
from .backend import EmulatedOrganizations
from .errors import UnknownOperationError, UnreadableRequestError
from .protocols import JSON, JSON_1_1, REQUEST_ID, error_answer, unknown_operation
from .requests import read_parameters


class EmulatedResponse(OrganizationsResponse):
    """One request to AWS Organizations."""

    use_raw_body = True  # otherwise moto fails on a body that is not text
    parameters: dict[str, Any]
    listing = False

    @property
    def organizations_backend(self) -> EmulatedOrganizations:
        """The caller's organization, if the caller may call this operation."""
        caller = super().organizations_backend
        assert isinstance(caller, EmulatedOrganizations)
        return caller.authorize(self._get_action())

    @property
    def request_params(self) -> dict[str, Any]:
        """The parameters for moto: complete listings, because moto pages them by other rules or not at all."""
        if not self.listing:
            return self.parameters
        return {**paging.without_paging(self.parameters), **paging.ALL_AT_ONCE}

    def call_action(self) -> Any:
        """Check the request, process it with moto, and convert the response to AWS's format."""
        try:
            if not hasattr(OrganizationsResponse, camelcase_to_underscores(self._get_action())):
                raise UnknownOperationError(self._get_action())
            self.parameters = read_parameters(self.headers.get("X-Amz-Target", ""), self.body)
            self.listing = self._get_action().startswith("List")
            status, _headers, body = super().call_action()
            if status == 200:
                body = self._finish(json.loads(body or "{}"))
        except (UnknownOperationError, NotImplementedError):
            return self._in_order(unknown_operation(JSON_1_1))
        except UnreadableRequestError as error:
            return self._in_order(error_answer(JSON_1_1, 400, "SerializationException", str(error)))
        except OrganizationsClientError as error:
            status, _headers, body = self.serialized(ActionResult(error))
        # Public debug logs (2022, 2026): successes and errors have both headers.
        return status, {**self.response_headers, "Content-Type": JSON, REQUEST_ID: str(uuid.uuid4())}, body

    def _in_order(self, answer: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], str]:
        status, headers, body = answer
        return status, {**self.response_headers, **headers}, body.decode()

    def _finish(self, answer: dict[str, Any]) -> str:
        """Return a page of a listing; dates in milliseconds (a public debug log, 2022), where moto has microseconds."""
        if self.listing:
            answer = paging.page(answer, self._get_action(), self.parameters)
            if "NextToken" not in answer:
                self.organizations_backend.listed(self._get_action())
        return json.dumps(json.loads(json.dumps(answer), parse_float=lambda number: round(float(number), 3)))
