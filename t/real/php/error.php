<?php
// SPDX-License-Identifier: Apache-2.0
//
// The page of an error, of the application itself.

header('Content-Location: /app/app/error');
setcookie('error', '1', ['path' => '/app/app/app']);
echo 'an error';
