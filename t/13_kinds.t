# SPDX-License-Identifier: Apache-2.0
#
# Headers that are mapped by name or preset, in the grammar of each:
#
#   https://kinds.test/p/  <->  http://b.test:8080/

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

my $HOST   = 'kinds.test';
my $THERE  = 'http://b.test:8080';
my $SITE   = 'https://kinds.test';
my $PUBLIC = "$SITE/p";

# ---- @frontend: what a page goes to -----------------------------------------

for my $name (qw(HX-Redirect HX-Push-Url HX-Replace-Url Turbolinks-Location
    X-Inertia-Location X-Up-Location X-PJAX-URL HX-Location))
{
    maps($HOST, '/p/page', 200, [
        [$name => "$THERE/x?y#z", '/p/x?y#z', 'as in a redirect'],
        [$name => '/x', '/p/x', 'a path'],
        [$name => '//b.test:8080/x', '/p/x', 'without a scheme'],
        [$name => '/p/x', '=', 'already public'],
        [$name => '../../x', '=', 'relative to the page'],
        [$name => 'https://evil.test/x', '=', 'foreign'],
        [$name => 'http://b.test:8080@evil.test/', '=', 'user name'],
        [$name => '/\\evil.test/', '=', 'backslash'],
        [lc $name => '/x', '/p/x', 'a name is known in any case'],
    ]);
}
maps($HOST, '/p/page', 200, [
    ['HX-Push-Url' => 'false', '=', 'a word'],
    ['HX-Replace-Url' => 'true', '=', 'a word'],
    ['HX-Trigger' => '/x', '=', 'no URL'],
    ['X-Pingback' => '/x', '=', 'of another preset'],
]);
maps($HOST, '/p/page', 409, [
    ['X-Inertia-Location' => "$THERE/x", '/p/x', 'of any status'],
]);
maps($HOST, '/p/server/page', 200, [
    ['HX-Redirect' => "$THERE/x", "$PUBLIC/x", 'RevMapOrigin server'],
    ['HX-Location' => qq({"path":"$THERE/x"}), qq({"path":"$PUBLIC/x"}),
        'RevMapOrigin server'],
]);

# What a program may read keeps its form, and has the response for its base.
for my $name (qw(SourceMap X-SourceMap)) {
    maps($HOST, '/p/js/page', 200, [
        [$name => "$THERE/x.map", "$PUBLIC/x.map", 'absolute stays absolute'],
        [$name => '/x.map', '/p/x.map', 'a path'],
        [$name => 'x.map', '=', 'relative'],
        [$name => '../../x.map', '/p/x.map', 'relative, and out of the map'],
        [$name => 'data:application/json;base64,e30=', '=', 'data'],
    ]);
}
maps($HOST, '/p/page', 200, [
    ['Service-Worker-Allowed' => '/', '/p/', 'a path'],
    ['Service-Worker-Allowed' => '/x/', '/p/x/', 'a path'],
    ['Service-Worker-Allowed' => '/p/', '=', 'already public'],
]);

# ---- HX-Location ------------------------------------------------------------

maps($HOST, '/p/page', 200, [
    ['HX-Location' => '{"path":"/x","target":"#y"}',
        '{"path":"/p/x","target":"#y"}', 'JSON'],
    ['HX-Location' => qq({ "target" : "#y", "path" : "$THERE/x" }),
        '{ "target" : "#y", "path" : "/p/x" }', 'JSON'],
    ['HX-Location' => '{"path":"http:\/\/b.test:8080\/x\/y"}',
        '{"path":"/p\/x\/y"}', 'escaped slashes'],
    ['HX-Location' => '{"path":"/x?a=1\u0026b=\u00e4"}',
        '{"path":"/p/x?a=1\u0026b=\u00e4"}', 'escapes'],
    ['HX-Location' => '{"path":"/x","push":"/y","replace":"false"}',
        '{"path":"/p/x","push":"/p/y","replace":"false"}', 'the history'],
    ['HX-Location' => '{"path":"/x","path":"/y"}',
        '{"path":"/p/x","path":"/p/y"}', 'the last one counts'],
    ['HX-Location' => '{"values":{"path":"/x"},"path":"/y"}',
        '{"values":{"path":"/x"},"path":"/p/y"}', 'nested'],
    ['HX-Location' => '{"path":"https://evil.test/"}', '=', 'foreign'],
    ['HX-Location' => '{"path":"\/\u002fevil.test\/"}', '=', 'foreign'],
    ['HX-Location' => '{"path":"/x\u000d\u000aY: z"}', '=', 'control bytes'],
    ['HX-Location' => '{"path":"/x\q"}', '=', 'no escape'],
    ['HX-Location' => '{"path":"/x', '=', 'no end'],
]);

# ---- @auth ------------------------------------------------------------------

for my $status (401, 200) {
    maps($HOST, '/p/page', $status, [
        ['WWW-Authenticate' => qq(Bearer realm="$THERE/token",service="b"),
            qq(Bearer realm="$PUBLIC/token",service="b"), 'a token service'],
        ['WWW-Authenticate' => qq(Bearer resource_metadata="$THERE/.well/x"),
            qq(Bearer resource_metadata="$PUBLIC/.well/x"), 'metadata'],
        ['WWW-Authenticate' => 'Bearer realm="api"', '=', 'a name'],
        ['WWW-Authenticate' => 'Bearer realm="https://auth.test/"', '=',
            'foreign'],
        ['WWW-Authenticate' => qq(Basic realm="$THERE/x"), '=', 'Basic'],
        ['WWW-Authenticate' => qq(Basic realm="$THERE/1", )
                . qq(Bearer realm="$THERE/2", Digest realm="$THERE/3"),
            qq(Basic realm="$THERE/1", Bearer realm="$PUBLIC/2", )
                . qq(Digest realm="$THERE/3"), 'several challenges'],
        [['WWW-Authenticate' => qq(Bearer realm="$THERE/1"),
            qq(Bearer realm="$PUBLIC/1")],
         ['WWW-Authenticate' => qq(Basic realm="$THERE/2"), '='],
            'several fields'],
    ]);
}

# ---- origins ----------------------------------------------------------------

for my $name (qw(Access-Control-Allow-Origin Timing-Allow-Origin)) {
    maps($HOST, '/p/page', 200, [
        [$name => $THERE, $SITE, 'the backend'],
        [$name => "HTTP://B.Test:08080", $SITE, 'in any spelling'],
        [$name => "$THERE, https://o.test", "$SITE, https://o.test", 'a list'],
        [$name => $SITE, '=', 'public'],
        [$name => 'https://evil.test', '=', 'foreign'],
        [$name => "$THERE.evil.test", '=', 'no port'],
        [$name => '*', '=', 'any'],
        [$name => 'null', '=', 'none'],
    ]);
}
for my $name ('Content-Security-Policy', 'Content-Security-Policy-Report-Only')
{
    maps($HOST, '/p/page', 200, [
        [$name => "default-src 'self' $THERE; img-src $THERE/i/ data: *.b.test;"
                . " report-uri /csp",
            "default-src 'self' $SITE; img-src $PUBLIC/i/ data: *.b.test;"
                . " report-uri /p/csp", 'a policy'],
        [$name => 'script-src b.test:8080 b.test:8080/js/',
            "script-src $SITE $PUBLIC/js/", 'no scheme'],
        [$name => "frame-ancestors $THERE/x", "frame-ancestors $SITE",
            'frame-ancestors knows no path'],
        [$name => 'connect-src ws://b.test:8080/live',
            'connect-src wss://kinds.test/p/live', 'WebSockets'],
        [$name => "script-src 'nonce-b.test:8080' https://cdn.test", '=',
            'foreign'],
        [$name => 'trusted-types b.test:8080', '=', 'no sources'],
    ]);
}

# ---- which are mapped -------------------------------------------------------

my %sent = (
    'HX-Location'                 => ['/x', '/p/x'],
    'SourceMap'                   => ['/x', '/p/x'],
    'WWW-Authenticate'            => [qq(Bearer realm="$THERE/x"),
                                      qq(Bearer realm="$PUBLIC/x")],
    'Access-Control-Allow-Origin' => [$THERE, $SITE],
    'X-Hx'                        => ['{"path":"/x"}', '{"path":"/p/x"}'],
    'X-Bearer'                    => [qq(Bearer realm="$THERE/x"),
                                      qq(Bearer realm="$PUBLIC/x")],
    'X-Origins'                   => [$THERE, $SITE],
    'Timing-Allow-Origin'         => [$THERE, $SITE],
);
my @named = qw(HX-Location SourceMap WWW-Authenticate
    Access-Control-Allow-Origin Timing-Allow-Origin);
for (
    ['/p/page', \@named, 'presets and names'],
    ['/p/default/page', [], 'none of them without a line'],
    ['/p/own/page', [@named, qw(X-Hx X-Bearer X-Origins)],
        'kinds for other names'],
    ['/p/minus/page', [qw(SourceMap Access-Control-Allow-Origin)],
        'a minus takes away'],
) {
    my ($target, $names, $name) = @$_;
    my %mapped = map { $_ => 1 } @$names;
    maps($HOST, $target, 200, [[
        (map { [$_ => $sent{$_}[0], $mapped{$_} ? $sent{$_}[1] : '='] }
            sort keys %sent),
        "$target: $name",
    ]]);
}

# ---- other maps -------------------------------------------------------------

# The public side has a host, and the backend side a path.
maps('kinds-below.test', '/p/page', 200, [
    ['HX-Redirect' => '/app/x', 'https://www.example.com/p/x', 'a URL'],
    ['HX-Location' => '{"path":"\/app\/x"}',
        '{"path":"https://www.example.com/p\/x"}', 'a URL'],
    ['WWW-Authenticate' => qq(Bearer realm="$THERE/app/token"),
        'Bearer realm="https://www.example.com/p/token"', 'a URL'],
    ['WWW-Authenticate' => qq(Bearer realm="$THERE/token"), '=', 'outside'],
    ['Access-Control-Allow-Origin' => $THERE, 'https://www.example.com',
        'an origin'],
    ['Content-Security-Policy' => "img-src $THERE $THERE/app/i/ $THERE/i/",
        'img-src https://www.example.com https://www.example.com/p/i/ '
            . "$THERE/i/", 'sources'],
]);

# A Host that is not this site's own is never written.
maps({ host => 'kinds.test:6666' }, '/p/page', 200, [
    ['Access-Control-Allow-Origin' => $THERE, $SITE, 'a port of the client'],
]);
maps('kinds-told.test', '/p/page', 200, [
    ['Access-Control-Allow-Origin' => 'http://kinds-told.test',
        'https://kinds-told.test', 'by the scheme that it was told'],
    ['Access-Control-Allow-Origin' => 'https://kinds-told.test', '=',
        'public'],
    ['HX-Redirect' => 'http://kinds-told.test/ctx/x', '/p/x',
        'the public host'],
    ['HX-Redirect' => 'https://kinds-told.test/ctx/x',
        'https://kinds-told.test/p/x', 'an upgrade'],
]);

done_testing();
