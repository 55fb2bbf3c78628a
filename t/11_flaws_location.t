# SPDX-License-Identifier: Apache-2.0
#
# Where ProxyPassReverse is wrong: the same configuration with RevMap. L1 to
# L38 are what was found with httpd 2.4.71; what it makes of the header stands
# behind the semicolon. Not here: L30 to L37, which are about balancers.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Config;
use RevMap::Server;
use RevMap::Test;

# RevMap /app http://backend.test
maps('l1.test', '/app/page', 302, [
    [Location => 'http://backend.test.evil.test/x', '=',
        'L1: a longer host; /app.evil.test/x'],
    [Location => 'http://backend.test:8081/x', '=',
        'L2: another port; /app:8081/x'],
    [Location => 'http://backend.test@evil.test/', '=',
        'L3: userinfo; /app@evil.test/'],
    [Location => 'http://backend.test/x', '/app/x', 'L1-L3: but this one'],
]);

# RevMap https://www.example.com http://backend.test
maps('l4.test', '/page', 302, [
    [Location => 'http://backend.test.evil.test/x', '=',
        'L4: https://www.example.com.evil.test/x'],
    [Location => 'http://backend.test@evil.test/x', '=',
        'L4: https://www.example.com@evil.test/x'],
    [Location => 'http://backend.test/x', 'https://www.example.com/x',
        'L4: but this one'],
]);

# RevMap /app http://backend.test/public
maps('l5.test', '/app/page', 302, [
    [Location => 'http://backend.test/publications', '=',
        'L5: a longer segment; /appations'],
    [Location => 'http://backend.test/PUBLIC/x', '=',
        'L6: case of paths; /app/x'],
    [Location => 'http://backend.test/public/x', '/app/x',
        'L5, L6: but this one'],
]);

# RevMap /app http://backend.test/
maps('l7.test', '/app/page', 302, [
    [Location => 'http://backend.test/x', '/app/x', 'L7: /appx'],
]);

# RevMap /app/ http://backend.test
maps('l8.test', '/app/page', 302, [
    [Location => 'http://backend.test/x', '/app/x', 'L8: /app//x'],
]);

# RevMap / http://backend.test
maps('l9.test', '/page', 302, [
    [Location => 'http://backend.test/x', '/x', 'L9: //x'],
]);

# RevMap /app/ http://backend.test/
maps('l10.test', '/app/page', 302, [
    [Location => 'http://backend.test', '/app/', 'L10: empty path; leaks'],
    [Location => 'http://backend.test?x=1', '/app/?x=1', 'L10: leaks'],
    [Location => 'http://backend.test:80/x', '/app/x',
        'L11: default port; leaks'],
    [Location => 'http://backend.test:/x', '/app/x', 'L11: no port at all'],
    [Location => 'https://backend.test/x', '/app/x',
        'L12: https on its default port; leaks'],
    [Location => 'https://backend.test:8443/x', '=', 'L12: another port'],
    [Location => '//backend.test/x', '/app/x',
        'L13: network-path reference; leaks'],
    [Location => '//backend.test', '/app/', 'L13: with an empty path'],
    # Nothing is made of a URL that programs read in different ways.
    [Location => 'http://user:pw@backend.test/x', '=', 'L14: userinfo'],
    [Location => '/x', '/app/x', 'L15: path only; leaves /app'],
    [Location => '/', '/app/', 'L15: path only'],
    [Location => '/x?y=/z#f', '/app/x?y=/z#f', 'L15: path only'],
]);

# RevMap /app/ http://backend.test/
# RevMap /safe/ https://backend.test/
maps('l12.test', '/app/page', 302, [
    [Location => 'https://backend.test/x', '/safe/x',
        'L12: https has a rule of its own'],
    [Location => 'http://backend.test/x', '/app/x', 'L12: and http has, too'],
]);

# RevMap /app http://backend.test/public
maps('l5.test', '/app/page', 302, [
    [Location => 'http://backend.test/%70ublic', '/app',
        'L16: escapes; leaks'],
    [Location => 'http://backend.test/%70ublic/%41', '/app/%41',
        'L16: what is behind the match stays as it is'],
    [Location => 'http://backend.test/x/../public', '/app',
        'L16: dot segments; leaks'],
    [Location => 'http://backend.test/x/%2E%2e/public/y', '/app/y',
        'L16: dot segments, escaped'],
    [Location => 'http://backend.test/public/../x', '=',
        'L16: dot segments that lead out; /app/../x'],
    [Location => 'http://backend.test/public/%2e%2e/x', '=',
        'L16: the same, escaped'],
]);

# RevMap /app/ /
maps('l17.test', '/app/page', 302, [
    [Location => 'https://sso.example.org/login?x=1', '=',
        'L17: foreign; /app/login?x=1'],
    [Location => '//sso.example.org/login', '=',
        'L18: foreign; /app//sso.example.org/login'],
    [Location => '/login?next=http://backend.test/x',
        '/app/login?next=http://backend.test/x',
        'L19: a URL in the query; /app/x'],
    [Location => 'https://sso.example.org?next=https://backend.test/x', '=',
        'L20: foreign; /app//backend.test/x'],
    [Location => '/x', '/app/x', 'L17-L20: but this one'],
    [Location => 'http://backend.test/x', '/app/x', 'L17-L20: and this one'],
]);

# RevMap /app /ctx
maps('l21.test', '/app/page', 302, [
    [Location => 'https://cdn.example.net/ctx2/file', '=',
        'L21: foreign; /app2/file'],
    [Location => 'https://cdn.example.net/ctx/file', '=', 'L21: foreign'],
    [Location => '/ctx2/file', '=', 'L21: a longer segment'],
    [Location => '/ctx/file', '/app/file', 'L21: but this one'],
]);

# RevMap / http://backend.test/
# RevMap /app/ http://backend.test/deep/
maps('l22.test', '/page', 302, [
    [Location => 'http://backend.test/deep/x', '/app/x',
        'L22: the longest rule, not the first; /deep/x'],
    [Location => 'http://backend.test/x', '/x', 'L22: the shorter one'],
]);

# RevMap /a/ http://backend.test/
# RevMap /b/ http://backend.test/
maps('l23.test', '/b/page', 302, [
    [Location => 'http://backend.test/x', '/b/x',
        'L23: the mount of this request; /a/x'],
    [Location => '/x', '/b/x', 'L23: with a path'],
]);
maps('l23.test', '/a/page', 302, [
    [Location => 'http://backend.test/x', '/a/x', 'L23: the other mount'],
]);

# RevMap /app/ http://l24.test/, ProxyPreserveHost On
maps('l24.test', '/app/page', 302, [
    [Location => 'http://l24.test/app/x', '=',
        'L24: already public; /app/app/x'],
    [Location => '/app/x', '=', 'L24: the same as a path'],
    [Location => 'http://l24.test/x', '/app/x', 'L24: but this one'],
]);

# ---- the Host header of the client ------------------------------------------

# A site that takes any name, with a cache that knows only one of them.
my @cache = RevMap::Server::extra_modules(qw(cache cache_disk));
my $site = RevMap::Server->new('', modules => sub { (@_, @cache) });
my $lines = <<'END';
ProxyPass /app/ http://backend.test/
RevMap /app/ http://backend.test/
END
if (@cache) {
    my $root = $site->writable('cache');
    $lines .= <<"END";
CacheRoot "$root"
CacheEnable disk /
CacheKeyBaseURL http://alone.test:80/
CacheHeader On
END
}
$site->write_config($lines);
$site->start;

my %evil = (port => $site->port, host => 'evil.example.net:8443');
maps(\%evil, '/app/page', 302, [
    [Location => 'http://backend.test/x', '/app/x',
        'L25: Host is not repeated; http://evil.example.net:8443/app/x'],
]);
maps(\%evil, '/app/page', 201, [
    [Location => 'http://backend.test/x', 'http://alone.test/app/x',
        'L25: nor where the form stays absolute'],
    ['Content-Location' => 'http://backend.test/x', 'http://alone.test/app/x',
        'L25: nor in another header'],
]);

SKIP: {
    skip 'L26: httpd has no mod_cache_disk', 4 if !@cache;
    my $reply = reply(301, [
        [Location => 'http://backend.test/x'],
        ['Cache-Control' => 'max-age=3600'],
    ], 'Moved.');
    is(request(%evil, target => '/app/kept', reply => $reply)
        ->header('Location'), '/app/x', 'L26: on its way into the cache');
    my $hit = request(port => $site->port, host => 'alone.test',
        target => '/app/kept');
    like($hit->header('X-Cache'), qr/^HIT/, 'L26: a hit');
    is($hit->{status}, 301, 'L26: of the redirect');
    is($hit->header('Location'), '/app/x',
        'L26: which names no host; http://evil.example.net:8443/app/x');
}
$site->stop;

# ---- sections ---------------------------------------------------------------

# RevMap /app/ http://backend.test/, in <LocationMatch "^/app/(.*)$">
maps('l27.test', '/app/page', 302, [
    [Location => 'http://backend.test/x', '/app/x', 'L27: ^/app/(.*)$x'],
]);

# RevMap /app/ http://backend.test/, in <Location "/app/*">
maps('l28.test', '/app/page', 302, [
    [Location => 'http://backend.test/x', '/app/x', 'L28: /app/*x'],
]);

refused([
    [<<'END', qr/'http:\/\/backend\.test\/' stands alone/,
<LocationMatch "^/app/(.*)$">
RevMap http://backend.test/
</LocationMatch>
END
        'L27: a pattern is no public side'],
    [<<'END', qr/'http:\/\/backend\.test\/' stands alone/,
<Location "/app/*">
RevMap http://backend.test/
</Location>
END
        'L28: nor are wildcards'],
    [<<'END', qr/RevMap cannot occur within <Proxy> section/,
<Proxy http://127.0.0.1:8080/>
RevMap http://backend.test/
</Proxy>
END
        'L29: <Proxy> has no public side; http://127.0.0.1:8080/x'],
]);

# ---- each occurrence --------------------------------------------------------

maps('l10.test', '/app/page', 302, [
    [[Location => 'http://backend.test/x', '/app/x'],
        [Location => 'http://backend.test/y', '/app/y'],
        'L38: two fields'],
    [[Location => 'http://backend.test.evil.test/x', '='],
        [Location => 'http://backend.test/y', '/app/y'],
        'L38: two fields, the first one foreign'],
]);

done_testing();
