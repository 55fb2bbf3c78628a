# SPDX-License-Identifier: Apache-2.0
#
# create.py USER PASSWORD: the database, and a superuser who may log in.

import sys

import django
from django.core.management import call_command

django.setup()
call_command('migrate', verbosity=0)

from django.contrib.auth.models import User  # noqa: E402 (needs setup)

User.objects.create_superuser(sys.argv[1], password=sys.argv[2])
