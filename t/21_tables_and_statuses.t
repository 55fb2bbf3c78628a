# SPDX-License-Identifier: Apache-2.0
#
# Every response, every table of headers, every occurrence:
#
#   http://status.test/p/  <->  http://b.test:8080/app/

use strict;
use warnings;

use IO::Socket::INET ();
use MIME::Base64 qw(encode_base64);
use POSIX ();

use lib 't/lib';
use RevMap::Test;

my $HOST  = 'status.test';
my $THERE = 'http://b.test:8080/app';

# All these headers in one response, as maps() has them, under a short name.
sub response {
    my ($name, $client, $status, @headers) = @_;
    $_ = [@$_[0, 1], $_->[2] eq '=' ? $_->[1] : $_->[2]] for @headers;
    my $got = get(host => $HOST, target => '/p/page', %$client,
        reply => reply($status, [map { [@$_[0, 1]] } @headers]));
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(RevMap::Test::seen($got, \@headers),
        RevMap::Test::wanted($status, \@headers), $name);
    return;
}

# ---- each occurrence --------------------------------------------------------

maps($HOST, '/p/page', 302, [
    [[Location => "$THERE/x", '/p/x'], [Location => "$THERE/y", '/p/y'],
        'two of them'],
    [[Location => "$THERE/x", '/p/x'], [Location => "$THERE/x", '/p/x'],
        'two that are equal'],
]);
response('ten cookies', {}, 302,
    map { ['Set-Cookie' => "c$_=v; Path=/app/$_", "c$_=v; Path=/p/$_"] }
        0 .. 9);
response('ten cookies that are equal', {}, 302,
    map { ['Set-Cookie' => 'c=v; Path=/app', 'c=v; Path=/p'] } 0 .. 9);

# ---- every status -----------------------------------------------------------

# In a redirect a path; elsewhere the form stays absolute, for programs that
# do not resolve. A path stays a path.
sub everything {
    my ($location) = @_;
    return (
        [Location           => "$THERE/x", $location],
        ['Content-Location' => "$THERE/x", 'http://status.test/p/x'],
        [URI                => "$THERE/x", 'http://status.test/p/x'],
        [Destination        => "$THERE/x", 'http://status.test/p/x'],
        ['Set-Cookie'       => 'a=b; Path=/app/x', 'a=b; Path=/p/x'],
        ['Set-Cookie'       => 'c=d; Path=/app', 'c=d; Path=/p'],
    );
}
my @redirect = everything('/p/x');
my @absolute = everything('http://status.test/p/x');
my @paths    = map { [$_ => '/app/x', '/p/x'] }
    qw(Location Content-Location URI Destination);

for my $status (300 .. 303, 305, 307, 308) {
    response("status $status", {}, $status, @redirect);
    response("status $status, paths", {}, $status, @paths);
}
for my $status (200 .. 203, 205 .. 208, 226, 400 .. 405, 409, 410, 412, 415,
    418, 422, 429, 451, 500 .. 504, 507, 511, 599)
{
    response("status $status", {}, $status, @absolute);
    response("status $status, paths", {}, $status, @paths);
}
response('204, which has no body', {}, 204, @absolute);
# httpd itself lets only a few headers through.
response('304, which has no body', {}, 304,
    grep { $_->[0] =~ /^(?:Content-Location|Set-Cookie)$/ } @absolute);

for my $status (200, 201, 302, 308, 404, 500) {
    response("HEAD, $status", { method => 'HEAD' }, $status,
        $status =~ /^3/ ? @redirect : @absolute);
}
for my $method (qw(POST PUT DELETE PATCH OPTIONS PROPFIND MKCOL)) {
    response("$method, 201", { method => $method, body => 'data' }, 201,
        @absolute);
}

# HTTP/1.0 has no chunks and no persistent connections.
like(raw_request(setting('port'), join "\r\n", 'GET /p/page HTTP/1.0',
    "Host: $HOST", 'X-Reply: ' . encode_base64(
        reply(302, [[Location => "$THERE/x"]]), ''), '', '')->{raw},
    qr{^Location: /p/x\r$}m, 'HTTP/1.0');

# ---- names, order and count -------------------------------------------------

maps($HOST, '/p/page', 302, [
    [LOCATION => "$THERE/x", '/p/x', 'a name is known in any case'],
    [location => "$THERE/x", '/p/x', 'a name is known in any case'],
    ['cOnTeNt-lOcAtIoN' => '/app/x', '/p/x', 'a name is known in any case'],
    ['SET-COOKIE' => 'a=b; Path=/app', 'a=b; Path=/p',
        'a name is known in any case'],
    ['X-Location' => "$THERE/x", '=', 'a longer name'],
    ['Locatio' => "$THERE/x", '=', 'a shorter name'],
    ['Set-Cookie2' => 'a=b; Path=/app', '=', 'a longer name'],
    ['Alt-Svc' => 'h2="b.test:8080"', '=', 'never mapped'],
]);

my @mixed = (
    ['X-One'            => $THERE],
    ['set-cookie'       => 'a=b; Path=/app'],
    ['Location'         => "$THERE/x"],
    ['X-Two'            => '/app'],
    ['SET-COOKIE'       => 'c=d'],
    ['content-location' => "$THERE/y"],
    ['X-Two'            => '/app'],
    ['LOCATION'         => "$THERE/z"],
    ['Set-Cookie'       => 'e=f; Path=/app/e'],
    ['X-Three'          => ''],
);
# httpd has an order of its own. Without a change by us it is this one:
sub answer {
    return @{ get(host => $HOST, target => '/p/page',
        reply => reply(302, \@mixed), @_)->{headers} };
}
my @before = answer(headers => [['X-Plain' => 1]]);
my @after  = answer();
ok((grep { $_->[1] eq "$THERE/x" } @before), 'nothing is mapped here');
is_deeply([map { $_->[0] } @after], [map { $_->[0] } @before],
    'spelling, order and count stay');
my %mapped = (
    "$THERE/x"         => '/p/x',
    "$THERE/y"         => 'http://status.test/p/y',
    "$THERE/z"         => '/p/z',
    'a=b; Path=/app'   => 'a=b; Path=/p',
    'e=f; Path=/app/e' => 'e=f; Path=/p/e',
);
is_deeply([grep { $_->[0] ne 'Date' } @after],
    [map { [$_->[0], $mapped{ $_->[1] } // $_->[1]] }
        grep { $_->[0] ne 'Date' } @before],
    'only what is mapped changes');

# ---- long values ------------------------------------------------------------

# mod_proxy takes lines of up to 8 KiB, unless it is told otherwise. What is
# written may be longer than what was sent.
my %limit = ('/p/page' => [1000, 8000, 8150], '/long/page' => [9000, 60_000]);
delete $limit{'/long/page'}
    if !Apache::Test::have_min_apache_version('2.4.34');
for my $target (sort keys %limit) {
    for my $length (@{ $limit{$target} }) {
        my $long   = 'x' x ($length - length "Location: $THERE/?");
        my $client = { target => $target };
        my $name   = "$target, $length bytes";
        response("$name, path", $client, 302,
            [Location => "$THERE/$long", "/p/$long"]);
        response("$name, query", $client, 302,
            [Location => "$THERE/?$long", "/p/?$long"]);
        response("$name, absolute", $client, 201,
            [Location => "$THERE/$long", "http://status.test/p/$long"]);
        response("$name, cookie", $client, 200,
            ['Set-Cookie' => "a=$long; Path=/app", "a=$long; Path=/p"]);
    }
}

# ---- the body comes late ----------------------------------------------------

# A backend that sends its headers and waits until the client has got them.
my $backend = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
    or die "cannot listen: $!\n";
pipe(my $has_headers, my $got_headers) or die "pipe: $!\n";
defined(my $pid = fork) or die "fork: $!\n";
if (!$pid) {
    alarm 30;
    close $got_headers;
    my $client = $backend->accept or POSIX::_exit(1);
    my $head = '';
    $head .= <$client> until $head =~ /\r\n\r\n/;
    syswrite $client, join "\r\n", 'HTTP/1.1 302 Found', 'Location: /x',
        'Set-Cookie: a=b; Path=/', 'Content-Length: 4', 'Connection: close',
        '', '';
    sysread $has_headers, my $byte, 1;
    syswrite $client, 'late';
    POSIX::_exit(0);
}
close $has_headers;

{
    local $SIG{ALRM} = sub { die "no headers within 20 s\n" };
    alarm 20;
    my $front = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => setting('port')) or die "cannot connect: $!\n";
    print {$front} 'GET /late/', $backend->sockport, '/page HTTP/1.1', "\r\n",
        "Host: $HOST\r\nConnection: close\r\n\r\n";
    my $head = '';
    eval {
        while ($head !~ /\r\n\r\n/) {
            sysread $front, $head, 1, length $head or last;
        }
    };
    like($head, qr{^Location: /late/x\r$}m, 'late body: the headers are there');
    like($head, qr{^Set-Cookie: a=b; Path=/late\r$}m, 'late body: cookie');
    close $got_headers;
    my $body = do { local $/; <$front> };
    is($body, 'late', 'late body: and then it comes');
    alarm 0;
}
waitpid $pid, 0;

# A port that only the client speaks of is not repeated.
for my $host ('status.test', 'status.test:80', 'status.test:6666') {
    maps({ host => $host }, '/p/page', 201, [
        [Location => 'http://b.test:8080/app/x', 'http://status.test/p/x',
            "Host: $host"],
    ]);
}

done_testing();
