# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the emulator's parts in moto, for its server and for its mocks in process."""

from __future__ import annotations

from functools import lru_cache

from moto import backends
from moto.core import responses
from moto.core.base_backend import BackendDict
from moto.iam import models as iam_models
from moto.organizations import models, urls
from moto.organizations.models import organizations_backends

from . import names
from .accounts import EmulatedAccount
from .backend import EmulatedOrganizations
from .responses import EmulatedResponse

# moto searches all accounts for every request, which makes each request slower with every organization.
account_id_of = lru_cache(maxsize=None)(iam_models.get_account_id_from)
# moto lists its folder twice for every request, and the methods of the class that responds.
modules = tuple(backends.list_of_moto_modules())
method_names = lru_cache(maxsize=None)(responses.method_names_from_class)


def install() -> None:
    """Correct this process's moto, before its server creates an application."""
    EmulatedOrganizations.__module__ = models.__name__  # moto finds a backend's URLs next to its module
    organizations_backends.backend = EmulatedOrganizations
    urls.url_paths["{0}/$"] = EmulatedResponse.dispatch
    iam_models.get_account_id_from = account_id_of
    backends.list_of_moto_modules = lambda: modules
    responses.method_names_from_class = method_names
    models.FakeAccount = EmulatedAccount
    # names.yml says which services support a delegated administrator; moto names six.
    models.FakeDelegatedAdministrator.supported_service = staticmethod(lambda _principal: True)
    # API, PolicyType: moto knows five of them.
    models.FakeRoot.SUPPORTED_POLICY_TYPES = names.POLICY_TYPES
    models.FakePolicy.SUPPORTED_POLICY_TYPES = names.POLICY_TYPES


def reset() -> None:
    """Remove every account and organization."""
    BackendDict.reset()
    account_id_of.cache_clear()
    organizations_backends.master_accounts.clear()
