# SPDX-License-Identifier: Apache-2.0
#
# Only what comes from the backend is mapped. What httpd itself answers, and
# what it adds to the backend's answer, stays as it is, whoever looks like the
# backend; and this is so whatever the order of LoadModule and after a restart.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

# Each row: [$target, $status, [header, value, ...], $name]. All values of the
# headers, in no order. The backend, if it is asked at all, says this:
my $theirs = reply(302, [
    [Location     => 'http://b.test/x'],
    ['Set-Cookie' => 'theirs=1; Path=/; Domain=b.test'],
]);

sub answers {
    my ($rows, %client) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($target, $status, $headers, $name) = @$row;
        my $response = get(host => 'whose.test', reply => $theirs, %client,
            target => $target);
        my %name = map { $_ % 2 ? () : ($headers->[$_] => 1) } 0 .. $#$headers;
        my @got = map {
            my $header = $_;
            map { "$header: $_" } $response->header($header);
        } sort keys %name;
        # undef stands for: no such header
        my @wanted = map {
            defined $headers->[$_ + 1]
                ? "$headers->[$_]: $headers->[$_ + 1]" : ();
        } grep { $_ % 2 == 0 } 0 .. $#$headers;
        is(join("\n", $response->{status}, sort @got),
            join("\n", $status, sort @wanted), $name);
    }
    return;
}

my $LOCAL = 'http://b.test/local';
my $OWN   = 'own=1; Path=/; Domain=b.test';

# ---- httpd's own answers ----------------------------------------------------

my $asis = setting('documentroot') . '/asis';
mkdir $asis;
open my $file, '>', "$asis/page" or die "$asis/page: $!\n";
print {$file} "Status: 302 Found\nLocation: $LOCAL\nSet-Cookie: $OWN\n\n";
close $file;
chmod 0755, $asis;

answers([
    ['/alias', 302, [Location => $LOCAL], 'mod_alias'],
    ['/asis/page', 302, [Location => $LOCAL, 'Set-Cookie' => $OWN],
        'mod_asis'],
    ['/always/', 404, [Location => $LOCAL, 'Set-Cookie' => $OWN,
        'Content-Location' => $LOCAL], 'mod_headers'],
    ['/app/rewritten', 302, [Location => $LOCAL], 'RewriteRule [R]'],
    ['/closed/', 302, [Location => $LOCAL], 'ErrorDocument'],
]);

# Here mod_proxy has claimed the request, but never asked the backend.
answers([
    ['/app/redirected', 302, [Location => $LOCAL, 'Set-Cookie' => undef],
        'mod_alias, where the request is proxied'],
    ['/app/denied', 302, [
        Location           => $LOCAL,
        'Content-Location' => $LOCAL,
        'Set-Cookie'       => 'own=1; path=/; domain=b.test',
    ], 'ErrorDocument and [CO], where the request is proxied'],
]);

# Here it has, but the answer is httpd's.
answers([
    ['/app/down', 302, [Location => $LOCAL, 'Set-Cookie' => undef],
        'ErrorDocument, for a backend that is down'],
]);
answers([
    ['/app/overridden', 302, [Location => $LOCAL, 'Set-Cookie' => undef],
        'ErrorDocument, for a status that is overridden'],
], reply => reply(404, [
    [Location     => 'http://b.test/x'],
    ['Set-Cookie' => 'theirs=1; Path=/; Domain=b.test'],
]));

# ---- what httpd adds to the backend's answer --------------------------------

answers([
    ['/app/page', 302, [
        Location     => '/app/x',
        'Set-Cookie' => 'theirs=1; Path=/app',
    ], "the backend's answer"],
    ['/app/cookie', 302, [
        Location     => '/app/x',
        'Set-Cookie' => 'theirs=1; Path=/app',
        'Set-Cookie' => 'own=1; path=/; domain=b.test',
    ], 'a cookie of [CO] beside it'],
    ['/app/header', 302, [
        Location           => '/app/x?edited',
        'Content-Location' => $LOCAL,
        URI                => $LOCAL,
        'Set-Cookie'       => 'theirs=1-edited; Path=/app',
        'Set-Cookie'       => $OWN,
    ], 'mod_headers sees what is mapped, and is not mapped itself'],
]);

# Equal to the last byte, and still not the same.
answers([
    ['/app/cookie', 200, [
        'Set-Cookie' => 'own=1; path=/; domain=b.test',
        'Set-Cookie' => 'own=1; path=/app',
    ], 'the backend sets the same cookie'],
], reply => reply(200,
    [['Set-Cookie' => 'own=1; path=/; domain=b.test']]));
answers([
    ['/app/cookie', 200, [
        'Set-Cookie' => 'own=1; path=/; domain=b.test',
        'Set-Cookie' => 'own=1; path=/app',
        'Set-Cookie' => 'own=1; path=/app',
    ], 'twice'],
], reply => reply(200,
    [(['Set-Cookie' => 'own=1; path=/; domain=b.test']) x 2]));

# ---- other ways to the backend ----------------------------------------------

answers([
    ['/sh/page', 302, [
        Location     => '/sh/x',
        'Set-Cookie' => 'theirs=1; Path=/sh',
    ], 'SetHandler'],
], reply => reply(302, [
    [Location     => 'http://handler.test/x'],
    ['Set-Cookie' => 'theirs=1; Path=/; Domain=handler.test'],
]));
answers([
    ['/app/p/page', 302, [
        Location     => '/app/x',
        'Set-Cookie' => 'theirs=1; Path=/app',
    ], 'RewriteRule [P]'],
]);

# ---- the order of the modules, and a restart --------------------------------

sub lines {
    my ($public) = @_;
    return <<"END";
RewriteEngine On
RewriteRule ^/app/ - [CO=own:1:b.test]
ProxyPass /app/ http://b.test/
RevMap $public http://b.test/
<Location /app/denied>
    Require all denied
    ErrorDocument 403 $LOCAL
</Location>
END
}

sub works {
    my ($server, $public, $when) = @_;
    my %client = (port => $server->port, host => 'alone.test');
    my $root = $public =~ s{/$}{}r;
    answers([
        ['/app/page', 302, [
            Location     => "${public}x",
            'Set-Cookie' => "theirs=1; Path=$root",
            'Set-Cookie' => 'own=1; path=/; domain=b.test',
        ], "$when: mapped"],
        ['/app/denied', 302, [
            Location     => $LOCAL,
            'Set-Cookie' => 'own=1; path=/; domain=b.test',
        ], "$when: not mapped"],
    ], %client);
    return;
}

# Until new processes answer; the old ones may do so for a while.
sub restarted {
    my ($server, $public) = @_;
    $server->restart(lines($public));
    for (1 .. 100) {
        my $response = eval {
            get(port => $server->port, host => 'alone.test',
                target => '/app/page', reply => $theirs);
        };
        return 1
            if $response && $response->header('Location') eq "${public}x";
        select undef, undef, undef, 0.1;
    }
    return 0;
}

sub first {
    my ($name, @lines) = @_;
    return ((grep { /^LoadModule \Q$name\E /m } @lines),
        grep { !/^LoadModule \Q$name\E /m } @lines);
}

my %order = (
    'revmap before proxy' => sub { first('revmap_module', @_) },
    'revmap after proxy'  => sub { first('proxy_module', @_) },
);
for my $when (sort keys %order) {
    my $server = RevMap::Server->new(lines('/app/'),
        modules => $order{$when});
    $server->start;
    works($server, '/app/', $when);
    for my $public ('/one/', '/two/') {
        ok(restarted($server, $public), "$when: graceful restart")
            and works($server, $public, "$when, restarted");
    }
    $server->stop;
}

# ---- without mod_proxy ------------------------------------------------------

my $alone = RevMap::Server->new(<<"END",
RevMap /app/ http://b.test/
RevMapCookiePath /ctx /app
RewriteEngine On
RewriteRule ^/app/ $LOCAL [R=302]
END
    modules => sub { grep { !/proxy|lbmethod/ } @_ });
my ($exit, $output) = $alone->check;
is($exit, 0, 'without mod_proxy: httpd -t') or diag($output);
unlike($output, qr/undefined symbol/, 'without mod_proxy: nothing is missed');
$alone->start;
answers([
    ['/app/page', 302, [Location => $LOCAL],
        'without mod_proxy: nothing is mapped'],
], port => $alone->port, host => 'alone.test');

done_testing();
