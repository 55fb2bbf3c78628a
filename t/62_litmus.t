# SPDX-License-Identifier: Apache-2.0
#
# WebDAV: litmus, the test suite for its servers, finds Apache's mod_dav, and
# nginx, behind the proxy the same as without it. COPY and MOVE need the URL in
# Destination, conditions those in If.

use strict;
use warnings;

use lib 't/lib';
use RevMap::Nginx;
use RevMap::Real;
use RevMap::Server;
use RevMap::Test;

needs(qw(proxy_http ssl));
my $litmus = program('litmus');
my @dav    = RevMap::Server::extra_modules(qw(dav dav_fs));
plan(skip_all => 'httpd has no mod_dav_fs') if !@dav;
my @bodies = RevMap::Server::extra_modules('substitute');

my @running;
END { $_->stop for @running }

my $dir = workplace('litmus');
my ($certificate, $key) = certificate("$dir", 'localhost');
my $server  = start_server();
my $backend = 'http://127.0.0.1:' . $server->port;

# nginx takes a Destination for another server's that has another host.
my $place = workplace('nginx-dav');
mkdir "$place/data/dav" and chmod 01777, "$place/data/dav"
    or die "$place/data/dav: $!\n";
push @running, start_nginx($place);
my $nginx = 'http://127.0.0.1:' . setting('nginx_port');

my @tls   = ('SSLEngine On', "SSLCertificateFile '$certificate'",
    "SSLCertificateKeyFile '$key'");
my @same  = ("ProxyPass /dav/ $backend/dav/", "RevMap /dav/ $backend/dav/");
my @other = ("ProxyPass /files/ $backend/dav/",
    "RevMap /files/ $backend/dav/");
my %lines = (
    plain       => \@same,
    tls         => [@same, @tls],
    auto        => ["ProxyPass /dav/ $backend/dav/", 'RevMapAuto On',
        'ProxyPreserveHost On', @tls],
    # What takes off TLS, and the proxy behind it that is told so.
    front       => ['ProxyPass / http://127.0.0.1:BEHIND/', @tls,
        'ProxyPreserveHost On', 'RevMapEngine Off'],
    behind      => [@same, 'ServerName https://localhost:FRONT'],
    prefix      => \@other,
    members     => ['ProxyPass /files/ balancer://files/dav/', 'RevMapAuto On',
        '<Proxy balancer://files>', "BalancerMember $backend", '</Proxy>'],
    control     => [@same, @tls, 'RevMapRequest none'],
    bodies      => [@other, !@bodies ? () : (
        q(<If "%{REQUEST_METHOD} != 'GET'">),
        'SetOutputFilter SUBSTITUTE',
        'Substitute "s|<D:href>/dav/|<D:href>/files/|n"', '</If>')],
    nginx       => ["ProxyPass / $nginx/", 'RevMapAuto On'],
    nginx_path  => ["ProxyPass /files/ $nginx/dav/", 'RevMapAuto On'],
    nginx_plain => ["ProxyPass / $nginx/", 'RevMapEngine Off'],
    no_if       => [@other, 'RevMapRequest none', 'RevMapRequest Destination'],
);
my %port  = map { $_ => RevMap::Server::free_port() } keys %lines;
my $front = RevMap::Server->new('', modules => sub { (@_, @bodies) });
$front->write_config(
    join('', map { site($port{$_}, @{ $lines{$_} }) } sort keys %lines)
        =~ s{:(BEHIND|FRONT)\b}{":$port{ lc $1 }"}ger);
push @running, $front->start;

my %direct = results("$backend/dav/");
is(join(' ', failed(%direct)), '', 'nothing fails without a proxy');
cmp_ok(scalar keys %direct, '>=', 100, 'litmus has many tests');

for (
    ['plain', 'another host and port'],
    ['tls',   'https in front'],
    ['auto',  'https in front, RevMapAuto, ProxyPreserveHost On'],
    ['front', 'https taken off before this server'],
) {
    my ($site, $name) = @$_;
    my $scheme = $site eq 'plain' ? 'http' : 'https';
    my %proxied = results("$scheme://localhost:$port{$site}/dav/");
    # litmus has one test that it does not run over TLS.
    delete @$_{'http:expect100'} for \%proxied, my $expected = { %direct };
    is_deeply(\%proxied, $expected, "$name: the same, test by test");
}

# mod_dav takes a Destination for another server's that has another scheme.
{
    my %control = results("https://localhost:$port{control}/dav/");
    is_deeply([failed(%control)], [
        qw(copymove:copy_coll copymove:copy_overwrite copymove:copy_shallow
            copymove:copy_simple copymove:move copymove:move_coll locks:copy
            props:propmove),
    ], 'https in front, RevMapRequest none: no COPY and no MOVE');
}

# Bodies are not mapped: by the href in an answer to PROPFIND the client cannot
# find what it has asked for.
for (
    ['prefix',  'another path'],
    ['members', 'another path, a balancer, RevMapAuto'],
) {
    my ($site, $name) = @$_;
    my %proxied = results("http://localhost:$port{$site}/files/");
    is_deeply([failed(%proxied)], ['props:propfind_d0'], "$name: what fails");
    delete @$_{'props:propfind_d0'} for \%proxied, my $rest = { %direct };
    is_deeply(\%proxied, $rest, "$name: all the rest is the same");
}

SKIP: {
    skip('httpd has no mod_substitute', 1) if !@bodies;
    my %proxied = results("http://localhost:$port{bodies}/files/");
    is_deeply(\%proxied, \%direct,
        'another path, and mod_substitute for mod_dav: the same');
}

SKIP: {
    skip('nginx has no WebDAV', 4) if !nginx_has('http_dav_module');
    my %found = results("$nginx/dav/", 'copymove');
    is($found{'copymove:copy_coll'}, 'pass', 'nginx: COPY, without a proxy');
    my ($same, $path, $control) = map {
        { results("http://localhost:$_/", 'copymove') }
    } "$port{nginx}/dav", "$port{nginx_path}/files", "$port{nginx_plain}/dav";
    is_deeply($same, \%found, 'nginx, another host and port: the same');
    is_deeply($path, \%found, 'nginx, another path: the same');
    like($control->{'copymove:copy_coll'}, qr/^FAIL .*400 Bad Request/,
        'nginx, without the module: no COPY');
}

# A condition on a resource at another URL than that of the request. litmus has
# no test for one that is not met: with a URL that it does not know, mod_dav
# goes on, and the file is lost.
is(overwrites('prefix', '(["no such tag"])'), 412,
    'another path: a condition in If that is not met');
is(overwrites('no_if', '(["no such tag"])'), 204,
    'which is not seen unless it is mapped');
is(overwrites('prefix', '(Not ["no such tag"])'), 204,
    'another path: a condition that is met');

done_testing();

# The status of a COPY on a file, with a condition for that.
sub overwrites {
    my ($site, $condition) = @_;
    my $ask = sub {
        my ($method, $target, $body, @headers) = @_;
        return request(port => $port{$site}, host => "localhost:$port{$site}",
            method => $method, target => "/files/$target", body => $body,
            headers => \@headers)->{status};
    };
    my $to = "http://localhost:$port{$site}/files/to";
    like($ask->('PUT', $_, 'text'), qr/^20[14]$/, "PUT $_") for qw(from to);
    return $ask->('COPY', 'from', '', [Destination => $to],
        [If => "<$to> $condition"]);
}

# A server that keeps files at /dav/.
sub start_server {
    my $backend = RevMap::Server->new('', modules => sub { (@_, @dav) });
    my $root    = $backend->writable('root');
    mkdir "$root/dav" and chmod 01777, "$root/dav" or die "$root/dav: $!\n";
    $backend->write_config(<<"END");
DocumentRoot "$root"
DavLockDB "@{[$backend->writable('locks')]}/db"
<Location "/dav">
    Dav On
    Require all granted
</Location>
END
    push @running, $backend->start;
    return $backend;
}

# What litmus says of each of its tests, with its warnings: 'group:name' and
# 'pass', ports and paths being left out.
sub results {
    my ($url, @groups) = @_;
    my ($status, $output) = run_program($dir,
        'env', @groups ? "TESTS=@groups" : (), $litmus, '--keep-going', $url);
    my ($path) = $url =~ m{//[^/]*(.*)};
    my ($group, $name, %results) = ('');
    for (split /\n/, $output =~ s/.*\r//gr) {
        s{\Q$path\E}{PATH}g;
        if (/^-> running `(.*)':/) {
            ($group, $name) = ($1);
        }
        elsif (/^ *\d+\. (\w+)\.* (.*)/) {
            $name = "$group:$1";
            # Some are run several times.
            $name .= '+' while exists $results{$name};
            $results{$name} = $2;
        }
        elsif (/^(?: +\.+ |WARNING: )(.*)/ && defined $name) {
            $results{$name} .= "; $1";
        }
    }
    diag("litmus: $status\n$output") if !%results;
    return %results;
}

sub failed {
    my (%results) = @_;
    return sort grep { $results{$_} =~ /FAIL/ } keys %results;
}
