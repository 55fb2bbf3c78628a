# SPDX-License-Identifier: Apache-2.0
#
# RevMapAuto and nothing else: the forward configuration is read backwards.
# conf/vhosts/30_auto.conf holds the forward configurations.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Mount;
use RevMap::Server;
use RevMap::Test;

my %b = (backend => 'http://b.test:8080', inside => '/ctx');

# plain
mount_maps('ProxyPass',
    { host => 'auto-plain.test', public => '/app', %b });
mount_maps('two levels to none', {
    host    => 'auto-plain.test',
    public  => '/deep/er',
    backend => 'http://c.test',
    inside  => '',
    extra   => [[Location => 'https://c.test/y', '/deep/er/y', 'by https']],
});
mount_maps('the same path on both sides', {
    host    => 'auto-plain.test',
    public  => '/same',
    backend => 'http://d.test',
    inside  => '/same',
});
mount_maps('a path that has to be encoded', {
    host    => 'auto-plain.test',
    public  => '/my%20app',
    backend => 'http://space.test',
    inside  => '/a',
});
mount_maps('options of ProxyPass', {
    host    => 'auto-plain.test',
    public  => '/secure',
    backend => 'http://s.test:8443',
    inside  => '/ctx',
});
maps('auto-plain.test', '/app/x', 302, [
    [Location => 'http://c.test/y', '/deep/er/y', "another mount's backend"],
    [Location => '/same/y', '=', 'another mount'],
    [Location => 'http://b.test:8080/same/y', '=', 'outside'],
]);

# from configuration alone
mount_maps('without slashes',
    { host => 'auto-pass.test', public => '/app', %b });
for my $mount (
    ['/deep/er',  'http://c.test',        ''],
    ['/my%20app', 'http://space.test',    '/a'],
    ['/match',    'http://match.test',    '/ctx'],
    ['/slash',    'http://slash.test',    '/ctx'],
    ['/loc',      'http://loc.test',      '/ctx'],
    ['/locmatch', 'http://locmatch.test', '/ctx'],
) {
    my ($public, $backend, $inside) = @$mount;
    mount_maps("ProxyPass, $public", {
        host    => 'auto-pass.test',
        public  => $public,
        backend => $backend,
        inside  => $inside,
    });
}
mount_maps('ProxyPass, the inner Location', {
    host     => 'auto-pass.test',
    relative => 0,
    public   => '/loc/in',
    backend  => 'http://in.test',
    inside   => '/ctx',
});
maps('auto-pass.test', '/rw/dir/page', 302, [
    [Location => 'http://rw.test/ctx/y', '=', 'ProxyPass: no rule of this'],
    [Location => '/ctx/y', '=', 'nor for its paths'],
]);

# A line that another one keeps from ever matching.
mount_maps('Location before ProxyPass', {
    host     => 'auto-shadow.test',
    public   => '/app',
    backend  => 'http://new.test',
    inside   => '',
});
like(get(host => 'auto-shadow.test', target => '/app/x')->{body},
    qr{http://new[.]test/x}, 'Location before ProxyPass: who is asked');
maps('auto-shadow.test', '/app/x', 302, [
    [Location => 'http://old.test/y', '/legacy/y', 'where it still is'],
    [Location => 'http://kept.test/y', '=', 'ProxyPass ! in a Location'],
    [Location => 'http://first.test/y', '/first/y', 'a pattern'],
    [Location => 'http://second.test/y', '=', 'ProxyPass after a pattern'],
    [Location => 'http://third.test/y', '=', 'ProxyPassMatch after it'],
]);

# A second slash in front of what the backend is asked for is no directory.
mount_maps('slashes that disagree', {
    host     => 'auto-slash.test',
    public   => '/app',
    relative => 0,
    %b,
});

# off
maps('auto-off.test', '/app/dir/page', 302, [
    [Location => 'http://b.test:8080/ctx/y', '=', 'off'],
    [Location => '/ctx/y', '=', 'off'],
]);
maps('auto-off.test', '/app/dir/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/ctx', '=', 'off'],
]);
maps('auto-section.test', '/off/x', 302, [
    [Location => 'http://b.test:8080/off/y', '=', 'off in this section'],
    [Location => 'http://c.test/ctx/y', '=', 'all of it'],
]);
maps('auto-section.test', '/on/x', 302, [
    [Location => 'http://b.test:8080/off/y', '/off/y',
        'its ProxyPass gives a rule elsewhere'],
]);

# in <Location>, and one within the other
mount_maps('Location',
    { host => 'auto-location.test', public => '/app', %b });
mount_maps('the outer Location', {
    host    => 'auto-location.test',
    public  => '/a',
    backend => 'http://a.test',
    inside  => '/outer',
    extra   => [
        [Location => 'http://ab.test/inner/y', '/a/b/y', 'the inner one'],
        [Location => '/a/b/y', '=', 'in public terms'],
    ],
});
# A path that climbs out leads to the outer one, where it may well be meant.
mount_maps('the inner Location', {
    host     => 'auto-location.test',
    relative => 0,
    public   => '/a/b',
    backend  => 'http://ab.test',
    inside   => '/inner',
    extra    => [[Location => 'http://a.test/outer/y', '/a/y', 'the outer']],
});

# ProxyPassMatch
mount_maps('ProxyPassMatch',
    { host => 'auto-match.test', public => '/app', %b });
mount_maps('ProxyPassMatch, the slash within the group', {
    host    => 'auto-match.test',
    public  => '/slash',
    backend => 'http://c.test',
    inside  => '/in',
});
mount_maps('ProxyPass ~', {
    host    => 'auto-match.test',
    public  => '/tilde',
    backend => 'http://d.test',
    inside  => '/in',
});
mount_maps('ProxyPassMatch, the host in a group', {
    host    => 'auto-match.test',
    public  => '/who/anna',
    backend => 'http://anna.test',
    inside  => '/ctx',
});
maps('auto-match.test', '/jsp/page.jsp', 302, [
    [Location => 'http://e.test/ctx/jsp/y', '=',
        'the public side is the end of the other: no rule'],
    [Location => '/ctx/jsp/y', '=', 'nor for paths'],
]);
mount_maps('ProxyPassMatch inverted',
    { host => 'auto-inverted.test', public => '/app', %b });
maps('auto-inverted.test', '/who/anna/page', 302, [
    [Location => 'http://anna.test/ctx/y', '=', 'ProxyPass: not inverted'],
]);

# RewriteRule [P]
mount_maps('RewriteRule',
    { host => 'auto-rewrite.test', public => '/app', %b });
mount_maps('RewriteRule, all of a backend', {
    host    => 'auto-rewrite.test',
    public  => '/all',
    backend => 'http://all.test',
    inside  => '',
});
mount_maps('RewriteRule, the host in the path', {
    host    => 'auto-rewrite.test',
    public  => '/host/anna',
    backend => 'http://anna.test:8080',
    inside  => '/ctx',
    extra   => [[Location => 'http://bob.test:8080/ctx/y', '=', 'another']],
});
for my $target ('/one', '/old/page', '/front') {
    maps('auto-rewrite.test', $target, 302, [
        map { [Location => $_, '=', "$target: no rule can be told"] } (
            'http://one.test/two', 'http://one.test/new/y',
            'http://one.test/ctx/y', '/two', '/new/y', '/ctx/y', 'y',
            'http://foreign.example/two'
        )
    ]);
    maps('auto-rewrite.test', $target, 200, [
        ['Set-Cookie' => 'a=1; Path=/new', '=', "$target: nor for cookies"],
    ]);
}
like(logged(sub {
        get(host => 'auto-rewrite.test', target => '/one',
            reply => reply(302, [[Location => '/two']]));
    }), qr{RM\d{4}: .*'RevMap /\S* http://one\.test/},
    'the log names the line to write');

# mod_proxy escapes paths in its own way.
for my $file ('page;jsessionid=1', 'page%3Bx', 'page%40x', '[page]', 'a|b') {
    maps('auto-rewrite.test', "/app/dir/$file", 302, [
        [Location => 'http://b.test:8080/ctx/y', '/app/y', $file],
        [Location => '/ctx/y', '/app/y', $file],
        [Location => 'y', '=', "$file: relative"],
        ['Set-Cookie' => 'a=1; Path=/ctx', 'a=1; Path=/app', $file],
    ]);
}
for my $host ('auto-plain.test', 'auto-rewrite.test') {
    for my $dir ('a%40b', 'a;b', 'a%3Bb', '[a]', '%7Ea', 'a%3BDomain=test') {
        maps($host, "/app/$dir/page", 302, [
            ['Set-Cookie' => 'a=1', '=', "$host, $dir: the browser's default"],
            [Location => 'y', '=', "$host, $dir: relative"],
            [Location => '/ctx/y', '/app/y', "$host, $dir"],
        ]);
    }
}

# Slashes that are no slashes, or become some.
sub maps_encoded {
    my ($host, $mount, @files) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for my $file (@files) {
        maps($host, "/$mount/$file", 302, [
            [Location => '/ctx/y', "/$mount/y", $file],
            [Location => 'y', '=', "$file: relative"],
            ['Set-Cookie' => 'a=1', '=', "$file: the browser's default"],
        ]);
    }
    return;
}
maps_encoded('auto-encoded.test', $_, 'a%2Fb', 'a%2Fb/c', 'a%2fb/c/')
    for qw(canon nocanon rw);
maps_encoded('auto-slashes.test', $_, 'a%2fb/c', 'a%2Fb/c/')
    for qw(canon nocanon rw);

# What is asked of the backend comes back.
for my $mount (qw(raw percent semicolon bracket),
    Apache::Test::have_min_apache_version('2.4.49') ? 'en%20coded' : ()) {
    my ($asked) = get(host => 'auto-written.test', target => "/$mount/page")
        ->{body} =~ m{^GET (http://\S+)/page };
    maps('auto-written.test', "/$mount/page", 302, [
        [Location => "$asked/y", "/$mount/y", $mount],
    ]);
}

# LocationMatch
mount_maps('LocationMatch', {
    host   => 'auto-locmatch.test',
    public => '/app',
    target => '/app/anna/page',
    %b,
});
mount_maps('LocationMatch, the host in a group', {
    host    => 'auto-locmatch.test',
    public  => '/team/anna',
    backend => 'http://anna.test:8080',
    inside  => '/ctx',
});
mount_maps('Location ~', {
    host    => 'auto-locmatch.test',
    public  => '/tilde',
    backend => 'http://c.test',
    inside  => '/ctx',
});

# what only a request knows
mount_maps('interpolated', {
    host   => 'auto-interpolate.test',
    public => '/app',
    client => { headers => [['X-Ctx' => 'ctx']] },
    %b,
});
mount_maps('interpolated, another value', {
    host    => 'auto-interpolate.test',
    public  => '/app',
    client  => { headers => [['X-Ctx' => 'other']] },
    backend => 'http://b.test:8080',
    inside  => '/other',
});

# mounts of one backend
for my $mount (qw(a b)) {
    my $name = "through $mount";
    maps('auto-twice.test', "/$mount/dir/page", 302, [
        [Location => 'http://b.test:8080/ctx/y', "/$mount/y", $name],
        [Location => '//b.test:8080/ctx/y', "/$mount/y", $name],
        [Location => '/ctx/y', "/$mount/y", $name],
        [Location => '../../ctx/y', "/$mount/y", $name],
        [Location => '/b/y', '=', 'in public terms'],
        [Location => 'http://foreign.example/ctx/y', '=', 'foreign'],
    ]);
}
maps('auto-twice.test', '/one/dir/page', 302, [
    [Location => 'http://c.test/1/y', '/one/y', 'the one path'],
    [Location => 'http://c.test/2/y', '/two/y', 'the other path'],
    [Location => '/1/y', '/one/y', 'the one path'],
    [Location => '/2/y', '/two/y', 'the other path'],
    [Location => '../../2/y', '/two/y', 'the other path'],
    [Location => 'http://c.test/3/y', '=', 'neither'],
    [Location => '/one/y', '=', 'in public terms, outside the backend side'],
]);
maps('auto-twice.test', '/one/dir/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/1', 'a=1; Path=/one', 'the one path'],
    ['Set-Cookie' => 'a=1; Path=/2', 'a=1; Path=/two', 'the other path'],
    ['Set-Cookie' => 'a=1; Path=/', '=', 'both'],
]);

# A mount that is derived from the request counts with those that are known from
# the configuration.
my $server = RevMap::Server->new(<<'END')->start;
RevMapAuto On
ProxyPass /a/ http://b.test/ctx/
ProxyPass /c/ http://c.test/ctx/
RewriteEngine On
RewriteRule ^/z/(.*)$ http://b.test/ctx/$1 [P]
RewriteRule ^/c/sub/(.*)$ http://c.test/ctx/sub/$1 [P]
END
for (
    ['/z/page', '/ctx', '/', 'of both mounts'],
    ['/z/page', '/ctx/y', '/', 'of both mounts, below'],
    ['/a/page', '/ctx', '/a', 'of the one that is written'],
    ['/c/sub/page', '/ctx/sub', '/c/sub', 'of one'],
) {
    my ($target, $inside, $path, $name) = @$_;
    maps({ host => 'alone.test', port => $server->port }, $target, 200, [
        ['Set-Cookie' => "a=1; Path=$inside", "a=1; Path=$path", $name],
        ['Set-Cookie' => 'a=1', 'a=1' . ($path eq '/' ? '; Path=/' : ''),
            "$name, without Path"],
    ]);
}
$server->stop;

# one mount within another
mount_maps('the outer mount', {
    host    => 'auto-nested.test',
    public  => '/app',
    backend => 'http://b.test:8080',
    inside  => '',
    extra   => [
        [Location => 'http://c.test/y', '/app/sub/y', 'the inner one'],
        [Location => '/app/y', '=', 'already public'],
        [Location => '/app/sub/y', '=', 'the inner one, in public terms'],
    ],
});
mount_maps('the inner mount', {
    host    => 'auto-nested.test',
    public  => '/app/sub',
    backend => 'http://c.test',
    inside  => '',
    extra   => [
        [Location => 'http://b.test:8080/y', '/app/y', 'the outer one'],
        [Location => '/app/sub/y', '=', 'already public'],
        [Location => '/app/y', '=', 'the outer one, in public terms'],
    ],
});

# at the root
mount_maps('the root', {
    host   => 'auto-root.test',
    public => '',
    extra  => [
        [Location => 'http://b.test:8080/ctx', '/', 'its own root'],
        [Location => '/y', '=', 'already public'],
    ],
    %b,
});
maps('auto-same.test', '/dir/page', 302, [
    [Location => 'http://b.test:8080/y?q', '/y?q', 'absolute'],
    [Location => 'http://b.test:8080', '/', 'nothing but the origin'],
    [Location => '//b.test:8080/y', '/y', 'network path'],
    [Location => '/y', '=', 'path'],
    [Location => '../y', '=', 'relative'],
    [Location => '/api/y', '=', 'another mount'],
    [Location => 'http://c.test/y', '/api/y', 'another backend'],
    [Location => 'http://foreign.example/y', '=', 'foreign'],
    [Location => '//foreign.example/y', '=', 'foreign'],
]);
maps('auto-same.test', '/dir/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/', '=', 'cookie'],
    ['Set-Cookie' => 'a=1; Path=/y; Domain=b.test', 'a=1; Path=/y', 'domain'],
]);

# stock directives beside it
maps('auto-stock.test', '/app/dir/page', 302, [
    [Location => 'http://b.test:8080/ctx/y', 'http://auto-stock.test/app/y',
        'as before'],
    [Location => '/ctx/y', '/app/y', 'what they leave is mapped'],
    [Location => '//b.test:8080/ctx/y', '/app/y', 'likewise'],
    [Location => '../../ctx/y', '/app/y', 'likewise'],
    [Location => 'http://foreign.example/ctx/y', '=', 'foreign'],
    [Location => 'http://auto-stock.test/ctx/y', '=', 'not from the backend'],
]);
maps('auto-stock.test', '/app/dir/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/ctx; Domain=b.test',
        'a=1; Path=/app; Domain=auto-stock.test', 'as before'],
    ['Set-Cookie' => 'a=1; Path=/', '=', 'wider'],
]);

done_testing();
