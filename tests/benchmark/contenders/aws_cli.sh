#!/bin/sh
# SPDX-FileCopyrightText: Contributors to the orgops.aws collection
# SPDX-License-Identifier: GPL-3.0-or-later

# What is done without a module: one call of the AWS CLI for each service principal. $1 is the aws command.
set -eu
aws=$1
shift
for principal in "$@"; do
  "$aws" organizations enable-aws-service-access --service-principal "$principal"
done
