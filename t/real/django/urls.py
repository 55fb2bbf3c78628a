# SPDX-License-Identifier: Apache-2.0

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import path, reverse


def absolute(request):
    """A redirect with the host that Django believes to have."""
    return HttpResponseRedirect(
        request.build_absolute_uri(reverse('admin:index')))


urlpatterns = [
    path('admin/', admin.site.urls),
    path('absolute/', absolute),
]
