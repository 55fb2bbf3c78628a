# SPDX-License-Identifier: Apache-2.0

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import path, reverse


def absolute(request):
    """A redirect with the host that Django believes to have."""
    return HttpResponseRedirect(
        request.build_absolute_uri(reverse('admin:index')))


def items(request):
    """Numbers in pages, which Link tells by absolute URLs (RFC 8288)."""
    page = Paginator(range(1, 24), 5).get_page(request.GET.get('page'))
    last = page.paginator.num_pages
    numbers = {'first': 1, 'last': last}
    if page.has_previous():
        numbers['prev'] = page.previous_page_number()
    if page.has_next():
        numbers['next'] = page.next_page_number()
    url = request.build_absolute_uri(request.path)
    response = JsonResponse(list(page), safe=False)
    response['Link'] = ', '.join(
        [f'<{url}?page={number}>; rel="{rel}"'
         for rel, number in sorted(numbers.items())]
        + ['<https://docs.example/items>; rel="help"'])
    return response


urlpatterns = [
    path('admin/', admin.site.urls),
    path('absolute/', absolute),
    path('api/items/', items),
]
