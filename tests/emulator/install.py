# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the emulator's parts in moto, for its server and for its mocks in process."""

from __future__ import annotations

from moto.core.base_backend import BackendDict
from moto.organizations import models, urls
from moto.organizations.models import organizations_backends

from . import names
from .backend import EmulatedOrganizations
from .responses import EmulatedResponse


def install() -> None:
    """Correct this process's moto, before its server creates an application."""
    EmulatedOrganizations.__module__ = models.__name__  # moto finds a backend's URLs next to its module
    organizations_backends.backend = EmulatedOrganizations
    urls.url_paths["{0}/$"] = EmulatedResponse.dispatch
    # names.yml says which services support a delegated administrator; moto names six.
    models.FakeDelegatedAdministrator.supported_service = staticmethod(lambda _principal: True)
    # API, PolicyType: moto knows five of them.
    models.FakeRoot.SUPPORTED_POLICY_TYPES = names.POLICY_TYPES
    models.FakePolicy.SUPPORTED_POLICY_TYPES = names.POLICY_TYPES


def reset() -> None:
    """Remove every account and organization."""
    BackendDict.reset()
    organizations_backends.master_accounts.clear()
