# SPDX-License-Identifier: Apache-2.0

from django.core.wsgi import get_wsgi_application

django_application = get_wsgi_application()


def application(environ, start_response):
    """The usual lines for an application that is told its prefix."""
    environ['SCRIPT_NAME'] = environ.get('HTTP_X_SCRIPT_NAME', '')
    return django_application(environ, start_response)
