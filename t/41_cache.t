# SPDX-License-Identifier: Apache-2.0
#
# mod_cache stores what is mapped and serves it as it is, wherever it stands in
# the chain of filters, and no client's Host header gets into what is stored.
#
#   /  <->  http://b.test/x/
#
# What is sent lies in /x/x/: mapped once it lies in /x/, mapped twice it would
# lie in /.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Backend;
use RevMap::Server;
use RevMap::Test;

needs_httpd('2.4.47'); # older ones leave headers out of a 304

# A backend that was down is asked again without delay. Seconds, in httpd 2.4.
my $at_once = Apache::Test::have_min_apache_version('2.5.0') ? '1ms' : 0;

my @cache = RevMap::Server::extra_modules(qw(cache cache_disk));
plan(skip_all => 'httpd lacks mod_cache or mod_cache_disk') if !@cache;

# One that will be stopped, and comes back at the same port.
my $mortal = RevMap::Backend->new->start;
my $port   = $mortal->port;

# Where the cache stands.
my %mode = (
    'quick handler'  => 'CacheQuickHandler On',
    'normal handler' => 'CacheQuickHandler Off',
    'placed filter'  => "CacheQuickHandler Off\n"
        . "<Location />\nSetOutputFilter CACHE\n</Location>",
);

# Hooks of the same place run in the order in which modules are loaded.
my %order = (
    'cache last'  => sub { return (@_, @cache) },
    'cache first' => sub {
        return ((grep { !/ revmap_module /} @_), @cache,
            grep { / revmap_module / } @_);
    },
);

sub start {
    my ($order, $mode) = @_;
    my $server = RevMap::Server->new('', modules => $order{$order});
    my $root   = $server->writable('cache');
    $server->write_config(<<"END");
CacheRoot $root
<VirtualHost *>
    ServerName http://www.test:80
    ServerAlias alias.test
    ProxyPass /mortal/ http://127.0.0.1:$port/x/ retry=$at_once
    ProxyPass / http://b.test/x/
    RevMap / http://b.test/x/
    RevMapHeader X-Next=url
    RevMapRequest Referer
    <Location /override/>
        ProxyErrorOverride On
    </Location>
    CacheEnable disk /
    CacheKeyBaseURL http://www.test/
    CacheHeader On
    CacheStaleOnError On
    $mode{$mode}
</VirtualHost>
END
    return $server->start;
}

# The headers of the backend and those that the client shall have.
my @headers = (
    ['Content-Location' => 'http://b.test/x/x/place'],
    ['X-Next'           => '/x/x/next'],
    ['Set-Cookie'       => 'theirs=1; Path=/x/x/theirs'],
);

sub mapped {
    my ($host) = @_;
    return ("Content-Location: http://$host/x/place", 'X-Next: /x/next',
        'Set-Cookie: theirs=1; Path=/x/theirs');
}

my ($server, $when);

# Each row: [$target, $reply, what the cache does, $status, \@headers, $name],
# the headers in no order.
sub gets {
    my ($target, $reply, $cache, $status, $headers, $name, %client) = @_;
    my $response = get(port => $server->port, host => 'www.test',
        target => $target, reply => $reply, %client);
    my ($how) = ($response->header('X-Cache') // 'none') =~ /^(\w+)/;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    is(join("\n", $how, $response->{status},
            sort map { "$_->[0]: $_->[1]" }
            grep { $_->[0] =~ /^(?:X-Next|Set-Cookie|Location
                |Content-Location)$/x } @{ $response->{headers} }),
        join("\n", $cache, $status, sort @$headers), "$when: $name");
    return $response;
}

my $fresh  = ['Cache-Control' => 'max-age=300'];
my $tag    = [ETag => '"1"'];
my @mapped = mapped('www.test');
my $page   = reply(200, [$fresh, $tag, @headers], 'page');
my $brief  = reply(200, [['Cache-Control' => 'max-age=0'], $tag, @headers],
    'brief');
my $other  = reply(200, [$fresh, ['X-Next' => '/other']], 'not from the cache');

sub pages_and_redirects {
    gets('/page', $page, 'MISS', 200, \@mapped, 'stored');
    gets('/page', $other, 'HIT', 200, \@mapped, 'served') for 1 .. 2;
    gets('/page', $other, 'HIT', 200, \@mapped, 'served, HEAD',
        method => 'HEAD');
    my $moved = reply(301, [$fresh, [Location => 'http://b.test/x/x/to']],
        'moved');
    gets('/moved', $moved, 'MISS', 301, ['Location: /x/to'], '301, stored');
    gets('/moved', $other, 'HIT', 301, ['Location: /x/to'], '301, served');
    return;
}

sub revalidation {
    gets('/tag', $page, 'MISS', 200, \@mapped, 'with an ETag');
    gets('/tag', $other, 'HIT', 304, \@mapped, 'the client has it',
        headers => [['If-None-Match' => '"1"']]);
    my $same = reply(304, [$fresh, $tag, @headers]);
    gets('/tag', $same, 'REVALIDATE', 200, \@mapped, 'the cache has to ask',
        headers => [['Cache-Control' => 'max-age=0']]);
    gets('/tag', $other, 'HIT', 200, \@mapped, 'and serves it again');
    return;
}

# A response is kept by the headers that the client sent, although the backend
# gets others.
sub variants {
    my $vary = reply(200, [$fresh, $tag, [Vary => 'Referer'], @headers],
        'page');
    my @from = map { [Referer => "http://www.test/from/$_"] } 1 .. 2;
    gets('/vary', $vary, 'MISS', 200, \@mapped, 'a variant, stored',
        headers => [$from[0]]);
    gets('/vary', $other, 'HIT', 200, \@mapped, 'a variant, served',
        headers => [$from[0]]);
    gets('/vary', $vary, 'MISS', 200, \@mapped, 'another variant',
        headers => [$from[1]]);
    my $same = reply(304, [$fresh, $tag, [Vary => 'Referer'], @headers]);
    gets('/vary', $same, 'REVALIDATE', 200, \@mapped, 'a variant, asked for',
        headers => [$from[1], ['Cache-Control' => 'max-age=0']]);
    gets('/vary', $other, 'HIT', 200, \@mapped, 'and served again',
        headers => [$from[1]]);
    return;
}

# What is stale is better than an error.
sub stale {
    my ($target, $reply, $name) = @_;
    my $response = gets($target, $reply, 'HIT', 200, \@mapped,
        "stale, $name");
    like($response->header('Warning') // '', qr/^11[01]/, "$when: $name")
        or diag($response->{raw} =~ s{\r\n\r\n.*}{}sr);
    is($response->{body}, 'brief', "$when: $name: as it was stored");
    return;
}

sub errors {
    for my $target (qw(/brief/page /override/page /mortal/page)) {
        gets($target, $brief, 'MISS', 200, \@mapped, "$target, stored");
    }
    for my $status (500, 503) {
        stale("/$_/page", reply($status, \@headers, 'error'),
            "$_, status $status") for qw(brief override);
    }
    $mortal->stop;
    stale('/mortal/page', $other, 'the backend is down');
    $mortal = RevMap::Backend->new(port => $port)->start;
    return;
}

# Whatever a client sends: only a name of this host is ever stored.
sub names {
    for my $host ('evil.test', 'evil.test:8080', 'www.test.evil.test',
        'www.test:81@evil.test')
    {
        my $target = "/by-$host";
        my $status = $host =~ /@/ ? 400 : 200;
        my $bad = get(port => $server->port, host => $host,
            target => $target, reply => $page);
        is($bad->{status}, $status, "$when: Host: $host");
        gets($target, $page, $status == 200 ? 'HIT' : 'MISS', 200, \@mapped,
            "after Host: $host");
    }
    gets('/by-alias', $page, 'MISS', 200, [mapped('alias.test')],
        'ServerAlias, stored', host => 'alias.test');
    gets('/by-alias', $other, 'HIT', 200, [mapped('alias.test')],
        'ServerAlias, served to another');
    my $created = gets('/created', reply(201,
            [$fresh, [Location => 'http://b.test/x/x/new']], 'created'),
        'MISS', 201, ['Location: http://www.test/x/new'], '201',
        host => 'evil.test');
    return;
}

for my $order (sort keys %order) {
    for my $mode (sort keys %mode) {
        $when   = "$order, $mode";
        $server = start($order, $mode);
        pages_and_redirects();
        revalidation();
        variants();
        errors();
        names();
        $server->stop;
    }
}

done_testing();
