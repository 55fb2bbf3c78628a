<?php
// SPDX-License-Identifier: Apache-2.0
//
// Sends what the test asks for: X-Reply is a whole response in base64.

$reply = base64_decode($_SERVER['HTTP_X_REPLY']);
[$head, $body] = explode("\r\n\r\n", $reply, 2);
$lines = explode("\r\n", $head);
$status = (int) explode(' ', array_shift($lines))[1];
foreach ($lines as $line) {
    if (!preg_match('/^(Connection|Content-Length):/i', $line)) {
        header($line, false);
    }
}
http_response_code($status); // last: a Location would make it 302
echo $body;
