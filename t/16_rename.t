# SPDX-License-Identifier: Apache-2.0
#
# RevMapCookie name rename=other: out in Set-Cookie, back in Cookie before a
# balancer looks for its session.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

# Out.
maps('rename.test', '/one/page', 200, [map { ['Set-Cookie' => @$_] } (
    ['JSESSIONID=1; Path=/; HttpOnly', 'ONE=1; Path=/one; HttpOnly', 'set'],
    ['JSESSIONID=; Path=/; Max-Age=0', 'ONE=; Path=/one; Max-Age=0',
        'deleted'],
    ['JSESSIONID = JSESSIONID', 'ONE = JSESSIONID', 'blanks'],
    ['jsessionid=1; Path=/', 'jsessionid=1; Path=/one', 'another name'],
    ['JSESSIONID', '=', 'a cookie without a name'],
    ['a=JSESSIONID=1', '=', 'a value'],
    ['__Host-login=1; Path=/; Secure', '__Host-login-one=1; Path=/; Secure',
        'what a __Host- name promises is kept'],
    ['JSESSIONID=' . 'x' x 4093, 'ONE=' . 'x' x 4093, 'as long as can be'],
)]);
maps('rename.test', '/two/page', 200, [map { ['Set-Cookie' => @$_] } (
    ['JSESSIONID=1; Path=/', 'TWO=1; Path=/two; Secure', 'with a flag'],
    ['__Secure-x=1; Secure', '=', 'no browser would take it without'],
)]);
maps('rename.test', "/two/$_/page", 200, [
    ['Set-Cookie' => 'JSESSIONID=1', '=', $_],
]) for qw(kept off env);

# And back.
sub is_sent {
    my ($target, $cookies, $expected, $why) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my $got = get(host => 'rename.test', target => $target,
        headers => [[Cookie => $cookies]]);
    my ($seen) = $got->{body} =~ /^Cookie: ?(.*)$/mi;
    is($seen, $expected, "back: $why");
    return;
}

for my $case (
    ['ONE=1',                   'JSESSIONID=1', 'its name'],
    ['a=b; ONE=1; c="d"; =e; f', 'a=b; JSESSIONID=1; c="d"; =e; f',
        'the others are as they were'],
    ['a=b;ONE = 1;;c=d ',       'a=b;JSESSIONID = 1;;c=d', 'odd blanks'],
    ['ONE=1; ONE=2',            'JSESSIONID=1; JSESSIONID=2', 'two of them'],
    ['JSESSIONID=evil; ONE=1',  'JSESSIONID=1',
        'a name that did not come from the backend goes'],
    ['a=b; JSESSIONID=evil; c', 'a=b; c', 'from the middle'],
    ['JSESSIONID=evil',         undef, 'and the header with it'],
    ['TWO=2; a=b',              'TWO=2; a=b', 'that of another mount stays'],
    ['one=1; XONE=1; ONE2=1',   'one=1; XONE=1; ONE2=1', 'others stay'],
    ['__Host-login-one=1',      '__Host-login=1', 'a __Host- name'],
) {
    is_sent('/one/page', @$case);
}
is_sent('/two/page', 'ONE=1; TWO=2', 'ONE=1; JSESSIONID=2', 'the other mount');
is_sent("/two/$_/page", 'TWO=2; JSESSIONID=1', 'TWO=2; JSESSIONID=1', $_)
    for qw(kept off env);

# The balancer finds its route, by whatever member it would go otherwise.
for my $route (qw(one two)) {
    for my $turn (1 .. 3) {
        my $got = get(host => 'rename.test', target => '/sticky/page',
            headers => [[Cookie => "a=b; STICKY=x.$route"]]);
        like($got->{body}, qr{^GET http://m-$route\.test/page }m,
            "sticky: $route, $turn");
        like($got->{body}, qr{^Cookie: a=b; JSESSIONID=x\.$route$}m,
            'sticky: the backend gets its cookie');
    }
}
{
    my %seen;
    for (1 .. 4) {
        my $got = get(host => 'rename.test', target => '/sticky/page',
            headers => [[Cookie => 'JSESSIONID=x.two']]);
        $seen{$1}++ if $got->{body} =~ m{^GET http://m-(\w+)\.test}m;
    }
    is(join(' ', sort keys %seen), 'one two',
        'sticky: a name that did not come from the backend leads nowhere');
}
maps('rename.test', '/sticky/page', 200, [
    ['Set-Cookie' => 'JSESSIONID=x.one; Path=/', 'STICKY=x.one; Path=/sticky',
        'sticky: out'],
]);

# What the server itself does with the request sees what the client sent.
my $log = logged(sub { is_sent('/one/page', 'ONE=1', 'JSESSIONID=1', 'log') });
like($log, qr{request:Cookie: 'ONE=1' -> 'JSESSIONID=1'}, 'trace1');

# The requests around it, too, each by itself.
for my $cookies ('ONE=1', 'JSESSIONID=evil') {
    my $path = setting('scratch') . '/rename.log';
    open my $file, '<', $path or die "$path: $!\n";
    seek $file, 0, 2;
    my $got = get(host => 'rename-error.test', target => '/nowhere',
        headers => [[Cookie => $cookies]]);
    like($got->{body}, qr{^GET http://one\.backend\.test/error }m,
        'an error page of the backend');
    unlike($got->{body}, qr{^Cookie: \Q$cookies\E$}m, 'gets what is its own');
    chomp(my @lines = <$file>);
    is("@lines", "$cookies|$cookies", 'the log has what the client sent');
}

# What is not done is said, once an hour.
expect_in_log('RM030[34]: ');
$log = logged(sub {
    maps('rename.test', '/one/page', 200, [map { ['Set-Cookie' => @$_] } (
        ['id=' . 'x' x 4094, '=', 'with the new name over 4096 bytes'],
    )]);
    maps('rename.test', '/one/in/page', 200, [map { ['Set-Cookie' => @$_] } (
        ['JSESSIONID=1', '=', 'an inner section gives its name to another'],
        ['inner=1', 'ONE=1', 'this one'],
    )]);
});
like($log, qr{RM0303: the cookie 'id' keeps its name .*16_rename\.conf:\d+},
    'RM0303');
like($log, qr{RM0304: the cookie 'JSESSIONID' does not come back .*another},
    'RM0304');
unlike($log, qr{RM030\d.*xxx}, 'without the value');

# DryRun changes nothing in either direction.
maps('rename.test', '/two/dry/page', 200, [
    ['Set-Cookie' => 'JSESSIONID=1', '=', 'DryRun'],
]);
is_sent('/two/dry/page', 'TWO=2; JSESSIONID=1', 'TWO=2; JSESSIONID=1',
    'DryRun');

done_testing();
