# SPDX-License-Identifier: Apache-2.0
#
# The log: one line at trace1 for each header that is rewritten, with the
# header, both values and the rule.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

my $conf = 't/conf/vhosts/23_log.conf';

# Where the directive of these words begins.
sub line_of {
    my ($words) = @_;
    open my $file, '<', $conf or die "$conf: $!\n";
    while (<$file>) {
        return $. if /^\s*\Q$words\E$/;
    }
    die "$conf: no '$words'\n";
}

# The lines of trace1 that one response gives.
sub traced {
    my ($target, $headers) = @_;
    my $log = logged(sub {
        get(host => 'log.test', target => $target,
            reply => reply(302, $headers));
    });
    return grep { /\[revmap:trace1\]/ } split /\n/, $log;
}

# Each row: [header, sent, written, the rule's words, name].
sub traces {
    my ($target, $rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($header, $sent, $written, $rule, $name) = @$row;
        my @lines = traced($target, [[$header => $sent]]);
        is(scalar @lines, 1, "$name: one line");
        my $line  = join "\n", @lines;
        my $place = '23_log.conf:' . line_of($rule);
        like($line, qr/\b\Q$header\E\b.*\Q$sent\E.*\Q$written\E/,
            "$name: header and both values");
        like($line, qr/\Q$place\E\b/, "$name: $place");
    }
    return;
}

# ---- what is in it ----------------------------------------------------------

my $rule = 'RevMap /p/ http://b.test/ctx/';
traces('/p/page', [
    [Location => 'http://b.test/ctx/x?q', '/p/x?q', $rule, 'a redirect'],
    ['Content-Location' => 'http://b.test/ctx/x', 'http://log.test/p/x',
        $rule, 'another header'],
    ['Set-Cookie' => 'a=b; Path=/ctx/x', 'a=b; Path=/p/x', $rule,
        'a cookie'],
    [Location => 'http://b.test/old/x', '/new/x',
        'RevMapRewrite http://b\.test/old/(.*) /new/$1', 'a RevMapRewrite'],
    ['Set-Cookie' => 'a=b; Path=/explicit/x', 'a=b; Path=/path/x',
        'RevMapCookiePath /explicit /path', 'a RevMapCookiePath'],
    ['Set-Cookie' => 'a=b; Domain=explicit.test', 'a=b; Domain=domain.test',
        'RevMapCookieDomain explicit.test domain.test',
        'a RevMapCookieDomain'],
]);
traces('/p/in/page', [
    [Location => 'http://b.test/in/x', '/in/x',
        'RevMap /in/ http://b.test/in/', 'a rule of a section'],
    [Location => 'http://b.test/ctx/x', '/p/x', $rule,
        'a rule of the virtual host'],
]);

# httpd names the last line of a directive that is continued.
my @lines = traced('/p/page', [[Location => 'http://b.test/continued/x']]);
is(scalar @lines, 1, 'a continued line');
like($lines[0] || '',
    qr/23_log\.conf:${\line_of('http:\/\/b.test\/continued\/')}\b/,
    'a continued line: where it ends');

# ---- how many lines ---------------------------------------------------------

is(traced('/p/page', [
    [Location           => 'http://b.test/ctx/x'],
    [Location           => 'http://b.test/ctx/x'],
    ['Content-Location' => '/ctx/x'],
    ['Set-Cookie'       => 'a=b; Path=/ctx; Domain=b.test'],
    ['Set-Cookie'       => 'c=d; Path=/ctx'],
    ['Set-Cookie'       => 'e=f; Path=/'],
    [URI                => 'http://other.test/'],
    ['X-Other'          => 'http://b.test/ctx/x'],
]), 5, 'one line for each header that is rewritten');
is(traced('/p/page', [
    [Location     => 'http://other.test/x'],
    [Location     => 'http://b.test/ctx/not/x'],
    ['Set-Cookie' => 'a=b; Path=/'],
]), 0, 'none for what stays');
is(traced('/p/page', []), 0, 'none for nothing');
is(traced('/p/quiet/page', [[Location => 'http://b.test/ctx/x']]), 0,
    'none where LogLevel says so');

# ---- hostile bytes ----------------------------------------------------------

# What a terminal or a program that reads the log would take for something
# else; what the header is mapped to, or nothing where it stays.
for (
    ['0x80 to 0xFF',  "/ctx/\x80\xe4\xff?\xfe", '/p/'],
    ['UTF-8',         "/ctx/\xc3\xa4\xe2\x80\xae", '/p/'],
    ['C1 controls',   "/ctx/?\x9b31m", '/p/'],
    ['backslash',     '/ctx/?\n[core:emerg]', '/p/'],
    ['tab',           "/ctx/\tx", undef],
    ['tab in query',  "/ctx/?\tx", undef],
    ['escape',        "/ctx/\x1b[31m", undef],
    ['bell in query', "/ctx/?\x07", undef],
    ['delete',        "/ctx/\x7f", undef],
) {
    my ($name, $value, $mapped) = @$_;
    for my $header (
        [Location     => $value],
        ['Set-Cookie' => "a=$value; Path=/ctx"],
        ['Set-Cookie' => "a=b; Path=$value"],
    ) {
        my $log = logged(sub {
            get(host => 'log.test', target => '/p/page',
                reply => reply(302, [$header]));
        });
        unlike($log, qr/[^\n -~]/, "$name: escaped in $header->[0]");
        is(join("\n", grep { !/^\[\w{3} \w{3} / } split /\n/, $log), '',
            "$name: no line of its own in $header->[0]");
    }
    next if !defined $mapped;
    my $shown = grep { /'\Q$mapped\E/ }
        traced('/p/page', [[Location => $value]]);
    is($shown, 1, "$name: the mapped value is shown");
}

# A cookie's value is logged, too: trace1 is for developers. But a line of the
# log stays a line, however long the header is.
my $long = 'x' x 7000;
@lines = traced('/p/page', [[Location => "http://b.test/ctx/$long"]]);
is(scalar @lines, 1, 'a long value: one line');

done_testing();
