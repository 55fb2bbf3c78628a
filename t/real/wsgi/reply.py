# SPDX-License-Identifier: Apache-2.0
#
# Sends what the test asks for: X-Reply is a whole response in base64. Where
# httpd was led here by another response, it is a page of its own.

import base64


def application(environ, start_response):
    if 'REDIRECT_URL' in environ:
        start_response('200 OK', [('Content-Type', 'text/plain'),
                                  ('Set-Cookie', 'second=1; Path=/ctx/ctx'),
                                  ('Content-Location', '/ctx/page')])
        return [b'second\n']
    reply = base64.b64decode(environ['HTTP_X_REPLY']).decode('latin-1')
    head, body = reply.split('\r\n\r\n', 1)
    status, *lines = head.split('\r\n')
    headers = [line.split(': ', 1) for line in lines]
    start_response(status.split(' ', 1)[1], [
        (name, value) for name, value in headers if name != 'Connection'])
    return [body.encode('latin-1')]
