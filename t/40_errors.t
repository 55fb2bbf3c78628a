# SPDX-License-Identifier: Apache-2.0
#
# Every way that a response leaves: errors of httpd's own in the place of the
# backend's, ErrorDocuments, internal redirects, subrequests, answers without
# a body or with a late one. FastCGI and SCGI leave the backend's headers where
# httpd keeps those of its errors, so that they go out with these.
#
#   /  <->  /x/ of the backend
#
# What is sent lies in /x/x/: mapped once it lies in /x/, mapped twice it would
# lie in /.

use strict;
use warnings;

use IO::Socket::INET ();
use MIME::Base64 qw(encode_base64);

use lib 't/lib';
use RevMap::Gateway;
use RevMap::Server;
use RevMap::Test;

needs_httpd('2.4.47'); # older ones keep other headers in a 304 and a 416

my @more = RevMap::Server::extra_modules(qw(proxy_fcgi proxy_scgi include));
plan(skip_all => 'httpd lacks mod_proxy_fcgi, mod_proxy_scgi or mod_include')
    if !@more;

my $gateway = RevMap::Gateway->new->start;
my %backend = (
    http => 'http://b.test/x/',
    scgi => 'scgi://127.0.0.1:' . $gateway->port . '/',
    fcgi => 'fcgi://127.0.0.1:' . $gateway->port . '/',
);
my @kinds = sort keys %backend;

# What the backend says in an error, what httpd adds to it, and what an
# ErrorDocument that is proxied itself says.
my @theirs = (
    ['Content-Location' => '/x/x/theirs'],
    ['X-Next'           => '/x/x/next'],
    ['Set-Cookie'       => 'theirs=1; Path=/x/x/theirs'],
    ['Set-Cookie'       => 'second=1; Path=/x/x/second'],
);
my @mapped = (
    'Content-Location: /x/theirs',
    'X-Next: /x/next',
    'Set-Cookie: theirs=1; Path=/x/theirs',
    'Set-Cookie: second=1; Path=/x/second',
);
my @own = (
    'X-Own: /x/x/own',
    'Set-Cookie: own=1; path=/x/x/own; domain=.pub.test',
);
my $local_cookie = 'Set-Cookie: local=1; path=/x/x/local; domain=.pub.test';
my $page = encode_base64(reply(404, [
    [Destination  => '/x/x/page'],
    ['Set-Cookie' => 'page=1; Path=/x/x/page'],
], 'the error page'), '');
my $another = encode_base64(reply(404, [['X-Next' => '/x/x/another']]), '');
my @page_mapped =
    ('Destination: /x/page', 'Set-Cookie: page=1; Path=/x/page');

# In the sections: what the client asks for is /NAME/page.
sub host_lines {
    my ($kind, $root) = @_;
    return <<"END";
<VirtualHost *>
    ServerName http://$kind.pub.test:80
    ProxyPass /local/ !
    ProxyPass /denied/ !
    ProxyPass /dir/ !
    ProxyPass /error/ http://b.test/x/error/
    ProxyPass /again/ $backend{$kind} flushpackets=on
    ProxyPass / $backend{$kind} flushpackets=on
    RevMap / http://b.test/x/
    RevMap / /x/
    RevMapHeader X-Next=url X-Own=url

    RewriteEngine On
    RewriteRule ^ - [CO=own:1:.pub.test:0:/x/x/own]
    RewriteRule ^/local/cookie - [CO=local:1:.pub.test:0:/x/x/local]
    Header always set X-Own /x/x/own

    ProxyErrorOverride On
    <Location /plain/>
        ProxyErrorOverride Off
    </Location>
    <Location /text/>
        ErrorDocument 404 "not here"
    </Location>
    <Location /to-local/>
        ErrorDocument 404 /local/page.html
    </Location>
    <Location /to-cookie/>
        ErrorDocument 404 /local/cookie.html
    </Location>
    <Location /to-ssi/>
        ErrorDocument 404 /local/page.shtml
    </Location>
    <Location /to-none/>
        ErrorDocument 404 /local/none.html
    </Location>
    <Location /to-denied/>
        ErrorDocument 404 /denied/page.html
    </Location>
    <Location /to-url/>
        ErrorDocument 404 http://$kind.pub.test/x/x/elsewhere
        ErrorDocument 500 http://b.test/x/x/elsewhere
    </Location>
    <Location /to-proxied/>
        ErrorDocument 404 /error/page
    </Location>
    <Location /to-same/>
        ErrorDocument 404 /again/page
    </Location>
    <LocationMatch ^/(error|again)/>
        ProxyErrorOverride Off
        RequestHeader set X-Reply $page
    </LocationMatch>
    <Location /to-challenge/>
        RevMapHeader WWW-Authenticate
    </Location>
    <Location /to-challenge/local/>
        ErrorDocument 401 /local/page.html
    </Location>
    <Location /to-another/>
        ErrorDocument 404 /again/another
    </Location>
    <Location /again/another>
        RequestHeader set X-Reply $another
    </Location>
    <Location /denied/>
        Require all denied
    </Location>
    <Location /off/>
        RevMapEngine Off
    </Location>
    <Directory "$root/dir">
        RewriteEngine On
        RewriteRule ^(.*)\$ $backend{$kind}\$1 [P]
    </Directory>
</VirtualHost>
END
}

# The page in place of what a backend that is down would have said is that of
# another one, which knows its own paths.
my $down = <<"END";
<VirtualHost *>
    ServerName http://down.pub.test:80
    ProxyPass /down/ http://127.0.0.1:1/
    RevMap    /down/ http://127.0.0.1:1/
    ProxyPass /page/ $backend{fcgi}
    ProxyPass /named/ $backend{fcgi}
    RevMap    /named/ http://b.test/x/
    ErrorDocument 503 /page/page
    <Location /down/named/>
        ErrorDocument 503 /named/page
    </Location>
</VirtualHost>
END

my $server = RevMap::Server->new('', modules => sub { (@_, @more) });
my $root   = $server->writable('htdocs');
mkdir "$root/$_" or die "$root/$_: $!\n" for qw(local dir);
$server->put("htdocs/local/$_.html", "the local $_") for qw(page cookie);
$server->put('htdocs/local/page.shtml',
    'local <!--#include virtual="/plain/part" --> page');

my $hosts = join '', $down, map { host_lines($_, $root) } @kinds;
$server->write_config(<<"END" . $hosts);
DocumentRoot "$root"
<Directory "$root/local">
    Options Includes
    AddOutputFilter INCLUDES shtml
</Directory>
END
$server->start;

# ---- what a client gets -----------------------------------------------------

my $WATCHED = qr/^(?:Location|Content-Location|Destination|Set-Cookie
    |WWW-Authenticate|X-Next|X-Own)$/xi;

sub ask {
    my ($kind, $target, $reply, %client) = @_;
    return get(port => $server->port, host => "$kind.pub.test",
        target => $target, reply => $reply, %client);
}

# All headers of the response that could be the backend's.
sub watched {
    my ($response) = @_;
    return join "\n", $response->{status},
        sort map { "$_->[0]: $_->[1]" }
        grep { $_->[0] =~ $WATCHED } @{ $response->{headers} };
}

# The headers in any order.
sub gets {
    my ($kind, $target, $reply, $status, $headers, $name, %client) = @_;
    my $response = ask($kind, $target, $reply, %client);
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(watched($response), join("\n", $status, sort @$headers),
        "$kind: $name");
    return $response;
}


# ---- errors -----------------------------------------------------------------

my $error = reply(404, \@theirs, 'the error of the backend');
gets($_, '/plain/page', $error, 404, [@own, @mapped],
    'an error of the backend') for @kinds;

# mod_proxy_http keeps nothing of a response that is overridden.
for my $kind (qw(http fcgi)) {
    my @left   = (@own, $kind eq 'fcgi' ? @mapped : ());
    my @canned = (
        ['/page',           'a canned error'],
        ['/text/page',      'ErrorDocument with a text'],
        ['/to-local/page',  'ErrorDocument, local'],
        ['/to-ssi/page',    'ErrorDocument, local, with an SSI page'],
        ['/to-none/page',   'ErrorDocument, missing'],
        ['/to-denied/page', 'ErrorDocument, denied'],
    );
    for (@canned) {
        my $response = gets($kind, $_->[0], $error, 404, \@left, $_->[1]);
        unlike($response->{body}, qr/^the error of the backend/,
            "$kind: $_->[1], in place of the backend's");
        gets($kind, $_->[0], $error, 404, \@left, "$_->[1], HEAD",
            method => 'HEAD');
    }
    gets($kind, '/to-cookie/page', $error, 404, [@left, $local_cookie],
        'ErrorDocument, local, with a cookie of its own');
    gets($kind, '/to-url/page', $error, 302,
        [@left, "Location: http://$kind.pub.test/x/x/elsewhere"],
        'ErrorDocument, external');
    gets($kind, '/to-url/page', reply(500, \@theirs), 302,
        [@left, 'Location: http://b.test/x/x/elsewhere'],
        'ErrorDocument, external, by a name of the backend');
    gets($kind, "/to-$_/page", $error, 404, [@left, @page_mapped],
        "ErrorDocument, proxied: $_") for qw(proxied same);
    gets($kind, '/off/page', $error, 404,
        [@own, $kind eq 'fcgi' ? sent(@theirs) : ()],
        'RevMapEngine Off, a canned error');
}

# One that says X-Next again: httpd makes one field of them.
my @joined = ('X-Next: /x/next, /x/another',
    grep { !/^X-Next/ } @own, @mapped);
gets('fcgi', '/to-another/page', $error, 404, \@joined,
    'ErrorDocument, proxied, with the same header');
gets('scgi', '/page', redirect('/again/another'), 404, \@joined,
    'local redirect, proxied, with the same header');

# mod_proxy_scgi does not override errors.
gets('scgi', "/$_/page", $error, 404, [@own, @mapped],
    "an error with an ErrorDocument, $_")
    for qw(text to-local to-none to-denied to-url to-proxied to-same);

sub sent { return map { "$_->[0]: $_->[1]" } @_ }

# ---- 401 --------------------------------------------------------------------

my $basic = 'Basic realm="http://b.test/x/x/", charset="UTF-8"';
my $bearer = 'Bearer realm="http://b.test/x/x/token"';
my $token  = 'Bearer realm="http://http.pub.test/x/token"';
my $login = reply(401, [@theirs, ['WWW-Authenticate' => $basic]]);
for my $kind (@kinds) {
    gets($kind, '/plain/page', $login, 401,
        [@own, @mapped, "WWW-Authenticate: $basic"], '401');
}
gets('http', '/page', $login, 401, [@own, "WWW-Authenticate: $basic"],
    '401, overridden');
gets('http', '/to-challenge/page',
    reply(401, [['WWW-Authenticate' => $bearer]]), 401,
    [@own, "WWW-Authenticate: $token"],
    '401, overridden, with a challenge that is mapped');
gets('http', '/to-challenge/local/page',
    reply(401, [['WWW-Authenticate' => $bearer]]), 401,
    [@own, "WWW-Authenticate: $token"],
    '401, overridden, with an ErrorDocument');

# ---- without a body, and a part of it ---------------------------------------

for my $kind (@kinds) {
    for my $status (200, 201, 302, 404, 500) {
        gets($kind, '/plain/page',
            reply($status, [@theirs, [Location => '/x/x/to']]), $status,
            [@own, @mapped, 'Location: /x/to'], "HEAD, $status",
            method => 'HEAD') if $kind ne 'scgi' || $status != 200;
    }
    gets($kind, '/page', reply(204, \@theirs), 204, [@own, @mapped], '204');
    gets($kind, '/page', reply(304, \@theirs), 304, [@own, @mapped], '304');
    gets($kind, '/page',
        reply(206, [@theirs, ['Content-Range' => 'bytes 0-3/8']], 'part'),
        206, [@own, @mapped], "206, the backend's own",
        headers => [[Range => 'bytes=0-3']]);
}

# Of what comes as a stream, httpd sends all.
my $whole = reply(200, [@theirs, ['Content-Type' => 'text/plain']],
    'the whole');
for my $kind (@kinds) {
    my $is_part = $kind eq 'http';
    my $response = gets($kind, '/page', $whole, $is_part ? 206 : 200,
        [@own, @mapped], 'a range of httpd',
        headers => [[Range => 'bytes=4-7']]);
    is($response->{body}, $is_part ? 'whol' : 'the whole',
        "$kind: and it is this range");
}
# An error of httpd's own after the response has been mapped. httpd 2.5 keeps
# its own cookies in it.
my $keeps = Apache::Test::have_min_apache_version('2.5.0');
gets('http', '/page', $whole, 416,
    [grep { /^X-/ || ($keeps && /^Set/) } @own], '416, by httpd',
    headers => [[Range => 'bytes=100-200']]);

sub is_gateway { return $_[0] ne 'http' }

# ---- a backend that fails ---------------------------------------------------

gets($_, '/page', "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/x/x\r\nnonsense"
    . "\r\n\r\n", $_ eq 'http' ? 502 : 500, [@own],
    'headers that are none') for @kinds;

my @here = map { [$_->[0], $_->[1] =~ s{/x/x/}{/x/}r] } @theirs;
gets('down', '/down/page', reply(503, \@here), 503, [sent(@here)],
    'the error page of another backend');
gets('down', '/down/named/page', reply(503, \@here), 503,
    [map { /^X-Next/ ? $_ : s{/x/}{/named/}r } sent(@here)],
    'the error page of another backend, which has a name');

# ---- internal redirects -----------------------------------------------------

# A local redirect of CGI: 200 with a path, in place of which httpd answers.
sub redirect {
    my ($path) = @_;
    return join "\r\n", "Location: $path",
        (map { "$_->[0]: $_->[1]" } @theirs), '', '';
}
for (
    ['/local/page.html',  200, [],             'to a local page'],
    ['/local/page.shtml', 200, [],             'to an SSI page'],
    ['/local/cookie.html', 200, [$local_cookie],
        'to a local page that has a cookie of its own'],
    ['/local/none.html',  404, [],             'to a page that is missing'],
    ['/denied/page.html', 403, [],             'to a page that is denied'],
    ['/error/page',       404, [@page_mapped], 'to a page that is proxied'],
    ['/again/page',       404, [@page_mapped], 'to the same backend'],
) {
    gets('scgi', '/page', redirect($_->[0]), $_->[1],
        [@own, @mapped, @{ $_->[2] }], "local redirect $_->[3]");
    gets('scgi', '/page', redirect($_->[0]), $_->[1],
        [@own, @mapped, @{ $_->[2] }], "local redirect $_->[3], HEAD",
        method => 'HEAD');
}
# mod_proxy_fcgi knows no local redirects.
gets('fcgi', '/page', reply(302, [[Location => '/x/x/to'], @theirs]), 302,
    [@own, @mapped, 'Location: /x/to'], 'a redirect for the client');

# ---- subrequests ------------------------------------------------------------

for my $kind (@kinds) {
    my $page = gets($kind, '/local/page.shtml',
        reply(200, \@theirs, 'proxied'), 200, [@own],
        'the headers of an included response');
    is($page->{body}, 'local proxied page', "$kind: and its body");
}

# ---- mod_rewrite in a directory ---------------------------------------------

for my $kind (@kinds) {
    my $all = reply(302, [@theirs, [Location => '/x/x/to']]);
    gets($kind, '/dir/page', $all, 302, [@own, @mapped, 'Location: /x/to'],
        '[P] in <Directory>');
    gets($kind, '/dir/page', $error, 404,
        [@own, is_gateway($kind) ? @mapped : ()],
        '[P] in <Directory>, an error');
}

# ---- the body comes late ----------------------------------------------------

# The backend sends the rest when it sees the file. mod_proxy_fcgi sends nothing
# before the body begins.
for my $kind (qw(scgi fcgi)) {
    my $file   = "$root/seen-$kind";
    my $reply  = reply(200, \@theirs, 'early,') =~ s/^Content-Length:.*\n//mr;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
        PeerPort => $server->port) or die "cannot connect: $!\n";
    print {$socket} join "\r\n", 'GET /page HTTP/1.1', "Host: $kind.pub.test",
        'X-Reply: ' . encode_base64($reply, ''),
        'X-Late: ' . encode_base64('late', ''), "X-Wait: $file",
        'Connection: close', '', '';
    my $head = '';
    local $SIG{ALRM} = sub { die "nothing for 20 s\n" };
    eval {
        alarm 20;
        while ($head !~ /\r\n\r\n/) {
            sysread $socket, $head, 1, length $head or last;
        }
    };
    like($head, qr/\n\r\n\z/, "$kind: late body: headers are there")
        or next;
    is(watched(RevMap::Client::Response->new($head)),
        join("\n", 200, sort @own, @mapped), "$kind: late body: headers");
    $server->put("htdocs/seen-$kind", '');
    my $body = do { local $/; <$socket> };
    alarm 0;
    like($body, qr/early,.*late/s, "$kind: late body: and then it comes");
}

done_testing();
