# SPDX-License-Identifier: Apache-2.0
#
# SetHandler revmap-explain: the map of a virtual host, and what a client would
# get, for people and for programs, whatever is asked.

use strict;
use warnings;

use lib 't/lib';
use Digest::SHA qw(sha256_base64);
use JSON::PP ();
use RevMap::Test;

my $PAGE = '/revmap-explain';
my $JSON = JSON::PP->new->utf8;

sub encoded {
    my ($text) = @_;
    return $text =~ s/([^A-Za-z0-9._~-])/sprintf '%%%02X', ord $1/ger;
}

# The page for a question: fetch(url => '/x', host => 'a.test', ...).
sub fetch {
    my (%is) = @_;
    my %field = map { exists $is{$_} ? ($_ => delete $is{$_}) : () }
        qw(url header value backend format);
    my $query = join '&', map { "$_=" . encoded($field{$_}) }
        sort keys %field;
    return get(host => 'explain.test',
        target => $PAGE . (length $query ? "?$query" : ''), %is);
}

sub asked {
    my $response = fetch(format => 'json', @_);
    my $data = eval { $JSON->decode($response->{body}) };
    ok($data, 'valid JSON') or diag($response->{body});
    return ($data || {}, $response);
}

# ---- the answer -------------------------------------------------------------

# Each row: [public URL, header, value, what the client gets, why, backend].
sub answers {
    my ($host, $rows) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $row (@$rows) {
        my ($url, $header, $value, $wanted, $why, $backend, @more) = @$row;
        my ($data) = asked(host => $host, url => $url, header => $header,
            value => $value, @more);
        my $answer = $data->{answer} || {};
        $wanted = $value if $wanted eq '=';
        is_deeply(
            [@$answer{qw(value reason backend)}, $answer->{changed} ? 1 : 0],
            [$wanted, $why, $backend, $wanted ne $value ? 1 : 0],
            "$host$url, $header: $value -> $wanted ($why)")
            or diag(explain($data->{error} || $answer));
    }
    return;
}

my $SHOP = 'http://shop.test:8080/ctx';
answers('explain.test', [
    ['/shop/cart', 'Location', "$SHOP/login", '/shop/login', 'mapped',
        "$SHOP/cart"],
    ['/shop/cart?a=b&c', 'Location', '?d', '=', 'reads-right',
        "$SHOP/cart?a=b&c"],
    ['/shop/cart', 'location', '/ctx/x?y#z', '/shop/x?y#z', 'mapped',
        "$SHOP/cart"],
    ['/shop/cart', 'Location', 'http://foreign.test/', '=', 'foreign',
        "$SHOP/cart"],
    ['/shop/cart', 'Set-Cookie', 'a=b; Path=/ctx; Domain=shop.test',
        'a=b; Path=/shop', 'mapped', "$SHOP/cart"],
    ['/shop/cart', 'X-Other', '/ctx/x', '=', 'not-named', "$SHOP/cart"],
    ['/my%20app/x', 'Location', '/a%20b/y', '/my%20app/y', 'mapped',
        'http://space.test/a%20b/x'],
    ['/fcgi/x', 'Location', '/fcgi/y', '=', 'outside',
        'fcgi://127.0.0.1:9000/srv/x'],
    ['/rule/x', 'X-Mine', 'http://rule.test/deep/x',
        'http://explain.test/rule/x', 'mapped', 'http://rule.test/x'],
    ['/rule/x', 'Location', 'http://rule.test/deep/static/x', '=', 'excluded',
        'http://rule.test/x'],
    ['/off/x', 'Location', 'http://off.test/x', '=', 'engine-off',
        'http://off.test/x'],
    # what only a request can tell
    ['/rewritten/x', 'Location', '/in/y', '/rewritten/y', 'mapped',
        'http://rewritten.test/in/x'],
    ['/if/x', 'Location', 'http://if.test/y', '/if/y', 'mapped',
        'http://if.test/x'],
    ['http://alias.explain.test/if/x', 'Location', 'http://if.test/y',
        '/alias/y', 'mapped', 'http://if.test/x'],
    ['/secret/x', 'Location', 'http://secret.test/a%20b/y', '/secret/y',
        'mapped', 'http://secret.test/a%20b/x'],
    # who answered
    ['/other/x', 'Location', "$SHOP/y", '/other/y', 'mapped', "$SHOP/x",
        backend => "$SHOP/x"],
    ['/shop/x', 'Location', 'http://second.test/ctx/y', '/shop/y', 'mapped',
        'http://second.test/ctx/x', backend => 'http://second.test'],
    ['/inherited/x', 'Location', '/y', '/inherited/y', 'mapped',
        'http://inherited.test/x'],
    ['/nowhere', 'Location', 'http://b.test/', '=', 'foreign', undef],
]);
answers('alias.explain.test', [
    ['/if/x', 'Location', 'http://if.test/y', '/alias/y', 'mapped',
        'http://if.test/x'],
    ['http://explain.test/if/x', 'Location', 'http://if.test/y', '/if/y',
        'mapped', 'http://if.test/x'],
]);
# Where all is forwarded, the page is not.
answers('explain-all.test', [
    ['/x', 'Content-Location', 'http://all.test/y',
        'http://explain-all.test/y', 'mapped', 'http://all.test/x'],
]);

# What it would get.
my ($dry) = asked(url => '/dry/x', value => 'http://dry.test/y');
is($dry->{answer}{value}, '/dry/y', 'DryRun: what it would get');
ok($dry->{answer}{dry_run}, 'DryRun: but it is only that');
like(fetch(url => '/dry/x', value => 'http://dry.test/y')->{body},
    qr{gets it unchanged, because <code>RevMapEngine</code> is DryRun},
    'DryRun: on the page');

# The same as a client gets, and it is counted; the question is not.
sub hits {
    my ($map) = asked(@_);
    my ($rule) = grep { $_->{public} eq '/shop/' }
        map { @{ $_->{rules} } } @{ $map->{sections} };
    return $rule->{hits};
}
my $hits = hits();
my $said = get(host => 'explain.test', target => '/shop/cart',
    reply => reply(302, [[Location => "$SHOP/login"]]))->header('Location');
is($said, '/shop/login', 'the client gets what the page says');
is(hits(url => '/shop/cart', value => "$SHOP/x"), $hits + 1, 'one hit');
is(hits(), $hits + 1, 'none by asking');
like(fetch()->{body}, qr{<td class="number">${\($hits + 1)}</td>},
    'hits on the page');

my ($data) = asked(url => '/shop/cart', value => "$SHOP/x");
my $answer = $data->{answer};
is($answer->{url}, 'http://explain.test/shop/cart', 'the whole URL');
is($answer->{text}, "ProxyPass /shop/ $SHOP/", 'the text of the line');
like("$answer->{file}:$answer->{line}", qr/29_explain\.conf:6$/, 'its place');
is($answer->{why}, 'mapped', 'the reason in words');
is_deeply($data->{question}, { url => '/shop/cart', header => 'Location',
    value => "$SHOP/x", backend => undef }, 'the question');

# ---- what cannot be answered ------------------------------------------------

for (
    ['/shop/x', 'b.test', qr/'b\.test' is no URL of a backend/],
    ['//x\\y', '', qr/cannot be used \(screened: backslash\)/],
    ['x', '', qr/'x' is no URL of this site: write its path/],
    ['http://www.example.com/', '', qr/is no name of this virtual host/],
    ['', 'http://b.test/', qr/the public URL is missing/],
) {
    my ($url, $backend, $error) = @$_;
    my ($failed, $response) = asked(url => $url, value => '/x',
        backend => $backend);
    like($failed->{error}, $error, "'$url' from '$backend'");
    is($response->{status}, 400, 'status 400');
    ok(!$failed->{answer}, 'no answer');
    like(fetch(url => $url, backend => $backend)->{body},
        qr/<p class="error" role="alert">/, 'and on the page');
}
for my $query (qw(url=%00 url=%zz url=% value=%0g)) {
    is(get(host => 'explain.test', target => "$PAGE?$query")->{status}, 400,
        $query);
}

# ---- the map ----------------------------------------------------------------

($data) = asked();
is($data->{server}, 'explain.test:80', 'the server');
is($data->{auto}, 'On', 'RevMapAuto');
ok(!exists $data->{question}, 'no question');
my %section = map { $_->{section} => $_ } @{ $data->{sections} };
is_deeply([map { "$_->{public} $_->{backend}" }
    @{ $section{'<Location /rule/>'}{rules} }],
    ['/rule/ http://rule.test/deep/', '! http://rule.test/deep/static/'],
    'the rules of a section');
is_deeply([map { "$_->{directive} $_->{arguments}" }
    @{ $section{'<Location /rule/>'}{lines} }],
    ['RevMapHeader X-Mine=url', 'RevMapCookiePath "/<old>&" /new'],
    'its other lines');
ok($section{'derived from ProxyPass'}, 'what is derived');
is($section{'no rule derived'}{rules}[0]{public}, '/fcgi/', 'and what is not');
ok((grep { $_->{public} eq '/inherited/' }
    @{ $section{'server config'}{rules} }), "the main server's");

my $page = fetch()->{body};
like($page, qr{<h3 id="s2">&lt;Location /rule/&gt;</h3>}, 'a heading');
like($page, qr{<td><code>&quot;/&lt;old&gt;&amp;&quot; /new</code></td>},
    'escaped');
($data) = asked(host => 'explain-none.test');
is_deeply([map { $_->{server} } @{ $data->{sections} }],
    [('127.0.0.1:' . setting('port')) x @{ $data->{sections} }],
    'nothing of its own');

# ---- the response -----------------------------------------------------------

my $response = fetch(url => '/shop/x', value => '/ctx/x');
my %header = map { lc $_->[0] => $_->[1] } @{ $response->{headers} };
is($header{'content-type'}, 'text/html; charset=utf-8', 'HTML');
is($header{'cache-control'}, 'no-store', 'not stored');
is($header{'x-content-type-options'}, 'nosniff', 'not sniffed');
is($header{'referrer-policy'}, 'no-referrer', 'not told to others');
my ($style) = $response->{body} =~ m{<style>(.*?)</style>}s;
my $hash = sha256_base64($style) . '=';
is($header{'content-security-policy'}, "default-src 'none'; style-src "
    . "'sha256-$hash'; form-action 'self'; base-uri 'none'; "
    . "frame-ancestors 'none'", 'the policy, with the hash of the style');
unlike($response->{body} =~ s/<style>.*?<\/style>//sr,
    qr/\b(?:src|style|on\w+)=|<script|<link|<img|<iframe/, 'nothing else');
is(fetch(format => 'json')->header('Content-Type'), 'application/json',
    'JSON');

my $head = fetch(method => 'HEAD', url => '/shop/x', value => '/ctx/x');
is($head->{status}, 200, 'HEAD');
is($head->{body}, '', 'HEAD: no body');
is($head->header('Content-Type'), 'text/html; charset=utf-8', 'HEAD: type');
for my $method (qw(POST PUT DELETE PATCH)) {
    my $refused = fetch(method => $method, host => 'explain-all.test');
    is($refused->{status}, 405, $method);
    like($refused->header('Allow'), qr/\bGET\b/, "$method: Allow");
    unlike($refused->header('Allow'), qr/\b$method\b/, "$method: not");
}
is(fetch(method => 'OPTIONS')->{status}, 200, 'OPTIONS');
is(fetch(host => 'explain-all.test', target => "$PAGE/denied")->{status}, 403,
    'refused by Require');
like(fetch(host => 'explain-all.test')->{body}, qr/<h1>RevMap:/,
    'where the whole site is forwarded');

# ---- hostile input ----------------------------------------------------------

my %hostile = (
    'markup'       => q{"'><script>alert(1)</script><!-- & &amp;},
    'an attribute' => q{" onfocus="alert(1)},
    'quotes'       => q{\\\\"\\'},
    'controls'     => join('', map { chr } 1 .. 31, 127),
    'no UTF-8'     => "\x80\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80\xFF\xE2\x82",
    'UTF-8'        => "\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80",
    'direction'    => "a\xE2\x80\xAEb\xE2\x81\xA6c\xC2\x85\xEF\xBB\xBF",
    'JSON'         => "\xE2\x80\xA8</script>\\u0000",
    'long'         => '/ctx/' . 'x' x 5000,
    'header'       => "x\r\nSet-Cookie: a=b",
);
for my $name (sort keys %hostile) {
    my $text = $hostile{$name};
    for my $field (qw(url header value backend)) {
        my %question = (url => '/shop/x', value => '/ctx/', $field => $text);
        my $html = fetch(%question);
        is(scalar(() = $html->{body} =~ /<script|<!--/g), 0,
            "$name in $field: no markup");
        is(scalar(() = $html->{body} =~ /<input /g), 4,
            "$name in $field: four inputs");
        is(tags($html->{body}), '', "$name in $field: tags are ours");
        unlike($html->{body}, qr/[\x00-\x09\x0B-\x1F\x7F]/,
            "$name in $field: no control byte");
        ok(utf8::decode(my $copy = $html->{body}), "$name in $field: UTF-8");
        is($html->header('Set-Cookie'), undef, "$name in $field: no header");
        my ($told) = asked(%question);
        next if $name eq 'no UTF-8';
        utf8::decode(my $wanted = $text =~ s/^[ \t]+|[ \t]+$//gr);
        is($told->{question}{$field}, $wanted, "$name in $field: as asked");
    }
}

# A tag of a page with an attribute that none of ours has.
sub tags {
    my ($html) = @_;
    my $ours = qr/\s(?:lang|charset|name|content|id|class|for|type|value|href
        |method|action|autocomplete|autocapitalize|spellcheck|list|scope|role
        |tabindex|aria-[a-z]+)="[^"]*"|\srequired/x;
    return join "\n", grep { !/^<\/?[a-z0-9]+(?:$ours)*>$/ }
        $html =~ s/^<!DOCTYPE html>|<style>.*?<\/style>//gsr =~ /<[^>]*>?/g;
}

# Nothing is said of an imagined request.
unlike(logged(sub { fetch(url => '/shop/x', value => "$SHOP/y") }),
    qr/\[revmap:/, 'nothing is logged');

done_testing();
