# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""The session of a task, which creates its clients."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable

from ansible.module_utils.ansible_release import __version__ as ansible_version

from ..._version import COLLECTION_NAME, COLLECTION_VERSION

try:
    import boto3.session
    import botocore.session
    from botocore.config import Config
except ImportError:
    pass  # handled by AnsibleAWSModule

if TYPE_CHECKING:  # pragma: no cover
    from botocore.client import BaseClient

ConnectionInfo = Callable[[], "tuple[str | None, str | None, dict[str, Any]]"]


class Session:
    """Creates clients with the options that amazon.aws's ``module.client`` uses, and raises the errors of botocore.

    amazon.aws makes a new session for each client, and each session reads botocore's models anew. That takes a tenth of
    a second, which a client in each Region cannot afford.

    ``connection_info`` returns region, endpoint URL and options as amazon.aws's get_aws_connection_info does.
    ``regional_sts``: roles are assumed at the regional endpoint of AWS STS, those of profiles too. Opt-in Regions
    accept only the tokens that it issues, and older releases of botocore prefer the global endpoint.
    """

    def __init__(self, connection_info: ConnectionInfo, *, regional_sts: bool = False) -> None:
        self._read_connection_info = connection_info
        self._regional_sts = regional_sts

    def client(self, service: str, aws_config: Config, region: str | None = None, **overrides: Any) -> BaseClient:
        """Return a client. ``overrides``: credentials instead of those of the options."""
        default_region, endpoint_url, options = self._connection_info
        given = {name: value for name, value in options.items() if name not in ("aws_config", "profile_name")}
        client: BaseClient = self._session.client(
            service,
            region_name=region or default_region,
            endpoint_url=endpoint_url,
            config=Config(user_agent=USER_AGENT).merge(aws_config),
            **{**given, **overrides},
        )
        return client

    @functools.cached_property
    def _connection_info(self) -> tuple[str | None, str | None, dict[str, Any]]:
        return self._read_connection_info()

    @functools.cached_property
    def _session(self) -> boto3.session.Session:
        session = botocore.session.get_session()
        if self._regional_sts:
            session.set_config_variable("sts_regional_endpoints", "regional")
        profile = self._connection_info[2].get("profile_name")
        return boto3.session.Session(profile_name=profile, botocore_session=session)


USER_AGENT = f"APN/1.0 Ansible/{ansible_version} {COLLECTION_NAME}/{COLLECTION_VERSION}"  # as amazon.aws's

__all__ = ["Session"]
