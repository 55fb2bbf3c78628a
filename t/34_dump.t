# SPDX-License-Identifier: Apache-2.0
#
# `httpd -t -D DUMP_REVMAP` shows the whole map: by virtual host and section,
# each rule with its line, what is derived and what could not be.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Config;
use RevMap::Server;
use RevMap::Test;

my $server = RevMap::Server->new(<<'END');
RevMapAuto On
ProxyPass /main/ http://main.test/ctx/
ProxyPass /slash http://slash.test:8080/
ProxyPass /no/ !
ProxyPass /main/sub/ http://never.test/
ProxyPass "/my app/" "http://space.test/a b/" retry=1
ProxyPass /fcgi/ fcgi://127.0.0.1:9000/srv/
ProxyPass /ajp/ ajp://ajp.test/ctx/
ProxyPass /unix/ unix:/run/x.sock|http://unix.test/ctx/
ProxyPassMatch ^/match/(.*)$ http://match.test/ctx/$1
ProxyPassMatch ^/who/([a-z]+)/(.*)$ http://$1.test/ctx/$2
ProxyPassMatch ^/jsp/(.*\.jsp)$ http://jsp.test/$1
<IfModule proxy_module>
    ProxyPass /ifmodule/ http://ifmodule.test/
</IfModule>
<Location /loc/>
    <IfModule proxy_module>
        ProxyPass http://loc.test/ctx/
    </IfModule>
</Location>
<LocationMatch "^/locmatch/(.*)$">
    ProxyPassMatch http://locmatch.test/ctx/$1
</LocationMatch>
<IfModule proxy_balancer_module>
    <Proxy balancer://c>
        BalancerMember http://m1.test/one
        BalancerMember http://m2.test/two
    </Proxy>
    ProxyPass /bal/ balancer://c/in/
    RevMap /written/ balancer://c/
</IfModule>
<VirtualHost *:81>
    ServerName v.test
    RevMap https://www.test/app/ http://app.test/ctx/
    ProxyPass /v/ http://v.test:8080/
    <Location /in/>
        RevMap http://in.test/
        RevMap ! http://in.test/static/
        RevMapRewrite http://x\.test/(.*) /x/$1
        RevMap /expr/ http://%{req:X}/
        <If "true">
            RevMap /if/ http://if.test/
        </If>
    </Location>
    <Location /none/>
        RevMap none
    </Location>
</VirtualHost>
<VirtualHost *:82>
    ServerName apart.test
    RevMapAuto ProxyPass
    ProxyPassInherit Off
    ProxyPass /apart/ http://apart.test:8080/ctx/
</VirtualHost>
<VirtualHost *:83>
    ServerName off.test
    RevMapAuto Off
</VirtualHost>
END

sub dump_of {
    my ($of) = @_;
    my ($httpd, $config) = (setting('httpd'), $of->config);
    my $text = `'$httpd' -t -D DUMP_REVMAP -f '$config' 2>/dev/null`;
    $text .= "exit status $?\n" if $?;
    return $text;
}

my $dump = dump_of($server);
is(dump_of($server), $dump, 'the same configuration, the same dump');

# The part of a virtual host: from its name to the next line that is not
# indented.
sub part {
    my ($name) = @_;
    my ($part) = $dump =~ /^(\Q$name\E\b.*\n(?: .*\n)*)/m;
    return defined $part ? $part : '';
}

my $path  = $server->config;
my @lines = split /\n/, RevMap::Daemon::read_text($path);

# Where a line is written: "file:number".
sub place {
    my ($text) = @_;
    my ($number) = grep { $lines[$_ - 1] =~ /^\s*\Q$text\E/ } 1 .. @lines;
    return $path . ':' . (defined $number ? $number : 'nowhere');
}

# [virtual host, section, public side, backend side, line, remark]
sub shows {
    my ($host, $section, $public, $backend, $line, $remark) = @_;
    my ($rules) = part($host) =~ /^  \Q$section\E\n((?:    .*\n)*)/m;
    my $where = quotemeta place($line);
    my $wanted = qr/^\s+\Q$public\E\s+\Q$backend\E\s+\($where\)\s*
        (?-x:$remark)$/mx;
    like(defined $rules ? $rules : '', $wanted,
        "$host, $section: $public $backend")
        or diag(part($host));
    return;
}

my $DERIVED = 'derived from ProxyPass';
my $INSIDE  = 'derived from ProxyPass in <Location>';
my $FAILED  = 'no rule derived';
my @main    = ('alone.test', $DERIVED);

shows(@main, '/main/', 'http://main.test/ctx/', 'ProxyPass /main/ ',
    'cookie Path /ctx -> /main');
shows(@main, '/slash/', 'http://slash.test:8080/', 'ProxyPass /slash ',
    'cookie Path / -> /slash');
shows(@main, '/my%20app/', 'http://space.test/a%20b/', 'ProxyPass "/my',
    'cookie Path /a%20b -> /my%20app');
shows(@main, '/unix/', 'http://unix.test/ctx/', 'ProxyPass /unix/',
    'cookie Path /ctx -> /unix');
shows(@main, '/match/', 'http://match.test/ctx/', 'ProxyPassMatch ^/match/',
    'cookie Path /ctx -> /match');
shows(@main, '/ifmodule/', 'http://ifmodule.test/', 'ProxyPass /ifmodule/',
    'cookie Path / -> /ifmodule');
shows('alone.test', $INSIDE, '/loc/', 'http://loc.test/ctx/',
    'ProxyPass http://loc.test', 'cookie Path /ctx -> /loc');
shows('alone.test', $INSIDE, '/locmatch/', 'http://locmatch.test/ctx/',
    'ProxyPassMatch http://locmatch', 'cookie Path /ctx -> /locmatch');

# what could not be derived, and why
my @failed = ('alone.test', $FAILED);
shows(@failed, '/no/', '!', 'ProxyPass /no/', '.*not forwarded.*');
shows(@failed, '/main/sub/', 'http://never.test/', 'ProxyPass /main/sub/',
    '.*line \d+ of \S+ matches first');
shows(@failed, '/fcgi/', 'fcgi://127.0.0.1:9000/srv/', 'ProxyPass /fcgi/',
    '.*file names.*');
shows(@failed, '^/who/([a-z]+)/(.*)$', 'http://$1.test/ctx/$2',
    'ProxyPassMatch ^/who/', '.*pattern is not.*');
shows(@failed, '^/jsp/(.*\.jsp)$', 'http://jsp.test/$1',
    'ProxyPassMatch ^/jsp/', '.*pattern is not.*');

# balancers: each member, and those to come
SKIP: {
    skip 'httpd has no balancer', 6
        if !Apache::Test::have_module('proxy_balancer');
    my @to_come = ('balancer://c/in/', 'ProxyPass /bal/');
    shows(@main, '/bal/', "http://$_/in/", 'ProxyPass /bal/',
        'cookie Path \S+/in -> /') for 'm1.test/one', 'm2.test/two';
    shows(@main, '/bal/', @to_come, '.*added.*');
    shows('alone.test', 'server config', '/written/', "http://$_/",
        'RevMap /written/', 'cookie Path \S+ -> /')
        for 'm1.test/one', 'm2.test/two';
    shows('alone.test', 'server config', '/written/', 'balancer://c/',
        'RevMap /written/', '.*added.*');
}

# what is written
my @in = ('v.test', '<Location /in/>');
shows('v.test', 'virtual host', 'https://www.test/app/',
    'http://app.test/ctx/', 'RevMap https://www', 'cookie Path /ctx -> /app');
shows(@in, '/in/', 'http://in.test/', 'RevMap http://in.test',
    'cookie Path / -> /in');
shows(@in, '!', 'http://in.test/static/', 'RevMap !', '');
shows(@in, '/x/$1', 'http://x\.test/(.*)', 'RevMapRewrite',
    'RevMapRewrite');
shows(@in, '/expr/', 'http://%{req:X}/', 'RevMap /expr/',
    '.*each request.*');
shows('v.test', '<Location /in/> <If "true">', '/if/', 'http://if.test/',
    'RevMap /if/', 'cookie Path / -> /if');
shows('v.test', $DERIVED, '/v/', 'http://v.test:8080/', 'ProxyPass /v/',
    'cookie Path / -> /v');
like(part('v.test'), qr{^  <Location /none/> \(inherits no rules\)$}m,
    'RevMap none');

# the virtual hosts: what holds there, and nothing that does not
like($dump, qr{^RevMap configuration:$}m, 'a title');
like(part('alone.test'), qr/^alone\.test\S* \(main server\)$/m,
    'the main server');
for my $host (qw(v.test apart.test off.test)) {
    like(part($host), qr/^\Q$host\E\S* \(\Q$path\E:\d+\)$/m,
        "$host: where it is defined");
}
my %auto = ('alone.test' => 'On', 'v.test' => 'On',
    'apart.test' => 'ProxyPass', 'off.test' => 'Off');
like(part($_), qr/^  RevMapAuto \Q$auto{$_}\E$/m, "$_: RevMapAuto $auto{$_}")
    for sort keys %auto;
shows('apart.test', $DERIVED, '/apart/', 'http://apart.test:8080/ctx/',
    'ProxyPass /apart/', 'cookie Path /ctx -> /apart');
like(part('v.test'), qr/^  \Q$DERIVED\E of the main server/m,
    'v.test inherits ProxyPass');
unlike(part('apart.test'), qr/^  \Q$DERIVED\E of the main server/m,
    'apart.test does not');
like(part('apart.test'), qr/^  \Q$INSIDE\E of the main server/m,
    'but it has the sections');
unlike(part('apart.test'), qr/v\.test|www\.test/, "no other host's rules");

# what is not there is not shown
is(config_dump('ServerName plain.test', 'DUMP_REVMAP'), <<'END',
RevMap configuration:
plain.test (main server)
  RevMapAuto Off
Syntax OK
END
    'nothing configured');

# All of it, byte for byte: what is compared from one release to the next.
# Lines are counted from the first of these.
sub golden {
    my ($config) = @_;
    my $text = config_dump("# the first\n$config", 'DUMP_REVMAP');
    my $file = quotemeta(($text =~ m{\((\S+httpd\.conf):\d+\)})[0] || 'none');
    my $ahead = 7; # lines of config_test() itself
    $text =~ s{$file:(\d+)}{'conf:' . ($1 - $ahead - 1)}ge;
    return $text;
}

is(golden(<<'END'), <<'END' =~ s/\\\n//gr, 'all kinds of lines');
ServerName gold.test
RevMapAuto On
RevMapHeader @api -URI
ProxyPass /shop/ http://shop.test/ctx/
<Location /shop/>
    RevMapEngine Off
    <If "true">
        RevMapOrigin server
    </If>
</Location>
<VirtualHost *:81>
    ServerName v.test
    RevMapCookiePath /old /new
    RevMap /b/ http://b.test/ctx/
    RevMapCookieDomain .b.test remove
    RevMap /a/ http://a.test/
    RevMapCookie sid Secure SameSite=Lax
    RevMapQuery next
    RevMapRequest none Destination
    RevMapExpect /a/ "Location: /x" /a/x
    <Location "/my app/">
        RevMapCookiePath "/x" "/y"
        RevMap http://my.test/
    </Location>
</VirtualHost>
END
RevMap configuration:
gold.test (main server)
  RevMapAuto On
  server config
    RevMapAuto On (conf:2)
    RevMapHeader @api -URI (conf:3)
  <Location /shop/>
    RevMapEngine Off (conf:6)
  <Location /shop/> <If "true">
    RevMapOrigin server (conf:8)
  derived from ProxyPass
    /shop/                         http://shop.test/ctx/                    \
(conf:4) cookie Path /ctx -> /shop
v.test (conf:11)
  RevMapAuto On
  virtual host
    /b/                            http://b.test/ctx/                       \
(conf:14) cookie Path /ctx -> /b
    /a/                            http://a.test/                           \
(conf:16) cookie Path / -> /a
    RevMapCookiePath /old /new (conf:13)
    RevMapCookieDomain .b.test remove (conf:15)
    RevMapCookie sid Secure SameSite=Lax (conf:17)
    RevMapQuery next (conf:18)
    RevMapRequest none Destination (conf:19)
    RevMapExpect /a/ "Location: /x" /a/x (conf:20)
  <Location "/my app/">
    /my%20app/                     http://my.test/                          \
(conf:23) cookie Path / -> /my%20app
    RevMapCookiePath "/x" "/y" (conf:22)
  derived from ProxyPass of the main server: see there
Syntax OK
END

# What RevMapCookie does to a name and to flags is no part of the Path.
for my $row (
    ['x rename=longer', '/app'],
    ['* Secure HttpOnly', '/app'],
    ['* keep', '/'],
) {
    my ($words, $path) = @$row;
    like(config_dump("RevMapCookie $words\nRevMap /app/ http://b.test/",
        'DUMP_REVMAP'), qr/cookie Path \/ -> \Q$path\E$/m,
        "RevMapCookie $words");
}

unlike(config_dump('RevMap /app/ http://b.test/', 'DUMP_MODULES'),
    qr/RevMap configuration/, 'not without being asked');

done_testing();
