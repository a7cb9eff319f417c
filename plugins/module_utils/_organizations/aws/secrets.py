# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# This package is private to the orgops.aws collection: it can change in any release, without notice.

"""Secrets that Ansible cannot know to be secret: passwords within URLs, misspelled options. How secrets are masked."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote

from ansible.module_utils.basic import AnsibleModule

try:
    from ansible.module_utils.secrets import mask_secrets, register_secrets
except ImportError:  # ansible-core 2.21 or older, where Ansible masks the no_log_values of a module in its result
    from ansible.module_utils.common.parameters import remove_values

    mask_secrets = register_secrets = None
else:
    remove_values = None  # deprecated

# Within a longer text. It misses what could also be the end of the URL.
PASSWORD_IN_URL = re.compile(r"//[^\s/:@\"']*:([^\s\"',}]+)@")
# A value that is a URL. Its scheme can be missing: botocore allows that for a proxy, and users forget it.
URL = re.compile(r"\s*(?:[\w+.-]+:)?//(.*)", re.DOTALL)
PASSWORD_WITHOUT_SCHEME = re.compile(r"(?:\w+:)?[^:/@]*:(.+)@")
# http.client quotes the header, such as the session token, in a form that Ansible's no_log does not recognize.
SECRET_HEADER = re.compile(r"Invalid header value.*", re.DOTALL)
SECRET_NAME = re.compile(r"secret|token|pass(word|phrase)?|private|credential", re.IGNORECASE)
# amazon.aws reads AWS_URL, botocore AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>, both the proxy variables.
URL_OPTIONS = ("endpoint_url", "aws_endpoint_url")
URL_VARIABLE = re.compile(r"AWS_URL|AWS_ENDPOINT_URL(_\w+)?|\w+_PROXY", re.IGNORECASE)


def secrets_in_urls(options: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> set[str]:
    """Return passwords and tokens within the URLs of any option and of the environment, as written and decoded."""
    environment = os.environ if environment is None else environment
    of_environment = [value for name, value in environment.items() if URL_VARIABLE.fullmatch(name)]
    found: set[str] = set()
    for text in [*_texts(options), *of_environment]:
        found.update(PASSWORD_IN_URL.findall(text))
        url = URL.match(text)
        if url:
            found |= _secrets_before_host(url[1])
    for text in [*_url_options(options), *of_environment]:
        if not URL.match(text):
            found |= _secrets_without_scheme(text)
    return found | {unquote(password) for password in found}


def _url_options(options: Mapping[str, Any]) -> list[str]:
    """Return the values that are URLs even if they do not look like one."""
    values = [options.get(name) for name in URL_OPTIONS]
    aws_config = options.get("aws_config")
    if isinstance(aws_config, Mapping):
        values.append(aws_config.get("proxies"))
    return _texts(values)


def _secrets_without_scheme(url: str) -> set[str]:
    found = _secrets_before_host(url)
    password = PASSWORD_WITHOUT_SCHEME.match(url)
    if password:
        found.add(password[1])
    return found


def _secrets_before_host(url: str) -> set[str]:
    """Return the password, or a token without a user, of a URL without its scheme. It may contain even / and @."""
    until_the_path = re.split(r"[/?#]", url, maxsplit=1)[0]
    found = set()
    for text in (url, until_the_path):
        user_info = text.rpartition("@")[0]
        user, colon, password = user_info.partition(":")
        found.add(password if colon else user)
    return found - {""}


def values_of_secret_names(options: Mapping[str, Any], known: Iterable[str], secret: Collection[str] = ()) -> set[str]:
    """Return the values of options that do not exist and whose names are those of secrets, or like ``secret`` ones."""
    unknown = [name for name in options if name not in known]
    misspelled = [
        name for name in unknown if SECRET_NAME.search(str(name)) or get_close_matches(str(name), secret, n=1)
    ]
    texts = _texts([options[name] for name in misspelled])
    return set(texts) - {""}


def hide_secrets(text: str) -> str:
    """Return an error message without the password of a URL and without the value of an invalid header."""
    text = SECRET_HEADER.sub("Invalid header value, not shown because it can be a secret", text)
    return PASSWORD_IN_URL.sub(lambda match: match[0].replace(match[1], "********"), text)


def register(module: AnsibleModule, values: Iterable[str]) -> None:
    """Mask these values in every output of the task. A blank one is no secret, and would mask everything."""
    secrets = {value for value in values if value.strip()}
    if register_secrets:
        register_secrets(secrets)
    else:
        module.no_log_values.update(secrets)


def mask_text(module: AnsibleModule, text: str) -> str:
    """Return a text without the module's secrets, for a warning, which older releases of ansible-core do not mask."""
    if mask_secrets:
        return str(mask_secrets(text))
    return str(remove_values(text, module.no_log_values))


def mask_result(result: Any) -> Any:
    """Return a result without secrets. ansible-core 2.22 masks only what it displays, not what it registers."""
    if not mask_secrets:
        return result
    if isinstance(result, dict):
        return {name: mask_result(value) for name, value in result.items()}
    if isinstance(result, (list, tuple)):
        return [mask_result(value) for value in result]
    return mask_secrets(result) if isinstance(result, str) else result


def _texts(value: Any) -> list[str]:
    """Return every string within what can be anything."""
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, (list, tuple)):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


__all__ = ["hide_secrets", "mask_result", "mask_text", "register", "secrets_in_urls", "values_of_secret_names"]
