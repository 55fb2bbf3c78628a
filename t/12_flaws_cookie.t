# SPDX-License-Identifier: Apache-2.0
#
# Where ProxyPassReverseCookiePath and -CookieDomain are wrong: what RevMap
# makes of the same cookie. C-0 to C16 are what was found with httpd 2.4.71;
# what it makes of the cookie stands behind the semicolon.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

sub cookies {
    my ($host, $target, $rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    maps($host, $target, 200, [map { ['Set-Cookie' => @$_] } @$rows]);
    return;
}

# C-0: the heap overflow of CVE-2026-34356, as it was found and of other sizes.
# Once by a rule, once by the explicit directive.
for my $host (qw(foo.test foo-explicit.test)) {
    for my $length (1, 100, 1000) {
        my $long = 'x' x $length;
        for (
            ["a=b; Path=/foo$long; Path=/", "a=b; Path=/foo$long; Path=/"],
            ["a=b; Path=/foo/$long; Path=/", "a=b; Path=/app/$long; Path=/"],
            ["a=b; Path=/; Path=/foo/$long", "a=b; Path=/; Path=/app/$long"],
        ) {
            my ($sent, $expected) = @$_;
            my $got = get(host => $host, target => '/app/page',
                reply => reply(200, [['Set-Cookie' => $sent]]));
            is($got->header('Set-Cookie'), $expected,
                "C-0: $host, Path twice, $length bytes longer");
        }
    }
}

# RevMap /app http://backend.test/foo
# RevMapCookiePath /foo /app
for my $host (qw(foo.test foo-explicit.test)) {
    cookies($host, '/app/page', [
        ['a=b; Path=/foobar', '=', "C1: $host, a longer segment; Path=/app"],
        ['a=b; Path=/foo/bar', 'a=b; Path=/app/bar',
            "C2: $host, the rest is kept; Path=/app"],
        ['a=b; Path=/foo', 'a=b; Path=/app', "C1, C2: $host, this one"],
        ['a=b; Path=/foo/', 'a=b; Path=/app/', "C1, C2: $host, this one"],
        ['path=/foo/cookievalue; HttpOnly', '=',
            "C5: $host, a cookie named path; its value is lost"],
        ['path=/foo; Path=/foo', 'path=/foo; Path=/app',
            "C5: $host, the attribute alone"],
        ['a=b; path = /foo', 'a=b; path = /app',
            "C7: $host, blanks; not mapped"],
        ['a=b; Path= /foo', 'a=b; Path= /app',
            "C7: $host, blanks; not mapped"],
        ["a=b;\tPath\t=\t/foo\t;Secure", "a=b;\tPath\t=\t/app\t;Secure",
            "C7: $host, tabs are blanks, too"],
        ['a=b; Path="/foo"', '=', "C7: $host, a quote is no path"],
        ['a=b; Path=/foo, c=d; HttpOnly', '=',
            "C8: $host, two cookies in one field; the second is lost"],
        ['a=b; Path=/foo; Path=', 'a=b; Path=/app; Path=',
            "C9: $host, each occurrence; not mapped"],
        ['a=b; Path=; Path=/foo', 'a=b; Path=; Path=/app',
            "C9: $host, each occurrence"],
    ]);
}

# RevMap /app/ http://backend.test/
cookies('root.test', '/app/page', [
    ['a=b; Path=/admin', 'a=b; Path=/app/admin',
        'C3: the rest is kept; Path=/app/'],
    ['a=b; Path=/', 'a=b; Path=/app', 'C3: a whole application'],
    ['__Host-s=b; Path=/; Secure', '=',
        'C4: browsers accept no other Path; Path=/app/'],
    ['__hOST-s=b; Path=/; Secure', '=', 'C4: in any case'],
    ['a=b; Path=/app', '=', 'already public'],
    ['a=b; Path=/app/x', '=', 'already public'],
]);

# RevMapCookiePath / /app/
cookies('root-explicit.test', '/app/page', [
    ['a=b; Path=/admin', 'a=b; Path=/app/admin', 'C3: explicit'],
    ['a=b; Path=/', 'a=b; Path=/app/', 'C3: explicit, exactly as spelled'],
    ['__Host-s=b; Path=/; Secure', '=', 'C4: explicit'],
]);

# RevMapCookieDomain backend.test www.domain.test
cookies('domain.test', '/page', [
    ['a=b; Domain=backend.test', 'a=b; Domain=www.domain.test', 'C6-C13'],
    ['a=b; DOMAIN=BackEnd.Test', 'a=b; DOMAIN=www.domain.test',
        'C6-C13: in any case'],
    ['domain=backend.test/v; Path=/', '=',
        'C6: a cookie named domain; its value is lost'],
    ['domain=backend.test; Path=/', '=', 'C6: the whole value'],
    ['a=b; Domain=.backend.test', 'a=b; Domain=www.domain.test',
        'C10: a leading dot; not mapped'],
    ['a=b; Domain=backend.test.evil.test', '=',
        'C11: a longer host; Domain=www.domain.test'],
    ['a=b; Domain=backend.testhost', '=',
        'C11: a longer label; Domain=www.domain.test'],
    ['a=b; Domain=sub.backend.test', '=',
        'C12: the backend may not set it, and the rule is exact'],
    ['a=b; Domain=backend.test; Domain=other.test',
        'a=b; Domain=www.domain.test; Domain=other.test',
        'C13: each occurrence; the first one leaks'],
    ['a=b; Domain=other.test; Domain=backend.test',
        'a=b; Domain=other.test; Domain=www.domain.test',
        'C13: each occurrence'],
    ['__Host-s=b; Domain=backend.test; Secure; Path=/', '=',
        'C4: rejected before, rejected after'],
]);

# RevMapCookieDomain .backend.test domain-suffix.test
cookies('domain-suffix.test', '/page', [
    ['a=b; Domain=sub.backend.test', 'a=b; Domain=domain-suffix.test',
        'C12: a suffix; not mapped'],
    ['a=b; Domain=x.sub.backend.test', 'a=b; Domain=domain-suffix.test',
        'C12: a suffix, two labels'],
    ['a=b; Domain=notbackend.test', '=', 'C12: a label that only ends so'],
    ['a=b; Domain=sub.backend.test.evil.test', '=', 'C11: a longer host'],
]);

# RevMapCookieDomain backend.test remove
cookies('domain-remove.test', '/page', [
    ['a=b; Domain=backend.test; Secure', 'a=b; Secure', 'removed'],
    ['a=b; Secure; Domain=backend.test', 'a=b; Secure', 'removed at the end'],
    ['a=b; Domain=other.test; Domain=backend.test', 'a=b',
        'C13: all are removed, so that none widens'],
]);

# No directive: what a browser would reject becomes a host's own cookie.
cookies('domain-none.test', '/page', [
    ['a=b; Domain=www.backend.test', 'a=b', "the backend's host"],
    ['a=b; Domain=backend.test', 'a=b', 'a parent of it'],
    ['a=b; Domain=.Backend.Test', 'a=b', 'with a dot, in any case'],
    ['a=b; Domain=sub.www.backend.test', '=', 'C12: below it'],
    ['a=b; Domain=ackend.test', '=', 'C11: a shorter label'],
    ['a=b; Domain=domain-none.test', '=', 'the public host'],
    ['a=b; Domain=other.test', '=', 'foreign'],
    ['a=b; Domain=other.test; Domain=backend.test', 'a=b',
        'C13: the last one decides'],
]);

# RevMapCookieDomain local short.test
# RevMapCookieDomain local.example.com long.test
cookies('domain-order.test', '/page', [
    ['a=b; Domain=local.example.com', 'a=b; Domain=long.test',
        'C14: the whole name, not the first rule; Domain=short.test'],
    ['a=b; Domain=local', 'a=b; Domain=short.test', 'C14: the shorter one'],
    ['a=b; Domain=localhost', '=', 'C11: a longer label'],
]);

# C15: a cookie without Path belongs to the directory of the request. Where
# that is not the same place on both sides, it has to be said.
cookies('root.test', '/app/page', [
    ['a=b', '=', 'C15: /app on both sides'],
    ['a=b; HttpOnly', '=', 'C15: /app on both sides'],
]);
cookies('root.test', '/app', [
    ['a=b', 'a=b; Path=/app', 'C15: / here, / there, which is /app'],
    ['a=b; Path=', 'a=b; Path=; Path=/app', 'C15: an empty Path is none'],
    ['__Host-s=b; Secure', '=', 'C15: never for __Host-'],
]);
cookies('foo.test', '/short', [
    ['a=b', 'a=b; Path=/app/deep', 'C15: / here, /foo/deep there'],
]);
cookies('foo.test', '/app/deep/er/page', [
    ['a=b', 'a=b; Path=/app', 'C15: /app/deep/er here, /foo there'],
]);

# ---- C16: an HTTP/2 backend that is told the public Host --------------------

SKIP: {
    my @http2 = RevMap::Server::extra_modules(qw(http2 proxy_http2));
    skip 'C16: httpd has no mod_http2 or mod_proxy_http2', 3 if !@http2;
    skip 'C16: mod_http2 does not work with prefork', 3
        if grep { /mpm_prefork/ } RevMap::Server::suite_modules();

    my $backend = RevMap::Server->new(<<'END',
Protocols h2c http/1.1
Redirect 302 /foo/page http://c16.test/foo/x
Header always add Set-Cookie "a=b; Path=/foo/bar"
Header always add Set-Cookie "c=d; Path=/foobar; Domain=c16.test"
END
        modules => sub { (@_, @http2) })->start;
    my $port  = $backend->port;
    my $front = RevMap::Server->new(<<"END",
ServerName http://c16.test:80
ProxyPreserveHost On
ProxyPass /app h2c://127.0.0.1:$port/foo
RevMap /app h2c://127.0.0.1:$port/foo
END
        modules => sub { (@_, @http2) })->start;
    my $response = request(port => $front->port, host => 'c16.test',
        target => '/app/page');
    is($response->{status}, 302, 'C16: HTTP/2 to the backend');
    is_deeply([$response->header('Set-Cookie')],
        ['a=b; Path=/app/bar', 'c=d; Path=/foobar; Domain=c16.test'],
        'C16: cookies are mapped; they are not');
    is($response->header('Location'), '/app/x', 'C16: and so is Location');
}

done_testing();
