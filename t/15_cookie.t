# SPDX-License-Identifier: Apache-2.0
#
# RevMapCookie: flags, narrow and keep, of which cookies, in which sections;
# large responses; and what httpd -t says of a line.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Browser;
use RevMap::Config;
use RevMap::Test;
use URI ();

sub cookies {
    my ($host, $target, $rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    maps($host, $target, 200, [map { ['Set-Cookie' => @$_] } @$rows]);
    return;
}

expect_in_log('RM030[12]: ');
my $log = logged(sub {
    cookies('flags.test', '/page', [
        ['plain=b', 'plain=b; HttpOnly', 'browsers reject None without Secure'],
        ['legacy1=b; Secure; SameSite=None', '=',
            'browsers reject None without Secure'],
    ]);
});
like($log, qr{RM0301: the cookie 'plain' does not get .*15_cookie\.conf:\d+},
    'RM0301');
like($log, qr{RM0302: the cookie 'legacy1' keeps .*15_cookie\.conf:\d+},
    'RM0302');

# Set.
cookies('flags.test', '/page', [
    ['a=b', 'a=b; HttpOnly', 'set'],
    ['a=b; httponly', '=', 'already there'],
    ['a=b; HttpOnly=x', '=', 'already there, as browsers see it'],
    ['a=b; HttpOnly; HTTPONLY; x', 'a=b; HttpOnly; x', 'several times there'],
    ['a=b; Priority=High; Future', 'a=b; Priority=High; Future; HttpOnly',
        'unknown attributes'],
    ['a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/x',
        'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/x; HttpOnly',
        'a comma'],
    ['HttpOnly=1', 'HttpOnly=1; HttpOnly', 'a cookie named like a flag'],
    ['sid=b', 'sid=b; Secure; HttpOnly; SameSite=None', 'two lines'],
    ['sid=b; SameSite=Lax; Secure',
        'sid=b; SameSite=None; Secure; HttpOnly', 'another value'],
    ['track_1=b; SameSite=None; SameSite=Strict',
        'track_1=b; SameSite=Lax; HttpOnly', 'several values; a prefix'],
    ['track=b', 'track=b; HttpOnly', 'not the prefix'],
    ['SID=b', 'SID=b; HttpOnly', 'names have case'],
    ['plain=b; Secure', 'plain=b; Secure; HttpOnly; SameSite=None',
        'browsers take None with Secure'],
]);

# Removed.
cookies('flags.test', '/page', [
    ['legacy1=b; Secure; HttpOnly', 'legacy1=b', 'a regular expression'],
    ['legacy1=b; secure; x; HTTPONLY=1; SECURE', 'legacy1=b; x',
        'several times there'],
    ['legacy1=b', '=', 'not there'],
    ['legacy=b; Secure', 'legacy=b; Secure; HttpOnly', 'another name'],
]);

# Sections.
cookies('flags.test', '/inner/page', [
    ['sid=b', 'sid=b; Secure; HttpOnly; SameSite=Strict',
        'the inner section adds, and has the last word'],
    ['kept=b; Domain=backend.test', '=', 'keep'],
]);
cookies('flags.test', '/afresh/page', [
    ['a=b', '=', 'none'],
    ['sid=b; Secure', 'sid=b; Secure; Partitioned', 'none, then a line'],
    ['sid=b', '=', 'browsers reject Partitioned without Secure'],
]);
cookies('flags.test', '/page?if', [
    ['sid=b; HttpOnly', 'sid=b; Secure; SameSite=None', '<If>'],
]);
cookies('flags-alone.test', '/page', [
    ['a=b', 'a=b; HttpOnly', 'without a rule'],
]);

# narrow: two applications that use Path=/ keep two sessions.
cookies('narrow.test', '/one/page', [
    ['JSESSIONID=1; Path=/', 'JSESSIONID=1; Path=/one', 'wider than the map'],
    ['JSESSIONID=1; Path=/app1', 'JSESSIONID=1; Path=/one', 'of the map'],
    ['JSESSIONID=1; Path=/app2', 'JSESSIONID=1; Path=/two', 'of another one'],
    ['JSESSIONID=1; Path=/apps', '=', 'outside'],
    ['__Host-JSESSIONID=1; Path=/; Secure', '=', 'another cookie'],
    ['other=1; Path=/', '=', 'another cookie'],
]);
cookies('narrow.test', '/two/page', [
    ['JSESSIONID=1; Path=/', 'JSESSIONID=1; Path=/two', 'the other mount'],
]);

{
    my $browser = RevMap::Browser->new(port => setting('port'));
    my $visit   = sub {
        my ($path, $cookie) = @_;
        my $url = URI->new("http://narrow.test$path");
        my $got = get(host => 'narrow.test', target => $path,
            reply => reply(200, [['Set-Cookie' => $cookie]]));
        $browser->take_cookie($url, $got->header('Set-Cookie'));
        return;
    };
    $visit->('/one/login', 'JSESSIONID=first; Path=/');
    $visit->('/two/login', 'JSESSIONID=second; Path=/');
    is($browser->cookies_for(URI->new("http://narrow.test/$_->[0]/page")),
        "JSESSIONID=$_->[1]", "narrow: the session of /$_->[0]")
        for ['one', 'first'], ['two', 'second'];
    is($browser->cookies_for(URI->new('http://narrow.test/')), '',
        'narrow: nothing for the rest of the site');
}

# A cookie that ProxyPassReverseCookiePath / /app/ has left in a browser.
for my $case (
    ['/app/page', 'sid=old; sid=new', 'by the rule: two cookies',
        'sid=old', 'by the rule: a logout leaves the old one'],
    ['/app/explicit/page', 'sid=new', 'by RevMapCookiePath / /app/: one',
        '', 'by RevMapCookiePath: a logout'],
) {
    my ($path, $both, $why, $left, $why_left) = @$case;
    my $browser = RevMap::Browser->new(port => setting('port'));
    my $url     = URI->new("http://old.test$path");
    my $visit   = sub {
        my $got = get(host => 'old.test', target => $path,
            reply => reply(200, [['Set-Cookie' => $_[0]]]));
        $browser->take_cookie($url, $got->header('Set-Cookie'));
    };
    $browser->take_cookie($url, 'sid=old; Path=/app/');
    $visit->('sid=new; Path=/');
    is($browser->cookies_for($url), $both, "an old cookie, $why");
    $visit->('sid=; Path=/; Max-Age=0');
    is($browser->cookies_for($url), $left, "an old cookie, $why_left");
}

# Large responses: many fields, and a field at mod_proxy's limit.
if (Apache::Test::have_min_apache_version('2.4.34')) {
    my @many = map { "c$_=" . 'x' x 20 . '; Path=/app/x' } 1 .. 200;
    my $got  = get(host => 'large.test', target => '/p/page',
        reply => reply(200, [map { ['Set-Cookie' => $_] } @many]));
    is_deeply([$got->header('Set-Cookie')],
        [map { s{/app}{/p}r . '; Secure' } @many], '200 cookies, in order');

    for my $long (
        'a=b' . ';' x 60_000 . 'Path=/app',
        'a=b' . ';Path=/app' x 6000,
        'a=' . 'b' x 60_000 . ';Path=/app',
        'a=b; Path=/app/' . 'x' x 60_000,
    ) {
        my $expected = "$long; Secure" =~ s{Path=/app(?=;)}{Path=/p}gr;
        my $reply = get(host => 'large.test', target => '/p/page',
            reply => reply(200, [['Set-Cookie' => $long]]));
        ok(($reply->header('Set-Cookie'))[0] eq $expected,
            'a field of ' . length($long) . ' bytes: ' . substr $long, 0, 16);
    }
}

refused([
    ['RevMapCookie', qr{RevMapCookie: takes the name of a cookie}],
    ['RevMapCookie sid', qr{'sid' stands alone: write Secure, HttpOnly}],
    ['RevMapCookie sid Sekure', qr{unknown action 'Sekure': write Secure}],
    ['RevMapCookie sid SameSite=Maybe',
        qr{unknown action 'SameSite=Maybe': write .*SameSite=Lax}],
    ['RevMapCookie sid Secure -Secure', qr{'-Secure' comes on top of another}],
    ['RevMapCookie sid -Secure SameSite=None',
        qr{browsers reject 'SameSite=None' without Secure: write 'Secure'}],
    ['RevMapCookie s*d Secure', qr{'s\*d' has a '\*' in it: write 's\*'}],
    ['RevMapCookie ~(sid Secure', qr{'\(sid' is no regular expression}],
    ['RevMapCookie sid keep HttpOnly', qr{'keep' leaves a cookie as it is}],
    ['RevMapCookie none Secure', qr{nothing follows 'none': leave 'Secure'}],
    ['RevMapCookie Secure HttpOnly',
        qr{'Secure' is an action, and the name of a cookie comes first: wr}],
    ['RevMapCookie Secure', qr{write '\* Secure' for all cookies}],
    ['RevMapCookie sid Path=/x', qr{'Path=/x': write RevMapCookiePath for it}],
    ['RevMapCookie sid -Domain', qr{'-Domain': write RevMapCookieDomain for}],
    ['RevMapCookie sid rename=__Host-sid',
        qr{'rename=__Host-sid' begins like '__Host-'.*write another name}],
    ['RevMapCookie sid rename=__SECURE-sid', qr{'rename=__SECURE-sid' begins}],
    ['RevMapCookie sid "rename=a b"', qr{'rename=a b' gives no name}],
    ['RevMapCookie sid* rename=x', qr{'rename=x' needs the one name}],
    ["RevMapCookie a rename=x\nRevMapCookie b rename=x",
        qr{'x' is what 'a' is renamed to on line \d+ of .*: write another}],
    ["<Directory />\nRevMapCookie * Secure\n</Directory>",
        qr{RevMapCookie cannot occur within <Directory>}],
]);
accepted([
    ['RevMapCookie sid Secure HttpOnly SameSite=Lax narrow rename=app-sid'],
    ['RevMapCookie "~^(sid|JSESSIONID)$" secure'],
    ['RevMapCookie none'],
    ["RevMapCookie a rename=x\nRevMapCookie a rename=x"],
]);

done_testing();
