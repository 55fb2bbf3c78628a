# SPDX-License-Identifier: Apache-2.0
#
# The optional functions of mod_revmap.h, asked by t/module/mod_revmap_test.c:
# by a filter of the response, and where mod_proxy builds the request.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Gateway;
use RevMap::Test;

needs_httpd('2.4.47'); # ProxyErrorOverride with a status

plan(skip_all => "t/module is not built: type 'make run-tests'")
    if !-f setting('asking');

# Each row: [function, URL, what it gives back or '-' for NULL, why]. The
# backend is asked without a reply of ours, so that it tells what it got.
sub gives {
    my ($client, $target, $rows) = @_;
    my %client = ref $client ? %$client : (host => $client);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($function, $url, $expected, $why) = @$row;
        my $response = get(%client, target => $target,
            headers => [["X-$function" => $url],
                @{ $client{headers} || [] }]);
        is($response->header("X-$function"), $expected,
            "to \l$function: '$url' gives '$expected' ($why)")
            or diag($response->{raw});
    }
    return;
}

my $b = 'http://b.test:8080';

my $page = setting('documentroot') . '/fn-404.html';
open my $html, '>', $page or die "$page: $!\n";
print {$html} "gone\n";
close $html;

gives('fn.test', '/p/x', [
    [Public => "$b/ctx/y?q", 'http://fn.test/p/y?q', 'absolute'],
    [Public => '/ctx/y', '/p/y', 'a path'],
    [Public => '../y', '-', 'right on both sides'],
    [Public => 'http://foreign.example/', '-', 'foreign'],
    [Public => "$b/", '-', 'outside'],
    [Public => "$b/ctx\\y", '-', 'screened'],
    [Public => '', '-', 'empty'],
    [Backend => 'http://fn.test/p/y?q', "$b/ctx/y?q", 'absolute'],
    [Backend => '/p/y', '/ctx/y', 'a path'],
    [Backend => 'y', '-', 'relative'],
    [Backend => 'http://foreign.example/p/', '-', 'foreign'],
    [Backend => '', '-', 'empty'],
]);
gives('fn.test', '/p/none', [
    [Public  => '/ctx/y', '/p/y', 'it does not matter which headers are'],
    [Backend => '/p/y', '/ctx/y', 'it does not matter which headers are'],
]);
for my $case (['/p/off', 'RevMapEngine Off'], ['/p/env', 'no-revmap'],
        ['/fn-404.html', 'no backend']) {
    gives('fn.test', $case->[0], [
        [Public  => "$b/ctx/y", '-', $case->[1]],
        [Backend => '/p/y',     '-', $case->[1]],
    ]);
}

# ---- when -------------------------------------------------------------------

my $response = get(host => 'fn.test', target => '/p/x',
    headers => [['X-Public' => "$b/ctx/y"], ['X-Backend' => '/p/y']]);
is($response->header('X-Before-Public'), '-', 'too early: to public');
is($response->header('X-Before-Backend'), '-', 'too early: to backend');
like($response->{body}, qr{^X-Asked-Public: http://fn\.test/p/y$}mi,
    'early enough: to public');
like($response->{body}, qr{^X-Asked-Backend: /ctx/y$}mi,
    'early enough: to backend');

gives({ host => 'fn.test', reply => reply(404) }, '/p/x', [
    [Public => "$b/ctx/y", '-', 'an error page in place of the response'],
]);

# ---- which backend ----------------------------------------------------------

SKIP: {
    skip 'httpd has no balancer', 1
        if !Apache::Test::have_module('lbmethod_byrequests');
    my @client = (host => 'fn-auto.test',
        headers => [[Cookie => 'ROUTE=session.1']]);
    expect_in_log('to 127\.0\.0\.1:1 |attempt to connect .*127\.0\.0\.1:1');
    gives({@client}, '/bal/x', [
        [Public => '/up/y', '/bal/y', 'the second member, after the first'],
        [Backend => '/bal/y', '/up/y', 'the second member'],
        [Public => 'http://m2.test/up/y', 'https://fn-auto.test/bal/y',
            'the second member'],
    ]);
}

my $gateway = RevMap::Gateway->new(port => setting('gateway_port'))->start;
gives('fn-auto.test', '/app/x', [
    [Public => '/ctx/y', '/app/y', 'FastCGI'],
    [Public => 'http://fn-auto.test/ctx/y', 'https://fn-auto.test/app/y',
        'FastCGI'],
    [Backend => '/app/y', '/ctx/y', 'FastCGI'],
    [Backend => 'https://fn-auto.test/app/y', 'http://fn-auto.test/ctx/y',
        'FastCGI'],
]);
$gateway->stop;

done_testing();
