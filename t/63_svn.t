# SPDX-License-Identifier: Apache-2.0
#
# Subversion: svn works through the proxy as it does without one, copies,
# moves, locks and commits included. Its server, mod_dav_svn, names resources
# in headers of its own (@dav), and the client does in Destination and If.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

use constant {
    USER     => 'admin',
    PASSWORD => 'no secret',
};

needs(qw(proxy_http ssl));
my $svn      = program('svn');
my $svnadmin = program('svnadmin');
my @modules  = RevMap::Server::extra_modules(
    qw(dav dav_svn auth_basic authn_core authn_file authz_user));
not_installed('libapache2-mod-svn') if !@modules;

my @running;
END { $_->stop for @running }

my $dir = workplace('svn');
my ($certificate, $key) = certificate("$dir", 'localhost');
my $server  = start_server();
my $backend = 'http://127.0.0.1:' . $server->port;

my @tls   = ('SSLEngine On', "SSLCertificateFile '$certificate'",
    "SSLCertificateKeyFile '$key'");
my @same  = ("ProxyPass /svn/ $backend/svn/", "RevMap /svn/ $backend/svn/");
my @other = ("ProxyPass /code/ $backend/svn/",
    "RevMap /code/ $backend/svn/");
my %lines = (
    plain    => [@same, 'RevMapHeader @dav'],
    tls      => [@same, 'RevMapHeader @dav', @tls],
    unmapped => [@same, @tls, 'RevMapRequest none'],
    prefix   => [@other, 'RevMapHeader @dav'],
    no_dav   => \@other,
);
my %port  = map { $_ => RevMap::Server::free_port() } keys %lines;
my $front = RevMap::Server->new('');
$front->write_config(join '', map { site($port{$_}, @{ $lines{$_} }) }
    sort keys %lines);
push @running, $front->start;

# What is done in a new working copy: commands of svn, URL being that of the
# repository, and files that get a line.
my @WORK = map { [split] } split /\n/, <<'END';
mkdir -mstart URL/trunk URL/branches
checkout URL/trunk .
mkdir dir
+ a.txt one
+ dir/b.txt two
add a.txt dir/b.txt
propset svn:eol-style native a.txt
commit -mfirst
copy a.txt c.txt
move dir moved
+ c.txt three
commit -mcopies
update
copy -mbranch URL/trunk URL/branches/one
move -mrename URL/branches/one URL/branches/two
log -v URL
list -v -R URL
info
proplist -v -R
lock a.txt -mmine
+ a.txt four
commit -mlocked --no-unlock a.txt
status -u
unlock a.txt
lock c.txt
+ c.txt five
commit -munlocked c.txt
blame c.txt
cat URL/trunk/c.txt@3
diff URL/trunk@2 URL/branches/two
switch URL/branches/two
delete moved
commit -mdeleted
switch URL/trunk
merge URL/branches/two
commit -mmerged
propset --revprop -r1 svn:log start
propget --revprop -r1 svn:log URL
log -v -g URL/trunk
export URL/trunk exported
mergeinfo URL/branches/two
END

my @direct = work("$backend/svn", 'direct');
is(join('', map { $_->[1] =~ /^(svn: .*)/mg } @direct), '',
    'all of it can be done directly');
for (
    ['plain', 'http',  'another host and port'],
    ['tls',   'https', 'https in front'],
) {
    my ($site, $scheme, $name) = @$_;
    my @proxied = work("$scheme://localhost:$port{$site}/svn", $site);
    for my $i (0 .. $#direct) {
        is_deeply($proxied[$i], $direct[$i], "$name: svn $direct[$i][0]")
            or last;
    }
}

# mod_dav takes a Destination for another server's that has another scheme.
{
    my ($failed) = reverse work("https://localhost:$port{unmapped}/svn",
        'unmapped');
    is($failed->[0], 'commit -mcopies',
        'RevMapRequest none: the work ends where files are copied');
    like($failed->[1], qr/502 'Bad Gateway'/, 'which cannot be done');
}

# At another path, the requests and answers whose bodies name no resource.
my $other = "http://localhost:$port{prefix}/code/direct";
for (
    'info URL', 'info URL/trunk/a.txt', 'list -v -R URL', 'log -v URL',
    'log -v -g URL/trunk', 'cat URL/trunk/c.txt@3', 'blame URL/trunk/c.txt',
    'proplist -v URL/trunk/a.txt', 'propget --revprop -r1 svn:log URL',
    'propset --revprop -r1 svn:log again URL', 'mergeinfo URL/branches/two',
) {
    my ($expected) = said("$dir", "$backend/svn/direct", split);
    my ($got)      = said("$dir", $other, split);
    is_deeply($got, $expected, "another path: svn $_");
}
for (
    ['checkout URL/trunk copy',         qr/does not refer to this repository/],
    ['export URL/trunk copy',           qr/does not refer to this repository/],
    ['diff URL/trunk@2 URL/trunk',      qr/does not refer to this repository/],
    ['mkdir -mno URL/new',              qr/'MERGE' is not allowed/],
    ['delete -mno URL/trunk',           qr/'MERGE' is not allowed/],
) {
    my ($command, $why) = @$_;
    my ($got) = said("$dir", $other, split ' ', $command);
    like($got->[1], qr/^svn: E\d+: .*$why/m, "another path: no svn $command");
}
# Without the headers of @dav, it is nothing at all.
{
    my $url   = "http://localhost:$port{no_dav}/code/direct";
    my ($got) = said("$dir", $url, 'info', 'URL');
    like($got->[1], qr/^svn: E\d+: /m, 'another path, without @dav: no info');
}

done_testing();

# What svn says to each command of the work in a new repository.
sub work {
    my ($parent, $name) = @_;
    system($svnadmin, 'create', "$dir/data/$name") == 0
        or die "svnadmin create failed\n";
    my $hook = "$dir/data/$name/hooks/pre-revprop-change";
    write_file($hook, "#!/bin/sh\nexit 0\n");
    chmod 0755, $hook;
    system 'chmod', '-R', 'a+rwX', "$dir/data/$name";

    my $copy = "$dir/$name";
    mkdir $copy or die "$copy: $!\n";
    my @said;
    for (@WORK) {
        my ($command, @arguments) = @$_;
        if ($command eq '+') {
            append("$copy/$arguments[0]", $arguments[1]);
            next;
        }
        push @said, said($copy, "$parent/$name", @$_);
        last if $said[-1][1] =~ /^svn: /m;
    }
    return @said;
}

# One command, and what svn says to it in lines, which have no order: less
# what is different each time.
sub said {
    my ($copy, $url, @command) = @_;
    my (undef, $said) = run_program($copy, $svn,
        '--non-interactive', '--no-auth-cache', "--config-dir=$dir/config",
        '--trust-server-cert-failures=unknown-ca', '--username=' . USER,
        '--password=' . PASSWORD, map { s/^URL/$url/r } @command);
    for ($said) {
        s{\Q$url\E}{URL}g;
        s{\Q$copy\E}{COPY}g;
        s{^(Repository UUID: |Lock Token: ).*}{$1...}gm;
        s{\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ \(.*?\)}{DATE}g;
        s{[A-Z][a-z][a-z] \d\d \d\d:\d\d}{DATE}g;
    }
    return ["@command", join "\n", sort split /\n/, $said];
}

sub append {
    my ($path, $line) = @_;
    open my $file, '>>', $path or die "$path: $!\n";
    print {$file} "$line\n";
    close $file or die "$path: $!\n";
    return;
}

sub svn {
    my ($copy, @arguments) = @_;
    return run_program($copy, $svn, @arguments, '--non-interactive',
        '--no-auth-cache', '--trust-server-cert-failures=unknown-ca',
        '--username=' . USER, '--password=' . PASSWORD);
}

# A server of repositories, for one user.
sub start_server {
    my $own = RevMap::Server->new('', modules => sub { (@_, @modules) });
    chomp(my $hash = `openssl passwd -apr1 '@{[PASSWORD]}'`);
    write_file("$dir/users", USER . ":$hash\n");
    $own->write_config(<<"END");
<Location "/svn">
    Dav svn
    SVNParentPath "$dir/data"
    AuthType Basic
    AuthName "repositories"
    AuthUserFile "$dir/users"
    Require valid-user
</Location>
END
    push @running, $own->start;
    return $own;
}
