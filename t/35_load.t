# SPDX-License-Identifier: Apache-2.0
#
# RevMapAuto without mod_proxy, before it and after it, and after graceful
# restarts, which read everything anew.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

use constant PATIENCE => 30;            # seconds

my $ROWS = [
    [Location => 'http://b.test:8080/ctx/y', '/app/y', 'absolute'],
    [Location => '//b.test:8080/ctx/y', '/app/y', 'network path'],
    [Location => '/ctx/y', '/app/y', 'path'],
    [Location => '../ctx/y', '/app/y', 'relative'],
    [Location => 'http://rw.test/in/y', '=', 'not asked, not named'],
    [Location => 'http://foreign.example/ctx/y', '=', 'foreign'],
];
my $LINES = <<'END';
RevMapAuto On
ProxyPass /app/ http://b.test:8080/ctx/
RewriteEngine On
RewriteRule ^/rw/(.*)$ http://rw.test/in/$1 [P]
Redirect 302 /own http://b.test:8080/ctx/own
END

sub serves {
    my ($server, $name) = @_;
    my %client = (host => 'alone.test', port => $server->port);
    maps(\%client, '/app/page', 302,
        [map { [@$_[0 .. 2], "$name: $_->[3]"] } @$ROWS]);
    maps(\%client, '/rw/page', 302, [
        [Location => 'http://rw.test/in/y', '/rw/y', "$name: RewriteRule"],
        [Location => 'http://b.test:8080/ctx/y', '/app/y',
            "$name: the other's rule"],
    ]);
    maps(\%client, '/app/page', 200, [
        ['Set-Cookie' => 'a=1; Path=/ctx; Domain=b.test', 'a=1; Path=/app',
            "$name: cookie"],
    ]);
    is(get(%client, target => '/own')->header('Location'),
        'http://b.test:8080/ctx/own', "$name: our own redirect stays");
    return;
}

# ---- the order of modules ---------------------------------------------------

sub ours { return /revmap_module/ }

# mod_proxy and all that needs it
sub theirs { return /^LoadModule (?:proxy|lbmethod)/ }

my %order = (
    'after mod_proxy' => sub {
        ((grep { !ours() } @_), (grep { ours() } @_));
    },
    'before mod_proxy' => sub {
        ((grep { ours() } @_), (grep { !ours() } @_));
    },
    'before all, mod_proxy last' => sub {
        ((grep { ours() } @_), (grep { !ours() && !theirs() } @_),
            (grep { theirs() } @_));
    },
);
for my $name (sort keys %order) {
    my $server = RevMap::Server->new($LINES, modules => $order{$name});
    my ($status, $output) = $server->check;
    is($status, 0, "$name: httpd -t") or diag($output);
    $server->start;
    serves($server, $name);
    $server->stop;
}

# ---- without mod_proxy ------------------------------------------------------

for my $line ('RevMapAuto On', 'RevMapAuto ProxyPass',
    "RevMapAuto On\nRevMap /app/ http://b.test:8080/ctx/",
    "RevMapAuto On\nRevMap /app/ http://%{env:B}/ctx/") {
    my $server = RevMap::Server->new(<<"END",
$line
Redirect 302 /own http://b.test:8080/ctx/own
END
        modules => sub { grep { !theirs() } @_ });
    my ($status, $output) = $server->check;
    (my $name = "no mod_proxy: $line") =~ s/\n/, /g;
    is($status, 0, "$name: httpd -t") or diag($output);
    unlike($output, qr/proxy_module|undefined symbol/, "$name: no complaint");
    $server->start;
    my $response = get(host => 'alone.test', port => $server->port,
        target => '/own');
    is($response->header('Location'), 'http://b.test:8080/ctx/own',
        "$name: it serves");
    $server->stop;
}

# ---- graceful restarts ------------------------------------------------------

# The old processes may answer for a while.
sub wait_for {
    my ($server, $location) = @_;
    for (1 .. 10 * PATIENCE) {
        my $got = eval {
            get(
                host   => 'alone.test',
                port   => $server->port,
                target => '/new/page',
                reply  => reply(302, [[Location => '/ctx/y']]),
            )->header('Location');
        };
        return 1 if ($got || '') eq $location;
        select undef, undef, undef, 0.1;
    }
    return 0;
}

for my $name (sort keys %order) {
    my $server = RevMap::Server->new($LINES, modules => $order{$name});
    $server->start;
    for my $round (1 .. 3) {
        $server->restart($LINES
            . "ProxyPass /new/ http://round$round.test/ctx$round/\n"
            . "RevMap /new/$round/ http://round$round.test/ctx/\n");
        ok(wait_for($server, "/new/$round/y"),
            "$name: restart $round is in force");
        maps({ host => 'alone.test', port => $server->port },
            '/new/page', 302, [
            [Location => "/ctx$round/y", '/new/y', "$name, $round: derived"],
            [Location => '/ctx9/y', '=', "$name, $round: not another"],
        ]);
    }
    serves($server, "$name, restarted");
    $server->stop;
}

# Off and on again.
my $server = RevMap::Server->new($LINES)->start;
$server->restart("ProxyPass /new/ http://b.test/ctx/\n");
ok(wait_for($server, '/ctx/y'), 'restarted without RevMapAuto');
$server->restart("RevMapAuto On\nProxyPass /new/ http://b.test/ctx/\n");
ok(wait_for($server, '/new/y'), 'and with it again');
$server->stop;

# ---- lines of mod_macro -----------------------------------------------------

# Where they are written is a text of mod_macro's own, which ends before the
# first request.
SKIP: {
    my @more = RevMap::Server::extra_modules('macro')
        or skip('httpd has no mod_macro', 3);
    my $macro = RevMap::Server->new(<<'END', modules => sub {
<Macro App $name>
    ProxyPass /$name/ http://$name.test/
    RevMap /$name/ http://$name.test/
</Macro>
Use App one
Use App two
<Location /explain>
    SetHandler revmap-explain
</Location>
END
        (@_, @more) })->start;
    my %client = (host => 'alone.test', port => $macro->port);
    for my $name (qw(one two)) {
        like(logged(sub {
            get(%client, target => "/$name/x",
                reply => reply(302, [[Location => "http://$name.test/y"]]));
        }), qr{-> '/$name/y' \(macro 'app' \(.*\) used on line \d+ of .*:2\)},
            "the place of a line: $name");
    }
    like(get(%client, target => '/explain?format=json')->{body},
        qr{"file": "macro 'app' .* used on line}, 'and on the page');
    $macro->stop;
}

done_testing();
