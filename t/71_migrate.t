# SPDX-License-Identifier: Apache-2.0
#
# `httpd -t -D REVMAP_MIGRATE`: a large configuration with the stock directives
# and what that makes of it answer alike, but for the known flaws, which are
# the rows that have two values.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Config;
use RevMap::Server;
use RevMap::Test;

needs(qw(proxy_balancer rewrite));

use constant HOSTS => 24;

# %P: the public path without slash, %B: the backend's host, %H: the public
# one.
# A row: header, what the backend sends, what the client gets (=: the same),
# and, where the stock answer is wrong, what it gets after the migration.
# Redirects to the public host are written as paths here.
my @SHAPES = (
    { name => 'the root of a backend', pass => ['%P/', 'http://%B/'],
        reverse => [['%P/', 'http://%B/']],
        lines   => ['ProxyPassReverseCookiePath / %P/',
            'ProxyPassReverseCookieDomain %B %H'],
        rows => [
            [Location     => 'http://%B/x?y=/z#f', '%P/x?y=/z#f'],
            [Location     => 'http://%B/', '%P/'],
            [Location     => 'https://foreign.test/x', '='],
            [Location     => 'http://%Bx/y', '='],
            [Location     => 'y', '='],
            [Location     => '%P/x', '='],
            [Location     => '/x', '=', '%P/x'],
            [Location     => '//%B/x', '=', '%P/x'],
            [Location     => 'http://%B?x', '=', '%P/?x'],
            [Location     => 'http://%B:80/x', '=', '%P/x'],
            [Location     => 'https://%B/x', '=', '%P/x'],
            [URI          => 'http://%B/x', '%P/x'],
            [Refresh      => '0; url=http://%B/x', '=', '0; url=%P/x'],
            ['Set-Cookie' => 'a=1; Path=/; Secure', 'a=1; Path=%P/; Secure'],
            ['Set-Cookie' => 'b=1; Path=%P', 'b=1; Path=%P/'],
            ['Set-Cookie' => 'c=1; Path=/; Domain=%B',
                'c=1; Path=%P/; Domain=%H'],
            ['Set-Cookie' => 'd=1; Domain=o.test', '='],
            ['Set-Cookie' => 'e=1', '='],
            ['Set-Cookie' => 'f=1; Path=/x', 'f=1; Path=%P/', 'f=1; Path=%P/x'],
            ['Set-Cookie' => 'g=1; Path=%P/x', 'g=1; Path=%P/', '='],
            ['Set-Cookie' => '__Host-h=1; Path=/', '__Host-h=1; Path=%P/', '='],
            ['Set-Cookie' => 'path=/x; Secure', 'path=%P/; Secure', '='],
            ['Set-Cookie' => 'i=1; Domain=.%B', '=', 'i=1; Domain=%H'],
        ] },
    { name => 'a context, no slash', pass => ['%P', 'http://%B/ctx'],
        reverse => [['%P', 'http://%B/ctx']],
        lines   => ['ProxyPassReverseCookiePath /ctx %P'],
        rows    => [
            [Location     => 'http://%B/ctx/x', '%P/x'],
            [Location     => 'http://%B/ctx', '%P'],
            [Location     => 'http://%B/ctx?x', '%P?x'],
            [Location     => 'http://%B/other', '='],
            [Location     => '/other', '='],
            [Location     => '/ctx/x', '=', '%P/x'],
            [Location     => 'http://%B/ctx-old/x', '%P-old/x', '='],
            [Location     => 'http://%B/CTX/x', '%P/x', '='],
            ['Set-Cookie' => 'a=1; Path=/ctx', 'a=1; Path=%P'],
            ['Set-Cookie' => 'b=1; Path=/', '='],
            ['Set-Cookie' => 'c=1; Path=/ctx/x', 'c=1; Path=%P',
                'c=1; Path=%P/x'],
            ['Set-Cookie' => 'd=1; Path=/ctx-old', 'd=1; Path=%P', '='],
            ['Set-Cookie' => 'e=1; Domain=%B', '=', 'e=1'],
        ] },
    { name => 'a context and port, and no cookie lines',
        pass    => ['%P/', 'http://%B:8080/a/b/'],
        reverse => [['%P/', 'http://%B:8080/a/b/'], ['%P/', '/a/b/']],
        where   => 'section',
        lines   => [],
        rows    => [
            [Location     => 'http://%B:8080/a/b/x', '%P/x'],
            [Location     => 'http://%B:8080/a/c/x', '='],
            [Location     => 'http://%B:8081/a/x', '='],
            [Location     => '/a/b/x', '%P/x'],
            [Location     => 'http://o.test/x?u=http://%B:8080/a/b/', '='],
            [Location     => 'http://o.test/a/b/x', '%P/x', '='],
            [Location     => '/a/b/x?u=http://%B/a/b/y', '%P/y',
                '%P/x?u=http://%B/a/b/y'],
            ['Set-Cookie' => 'a=1; Path=/a/b', '=', 'a=1; Path=%P'],
            ['Set-Cookie' => 'b=1; Path=/', '='],
        ] },
    { name => 'a blank in the path', pass => ['%P x/', 'http://%B/'],
        reverse => [['%P x/', 'http://%B/']],
        lines   => [],
        page    => '%P%20x/page',
        rows    => [
            [Location => 'http://%B/x', '%P x/x', '%P%20x/x'],
            [Location => 'https://o.test/', '='],
        ] },
    { name => 'slashes that disagree', pass => ['%P', 'http://%B/'],
        reverse => [['%P', 'http://%B/']],
        lines   => [],
        rows    => [
            [Location => 'http://%B/', '%P', '%P/'],
            [Location => 'http://%B/x', '%Px', '%P/x'],
        ] },
    { name => 'a host without a path', pass => ['%P', 'http://%B'],
        reverse => [['%P', 'http://%B']],
        lines   => [],
        rows    => [
            [Location => 'http://%B/x', '%P/x'],
            [Location => 'http://%B', '%P', '%P/'],
            [Location => 'http://%B.evil.test/x', '%P.evil.test/x', '='],
            [Location => 'http://%B:8080/x', '%P:8080/x', '='],
        ] },
    { name => 'a path alone', pass => ['%P/', 'http://%B/'],
        reverse => [['%P/', '/ctx/']],
        where   => 'section',
        lines   => [],
        rows    => [
            [Location => '/ctx/x', '%P/x'],
            [Location => '/x', '='],
            [Location => 'http://%B/ctx/x', '%P/x'],
            [Location => 'http://o.test/ctx/x', '%P/x', '='],
        ] },
    { name => 'a path that no other backend has', pass => ['%P/', 'http://%B/'],
        reverse => [['%P/', '/only/']],
        where   => 'outside',
        lines   => [],
        rows    => [
            [Location     => '/only/x', '%P/x'],
            [Location     => 'http://o.test/only/x', '%P/x', '='],
            ['Set-Cookie' => 'a=1', '='],
        ] },
    { name => 'a URL as public side', pass => ['%P/', 'http://%B/'],
        reverse => [['https://%H%P/', 'http://%B/']],
        where   => 'outside',
        lines   => [],
        rows    => [
            [Location => 'http://%B/x', 'https://%H%P/x'],
            [Location => 'http://o.test/x', '='],
        ] },
    { name => 'a balancer', pass => ['%P/', 'balancer://%B/ctx/'],
        reverse => [['%P/', 'balancer://%B/ctx/']],
        lines   => [],
        before  => "<Proxy balancer://%B>\nBalancerMember http://%B\n"
            . "</Proxy>\n",
        rows    => [
            [Location => 'http://%B/ctx/x', '%P/x'],
            [Location => 'http://o.test/ctx/x', '='],
            [Location => '/ctx/x', '=', '%P/x'],
        ] },
    { name => 'a variable', pass => ['%P/', 'http://%B/'],
        reverse => [['%P/', 'http://${BACKEND}/ interpolate']],
        lines   => ['ProxyPassInterpolateEnv On'],
        before  => "SetEnvIf Request_URI ^%P/ BACKEND=%B\n",
        rows    => [
            [Location => 'http://%B/x', '%P/x'],
            [Location => 'http://o.test/x', '='],
        ] },
    { name => 'a Unix socket, as in ProxyPass', pass => ['%P/', 'http://%B/'],
        reverse => [['%P/', 'unix:/run/x|http://%B/']],
        lines   => [],
        rows    => [
            [Location => 'http://%B/x', '=', '%P/x'],
        ] },
);

# ---- the configuration ------------------------------------------------------

my @mounts;
expect_in_log('AH00111: Config variable \$\{BACKEND\} is not defined');

sub filled {
    my ($mount, $text) = @_;
    my %with = (P => $mount->{path}, B => $mount->{backend},
        H => $mount->{host});
    $text =~ s{%([PBH])}{$with{$1}}g;
    return $text;
}

sub quoted {
    return join ' ', map { / / && !/ interpolate$/ ? qq("$_") : $_ } @_;
}

# The mount outside of sections, or in a <Location>.
sub mount_lines {
    my ($mount) = @_;
    my $shape = $mount->{shape};
    my @pass    = map { filled($mount, $_) } @{ $shape->{pass} };
    my @reverse = map { [map { filled($mount, $_) } @$_] }
        @{ $shape->{reverse} };
    my @lines  = map { "    $_\n" } map { filled($mount, $_) }
        @{ $shape->{lines} };
    my $before = filled($mount, $shape->{before} || '');
    if (!$mount->{in_section}) {
        return ($before, 'ProxyPass ' . quoted(@pass) . "\n",
            (map { 'ProxyPassReverse ' . quoted(@$_) . "\n" } @reverse),
            # these have no public path in them: they need a section
            '<Location ' . quoted($pass[0]) . ">\n", @lines, "</Location>\n");
    }
    return ($before, '<Location ' . quoted($pass[0]) . ">\n",
        "    ProxyPass " . quoted($pass[1]) . "\n",
        (map { "    ProxyPassReverse " . quoted($_->[1]) . "\n" } @reverse),
        @lines, "</Location>\n");
}

sub old_config {
    my @lines;
    for my $host (1 .. HOSTS) {
        push @lines, "<VirtualHost *>\nServerName s$host.test:80\n";
        push @lines, "<IfModule proxy_module>\n" if $host % 2;
        for my $number (0 .. $#SHAPES) {
            my $shape = $SHAPES[$number];
            my $mount = { shape => $shape, host => "s$host.test",
                path => "/app$number", backend => "b$number.s$host.test",
                in_section => ($shape->{where} || '') eq 'section'
                    || (!$shape->{where} && ($host + $number) % 2) };
            push @mounts, $mount;
            push @lines, mount_lines($mount);
        }
        push @lines, "</IfModule>\n" if $host % 2;
        push @lines, "</VirtualHost>\n";
    }
    return join '', @lines;
}

# What an administrator does: puts each part into its virtual host, and takes
# out the lines that it names.
sub migrate {
    my ($server, $old) = @_;
    my ($httpd, $path) = (setting('httpd'), $server->config);
    my $said = `'$httpd' -t -D REVMAP_MIGRATE -f '$path' 2>/dev/null`;
    my (undef, @parts) = split /^# ==== /m, $said;
    my %part = map { /^<VirtualHost \S+ (\S+):80 .*?\n(.*)/s } @parts;
    my %gone = map { $_ => 1 } $said =~ /^\s*# \Q$path\E:(\d+) /mg;
    my $number = 0;
    my @lines = map { ++$number; $gone{$number} ? () : $_ }
        split /(?<=\n)/, RevMap::Daemon::read_text($path);
    my $new = join '', @lines;
    $new =~ s{.*?(?=^<VirtualHost)}{}ms;
    unlike($new, qr/ProxyPassReverse/, 'all stock lines are named');
    $new =~ s{(ServerName (\S+):80\n.*?)(?=^</VirtualHost>)}
             {"$1$part{$2}"}gmse;
    return $new;
}

# ---- the comparison ---------------------------------------------------------

# All headers of a mount in one response; the answers in the same order.
sub answers {
    my ($server, $mount) = @_;
    my $shape = $mount->{shape};
    my $page = filled($mount, $shape->{page} || '%P/page');
    my $response = get(port => $server->port, host => $mount->{host},
        target => $page,
        reply  => reply(302,
            [map { [$_->[0], filled($mount, $_->[1])] } @{ $shape->{rows} }]));
    my %of;
    push @{ $of{ lc $_->[0] } }, $_->[1] for @{ $response->{headers} };
    return map {
        my $value = shift @{ $of{ lc $_->[0] } };
        $value = "none ($response->{line})" if !defined $value;
        # an absolute redirect within the site is as good as its path
        $value =~ s{http://\Q$mount->{host}\E(?=/)}{};
        $value
    } @{ $shape->{rows} };
}

my $old    = old_config();
my $stock  = RevMap::Server->new($old);
my $new    = migrate($stock, $old);
my $module = RevMap::Server->new($new);
my ($exit, $said) = $module->check;
is($exit, 0, 'the new configuration is accepted') or diag($said);
unlike($said, qr/RevMap/, 'without a warning');
$stock->start;
$module->start;

my ($same, $flaws) = (0, 0);
for my $mount (@mounts) {
    my @before = answers($stock, $mount);
    my @after  = answers($module, $mount);
    for my $row (@{ $mount->{shape}{rows} }) {
        my ($name, $sent, $is, $better) = @$row;
        ($sent, $is, $better) = map {
            defined $_ ? filled($mount, $_ eq '=' ? $row->[1] : $_) : undef
        } $sent, $is, $better;
        my $got = [shift @before, shift @after];
        my $want = [$is, defined $better ? $better : $is];
        defined $better ? $flaws++ : $same++;
        next if "@$got" eq "@$want";
        my $where = $mount->{in_section} ? 'in a section' : 'outside';
        is_deeply($got, $want, "$mount->{shape}{name}, $where: $name: $sent");
    }
}
cmp_ok($same, '>', 900, "$same answers are as before");
cmp_ok($flaws, '>', 500, "$flaws others are not, being flaws");
$_->stop for $stock, $module;

# ---- what it prints ---------------------------------------------------------

# The output for the lines, without their path and what is around them.
sub printed {
    my ($lines) = @_;
    my $said = config_dump($lines, 'REVMAP_MIGRATE');
    $said =~ s{^(\s*# )\S*/httpd\.conf:\d+ }{$1}mg;
    $said =~ s{\A.*?# ==== server config\n}{}s;
    $said =~ s{^(?:Syntax OK|\[.*)\n}{}mg;
    return $said;
}

my @PRINTED = (
    ['what was right', <<'OLD', <<'NEW'],
ProxyPassReverse /a/ http://a.test/
OLD
# ProxyPassReverse /a/ http://a.test/
RevMap /a/ http://a.test/
NEW
    ['the same twice, and a path that a URL covers', <<'OLD', <<'NEW'],
ProxyPassReverse /a/ http://a.test/
ProxyPassReverse /a http://A.test:80
ProxyPassReverse /a/ /
OLD
# ProxyPassReverse /a/ http://a.test/
RevMap /a/ http://a.test/
# ProxyPassReverse /a http://A.test:80
#   the same as line 8
# ProxyPassReverse /a/ /
#   the line with the URL covers it; httpd took redirects to other hosts by it
NEW
    ['words that need quotes, and lines that did nothing', <<'OLD', <<'NEW'],
ProxyPassReverse "/a b/" "http://a.test/"
ProxyPassReverse /f/ fcgi://f.test/
ProxyPassReverse /g/ g.test:80/
ProxyPassReverseCookiePath / /a
ProxyPassReverseCookiePath / /b
OLD
# ProxyPassReverse "/a b/" "http://a.test/"
RevMap "/a b/" http://a.test/
# ProxyPassReverse /f/ fcgi://f.test/
#   it did nothing: no redirect has such a URL; see RevMapAuto
# ProxyPassReverse /g/ g.test:80/
#   'g.test:80/' lacks its scheme: write 'http://g.test:80/'
# ProxyPassReverseCookiePath / /a
RevMapCookiePath / /a
# ProxyPassReverseCookiePath / /b
#   it did nothing: line 11 comes first
NEW
    ['attributes behind a value', <<'OLD', <<'NEW'],
ProxyPassReverseCookiePath /c "/c/; Secure; SameSite=None"
ProxyPassReverseCookieDomain c.test ;HttpOnly
OLD
# ProxyPassReverseCookiePath /c "/c/; Secure; SameSite=None"
RevMapCookiePath /c /c/
RevMapCookie * Secure SameSite=None
# ProxyPassReverseCookieDomain c.test ;HttpOnly
RevMapCookieDomain c.test remove
RevMapCookie * HttpOnly
NEW
    ['patterns', <<'OLD', <<'NEW'],
<LocationMatch "^/m/(.*)$">
    ProxyPassReverse http://m.test/ctx/
</LocationMatch>
<Location ~ "^/(a|b)/">
    ProxyPassReverse http://m.test/
</Location>
OLD
<LocationMatch "^/m/(.*)$">
    # ProxyPassReverse http://m.test/ctx/
    #   httpd put the pattern into redirects
    RevMap /m/ http://m.test/ctx/
</LocationMatch>
<Location ~ "^/(a|b)/">
    # ProxyPassReverse http://m.test/
    #   httpd put the pattern into redirects; write RevMapRewrite or RevMapAuto
</Location>
NEW
    ['sections that RevMap may not stand in', <<'OLD', <<'NEW'],
<Directory /srv>
    ProxyPassReverseCookiePath /a /b
</Directory>
<Proxy http://p.test/>
    ProxyPassReverse http://p.test/
</Proxy>
OLD
# <Directory /srv>
    # ProxyPassReverseCookiePath /a /b
    #   write this into a <Location> or a virtual host:
    # RevMapCookiePath /a /b
# </Directory>
# <Proxy http://p.test/>
    # ProxyPassReverse http://p.test/
    #   httpd put the section's URL into redirects; write RevMap at ProxyPass
# </Proxy>
NEW
);
is(printed($_->[1]), $_->[2], "printed: $_->[0]") for @PRINTED;
is(config_dump('RevMap /a/ http://a.test/', 'REVMAP_MIGRATE'),
    "# No ProxyPassReverse lines are left.\nSyntax OK\n", 'nothing to do');

# What docs/moving.md tells people from other proxies to write.
my $guide = RevMap::Daemon::read_text('docs/moving.md');
my @lines = $guide =~ /^\| .*`(RevMap\w+ [^`]+)` *\|$/mg;
cmp_ok(scalar @lines, '>', 10, 'docs/moving.md has lines for others');
accepted([map { [$_] } @lines]);

SKIP: {
    skip 'httpd has no mod_headers', 1
        if !Apache::Test::have_module('headers');
    my $edits = <<'END';
<Location /a/>
    <If "true">
        Header edit Location http://a.test/ /a/
    </If>
</Location>
END
    is(printed($edits), <<'END', 'printed: Header edit');
<Location /a/>
    <If "true">
        # Header edit Location http://a.test/ /a/
        #   take it out if it did what RevMap does; it sees mapped values now
    </If>
</Location>
END
}

done_testing();
