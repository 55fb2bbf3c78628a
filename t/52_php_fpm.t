# SPDX-License-Identifier: Apache-2.0
#
# php-fpm behind mod_proxy_fcgi, over TCP and over a Unix socket. Stock httpd
# maps nothing for FastCGI, and leaves the backend's headers among those that
# errors of its own carry.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Browser;
use RevMap::Daemon;
use RevMap::Real;
use RevMap::Test;

needs(qw(proxy_fcgi));
my $fpm    = program('php-fpm', '/usr/sbin/php-fpm*');
my $port   = setting('port');
my $dir    = workplace('php');
my $socket = setting('sockets') . '/php.sock';
my @daemon = start_fpm();
END { $_->stop for @daemon }

# ---- a path in place of the backend -----------------------------------------

for my $host ('php.test', 'php-socket.test') {
    maps($host, '/app/reply.php', 302, [
        [Location => '/login', '/app/login', 'the application is at /'],
        [Location => "http://$host/login?next=/x#y", '/app/login?next=/x#y',
            'with the name that it was told'],
        [Location => "//$host/login", '/app/login'],
        [Location => '/app/login', '=', 'is public already'],
        [Location => "http://$host/app/login", '=', 'and so is this'],
        [Location => "https://$host/login", "https://$host/app/login",
            'an upgrade to https is its own decision'],
        [Location => 'http://other.test/login', '=', 'foreign'],
        [Location => '//other.test/login', '=', 'foreign'],
        [Location => "http://$host.evil.test/login", '=', 'foreign'],
        [Location => "http://$host:8080/login", '=', 'another port'],
        [Location => '/app/../login', '/app/login'],
        [Location => 'login', '=', 'relative: the paths of files say nothing'],
        [Location => '../x', '=', 'relative'],
        [Location => '//evil.test', '=', 'foreign'],
        [Location => "http://$host//evil.test/x", '/app//evil.test/x'],
    ]);
    maps($host, '/app/reply.php', 200, [
        ['Content-Location' => '/x', '/app/x'],
        ['Content-Location' => "http://$host/x", "http://$host/app/x",
            'stays absolute'],
        ['Set-Cookie' => 'a=b; Path=/', 'a=b; Path=/app'],
        ['Set-Cookie' => 'a=b; Path=/x; HttpOnly',
            'a=b; Path=/app/x; HttpOnly'],
        ['Set-Cookie' => 'a=b; Path=/app/x', '=', 'is public already'],
        ['Set-Cookie' => "a=b; Path=/; Domain=$host",
            "a=b; Path=/app; Domain=$host"],
        ['Set-Cookie' => 'a=b; Path=/; Domain=other.test',
            'a=b; Path=/app; Domain=other.test'],
        ['Set-Cookie' => '__Host-a=b; Path=/; Secure', '='],
        [
            ['Set-Cookie' => 'a=b; Path=/x', 'a=b; Path=/app/x'],
            ['Set-Cookie' => 'c=d; Path=/y', 'c=d; Path=/app/y'],
            ['Set-Cookie' => 'a=b; Path=/x', 'a=b; Path=/app/x'],
            ['Content-Location' => '/z', '/app/z'],
            ['X-Other' => '/z', '='],
            'several',
        ],
    ]);
    maps($host, '/app/reply.php', 201, [
        [Location => "http://$host/new/1", "http://$host/app/new/1",
            'no redirect: stays absolute'],
        [Location => '/new/1', '/app/new/1'],
    ]);
    maps($host, '/app/reply.php', $_, [
        [
            ['Content-Location' => '/x', '/app/x'],
            ['Set-Cookie' => 'a=b; Path=/x', 'a=b; Path=/app/x'],
        ],
    ]) for 204, 304, 404, 410, 500, 503;
    maps({ host => $host, method => 'HEAD' }, '/app/reply.php', 200, [
        [
            ['Content-Location' => '/x', '/app/x'],
            ['Set-Cookie' => 'a=b; Path=/x', 'a=b; Path=/app/x'],
            'HEAD',
        ],
    ]);
    maps({ host => $host, method => 'POST', body => 'a=b' }, '/app/reply.php',
        303, [[Location => "http://$host/x", '/app/x', 'POST']]);
}
maps('php.test', '/app/reply.php', 302, [
    [Location => '/app/kept/x', '='],
    [Location => 'http://php.test/app/kept/x', '='],
]);

# A redirect to the very page, as a client gets that has to take a cookie first.
maps('php.test', '/app/reply.php', 302, [
    [Location => '/reply.php', '/app/reply.php', 'no loop: it names itself'],
    [Location => '/app/reply.php', '='],
]);

# ---- a name in the rule -----------------------------------------------------

maps('php-named.test', '/app/reply.php', 302, [
    [Location => 'http://intern.test:8080/ctx/x', '/app/x'],
    [Location => 'http://php-named.test/ctx/x', '/app/x',
        'the name that it was told'],
    [Location => '/ctx/x', '/app/x'],
    [Location => '/x', '=', 'outside'],
    [Location => 'http://intern.test/ctx/x', '=', 'another port'],
    ['Set-Cookie' => 'a=b; Path=/ctx; Domain=intern.test', 'a=b; Path=/app'],
    ['Set-Cookie' => 'a=b; Path=/ctx/x', 'a=b; Path=/app/x'],
]);
maps('php-url.test', '/app/reply.php', 302, [
    [Location => 'http://php-url.test/ctx/x', 'https://www.php-url.test/app/x'],
    [Location => '/ctx/x', 'https://www.php-url.test/app/x'],
    [Location => '/x', '=', 'outside'],
]);
maps('php-tls.test', '/app/reply.php', 302, [
    [Location => 'http://php-tls.test/x', '/app/x',
        'the scheme is that of the connection'],
    [Location => 'https://php-tls.test/x', 'https://php-tls.test/app/x',
        'it knows better'],
    [Location => '/x', '/app/x'],
]);
maps('php-tls.test', '/app/reply.php', 200, [
    ['Content-Location' => "http$_://php-tls.test/x",
        'https://php-tls.test/app/x'],
]) for '', 's';

# ---- RevMapAuto -------------------------------------------------------------

maps('php-auto.test', '/app/reply.php', 302, [
    [Location => '/app/x', '='],
    [Location => '/x', '='],
    [Location => setting('documentroot') . '/php/x', '=',
        'the path of a file is no URL'],
    [Location => '/ctx/x', '=', "not this backend's"],
    [Location => 'http://b.test/ctx/x', '/other/x', 'named by a rule'],
    [Location => 'http://php-auto.test/app/x', '='],
]);

# ---- errors of httpd's own --------------------------------------------------

# What the backend sends with its 404, and what becomes of it: mapped once.
# Mapped twice, /app/app/app would be /app.
my $error = reply(404, [
    ['Set-Cookie'       => 'theirs=1; Path=/app/app/app'],
    ['Set-Cookie'       => 'theirs=2; Path=/app/app/x'],
    ['Content-Location' => '/app/app/app/x'],
    [Location           => '/app/app/app/y'],
], "theirs\n");
my @LEAKED = (
    'own=1; path=/app/app/app; domain=php-error.test',
    'theirs=1; Path=/app/app',
    'theirs=2; Path=/app/x',
);
for (
    ['canned', 404, qr/Not Found/, undef],
    ['local', 404, qr/Not found here/, undef],
    ['foreign', 302, qr/./, 'http://other.test/404'],
    ['missing', 404, qr/Not Found.*Additionally/s, undef],
    ['text', 404, qr/^Gone fishing/, undef],
    ['not', 404, qr/^theirs$/, '/app/app/y'],
) {
    my ($name, $status, $body, $location) = @$_;
    my $response = get(host => 'php-error.test', reply => $error,
        target => "/app/reply.php/$name");
    is($response->{status}, $status, "error, $name: status");
    like($response->{body}, $body, "error, $name: body");
    is_deeply([sort $response->header('Set-Cookie')], \@LEAKED,
        "error, $name: cookies are mapped once");
    is_deeply([$response->header('Content-Location')], ['/app/app/x'],
        "error, $name: Content-Location is mapped once");
    is_deeply([$response->header('Location')],
        [defined $location ? $location : ()], "error, $name: Location");
}

{
    my $response = get(host => 'php-error.test', reply => $error,
        target => '/app/reply.php/proxied');
    is($response->{status}, 404, 'error, proxied: status');
    is($response->{body}, 'an error', 'error, proxied: body');
    is_deeply([sort $response->header('Set-Cookie')],
        ['error=1; path=/app/app', @LEAKED],
        'error, proxied: the cookies of both, each mapped once');
    is_deeply([$response->header('Content-Location')],
        ['/app/app/x, /app/error'],
        'error, proxied: and what the scanner of CGI headers has joined');
}
{
    my $response = get(host => 'php-error.test', reply => $error,
        target => '/app/reply.php/off');
    is_deeply([sort $response->header('Set-Cookie')],
        [$LEAKED[0], 'theirs=1; Path=/app/app/app',
            'theirs=2; Path=/app/app/x'],
        'error, no-revmap: nothing is mapped');
}

# ---- a login ----------------------------------------------------------------

for my $host ("php.test:$port", "php-socket.test:$port") {
    my $browser = RevMap::Browser->new(port => $port);
    my $app     = "http://$host/app/login.php";
    my $session = sub { $browser->cookie($_[0], 'PHPSESSID') };

    my $page = $browser->get($app);
    is("@{ $browser->{trail} }", 'GET /app/login.php 302 /app/login.php/form'
        . ' GET /app/login.php/form 200', "$host: asked to log in");
    is($page->{body}, '<form method="post">', "$host: the form");
    isnt($session->($app), undef, "$host: a session");
    is($session->("http://$host/apple"), undef, "$host: not for others");

    $page = $browser->post($app, [user => 'me', password => 'no secret']);
    is("@{ $browser->{trail} }", 'POST /app/login.php 302 /app/login.php/home'
        . ' GET /app/login.php/home 200', "$host: logged in");
    is($page->{body}, 'Welcome, me', "$host: the page");
    is($browser->cookie("$app/x", 'theme'), 'dark', "$host: a cookie's path");
    is($browser->cookie("http://$host/app/x", 'theme'), undef,
        "$host: and where it ends");

    $page = $browser->get("$app/logout");
    is($page->{body}, '<form method="post">', "$host: logged out");
}

done_testing();

# One program, two pools.
sub start_fpm {
    my $public = setting('documentroot') . '/php';
    system('cp', '-R', "$dir/.", $public) == 0
        or die "cannot copy to $public\n";
    chmod 0755, $public;
    my $config = <<"END";
[global]
error_log = $dir/log
daemonize = no
END
    my @listen = ('127.0.0.1:' . setting('php_port'), $socket);
    for my $pool (0, 1) {
        $config .= <<"END";
[pool$pool]
listen = $listen[$pool]
listen.mode = 0666
pm = static
pm.max_children = 2
php_admin_value[session.save_path] = $dir/data
END
        my ($user, $group) = runs_as() or next;
        $config .= "user = $user\ngroup = $group\n";
    }
    write_file("$dir/fpm.conf", $config);
    return RevMap::Daemon->start(
        command => [$fpm, '-n', '-F', '-y', "$dir/fpm.conf", '-p', "$dir"],
        port    => setting('php_port'),
        log     => "$dir/output",
    );
}
