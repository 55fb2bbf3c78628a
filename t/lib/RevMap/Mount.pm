# SPDX-License-Identifier: Apache-2.0

package RevMap::Mount;

# One mount against every form of an answer: what is the backend's is mapped,
# whichever way it is written, and what is not is left alone.
#
#   mount_maps('plain', {
#       host    => 'a.test',
#       public  => '/app',                 # without slash; '' is the root
#       backend => 'http://b.test:8080',
#       inside  => '/ctx',                 # likewise
#   });
#
# Also: client => {...} for get(); target, by default a page two levels down;
# relative => 0 where a path that climbs out and in again reads right as it
# is; extra => [...] rows for a 302; own => the origin that absolute output
# has.

use strict;
use warnings;

use Exporter qw(import);

use RevMap::Test;

our @EXPORT = qw(mount_maps);

sub mount_maps {
    my ($name, $is) = @_;
    my $mount = {
        own      => "http://$is->{host}",
        target   => "$is->{public}/dir/page",
        relative => $is->{inside} ne '' && $is->{inside} ne $is->{public},
        client   => {},
        %$is,
        authority => $is->{backend} =~ s{^\w+:}{}r,
    };
    my %client = (host => $mount->{host}, %{ $mount->{client} });
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    for ([302, redirects($mount)], [201, references($mount)],
        [200, cookies($mount)], [302, foreign($mount)]) {
        my ($status, @rows) = @$_;
        maps(\%client, $mount->{target}, $status,
            [map { named($name, $_) } @rows]);
    }
    return;
}

sub named {
    my ($name, $row) = @_;
    my ($header, $sent, $expected, $why) = @$row;
    return [$header, $sent, $expected,
        "$name: " . (defined $why ? $why : 'ours')];
}

sub redirects {
    my ($is) = @_;
    my ($pub, $in) = @$is{qw(public inside)};
    my @up = map { '..' } split m{/}, "$in/";
    return (
        [Location => "$is->{backend}$in/y?q=1#f", "$pub/y?q=1#f", 'absolute'],
        [Location => "$is->{authority}$in/y", "$pub/y", 'network path'],
        [Location => "$in/y?q=/z", "$pub/y?q=/z", 'path'],
        [Location => 'y?q', '=', 'relative, the same on both sides'],
        !$is->{relative} ? () : [
            Location => join('/', @up ? @up : '..', substr("$in/y", 1)),
            "$pub/y", 'relative, out and in again'
        ],
        @{ $is->{extra} || [] },
    );
}

sub references {
    my ($is) = @_;
    my ($pub, $in) = @$is{qw(public inside)};
    return (
        [Location => "$is->{backend}$in/y", "$is->{own}$pub/y",
            'absolute, and no redirect'],
        ['Content-Location' => "$in/y", "$pub/y", 'path'],
    );
}

sub cookies {
    my ($is) = @_;
    my ($pub, $in) = @$is{qw(public inside)};
    my ($host) = $is->{backend} =~ m{//([^:/]*)};
    return (
        ['Set-Cookie' => 'a=1; Path=' . ($in || '/'),
            'a=1; Path=' . ($pub || '/'), 'cookie'],
        ['Set-Cookie' => "a=1; Path=$in/y; Secure",
            "a=1; Path=$pub/y; Secure", 'cookie below'],
        ['Set-Cookie' => "a=1; Path=$in/y; Domain=$host",
            "a=1; Path=$pub/y", 'domain of the backend'],
        ['Set-Cookie' => "a=1; Path=$in/y; Domain=foreign.example",
            "a=1; Path=$pub/y; Domain=foreign.example", 'foreign domain'],
        ['Set-Cookie' => '__Host-a=1; Path=/; Secure', '=', '__Host-'],
        ['Set-Cookie' => 'a=1', '=', 'cookie without path'],
        $in eq '' ? ()
            : ['Set-Cookie' => 'a=1; Path=/', '=', 'wider than the map'],
    );
}

sub foreign {
    my ($is) = @_;
    my ($backend, $in) = @$is{qw(backend inside)};
    return map { [Location => $_, '=', 'foreign'] } (
        "http://foreign.example$in/y",
        "//foreign.example$in/y",
        "https://foreign.example/login?next=$backend$in/y",
        "$backend.foreign.example$in/y" =~ s/:\d+(?=\.)//r,
        ($backend =~ s/(?::\d+)?$/:8099/r) . "$in/y",
        "$backend\@foreign.example$in/y",
        $in eq '' ? ()
            : ("$backend/elsewhere", '/elsewhere', "${in}foo/y"),
    );
}

1;
