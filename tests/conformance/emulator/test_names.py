# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulator's own list of service principals, and where it and the product's catalog differ."""

from __future__ import annotations

from moto.organizations.models import FakeServiceAccess

from ansible_collections.orgops.aws.plugins.module_utils._organizations.catalog.services import BY_PRINCIPAL
from ansible_collections.orgops.aws.tests.emulator import names


def test_every_difference_from_the_catalog_is_explained() -> None:
    """Only in one of the two, or with delegated administrators in one only: names.yml, catalog_differs, says why."""
    both = set(names.RECOGNIZED) & set(BY_PRINCIPAL)
    differing = set(names.RECOGNIZED) ^ set(BY_PRINCIPAL)
    differing |= {
        name
        for name in both
        if names.supports_delegated_administrators(name) != BY_PRINCIPAL[name].delegated_administrator
    }
    explained: dict[str, str] = names.LIST["catalog_differs"]
    assert differing - set(explained) == set(), "differences that names.yml does not explain"
    assert set(explained) - differing == set(), "no differences any more: remove them from names.yml"
    assert all(explained.values())


def test_every_name_of_moto_is_recognized_or_known_to_be_wrong() -> None:
    moto = set(FakeServiceAccess.TRUSTED_SERVICES)
    assert moto - set(names.RECOGNIZED) == set(names.LIST["rejected"])


def test_every_name_has_a_source() -> None:
    assert all(entry["source"] for entry in names.RECOGNIZED.values())
    assert all(names.LIST["rejected"].values())
    assert not set(names.LIST["rejected"]) & set(names.RECOGNIZED)


def test_invented_names() -> None:
    assert names.is_recognized("svc-001.emulated.amazonaws.com")
    assert names.supports_delegated_administrators("svc-001.emulated.amazonaws.com")
    assert names.most_delegated_administrators("svc-001.emulated.amazonaws.com") is None
    assert not names.is_recognized("svc-001.amazonaws.com")
