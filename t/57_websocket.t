# SPDX-License-Identifier: Apache-2.0
#
# What passes all filters of a request: the handshake of a WebSocket (101), by
# a real server, and other interim responses (103), by the embedded backend.

use strict;
use warnings;

use IO::Socket::INET ();
use MIME::Base64 qw(encode_base64);

use lib 't/lib';
use RevMap::Daemon;
use RevMap::Real;
use RevMap::Test;

use constant PATIENCE => 10;            # seconds

needs(qw(proxy_http proxy_wstunnel));
needs_httpd('2.4.47');
my $python = program('python3', '/usr/bin/python3');
not_installed('python3-websockets')
    if system("$python -c 'import websockets' >/dev/null 2>&1");
my $origin = '127.0.0.1:' . setting('websocket_port');
my $dir    = workplace('websocket');
my $daemon = RevMap::Daemon->start(
    command => [$python, "$dir/server.py", setting('websocket_port')],
    port    => setting('websocket_port'),
    log     => "$dir/output",
);
END { $daemon->stop if $daemon }

# ---- the handshake ----------------------------------------------------------

my $GREETING = "HTTP/1.1 103 Early Hints\r\n"
    . "Set-Cookie: data=1; Path=/app/app/app\r\n\r\n";
my @SENT = (
    ['Set-Cookie'       => 'a=b; Path=/app/app/app; HttpOnly',
        'a=b; Path=/app/app; HttpOnly'],
    ['Set-Cookie'       => 'c=d; Path=/app/app/app/x', 'c=d; Path=/app/app/x'],
    ['Set-Cookie'       => '__Host-e=f; Path=/; Secure', '='],
    [Location           => '/app/app/app/x', '/app/app/x'],
    ['Content-Location' => '/app/app/app/y', '/app/app/y'],
    [Link               => '</app/app/app/a.css>; rel=preload, </x>',
        '</app/app/a.css>; rel=preload, </x>'],
    ['X-Other'          => '/app/app/app/z', '='],
);

for my $host (qw(ws.test ws-upgrade.test ws-rewrite.test ws-host.test)) {
    my $told = $host eq 'ws-host.test' ? $host : $origin;
    handshake_maps($host, 'several headers', @SENT);
    handshake_maps($host, 'absolute',
        [Location => "http://$told/app/app/app/x",
            "http://$host/app/app/x"],
        ['Content-Location' => 'http://other.test/app/app/app', '=']);
    handshake_maps($host, 'no header');

    # The handshake may be refused, with an ordinary response.
    my %upgrade = (host => $host, headers => [
        [Upgrade                 => 'websocket'],
        ['Connection'            => 'Upgrade'],
        ['Sec-WebSocket-Key'     => 'dGhlIHNhbXBsZSBub25jZQ=='],
        ['Sec-WebSocket-Version' => 13],
    ]);
    maps({ %upgrade }, '/app/chat', $_, [[@SENT, 'refused']]) for 302, 403;
}

# Bytes that httpd does not read cannot be mapped.
{
    my ($response) = upgrade('ws-tunnel.test', \@SENT);
    is($response->{status}, 101, 'tunnel: the handshake');
    is($response->header('Location'), '/app/app/app/x',
        'tunnel: the bytes of the backend');
}

# ---- Early Hints ------------------------------------------------------------

# Rows of one interim response; a final one that says the same follows it.
for my $row (
    [@SENT],
    [[Location => 'http://b.test/app/app/app/x',
        'http://interim.test/app/app/x']],
    [[Location => 'http://other.test/app/app/app/x', '=']],
    [['Content-Location' => 'http://b.test/app/app/app/x',
        'http://interim.test/app/app/x']],
    [['set-cookie' => 'a=b;Path=/app/app/app/', 'a=b;Path=/app/app/']],
    [['Set-Cookie' => 'a=b; Path=/', '=']],
    [['Set-Cookie' => 'a=b; Path=/app/app; Domain=b.test', 'a=b; Path=/app']],
) {
    my $response = get(host => 'interim.test', target => '/app/page',
        reply => interim(103, $row) . reply(200, $row, 'body'));
    is(scalar @{ $response->{interim} }, 1, 'one interim response');
    sees($response->{interim}[0], 103, $row);
    sees($response, 200, $row);
    is($response->{body}, 'body', 'and the body');
}

# Several; each is mapped once, and what is our own is not at all.
{
    my @first  = (['Set-Cookie' => 'a=1; Path=/app/app/app',
        'a=1; Path=/app/app']);
    my @second = (['Content-Location' => '/app/app/app/x', '/app/app/x']);
    my @last   = (
        ['Set-Cookie' => 'a=2; Path=/app/app/app', 'a=2; Path=/app/app'],
        [Location     => '/app/app/app/z', '/app/app/z'],
    );
    my $reply = interim(103, \@first) . interim(102, []) . interim(103,
        \@second) . interim(103, \@first) . reply(302, \@last, 'body');
    my $response = get(host => 'interim.test', target => '/app/page',
        reply => $reply);
    my @interim = @{ $response->{interim} };
    is(join(' ', map { $_->{status} } @interim), '103 102 103 103',
        'several interim responses');
    sees($interim[$_->[0]], 103, $_->[1])
        for [0, \@first], [2, \@second], [3, \@first];
    sees($response, 302, \@last);

    $response = get(host => 'interim.test', target => '/app/own',
        reply => $reply);
    is_deeply([sort $response->header('Set-Cookie')], [
        'a=2; Path=/app/app',
        'own=1; path=/app/app/app; domain=b.test',
    ], 'our own cookie in the final response');

    $response = get(host => 'interim.test', target => '/app/silent',
        reply => $reply);
    is(scalar @{ $response->{interim} }, 0, 'suppressed');
    # mod_proxy_http keeps their cookies then.
    sees($response, 302, [@first, @first, @last]);

    $response = raw_request(setting('port'), "GET /app/page HTTP/1.0\r\n"
        . "Host: interim.test\r\nX-Reply: " . encode_base64($reply, '')
        . "\r\n\r\n");
    is(scalar @{ $response->{interim} }, 0, 'none for HTTP/1.0');
    sees($response, 302, [@first, @first, @last]);

    $response = get(host => 'interim.test', target => '/app/off',
        reply => $reply);
    is($response->{interim}[0]->header('Set-Cookie'), $first[0][1],
        'no-revmap: the interim response');
    is($response->header('Location'), $last[1][1],
        'no-revmap: the final response');
}

# A client that waits to be told to go on.
{
    my @sent = (['Set-Cookie' => 'a=b; Path=/app/app/app',
        'a=b; Path=/app/app']);
    my $response = get(host => 'interim.test', target => '/app/page',
        method => 'POST', body => 'x' x 1000,
        headers => [[Expect => '100-continue']],
        reply => "HTTP/1.1 100 Continue\r\n\r\n" . interim(103, \@sent)
            . reply(200, \@sent, 'body'));
    my ($hints) = grep { $_->{status} == 103 } @{ $response->{interim} };
    sees($hints, 103, \@sent);
    sees($response, 200, \@sent);
    is($response->{body}, 'body', '100-continue: the body');
}

# A field that goes on in the next line (RFC 9112 5.2) stays.
for (
    ["Set-Cookie: a=b;\r\n Path=/app/app/app\r\n",
        'Set-Cookie' => 'a=b; Path=/app/app/app'],
    ["Set-Cookie: a=b; Path=/app/app/app\r\n /x; HttpOnly\r\n",
        'Set-Cookie' => 'a=b; Path=/app/app/app /x; HttpOnly'],
    ["Set-Cookie: a=b\r\n\tc; Path=/x\r\n", 'Set-Cookie' => 'a=b c; Path=/x'],
    ["Location:\r\n /app/app/app/x\r\n", 'Location' => '/app/app/app/x'],
    ["Location: /app/app/app\r\n  ?x\r\n", 'Location' => '/app/app/app ?x'],
) {
    my ($lines, $name, $folded) = @$_;
    my $response = get(host => 'interim.test', target => '/app/page',
        reply => "HTTP/1.1 103 Early Hints\r\n$lines\r\n"
            . reply(200, [], 'body'));
    my $seen = $response->{interim}[0]->header($name);
    $seen =~ s/\s+/ /g;
    is($seen, $folded, "folded: $folded");
    is($response->{body}, 'body', 'and the response');
}

# A line that would be too long for mod_proxy stays; its limit counts what the
# backend sends.
for (
    ['/app/page', '/app/app/app', '/app/app', 8000, 1],
    ['/a-public-path-that-is-longer/page', '/ctx',
        '/a-public-path-that-is-longer', 8000, 1],
    ['/a-public-path-that-is-longer/page', '/ctx', '/ctx', 8150, 0],
    ['/app/long/page', '/app/app/app', '/app/app', 16_000, 1],
) {
    my ($target, $path, $expected, $length, $is_mapped) = @$_;
    my @sent = (['Set-Cookie' => 'a=' . 'x' x $length . "; Path=$path"]);
    my $response = get(host => 'interim.test', target => $target,
        reply => interim(103, \@sent) . interim(103,
            [['Set-Cookie' => "next=1; Path=$path"]])
            . reply(200, \@sent, 'body'));
    my ($hints, $next) = @{ $response->{interim} };
    is($response->{status}, 200, "$length bytes: the response arrives");
    is(cut($hints->header('Set-Cookie')), "a=$length; Path=$expected",
        "$length bytes: " . ($is_mapped ? 'mapped' : 'stays'));
    isnt($next->header('Set-Cookie'), "next=1; Path=$path",
        "$length bytes: the next one is mapped");
    like(cut($response->header('Set-Cookie')),
        $is_mapped ? qr{^a=$length; Path=\Q$expected\E$}
                   : qr{^a=$length; Path=/a-public-path-that-is-longer$},
        "$length bytes: the final response has no such limit");
}

done_testing();

# The bytes of an interim response.
sub interim {
    my ($status, $headers) = @_;
    return join '', "HTTP/1.1 $status Interim\r\n",
        (map { "$_->[0]: $_->[1]\r\n" } @$headers), "\r\n";
}

sub cut {
    my ($cookie) = @_;
    return defined $cookie ? $cookie =~ s/x{100,}/length $&/er : 'none';
}

# Rows as those of maps(), in a response that is there.
sub sees {
    my ($response, $status, $row) = @_;
    my @headers = map {
        [$_->[0], $_->[1], $_->[2] eq '=' ? $_->[1] : $_->[2]]
    } @$row;
    # What stays absolute does so, but a redirect has a path.
    if ($status =~ /^3/) {
        $_->[2] =~ s{^http://interim\.test}{} for @headers;
    }
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(RevMap::Test::seen($response, \@headers),
        RevMap::Test::wanted($status, \@headers),
        RevMap::Test::row_name($status, @headers));
    return;
}

# A handshake with these headers: they are mapped, and then the bytes flow both
# ways as they are.
sub handshake_maps {
    my ($host, $name, @rows) = @_;
    my ($response, $socket, $rest) = upgrade($host, \@rows);
    sees($response, 101, [@rows]);
    is($response->header('Sec-WebSocket-Accept'),
        's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', "$host, $name: the handshake");
    is(message($socket, \$rest), $GREETING, "$host, $name: its message");
    print {$socket} masked($GREETING);
    is(message($socket, \$rest), $GREETING, "$host, $name: and our own back");
    return;
}

# The response to a handshake, its connection and what came behind it.
sub upgrade {
    my ($host, $headers) = @_;
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1',
        PeerPort => setting('port'),
    ) or die "cannot connect: $!\n";
    $socket->autoflush(1);
    my $reply = encode_base64("HTTP/1.1 101 Switching\r\n" . join('',
        map { "$_->[0]: $_->[1]\r\n" } @$headers) =~ s/\r\n\z//r
        . "\r\n\r\n", '');
    print {$socket} "GET /app/chat HTTP/1.1\r\nHost: $host\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "Sec-WebSocket-Version: 13\r\nX-Reply: $reply\r\n\r\n";
    my $seen = '';
    more($socket, \$seen) until $seen =~ /\r\n\r\n/;
    $seen =~ s/\A(.*?\r\n\r\n)//s;
    return (RevMap::Client::Response->new($1), $socket, $seen);
}

sub more {
    my ($socket, $seen) = @_;
    local $SIG{ALRM} = sub { die "no answer within ${\PATIENCE} s\n" };
    alarm PATIENCE;
    sysread $socket, $$seen, 4096, length $$seen
        or die "the connection ends: $$seen\n";
    alarm 0;
    return;
}

# The text of the next message (RFC 6455 5.2), a short one of one frame.
sub message {
    my ($socket, $seen) = @_;
    more($socket, $seen) until length $$seen >= 2
        && length $$seen >= 2 + ord substr $$seen, 1, 1;
    my $length = ord substr $$seen, 1, 1;
    return substr substr($$seen, 0, 2 + $length, ''), 2;
}

sub masked {
    my ($text) = @_;
    my $mask = 'mask';
    return chr(0x81) . chr(0x80 | length $text) . $mask
        . ($text ^ substr $mask x length $text, 0, length $text);
}
