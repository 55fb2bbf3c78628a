# SPDX-License-Identifier: Apache-2.0
#
# Backends that break the protocol. The same request goes to a virtual host
# with the module and to one without it: what comes back is the same, but for
# the URLs of the backend. No process of httpd dies of it.

use strict;
use warnings;

use Time::HiRes qw(sleep);

use lib 't/lib';
use RevMap::Backend;
use RevMap::Server;
use RevMap::Test;

use constant {
    KILOBYTES => 64,
    INTERIM   => 2000,
    PAUSE     => 0.002,                 # seconds
};

my $PAGE = "Content-Length: 4\r\nConnection: close\r\n\r\npage";
my $OWN;                                # the backend's URL

# How much an old httpd (2.4.23 for one) keeps of a line that is too long, and
# whether it takes the next one for a part of it, depends on how the bytes came
# in. Neither is compared.
my $MAY_GET_LOST = "X-Lost: y\r\n";

# What the backend sends, in pieces, by the path that is asked for.
my %fault = (
    'closes at once'              => sub { '' },
    'closes in the status line'   => sub { 'HTTP/1.1 30' },
    'closes in a header'          =>
        sub { "HTTP/1.1 302 Found\r\nLocation: $OWN/x" },
    'closes between headers'      =>
        sub { "HTTP/1.1 302 Found\r\nLocation: $OWN/x\r\nX: y\r\n" },
    'closes in the body'          =>
        sub { "HTTP/1.1 302 Found\r\nLocation: $OWN/x\r\n"
            . "Content-Length: 100\r\n\r\npage" },
    'many headers'                =>
        sub { ("HTTP/1.1 302 Found\r\nLocation: $OWN/x\r\n",
            (map { "X-$_: " . 'y' x 50 . "\r\n" } 1 .. KILOBYTES * 16),
            "Link: <$OWN/y>\r\n$PAGE") },
    'many of one name'            =>
        sub { ("HTTP/1.1 200 OK\r\n",
            ("Set-Cookie: a=b\r\nLink: <$OWN/x>\r\n") x 800, $PAGE) },
    'a long header'               =>
        sub { "HTTP/1.1 302 Found\r\nX: " . 'y' x (KILOBYTES * 1024)
            . "\r\n${MAY_GET_LOST}Location: $OWN/x\r\n$PAGE" },
    'a long Location'             =>
        sub { "HTTP/1.1 302 Found\r\nLocation: $OWN/"
            . 'y' x (KILOBYTES * 1024) . "\r\n$MAY_GET_LOST$PAGE" },
    'Location repeated'           =>
        sub { "HTTP/1.1 302 Found\r\n" . "Location: $OWN/x\r\n" x 3 . $PAGE },
    'Location twice, differing'   =>
        sub { "HTTP/1.1 302 Found\r\nLocation: $OWN/x\r\n"
            . "LOCATION: http://foreign.example/y\r\n$PAGE" },
    'Location without a value'    =>
        sub { "HTTP/1.1 302 Found\r\nLocation:\r\n$PAGE" },
    'folded lines'                =>
        sub { "HTTP/1.1 302 Found\r\nLocation:\r\n  $OWN/x\r\n"
            . "X-A: b\r\n\tc\r\nLink: <$OWN/a>,\r\n <$OWN/b>\r\n$PAGE" },
    'a line without a colon'      =>
        sub { "HTTP/1.1 302 Found\r\nno header\r\n"
            . "Location: $OWN/x\r\n$PAGE" },
    'a name with a blank'         =>
        sub { "HTTP/1.1 302 Found\r\nLocation : $OWN/x\r\n$PAGE" },
    'bare line feeds'             =>
        sub { "HTTP/1.1 302 Found\nLocation: $OWN/x\n"
            . "Content-Length: 4\n\npage" },
    'NUL in a name'               =>
        sub { "HTTP/1.1 302 Found\r\nLoca\0tion: $OWN/x\r\n$PAGE" },
    'NUL in a value'              =>
        sub { "HTTP/1.1 302 Found\r\nLocation: $OWN/x\0y\r\n$PAGE" },
    'NUL in the status line'      =>
        sub { "HTTP/1.1 302\0Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'control bytes'               =>
        sub { "HTTP/1.1 302 Found\r\nX-A: \x01\r\nLink: <\x7F>\r\n$PAGE" },
    'bytes one by one'            =>
        sub { split //, "HTTP/1.1 302 Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'a status of five digits'     =>
        sub { "HTTP/1.1 30200 Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'a status beyond all numbers' =>
        sub { "HTTP/1.1 99999999999999999999 X\r\nLocation: $OWN/x\r\n$PAGE" },
    'a status of two digits'      =>
        sub { "HTTP/1.1 30 Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'a status of letters'         =>
        sub { "HTTP/1.1 abc\r\nLocation: $OWN/x\r\n$PAGE" },
    'a negative status'           =>
        sub { "HTTP/1.1 -302 Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'HTTP/9.9'                    =>
        sub { "HTTP/9.9 302 Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'no HTTP at all'              =>
        sub { "Location: $OWN/x\r\n\r\nLocation: $OWN/x\r\n" },
    'interim without end'         =>
        sub { ("HTTP/1.1 103 Early\r\nLink: <$OWN/x>\r\n\r\n") x INTERIM },
    'interim of four digits'      =>
        sub { ("HTTP/1.1 1030 Early\r\nLink: <$OWN/x>\r\n\r\n") x 3,
            "HTTP/1.1 302 Found\r\nLocation: $OWN/x\r\n$PAGE" },
    'switches to what was not asked' =>
        sub { "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n"
            . "Location: $OWN/x\r\n\r\nGET / HTTP/1.1\r\n\r\n" },
    'a body where there is none'  =>
        sub { "HTTP/1.1 304 Not Modified\r\nContent-Location: $OWN/x\r\n"
            . "Content-Length: 4\r\n\r\npage" },
);
my @names = sort keys %fault;

sub serve {
    my ($client) = @_;
    alarm 20;
    my ($head) = RevMap::Backend::read_request($client) or return;
    my ($number) = $head =~ m{^GET /(\d+)} or return;
    $client->autoflush(1);
    my @pieces = $fault{ $names[$number] }->();
    for (@pieces) {
        print {$client} $_ or last;
        sleep PAUSE if length == 1;
    }
    shutdown $client, 1;
    1 while sysread $client, my $rest, 4096;
    close $client;
    return;
}

# mod_proxy, of what it was given
expect_in_log('proxy(?:_http)?:(?:warn|error)\].* AH\d+: (?:' . join('|',
    '[Ee]rror reading', 'header size is over', 'bad HTTP/1.1 header',
    'Unexpected Upgrade', 'Too many .* interim', 'Corrupt status line') . ')');

my $backend = RevMap::Backend->new(answer => \&serve);
$OWN = 'http://127.0.0.1:' . $backend->port;
$backend->start;
my $server = RevMap::Server->new(<<"END")->start;
ProxyPass / $OWN/ disablereuse=on
ProxyTimeout 10
<VirtualHost *>
    ServerName http://without.test:80
</VirtualHost>
<VirtualHost *>
    ServerName http://with.test:80
    RevMapAuto On
</VirtualHost>
END

# Status, headers and body, as text; the backend's URLs as they are mapped.
sub answer {
    my ($number, $host) = @_;
    my $response = eval {
        request(port => $server->port, host => $host, target => "/$number");
    } or return "none: $@";
    my $text = join "\n", $response->{line} || '',
        (map { "$_->[0]: $_->[1]" }
            grep { $_->[0] !~ /^(?:Date|Server|X-Lost)$/i }
            @{ $response->{headers} }),
        '', defined $response->{body} ? $response->{body} : '';
    $text =~ s/\Q$host\E/HOST/g;
    $text =~ s/y{1000,}/many y/g;
    return $text;
}

# What is expected of the module: a path in a redirect, else a URL of the site.
sub mapped {
    my ($head, $body) = split /\n\n/, $_[0], 2;
    my $site = $head =~ /^HTTP\S+ 3/ ? '' : 'http://HOST';
    $head =~ s{^Location: \K\Q$OWN\E}{$site}gm;
    $head =~ s{^(?:Content-Location: |.*<)\K\Q$OWN\E}{http://HOST}gm;
    1 while $head =~ s{^Link: .*<\K\Q$OWN\E}{http://HOST}m;
    return join "\n\n", $head, defined $body ? $body : ();
}

for my $number (0 .. $#names) {
    my $without = answer($number, 'without.test');
    is(answer($number, 'with.test'), mapped($without), $names[$number]);
}
is(request(port => $server->port, host => 'with.test', target =>
        '/' . (grep { $names[$_] eq 'bytes one by one' } 0 .. $#names)[0])
    ->{status}, 302, 'it goes on as before');
$server->stop;
$backend->stop;

done_testing();
