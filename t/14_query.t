# SPDX-License-Identifier: Apache-2.0
#
# RevMapQuery: URLs that are carried in the query of another URL.
#
#   https://query.test/p/  <->  http://b.test:8080/

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

my $HOST   = 'query.test';
my $THERE  = 'http://b.test:8080';
my $PUBLIC = 'https://query.test/p';
my $FIXED  = 'https://www.example.com:8443/p';
my $SSO    = 'https://sso.test/login';

sub escaped {
    my ($url) = @_;
    $url =~ s/([^\w.-])/sprintf '%%%02X', ord $1/ge;
    return $url;
}
my ($there, $public) = (escaped("$THERE/x?a=b"), escaped("$PUBLIC/x?a=b"));

# ---- where ------------------------------------------------------------------

maps($HOST, '/p/page', 302, [
    [Location => "$SSO?next=$there", "$SSO?next=$public", 'a foreign URL'],
    [Location => "$THERE/login?next=$there", "/p/login?next=$public",
        'a URL that is mapped'],
    [Location => "/login?a=1&next=$there#f", "/p/login?a=1&next=$public#f",
        'a path'],
    [Location => "login?next=$there", "login?next=$public", 'relative'],
    [Location => "/p/login?next=$there", "/p/login?next=$public",
        'a public path'],
    [Location => "$SSO#?next=$there", '=', 'not in the fragment'],
    [Location => "$SSO/next=$there", '=', 'not in the path'],
    [Location => "ftp://sso.test/?next=$there", '=', 'a scheme'],
    [Location => "http://u\@sso.test/?next=$there", '=', 'a user name'],
    ['Content-Location' => "$THERE/x?next=$there",
        "$PUBLIC/x?next=$public", 'other headers'],
    [Link => qq(<$SSO?next=$there>; rel="next", </x?next=$there>),
        qq(<$SSO?next=$public>; rel="next", </p/x?next=$public>), 'Link'],
    [Refresh => "5; url='$SSO?next=$there'", "5; url='$SSO?next=$public'",
        'Refresh'],
    ['HX-Redirect' => "$SSO?next=$there", "$SSO?next=$public", 'a kind'],
    ['HX-Location' => qq({"path":"\\/x?next=$there"}),
        qq({"path":"/p\\/x?next=$public"}), 'JSON'],
    ['WWW-Authenticate' => qq(Bearer realm="$SSO?next=$there"),
        qq(Bearer realm="$SSO?next=$public"), 'a challenge'],
    ['Set-Cookie' => "a=$SSO?next=$there", '=', 'no URL'],
    ['X-Url' => "$SSO?next=$there", '=', 'a header that is not mapped'],
]);

# ---- which ------------------------------------------------------------------

maps($HOST, '/p/page', 302, [
    [Location => "$SSO?next=$there&ReturnUrl=$there&next=$there",
        "$SSO?next=$public&ReturnUrl=$public&next=$public", 'several'],
    [Location => "$SSO?Next=$there&returnurl=$there", '=', 'case'],
    [Location => "$SSO?n%65xt=$there", "$SSO?n%65xt=$public",
        'a name with escapes'],
    [Location => "$SSO?a=b;next=$there", '=', 'a semicolon'],
    [Location => "$SSO?redirect_uri=$there", '=', 'a name that is not given'],
]);
for (
    ['/p/page', [qw(next ReturnUrl)], 'the virtual host'],
    ['/p/more/page', [qw(next ReturnUrl back)], 'a section adds'],
    ['/p/none/page', [], 'none'],
    ['/p/afresh/page', [qw(back)], 'none, and one'],
) {
    my ($target, $names, $name) = @$_;
    my %mapped = map { $_ => 1 } @$names;
    my $query = sub {
        my ($yes) = @_;
        return join '&', map { "$_=" . ($mapped{$_} ? $yes : $there) }
            qw(next ReturnUrl back);
    };
    maps($HOST, $target, 302, [
        [Location => "$SSO?" . $query->($there), "$SSO?" . $query->($public),
            "$target: $name"],
    ]);
}
maps('no-query.test', '/p/page', 302, [
    [Location => "$SSO?next=$there", '=', 'none by default'],
]);

# ---- what -------------------------------------------------------------------

maps($HOST, '/p/page', 302, [
    [Location => "$SSO?next=$THERE/x", "$SSO?next=$PUBLIC/x", 'not escaped'],
    [Location => "$SSO?next=" . lc $there, "$SSO?next=" . lc $public,
        'digits in lower case'],
    [Location => "$SSO?next=http%3A//b.test%3A8080/x%20y",
        "$SSO?next=https%3A//query.test/p/x%20y", 'some of it escaped'],
    [Location => "$SSO?next=" . escaped("$THERE/?next=$there"),
        "$SSO?next=" . escaped("$PUBLIC/?next=$there"),
        'nothing is searched in it'],
    [Location => "$SSO?next=" . escaped($there), '=', 'escaped twice'],
    [Location => "$SSO?next=%2Fx", '=', 'a path'],
    [Location => "$SSO?next=" . escaped('https://other.test/'), '=',
        'foreign'],
    [Location => "$SSO?next=$public", '=', 'public'],
    [Location => "$SSO?next=" . escaped("$THERE\@evil.test/"), '=',
        'a user name'],
    [Location => "$SSO?next=" . escaped("$THERE/x\r\nSet-Cookie: a=b"), '=',
        'control bytes'],
    [Location => "$SSO?next=${there}%", '=', 'no escape'],
]);
maps($HOST, '/p/origin/page', 302, [
    [Location => "$THERE/login?next=$there",
        "$FIXED/login?next=" . escaped("$FIXED/x?a=b"),
        'RevMapOrigin'],
]);

# The parameter would make it the URL that has been requested.
maps($HOST, "/p/login?next=$public", 302, [
    [Location => "/login?next=$there", "/p/login?next=$there", 'a loop'],
    [Location => "/other?next=$there", "/p/other?next=$public", 'no loop'],
]);
maps({ host => $HOST, method => 'POST' }, "/p/login?next=$public", 302, [
    [Location => "/login?next=$there", "/p/login?next=$public",
        'goes on with GET'],
]);

done_testing();
