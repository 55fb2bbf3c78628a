# SPDX-License-Identifier: Apache-2.0
#
# server.py PORT: a WebSocket server that sends back what it gets. In the
# handshake it sends the headers that the test asks for (X-Reply is a whole
# response in base64) if the status is 101, and else refuses with the response.

import asyncio
import base64
import http
import sys

import websockets


def asked_for(headers):
    reply = base64.b64decode(headers['X-Reply']).decode('latin-1')
    head, body = reply.split('\r\n\r\n', 1)
    status, *lines = head.split('\r\n')
    fields = [tuple(line.split(': ', 1)) for line in lines]
    return (http.HTTPStatus(int(status.split(' ')[1])),
            [field for field in fields
             if field[0] not in ('Connection', 'Content-Length')],
            body.encode())


async def refuse(path, headers):
    status, fields, body = asked_for(headers)
    return None if status == 101 else (status, fields, body)


# A message that looks like a response comes first.
async def echo(socket):
    await socket.send('HTTP/1.1 103 Early Hints\r\n'
                      'Set-Cookie: data=1; Path=/app/app/app\r\n\r\n')
    async for message in socket:
        await socket.send(message)


async def main():
    async with websockets.serve(echo, '127.0.0.1', int(sys.argv[1]),
                                process_request=refuse, compression=None,
                                extra_headers=lambda path, headers:
                                asked_for(headers)[1]):
        await asyncio.Future()

asyncio.run(main())
