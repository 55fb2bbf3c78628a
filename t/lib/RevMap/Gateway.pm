# SPDX-License-Identifier: Apache-2.0

package RevMap::Gateway;

# A backend that speaks FastCGI, SCGI and uwsgi, each told by its first byte.
#
#   my $gateway = RevMap::Gateway->new(port => setting('gateway_port'))->start;
#
# Like RevMap::Backend it sends what the client asks for:
#
#   X-Reply: base64 of the whole response; for FastCGI and SCGI its status line
#            becomes the Status header of CGI. Without it the answer is the
#            variables that the gateway got.
#   X-Late:  base64 of what follows as soon as there is a file of the name
#            that X-Wait gives

use strict;
use warnings;

use parent 'RevMap::Backend';

use MIME::Base64 qw(decode_base64);

use constant {
    FCGI_END    => 3,
    FCGI_PARAMS => 4,
    FCGI_STDIN  => 5,
    FCGI_STDOUT => 6,
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
    my ($vars, $send, $end) =
          $first eq "\x00" ? uwsgi($client)
        : $first eq "\x01" ? fcgi($client, $first)
        :                    scgi($client, $first);
    $send->(reply_for($vars));
    if (defined $vars->{HTTP_X_LATE}) {
        select undef, undef, undef, 0.02 until -e $vars->{HTTP_X_WAIT};
        $send->(decode_base64($vars->{HTTP_X_LATE}));
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

sub reply_for {
    my ($vars) = @_;
    return decode_base64($vars->{HTTP_X_REPLY})
        if defined $vars->{HTTP_X_REPLY};
    my $text = join '', map { "$_=$vars->{$_}\n" } sort keys %$vars;
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n$text";
}

# The status line of HTTP is a header of CGI.
sub as_cgi {
    my ($reply) = @_;
    $reply =~ s{^HTTP/\S+ }{Status: };
    return $reply;
}

# Each protocol's request gives its variables, a way to send and one to end.

# modifier1, which was read, size, modifier2; then sizes and texts
sub uwsgi {
    my ($client) = @_;
    my ($size) = unpack 'v x', take($client, 3);
    return ({ unpack '(v/a*)*', take($client, $size) },
        sub { print {$client} @_ }, sub {});
}

# A netstring: length, ":", names and values each with a NUL, ","
sub scgi {
    my ($client, $length) = @_;
    $length .= take($client, 1) until $length =~ s/:$//;
    my $pairs = take($client, $length);
    take($client, 1);
    return ({ unpack '(Z*)*', $pairs },
        sub { print {$client} as_cgi($_[0]) }, sub {});
}

# Records: version, type, request, length, padding, reserved. The body of the
# request is read and forgotten.
sub fcgi {
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
    my $send = sub {
        print {$client} map { fcgi_record($request, FCGI_STDOUT, $_) }
            grep { length } unpack '(a32768)*', as_cgi($_[0]);
    };
    my $end = sub {
        print {$client} fcgi_record($request, FCGI_STDOUT, ''),
            fcgi_record($request, FCGI_END, "\0" x 8);
    };
    return (fcgi_vars($params), $send, $end);
}

sub fcgi_record {
    my ($request, $type, $content) = @_;
    return pack('C C n n C x', 1, $type, $request, length $content, 0)
        . $content;
}

# Lengths of one byte, or of four if the first bit is set.
sub fcgi_vars {
    my ($params) = @_;
    my %vars;
    while (length $params) {
        my @length = map {
            my $long = ord($params) & 0x80;
            my $bytes = substr $params, 0, $long ? 4 : 1, '';
            $long ? unpack('N', $bytes) & 0x7FFF_FFFF : ord $bytes;
        } 1 .. 2;
        my $name = substr $params, 0, $length[0], '';
        $vars{$name} = substr $params, 0, $length[1], '';
    }
    return \%vars;
}

1;
