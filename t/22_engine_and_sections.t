# SPDX-License-Identifier: Apache-2.0
#
# Which rules are in force for a request, and which of them wins. The
# configuration stands in conf/vhosts/22_engine_and_sections.conf.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

# Each row: [$target, $location of a redirect, $expected, $name].
sub redirects {
    my ($host, $rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($target, @row) = @$row;
        $row[-1] = "$target: $row[-1]";
        maps($host, $target, 302, [[Location => @row]]);
    }
    return;
}

# ---- on and off -------------------------------------------------------------

redirects('engine.test', [
    ['/p/page', 'http://b.test/x', '/p/x', 'on by default'],
    ['/p/off/page', 'http://b.test/x', '=', 'RevMapEngine Off'],
    ['/p/off/on/page', 'http://b.test/x', '/p/x', 'On in a section of it'],
    ['/p/setenv/page', 'http://b.test/x', '=', 'SetEnv no-revmap'],
    ['/p/setenv/unset/page', 'http://b.test/x', '/p/x', 'UnsetEnv'],
]);
maps({ host => 'engine.test', headers => [['X-Plain' => 1]] },
    '/p/page', 302, [
    [Location => 'http://b.test/x', '=', 'SetEnvIf no-revmap'],
    ['Set-Cookie' => 'a=b; Path=/', '=', 'SetEnvIf no-revmap'],
]);
maps('engine.test', '/p/off/page', 302, [
    ['Set-Cookie' => 'a=b; Path=/', '=', 'RevMapEngine Off'],
]);

# ---- which rule -------------------------------------------------------------

redirects('sections.test', [
    ['/page', 'http://b.test/x', '/out/x', 'rule of the virtual host'],

    ['/inner/page', 'http://b.test/x', '/in/x', 'a tie: inner over outer'],
    ['/inner/most/page', 'http://b.test/x', '/most/x', 'and innermost'],
    ['/inner/page', 'http://b.test/long/x', '/in-long/x', 'inner and longer'],
    ['/inner/page', 'http://b.test/long/er/x', '/long/x',
        'the longest wins, over all sections'],
    ['/inner/most/page', 'http://b.test/long/x', '/in-long/x',
        'the longest wins, over all sections'],
    ['/inner/page', 'http://b.test/same/x', '/in-bare/x',
        'a tie: inner comes before origin'],

    ['/page', 'http://b.test/tie/x', '/host/x',
        'a tie: an origin over a bare path'],
    ['/page', '/tie/x', '/host/x', 'a tie: the same for a path'],
    ['/page', '/bare/x', '/bare-only/x', 'the bare path is longer'],
    ['/page', 'http://b.test/bare/x', '/bare-only/x', 'and for a URL'],
    ['/page', 'http://other.test/bare/x', '=', 'but for no foreign one'],
    ['/page', 'http://b.test/same/x', '/first/x', 'a tie: the first'],
    ['/second/page', 'http://b.test/same/x', '/second/x',
        'a tie: that of this request before the first'],

    ['/none/page', 'http://b.test/x', '=', 'RevMap none'],
    ['/none/page', '/x', '=', 'RevMap none'],
    ['/none/page', 'http://inherited.test/x', '=', 'RevMap none'],
    ['/none/again/page', 'http://b.test/x', '/again/x', 'and a rule within'],
    ['/none/again/page', 'http://b.test/long/er/x', '/again/long/er/x',
        'but not those outside'],
    ['/afresh/page', 'http://b.test/x', '/afresh/x', 'none and a rule'],
    ['/afresh/page', 'http://b.test/long/er/x', '/afresh/long/er/x',
        'none and a rule'],

    ['/if/page', 'http://b.test/x', '/out/x', 'outside of <If>'],
    ['/if/page?if', 'http://b.test/x', '/if/x', 'inside of <If>'],
    ['/match/page', 'http://b.test/x', '/matched/x', '<LocationMatch>'],
    ['/other/page', 'http://b.test/x', '/matched/x', '<LocationMatch>'],
    ['/matches/page', 'http://b.test/x', '/out/x', 'no <LocationMatch>'],

    ['/page', 'http://not-used.test/x', '=',
        'a backend that has no rule'],
    ['/page', 'http://inherited.test/x', '/inherited/x',
        'a rule of the main server'],
]);

redirects('inherits.test', [
    ['/page', 'http://inherited.test/x', '/own/x',
        'a tie: the virtual host over the main server'],
    ['/none/page', 'http://inherited.test/x', '=', 'RevMap none'],
]);
redirects('inherits-only.test', [
    ['/page', 'http://inherited.test/x', '/inherited/x',
        'a virtual host without a rule of its own'],
    ['/page', '/x', '/inherited/x', 'a virtual host without a rule'],
]);

# ---- RevMap ! ---------------------------------------------------------------

redirects('except.test', [
    ['/p/page', 'http://b.test/x', '/p/x', 'mapped'],
    ['/p/page', 'http://b.test/static/x', '=', 'excepted'],
    ['/p/page', 'http://b.test/static', '=', 'excepted'],
    ['/p/page', 'https://B.test/%73tatic/x', '=', 'excepted in any spelling'],
    ['/p/page', '/static/x', '=', 'excepted, a path'],
    ['/p/page', 'http://b.test/static/never/x', '=',
        'excepted from RevMapRewrite, too'],
    ['/p/page', 'http://b.test/statics', '/p/statics', 'segments'],
    ['/p/page', 'http://b.test/static/deep/x', '/deep/x',
        'the longer rule wins'],
    ['/p/page', 'http://b.test/static/deep/rewritten', '/rewritten',
        'RevMapRewrite, where the longer rule wins'],
    ['/p/page', '/bare/x', '=', 'a bare path'],
    ['/p/page', 'http://b.test/bare/x', '=', 'a bare path'],
    ['/p/inner/page', 'http://b.test/static/x', '/in/x',
        'a tie: the inner section'],
]);

# ---- RevMapRewrite ----------------------------------------------------------

my $b = 'http://b.test:8080';
redirects('rewrite.test', [
    ['/p/page', "$b/item/1/x", '/i/x/1', 'groups'],
    ['/p/page', "$b/item/1/x?q=1#f", '/i/x/1?q=1#f',
        'query and fragment are carried over'],
    ['/p/page', "$b/item/1/much/longer/x", '/i/much/longer/x/1',
        'before a longer prefix rule'],
    ['/p/page', "$b/item/x/1", '/p/item/x/1',
        'the prefix rule where none matches'],
    ['/p/page', '/item/1/x', '/i/x/1', "a path is the backend's"],
    ['/p/page', 'HTTP://B.Test:08080/%69tem/x/../1/x', '/i/x/1',
        'the normal form is matched'],
    ['/p/page', 'http://b.test/item/1/x', '=', 'another port'],
    ['/p/page', "$b/find/x", '/search?for=x', 'a query of its own'],
    ['/p/page', "$b/find/x?q=1", '/search?for=x', 'which replaces'],
    ['/p/page', "$b/abs/x?q=1", 'https://www.example.com/x?q=1',
        'a URL as public side'],
    ['/p/page', 'http://other.test/x', '/other/x',
        'any URL can be matched, if it is written'],
    ['/p/page', "http://evil.test/?$b/item/1/x", '=', 'never a part'],
    ['/p/page', "$b/item/1/x/", '/i/x//1', 'as it is matched'],
    ['/p/page', "$b/a", '/either', 'alternatives are anchored, too'],
    ['/p/page', "$b/b", '/either', 'alternatives are anchored, too'],
    ['/p/page', "$b/ax", '/p/ax', 'alternatives are anchored, too'],
    ['/p/page', "$b/x/b", '/p/x/b', 'alternatives are anchored, too'],
    ['/p/page', "$b/anchored", '/both-ends', 'anchors do no harm'],
    ['/p/page', "$b/abcdef/x", '/x/fedcba/abcdef', 'nine groups'],
    ['/p/page', '/old/x?q', '/new/x?q', 'a path'],
    ['/p/page', "$b/old/x?q", '/new/x?q', "a URL of the backend's"],
    ['/p/page', 'http://evil.test/old/x', '=', 'but not a foreign one'],
    ['/p/page', '//evil.test/old/x', '=', 'but not a foreign one'],
    ['/p/page', "$b/very/old/x", '/p/very/old/x', 'a path is anchored'],
    ['/p/page', '/zero/x', '/all/zero/x', '$0'],
    ['/p/inner/page', "$b/item/1/x", '/in/1/x', 'inner sections first'],
    ['/p/none/page', "$b/item/1/x", '=', 'RevMap none'],
]);

# ---- RevMapOrigin -----------------------------------------------------------

redirects('origin.test', [
    ['/p/page', 'http://b.test/x', '/p/x', 'auto'],
    ['/p/page', 'http://b.test/fixed/x', 'https://fixed.test/fixed/x',
        'the rule has an origin'],
    ['/p/server/page', 'http://b.test/x', 'http://origin.test/p/x', 'server'],
    ['/p/server/page', 'http://b.test/fixed/x', 'https://fixed.test/fixed/x',
        'the rule has an origin'],
    ['/p/url/page', 'http://b.test/x', 'https://www.example.com:8443/p/x',
        'a URL'],
    ['/p/url/auto/page', 'http://b.test/x', '/p/x', 'auto again'],
]);

# A header that is no redirect is absolute anyway.
my @rows = (
    ['origin.test', '/p/page', 'http://origin.test/p/x', 'auto'],
    ['alias.origin.test', '/p/page', 'http://alias.origin.test/p/x',
        'a ServerAlias'],
    ['a.wild.origin.test', '/p/page', 'http://a.wild.origin.test/p/x',
        'a ServerAlias with a wildcard'],
    ['ORIGIN.test', '/p/server/page', qr{^http://origin\.test/p/x$}i,
        'server'],
    ['origin.test', '/p/url/page', 'https://www.example.com:8443/p/x',
        'a URL'],
    ['origin.test', '/p/url/auto/page', 'http://origin.test/p/x',
        'auto again'],
    ['origin-tls.test', '/p/page', 'https://origin-tls.test/p/x',
        'the scheme of ServerName'],
    ['origin-port.test:8080', '/p/page', 'http://origin-port.test:8080/p/x',
        "the client's port"],
);
for (@rows) {
    my ($host, $target, $expected, $name) = @$_;
    for my $status (201, 302) {
        my $header = $status == 201 ? 'Location' : 'Content-Location';
        my $got = get(host => $host, target => $target,
            reply => reply($status, [[$header => 'http://b.test/x']]))
            ->header($header);
        ref $expected ? like($got, $expected, "$header: $name")
                      : is($got, $expected, "$header: $name");
    }
}
maps('origin-tls.test', '/p/page', 302, [
    [Location => 'http://b.test/x', 'https://origin-tls.test/p/x', 'server'],
]);

# ---- RevMapHeader -----------------------------------------------------------

# Each row: [$target, the headers that are mapped, $name].
my %sent = (
    Location             => ['http://b.test/x', '/p/x'],
    'Content-Location'   => ['/x', '/p/x'],
    URI                  => ['/x', '/p/x'],
    'Set-Cookie'         => ['a=b; Path=/x', 'a=b; Path=/p/x'],
    'X-Mine'             => ['/x', '/p/x'],
    'X-More'             => ['/x', '/p/x'],
    'X-Crumb'            => ['a=b; Path=/x', 'a=b; Path=/p/x'],
    'Operation-Location' => ['/x', '/p/x'],
    'Azure-AsyncOperation' => ['/x', '/p/x'],
    'OData-EntityId'     => ['/x', '/p/x'],
    'X-Pingback'         => ['/x', '/p/x'],
);
my @usual = qw(Location Content-Location URI Set-Cookie);
for (
    ['/p/page', [@usual, qw(X-Mine X-Crumb)], 'names with a kind'],
    ['/p/add/page', [@usual, qw(X-Mine X-Crumb X-More)], 'sections add'],
    ['/p/minus/page', [qw(Content-Location URI Set-Cookie X-Crumb)],
        'a minus takes away'],
    ['/p/minus/plus/page',
        [qw(Location Content-Location URI Set-Cookie X-Crumb)],
        'and gets it back'],
    ['/p/none/page', [], 'none'],
    ['/p/only/page', ['Location'], 'none but one'],
    ['/p/api/page', [@usual, qw(X-Mine X-Crumb Operation-Location
        Azure-AsyncOperation OData-EntityId X-Pingback)], '@api'],
) {
    my ($target, $names, $name) = @$_;
    my %mapped = map { $_ => 1 } @$names;
    maps('header.test', $target, 302, [[
        (map { [$_ => $sent{$_}[0], $mapped{$_} ? $sent{$_}[1] : '='] }
            sort keys %sent),
        "$target: $name",
    ]]);
}
maps('header.test', '/p/kind/page', 302, [
    ['X-Crumb' => '/x', '/p/x', 'another kind'],
    ['X-Crumb' => 'a=b; Path=/x', '=', 'another kind'],
]);

# ---- public sides -----------------------------------------------------------

# A <Location> is decoded text, a URL is not.
maps('spaces.test', '/my%20app/page', 302, [
    [Location => 'http://b.test/x', '/my%20app/x', 'a space'],
    [Location => '/x%20y', '/my%20app/x%20y', 'a space'],
    [Location => '/my%20app/x', '=', 'already public'],
    ['Content-Location' => 'http://b.test/x',
        'http://spaces.test/my%20app/x', 'a space'],
    ['Set-Cookie' => 'a=b; Path=/', 'a=b; Path=/my%20app', 'a space'],
    ['Set-Cookie' => 'a=b; Path=/x', 'a=b; Path=/my%20app/x', 'a space'],
]);

redirects('mounts.test', [
    ['/one/page', 'http://b.test/x', '/one/x', 'the mount of this request'],
    ['/two/page', 'http://b.test/x', '/two/x', 'the mount of this request'],
    ['/one/page', '/x', '/one/x', 'the mount of this request'],
    ['/two/page', '/x', '/two/x', 'the mount of this request'],
    ['/one/page', 'http://b.test/ctx/x', '/four/x', 'the longest'],
    ['/four/page', 'http://b.test/x', '/one/x', 'no mount: the first'],
]);

# A cookie is sent to all the places to which it belongs.
maps('mounts.test', '/one/page', 302, [
    ['Set-Cookie' => 'a=b; Path=/', 'a=b; Path=/', 'all mounts'],
    ['Set-Cookie' => 'a=b; Path=/x', 'a=b; Path=/', 'all but one'],
    ['Set-Cookie' => 'a=b; Path=/ctx', 'a=b; Path=/',
        'one of its own, and /ctx of the others'],
]);
for my $target ('/site/one/page', '/site/two/page') {
    maps('common.test', $target, 302, [
        ['Set-Cookie' => 'a=b; Path=/ctx', 'a=b; Path=/site',
            "$target: common ancestor"],
        ['Set-Cookie' => 'a=b; Path=/ctx/x', 'a=b; Path=/site',
            "$target: common ancestor"],
        ['Set-Cookie' => 'a=b; Path=/other/x', '=', "$target: one mount"],
    ]);
}

done_testing();
