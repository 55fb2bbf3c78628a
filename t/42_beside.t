# SPDX-License-Identifier: Apache-2.0
#
# Beside other modules: they see mapped values, what they set themselves is
# never mapped, and nothing is mapped twice.
#
#   /  <->  http://b.test/x/
#
# What is sent lies in /x/x/: mapped once it lies in /x/, mapped twice it would
# lie in /. What is httpd's own lies in /x/x/ as well, and stays there.

use strict;
use warnings;

use Digest::SHA qw(sha1_base64);
use MIME::Base64 qw(encode_base64);

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

# What can be had; the tests of the others are skipped.
my %lines = map { $_ => [RevMap::Server::extra_modules($_)] }
    qw(http2 lua socache_shmcb ssl);
my @needed = qw(filter session session_cookie request auth_form authn_core
    authn_file authz_user deflate include substitute xml2enc proxy_html);
my @more = RevMap::Server::extra_modules(@needed);
plan(skip_all => "httpd lacks one of @needed") if !@more;

# mod_http2 wants threads.
$lines{http2} = [] if grep { /mpm_prefork/ } RevMap::Server::suite_modules();
my $curl = `curl --version 2>/dev/null` // '';
my %has  = map { $_ => scalar @{ $lines{$_} } } keys %lines;
$has{http2} &&= $curl =~ /\bHTTP2\b/;
$has{ssl} &&= $has{socache_shmcb} && $curl && `openssl version 2>/dev/null`;
push @more, map { $has{$_} ? @{ $lines{$_} } : () } sort keys %lines;

my $server = RevMap::Server->new('', modules => sub { (@_, @more) });
my $root   = $server->writable('files');
my $port   = $server->port;
my $tls    = RevMap::Server::free_port();

$server->put('files/users', 'joe:{SHA}' . sha1_base64('secret') . "=\n");
$server->put('files/lua', <<'END');
function answer(r)
    r.headers_out['Location'] = 'http://b.test/x/x/own'
    r.headers_out['Content-Location'] = '/x/x/own'
    r.err_headers_out['Set-Cookie'] = 'own=1; Path=/x/x/own'
    r.status = 302
    return apache2.OK
end
function add(r)
    r.err_headers_out['Set-Cookie'] = 'own=1; Path=/x/x/own'
    return apache2.DECLINED
end
END

my $mapping = <<'END';
ServerAlias alias.test
ProxyPass /local/ !
ProxyPass / http://b.test/x/
RevMap / http://b.test/x/
RevMapHeader X-Next=url
END

my $http2 = $has{http2} ? "Protocols h2 h2c http/1.1\nH2EarlyHints On" : '';
my $lua   = !$has{lua} ? '' : <<"END";
LuaMapHandler ^/lua/answer\$ $root/lua answer
LuaMapHandler ^/lua/add\$ $root/lua add
END
my $ssl = !$has{ssl} ? '' : <<"END";
Listen 127.0.0.1:$tls
<VirtualHost *:$tls>
    ServerName www.test
    $http2
    SSLEngine On
    SSLCertificateFile $root/certificate
    SSLCertificateKeyFile $root/key
    $mapping
</VirtualHost>
END
system("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=www.test"
    . " -keyout '$root/key' -out '$root/certificate' 2>/dev/null") == 0
    or die "openssl made no certificate\n" if $has{ssl};

$server->write_config(<<"END");
<VirtualHost *:$port>
    ServerName http://www.test:80
    $http2
    $mapping
    $lua

    # ---- mod_headers

    Header add Set-Cookie "early=1; Path=/x/x/own" early
    <Location /headers/>
        Header edit Location ^/x/(.*)\$ /edited/\$1
        Header edit Set-Cookie "^theirs=1; Path=/x/" "theirs=1; Path=/edited/"
        Header set X-Next /x/x/own
        Header add Set-Cookie "added=1; Path=/x/x/own"
        Header always add Set-Cookie "always=1; Path=/x/x/own"
        Header always set Content-Location /x/x/own
    </Location>

    # ---- mod_session and mod_auth_form

    SessionCookieName session path=/x/x/own
    <Location /session/>
        Session On
        SessionHeader X-Session
    </Location>
    <LocationMatch ^/(private|local)/>
        Session On
        AuthType form
        AuthName private
        AuthFormProvider file
        AuthUserFile $root/users
        AuthFormLoginRequiredLocation http://b.test/x/x/login
        AuthFormLoginSuccessLocation http://b.test/x/x/welcome
        AuthFormLogoutLocation http://b.test/x/x/bye
    </LocationMatch>
    <Location /private/>
        Require valid-user
    </Location>
    <Location /local/>
        Require all granted
    </Location>
    <Location /local/login>
        SetHandler form-login-handler
    </Location>
    <Location /local/logout>
        SetHandler form-logout-handler
    </Location>

    # ---- mod_rewrite

    RewriteEngine On
    RewriteRule ^/cookie/ - [CO=own:1:.www.test:0:/x/x/own]
    RewriteRule ^/redirect/ http://b.test/x/x/own [R=302,L]

    # ---- filters

    <Location /html/>
        ProxyHTMLEnable On
        ProxyHTMLLinks a href
        ProxyHTMLURLMap http://b.test/x/ /
    </Location>
    <Location /substitute/>
        SetOutputFilter SUBSTITUTE
        Substitute s|http://b.test/x/|/|n
    </Location>
    <Location /deflate/>
        SetOutputFilter DEFLATE
    </Location>
    <Location /chain/>
        SetOutputFilter INFLATE;SUBSTITUTE;DEFLATE
        Substitute s|http://b.test/x/|/|n
    </Location>
    <Location /include/>
        Options Includes
        SetOutputFilter INCLUDES
    </Location>
</VirtualHost>
$ssl
END
$server->start;

# ---- what a client gets -----------------------------------------------------

my @theirs = (
    [Location           => 'http://b.test/x/x/to'],
    ['Content-Location' => 'http://b.test/x/x/place'],
    ['X-Next'           => '/x/x/next'],
    ['Set-Cookie'       => 'theirs=1; Path=/x/x/theirs'],
);

sub mapped {
    my ($scheme, $status) = @_;
    my $origin = "$scheme://www.test";
    return (
        'Location: ' . ($status =~ /^3/ ? '' : $origin) . '/x/to',
        "Content-Location: $origin/x/place",
        'X-Next: /x/next',
        'Set-Cookie: theirs=1; Path=/x/theirs',
    );
}
my @mapped = mapped('http', 302);
my @early  = ('Set-Cookie: early=1; Path=/x/x/own');
my $theirs = reply(302, [@theirs, ['Content-Type' => 'text/html']],
    '<a href="http://b.test/x/x/link">link</a>'
    . '<!--#set var="word" value="text" --><!--#echo var="word" -->');

sub ask {
    my ($target, %client) = @_;
    return get(port => $port, host => 'www.test', target => $target,
        reply => $theirs, %client);
}

# All headers of the response that are mapped if they are the backend's, in no
# order. Names have no case, and no session looks like another.
sub watched {
    my ($response) = @_;
    my @watched = grep { lc($_->[0]) =~ /^(?:location|content-location|x-next
        |set-cookie)$/x } @{ $response->{headers} };
    return listing($response->{status}, map {
        my ($name, $value) = @$_;
        $name =~ s/(\w+)/\u\L$1/g;
        $value =~ s/^session=.*?;path=/session=S;path=/;
        "$name: $value";
    } @watched);
}

sub listing {
    my ($status, @headers) = @_;
    return join "\n", $status, sort @headers;
}

sub gets {
    my ($response, $status, $headers, $name) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(watched($response), listing($status, @$headers), $name)
        or diag($response->{raw} =~ s{\r\n\r\n.*}{}sr);
    return $response;
}

gets(ask('/page'), 302, [@early, @mapped], 'nothing beside it');

# ---- mod_headers ------------------------------------------------------------

gets(ask('/headers/page'), 302, [@early,
    'Location: /edited/to', 'Set-Cookie: theirs=1; Path=/edited/theirs',
    'X-Next: /x/x/own', 'Set-Cookie: added=1; Path=/x/x/own',
    'Set-Cookie: always=1; Path=/x/x/own', 'Content-Location: /x/x/own',
    'Content-Location: http://www.test/x/place',
], 'mod_headers');

# ---- mod_session, mod_auth_form ---------------------------------------------

my $session = 'Set-Cookie: session=S;path=/x/x/own';
gets(ask('/session/page',
    reply => reply(302, [@theirs, ['X-Session' => 'user=joe']])), 302,
    [@early, @mapped, $session], 'mod_session');

gets(ask('/private/page'), 302, ['Location: http://b.test/x/x/login'],
    'mod_auth_form wants a login, where the request is proxied');
my $login = gets(ask('/local/login', method => 'POST',
    headers => [['Content-Type' => 'application/x-www-form-urlencoded']],
    body => 'httpd_username=joe&httpd_password=secret'), 302,
    ['Location: http://b.test/x/x/welcome', $session],
    'mod_auth_form, login');
my ($cookie) = map { /^(session=[^;]+)/ } $login->header('Set-Cookie');
gets(ask('/private/page', headers => [[Cookie => $cookie]]), 302,
    [@early, @mapped], 'mod_auth_form, logged in');
gets(ask('/local/logout', headers => [[Cookie => $cookie]]), 307,
    ['Location: http://b.test/x/x/bye', ($session) x 2],
    'mod_auth_form, logout');

# ---- mod_rewrite ------------------------------------------------------------

gets(ask('/cookie/page'), 302, [@early, @mapped,
    'Set-Cookie: own=1; path=/x/x/own; domain=.www.test'],
    'mod_rewrite, a cookie');
gets(ask('/redirect/page'), 302, ['Location: http://b.test/x/x/own'],
    'mod_rewrite, a redirect');

# ---- a handler that answers before mod_proxy --------------------------------

SKIP: {
    skip('httpd has no mod_lua', 2) if !$has{lua};
    gets(ask('/lua/answer'), 302, [@early,
        'Location: http://b.test/x/x/own', 'Content-Location: /x/x/own',
        'Set-Cookie: own=1; Path=/x/x/own',
    ], 'mod_lua answers');
    gets(ask('/lua/add'), 302, [@early, @mapped,
        'Set-Cookie: own=1; Path=/x/x/own',
    ], 'mod_lua adds a cookie and leaves the rest to mod_proxy');
}

# ---- filters ----------------------------------------------------------------

my @gzip = (headers => [['Accept-Encoding' => 'gzip']]);
for (
    ['html', 'mod_proxy_html', [], qr{href="/x/link"}],
    ['substitute', 'mod_substitute', [], qr{href="/x/link"}],
    ['deflate', 'mod_deflate', \@gzip, qr{^\x1F\x8B}],
    ['chain', 'INFLATE;SUBSTITUTE;DEFLATE', \@gzip, qr{^\x1F\x8B}],
    ['include', 'mod_include', [], qr{</a>text$}],
) {
    my ($name, $module, $client, $body) = @$_;
    my $response = gets(ask("/$name/page", @$client), 302,
        [@early, @mapped], "$module: headers");
    like($response->{body}, $body, "$module: body");
    gets(ask("/$name/page", @$client, method => 'HEAD'), 302,
        [@early, @mapped], "$module: HEAD");
}

# ---- HTTP/2 and TLS to the client -------------------------------------------

sub curl {
    my ($url, $reply, @options) = @_;
    my @command = ('curl', '-sSik', '--max-time', 20, @options,
        '-H', 'Host: www.test', '-H',
        'X-Reply: ' . encode_base64($reply, ''), $url);
    open my $pipe, '-|', @command or die "curl: $!\n";
    my $answer = do { local $/; <$pipe> };
    close $pipe;
    return RevMap::Client::Response->new($answer // '');
}

my $hints = "HTTP/1.1 103 Early Hints\r\nX-Next: /x/x/hint\r\n\r\n";
my $plain = "http://127.0.0.1:$port";
my $safe  = "https://127.0.0.1:$tls";
for (
    [$plain, 'http', 'h2c', ['--http2-prior-knowledge'], ['http2']],
    [$safe, 'https', 'TLS', ['--http1.1'], ['ssl']],
    [$safe, 'https', 'h2', ['--http2'], ['ssl', 'http2']],
) {
    my ($url, $scheme, $name, $options, $needs) = @$_;
    my @own = $scheme eq 'http' ? @early : ();
    SKIP: {
        skip("$name: httpd or curl cannot", 1) if grep { !$has{$_} } @$needs;
        for my $status (200, 201, 302, 404) {
            gets(curl("$url/page", reply($status, \@theirs), @$options),
                $status, [@own, mapped($scheme, $status)],
                "$name, status $status");
        }
        gets(curl("$url/page", reply(302, \@theirs), @$options, '--head'), 302,
            [@own, mapped($scheme, 302)], "$name, HEAD");
        # With the 103 leaves what httpd itself has set by then.
        my $response = gets(curl("$url/page", $hints . reply(200, \@theirs),
            @$options), 200, [mapped($scheme, 200)], "$name, after 103");
        is(join('|', map { $_->header('X-Next') } @{ $response->{interim} }),
            '/x/hint', "$name, 103");
    }
}

done_testing();
