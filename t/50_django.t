# SPDX-License-Identifier: Apache-2.0
#
# A real application behind a prefix: Django's admin, run by gunicorn. A login
# with the cookie jar of a browser ends on the admin page, in each of the ways
# in which such a proxy is commonly set up: conf/vhosts/50_django.conf.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Browser;
use RevMap::Django;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

my $port   = setting('port');
my $daemon = start_django(
    # those that it cannot tell from the Host header
    trusted => ["http://django.test:$port", 'https://django-tls.test'],
);
my @more;
END { $_->stop for $daemon || (), @more }

# The jar first: what it proves depends on it.
subtest 'the jar is that of a browser' => \&test_jar;

my $origin = "127.0.0.1:" . setting('gunicorn_port');

subtest 'the plain case' => sub {
    login_works("http://django.test:$port");
};
subtest 'ProxyPreserveHost On' => sub {
    login_works("http://django-host.test:$port");
};
subtest 'https in front' => sub {
    login_works('https://django-tls.test');
};
subtest 'https in front, ProxyPreserveHost On' => sub {
    login_works('https://django-tls-host.test');
};
subtest 'the application knows its prefix' => sub {
    login_works("http://django-prefix.test:$port", prefix => '/app');
};

# Django looks on https sites where a form comes from, and knows itself only by
# the name by which it is called. With the Referer in its own terms, nobody has
# to tell it the public one.
subtest 'Referer and Origin' => sub {
    needs('ssl');
    my $dir = workplace('tls');
    my ($app, @ports) = map { RevMap::Server::free_port() } 1 .. 3;
    push @more, start_django(port => $app,
        tls => [certificate("$dir", '*.test')]);
    my $front = RevMap::Server->new('');
    my @lines = ("ProxyPass /app/ https://127.0.0.1:$app/", 'RevMapAuto On',
        'SSLProxyEngine On', 'SSLProxyCheckPeerName Off',
        'ServerName https://django-forms.test');
    $front->write_config(
        site($ports[0], @lines, 'RevMapRequest Referer Origin')
        . site($ports[1], @lines));
    push @more, $front->start;

    login_works('https://django-forms.test', port => $ports[0]);
    my $browser = RevMap::Browser->new(port => $ports[1]);
    my $page    = $browser->get('https://django-forms.test/app/admin/');
    my $refused = $browser->post($page->{url}, [username => USER,
        password => PASSWORD, csrfmiddlewaretoken => token($page)]);
    like($refused->{status} . $refused->{body}, qr/^403.*CSRF/s,
        'without RevMapRequest it takes the form for a forged one');
};

# A redirect with the name by which the application was called. To be sure that
# it says what a row says, it is asked without the proxy as well, with the Host
# and the other header that the proxy sends.
for (
    ["http://django.test:$port", $origin, undef,
        "http://$origin/admin/" => '/app/admin/'],
    ["http://django-host.test:$port", "django-host.test:$port", undef,
        "http://django-host.test:$port/admin/" => '/app/admin/'],
    # That it says https to an http server is its own decision: this stays.
    ['https://django-tls-host.test', 'django-tls-host.test',
        ['X-Forwarded-Proto' => 'https'],
        'https://django-tls-host.test/admin/' =>
            'https://django-tls-host.test/app/admin/'],
    ["http://django-prefix.test:$port", "django-prefix.test:$port",
        ['X-Script-Name' => '/app'],
        "http://django-prefix.test:$port/app/admin/" =>
            "http://django-prefix.test:$port/app/admin/"],
) {
    my ($site, $host, $header, $sent, $expected) = @$_;
    my $direct = request(port => setting('gunicorn_port'), host => $host,
        target => '/absolute/', headers => [$header || ()]);
    is($direct->header('Location'), $sent, "$site: Django says $sent");
    my $mapped = get(host => $site =~ s{.*//}{}r, target => '/app/absolute/');
    is($mapped->header('Location'), $expected, "the client gets $expected");
}

done_testing();

# In, a look around, and out again, as a browser would go. $site is its public
# origin, and {prefix} what the application itself puts before its paths.
sub login_works {
    my ($site, %is) = @_;
    my $prefix  = $is{prefix} || '';
    my $browser = RevMap::Browser->new(port => $is{port} || $port);
    my $login   = "/app/admin/login/?next=$prefix/admin/";

    my $page = $browser->get("$site/app/admin/");
    trail($browser, "GET /app/admin/ 302 $login", "GET $login 200",
        'asked to log in, with "next" as the application wrote it');
    cookies($browser, csrftoken => 'a token');

    my @form = (username => USER, password => PASSWORD,
        next => "$prefix/admin/");
    my $refused = $browser->post($page->{url},
        [@form, csrfmiddlewaretoken => 'x' x 32]);
    is($refused->{status}, 403, 'a forged form is refused');

    push @form, csrfmiddlewaretoken => token($page);
    # Before 4.0 Django looks where a form comes from on https sites only.
    is($browser->post($page->{url}, \@form, 'https://evil.test/')->{status},
        403, 'and one from elsewhere') if $site =~ /^https/;

    $page = $browser->post($page->{url}, \@form);
    trail($browser, "POST $login 302 /app/admin/", 'GET /app/admin/ 200',
        'the login');
    like($page->{body}, qr{<title>Site administration .*>Log\s*out<}s,
        'it ends on the admin page');
    cookies($browser, csrftoken => 'the token is renewed',
        sessionid => 'the session');

    # What the browser must not do: hand the session to its neighbours.
    is($browser->cookie("$site/", 'sessionid'), undef,
        'the session is not sent to the rest of the site');
    is($browser->cookie("$site/apple", 'sessionid'), undef, 'nor to /apple');
    isnt($browser->cookie("$site/app", 'sessionid'), undef, 'but to /app');

    $browser->get("$site/app/admin/auth/user");
    trail($browser, "GET /app/admin/auth/user 301 /app/admin/auth/user/",
        'GET /app/admin/auth/user/ 200', 'the slash that Django appends');

    $browser->post("$site/app/admin/logout/", [csrfmiddlewaretoken =>
        $browser->cookie("$site/app/", 'csrftoken')]);
    is($browser->cookie("$site/app/", 'sessionid'), undef,
        'logging out reaches the cookie that was set');
    $browser->get("$site/app/admin/");
    trail($browser, "GET /app/admin/ 302 $login", "GET $login 200",
        'and has to log in again');
    return;
}

sub token {
    my ($page) = @_;
    return $page->{body} =~ /name="csrfmiddlewaretoken" value="(\w+)"/ && $1;
}

sub trail {
    my ($browser, @lines) = @_;
    my $name = pop @lines;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", @{ $browser->{trail} }), join("\n", @lines), $name);
    return;
}

# Each of these cookies was set, below the prefix, and nothing else was.
sub cookies {
    my ($browser, @wanted) = @_;
    my %wanted = @wanted;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my @set = @{ $browser->{set} };
    is(join(' ', sort map { /^(\w+)=/ } @set), join(' ', sort keys %wanted),
        'cookies: ' . join ', ', sort keys %wanted);
    for my $name (sort keys %wanted) {
        my ($line) = grep { /^$name=/ } @set;
        like($line, qr{^[^;]+;.*; Path=/app(?:;|$)},
            "Path=/app: $wanted{$name}");
    }
    return;
}

sub test_jar {
    # Set-Cookie at http://www.test/app/login, or what else the last column
    # says; where the cookie is sent then, and where not.
    for (
        ['a=1; Path=/app', '/app /app/ /app/x', '/ /apple /APP'],
        ['a=1; Path=/app/', '/app/ /app/x', '/ /app /apple'],
        ['a=1; path = /app ; HttpOnly', '/app /app/x', '/'],
        ['a=1', '/app /app/x', '/'],
        ['a=1; Path=', '/app/x', '/'],
        ['a=1; Path=x', '/app/x', '/'],
        ['a=1; Path=/x; Path=/', '/ /app', ''],
        ['a=1; Path=/; Max-Age=0', '', '/'],
        ['a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '', '/'],
        ['a=1; Path=/; Domain=www.test', '/ http://x.www.test/',
            'http://test/'],
        ['a=1; Path=/; Domain=.WWW.test', '/', ''],
        ['a=1; Path=/; Domain=b.test', '', '/'],
        ['a=1; Path=/; Domain=ww.test', '', '/'],
        ['a=1; Path=/; Domain=test', '', '/'],
        ['a=1; Path=/; Secure', '', '/ https://www.test/'],
        ['a=1; Path=/; Secure', 'https://www.test/', 'http://www.test/',
            'https'],
        ['a=1; Path=/; SameSite=None', '', '/'],
        ['a=1; Path=/; SameSite=Lax', '/', ''],
        ['__Host-a=1; Path=/; Secure', 'https://www.test/app', '', 'https'],
        ['__Host-a=1; Path=/app; Secure', '', 'https://www.test/app', 'https'],
        ['__host-a=1; Path=/; Secure; Domain=www.test', '',
            'https://www.test/', 'https'],
        ['__Secure-a=1; Path=/', '', 'https://www.test/', 'https'],
    ) {
        my ($set, $sent, $kept, $scheme) = @$_;
        my $from = URI->new(($scheme || 'http') . '://www.test/app/login');
        my $browser = RevMap::Browser->new;
        $browser->take_cookie($from, $set);
        my $seen = sub {
            return join ' ', grep {
                length $browser->cookies_for(URI->new_abs($_, $from))
            } split ' ', $_[0];
        };
        is($seen->("$sent $kept"), $sent, $set);
    }
    return;
}
