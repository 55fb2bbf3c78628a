# SPDX-License-Identifier: Apache-2.0
#
# Sessions in a real browser: Chromium logs in to applications that use the same
# cookie, side by side, behind a sticky balancer, with __Host- cookies over TLS,
# and with a cookie that the stock directives have left behind. A page shows
# the Cookie header that its application has received.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Backend;
use RevMap::Chrome;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

needs(qw(ssl proxy_http proxy_balancer));

my @running;
# The browser first: httpd would wait for the connections that it keeps open.
END { $_->stop for @running }

my $chrome = RevMap::Chrome->start;
push @running, $chrome;
# One server with several applications, told apart by the first segment.
my $java    = RevMap::Backend->new(answer => \&answer);
my $backend = 'http://127.0.0.1:' . $java->port;
my $server  = RevMap::Server->new('');
my ($plain, $tls) = ($server->port, RevMap::Server::free_port());
configure();
push @running, $java->start, $server->start;

# Both set JSESSIONID with Path=/.
subtest 'two applications, no RevMapCookie' => sub {
    log_in_to_both("http://plain.test:$plain", 'JSESSIONID');
    is_store('plain.test', 'one cookie', 'JSESSIONID; Path=/; HttpOnly');
    is(seen_by("http://plain.test:$plain/one/page"), 'JSESSIONID=app2',
        'the second login has ended the first session');
};

subtest 'two applications, narrow' => sub {
    my $site = "http://narrow.test:$plain";
    log_in_to_both($site, 'JSESSIONID');
    is_store('narrow.test', 'two cookies', 'JSESSIONID; Path=/one; HttpOnly',
        'JSESSIONID; Path=/two; HttpOnly');
    is(seen_by("$site/one/page"), 'JSESSIONID=app1', 'the first session');
    is(seen_by("$site/two/page"), 'JSESSIONID=app2', 'the second session');
    is(seen_by("$site/one/logout"), 'JSESSIONID=app1', 'log out of the first');
    is(seen_by("$site/one/page"), 'nothing', 'its session is gone');
    is(seen_by("$site/two/page"), 'JSESSIONID=app2', 'the second one is not');
};

subtest 'two applications, rename' => sub {
    my $site = "http://rename.test:$plain";
    log_in_to_both($site, 'JSESSIONID');
    is_store('rename.test', 'two cookies', 'JSESSIONID; Path=/; HttpOnly',
        'SECOND; Path=/; HttpOnly');
    is(seen_by("$site/one/page"), 'JSESSIONID=app1; SECOND=app2',
        'the first session');
    is(seen_by("$site/two/page"), 'JSESSIONID=app2',
        'the second session, by the old name');
    is(seen_by("$site/two/logout"), 'JSESSIONID=app2',
        'log out of the second');
    is(seen_by("$site/two/page"), 'nothing', 'its session is gone');
    is(seen_by("$site/one/page"), 'JSESSIONID=app1', 'the first one is not');
};

subtest 'two applications, __Host-' => sub {
    my $site = "https://host.test:$tls";
    log_in_to_both($site, '__Host-JSESSIONID');
    is_store('host.test', 'two cookies',
        '__Host-JSESSIONID; Path=/; Secure; HttpOnly',
        '__Host-SECOND; Path=/; Secure; HttpOnly');
    is(seen_by("$site/one/page"),
        '__Host-JSESSIONID=app1; __Host-SECOND=app2', 'the first session');
    is(seen_by("$site/two/page"), '__Host-JSESSIONID=app2',
        'the second session, by the old name');
};

subtest 'flags' => sub {
    my $site = "https://flags.test:$tls";
    is(seen_by("$site/one/login?JSESSIONID"), 'nothing', 'log in');
    is(seen_by("$site/one/login?insecure"), 'JSESSIONID=app1', 'and again');
    is_store('flags.test', 'what the line says',
        'JSESSIONID; Path=/; Secure; SameSite=None',
        'insecure; Path=/; HttpOnly');
    is_deeply([$chrome->rejected], [], 'no cookie was rejected');
};

subtest 'a sticky balancer' => sub {
    my $site   = "http://sticky.test:$plain";
    my %without;
    for (1 .. 4) {
        seen_by("$site/app/page");
        $without{ member() }++;
    }
    is(scalar keys %without, 2, 'without a session both members answer');
    seen_by("$site/app/login?JSESSIONID");
    my $first = member();
    is_store('sticky.test', 'the session', 'STICKY; Path=/app; HttpOnly');
    for (1 .. 4) {
        is(seen_by("$site/app/page"), "JSESSIONID=app.$first",
            'the session, by the old name');
        is(member(), $first, "always $first");
    }
};

# What ProxyPassReverseCookiePath / /app/ made was Path=/app/.
subtest 'an old cookie' => sub {
    my $site = "http://old.test:$plain";
    $chrome->open("$site/app/stock/login?sid");
    is_store('old.test', 'of the stock directive',
        'sid; Path=/app/; HttpOnly');
    seen_by("$site/app/login?sid");
    is_store('old.test', 'and one by the rule',
        'sid; Path=/app/; HttpOnly', 'sid; Path=/app; HttpOnly');
    is(seen_by("$site/app/page"), 'sid=stock; sid=login',
        'both are sent, the old one first');
};
subtest 'an old cookie, RevMapCookiePath / /app/' => sub {
    my $site = "http://old-path.test:$plain";
    $chrome->open("$site/app/stock/login?sid");
    seen_by("$site/app/login?sid");
    is_store('old-path.test', 'one cookie', 'sid; Path=/app/; HttpOnly');
    is(seen_by("$site/app/page"), 'sid=login', 'the new one is sent');
    seen_by("$site/app/logout?sid");
    is(seen_by("$site/app/page"), 'nothing', 'a logout');
};

done_testing();

sub log_in_to_both {
    my ($site, $cookie) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    seen_by("$site/one/login?$cookie");
    seen_by("$site/two/login?$cookie");
    is_deeply([$chrome->rejected], [], 'no cookie was rejected');
    return;
}

# The Cookie header that the application received.
sub seen_by {
    my ($url) = @_;
    $chrome->open($url);
    my ($cookies) = $chrome->text =~ /got (.*)/ or return $chrome->text;
    return $cookies;
}

sub member { return $chrome->text =~ /^(m\d)\b/ ? $1 : 'nobody' }

sub is_store {
    my ($host, $name, @cookies) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", $chrome->cookies($host)), join("\n", sort @cookies),
        "store: $name");
    return;
}

# The applications. A session is called after the first segment of the path;
# below /mN/, that of a member, so is its route.
sub answer {
    my ($client) = @_;
    my ($head) = RevMap::Backend::read_request($client);
    return if !defined $head;
    my ($path, $query) = $head =~ m{^\S+ ([^ ?]*)\??(\S*)};
    my ($cookies) = $head =~ /^Cookie: (.*?)\r?$/mi;
    my @segments  = grep { length } split m{/}, $path;
    my $cookie    = $query || 'JSESSIONID';
    my $session   = $path =~ m{^/(m\d)/} ? "app.$1" : $segments[0];
    my $life      = $path =~ /logout$/ ? '; Max-Age=0' : '';
    my $secure    = $cookie =~ /^__Host-/ ? '; Secure' : '';
    my $text      = "$segments[0] got " . ($cookies || 'nothing');
    my @set = $path !~ /log(?:in|out)$/ ? ()
        : "Set-Cookie: $cookie=$session; Path=/; HttpOnly$secure$life";
    print {$client} join "\r\n", 'HTTP/1.1 200 OK', 'Content-Type: text/html',
        'Content-Length: ' . length $text, @set, 'Connection: close', '', $text;
    close $client;
    return;
}

sub configure {
    my ($certificate, $key) = certificate($server->writable('tls'), '*.test');
    my $both = <<"END";
    ProxyPass /one/ $backend/app1/
    ProxyPass /two/ $backend/app2/
    RevMapAuto On
END
    my $secure = <<"END";
    SSLEngine On
    SSLCertificateFile "$certificate"
    SSLCertificateKeyFile "$key"
END
    my $old = <<"END";
    <Location /app/stock/>
        RevMapEngine Off
        ProxyPassReverseCookiePath / /app/
    </Location>
    ProxyPass /app/ $backend/
    RevMap /app/ $backend/
END
    $server->write_config(<<"END");
Listen 127.0.0.1:$tls
<VirtualHost *:$plain>
    ServerName plain.test
$both
</VirtualHost>
<VirtualHost *:$plain>
    ServerName narrow.test
$both
    RevMapCookie JSESSIONID narrow
</VirtualHost>
<VirtualHost *:$plain>
    ServerName rename.test
$both
    <Location /two/>
        RevMapCookie JSESSIONID rename=SECOND
    </Location>
</VirtualHost>
<VirtualHost *:$tls>
    ServerName host.test
$both$secure
    <Location /two/>
        RevMapCookie __Host-JSESSIONID rename=__Host-SECOND
    </Location>
</VirtualHost>
<VirtualHost *:$tls>
    ServerName flags.test
$both$secure
    RevMapCookie JSESSIONID Secure SameSite=None -HttpOnly
    RevMapCookie insecure SameSite=None
</VirtualHost>
<Proxy balancer://sticky>
    BalancerMember $backend/m1 route=m1
    BalancerMember $backend/m2 route=m2
    ProxySet stickysession=JSESSIONID
</Proxy>
<VirtualHost *:$plain>
    ServerName sticky.test
    ProxyPass /app/ balancer://sticky/
    RevMapAuto On
    RevMapCookie JSESSIONID rename=STICKY narrow
</VirtualHost>
<VirtualHost *:$plain>
    ServerName old.test
$old
</VirtualHost>
<VirtualHost *:$plain>
    ServerName old-path.test
$old
    RevMapCookiePath / /app/
</VirtualHost>
END
    expect_in_log('RM0301: ');
    return;
}
