# SPDX-License-Identifier: Apache-2.0
#
# Tomcat by http and by AJP: its examples and an application of ours at other
# paths than the public ones, with sessions in cookies and in URLs.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Browser;
use RevMap::Test;
use RevMap::Tomcat;

needs(qw(proxy_http proxy_ajp));
my $port   = setting('port');
my $daemon = start_tomcat();
END { $daemon->stop if $daemon }

my $SESSION = qr/[0-9A-F]{32}/;

my @http = map { "tomcat$_.test:$port" } '', '-host';
my @ajp  = map { "tomcat-ajp$_.test:$port" } '', '-path', '-auto';
for my $host (@http, @ajp) {
    subtest $host => sub {
        test_login($host);
        test_redirects($host);
        test_sessions($host);
        test_headers($host);
    };
}

# What Tomcat itself says, called as the proxy calls it.
for (
    ['', 'http://127.0.0.1:' . setting('tomcat_port')],
    ['-host', "http://tomcat-host.test:$port"],
) {
    my ($name, $origin) = @$_;
    my $response = request(port => setting('tomcat_port'),
        host => $origin =~ s{.*//}{}r,
        target => '/absolute/redirect.jsp?to=/absolute/x');
    is($response->header('Location'), "$origin/absolute/x",
        "tomcat$name.test: Tomcat says $origin");
}

# With TLS in front of this server Tomcat still believes in http.
for (
    ['/absolute/x', '/abs/x', 'what Tomcat believes'],
    ['https://tomcat-ajp-tls.test/absolute/x',
        'https://tomcat-ajp-tls.test/abs/x', 'what an application knows'],
) {
    my ($to, $expected, $name) = @$_;
    my $response = get(host => 'tomcat-ajp-tls.test',
        target => "/abs/redirect.jsp?to=$to");
    is($response->header('Location'), $expected, "https in front: $name");
}

# Most of an answer is gone when httpd sends an error of its own.
{
    my $response = get(host => 'tomcat-ajp-error.test',
        target => '/my/reply.jsp', reply => reply(401, [
            ['WWW-Authenticate' => 'Basic realm="/ctx/"'],
            ['Set-Cookie' => 'a=b; Path=/ctx'],
            ['Content-Location' => '/ctx/x'],
        ]));
    is($response->{status}, 401, 'ProxyErrorOverride: the status');
    is($response->header('WWW-Authenticate'), 'Basic realm="/ctx/"',
        'ProxyErrorOverride: WWW-Authenticate stays');
    is($response->header($_), undef, "ProxyErrorOverride: no $_")
        for qw(Set-Cookie Content-Location);
}

done_testing();

# The form login of the examples, with the jar of a browser.
sub test_login {
    my ($host) = @_;
    my $browser = RevMap::Browser->new(port => $port);
    my $url     = "http://$host/app/jsp/security/protected";

    my $page = $browser->get("$url/");
    is_trail($browser, 'asked to log in',
        'GET /app/jsp/security/protected/ 200');
    my ($action) = $page->{body} =~ /<form method="POST" action='([^']+)'/;
    like($action, qr/^j_security_check;jsessionid=$SESSION$/, 'the form');
    like($browser->{set}[0], qr{^JSESSIONID=$SESSION; Path=/app; HttpOnly},
        'the path of the session');

    my $to = "$url/$action";
    my $refused = $browser->post($to,
        [j_username => 'tomcat', j_password => 'wrong']);
    like($refused->{body}, qr/Invalid user name/, 'a wrong password');
    $page = $browser->get("$url/");
    ($action) = $page->{body} =~ /<form method="POST" action='([^']+)'/;
    $page = $browser->post("$url/$action",
        [j_username => 'tomcat', j_password => 'no secret']);
    is_trail($browser, 'the login',
        "POST /app/jsp/security/protected/$action 303"
            . ' /app/jsp/security/protected/',
        'GET /app/jsp/security/protected/ 200');
    like($page->{body}, qr/logged in as remote user\s*<b>tomcat/,
        'it ends on the protected page');
    isnt($browser->cookie("http://$host/app", 'JSESSIONID'), undef,
        'the session is sent to /app');
    is($browser->cookie("http://$host/$_", 'JSESSIONID'), undef,
        "and not to /$_") for '', 'apple', 'my/';

    $browser->get("$url/?logoff=true");
    unlike($browser->get("$url/")->{body}, qr/logged in as/, 'logged off');
    return;
}

sub is_trail {
    my ($browser, $name, @lines) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", @{ $browser->{trail} }), join("\n", @lines), $name);
    return;
}

# Both applications redirect to the same, one by its path alone.
sub test_redirects {
    my ($host) = @_;
    for (
        ['my', '/ctx/x?a=b', '/my/x?a=b'],
        ['my', '/other', '/other'],
        ['my', '/ctxfoo', '/ctxfoo'],
        ['my', '/my/x', '/my/x'],
        ['my', 'x', 'x'],
        ['my', 'http://foreign.test/ctx/x', 'http://foreign.test/ctx/x'],
        ['abs', '/absolute/x?a=b#c', '/abs/x?a=b#c'],
        ['abs', 'sub/x', '/abs/sub/x'],
        ['abs', '/absolute', '/abs'],
        # Of the same backend, and another rule's.
        ['abs', '/ctx/x', '/my/x'],
        ['abs', 'http://foreign.test/ctx/x', 'http://foreign.test/ctx/x'],
    ) {
        my ($mount, $to, $expected) = @$_;
        my $response = get(host => $host, target => "/$mount/redirect.jsp?to="
            . $to =~ s/([^\w\/.:])/sprintf '%%%02X', ord $1/ger);
        is($response->{status}, 302, "$mount: a redirect");
        is($response->header('Location'), $expected, "$mount: to $to");
    }
    # Tomcat knows its applications without a slash, too.
    is(get(host => $host, target => '/app/jsp')->header('Location'),
        '/app/jsp/', 'a slash is appended');
    return;
}

# A client without cookies gets the session in the URL.
sub test_sessions {
    my ($host) = @_;
    for (
        ['my', '/ctx/x?a=b', qr{^/my/x;jsessionid=$SESSION\?a=b$}],
        ['my', '/ctx', qr{^/my;jsessionid=$SESSION$}],
        ['my', 'x', qr{^x;jsessionid=$SESSION$}],
        ['abs', '/absolute/x#c', qr{^/abs/x;jsessionid=$SESSION#c$}],
        ['abs', '/absolute/', qr{^/abs/;jsessionid=$SESSION$}],
    ) {
        my ($mount, $to, $expected) = @$_;
        my $response = get(host => $host,
            target => "/$mount/redirect.jsp?encode=1&to="
            . $to =~ s/([^\w\/.:])/sprintf '%%%02X', ord $1/ger);
        like($response->header('Location'), $expected,
            "$mount: to $to, with the session");
        like($response->header('Set-Cookie'),
            qr{^JSESSIONID=$SESSION; Path=/$mount; HttpOnly$},
            "$mount: and its cookie");
    }
    return;
}

sub test_headers {
    my ($host) = @_;
    maps($host, '/my/reply.jsp', $_, [
        [
            [Location           => '/ctx/x', '/my/x'],
            ['Content-Location' => "/ctx/y", '/my/y'],
            ['Set-Cookie'       => 'a=b; Path=/ctx', 'a=b; Path=/my'],
            ['Set-Cookie'       => 'c=d; Path=/ctx/x; Secure',
                'c=d; Path=/my/x; Secure'],
            ['Set-Cookie'       => '__Host-e=f; Path=/; Secure', '='],
            ['Set-Cookie'       => 'g=h; Path=/examples', 'g=h; Path=/app'],
        ],
    ]) for 200, 201, 302, 307, 404, 500;
    maps($host, '/my/reply.jsp', 200, [
        ['Content-Location' => "http://$host/ctx/x",
            $host =~ /^tomcat\.test/ ? '=' : "http://$host/my/x",
            'under the name that it was told, or was not'],
    ]);
    maps({ host => $host, method => 'HEAD' }, '/my/reply.jsp', 302, [
        [
            [Location     => '/ctx/x', '/my/x'],
            ['Set-Cookie' => 'a=b; Path=/ctx', 'a=b; Path=/my'],
            'HEAD',
        ],
    ]);
    return;
}
