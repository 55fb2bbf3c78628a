# SPDX-License-Identifier: Apache-2.0
#
# The names of the answering backend, each with its counter-example, and the
# applications that know how they are called by the public.
# conf/vhosts/31_names.conf holds the forward configurations.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Backend;
use RevMap::Gateway;
use RevMap::Server;
use RevMap::Test;

# ---- the origin that was asked ----------------------------------------------

my $remote = 'http://127.0.0.1:' . setting('backend_port');
maps('names.test', '/app/page', 302, [
    [Location => 'http://b.test:8080/ctx/y', '/app/y', 'the origin'],
    [Location => 'HTTP://B.TEST:8080/ctx/y', '/app/y', 'in any case'],
    [Location => "$remote/ctx/y", '=', 'ProxyRemote is no name'],
    [Location => $remote =~ s/^http://r . '/ctx/y', '=', 'nor this'],
    [Location => 'http://127.0.0.1:8080/ctx/y', '=', 'nor is an address'],
    [Location => 'http://localhost:8080/ctx/y', '=', 'nor localhost'],
    [Location => 'http://b.test/ctx/y', '=', 'another port'],
    [Location => 'https://b.test:8080/ctx/y', '=', 'https on an odd port'],
    [Location => 'http://names.test/ctx/y', '=', 'not told, not its name'],
    [Location => 'http://a.b.test:8080/ctx/y', '=', 'a longer host'],
]);
maps('names.test', '/plain/page', 302, [
    [Location => 'http://plain.test/ctx/y', '/plain/y', 'the origin'],
    [Location => 'http://plain.test:80/ctx/y', '/plain/y', 'its port'],
    [Location => 'https://plain.test/ctx/y', '/plain/y', 'by https'],
    [Location => 'https://plain.test:443/ctx/y', '/plain/y', 'by https'],
    [Location => 'https://plain.test:80/ctx/y', '=', 'a mixture'],
    [Location => '//plain.test/ctx/y', '/plain/y', 'network path'],
]);
maps('names-both.test', '/http/page', 302, [
    [Location => 'http://both.test/ctx/y', '/http/y', 'http is one'],
    [Location => 'https://both.test/ctx/y', '/https/y', 'https is another'],
    [Location => '/ctx/y', '/http/y', 'the one that answered'],
]);

# ---- the public authority ---------------------------------------------------

for my $host (qw(names-told.test names-alias.test a.names-wild.test)) {
    maps($host, '/app/page', 302, [
        [Location => "http://$host/ctx/y", '/app/y', 'told, and ours'],
        [Location => "//$host/ctx/y", '/app/y', 'told, and ours'],
        [Location => "https://$host/ctx/y", "https://$host/app/y",
            'its own decision'],
        [Location => "http://$host:8080/ctx/y", '=', 'another port'],
    ]);
}
maps('names-told.test', '/app/page', 302, [
    [Location => 'http://names-alias.test/ctx/y', '=', 'ours, but not told'],
    [Location => 'http://names-told.test./ctx/y', '=', 'with a dot: not told'],
]);
# httpd serves it as if the dot at its end were not there.
for my $host (qw(names-told.test. names-alias.test. a.names-wild.test.)) {
    maps($host, '/app/page', 302, [
        [Location => "http://$host/ctx/y", '/app/y', 'told, with a dot'],
        [Location => "//$host/ctx/y", '/app/y', 'told, with a dot'],
        [Location => "http://$host:8080/ctx/y", '=', 'another port'],
        [Location => 'http://' . ($host =~ s/\.$//r) . '/ctx/y', '=',
            'without the dot: not told'],
    ]);
}
maps('names-told.test', '/stock/page', 302, [
    [Location => 'http://names-told.test/ctx/y', '=',
        'told, but there is a ProxyPassReverse'],
    [Location => 'http://s.test/ctx/y', '/stock/y', 'the origin counts'],
]);

# The only virtual host of its server, so that any Host reaches it.
my $alone = RevMap::Server->new(<<'END')->start;
RevMapAuto On
ProxyPreserveHost On
ProxyPass /app/ http://b.test:8080/ctx/
<Location /rule/>
    ProxyPass http://c.test/ctx/
    RevMap https://www.rule.test/rule/ http://c.test/ctx/
</Location>
END
my @alone = (port => $alone->port);
maps({ host => 'alone.test', @alone }, '/app/page', 302, [
    [Location => 'http://alone.test/ctx/y', '/app/y', 'told, and ours'],
]);
maps({ host => 'idp.example.org', @alone }, '/app/page', 302, [
    [Location => 'http://idp.example.org/ctx/y', '=', "the client's whim"],
    [Location => '//idp.example.org/ctx/y', '=', "the client's whim"],
    [Location => 'https://idp.example.org/ctx/y', '=', "the client's whim"],
    [Location => 'http://alone.test/ctx/y', '=', 'ours, but not told'],
    [Location => '/ctx/y', '/app/y', 'a path is a path'],
]);
maps({ host => 'idp.example.org', @alone }, '/app/page', 201, [
    [Location => 'http://b.test:8080/ctx/y', 'http://alone.test/app/y',
        'an unverified Host is never written'],
]);
for my $host (qw(www.rule.test www.rule.test.)) {
    maps({ host => $host, @alone }, '/rule/page', 302, [
        [Location => "http://$host/ctx/y", 'https://www.rule.test/rule/y',
            "the host of a rule's public side"],
    ]);
}
$alone->stop;

# RequestHeader set Host: what the backend was told is not the client's.
maps('names-set.test', '/app/page', 302, [
    [Location => 'http://internal.test/ctx/y', '=', 'told, but not ours'],
    [Location => 'http://names-set.test/ctx/y', '=', 'ours, but not told'],
    [Location => 'http://b.test:8080/ctx/y', '/app/y', 'the origin'],
    [Location => '/ctx/y', '/app/y', 'a path'],
]);

# ---- what the administrator says --------------------------------------------

maps('names-said.test', '/app/page', 302, [
    [Location => 'http://one.test/y', '/app/y', 'named'],
    [Location => 'http://two.test/two/y', '/app/y', 'named, too'],
    [Location => 'http://pool.test:9000/y', '/app/y', 'what was asked'],
    [Location => '/y', '/app/y', "a path, by the first one's rule"],
    [Location => '/two/y', '/app/y', "by the second one's, it is longer"],
    [Location => '/three/y', '/app/three/y', "not another host's"],
    [Location => '/ctx/y', '/app/ctx/y', 'not that of a longer mount'],
]);
maps('names-said.test', '/app/sub/page', 302, [
    [Location => '/ctx/y', '/app/sub/y', 'the longest is in charge'],
    [Location => '/two/y', '=', 'it alone'],
]);
maps('names-said.test', '/b/page', 302, [
    [Location => '/foo/y', '/b/foo/y', 'named itself: no other name'],
    [Location => 'http://else.test/foo/y', '/b/y', 'by its origin it is'],
]);

# ---- two backends, one URL --------------------------------------------------

maps('names-two.test', '/app/page', 302, [
    [Location => 'http://blue.test/blue/y', '/app/y', 'blue: its origin'],
    [Location => '/blue/y', '/app/y', 'blue: its path'],
    [Location => '/green/y', '=', "blue: the other's path"],
    [Location => 'http://green.test/green/y', '=', 'blue: who is that?'],
]);
maps({ host => 'names-two.test', headers => [[Cookie => 'colour=green']] },
    '/app/page', 302, [
    [Location => 'http://green.test/green/y', '/app/y', 'green: its origin'],
    [Location => '/green/y', '/app/y', 'green: its path'],
    [Location => '/blue/y', '=', "green: the other's path"],
    [Location => 'http://blue.test/blue/y', '/app/y', 'green: a rule'],
    [Location => 'http://foreign.example/green/y', '=', 'green: foreign'],
]);
maps({ host => 'names-two.test', headers => [[Cookie => 'colour=green']] },
    '/app/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/green', 'a=1; Path=/app', 'green'],
    ['Set-Cookie' => 'a=1; Path=/blue', '=', "green: the other's"],
    ['Set-Cookie' => 'a=1; Path=/green; Domain=green.test',
        'a=1; Path=/app', 'green'],
]);

# ---- FastCGI, SCGI, uwsgi ---------------------------------------------------

my $port    = setting('gateway_port');
my $gateway = RevMap::Gateway->new(port => $port)->start;
for my $kind (qw(scgi fcgi uwsgi)) {
    next if !Apache::Test::have_module("proxy_$kind");
    like(get(host => 'names-gateway.test', target => "/$kind/x")->{body},
        qr{^HTTP_HOST=names-gateway\.test$}m, "$kind: told the client's Host");
    maps('names-gateway.test', "/$kind/dir/page", 302, [
        map { [@$_[0 .. 2], "$kind: $_->[3]"] }
        [Location => '/ctx/y', "/$kind/y", 'a path'],
        [Location => 'http://names-gateway.test/ctx/y', "/$kind/y",
            'the public authority'],
        [Location => '//names-gateway.test/ctx/y', "/$kind/y",
            'the public authority'],
        [Location => 'https://names-gateway.test/ctx/y',
            "https://names-gateway.test/$kind/y", 'an upgrade'],
        [Location => "http://names-gateway.test/$kind/y", '=', 'public'],
        [Location => "https://names-gateway.test/$kind/y", '=', 'public'],
        [Location => "http://127.0.0.1:$port/ctx/y", '=', 'no name of it'],
        [Location => "$kind://127.0.0.1:$port/ctx/y", '=', 'no URL'],
        [Location => 'http://localhost/ctx/y', '=', 'no name of it'],
        [Location => 'http://foreign.example/ctx/y', '=', 'foreign'],
        [Location => '//foreign.example/ctx/y', '=', 'foreign'],
        [Location => '../../ctx/y', '=', 'a path of files is no base'],
        [Location => 'y', '=', 'relative'],
    ]);
    maps('names-gateway.test', "/$kind/dir/page", 200, [
        ['Set-Cookie' => 'a=1; Path=/ctx', "a=1; Path=/$kind",
            "$kind: cookie"],
        ['Set-Cookie' => 'a=1; Path=/ctx/y; Domain=names-gateway.test',
            "a=1; Path=/$kind/y; Domain=names-gateway.test",
            "$kind: its domain is the public one"],
        ['Set-Cookie' => 'a=1; Path=/ctx; Domain=foreign.example',
            "a=1; Path=/$kind; Domain=foreign.example", "$kind: foreign"],
    ]);
}
# What is derived from file names is nothing.
maps('names-gateway.test', '/bare/dir/page', 302, [
    [Location => '/srv/app/y', '=', 'fcgi: a file name'],
    [Location => '/y', '=', 'fcgi: a path'],
    [Location => 'http://names-gateway.test/bare/y', '=', 'fcgi: public'],
    [Location => 'http://names-gateway.test/srv/app/y', '=', 'fcgi: file'],
]);
# There is no name to tell whose cookie it is.
maps('names-gateway.test', '/unnamed/page', 200, [
    ['Set-Cookie' => 'unnamed=1; Path=/', '=', 'a balancer without name'],
]);
# What is derived is no name of whom it does not lead to.
maps('names-gateway.test', '/derived/php/page', 302, [
    [Location => '/y', '=', "fcgi: the path is not the other backend's"],
    [Location => 'http://b.test/y', '/derived/y', 'fcgi: this is'],
]);
maps('names-gateway.test', '/derived/php/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/', '=', 'fcgi: nor is the cookie'],
]);
# With TLS in front it is told http, by the connection.
maps('names-gateways.test', '/scgi/dir/page', 302, [
    [Location => 'http://names-gateways.test/ctx/y', '/scgi/y', 'told'],
    [Location => 'https://names-gateways.test/ctx/y',
        'https://names-gateways.test/scgi/y', 'an upgrade is its decision'],
    [Location => 'https://names-gateways.test/scgi/y', '=', 'public'],
]);
$gateway->stop;

# ---- what is public already -------------------------------------------------

maps('names-knows.test', '/app/dir/page', 302, [
    [Location => '/app/y', '=', 'it knows its prefix'],
    [Location => '/app', '=', 'it knows its prefix'],
    [Location => 'http://names-knows.test/app/y', '=', 'and its host'],
    [Location => '//names-knows.test/app/y', '=', 'and its host'],
    [Location => 'https://names-knows.test/app/y', '=', 'and its scheme'],
    [Location => 'https://names-knows.test/app/dir/page', '=',
        'an upgrade of this very page'],
    [Location => 'https://names-knows.test/y',
        'https://names-knows.test/app/y', 'an upgrade without prefix'],
    [Location => 'http://b.test:8080/app/y', '/app/app/y',
        'by its own name it means its own path'],
    [Location => '/application', '/app/application', 'not the prefix'],
    [Location => '/sso/login', '=', 'a sibling'],
    [Location => '/sso', '=', 'a sibling'],
    [Location => 'http://names-knows.test/sso/login', '=', 'a sibling'],
    [Location => 'https://names-knows.test/sso/login', '=', 'a sibling'],
    [Location => 'http://sso.test/login', '/sso/login', 'a sibling'],
    [Location => '/ssologin', '/app/ssologin', 'not the sibling'],
    [Location => '/other', '/app/other', 'the mount at / is no sibling'],
]);
maps('names-knows.test', '/app/dir/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/app', '=', 'it knows its prefix'],
    ['Set-Cookie' => 'a=1; Path=/app/y', '=', 'it knows its prefix'],
    ['Set-Cookie' => 'a=1; Path=/sso', '=', 'a sibling'],
    ['Set-Cookie' => 'a=1; Path=/', 'a=1; Path=/app', 'its own root'],
]);
maps('names-knows.test', '/same/dir/page', 302, [
    [Location => '/same/y', '=', 'the same prefix'],
    [Location => 'http://names-knows.test/same/y', '/same/y', 'the same'],
    [Location => 'https://names-knows.test/same/y', '=', 'and an upgrade'],
    [Location => 'http://same.test/same/y', '/same/y', 'its own name'],
    [Location => '/app/y', '=', 'a sibling'],
]);
maps('names-knows.test', '/dir/page', 302, [
    [Location => '/app/y', '=', 'at the root: a mount'],
    [Location => 'https://names-knows.test/dir/page', '=', 'an upgrade'],
    [Location => 'http://root.test/y', '/y', 'its own name'],
]);

# ---- force https ------------------------------------------------------------

# An application that wants https and believes X-Forwarded-Proto. Its URL is
# made of the Host that it got and of a path: /APP/PREFIX/... knows a prefix.
sub insists_on_https {
    my ($client) = @_;
    my ($head) = RevMap::Backend::read_request($client);
    my ($path) = $head =~ m{^\S+ (\S+)};
    my ($host) = $head =~ /^X-Site:[ \t]*(\S+)/mi;
    ($host) = $head =~ /^Host:[ \t]*(\S+)/mi if !defined $host;
    my ($prefix) = $head =~ /^X-Prefix:[ \t]*(\S+)/mi;
    $prefix = '' if !defined $prefix;
    print {$client} $head =~ /^X-Forwarded-Proto:[ \t]*https/mi
        ? reply(200, [], 'welcome')
        : reply(301, [[Location => "https://$host$prefix$path"]]);
    shutdown $client, 1;
    1 while sysread $client, my $rest, 4096;
    close $client;
    return;
}

# A client behind a TLS terminator that says which scheme it saw, or does not.
# Returns where it ends, or 'loop'.
sub follow {
    my ($port, $url, $says, @headers) = @_;
    for (1 .. 8) {
        my ($scheme, $host, $target) = $url =~ m{^(\w+)://([^/]+)(/.*)$};
        my $response = get(
            port    => $port,
            host    => $host,
            target  => $target,
            headers => [@headers,
                $says ? ['X-Forwarded-Proto' => $scheme] : ()],
        );
        my $location = $response->header('Location');
        return "$response->{status} $url" if !defined $location;
        $location = "$scheme://$host$location" if $location =~ m{^/};
        $url = $location;
        return "elsewhere: $url" if $url !~ m{^\w+://site\.test(?:[:/]|$)};
    }
    return 'loop';
}

my $app = RevMap::Backend->new(answer => \&insists_on_https)->start;
my $at  = 'http://127.0.0.1:' . $app->port;
my $front = RevMap::Server->new(<<"END")->start;
RevMapAuto On
<VirtualHost *>
    ServerName default.test
</VirtualHost>
<VirtualHost *>
    # Django: the Host that it got
    ServerName http://site.test:80
    ProxyPreserveHost On
    ProxyPass /app/ $at/
    ProxyPass /ctx/ $at/inside/
    ProxyPass / $at/
</VirtualHost>
END
for my $case (
    ['/app/x', 'Django without its prefix', ''],
    ['/app/x', 'Django with FORCE_SCRIPT_NAME', '/app'],
    ['/ctx/x', 'another path inside', ''],
    ['/x', 'at the root', ''],
    ['/', 'at the root, its first page', ''],
) {
    my ($path, $name, $prefix) = @$case;
    is(follow($front->port, "http://site.test$path", 1,
            length $prefix ? ['X-Prefix' => $prefix] : ()),
        "200 https://site.test$path", "force https: $name");
    is(follow($front->port, "https://site.test$path", 1),
        "200 https://site.test$path", "force https: $name, was https");
}
$front->stop;

# Nobody tells the application that there is TLS: it will never be content,
# but where the client ended before, it ends now.
$front = RevMap::Server->new(<<"END")->start;
<VirtualHost *>
    ServerName default.test
</VirtualHost>
<VirtualHost *>
    ServerName https://site.test:443
    RevMapAuto On
    ProxyPreserveHost On
    ProxyPass /app/ $at/
</VirtualHost>
END
is(follow($front->port, 'https://site.test/app/x', 0),
    '404 https://site.test/x', 'force https, not told of it: no loop');
# WordPress: the site's name is in its database, Host or not.
for my $path ('/app/x', '/app/') {
    is(follow($front->port, "https://site.test$path", 1,
            ['X-Site' => 'site.test'], ['X-Prefix' => '/app']),
        "200 https://site.test$path", "WordPress, was https: $path");
}
$front->stop;
$front = RevMap::Server->new(<<"END")->start;
<VirtualHost *>
    ServerName https://site.test:443
    RevMapAuto On
    ProxyPass /app/ $at/
</VirtualHost>
END
is(follow($front->port, 'https://site.test/app/x', 0),
    'elsewhere: https://127.0.0.1:' . $app->port . '/x',
    'force https by the name of the backend: as before');
is(follow($front->port, 'https://site.test/app/x', 0,
        ['X-Site' => 'site.test'], ['X-Prefix' => '/blog']),
    '404 https://site.test/blog/x', 'WordPress moved away: as before');
$front->stop;
$app->stop;

# Lines of the main server are in force in virtual hosts, and one of them is
# about a name of such a host.
$front = RevMap::Server->new(<<'END')->start;
RevMap /a/ http://b.test/ctx/
RevMap /b/ http://site.test/ctx/
<VirtualHost *>
    ServerName site.test
    ProxyPreserveHost On
    ProxyPass /a/ http://b.test/ctx/
    RevMapEngine On
</VirtualHost>
END
maps({ host => 'site.test', port => $front->port }, '/a/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/ctx/x', 'a=1; Path=/',
        'a cookie of one who has two mounts, by two names'],
]);
$front->stop;

done_testing();
