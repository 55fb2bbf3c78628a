# SPDX-License-Identifier: Apache-2.0
#
# RevMapRequest: headers of the request from public to backend terms. A row is
#
#   [Name => $sent, $received, $why]
#
# '=' being what the client sent. conf/vhosts/24_request.conf holds the rules.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Backend;
use RevMap::Gateway;
use RevMap::Test;

# The value of a header in what the backend says it got.
sub received {
    my ($response, $name) = @_;
    my ($head) = split /\n\n/, $response->{body};
    my @values = $head =~ /^\Q$name\E: (.*)$/mgi;
    return join "\n", @values;
}

sub receives {
    my ($client, $target, $rows) = @_;
    my %client = ref $client ? %$client : (host => $client);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($name, $sent, $expected, $why) = @$row;
        $expected = $sent if $expected eq '=';
        my $response = get(%client, target => $target, method => 'COPY',
            headers => [[$name => $sent], @{ $client{headers} || [] }]);
        is(received($response, $name), $expected,
            RevMap::Test::row_name($why, [$name, $sent, $expected]))
            or diag($response->{raw});
    }
    return;
}

my $b = 'http://b.test:8080';

# ---- Destination ------------------------------------------------------------

receives('rq.test', '/p/x', [
    [Destination => 'http://rq.test/p/y', "$b/ctx/y", 'absolute'],
    [Destination => '/p/y', '/ctx/y', 'a path'],
    [Destination => 'http://rq.test:80/p/y?q#f', "$b/ctx/y?q#f", 'all of it'],
    [Destination => 'HTTP://RQ.Test/p/y', "$b/ctx/y", 'no case'],
    [Destination => 'http://rq-alias.test/p/y', "$b/ctx/y", 'an alias'],
    [Destination => 'http://a.rq-wild.test/p/y', "$b/ctx/y", 'an alias'],
    [Destination => 'http://rq.test/p', "$b/ctx", 'no slash'],
    [Destination => 'http://rq.test/p/', "$b/ctx/", 'a slash'],
    [Destination => 'http://rq.test/p/%2Fa%20b/', "$b/ctx/%2Fa%20b/", 'raw'],
    [Destination => 'http://rq.test/p/a b', "$b/ctx/a b", 'a blank, too'],
    [Destination => 'http://rq.test/%70/y', "$b/ctx/y", 'decoded'],
    [Destination => 'http://rq.test/p/../p/y', "$b/ctx/y", 'dot segments'],
    [Destination => 'http://rq.test/p/../q/y', '=', 'out of it'],
    [Destination => 'http://rq.test/px/y', '=', 'another segment'],
    [Destination => 'http://rq.test/y', '=', 'below no public side'],
    [Destination => 'http://rq.test/other/y', '=', 'another backend'],
    [Destination => '/other/y', '=', 'another backend'],
    [Destination => "$b/ctx/y", '=', 'in its terms already'],
    [Destination => 'https://rq.test/p/y', '=', 'another scheme'],
    [Destination => 'http://rq.test:8080/p/y', '=', 'another port'],
    [Destination => 'http://foreign.example/p/y', '=', 'foreign'],
    [Destination => 'http://rq.test@foreign.example/p/y', '=', 'screened'],
    [Destination => 'http://rq.test\\@foreign.example/p/y', '=', 'screened'],
    [Destination => '//rq.test/p/y', '=', 'no such form'],
    [Destination => 'y', '=', 'no such form'],
    [Destination => '', '=', 'empty'],
    [Destination => 'http://rq.test/p/secret/y', '=', 'excluded'],
]);
receives('rq.test', '/root/x', [
    [Destination => 'http://rq.test/root', 'http://r.test/', 'the root'],
    [Destination => 'http://rq.test/root?q', 'http://r.test/?q', 'the root'],
    [Destination => 'http://rq.test/root//y', 'http://r.test//y', 'slashes'],
    [Destination => '/root//y', '/.//y', 'no authority comes of it'],
]);
# Case D of t/conf/vhosts/10_design_cases.conf: it answers to any Host.
like(logged(sub {
    receives({ host => 'evil.test', port => setting('alone_port') }, '/p/x', [
        [Destination => 'http://evil.test/p/y', '=', 'no name of this host'],
    ]);
}), qr{RM0201: .* write 'ServerAlias evil\.test'}, 'RM0201: ServerAlias');

# ---- If ---------------------------------------------------------------------

my $lock = '<urn:uuid:181d4fae-7d8c-11d0-a765-00a0c91e6bf2>';
receives('rq.test', '/p/x', [
    [If => "<http://rq.test/p/y> ($lock)", "<$b/ctx/y> ($lock)", 'tagged'],
    [If => "</p/y> ($lock)", "</ctx/y> ($lock)", 'a path'],
    [If => "($lock [\"etag\"]) (Not <DAV:no-lock>)", '=', 'no tags'],
    [If => '(<http://rq.test/p/y>)', '=', 'a state token is a name'],
    [If => "<http://rq.test/p/y> ($lock) (Not [W/\"a)<b]\"]) "
            . "<http://rq.test/p/z>([\"</p/a>\"])",
        "<$b/ctx/y> ($lock) (Not [W/\"a)<b]\"]) "
            . "<$b/ctx/z>([\"</p/a>\"])", 'several'],
    [If => "<http://rq.test/other/y> ($lock) </p/y> ($lock)",
        "<http://rq.test/other/y> ($lock) </ctx/y> ($lock)", 'one foreign'],
    [If => "</p/y> ($lock) oops </p/z> ($lock)",
        "</ctx/y> ($lock) oops </p/z> ($lock)", 'up to an error'],
    [If => "</p/y ($lock", '=', 'malformed'],
]);

# ---- Referer, Origin --------------------------------------------------------

receives('rq.test', '/p/x', [
    [Referer => 'http://rq.test/p/y?next=http://rq.test/p/',
        "$b/ctx/y?next=http://rq.test/p/", 'its query stays'],
    [Referer => 'http://rq.test/other/y', '=', 'another backend'],
    [Referer => 'http://foreign.example/p/', '=', 'foreign'],
    [Referer => 'about:blank', '=', 'no URL of ours'],
    [Origin => 'http://rq.test', $b, 'own'],
    [Origin => 'http://rq-alias.test', $b, 'own'],
    [Origin => 'null', '=', 'null'],
    [Origin => 'https://rq.test', '=', 'another origin'],
    [Origin => 'http://foreign.example', '=', 'foreign'],
    [Origin => 'http://rq.test/', '=', 'no origin'],
    [Origin => 'http://rq.test http://rq.test', '=', 'a list'],
    ['X-Other' => 'http://rq.test/p/y', '=', 'nobody names it'],
]);

# ---- the log, error pages ---------------------------------------------------

# A connection that has been closed has been logged.
sub log_line {
    my ($client, $target, @headers) = @_;
    my $path = setting('scratch') . '/request.log';
    open my $log, '<', $path or die "$path: $!\n";
    seek $log, 0, 2;
    my $response = get(%$client, target => $target, headers => \@headers);
    chomp(my @lines = <$log>);
    return (join("\n", @lines), $response);
}

my $page = setting('documentroot') . '/rq-page.html';
open my $html, '>', $page or die "$page: $!\n";
print {$html} "gone\n";
close $html;

my %log = (host => 'rq-log.test');
my $to = 'http://rq-log.test/p/y';
my @fields = ([Destination => $to], [If => "</p/y> ($lock)"],
    [Referer => $to]);
my $logged = "$to|</p/y> ($lock)|$to|-";
my ($line, $response) = log_line(\%log, '/p/x', @fields);
is($line, $logged, 'the log has what the client sent');
is(received($response, 'Destination'), "$b/ctx/y", 'the backend has not');
is($response->header('X-Seen'), $to, 'and so has who looks at a response');

($line, $response) = log_line({ %log, reply => reply(404) }, '/p/x', @fields);
is($line, $logged, 'the log, with an error page');
is($response->header('X-Page'), $to, 'the error page');
($line, $response) = log_line({ %log, reply => reply(500) }, '/p/x', @fields);
is($line, $logged, "the log, with httpd's own error page");
is($response->header('X-Seen'), $to, "httpd's own error page");
my $gone = 'http://rq-log.test/gone/y';
($line) = log_line(\%log, '/gone/x', [Destination => $gone]);
is($line, "$gone|-|-|-", 'the log, without a backend');

# With MergeTrailers, reading the body puts a new table in the old one's place.
my $path = setting('scratch') . '/request.log';
open my $log, '<', $path or die "$path: $!\n";
seek $log, 0, 2;
$response = raw_request(setting('port'), join "\r\n",
    'PUT /p/x HTTP/1.1', 'Host: rq-log.test', "Destination: $to",
    'Transfer-Encoding: chunked', 'Trailer: X-Tag', 'Connection: close', '',
    '1', 'x', '0', 'X-Tag: trailer', '', '');
chomp(my @lines = <$log>);
is("@lines", "$to|-|-|trailer", 'the log, with a trailer');
is(received($response, 'Destination'), "$b/ctx/y", 'the backend likewise');

# ---- the directive ----------------------------------------------------------

my $url = 'http://rq.test/p/y';
for my $case (
    ['/p/none'    => '=',        '=',        'none'],
    ['/p/referer' => '=',        "$b/ctx/y", 'none, then a name'],
    ['/p/off'     => '=',        '=',        'RevMapEngine Off'],
    ['/p/env'     => '=',        '=',        'no-revmap'],
) {
    my ($target, $destination, $referer, $why) = @$case;
    receives('rq.test', $target, [
        [Destination => $url, $destination, $why],
        [Referer     => $url, $referer,     $why],
    ]);
}
my $dry = logged(sub {
    receives('rq-dry.test', '/x', [
        [Destination => 'http://rq-dry.test/y', '=', 'DryRun'],
    ]);
});
like($dry, qr{request:Destination: '.*/y' would be '$b/ctx/y'}, 'DryRun says');
receives('rq-default.test', '/p/x', [
    [Destination => 'http://rq-default.test/p/y', "$b/ctx/y", 'the default'],
    [If => "</p/y> ($lock)", "</ctx/y> ($lock)", 'the default'],
    [Referer => 'http://rq-default.test/p/y', '=', 'not the default'],
    [Origin => 'http://rq-default.test', '=', 'not the default'],
]);

# ---- the public side --------------------------------------------------------

receives('rq-tls.test', '/p/x', [
    [Destination => 'https://rq-tls.test/p/y', "$b/ctx/y", 'TLS before us'],
    [Destination => 'https://rq-tls.test:443/p/y', "$b/ctx/y", 'its port'],
    [Destination => 'http://rq-tls.test/p/y', '=', 'not the scheme'],
]);
receives('rq-origin.test', '/p/x', [
    [Destination => 'https://www.rq-origin.test:8443/p/y', "$b/ctx/y",
        'RevMapOrigin'],
    [Destination => 'http://rq-origin.test/p/y', "$b/ctx/y", 'ServerName'],
    [Destination => 'https://www.rq-origin.test/p/y', '=', 'another port'],
    [Destination => 'https://rq-origin.test/p/y', '=', 'neither'],
]);
receives('rq.test:8081', '/p/x', [
    [Destination => 'http://rq.test:8081/p/y', "$b/ctx/y", 'as it was asked'],
    [Destination => 'http://rq-alias.test:8081/p/y', '=', 'not as asked'],
]);
receives('rq-site.test', '/x', [
    [Destination => 'http://a.rq-site.test/y', 'http://b.test/a/y', 'a site'],
    [Destination => 'https://b.rq-site.test:8443/y', 'http://b.test/b/y',
        'another one'],
    [Destination => 'https://b.rq-site.test/y', '=', 'not its port'],
    [Destination => 'http://rq-site.test/y', '=', 'no rule'],
]);

# The usual mistakes are named, each once an hour.
sub complains {
    my ($host, $destination, $advice) = @_;
    my $log = logged(sub {
        get(host => $host, target => '/p/x',
            headers => [[Destination => $destination]]) for 1 .. 2;
    });
    like($log, qr{RM0201: .*'Destination: \Q$destination\E', .* '\Q$advice\E'},
        "RM0201: $advice");
    return;
}
complains('rq-default.test', 'https://rq-default.test/p/y',
    'ServerName https://rq-default.test');
unlike(logged(sub {
    receives('rq-default.test', '/p/x', [
        [Destination => 'http://foreign.example/p/y', '=', 'foreign'],
    ]);
}), qr{RM0201}, 'no RM0201 for a foreign one');

# ---- the backend's side -----------------------------------------------------

receives('rq-ph.test', '/p/x', [
    [Destination => 'http://rq-ph.test/p/y', 'http://rq-ph.test/ctx/y',
        'preserved'],
    [Destination => 'http://rq-ph-alias.test/p/y', 'http://rq-ph.test/ctx/y',
        'preserved, an alias'],
    [Destination => '/p/y', '/ctx/y', 'preserved, a path'],
]);
receives('rq-ph.test', '/same/x', [
    [Destination => 'http://rq-ph.test/same/y', '=', 'nothing changes'],
]);
receives('rq-phs.test', '/same/x', [
    [Destination => 'https://rq-phs.test/same/y', 'http://rq-phs.test/same/y',
        'only the scheme'],
]);

# The cookie chooses the member.
sub route {
    return (headers => [[Cookie => "ROUTE=session.$_[0]"]]);
}

SKIP: {
    skip 'httpd has no balancer', 1
        if !Apache::Test::have_module('lbmethod_byrequests');
    my %late = (host => 'rq-late.test');
    my $to   = 'http://rq-late.test';
    receives({ %late, route(1) }, '/bal/x', [
        [Destination => "$to/bal/y", 'http://m1.test:8080/one/y', 'member 1'],
        [Destination => '/bal/y', '/one/y', 'member 1'],
    ]);
    receives({ %late, route(2) }, '/bal/x', [
        [Destination => "$to/bal/y", 'http://m2.test:8080/two/y', 'member 2'],
        [Destination => '/bal/y', '/two/y', 'member 2'],
    ]);
    for my $member (['1', 'one'], ['2', 'two']) {
        receives({ %late, route($member->[0]) }, '/balsame/x', [
            [Destination => "$to/balsame/y", "http://m.test/$member->[1]/y",
                'members of one host'],
        ]);
    }
    expect_in_log('to 127\.0\.0\.1:1 |attempt to connect .*127\.0\.0\.1:1');
    receives({ %late, route(1) }, '/down/x', [
        [Destination => "$to/down/y", 'http://m2.test/up/y', 'a second try'],
        [Destination => '/down/y', '/up/y', 'a second try'],
    ]);
}
my $unix = RevMap::Backend->new(socket => setting('scratch') . '/rq.sock')
    ->start;
receives('rq-late.test', '/unix/x', [
    [Destination => 'http://rq-late.test/unix/y', 'http://app.internal/ctx/y',
        'a Unix socket'],
]);
$unix->stop;
receives('rq-late.test', '/rw/x', [
    [Destination => 'http://rq-late.test/rw/y', 'http://w.test/in/y',
        'the rule of the request'],
]);
# A host that the client itself has brought in is not this site's own for that.
receives({ host => 'rq-late.test', headers => [['X-Site' => 'evil.test']] },
    '/claimed/x', [
    [Destination => 'http://evil.test/claimed/y', '=', 'claimed'],
    [Origin      => 'http://evil.test',           '=', 'claimed'],
]);
receives({ host => 'rq-late.test', headers => [['X-Site' => 'rq-late.test']] },
    '/claimed/x', [
    [Destination => 'http://rq-late.test/claimed/y', 'http://e.test/ctx/y',
        'claimed, and true'],
    [Origin      => 'http://rq-late.test', 'http://e.test',
        'claimed, and true'],
]);
receives('rq-late.test', '/expr/x', [
    [Destination => 'http://rq-late.test/expr/y', 'http://e.test/ctx/y',
        'a rule with an expression'],
]);

# A gateway gets the client's Host, by the scheme of the connection.
my $gateway = RevMap::Gateway->new(port => setting('gateway_port'))->start;
for my $scheme (grep { Apache::Test::have_module("proxy_$_") }
    qw(fcgi scgi uwsgi)) {
    my $response = get(host => 'rq-gateway.test', target => "/$scheme/x",
        headers => [[Destination => "https://rq-gateway.test/$scheme/y"],
            [If => "</$scheme/z> ($lock)"]]);
    like($response->{body},
        qr{^HTTP_DESTINATION=http://rq-gateway\.test/ctx/y$}m,
        "$scheme: Destination");
    like($response->{body}, qr{^HTTP_IF=</ctx/z> \(\Q$lock\E\)$}m,
        "$scheme: If");
}
$gateway->stop;

# ---- several fields ---------------------------------------------------------

# httpd makes one of what the client sends; modules may add others.
receives('rq-twice.test', '/p/x', [
    [Referer => 'http://rq-twice.test/p/y',
        "$b/ctx/y\nhttp://foreign.example/\n$b/ctx/z", 'each by itself'],
]);
receives('rq-twice.test', '/p/x', [
    [Destination => "http://rq-twice.test/p/y\r\nDestination: /p/z",
        "$b/ctx/y, /p/z", 'what httpd has joined is one URL with a blank'],
]);

done_testing();
