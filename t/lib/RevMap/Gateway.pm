# SPDX-License-Identifier: Apache-2.0

package RevMap::Gateway;

# A backend that speaks FastCGI, SCGI and uwsgi, each told by its first byte.
# Like RevMap::Backend it sends what the client asks for in X-Reply:
#
#   my $gateway = RevMap::Gateway->new(port => setting('gateway_port'))->start;
#
# Without X-Reply it answers with the variables that it got.

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
    if ($first eq "\x00") {
        my ($vars) = uwsgi_vars($client);
        print {$client} reply_for($vars);
    }
    elsif ($first eq "\x01") {
        fcgi($client, $first);
    }
    else {
        my $length = $first;
        $length .= $first while ($first = take($client, 1)) ne ':';
        my %vars = split /\0/, take($client, $length) =~ s/\0\z//r, -1;
        take($client, 1);
        print {$client} as_cgi(reply_for(\%vars));
    }
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

# modifier1, which was read, size, modifier2; then sizes and texts
sub uwsgi_vars {
    my ($client) = @_;
    my ($size) = unpack 'v x', take($client, 3);
    return { unpack '(v/a*)*', take($client, $size) };
}

# Records: version, type, request, length, padding, reserved
sub fcgi {
    my ($client, $begun) = @_;
    my ($params, $type, $request) = ('');
    do {
        my $head = $begun . take($client, 8 - length $begun);
        $begun = '';
        (undef, $type, $request, my ($length, $padding)) =
            unpack 'C C n n C', $head;
        my $content = take($client, $length);
        take($client, $padding);
        $params .= $content if $type == FCGI_PARAMS;
        $type = 0 if $type == FCGI_STDIN && $length;
    } until $type == FCGI_STDIN;
    my $reply = as_cgi(reply_for(fcgi_vars($params)));
    print {$client} (map { fcgi_record($request, FCGI_STDOUT, $_) }
            unpack('(a32768)*', $reply), ''),
        fcgi_record($request, FCGI_END, "\0" x 8);
    return;
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
