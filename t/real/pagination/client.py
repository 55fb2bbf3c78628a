# SPDX-License-Identifier: Apache-2.0
#
# client.py URL: reads a paginated API from its first page to its last. Like
# most such clients it takes the URLs as they stand in Link: python3-requests
# does not resolve them. Prints the URL of each page and what is on it.

import sys

import requests

url = sys.argv[1]
while url:
    print(url, end=' ')
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    print(*response.json())
    url = response.links.get('next', {}).get('url')
print('last:', response.links['last']['url'])
print('help:', response.links['help']['url'])
