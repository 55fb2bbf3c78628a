# SPDX-License-Identifier: Apache-2.0
#
# What a virtual host has of the main server, and what a section forgets, by
# the dump, which asks the engine what becomes of a cookie.

use strict;
use warnings;

use File::Temp qw(tempdir);

use lib 't/lib';
use RevMap::Config;
use RevMap::Test;

# The part of the dump that is about one server.
sub dump_of {
    my ($name, $lines) = @_;
    my $dump = config_dump($lines, 'DUMP_REVMAP');
    return $dump =~ /^(\Q$name\E:.*?)(?=^\S|\z)/ms ? $1 : $dump;
}

sub cookie {
    my ($dump) = @_;
    return $dump =~ m{^\s+/app/.*cookie Path (.*)$}m ? $1 : $dump;
}

my $app = "RevMap /app/ http://b.test/\n";
my @inherited = (
    ["RevMap /x/ http://b.test/\n", $app, '/ -> /', 'a mount of the main one'],
    ["RevMap /x/ http://b.test/\n", "RevMap none\n$app", '/ -> /app',
        'RevMap none: not that mount'],
    ["<Location /x/>\nRevMap http://b.test/\n</Location>\n",
        "RevMap none\n$app", '/ -> /', 'a section holds in both'],
    ["RevMapAuto On\nProxyPass /x/ http://b.test/\n",
        "ProxyPass /app/ http://b.test/\n", '/ -> /', 'ProxyPass'],
    ["RevMapAuto On\nProxyPass /x/ http://b.test/\n",
        "ProxyPassInherit Off\nProxyPass /app/ http://b.test/\n",
        '/ -> /app', 'ProxyPassInherit Off: not that mount'],
);
for (@inherited) {
    my ($main, $host, $expected, $name) = @$_;
    is(cookie(dump_of('v.test', $main
        . "<VirtualHost *:80>\nServerName v.test\n$host</VirtualHost>\n")),
        $expected, $name);
}

# "none" forgets all that stands before it.
for (
    "RevMap /wrong/ http://w.test/\n",
    "RevMap /wrong/ http://%{reqenv:X}w.test/\n",
    "<Proxy balancer://c>\nBalancerMember http://w.test\n</Proxy>\n"
        . "RevMap /wrong/ balancer://c/\n",
) {
    my ($line) = /(RevMap.*)/;
    unlike(dump_of('front.test', "${_}RevMap none\n$app"), qr{/wrong/},
        "forgotten: $line");
}

# Each virtual host has a balancer of its own of this name.
my $members = dump_of('front.test', "RevMap /app/ balancer://c/\n"
    . join '', map { <<"END" } 1, 2);
<VirtualHost *:80>
    ServerName v$_.test
    ProxyPass /app/ balancer://c/
    <Proxy balancer://c>
        BalancerMember http://b$_.test
    </Proxy>
</VirtualHost>
END
like($members, qr{/app/ +http://b$_\.test/}, "the member of v$_.test") for 1, 2;

# One file for several virtual hosts.
my $dir = tempdir(CLEANUP => 1);
open my $file, '>', "$dir/host.inc" or die "$dir/host.inc: $!\n";
print {$file} <<'END';
<VirtualHost *:80>
    ServerName ${NAME}.test
    ProxyPass /${NAME}/ http://${NAME}.test/
</VirtualHost>
END
close $file;
my $twice = "RevMapAuto ProxyPass\n" . join '',
    map { "Define NAME $_\nInclude $dir/host.inc\n" } qw(one two three);
for my $name (qw(one two three)) {
    like(dump_of("$name.test", $twice),
        qr{^\s+/$name/\s+http://$name\.test/\s}m, "$name has its own lines");
}

done_testing();
