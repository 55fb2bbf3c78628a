# SPDX-License-Identifier: Apache-2.0
#
# uwsgi with its Python plugin, by the protocols uwsgi and scgi. Stock httpd
# maps nothing for either.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Daemon;
use RevMap::Real;
use RevMap::Test;

needs(qw(proxy_uwsgi proxy_scgi));
my $uwsgi = program('uwsgi', '/usr/bin/uwsgi-core');
not_installed('the Python plugin of uwsgi') if !speaks_python();
my $dir    = workplace('wsgi');
my $daemon = start_uwsgi();
END { $daemon->stop if $daemon }

# ---- everything that leaves in the usual way --------------------------------

for my $host ('uwsgi.test', 'uwsgi-socket.test', 'scgi.test') {
    maps($host, '/app/page', 302, [
        [Location => '/ctx/x', '/app/x'],
        [Location => "http://$host/ctx/x?y#z", '/app/x?y#z'],
        [Location => "//$host/ctx/x", '/app/x'],
        [Location => "https://$host/ctx/x", "https://$host/app/x",
            'an upgrade to https'],
        [Location => '/x', '=', 'outside'],
        [Location => "http://other.test/ctx/x", '=', 'foreign'],
        [Location => "http://127.0.0.1:" . setting('uwsgi_port') . '/ctx/x',
            '=', 'such a backend has no origin'],
        [Location => 'x', '=', 'relative'],
        [Location => '../x', '=', 'relative'],
        [
            [Location      => '/ctx/x', '/app/x'],
            ['Set-Cookie'  => 'a=b; Path=/ctx', 'a=b; Path=/app'],
            ['Set-Cookie'  => 'c=d; Path=/ctx/x; Secure',
                'c=d; Path=/app/x; Secure'],
            ['Set-Cookie'  => 'e=f; Path=/', '='],
            ['Set-Cookie'  => '__Host-g=h; Path=/; Secure', '='],
            'cookies beside it',
        ],
    ]);
    maps($host, '/app/page', $_, [
        [
            ['Content-Location' => '/ctx/x', '/app/x'],
            ['Set-Cookie' => "a=b; Path=/ctx; Domain=$host",
                "a=b; Path=/app; Domain=$host"],
            'the status does not matter',
        ],
    ]) for 200, 206, 403, 404, 500;
    maps($host, '/app/page', 201, [
        [Location => "http://$host/ctx/x", "http://$host/app/x"],
        [Location => '/ctx/x', '/app/x'],
    ]);
    maps({ host => $host, method => 'HEAD' }, '/app/page', 302, [
        [
            [Location     => '/ctx/x', '/app/x'],
            ['Set-Cookie' => 'a=b; Path=/ctx/y', 'a=b; Path=/app/y'],
            'HEAD',
        ],
    ]);
    maps($host, '/app/page', $_, [
        [
            ['Content-Location' => '/ctx/x', '/app/x'],
            ['Set-Cookie' => 'a=b; Path=/ctx/y', 'a=b; Path=/app/y'],
        ],
    ]) for 204, 304;
}

# ---- errors of httpd's own --------------------------------------------------

# Of what uwsgi sent nothing is left. mod_proxy_scgi overrides no errors: they
# are responses like others.
for (
    [403, 403, 'canned'],
    # With the page of an error mod_proxy_uwsgi sends the status of the page.
    [404, 200, 'ErrorDocument, proxied'],
    [410, 410, 'ErrorDocument, missing'],
    [451, 302, 'ErrorDocument, foreign'],
) {
    my ($status, $seen, $name) = @$_;
    my @sent = (
        ['Set-Cookie' => 'a=b; Path=/ctx/ctx', 'a=b; Path=/ctx'],
        [Location     => '/ctx/ctx/x', '/ctx/x'],
    );
    maps('scgi-error.test', '/app/page', $status, [[@sent, "scgi, $name"]]);
    my $response = get(host => 'uwsgi-error.test', target => '/app/page',
        reply => reply($status, \@sent, "theirs\n"));
    is($response->{status}, $seen, "uwsgi, $name: status");
    unlike($response->{body}, qr/theirs/, "uwsgi, $name: body");
    is_deeply([$response->header('Set-Cookie')],
        [$status == 404 ? 'second=1; Path=/ctx' : ()],
        "uwsgi, $name: cookies");
    is($response->header('Location'),
        $seen == 302 ? 'http://other.test/page' : undef,
        "uwsgi, $name: Location");
}

# ---- a local redirect -------------------------------------------------------

# RFC 3875 6.2.2: with a status of 200 httpd itself follows the path; what came
# with it goes to the client.
{
    my $response = get(host => 'scgi-error.test', target => '/app/page',
        reply => reply(200, [
            ['Set-Cookie' => 'a=b; Path=/ctx/ctx'],
            [Location     => '/app/second'],
        ]));
    is($response->{status}, 200, 'local redirect: status');
    is($response->{body}, "second\n", 'local redirect: followed');
    is_deeply([sort $response->header('Set-Cookie')],
        ['a=b; Path=/ctx', 'second=1; Path=/ctx'],
        'local redirect: the cookies of both, each mapped once');
    is_deeply([$response->header('Content-Location')], ['/page'],
        'local redirect: Content-Location');
}

done_testing();

sub speaks_python {
    return system("$uwsgi --plugin python3 --version >/dev/null 2>&1") == 0;
}

sub start_uwsgi {
    my @user = map { "--$_->[0]=$_->[1]" }
        grep { defined $_->[1] } do {
            my ($user, $group) = runs_as();
            ([uid => $user], [gid => $group]);
        };
    my $socket = setting('sockets') . '/uwsgi.sock';
    return RevMap::Daemon->start(
        command => [$uwsgi, qw(--plugin python3 --die-on-term --need-app),
            qw(--master --processes 2 --buffer-size 65535), @user,
            '--uwsgi-socket', '127.0.0.1:' . setting('uwsgi_port'),
            '--uwsgi-socket', $socket, '--chmod-socket=666',
            '--scgi-socket', '127.0.0.1:' . setting('scgi_port'),
            '--wsgi-file', "$dir/reply.py"],
        port => setting('uwsgi_port'),
        log  => "$dir/data/log",
    );
}
