# SPDX-License-Identifier: Apache-2.0
#
# HTTP/2 backends, with and without TLS. Stock httpd maps nothing of theirs
# while ProxyPreserveHost is On, and wants two rules otherwise.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Daemon;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

needs(qw(proxy_http2 ssl));
my $nghttpd = program('nghttpd');
my ($h2c, $h2) = map { setting("${_}_port") } qw(h2c h2);
my $dir     = workplace('h2');
my @daemons = start_nghttpd();
END { $_->stop for @daemons }

# ---- nghttpd ----------------------------------------------------------------

for (
    # Why the backend names itself like that is up to ProxyPreserveHost.
    ['h2c.test',      "http://127.0.0.1:$h2c"],
    ['h2c-http.test', "http://127.0.0.1:$h2c"],
    ['h2c-auto.test', "http://127.0.0.1:$h2c"],
    ['h2c-host.test', 'http://h2c-host.test'],
    ['h2.test',       "https://127.0.0.1:$h2"],
    ['h2-https.test', "https://127.0.0.1:$h2"],
    ['h2-auto.test',  "https://127.0.0.1:$h2"],
    ['h2-host.test',  'https://h2-host.test'],
) {
    my ($host, $named) = @$_;
    my $response;
    my $log = logged(sub {
        $response = get(host => $host, target => '/app/dir');
    });
    is($response->{status}, 301, "$host: a redirect");
    like($log, qr{Location: '\Q$named\E/ctx/dir/' ->}i,
        "$host: nghttpd says $named/ctx/dir/");
    is($response->header('Location'), '/app/dir/', "$host: /app/dir/");

    $response = get(host => $host, target => '/app/dir/');
    is($response->{status}, 200, "$host: which is there");
    is($response->{body}, "the page\n", "$host: the page");
    # httpd has no trailers for clients of HTTP/1.1.
    unlike($response->{raw}, qr{trailing=1}, "$host: no trailer is sent");
}

# ---- httpd with mod_http2 ---------------------------------------------------

SKIP: {
    my @http2 = RevMap::Server::extra_modules('http2');
    skip 'httpd has no mod_http2', 1 if !@http2;
    skip 'mod_http2 does not work with prefork', 1
        if grep { /mpm_prefork/ } RevMap::Server::suite_modules();
    my $backend = RevMap::Server->new(<<'END',
Protocols h2c http/1.1
ProxyPass / http://backend.test/
END
        port    => setting('http2_port'),
        modules => sub { (@_, @http2) })->start;
    test_headers('http2.test', '127.0.0.1:' . $backend->port);
    test_headers('http2-host.test', 'http2-host.test');
    test_own();
    test_errors();
    test_request('http2.test', '127.0.0.1:' . $backend->port);
    test_request('http2-host.test', 'http2-host.test');
    $backend->stop;
}

done_testing();

sub test_headers {
    my ($host, $told) = @_;
    maps($host, '/app/page', 302, [
        [Location => "http://$told/ctx/x?y#z", '/app/x?y#z'],
        [Location => "https://$told/ctx/x", $told eq $host
            ? "https://$told/app/x" : '=', 'another scheme'],
        [Location => "h2c://$told/ctx/x", '=', 'no scheme of a header'],
        [Location => "//$told/ctx/x", '/app/x'],
        [Location => '/ctx/x', '/app/x'],
        [Location => '/ctxfoo', '='],
        [Location => 'x', '='],
        [Location => '../ctx/x', '/app/x', 'relative'],
        [Location => 'http://other.test/ctx/x', '='],
    ]);
    maps($host, '/app/page', $_, [
        [
            ['Content-Location' => '/ctx/x', '/app/x'],
            [Location           => '/ctx/y', '/app/y'],
            ['Set-Cookie'       => 'a=b; Path=/ctx', 'a=b; Path=/app'],
            ['Set-Cookie'       => 'c=d; Path=/ctx/x; Secure',
                'c=d; Path=/app/x; Secure'],
            ['Set-Cookie'       => 'e=f; Path=/other', '='],
        ],
    ]) for 200, 201, 307, 404, 500;
    maps($host, '/app/page', 200, [
        ['Content-Location' => "http://$told/ctx/x", "http://$host/app/x"],
    ]);
    maps({ host => $host, method => 'HEAD' }, '/app/page', 200, [
        ['Set-Cookie' => 'a=b; Path=/ctx', 'a=b; Path=/app', 'HEAD'],
    ]);
    maps($host, '/app/page', $_, [
        ['Set-Cookie' => 'a=b; Path=/ctx', 'a=b; Path=/app'],
    ]) for 204, 304;
    return;
}

# mod_proxy_http2 copies what is there already; it stays ours.
sub test_own {
    my $response = get(host => 'http2-host.test', target => '/app/own',
        reply => reply(200, [['Set-Cookie' => 'a=b; Path=/ctx/x']]));
    is_deeply([sort $response->header('Set-Cookie')],
        ['a=b; Path=/app/x', 'own=1; path=/ctx; domain=http2-host.test'],
        'a cookie of our own beside one of the backend');
    return;
}

# mod_proxy_http2 overrides no errors: they are responses like others.
sub test_errors {
    maps('http2-error.test', '/app/page', $_, [
        [
            [Location     => '/app/app/app/x', '/app/app/x'],
            ['Set-Cookie' => 'a=b; Path=/app/app/app', 'a=b; Path=/app/app'],
            "$_, mapped once",
        ],
    ]) for 403, 404;
    return;
}

sub start_nghttpd {
    my ($certificate, $key) = certificate($dir, '127.0.0.1');
    mkdir $_ or die "$_: $!\n" for map { "$dir/$_" } qw(site site/ctx
        site/ctx/dir);
    write_file("$dir/site/ctx/dir/index.html", "the page\n");
    my @common = ($nghttpd, '-a', '127.0.0.1', '-d', "$dir/site",
        '--trailer', 'set-cookie: trailing=1; Path=/ctx');
    return map {
        RevMap::Daemon->start(
            command => [@common, @{ $_->[1] }],
            port    => $_->[0],
            log     => "$dir/output",
        );
    } [$h2c, ['--no-tls', $h2c]], [$h2, [$h2, $key, $certificate]];
}

# The backend is a proxy before one that tells what it got.
sub test_request {
    my ($host, $told) = @_;
    my $response = get(host => $host, target => '/app/page',
        headers => [[Destination => "http://$host/app/y"]]);
    like($response->{body}, qr{^Destination: http://\Q$told\E/ctx/y$}mi,
        "$host: Destination");
    return;
}
