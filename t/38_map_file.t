# SPDX-License-Identifier: Apache-2.0
#
# RevMapFile: a map that is kept in a file, and may change while httpd runs.

use strict;
use warnings;

use Time::HiRes qw(sleep);

use lib 't/lib';
use RevMap::Server;
use RevMap::Test;

use constant PATIENCE => 30;            # seconds

# One process, so that each change is spoken of once.
my $PROCESS = <<'END';
ServerLimit 1
<IfModule mpm_prefork_module>
    MaxRequestWorkers 1
</IfModule>
<IfModule !mpm_prefork_module>
    ThreadsPerChild 4
    MaxRequestWorkers 4
</IfModule>
END

sub server {
    my ($lines, %files) = @_;
    my $server = RevMap::Server->new($PROCESS . $lines);
    $server->put($_ => $files{$_}) for sort keys %files;
    return $server;
}

sub client {
    my ($server, %is) = @_;
    return { host => 'alone.test', port => $server->port, %is };
}

# The Location that a client gets; '' while the server cannot be reached.
sub location {
    my ($server, $target, $sent) = @_;
    my $got = eval {
        get(%{ client($server) }, target => $target,
            reply => reply(302, [[Location => $sent]]))->header('Location');
    };
    return defined $got ? $got : '';
}

sub becomes {
    my ($server, $sent, $expected, $name) = @_;
    my $got;
    for (1 .. 10 * PATIENCE) {
        $got = location($server, '/shop/page', $sent);
        last if $got eq $expected;
        sleep 0.1;
    }
    is($got, $expected, $name);
    return;
}

my $log_start = -s setting('t_logs') . '/error_log' || 0;

# What the log has said since this file began.
sub said {
    my ($pattern) = @_;
    my $path = setting('t_logs') . '/error_log';
    open my $file, '<', $path or die "$path: $!\n";
    seek $file, $log_start, 0;
    my @lines = grep { $_ =~ $pattern } <$file>;
    return scalar @lines;
}

sub says {
    my ($pattern, $name) = @_;
    for (1 .. 10 * PATIENCE) {
        last if said($pattern);
        sleep 0.1;
    }
    is(said($pattern), 1, $name);
    expect_in_log($pattern);
    return;
}

# ---- what it does -----------------------------------------------------------

my $MAP = <<"END";
\xef\xbb\xbf# public              backend
/shop/                http://b.test:8080/ctx/\r

  /blog/   \t http://c.test/
!                     http://c.test/static/
https://www.test/w/   http://d.test/
END

my $server = server(<<'END', 'shop.map' => $MAP)->start;
ProxyPass /shop/ http://b.test:8080/ctx/
ProxyPass /blog/ http://c.test/
RevMapFile shop.map
END
maps(client($server), '/shop/page', 302, [
    [Location => 'http://b.test:8080/ctx/x?y', '/shop/x?y', 'a rule'],
    [Location => '/ctx/x', '/shop/x', 'a path of the backend that answered'],
    [Location => 'http://c.test/x', '/blog/x', 'the rule of another line'],
    [Location => 'http://c.test/static/x', '=', 'excluded'],
    [Location => 'http://d.test/x', 'https://www.test/w/x', 'a public URL'],
    [Location => '/blog/x', '=', 'the public path of another rule'],
    [Location => 'http://foreign.test/x', '=', 'foreign'],
]);
maps(client($server), '/shop/page', 200, [
    ['Set-Cookie' => 'a=1; Path=/ctx/cart; Domain=b.test',
        'a=1; Path=/shop/cart', 'a cookie'],
]);
is(said(qr/RM04/), 0, 'nothing to say');
$server->stop;

$server = server(<<'END',
ProxyPass /shop/ http://b.test:8080/ctx/
ProxyPass /blog/ http://c.test/
RevMapFile all.map
<Location /shop/>
    RevMapFile shop.map
    RevMap http://b.test:8080/ctx/deep/
</Location>
<Location /blog/>
    RevMap none
    RevMapFile blog.map
</Location>
END
    'all.map'  => "/all/ http://all.test/\n",
    'shop.map' => "/shop/ http://b.test:8080/ctx/\n/s/ http://two.test/\n",
    'blog.map' => "/blog/ http://c.test/\n/b/ http://two.test/\n")->start;
maps(client($server), '/shop/page', 302, [
    [Location => 'http://all.test/x', '/all/x', 'of the server'],
    [Location => 'http://two.test/x', '/s/x', 'of the section'],
    [Location => '/ctx/deep/x', '/shop/x', 'beside a line, which is longer'],
    [Location => 'http://c.test/x', '=', 'of another section'],
]);
maps(client($server), '/blog/page', 302, [
    [Location => 'http://all.test/x', '=', 'RevMap none forgets that of the '
        . 'server'],
    [Location => 'http://two.test/x', '/b/x', 'and not that of the section'],
    [Location => '/shop/x', '=', 'the public side of a file elsewhere'],
]);
$server->stop;

$server = server(<<'END',
RevMapFile all.map
RevMapFile more.map
RevMapEngine On
<VirtualHost *>
    ServerName alone.test
    ProxyPass /shop/ http://b.test:8080/ctx/
    RevMapFile shop.map
</VirtualHost>
<VirtualHost *>
    ServerName other.test
    ProxyPass /shop/ http://b.test:8080/ctx/
</VirtualHost>
END
    'all.map'  => "/all/ http://all.test/\n",
    'more.map' => "/more/ http://more.test/\n",
    'shop.map' => "/shop/ http://b.test:8080/ctx/\n")->start;
maps(client($server), '/shop/page', 302, [
    [Location => 'http://b.test:8080/ctx/x', '/shop/x', 'of a virtual host'],
    [Location => 'http://all.test/x', '/all/x', 'inherited'],
    [Location => 'http://more.test/x', '/more/x', 'the second one'],
]);
maps(client($server, host => 'other.test'), '/shop/page', 302, [
    [Location => 'http://b.test:8080/ctx/x', '=', 'of another virtual host'],
    [Location => 'http://all.test/x', '/all/x', 'of the main server'],
]);
$server->stop;

# ---- cookies ----------------------------------------------------------------

# A cookie is for all public sides of its backend, wherever they are written.
my $rule = "/shop/ http://b.test:8080/ctx/\n";
my $other = "/more/ http://b.test:8080/ctx/\n";
my $unlike = "/more/ http://b.test:8081/ctx/\n";
for (
    ['of one file',            '/shop', '',                   $rule],
    ['with two rules',         '/',     '',                   $rule . $other],
    ['beside a line',          '/',     "RevMap $other",      $rule],
    ['beside that of another', '/shop', "RevMap $unlike",     $rule],
    ['of two files',           '/',     'RevMapFile two.map', $rule, $other],
    ['of different backends',  '/shop', 'RevMapFile two.map', $rule, $unlike],
) {
    my ($name, $path, $lines, $one, $two) = @$_;
    $server = server(<<"END", 'one.map' => $one, 'two.map' => $two // $one)
ProxyPass /shop/ http://b.test:8080/ctx/
RevMapFile one.map
$lines
END
        ->start;
    maps(client($server), '/shop/page', 200,
        [['Set-Cookie' => 'a=1; Path=/ctx', "a=1; Path=$path", $name]]);
    $server->stop;
}

# ---- a file that changes ----------------------------------------------------

sub one { return "/shop/ http://b.test:8080/ctx/\n/$_[0]/ http://x.test/\n" }

$server = server(<<'END', 'a.map' => one('one'))->start;
ProxyPass /shop/ http://b.test:8080/ctx/
RevMapFile a.map check=1
END
my $x = 'http://x.test/y';
becomes($server, $x, '/one/y', 'as it was');
$server->put('a.map', one('cut') . $other);
becomes($server, $x, '/cut/y', 'another rule');
my @cookie = ('Set-Cookie' => 'a=1; Path=/ctx');
maps(client($server), '/shop/page', 200,
    [[@cookie, 'a=1; Path=/', 'a cookie is for this one, too']]);
$server->put('a.map', one('two'));
becomes($server, $x, '/two/y', 'a new file takes its place');
open my $same, '>', $server->path('a.map') or die "a.map: $!\n";
print {$same} one('ten');
close $same;
becomes($server, $x, '/ten/y', 'written to in place, of the same size');
maps(client($server), '/shop/page', 200,
    [[@cookie, 'a=1; Path=/shop', 'a cookie is for the one that is left']]);

my $path = quotemeta $server->path('a.map');
my $stay = 'rules of before that stay in force: 2';
$server->put('a.map', one('six') . "# so far so good\n/seven http//x.test\n");
says(qr{RM0401: $path:4: 'http//x.test' is neither .*; $stay},
    'a broken file is reported with its line');
is(location($server, '/shop/page', $x), '/ten/y', 'and the old map stays');
$server->put('a.map', "# nothing\n");
says(qr{RM0401: $path has no rule: write .*; $stay}, 'an empty one, too');
is(location($server, '/shop/page', $x), '/ten/y', 'and the old map stays');
unlink $server->path('a.map');
says(qr{RM0401: $path cannot be read \(No such file .*\); $stay},
    'and one that is gone');
is(location($server, '/shop/page', $x), '/ten/y', 'and the old map stays');
mkdir $server->path('a.map');
says(qr{RM0401: $path cannot be read \(it is no regular file\); $stay},
    'and a directory');
rmdir $server->path('a.map');
$server->put('b.map', '');
truncate $server->path('b.map'), (1 << 30) + 1;
rename $server->path('b.map'), $server->path('a.map');
says(qr{RM0401: $path cannot be read \(it is larger than 1 GB\); $stay},
    'and one that is too large');
is(location($server, '/shop/page', $x), '/ten/y', 'and the old map stays');
$server->put('b.map', one('hid'));
chmod 0, $server->path('b.map');
rename $server->path('b.map'), $server->path('a.map');
says(qr{RM0401: $path cannot be read \(Permission denied\); $stay},
    'and one that must not be read');
chmod 0644, $server->path('a.map');
becomes($server, $x, '/hid/y', 'until it may be');
$server->put('a.map', one('six') . "http://other.test/ /x/\n");
says(qr{RM0401: $path:3: 'http://other.test' is no name of this virtual host: }
    . qr{swap .*; $stay}, 'and a foreign public side of a mere path');
$server->put('a.map', one('new'));
becomes($server, $x, '/new/y', 'a good one is taken then');
$server->put('a.map', one('new') . "http://alone.test/z/ /z/\n");
becomes($server, '/z/y', 'http://alone.test/z/y' =~ s{^http://[^/]+}{}r,
    'our own host may stand there');

# ---- processes --------------------------------------------------------------

# Each answer comes from a new one, which looks at the file as it begins, and
# has what the parent process has seen if that is of no use.
# prefork is the one that begins processes at once.
sub prefork { return map { s/mpm_(?:event|worker)/mpm_prefork/gr } @_ }

my $short = RevMap::Server->new($PROCESS . <<'END', modules => \&prefork);
MaxConnectionsPerChild 1
ProxyPass /shop/ http://b.test:8080/ctx/
RevMapFile a.map check=3600
END
$short->put('a.map', one('one'))->start;
becomes($short, $x, '/one/y', 'a new process');
$short->put('a.map', one('two'));
becomes($short, $x, '/two/y', 'the next ones have the new map');
# The parent looks once in a while; then it is its map that the others have.
location($short, '/shop/page', $x) for 1 .. 6;
$short->put('a.map', "/broken/\n");
becomes($short, $x, '/two/y', 'and keep it while the file is broken');
expect_in_log(qr/RM0401: .*a.map:1: '.broken.' stands alone/);
$short->stop;

# ---- check=off --------------------------------------------------------------

my $off = server(<<'END', 'a.map' => one('one'))->start;
ProxyPass /shop/ http://b.test:8080/ctx/
RevMapFile a.map check=off
END
becomes($off, $x, '/one/y', 'as it was at the start');
$off->put('a.map', one('two'));
$server->put('a.map', one('last'));
becomes($server, $x, '/last/y', 'where it is looked for, a change is seen');
is(location($off, '/shop/page', $x), '/one/y', 'and check=off does not look');
$off->restart($PROCESS . <<'END');
ProxyPass /shop/ http://b.test:8080/ctx/
RevMapFile a.map
END
becomes($off, $x, '/two/y', 'but a restart reads it');
$_->stop for $off, $server;

# ---- mistakes ---------------------------------------------------------------

sub config {
    my ($lines, %files) = @_;
    my ($status, $output) = server($lines, %files)->check;
    return ($status, $output);
}

my @REFUSED = (
    ['RevMapFile', undef, qr/RevMapFile takes 1-2 arguments/],
    ['RevMapFile a.map chek=1', '/a/ /b/',
        qr/RevMapFile: 'chek=1' is unknown: write check=seconds or check=off/],
    ['RevMapFile a.map check=0', '/a/ /b/',
        qr/'0' is no number of seconds from 1 to 86400: write it, or/],
    ['RevMapFile a.map check=1s', '/a/ /b/', qr/'1s' is no number of seconds/],
    ['RevMapFile a.map check=', '/a/ /b/', qr/'' is no number of seconds/],
    ['RevMapFile no.map', '/a/ /b/',
        qr{RevMapFile: /\S*/no.map cannot be read \(No such file}],
    ['RevMapFile /', '/a/ /b/', qr/cannot be read \(it is no regular file\)/],
    ['RevMapFile a.map', '', qr{/a.map has no rule: write lines like '/pub}],
    ['RevMapFile a.map', "/a/ /b/\n\n/a/ balancer://x/\n",
        qr{/a.map:3: 'balancer://x/' cannot stand here}],
    ['RevMapFile a.map', "/a/ http://%{HTTP_HOST}/\n",
        qr{/a.map:1: 'http://%\{HTTP_HOST\}/' is an expression: write a Rev}],
    ['RevMapFile a.map', "/a/ /b/ /c/\n", qr{/a.map:1: '/c/' is one word too}],
    ['RevMapFile a.map', "/a/ /b/\n\0", qr{/a.map:2: there is a NUL byte}],
    ['RevMapFile a.map', "http://b.test/x /b/\n",
        qr{/a.map:1: 'http://b.test' is no name of this virtual host}],
    ["<Directory />\nRevMapFile a.map\n</Directory>", '/a/ /b/',
        qr/RevMapFile cannot occur within <Directory> section/],
);
for (@REFUSED) {
    my ($lines, $map, $pattern) = @$_;
    my ($status, $output) = config($lines, defined $map ? ('a.map', $map) : ());
    ok($status && $output =~ $pattern, "refused: $lines")
        or diag("status $status, wanted $pattern\n$output");
}

for my $lines ('RevMapFile a.map', 'RevMapFile a.map check=60',
    "RevMapFile a.map CHECK=OFF\nRevMapEngine On",
    "<Location /x>\nRevMapFile a.map\n</Location>") {
    my ($status, $output) = config($lines, 'a.map' => "/a/ http://b.test/\n");
    ok(!$status && $output !~ /revmap/i, "accepted: $lines") or diag($output);
}

# A host that stands in a file is a host of this site for RevMapExpect, too.
{
    my ($status, $output) = config("RevMapFile a.map\n"
        . 'RevMapExpect http://tenant.test/a/x "Location: http://b.test/y" '
        . 'http://tenant.test/a/y',
        'a.map' => "http://tenant.test/a/ http://b.test/\n");
    ok(!$status && $output !~ /revmap/i, 'RevMapExpect on a host of the file')
        or diag($output);
}

# What "RevMap none" forgets is no mount of this site any more.
{
    my ($status, $output) = config("RevMapFile a.map\nRevMap none\n"
        . "RevMap /p/ http://b.test/\n"
        . 'RevMapExpect /p/ "Location: /a/x" /p/a/x',
        'a.map' => "/a/ http://a.test/\n");
    ok(!$status && $output !~ /revmap/i, 'a file in front of RevMap none')
        or diag($output);
}
my $foreign = "RevMapFile a.map\nRevMap none\n";
for (
    ['the file of no section', $foreign, 0],
    ['that is named again', $foreign . 'RevMapFile a.map', 1],
    ['that a section names, too',
        "<Location /x>\nRevMapFile a.map\n</Location>\n$foreign", 1],
    ['that a virtual host names, too', "$foreign<VirtualHost *>\n"
        . "ServerName b.test\nRevMapFile a.map\n</VirtualHost>", 0],
) {
    my ($name, $lines, $is_refused) = @$_;
    my ($status, $output) = config($lines, 'a.map' => "http://b.test/x /b/\n");
    is($output =~ /RM0405/ ? 1 : 0, $is_refused, "RevMap none forgets $name")
        or diag($output);
}

# A user whom a group lists, and that group.
sub member {
    setgrent;
    while (my (undef, undef, $group, $members) = getgrent) {
        my ($user) = grep { getpwnam $_ } split ' ', $members;
        return ($user, $group) if defined $user;
    }
    return;
}

SKIP: {
    skip 'only root starts a server for another user', 4 if $>;
    my ($user, $group) = member();
    for (
        ['of root alone', 0600, 0, 1],
        ['of another group', 0640, 0, 1],
        ['of the Group', 0640, scalar getgrnam setting('group'), 0],
        ['of a group that lists the User', 0640, $group, 0],
    ) {
        my ($name, $mode, $gid, $is_told) = @$_;
        skip 'no group lists a user', 1 if !defined $gid;
        my $private = server('RevMapFile a.map'
                . ($name =~ /lists/ ? "\nUser $user" : ''),
            'a.map' => "/a/ http://b.test/\n");
        chown 0, $gid, $private->path('a.map');
        chmod $mode, $private->path('a.map');
        my ($status, $output) = $private->check;
        is($output =~ /RM0404: .*a.map cannot be read by the User/ ? 1 : 0,
            $is_told, "a file $name") or diag($output);
    }
}

done_testing();
