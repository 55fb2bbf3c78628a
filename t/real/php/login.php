<?php
// SPDX-License-Identifier: Apache-2.0
//
// A login as PHP applications have it: it believes that it is at the root of
// its host, keeps a session and redirects with the name that it was told.

session_start();
$home = 'http://' . $_SERVER['HTTP_HOST'] . '/login.php';

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    if (($_POST['password'] ?? '') !== 'no secret') {
        http_response_code(403);
        exit('wrong');
    }
    session_regenerate_id(true);
    $_SESSION['user'] = $_POST['user'];
    setcookie('theme', 'dark', ['path' => '/login.php/', 'httponly' => true]);
    header("Location: $home/home");
    exit;
}
if (($_SERVER['PATH_INFO'] ?? '') === '/logout') {
    setcookie(session_name(), '', 1, '/');
    session_destroy();
    header('Location: /login.php/form');
    exit;
}
if (!isset($_SESSION['user']) && ($_SERVER['PATH_INFO'] ?? '') !== '/form') {
    header("Location: $home/form");
    exit;
}
echo isset($_SESSION['user'])
    ? 'Welcome, ' . htmlspecialchars($_SESSION['user'])
    : '<form method="post">';
