# SPDX-License-Identifier: Apache-2.0
#
# RevMap with %{...} on either side and with balancer://name/path.
# conf/vhosts/33_expressions.conf holds the rules.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Config;
use RevMap::Mount;
use RevMap::Server;
use RevMap::Test;

# The client's headers stand for what an administrator computes.
sub client {
    my (%headers) = @_;
    return (host => 'expr.test',
        headers => [map { [$_ => $headers{$_}] } sort keys %headers]);
}

sub mount {
    my ($name, $public, $backend, %headers) = @_;
    my (undef, @client) = client(%headers);
    mount_maps($name, {
        host    => 'expr.test',
        public  => $public,
        backend => $backend,
        inside  => '/ctx',
        client  => { @client[1, 2] },
    });
    return;
}

# ---- what is computed is like what is written -------------------------------

mount('backend side by a header', '/app', 'http://b.test:8080',
    'X-Backend' => 'b.test:8080');
mount('in Location', '/loc', 'http://f.test', 'X-Backend' => 'f.test');
mount('by the environment', '/env', 'http://c.test', 'X-Ctx' => 'ctx');
mount('all of the backend side', '/whole', 'http://w.test',
    'X-Whole' => 'http://w.test/ctx/');
mount('public side by a header', '/public', 'http://d.test',
    'X-Public' => '/public/');

maps({ client('X-Site' => 'www.test', 'X-Name' => 'e.test') }, '/both/x', 302, [
    [Location => 'http://e.test/ctx/y', 'https://www.test/both/y', 'both'],
    [Location => '/ctx/y', 'https://www.test/both/y', 'both'],
    [Location => 'http://foreign.example/ctx/y', '=', 'foreign'],
]);
# Another request, another rule; nothing is remembered.
maps({ client('X-Backend' => 'other.test') }, '/app/x', 302, [
    [Location => 'http://other.test/ctx/y', '/app/y', 'named today'],
    [Location => 'http://b.test:8080/ctx/y', '/app/y', 'what was asked'],
    [Location => '/ctx/y', '/app/y', 'the rule of the mount'],
]);
maps({ client('X-Ctx' => 'ctx/deep') }, '/env/x', 302, [
    [Location => 'http://c.test/ctx/deep/y', '/env/y', 'two segments'],
    [Location => 'http://c.test/ctx/y', '=', 'outside'],
]);
maps({ client('X-Whole' => '/ctx/') }, '/whole/x', 302, [
    [Location => '/ctx/y', '/whole/y', 'a bare path'],
    [Location => 'http://w.test/ctx/y', '/whole/y', 'whatever its name'],
    [Location => 'http://foreign.example/ctx/y', '=', 'foreign'],
]);

# ---- a result that is no URL ------------------------------------------------

# The rule is off, for its paths, too; the others go on.
sub off {
    my ($name, $target, $origin, %headers) = @_;
    maps({ client(%headers) }, $target, 302, [
        [Location => "$origin/ctx/y", '=', "off: $name"],
        [Location => '/ctx/y', '=', "off: $name"],
        [Location => 'http://fixed.test/ctx/y', '/fixed/y', "on: $name"],
    ]);
    maps({ client(%headers) }, $target, 200, [
        ['Set-Cookie' => 'a=1; Path=/ctx', '=', "off: $name"],
    ]);
    return;
}

off('no header', '/app/x', 'http://b.test:8080');
off("host '$_'", '/app/x', 'http://b.test:8080', 'X-Backend' => $_) for
    'b.test:99999', 'b test', 'u@b.test:8080', 'b.test:8080\\', '[::1', '%00',
    '/', '?b.test', '#b.test', ':8080';
off('no header in Location', '/loc/x', 'http://f.test');
off("path '$_'", '/env/x', 'http://c.test', 'X-Ctx' => $_)
    for '../ctx', 'a/../ctx', '%2e%2e/ctx', 'ctx?q', 'ctx#f', '100%',
    'ctx\\';
off("'$_'", '/whole/x', 'http://w.test', 'X-Whole' => $_)
    for '', 'w.test', 'w.test/ctx/', '//w.test/ctx/', 'ftp://w.test/ctx/',
    'fcgi://w.test/ctx/', 'http:/w.test/ctx/', 'balancer://w/ctx/',
    'unix:/run/w.sock', 'javascript:alert(1)', '%{req:X-Whole}', '$0';
off("public side '$_'", '/public/x', 'http://d.test', 'X-Public' => $_)
    for '', 'public', '//evil.test/', 'https://', 'https://u@evil.test/',
    'javascript:alert(1)', '/../', '/a?b', 'unix:/x|http://d.test/';
off('one of two', '/both/x', 'http://e.test', 'X-Name' => 'e.test');
off('the other of two', '/both/x', 'http://e.test', 'X-Site' => 'www.test');

unlike(logged(sub {
        get(client('X-Backend' => 'b test'), target => '/app/x',
            reply => reply(302, [[Location => '/ctx/y']]));
    }), qr/\[revmap:(?:warn|error|crit)/, 'the client does not fill the log');

# ---- cookies ----------------------------------------------------------------

# A cookie is for all public sides of its backend: those that are written, and
# its own.
my $server = RevMap::Server->new(<<'END')->start;
ProxyPass /fixed/ http://b.test/ctx/
RevMap /fixed/ http://b.test/ctx/
ProxyPass /app/ http://b.test/ctx/
RevMap /app/ http://%{req:X-Backend}/ctx/
END
for (
    ['/app/x', 'b.test', '/', 'of both'],
    ['/fixed/x', 'b.test', '/fixed', 'of the one that is written'],
    ['/fixed/x', 'c.test', '/fixed', 'of one'],
) {
    my ($target, $backend, $path, $name) = @$_;
    maps({ host => 'alone.test', port => $server->port,
        headers => [['X-Backend' => $backend]] }, $target, 200, [
            ['Set-Cookie' => 'a=b; Path=/ctx', "a=b; Path=$path", $name],
            ['Set-Cookie' => 'a=b', 'a=b' . ($path eq '/' ? '; Path=/' : ''),
                "$name, without Path"],
        ]);
}
$server->stop;

# ---- balancers --------------------------------------------------------------

SKIP: {
    skip 'httpd has no balancer', 1
        if !Apache::Test::have_module('lbmethod_byrequests');
    my %member = (1 => '/one', 2 => '/two');
    for my $route (sort keys %member) {
        for my $mount (
            ['expr-flat.test',     '/bal', ''],
            ['expr-balancer.test', '/in',  '/in'],
            ['expr-balancer.test', '/loc', '/loc'],
        ) {
            my ($host, $public, $path) = @$mount;
            mount_maps("member $route", {
                host     => $host,
                public   => $public,
                backend  => "http://m$route.test:8080",
                inside   => "$member{$route}$path",
                client   => { headers => [[Cookie => "ROUTE=s.$route"]] },
                relative => $path ne '',
            });
        }
    }
}

# ---- mistakes ---------------------------------------------------------------

refused([
    ['RevMap /app/ http://%{req:X/',
        qr{RevMap: '/?.*http://%\{req:X/' is no expression}],
    ['RevMap /app/ http://%{nosuch:X}/',
        qr{'http://%\{nosuch:X\}/' is no expression}],
    ['RevMap /%{req:X/ http://b.test/', qr{'/%\{req:X/' is no expression}],
    ['RevMap app http://%{req:X}/', qr{'app' is neither a URL nor a path}],
    ['RevMap /%{req:X}/ backend', qr{'backend' is neither a URL nor a path}],
    ['RevMap /app/ http://%{req:X}/ retry=0', qr{'retry=0' is an option}],
    ['RevMap http://%{req:X}/', qr{'http://%\{req:X\}/' stands alone}],
    ['RevMap /app/ balancer://c/?q', qr{'balancer://c/\?q' has a '\?'}],
    ['RevMap balancer://c/ /app/', qr{'balancer://c/' .*cannot be used}s],
]);

accepted([
    ['RevMap /app/ http://%{req:X-Backend}/ctx/'],
    ['RevMap https://%{HTTP_HOST}/app/ http://b.test/'],
    ["<Location /app/>\n  RevMap http://%{env:BACKEND}/\n</Location>"],
    ["<Proxy balancer://c>\n  BalancerMember http://m.test\n</Proxy>\n"
        . 'RevMap /app/ balancer://c/ctx/'],
    ["<Proxy balancer://c>\n  BalancerMember http://m.test\n</Proxy>\n"
        . "<Location /app/>\n  RevMap balancer://c\n</Location>"],
    # The balancer of a virtual host, and one that is written later.
    ["RevMap /app/ balancer://c/\n<VirtualHost *:1>\n"
        . "<Proxy balancer://c>\n  BalancerMember http://m.test\n</Proxy>\n"
        . '</VirtualHost>'],
]);

warned([
    ['RevMap /app/ balancer://nosuch/',
        qr{RevMap on line \d+ of \S+: 'balancer://nosuch' is unknown: write}],
    ["<Proxy balancer://c>\n  BalancerMember http://m.test\n</Proxy>\n"
        . 'RevMap /app/ balancer://c2/',
        qr{'balancer://c2' is unknown}, 'a name that is longer'],
]);

done_testing();
