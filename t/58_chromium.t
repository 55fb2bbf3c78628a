# SPDX-License-Identifier: Apache-2.0
#
# A real browser logs in through the proxy: Chromium, with its own idea of
# redirects and cookies, at Django's admin and at Tomcat's examples, and with
# __Host- cookies over TLS. It clicks, so for applications that know nothing of
# their prefix mod_proxy_html maps the links in the pages.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Chrome;
use RevMap::Django;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;
use RevMap::Tomcat;

needs(qw(ssl headers proxy_http proxy_ajp));
my @html = RevMap::Server::extra_modules(qw(xml2enc proxy_html));
plan(skip_all => 'httpd has no mod_proxy_html') if !@html;

my @running;
# The browser first: httpd would wait for the connections that it keeps open.
END { $_->stop for @running }

my $server = RevMap::Server->new('', modules => sub { (@_, @html) });
my ($port, $plain) = (setting('port'), $server->port);
my ($tls, $other)  = map { RevMap::Server::free_port() } 1 .. 2;

# One by one: each of them may skip the rest.
my $chrome = RevMap::Chrome->start;
push @running, $chrome;
push @running, start_tomcat();
push @running, start_django(trusted => ["http://django-pages.test:$plain"]);
push @running, start_django(
    port         => $other,
    host_cookies => 1,
    trusted      => [map { "https://django-$_.test:$tls" }
        qw(host-cookies stock)],
);
configure();
push @running, $server->start;

my $CSRF = 'csrftoken; Path=/app; SameSite=Lax';

subtest 'Django' => sub {
    django_login_works("http://django-pages.test:$plain", cookies => [
        $CSRF, 'sessionid; Path=/app; HttpOnly; SameSite=Lax',
    ]);
};
# Its pages have the right links, and all that is left to map are cookies:
# conf/vhosts/50_django.conf.
subtest 'Django knows its prefix' => sub {
    django_login_works("http://django-prefix.test:$port", prefix => '/app',
        cookies => [$CSRF, 'sessionid; Path=/app; HttpOnly; SameSite=Lax']);
};
subtest 'Django, __Host-' => sub {
    django_login_works("https://django-host-cookies.test:$tls", cookies => [
        '__Host-sessionid; Path=/; Secure; HttpOnly; SameSite=Lax', $CSRF,
    ]);
};
subtest 'Django, __Host-, stock directives' => \&stock_login_fails;

# conf/vhosts/54_tomcat.conf; the forms of the examples have relative links.
for my $name (qw(tomcat tomcat-ajp)) {
    subtest $name => sub {
        tomcat_login_works("http://$name.test:$port",
            'JSESSIONID; Path=/app; HttpOnly');
    };
}
subtest 'Tomcat, __Host-' => sub {
    tomcat_login_works("https://tomcat-host-cookies.test:$tls",
        '__Host-JSESSIONID; Path=/; Secure; HttpOnly');
};

done_testing();

# In, a look around, and out again. {prefix} is what the application itself
# puts before its paths.
sub django_login_works {
    my ($site, %is) = @_;
    my $host  = $site =~ s{.*//|:\d+$}{}gr;
    my $admin = ($is{prefix} || '') . '/admin/';
    my $login = "/app/admin/login/?next=$admin";

    $chrome->open("$site/app/admin/");
    is_trail('asked to log in', "GET /app/admin/ 302 $login",
        "GET $login 200");
    is_store($host, 'a token', $CSRF);
    submit_login();
    is_trail('the login', "POST $login 302 /app/admin/",
        'GET /app/admin/ 200');
    is($chrome->url, "$site/app/admin/", 'it ends on the admin page');
    like($chrome->text, qr/Site administration/, 'which is there');
    is_store($host, 'the session', @{ $is{cookies} });

    $chrome->open("$site/app/admin/auth/user");
    is_trail('a slash is appended',
        'GET /app/admin/auth/user 301 /app/admin/auth/user/',
        'GET /app/admin/auth/user/ 200');

    # A link until 4.0, a button since.
    $chrome->click('//*[self::a or self::button]'
        . '[contains(translate(., "LO", "lo"), "log out")]');
    like($chrome->text, qr/Logged out/, 'logged out');
    is_store($host, 'the session is gone', $CSRF);
    $chrome->trail;
    $chrome->open("$site/app/admin/");
    is_trail('and has to log in again', "GET /app/admin/ 302 $login",
        "GET $login 200");
    is_deeply([$chrome->rejected], [], 'no cookie was rejected');
    return;
}

# What ProxyPassReverseCookiePath makes of such a cookie, no browser takes.
sub stock_login_fails {
    my $site  = "https://django-stock.test:$tls";
    my $login = '/app/admin/login/?next=/admin/';
    $chrome->open("$site/app/admin/");
    is_trail('asked to log in', "GET /app/admin/ 302 $site$login",
        "GET $login 200");
    submit_login();
    is_trail('the login, without effect',
        "POST $login 302 $site/app/admin/",
        "GET /app/admin/ 302 $site$login", "GET $login 200");
    my ($first, @more) = $chrome->rejected;
    is(scalar @more, 0, 'one cookie was rejected');
    is($first->[0], 'InvalidPrefix', 'the reason');
    like($first->[1], qr{^__Host-sessionid=\w+;.* Path=/app/;.* Secure}i,
        'the cookie');
    is_store('django-stock.test', 'there is no session',
        $CSRF =~ s{/app}{/app/}r);
    return;
}

sub submit_login {
    $chrome->fill(username => USER, password => PASSWORD);
    $chrome->click('//input[@type="submit"]');
    return;
}

sub tomcat_login_works {
    my ($site, $cookie) = @_;
    my $host      = $site =~ s{.*//|:\d+$}{}gr;
    my $protected = '/app/jsp/security/protected';
    my $form      = sub {
        my ($password) = @_;
        $chrome->fill(j_username => 'tomcat', j_password => $password);
        $chrome->click('//input[@type="submit"]');
    };

    $chrome->open("$site$protected/");
    is_trail('asked to log in', "GET $protected/ 200");
    is_store($host, 'a session', $cookie);
    $form->('wrong');
    like($chrome->text, qr/Invalid user name/, 'a wrong password');
    $chrome->open("$site$protected/");
    $chrome->trail;
    $form->('no secret');
    is_trail('the login',
        "POST $protected/j_security_check 303 $protected/",
        "GET $protected/ 200");
    is($chrome->url, "$site$protected/", 'it ends on the protected page');
    like($chrome->text, qr/logged in as remote user\s+tomcat/,
        'which is there');
    is_store($host, 'one session', $cookie);

    $chrome->click('//a[contains(@href, "logoff")]');
    is_trail('logged off',
        "GET $protected/index.jsp?logoff=true 302 index.jsp",
        "GET $protected/index.jsp 200");
    unlike($chrome->text, qr/logged in as/, 'and has to log in again');
    is_deeply([$chrome->rejected], [], 'no cookie was rejected');
    return;
}

sub is_trail {
    my ($name, @lines) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    # A session in the URL is Tomcat's way with clients that it does not know.
    my @seen = map { s/;(?:__Host-)?jsessionid=\w+//gir } $chrome->trail;
    is(join("\n", @seen), join("\n", @lines), $name);
    return;
}

sub is_store {
    my ($host, $name, @cookies) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", $chrome->cookies($host)), join("\n", sort @cookies),
        "store: $name");
    return;
}

sub configure {
    my ($certificate, $key) = certificate($server->writable('tls'), '*.test');
    my ($gunicorn, $ajp) = map { setting("${_}_port") } qw(gunicorn ajp);
    # As much of the usual proxy-html.conf as these pages need.
    my $pages = <<'END';
    ProxyHTMLEnable On
    ProxyHTMLLinks a href
    ProxyHTMLLinks form action
    ProxyHTMLLinks link href
    ProxyHTMLURLMap / /app/
END
    my $secure = <<"END";
    SSLEngine On
    SSLCertificateFile "$certificate"
    SSLCertificateKeyFile "$key"
    RequestHeader set X-Forwarded-Proto https
END
    $server->write_config(<<"END");
Listen 127.0.0.1:$tls
<VirtualHost *:$plain>
    ServerName django-pages.test
    RevMapAuto On
    ProxyPass /app/ http://127.0.0.1:$gunicorn/
$pages
</VirtualHost>
<VirtualHost *:$tls>
    ServerName django-host-cookies.test
    RevMapAuto On
    ProxyPass /app/ http://127.0.0.1:$other/
$pages$secure
</VirtualHost>
<VirtualHost *:$tls>
    ServerName django-stock.test
    <Location /app/>
        ProxyPass http://127.0.0.1:$other/
        ProxyPassReverse /
        ProxyPassReverseCookiePath / /app/
    </Location>
$pages$secure
</VirtualHost>
<VirtualHost *:$tls>
    ServerName tomcat-host-cookies.test
    RevMapAuto On
    ProxyPass /app/ ajp://127.0.0.1:$ajp/host-cookies/
$secure
</VirtualHost>
END
    return;
}
