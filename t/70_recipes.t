# SPDX-License-Identifier: Apache-2.0
#
# Each file of conf.d/examples/ in a server of its own, with a backend that
# sends what such an application sends. docs/recipes.md explains them.

use strict;
use warnings;

use Cwd qw(abs_path);

use lib 't/lib';
use RevMap::Gateway;
use RevMap::Server;
use RevMap::Test;

needs(qw(proxy_http proxy_fcgi proxy_balancer rewrite headers alias));

my $WWW = 'www.example.com';

# [the client's request, its answer's status, rows of maps()], or
# [the client's request, what the backend must get]
my %RECIPES = (
    'tomcat' => [
        [{ target => '/shop/cart' }, 302, [
            [Location => 'http://tomcat.internal:8080/shop-1.4/login',
                '/shop/login'],
            [Location => '/shop-1.4/login;jsessionid=1F',
                '/shop/login;jsessionid=1F'],
            [Location => 'https://www.paypal.test/pay', '='],
            ['Set-Cookie' => 'JSESSIONID=1F; Path=/shop-1.4; HttpOnly',
                'JSESSIONID=1F; Path=/shop; HttpOnly'],
        ]],
        [{ target => '/shop' }, 302, [
            [Location => '/shop-1.4/', '/shop/'],
        ]],
    ],
    'tls-in-front' => [
        [{ target => '/shop/cart' }, 302, [
            [Location => 'http://app.internal:8080/login', '/shop/login'],
            [Location => "https://$WWW/shop/login", '='],
        ]],
        [{ target => '/shop/items' }, 200, [
            [Link => '<http://app.internal:8080/items?page=2>; rel="next"',
                "<https://$WWW/shop/items?page=2>; rel=\"next\""],
        ]],
        [{ target => '/shop/items' }, qr/^X-Forwarded-Proto: https$/m],
    ],
    'chained-proxies' => [
        [{ target => '/portal/shop/cart' }, 302, [
            [Location => 'http://app.internal:8080/ctx/login',
                '/portal/shop/login'],
            [Location => '/ctx/login', '/portal/shop/login'],
            ['Set-Cookie' => 'sid=1; Path=/ctx', 'sid=1; Path=/portal/shop'],
        ]],
        [{ target => '/portal/shop/items' }, 200, [
            [Link => '<http://app.internal:8080/ctx/i>; rel="next"',
                "<https://$WWW/portal/shop/i>; rel=\"next\""],
        ]],
    ],
    'several-backends' => [
        [{ target => '/shop/cart' }, 302, [
            [Location => 'http://shop.internal:8080/login', '/shop/login'],
            [Location => 'http://wiki.internal/w/Help', '/wiki/Help',
                'to another application'],
            [Location => '/wiki/Help', '=', 'in public terms'],
            [Location => '/static/logo.png', '/shop/static/logo.png'],
        ]],
        [{ target => '/wiki/Home' }, 200, [
            ['Set-Cookie' => 'a=1; Path=/w', 'a=1; Path=/wiki'],
        ]],
        [{ target => '/api/items' }, 201, [
            [Location => 'http://api.internal:3000/v2/items/7',
                "http://$WWW/api/items/7"],
        ]],
    ],
    'balancer' => [
        [{ target => '/shop/cart' }, 302, [
            [Location => 'http://one.internal:8080/ctx/login', '/shop/login'],
            [Location => 'http://two.internal:8080/ctx/login', '/shop/login'],
            [Location => '/ctx/login;jsessionid=1.two',
                '/shop/login;jsessionid=1.two'],
            ['Set-Cookie' => 'JSESSIONID=1.two; Path=/ctx',
                'JSESSIONID=1.two; Path=/shop'],
        ]],
        map { [{ target => '/shop/cart',
                headers => [[Cookie => "JSESSIONID=1.$_"]] },
            qr/^Host: $_\.internal:8080$/m] } qw(one two two one),
    ],
    'wordpress' => [
        [{ target => '/blog/wp-admin/index.php' }, 302, [
            [Location => 'http://wordpress.internal/wp-login.php?redirect_to='
                    . 'http%3A%2F%2Fwordpress.internal%2Fwp-admin%2F',
                '/blog/wp-login.php?redirect_to='
                    . 'http%3A%2F%2Fwordpress.internal%2Fwp-admin%2F'],
            [Location => '/wp-login.php', '/blog/wp-login.php'],
            ['Set-Cookie' => 'wordpress_test_cookie=1; path=/',
                'wordpress_test_cookie=1; path=/blog'],
            ['Set-Cookie' => 'wordpress_1=1; path=/wp-admin; HttpOnly',
                'wordpress_1=1; path=/blog/wp-admin; HttpOnly'],
        ]],
        [{ target => '/blog/index.php' }, 200, [
            [Link => '<http://wordpress.internal/wp-json/>; '
                    . 'rel="https://api.w.org/"',
                "<http://$WWW/blog/wp-json/>; rel=\"https://api.w.org/\""],
            ['X-Pingback' => 'http://wordpress.internal/xmlrpc.php',
                "http://$WWW/blog/xmlrpc.php"],
        ]],
    ],
    'webdav' => [
        [{ method => 'COPY', target => '/files/a',
                headers => [[Destination => "https://$WWW/files/b"]] },
            qr{^Destination: http://dav\.internal:8080/files/b$}m],
        [{ method => 'MOVE', target => '/files/a' }, 201, [
            [Location => 'http://dav.internal:8080/files/b',
                "https://$WWW/files/b"],
        ]],
        [{ method => 'OPTIONS', target => '/svn/repo' }, 200, [
            ['SVN-Repository-Root' => '/svn/repo', '='],
            ['SVN-Me-Resource' => '/svn/repo/!svn/me', '='],
        ]],
        [{ method => 'CHECKOUT', target => '/svn/repo' }, 201, [
            [Location => 'http://svn.internal/svn/repo/!svn/wrk/1',
                "https://$WWW/svn/repo/!svn/wrk/1"],
        ]],
    ],
    'registry' => [
        [{ host => 'registry.example.com', target => '/v2/' }, 401, [
            ['WWW-Authenticate' =>
                'Bearer realm="http://auth.internal:5001/token",'
                    . 'service="registry.example.com"',
                'Bearer realm="https://registry.example.com/auth/token",'
                    . 'service="registry.example.com"'],
        ]],
        [{ host => 'registry.example.com', method => 'POST',
                target => '/v2/a/blobs/uploads/' }, 202, [
            [Location =>
                'http://registry.internal:5000/v2/a/blobs/uploads/1?_state=x',
                'https://registry.example.com/v2/a/blobs/uploads/1?_state=x'],
        ]],
        [{ host => 'registry.example.com', target => '/v2/_catalog' }, 200, [
            [Link => '</v2/_catalog?last=b&n=2>; rel="next"', '='],
        ]],
        [{ host => 'registry.example.com', target => '/v2/a/blobs/x' }, 307, [
            [Location => 'https://storage.test/x?signed', '='],
        ]],
    ],
    'single-sign-on' => [
        [{ target => '/shop/cart' }, 302, [
            [Location => 'http://idp.internal:8080/auth?client_id=shop'
                    . "&redirect_uri=https%3A%2F%2F$WWW%2Fshop%2Fcallback",
                '/sso/auth?client_id=shop'
                    . "&redirect_uri=https%3A%2F%2F$WWW%2Fshop%2Fcallback"],
            [Location => '/login?next=http%3A%2F%2Fapp.internal%3A8000%2Fcart',
                "/shop/login?next=https%3A%2F%2F$WWW%2Fshop%2Fcart"],
        ]],
        [{ target => '/sso/auth' }, 302, [
            [Location => "https://$WWW/shop/callback?code=1", '='],
            ['Set-Cookie' => 'KC_RESTART=1; Path=/realms/a/',
                'KC_RESTART=1; Path=/sso/realms/a/'],
        ]],
    ],
    'cookies' => [
        [{ target => '/shop/cart' }, 200, [
            ['Set-Cookie' => 'JSESSIONID=1; Path=/',
                'SHOPSESSION=1; Path=/shop'],
        ]],
        [{ target => '/wiki/Home' }, 200, [
            ['Set-Cookie' => 'JSESSIONID=2; Path=/',
                'WIKISESSION=2; Path=/wiki; SameSite=Lax'],
        ]],
        [{ target => '/news' }, 200, [
            ['Set-Cookie' => 'JSESSIONID=3; Path=/', '='],
        ]],
        [{ target => '/shop/cart',
                headers => [[Cookie => 'SHOPSESSION=1; JSESSIONID=3; x=1']] },
            qr/^Cookie: JSESSIONID=1; x=1$/m],
        [{ target => '/news', headers => [[Cookie => 'JSESSIONID=3']] },
            qr/^Cookie: JSESSIONID=3$/m],
    ],
    'nginx' => [
        [{ target => '/docs' }, 301, [
            [Location => "http://$WWW:8080/docs/", '/docs/'],
            [Location => 'http://nginx.internal:8080/docs/', '/docs/'],
            [Location => "https://$WWW/docs/", '='],
        ]],
    ],
    'tenants' => [
        [{ target => '/acme/home' }, 302, [
            [Location => 'http://acme.tenants.internal:8080/login',
                '/acme/login'],
            [Location => '/login', '/acme/login'],
            ['Set-Cookie' => 'sid=1; Path=/', 'sid=1; Path=/acme'],
        ]],
        [{ target => '/umbrella/home' }, 302, [
            [Location => '/login', '/umbrella/login'],
        ]],
    ],
    'shared-map' => [
        [{ target => '/shop/cart' }, 302, [
            [Location => 'http://shop.internal:8080/login', '/shop/login'],
            [Location => 'http://shop.internal:8080/static/x', '='],
            [Location => 'http://wiki.internal:8080/Help', '/wiki/Help'],
        ]],
    ],
);

# What a recipe reads, by the name that it defines.
my %FILES = (
    TENANTS => <<'END',
/acme/      http://acme.tenants.internal:8080/
/umbrella/  http://umbrella.tenants.internal:8080/
END
    MAP => <<'END',
/shop/  http://shop.internal:8080/
!       http://shop.internal:8080/static/
/wiki/  http://wiki.internal:8080/
END
);

my $manual = RevMap::Daemon::read_text('docs/recipes.md');
my $gateway = RevMap::Gateway->new->start;

# The recipe as it is, after what makes it find its backends here.
sub server_for {
    my ($recipe) = @_;
    my $server = RevMap::Server->new('');
    my ($backend, $fcgi) = (setting('backend_port'), $gateway->port);
    my ($port, $dir) = ($server->port, $server->writable('files'));
    my @defines = "Define PHP_FPM 127.0.0.1:$fcgi\n";
    for my $name (sort keys %FILES) {
        open my $file, '>', "$dir/$name" or die "$dir/$name: $!\n";
        print {$file} $FILES{$name};
        close $file;
        push @defines, "Define $name $dir/$name\n";
    }
    $server->write_config(<<"END");
ServerName http://$WWW
ProxyRemote http://inner.internal http://127.0.0.1:$port
ProxyRemoteMatch "^http://[^/]*\\.internal([:/]|\$)" http://127.0.0.1:$backend
@defines
Include "$recipe"
END
    return $server;
}

sub exercise {
    my ($server, $case) = @_;
    my ($client, @expected) = @$case;
    my %client = (host => $WWW, port => $server->port, %$client);
    if (@expected == 2) {
        maps(\%client, $client{target}, @expected);
    }
    else {
        like(get(%client)->{body}, $expected[0],
            "the backend gets: $expected[0]");
    }
    return;
}

my @recipes = map { abs_path($_) } sort glob 'conf.d/examples/*.conf';
is(scalar @recipes, scalar keys %RECIPES, 'each case has its recipe');
for my $recipe (@recipes) {
    my ($name) = $recipe =~ m{([^/]+)\.conf$};
    my $cases = $RECIPES{$name};
    subtest $name => sub {
        ok($cases, 'has cases') or return;
        like($manual, qr{\(\.\./conf\.d/examples/\Q$name\E\.conf\)},
            'is explained in docs/recipes.md');
        my $server = server_for($recipe);
        my ($exit, $said) = $server->check;
        is($exit, 0, 'is accepted') or diag($said);
        unlike($said, qr/RevMap/, 'without a warning');
        return if $exit;
        $server->start;
        exercise($server, $_) for @$cases;
        $server->stop;
    };
}
$gateway->stop;

done_testing();
