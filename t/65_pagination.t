# SPDX-License-Identifier: Apache-2.0
#
# A paginated API, of Django, is read to its last page through a prefix, by a
# client that takes the URLs in Link as they are and needs them absolute.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Django;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

needs('proxy_http');
my $python = program('python3', '/usr/bin/python3');
not_installed('python3-requests')
    if system("$python -c 'import requests' >/dev/null 2>&1");
my $dir = workplace('pagination');

my @running;
END { $_->stop for @running }
push @running, start_django();

# Where the pages are: in public, by default at the site that is tested, and in
# the words of Django.
my $backend = 'http://127.0.0.1:' . setting('gunicorn_port');
my @cases   = (
    {
        name  => 'a rule',
        lines => ["ProxyPass /app/ $backend/", "RevMap /app/ $backend/"],
    },
    {
        name  => 'RevMapAuto',
        lines => ["ProxyPass /app/ $backend/", 'RevMapAuto On'],
    },
    {
        name  => 'ProxyPreserveHost On',
        lines => ["ProxyPass /app/ $backend/", 'RevMapAuto On',
            'ProxyPreserveHost On'],
    },
    {
        name  => 'a balancer',
        lines => ["ProxyPass /app/ balancer://pages/", 'RevMapAuto On',
            '<Proxy balancer://pages>', "BalancerMember $backend",
            '</Proxy>'],
    },
    {
        name  => 'a proxy behind a proxy',
        lines => ['ProxyPass /app/ NEXT/app/', 'RevMapAuto On'],
    },
    {
        name  => 'a path in the place of another',
        lines => ["ProxyPass /numbers/ $backend/api/items/", 'RevMapAuto On'],
        path  => '/numbers/',
    },
    # For comparison: the client goes on at the backend.
    {
        name   => 'without the module',
        lines  => ["ProxyPass /app/ $backend/"],
        beyond => "$backend/api/items/",
    },
    {
        name   => 'ProxyPassReverse',
        lines  => ["ProxyPass /app/ $backend/",
            "ProxyPassReverse /app/ $backend/"],
        beyond => "$backend/api/items/",
    },
);
$_->{port} = RevMap::Server::free_port() for @cases;
my $front = RevMap::Server->new('');
$front->write_config(join '', map {
    my $next = "http://localhost:$cases[0]{port}";
    site($_->{port}, map { s/NEXT/$next/r } @{ $_->{lines} })
} @cases);
push @running, $front->start;

for my $case (@cases) {
    my $first  = "http://localhost:$case->{port}"
        . ($case->{path} || '/app/api/items/');
    my $beyond = $case->{beyond} || $first;
    my ($status, $output) = run_program($dir, $python, "$dir/client.py",
        $first);
    is($output, <<"END", $case->{name});
$first 1 2 3 4 5
$beyond?page=2 6 7 8 9 10
$beyond?page=3 11 12 13 14 15
$beyond?page=4 16 17 18 19 20
$beyond?page=5 21 22 23
last: $beyond?page=5
help: https://docs.example/items
END
    is($status, 0, "$case->{name}: the client is content");
}

done_testing();
