# SPDX-License-Identifier: Apache-2.0
#
# Backends of all kinds, with nothing but RevMapAuto On: balancers, Unix
# sockets, ProxyPreserveHost, mod_proxy_express, lines of the main server.
# conf/vhosts/32_backends.conf holds the forward configurations.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Backend;
use RevMap::Mount;
use RevMap::Server;
use RevMap::Test;
use Fcntl qw(O_CREAT O_RDWR);
use SDBM_File ();
use URI ();

my %b = (backend => 'http://b.test:8080', inside => '/ctx');

# ---- balancers --------------------------------------------------------------

# The cookie chooses the member that answers.
sub route {
    return (headers => [[Cookie => "ROUTE=session.$_[0]"]]);
}

SKIP: {
    skip 'httpd has no balancer', 1
        if !Apache::Test::have_module('lbmethod_byrequests');
    mount_maps('the first member', {
        host    => 'be-balancer.test',
        public  => '/bal',
        backend => 'http://m1.test:8080',
        inside  => '/one',
        client  => { route(1) },
        extra   => [
            [Location => 'http://m2.test:8080/two/y', '/bal/y', 'the other'],
            [Location => '/two/y', '=', "the other's path is not ours"],
            [Location => 'http://m2.test:8080/one/y', '=', 'mixed up'],
        ],
    });
    mount_maps('the second member, with a slash', {
        host     => 'be-balancer.test',
        public   => '/bal',
        backend  => 'http://m2.test:8080',
        inside   => '/two',
        client   => { route(2) },
        relative => 0,
        extra    => [
            [Location => 'http://m1.test:8080/one/y', '/bal/y', 'the other'],
            [Location => '/one/y', '=', "the other's path is not ours"],
        ],
    });
    mount_maps('a member without path, a balancer with one', {
        host    => 'be-balancer.test',
        public  => '/flat',
        backend => 'http://f1.test',
        inside  => '/in',
    });
    for my $route (['1', '/one'], ['2', '/two']) {
        mount_maps("ProxyPass, member $route->[0]", {
            host    => 'be-pass.test',
            public  => '/bal',
            backend => "http://m$route->[0].test:8080",
            inside  => $route->[1],
            client  => { route($route->[0]) },
        });
    }
    added_member();
    cookies_of_added_member();
}

# The manager wants its nonce and the right page as Referer.
sub manage {
    my ($host, $balancer, %form) = @_;
    my %host = @$host;
    my $page = get(%host, target => '/manager');
    my ($nonce) = $page->{body} =~ /b=\Q$balancer\E&amp;nonce=([-\w]+)/;
    my $query = URI->new('', 'http');
    $query->query_form(b => $balancer, nonce => $nonce, %form);
    return get(
        %host,
        target  => '/manager',
        method  => 'POST',
        headers => [
            ['Content-Type' => 'application/x-www-form-urlencoded'],
            [Referer => "http://$host{host}/manager"],
        ],
        body => $query->query,
    );
}

sub add_member {
    my ($host, $balancer, $url) = @_;
    manage($host, $balancer, b_nwrkr => $url, b_wyes => 1);
    my $page = manage($host, $balancer, w => $url, w_status_D => 0, w_wr => 2);
    like($page->{body}, qr{\Q$url\E}, "the manager has added $url");
    return;
}

sub added_member {
    my $url    = 'http://g2.test:8080/two';
    my @before = (
        [Location => "$url/y", '=', 'nobody that we know'],
        [Location => 'http://g1.test:8080/one/y', '/grow/y', 'a member'],
    );
    maps({ host => 'be-pass.test', route(1) }, '/grow/x', 302, \@before);

    add_member([host => 'be-pass.test'], 'be-grow', $url);
    # More than once: each child of httpd learns it by itself.
    for my $time (1 .. 8) {
        maps({ host => 'be-pass.test', route(2) }, "/grow/x$time", 302, [
            [Location => "$url/y", '/grow/y', "added, request $time"],
        ]);
    }
    mount_maps('a member added at run time', {
        host    => 'be-pass.test',
        public  => '/grow',
        backend => 'http://g2.test:8080',
        inside  => '/two',
        client  => { route(2) },
        extra   => [
            [Location => 'http://g1.test:8080/one/y', '/grow/y', 'the first'],
        ],
    });
    maps({ host => 'be-pass.test', route(1) }, '/grow/x', 302, [
        [Location => "$url/y", '/grow/y', 'the new one, said by the first'],
    ]);
    return;
}

# It is mounted where the others are; without RevMapAuto, which would look at
# all mounts of all backends.
sub cookies_of_added_member {
    my $server = RevMap::Server->new(<<'END')->start;
<Proxy balancer://two>
    BalancerMember http://t1.test route=1
    ProxySet stickysession=ROUTE growth=4
</Proxy>
<Proxy balancer://own>
    BalancerMember http://o1.test route=1
    ProxySet stickysession=ROUTE growth=4
</Proxy>
ProxyPass /two/a/ balancer://two/
ProxyPass /two/b/ balancer://two/
ProxyPass /own/a/ balancer://own/
ProxyPass /own/b/ http://o2.test/
RevMap /two/a/ balancer://two/
RevMap /two/b/ balancer://two/
RevMap /own/a/ balancer://own/
RevMap /own/b/ http://o2.test/
<Location /manager>
    SetHandler balancer-manager
</Location>
END
    my @host = (host => 'alone.test', port => $server->port);
    my $gets = sub {
        my ($route, $target, $path, $why) = @_;
        maps({ @host, route($route) }, $target, 200, [
            ['Set-Cookie' => 'a=1; Path=/x', "a=1; Path=$path", $why],
        ]);
    };
    add_member(\@host, 'two', 'http://t2.test');
    add_member(\@host, 'own', 'http://o2.test');
    $gets->(1, '/two/a/y', '/two', 'a balancer mounted twice');
    $gets->(2, '/two/a/y', '/two', 'its new member');
    $gets->(2, '/two/b/y', '/two', 'its new member, by the other mount');
    $gets->(1, '/own/a/y', '/own/a/x', 'a balancer mounted once');
    $gets->(2, '/own/a/y', '/own', 'its new member has a mount of its own');
    $server->stop;
    return;
}

# ---- a Unix socket ----------------------------------------------------------

my $unix = RevMap::Backend->new(socket => setting('scratch') . '/be.sock')
    ->start;
mount_maps('a Unix socket', {
    host    => 'be-unix.test',
    public  => '/app',
    backend => 'http://app.internal',
    inside  => '/ctx',
    extra   => [
        [Location => 'https://app.internal/ctx/y', '/app/y', 'default port'],
        [Location => 'http://localhost/ctx/y', '=', 'not its name'],
    ],
});
mount_maps('a Unix socket in Location', {
    host    => 'be-unix.test',
    public  => '/loc',
    backend => 'http://loc.internal:8080',
    inside  => '/ctx',
});
maps('be-unix.test', '/odd/dir/page', 302, [
    [Location => 'http://a%70p.internal/ctx/y', '=', 'a host that is none'],
]);
mount_maps('ProxyPass, a Unix socket', {
    host    => 'be-pass.test',
    public  => '/unix',
    backend => 'http://app.internal',
    inside  => '/ctx',
});
$unix->stop;

# ---- the client's host ------------------------------------------------------

mount_maps('preserved, http client', {
    host   => 'be-ph.test',
    public => '/app',
    extra  => [
        [Location => 'http://be-ph.test/ctx/y', '/app/y', 'told'],
        [Location => 'http://BE-PH.test:80/ctx/y', '/app/y', 'told'],
        [Location => '//be-ph.test/ctx/y', '/app/y', 'told'],
        [Location => 'http://be-ph.test/app/y', '=', 'public already'],
        [Location => 'http://be-ph.test/else', '=', 'outside'],
        [Location => 'http://be-ph.test:8080/ctx/y', '=', 'another port'],
        [Location => 'https://be-ph.test/ctx/y', 'https://be-ph.test/app/y',
            'an upgrade'],
        [Location => 'https://be-ph.test/app/y', '=', 'an upgrade'],
        [Location => 'https://be-ph.test/app/dir/page', '=', 'of this page'],
    ],
    %b,
});
mount_maps('preserved, https client', {
    host   => 'be-phs.test',
    own    => 'https://be-phs.test',
    public => '/app',
    extra  => [
        [Location => 'http://be-phs.test/ctx/y', '/app/y', 'told'],
        [Location => '//be-phs.test/ctx/y', '/app/y', 'told'],
        [Location => 'https://be-phs.test/ctx/y',
            'https://be-phs.test/app/y', 'it knows of TLS'],
        [Location => 'https://be-phs.test/app/y', '=', 'it knows all'],
    ],
    %b,
});
mount_maps('not preserved, https client', {
    host   => 'be-https.test',
    own    => 'https://be-https.test',
    public => '/app',
    extra  => [
        [Location => 'https://be-https.test/app/y', '=', 'it knows all'],
        [Location => 'http://be-https.test/ctx/y', '=', 'it was not told'],
        [Location => 'https://be-https.test/ctx/y', '=', 'it was not told'],
    ],
    %b,
});
maps('be-ph.test', '/app/dir/page', 201, [
    [Location => 'http://be-ph.test/ctx/y', 'http://be-ph.test/app/y',
        'preserved: no redirect'],
]);
maps('be-phs.test', '/app/dir/page', 201, [
    [Location => 'http://be-phs.test/ctx/y', 'https://be-phs.test/app/y',
        'preserved, https client: no redirect'],
]);
maps('be-phs.test', '/app/dir/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/ctx; Domain=be-phs.test',
        'a=1; Path=/app; Domain=be-phs.test', 'preserved: public domain'],
]);

# ---- mod_proxy_express ------------------------------------------------------

SKIP: {
    skip 'httpd has no mod_proxy_express', 1
        if !Apache::Test::have_module('proxy_express');
    tie my %express, 'SDBM_File', setting('scratch') . '/express',
        O_RDWR | O_CREAT, 0644 or die "express: $!\n";
    $express{'be-express.test'} = 'http://x.test:8080';
    untie %express;
    maps('be-express.test', '/dir/page', 302, [
        [Location => 'http://x.test:8080/y', '/y', 'express: absolute'],
        [Location => '//x.test:8080/y', '/y', 'express: network path'],
        [Location => '/y', '=', 'express: path'],
        [Location => '../y', '=', 'express: relative'],
        [Location => 'http://foreign.example/y', '=', 'express: foreign'],
        [Location => '//foreign.example/y', '=', 'express: foreign'],
    ]);
    maps('be-express.test', '/dir/page', 200, [
        ['Content-Location' => '//x.test:8080/y',
            'http://be-express.test/y', 'express: no redirect'],
        ['Set-Cookie' => 'a=1; Path=/y; Domain=x.test', 'a=1; Path=/y',
            'express: domain'],
    ]);
}

# ---- SetHandler -------------------------------------------------------------

# The backend is asked for a path of the file system, which tells nothing.
maps('be-handler.test', '/app/dir/page', 302, [
    [Location => 'http://b.test:8080/app/y', '=', 'SetHandler: no rule'],
    [Location => '/app/y', '=', 'SetHandler: no rule'],
    [Location => 'http://foreign.example/y', '=', 'SetHandler: foreign'],
]);

# ---- written in another way than requested ----------------------------------

mount_maps('capitals', {
    host    => 'be-handler.test',
    public  => '/case',
    backend => 'http://b.test:8080',
    inside  => '/ctx',
});
mount_maps('the port that needs not be written', {
    host    => 'be-handler.test',
    public  => '/port',
    backend => 'http://f1.test',
    inside  => '/ctx',
});

# ---- the main server --------------------------------------------------------

for my $mode (qw(On ProxyPass)) {
    my $main = RevMap::Server->new(<<"END")->start;
RevMapAuto $mode
ProxyPass /main/ http://main.test/ctx/
<Location /loc/>
    ProxyPass http://loc.test/ctx/
</Location>
END
    for my $name (qw(main loc)) {
        mount_maps("main server, $mode, $name", {
            host    => 'alone.test',
            client  => { port => $main->port },
            public  => "/$name",
            backend => "http://$name.test",
            inside  => '/ctx',
        });
    }
    $main->stop;
}

my $backend = setting('backend_port');
my $both = RevMap::Server->new(<<"END")->start;
RevMapAuto On
ProxyPass /main/ http://main.test/ctx/
<Location /loc/>
    ProxyPass http://loc.test/ctx/
</Location>
<VirtualHost *>
    ServerName http://nothing.test:80
</VirtualHost>
<VirtualHost *>
    ServerName http://inherits.test:80
    ProxyPass /own/ http://own.test/ctx/
    ProxyPass /main/sub/ http://never.test/ctx/
</VirtualHost>
<VirtualHost *>
    ServerName http://apart.test:80
    ProxyPassInherit Off
    # is not inherited either
    ProxyRemoteMatch "^http://[^/]*\\.test" http://127.0.0.1:$backend
    ProxyPass /own/ http://own.test/ctx/
    ProxyPass /main/sub/ http://sub.test/ctx/
</VirtualHost>
END
my @client = (client => { port => $both->port });
for my $host (qw(nothing.test inherits.test)) {
    mount_maps("$host, line of the main server", {
        host    => $host,
        public  => '/main',
        backend => 'http://main.test',
        inside  => '/ctx',
        @client,
    });
}
mount_maps('inherits.test, line of its own', {
    host    => 'inherits.test',
    public  => '/own',
    backend => 'http://own.test',
    inside  => '/ctx',
    extra   => [
        [Location => 'http://main.test/ctx/y', '/main/y', 'the main one'],
        [Location => 'http://loc.test/ctx/y', '/loc/y', 'its section'],
        [Location => 'http://never.test/ctx/y', '=',
            'the line of the main server matches first'],
    ],
    @client,
});
mount_maps('apart.test, line of its own', {
    host    => 'apart.test',
    public  => '/own',
    backend => 'http://own.test',
    inside  => '/ctx',
    extra   => [
        [Location => 'http://main.test/ctx/y', '=', 'not inherited'],
        [Location => 'http://loc.test/ctx/y', '/loc/y', 'a section is'],
        [Location => 'http://sub.test/ctx/y', '/main/sub/y', 'its own'],
    ],
    @client,
});
mount_maps('apart.test, section of the main server', {
    host    => 'apart.test',
    public  => '/loc',
    backend => 'http://loc.test',
    inside  => '/ctx',
    @client,
});
$both->stop;

done_testing();
