# SPDX-License-Identifier: Apache-2.0
#
# What is said of a response: the log, notes for access logs, warnings with a
# number, and RevMapEngine DryRun, which says all this and changes nothing.

use strict;
use warnings;

use IO::Socket::INET ();

use lib 't/lib';
use RevMap::Config;
use RevMap::Gateway;
use RevMap::Server;
use RevMap::Test;

# By which a request may seem slow.
my $clock = -f setting('asking')
    ? "LoadModule revmap_test_module @{[setting('asking')]}\n" : '';
my $lines = $clock;
$lines .= <<'END';
CustomLog notes "%U|%{revmap}n|%{revmap-location}n|%{revmap-rule}n|\
%{revmap-left}n"
<VirtualHost *>
    ServerName http://www.test:80
    ProxyPass /p/ http://b.test:8080/ctx/
    RevMap /p/ http://b.test:8080/ctx/
    RevMap ! http://b.test:8080/meant/

    ProxyPass /other/ http://other.test/ctx/
    RevMap /other/ http://other.test/ctx/
    ProxyPass /quiet/ http://quiet.test/ctx/
    RevMap /quiet/ http://quiet.test/ctx/
    <Location /quiet/>
        LogLevel revmap:error
    </Location>

    ProxyPass /l/ http://l.test/
    RevMap /l/ http://l.test/

    ProxyPass /dry/ http://dry.test/
    RevMap /dry/ http://dry.test/
    <Location /dry/>
        RevMapEngine DryRun
    </Location>

    ProxyPass /c1/ http://c1.test/ctx/
    ProxyPass /c2/ http://c2.test/ctx/
    RevMap /c1/ http://c1.test/ctx/
    RevMap /c2/ http://c2.test/ctx/
    RevMapCookie shared keep
    <Location /c2/>
        RevMapCookie renamed1 rename=renamed2
    </Location>
    <Proxy balancer://bal>
        BalancerMember http://bal1.test
        BalancerMember http://bal2.test
    </Proxy>
    ProxyPass /bal/ balancer://bal/ctx/
    RevMap /bal/ balancer://bal/ctx/

    <IfModule proxy_scgi_module>
        ProxyPass /gate/ scgi://127.0.0.1:@GATEWAY@/
    </IfModule>
    <IfModule include_module>
        <Location /ssi.html>
            Options Includes
            SetOutputFilter INCLUDES
        </Location>
    </IfModule>

    ProxyPass /slow/ http://127.0.0.1:@SLOW@/ctx/
    RevMap /slow/ http://127.0.0.1:@SLOW@/ctx/

    ProxyPassMatch ^/many/([0-9]+)/ http://many$1.test/

    ProxyPass /shop/ http://app.test/ctx/
    RevMap /shop/ http://app.test/ctx/
</VirtualHost>
END
my $gateway_port = setting('gateway_port');
$lines =~ s/\@GATEWAY\@/$gateway_port/;
my $slow = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1)
    or die "no backend: $!\n";
$lines =~ s/\@SLOW\@/$slow->sockport/ge;
my @include = RevMap::Server::extra_modules('include');
my $server  = RevMap::Server->new($lines, modules => sub { (@_, @include) })
    ->start;

sub send_response {
    my ($target, @headers) = @_;
    return get(port => $server->port, host => 'www.test', target => $target,
        reply => reply(302, \@headers));
}

# What the log of errors gains by a response.
sub says {
    my @response = @_;
    return logged(sub { send_response(@response) });
}

# The line of the configuration with these words.
sub line_of {
    my ($words) = @_;
    open my $file, '<', $server->config or die $server->config . ": $!\n";
    while (<$file>) {
        return $. if /^\s*\Q$words\E$/;
    }
    die "no '$words'\n";
}

# ---- notes ------------------------------------------------------------------

# The line that the access log has of a response, which is written after it.
my $requests = 0;

sub notes_of {
    my ($target, @headers) = @_;
    my $page = '/page' . ++$requests;
    send_response("$target$page", @headers);
    my $path     = $server->config =~ s{[^/]*$}{notes}r;
    my $deadline = time + 10;
    while (time < $deadline) {
        open my $file, '<', $path or die "$path: $!\n";
        my ($line) = grep { /^\Q$target$page\E\|/ } <$file>;
        if (defined $line) {
            chomp $line;
            $line =~ s{[^|,]*/httpd\.conf:}{}g;
            return $line =~ s/^[^|]*\|//r;
        }
        select undef, undef, undef, 0.05;
    }
    return 'none';
}

my $rule = line_of('RevMap /p/ http://b.test:8080/ctx/');
for (
    ['nothing', [], '-|-|-|-'],
    ['other headers', [['X-Other' => 'http://b.test:8080/ctx/']], '-|-|-|-'],
    ['a redirect', [[Location => 'http://b.test:8080/ctx/x?y']],
        "Location|http://b.test:8080/ctx/x?y|$rule|-"],
    ['two cookies', [['Set-Cookie' => 'a=b; Path=/ctx'],
        ['Set-Cookie' => 'c=d; Path=/ctx']], "Set-Cookie|-|$rule|-"],
    ['several headers', [['Set-Cookie' => 'a=b; Path=/ctx'],
        [Location => '/ctx/x'], [Refresh => '5; url=/ctx/x']],
        "Location,Refresh,Set-Cookie|/ctx/x|$rule|-"],
    ['foreign', [[Location => 'http://foreign.test/']],
        '-|-|-|Location=foreign'],
    ['screened', [[Location => 'http://b.test:8080\\@foreign.test/']],
        '-|-|-|Location=bad-backslash'],
    ['outside', [[Location => '/elsewhere']], '-|-|-|Location=outside'],
    ['excluded', [[Location => 'http://b.test:8080/meant/x']],
        '-|-|-|Location=excluded'],
    ['a leak beside a redirect', [[Location => '/ctx/x'],
        ['Content-Location' => 'http://b.test:8080/leak/']],
        "Location|/ctx/x|$rule|Content-Location=outside"],
    ['the same document', [[Location => '#top']], '-|-|-|-'],
    ['a cookie that stays', [['Set-Cookie' => 'a=b; Path=/']], '-|-|-|-'],
    ['hostile bytes', [[Location => "/ctx/\x80\"?\\x"]],
        "Location|/ctx/\\x80\\\"?\\\\x|$rule|-"],
) {
    my ($name, $headers, $expected) = @$_;
    is(notes_of('/p', @$headers), $expected, "notes: $name");
}

# ---- DryRun -----------------------------------------------------------------

my @headers = ([Location => 'http://dry.test/x'],
    ['Set-Cookie' => 'a=b; Path=/'], [Link => '</x>; rel=next']);
my $response;
my $log = logged(sub { $response = send_response('/dry/page', @headers) });
is_deeply([map { scalar $response->header($_) } qw(Location Set-Cookie Link)],
    [map { $_->[1] } @headers], 'DryRun: nothing is changed');
like($log, qr{Location: 'http://dry\.test/x' would be '/dry/x' \(.*:\d+\)},
    'DryRun: what a redirect would be');
like($log, qr{Set-Cookie: 'a=b; Path=/' would be 'a=b; Path=/dry'},
    'DryRun: what a cookie would be');
like($log, qr{Link: '</x>; rel=next' would be '</dry/x>; rel=next'},
    'DryRun: what a link would be');
is(notes_of('/dry', @headers),
    'Location,Link,Set-Cookie|http://dry.test/x|'
        . line_of('RevMap /dry/ http://dry.test/') . '|-',
    'DryRun: notes');

$log = logged(sub {
    $response = get(port => $server->port, host => 'www.test',
        target => '/dry/page', reply => "HTTP/1.1 103 Early\r\n"
            . "Link: </x>; rel=preload\r\n\r\n"
            . reply(200, [[Link => '</x>; rel=preload']]));
});
is($response->{interim}[0]->header('Link'), '</x>; rel=preload',
    'DryRun: an interim response stays');
like($log, qr{Link: '</x>; rel=preload' would be '</dry/x>; rel=preload'},
    'DryRun: what its link would be');

$log = logged(sub {
    $response = get(port => $server->port, host => 'www.test',
        target => '/dry/page', method => 'COPY',
        headers => [[Destination => 'http://www.test/dry/y']],
        reply   => reply(201, []));
});
like($log, qr{request:Destination: 'http://www\.test/dry/y' would be },
    'DryRun: what a request header would be');

# ---- a leak -----------------------------------------------------------------

my $warning = qr/\[revmap:warn\].* RM0102: /;
my @leak = ([Location => 'http://other.test/admin/page?secret']);
$log = says('/other/page', @leak);
like($log, $warning, 'a leak: a warning');
like($log, qr{'http://other\.test/admin/page'}, 'a leak: what leaks');
unlike($log, qr{RM0102.*secret}, 'a leak: without its query');
like($log, qr{'RevMap /public/ http://other\.test/admin/'},
    'a leak: the line to write');
like($log, qr{'RevMap ! http://other\.test/admin/'},
    'a leak: the other line to write');
$log = says('/other/page', @leak);
unlike($log, qr/\[revmap:warn\]/, 'a leak: once an hour');
like($log, qr/\[revmap:info\].* RM0102: /, 'a leak: then at info');
SKIP: {
    skip 'nothing makes a request slow', 5 if !$clock;
    for (
        [70, 'info', 'of a request of 70 seconds'],
        [3500, 'info', 'of a request of 3,500 seconds'],
        [-3500, 'info', 'after 3,500 seconds'],
        [-3700, 'warn', 'after 3,700 seconds'],
        [-3700 - 60 * 0x1000, 'warn', 'after three days'],
    ) {
        my ($seconds, $level, $name) = @$_;
        $log = logged(sub {
            get(port => $server->port, host => 'www.test',
                target  => '/other/page',
                headers => [['X-Seconds' => $seconds]],
                reply   => reply(302, \@leak));
        });
        like($log, qr/\[revmap:$level\].* RM0102: /, "a leak: $name");
    }
}

for (
    ['http://l.test:8080/x', undef, 'another port is another site'],
    ['/elsewhere', undef, 'a path'],
    ['http://b.test:8080/meant/x', undef, 'RevMap !'],
    ['http://b.test:8080', 'http://b.test:8080/', 'no path'],
    ['//b.test:8080/x', 'http://b.test:8080/x', 'no scheme'],
    ['HTTP://B.test:8080/x', 'http://b.test:8080/x', 'capitals'],
    ['http://b.test:8080/x y/z', 'http://b.test:8080/x%20y/', 'a blank'],
    ['http://b.test:8080/x"/z', 'http://b.test:8080/x%22/', 'a quote'],
    ['http://b.test:8080/x/../y/z', 'http://b.test:8080/y/', 'dot segments'],
    ['http://b.test:8080/x*', 'http://b.test:8080/', 'a star'],
    ['http://b.test:8080/%zz/x', 'http://b.test:8080/', 'no escape'],
    ['http://b.test:8080/x/', 'http://b.test:8080/x/', 'a folder'],
    ['http://b.test:8080/x?y', 'http://b.test:8080/x', 'a query'],
    ['http://b.test:8080?y', 'http://b.test:8080/', 'a query and no path'],
) {
    my ($value, $side, $name) = @$_;
    my ($got) = says('/p/page', [Location => $value])
        =~ m{'RevMap /public/ (\S+)'};
    is($got, $side, "a line to write: $name");
    accepted([["RevMap /public/ $got\nRevMap ! $got/x", "... $name"]])
        if defined $got;
}
unlike(says('/quiet/page', [Location => 'http://quiet.test/x']), qr/RM0102/,
    'LogLevel has its say');

# ---- a loop -----------------------------------------------------------------

my @loop = ([Location => 'https://l.test/page']);
$log = says('/l/page', @loop);
like($log, qr/\[revmap:warn\].* RM0103: /, 'a loop: a warning');
like($log, qr{'https://l\.test/page'}, 'a loop: what it is');
like($log, qr{by \S+httpd\.conf:${\line_of('RevMap /l/ http://l.test/')} },
    'a loop: the rule');
like($log, qr{'RequestHeader set X-Forwarded-Proto expr=%\{REQUEST_SCHEME\}'},
    'a loop: the line to write');
unlike(says('/l/page', @loop), qr/\[revmap:warn\]/, 'a loop: once an hour');

# ---- a clash of cookies -----------------------------------------------------

# Each row: two responses, [target, Set-Cookie], [target, Set-Cookie]; the name
# and the Path of the warning of the second one, or nothing; why.
my $root = 'sid=1; Path=/';
for (
    [['/c1/x', "1$root"], ['/c2/x', "1$root"], "1sid /", 'Path=/'],
    [['/c1/x', "2$root"], ['/c1/x', "2$root"], '', 'the same backend'],
    [['/c1/x', '3sid=1; Path=/ctx'], ['/c2/x', '3sid=1; Path=/ctx'], '',
        'each below its own path'],
    [['/c1/x', '4sid=1; Path=/both'], ['/c2/x', '4SID=1; Path=/both'], '',
        'another name'],
    [['/c1/x', '5sid=1; path=/x;Path = /both; Secure'],
        ['/c2/x', '5sid=2; HttpOnly; PATH="x"; Path=/both'], '5sid /both',
        'the last Path counts'],
    [['/c1/x', '6sid=1; Path=/; Domain=.TEST'],
        ['/c2/x', '6sid=1; Path=/; Domain=test'], '6sid /', 'one Domain'],
    [['/c1/x', '7sid=1; Path=/; Domain=test'], ['/c2/x', "7$root"], '',
        'another Domain'],
    [['/c1/x', "8$root; Domain=www.test"], ['/c2/x', "8$root"], '8sid /',
        'the own host as Domain'],
    [['/c1/x', '9sid=1'], ['/c2/x', '9sid=1'], '', 'without Path'],
    [['/c1/x', "renamed1=1; Path=/"], ['/c2/x', "renamed1=1; Path=/"], '',
        'with a new name'],
    [['/c1/x', "shared=1; Path=/"], ['/c2/x', "shared=1; Path=/"], '',
        'meant to be shared'],
    [['/bal/x', "10$root"], ['/bal/x', "10$root"], '', 'a balancer'],
    [['/c1/x', "11$root"], ['/dry/x', "11sid=1; Path=/"], '',
        'DryRun: as it would be'],
    [['/c1/x', "12sid=1; Path=/dry"], ['/dry/x', "12sid=1; Path=/"],
        '12sid /dry', 'DryRun: as it would be'],
    [['/c1/x', "__Host-s=1; Path=/; Secure"],
        ['/c2/x', "__Host-s=1; Path=/; Secure"], '__Host-s /',
        'its Path is to stay'],
) {
    my ($first, $second, $expected, $name) = @$_;
    send_response($first->[0], ['Set-Cookie' => $first->[1]]);
    my $said = says($second->[0], ['Set-Cookie' => $second->[1]]);
    my ($cookie, $path) =
        $said =~ m{RM0104: .* cookie '(\S+)' with Path=(\S+),};
    is(defined $cookie ? "$cookie $path" : '', $expected,
        "two cookies: $name");
    next if !$expected;
    like($said, qr{http://c1\.test}, "two cookies: $name: one backend");
    my $narrow =
        $cookie =~ /^__Host-/ ? '' : "'RevMapCookie $cookie narrow' or ";
    like($said, qr{ write ${narrow}'RevMapCookie $cookie rename=},
        "two cookies: $name: the line to write");
}
$log = says('/c1/x', ['Set-Cookie' => "1$root"]);
like($log, qr/\[revmap:info\].* RM0104: /, 'two cookies: once an hour');
$log = says('/c2/x', ['Set-Cookie' => "1sid=secret; Path=/"]);
unlike($log, qr/RM0104.*secret/, 'two cookies: not their values');

# No client gets what a part of a page sets.
SKIP: {
    skip 'without mod_include', 2 if !@include;
    $server->put('ssi.html', 'a <!--#include virtual="/c1/x" --> page');
    my @cookie = ['Set-Cookie' => "14$root"];
    like(get(port => $server->port, host => 'www.test', target => '/ssi.html',
            reply => reply(200, \@cookie, 'part'))->{body},
        qr{^a part page}, 'two cookies: a page with a part');
    unlike(says('/c2/x', @cookie), qr/RM0104/, 'two cookies: not of a part');
}
SKIP: {
    skip 'without mod_proxy_scgi', 2
        if !Apache::Test::have_module('proxy_scgi');
    my $gateway = RevMap::Gateway->new(port => $gateway_port)->start;
    my @cookie  = ['Set-Cookie' => "15$root"];
    send_response('/c1/x', @cookie);
    $log = says('/gate/x', @cookie);
    like($log, qr{RM0104: \Qscgi://127.0.0.1:$gateway_port and http://c1.test},
        'two cookies: a gateway');
    unlike($log, qr{RM0104.*proxy:}, 'two cookies: by its URL');
    $gateway->stop;
}

# More backends than the server remembers; what it remembers it forgets when it
# is restarted.
sub clash_of {
    my ($first, $second) = @_;
    send_response("/many/$first/x", ['Set-Cookie' => "13$root"]);
    return says("/many/$second/x", ['Set-Cookie' => "13$root"]) =~ /RM0104/;
}
ok(clash_of(1, 2), 'two cookies: of many backends');
send_response("/many/$_/x", ['Set-Cookie' => "$_$root"]) for 1 .. 300;
ok(!clash_of(301, 302), 'two cookies: of too many backends');

# ---- the walk-through of the manual -----------------------------------------

my $login = 'http://app.test/account/login?to=1';
$log = says('/shop/page', [Location => $login]);
my ($line) = $log =~ m{RM0102: .*?write '(RevMap /public/ .*?)'};
is($line, 'RevMap /public/ http://app.test/account/', 'first, the line');
$line =~ s{/public/}{/account/};

# Waits until the new lines are in force.
sub reloaded {
    my ($new, $sent, $expected) = @_;
    $server->restart($lines =~ s{(?=</VirtualHost>)}{$new\n}r);
    my $deadline = time + 20;
    while (time < $deadline) {
        return 1 if send_response('/shop/page', [Location => $sent])
            ->header('Location') eq $expected;
        select undef, undef, undef, 0.1;
    }
    return 0;
}
ok(reloaded($line, $login, '/account/login?to=1'), 'second, it is written');
is(notes_of('/shop', [Location => $login]), "Location|$login|"
    . line_of($line) . '|-', 'third, the access log names it');
like(says('/other/page', @leak), $warning, 'warnings are due after a reload');
ok(clash_of(301, 302), 'two cookies: of other backends after a reload');

# ---- children of an older configuration -------------------------------------

# A response that comes after some reloads is mapped by the old child that has
# its request; cookies of one configuration are not compared with those of
# another.
my $number = 20;

sub late_clash {
    my ($reloads) = @_;
    my @cookie = ['Set-Cookie' => ++$number . $root];
    my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $server->port) or die "cannot connect: $!\n";
    print {$client} "GET /slow/ HTTP/1.0\r\nHost: www.test\r\n\r\n";
    my $backend = $slow->accept;
    for (1 .. $reloads) {
        my $path = "/reload$number-$_/"; # none that is in force already
        reloaded("RevMap $path http://reload.test/",
            'http://reload.test/', $path) or die "not reloaded\n";
    }
    send_response('/c1/x', @cookie);
    my $answer;
    my $said = logged(sub {
        print {$backend} reply(200, \@cookie);
        close $backend;
        local $/;
        $answer = <$client>;
    });
    like($answer, qr/^Set-Cookie: $number/m,
        "a slow response, $reloads reloads");
    $said .= says('/c1/x', @cookie);
    return join "\n", $said =~ /RM0104.*/g;
}
like(late_clash(0), qr{^RM0104: http://127\..* and http://c1\.test },
    'two cookies: of a slow backend');
is(late_clash($_), '', "two cookies: $_ reloads in between") for 1, 2;

done_testing();
