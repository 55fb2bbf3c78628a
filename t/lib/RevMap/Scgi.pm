# SPDX-License-Identifier: Apache-2.0

package RevMap::Scgi;

# A backend that speaks SCGI and FastCGI; the first byte of a request tells
# which. Like RevMap::Backend it sends what the client asks for:
#
#   X-Reply: base64 of the whole CGI response; a status line of HTTP, with which
#            reply() begins it, becomes the Status header of CGI
#   X-Late:  base64 of what follows as soon as there is a file of the name
#            that X-Wait gives

use strict;
use warnings;

use parent 'RevMap::Backend';

use MIME::Base64 qw(decode_base64);

use constant {
    FCGI_VERSION => "\x01",
    FCGI_END     => 3,
    FCGI_PARAMS  => 4,
    FCGI_STDIN   => 5,
    FCGI_STDOUT  => 6,
};

sub new {
    my ($class, %option) = @_;
    return $class->SUPER::new(%option, answer => \&answer);
}

sub answer {
    my ($client) = @_;
    alarm RevMap::Backend::PATIENCE;
    $client->autoflush(1);
    my $first = take($client, 1);
    my ($send, $end) = (sub { print {$client} @_ }, sub {});
    my %vars;
    if ($first eq FCGI_VERSION) {
        (my $request, %vars) = fcgi_request($client, $first);
        $send = sub {
            print {$client} record($request, FCGI_STDOUT, $_)
                for grep { length } unpack '(a32768)*', $_[0];
        };
        $end = sub { print {$client} record($request, FCGI_END, "\0" x 8) };
    }
    else {
        %vars = scgi_request($client, $first);
    }
    my $reply = decode_base64($vars{HTTP_X_REPLY} // '');
    $send->($reply =~ s{^HTTP/\S+ }{Status: }r);
    if (defined $vars{HTTP_X_LATE}) {
        select undef, undef, undef, 0.02 until -e $vars{HTTP_X_WAIT};
        $send->(decode_base64($vars{HTTP_X_LATE}));
    }
    $end->();
    shutdown $client, 1;
    1 while sysread $client, my $rest, 4096;
    close $client;
    return;
}

# Exactly so many bytes.
sub take {
    my ($client, $length) = @_;
    my $data = '';
    while (length $data < $length) {
        sysread($client, $data, $length - length $data, length $data)
            or die "gateway: the request ends early\n";
    }
    return $data;
}

# A netstring: length, ":", names and values each with a NUL, ","
sub scgi_request {
    my ($client, $length) = @_;
    $length .= take($client, 1) until $length =~ s/:$//;
    my $pairs = take($client, $length);
    take($client, 1);
    return unpack '(Z*)*', $pairs;
}

# Records: version, type, request, length, padding, reserved. The body of the
# request is read and forgotten. Returns the number of the request before its
# variables.
sub fcgi_request {
    my ($client, $head) = @_;
    my ($params, $type, $request, $length) = ('');
    do {
        $head .= take($client, 8 - length $head);
        (undef, $type, $request, $length, my $padding) =
            unpack 'C C n n C', $head;
        my $content = take($client, $length);
        take($client, $padding);
        $params .= $content if $type == FCGI_PARAMS;
        $head = '';
    } until $type == FCGI_STDIN && !$length;
    my @vars;
    while (length $params) {
        my @lengths = map { fcgi_length(\$params) } 1 .. 2;
        push @vars, map { substr $params, 0, $_, '' } @lengths;
    }
    return ($request, @vars);
}

# One byte, or four if the first bit is set.
sub fcgi_length {
    my ($params) = @_;
    return ord substr $$params, 0, 1, '' if !(ord($$params) & 0x80);
    return unpack('N', substr $$params, 0, 4, '') & 0x7FFF_FFFF;
}

sub record {
    my ($request, $type, $content) = @_;
    return pack('C C n n C x', 1, $type, $request, length $content, 0)
        . $content;
}

1;
