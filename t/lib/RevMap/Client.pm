# SPDX-License-Identifier: Apache-2.0

package RevMap::Client;

# A client that shows a response as it is: every header field, in order, with
# its own spelling. LWP would join, normalise and follow.

use strict;
use warnings;

use Exporter qw(import);
use IO::Socket::INET ();
use MIME::Base64 qw(encode_base64);

our @EXPORT = qw(request raw_request reply);

use constant PATIENCE => 30;            # seconds

# The bytes of a response: reply(302, [[Location => '/x'], ...], 'body').
sub reply {
    my ($status, $headers, $body) = @_;
    $body = '' if !defined $body;
    my $head = "HTTP/1.1 $status Reply\r\n";
    $head .= "$_->[0]: $_->[1]\r\n" for @{ $headers || [] };
    # These have no body, and a length would be wrong.
    $head .= 'Content-Length: ' . length($body) . "\r\n"
        if $status >= 200 && $status != 204 && $status != 304;
    return $head . "Connection: close\r\n\r\n$body";
}

# request(port => 8529, host => 'a.test', target => '/p/x', method => 'GET',
#         headers => [[Name => 'value'], ...], body => '...',
#         reply => 'the bytes that the backend is to send');
sub request {
    my %is = (method => 'GET', target => '/', headers => [], @_);
    my @headers = ([Host => $is{host}], @{ $is{headers} },
        [Connection => 'close']);
    push @headers, ['X-Reply' => encode_base64($is{reply}, '')]
        if defined $is{reply};
    push @headers, ['Content-Length' => length $is{body}]
        if defined $is{body};
    return raw_request($is{port}, join '',
        "$is{method} $is{target} HTTP/1.1\r\n",
        (map { "$_->[0]: $_->[1]\r\n" } @headers),
        "\r\n", defined $is{body} ? $is{body} : '');
}

# Sends the bytes as they are.
sub raw_request {
    my ($port, $bytes) = @_;
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1',
        PeerPort => $port,
        Timeout  => PATIENCE,
    ) or die "cannot connect to port $port: $!\n";
    $socket->autoflush(1);
    print {$socket} $bytes;

    my $answer = '';
    local $SIG{ALRM} = sub { die "no answer within ${\PATIENCE} s\n" };
    alarm PATIENCE;
    1 while sysread $socket, $answer, 65_536, length $answer;
    alarm 0;
    return RevMap::Client::Response->new($answer);
}

package RevMap::Client::Response;

# {status}   a number, {line} the whole status line
# {headers}  [[name, value], ...] as they came
# {body}     without the chunks
# {interim}  1xx responses before this one, each of the same kind
# {raw}      everything, byte by byte
sub new {
    my ($class, $raw) = @_;
    my @interim;
    my $rest = $raw;
    while (1) {
        my ($head, $body) = split /\r\n\r\n/, $rest, 2;
        my ($line, @fields) = split /\r\n/, defined $head ? $head : '';
        my ($status) = (defined $line ? $line : '') =~ m{^HTTP/\S+ (\d{3})}
            or die "no HTTP response: '$raw'\n";
        my $self = bless {
            status  => $status,
            line    => $line,
            headers => [map { [/^([^:]*):[ \t]*(.*?)[ \t]*\z/s] } @fields],
            body    => defined $body ? $body : '',
            interim => [@interim],
            raw     => $raw,
        }, $class;
        if ($status < 200 && $status != 101) {
            $rest = delete $self->{body};
            push @interim, $self;
            next;
        }
        $self->{body} = dechunk($self->{body})
            if grep { /chunked/i } $self->header('Transfer-Encoding');
        return $self;
    }
}

# All values of a header, in order. In scalar context the first.
sub header {
    my ($self, $name) = @_;
    my @values = map { $_->[1] }
        grep { lc $_->[0] eq lc $name } @{ $self->{headers} };
    return wantarray ? @values : $values[0];
}

sub dechunk {
    my ($in) = @_;
    my $out = '';
    while ($in =~ s/^([0-9A-Fa-f]+)[^\n]*\n//) {
        my $size = hex $1 or last;
        $out .= substr $in, 0, $size, '';
        $in =~ s/^\r\n//;
    }
    return $out;
}

1;
