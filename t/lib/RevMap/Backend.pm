# SPDX-License-Identifier: Apache-2.0

package RevMap::Backend;

# An HTTP/1.1 backend on the loopback interface that sends exactly the bytes
# that the client asks for:
#
#   X-Reply: base64 of the whole response, status line and headers included
#
# Without X-Reply it describes the request that it got, for tests of what the
# backend sees. One connection carries one request. It takes requests in
# absolute form as well, so that a ProxyRemote may point to it.
#
#   RevMap::Backend->new                      a free port
#   RevMap::Backend->new(port => 8080)
#   RevMap::Backend->new(socket => '/run/x')  a Unix socket
#   RevMap::Backend->new(answer => \&code)    code that gets the connection

use strict;
use warnings;

use IO::Socket::INET ();
use IO::Socket::UNIX ();
use MIME::Base64 qw(decode_base64);
use POSIX ();

use constant MAX_HEADER => 1_048_576;
use constant PATIENCE   => 30;          # seconds a client may keep us waiting

# Binds a free port at once, so that it is known before anybody connects.
sub new {
    my ($class, %option) = @_;
    my $self = bless { answer => $option{answer} || \&answer }, $class;
    my $listener = defined $option{socket}
        ? IO::Socket::UNIX->new(Local => $option{socket}, Listen => 64)
        : IO::Socket::INET->new(
            LocalAddr => '127.0.0.1',
            LocalPort => $option{port} || 0,
            Listen    => 64,
            ReuseAddr => 1,
        );
    die "backend: cannot listen: $!\n" if !$listener;
    $self->{listener} = $listener;
    # httpd's children are not who we are.
    chmod 0777, $option{socket} if defined $option{socket};
    $self->{port} = $listener->sockport if !defined $option{socket};
    return $self;
}

sub port { return $_[0]{port} }

# Serves in a child process, which ends when stop() is called or when this
# process is gone, however that happened: the pipe between them breaks.
sub start {
    my ($self) = @_;
    pipe(my $reader, my $writer) or die "backend: pipe: $!\n";
    defined(my $pid = fork) or die "backend: fork: $!\n";
    if (!$pid) {
        close $writer;
        # Not a plain exit: the END blocks belong to the parent.
        eval { $self->serve($reader); 1 } or print STDERR $@;
        POSIX::_exit(0);
    }
    close $reader;
    close delete $self->{listener};
    @$self{qw(pid lifeline)} = ($pid, $writer);
    return $self;
}

sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    close delete $self->{lifeline};
    kill TERM => $pid;
    local $?;                           # exit() in END is not ours to change
    waitpid $pid, 0;
    return;
}

# One child a connection, until the lifeline becomes readable: end of file.
sub serve {
    my ($self, $lifeline) = @_;
    local $SIG{CHLD} = 'IGNORE';
    local $SIG{INT}  = 'IGNORE';        # ^C is for the parent, who stops us
    local $SIG{TERM} = 'DEFAULT';
    local $SIG{PIPE} = 'IGNORE';
    my $listener = $self->{listener};
    while (1) {
        my $bits = '';
        vec($bits, fileno $_, 1) = 1 for $listener, $lifeline;
        next if select($bits, undef, undef, undef) < 1;
        return if vec($bits, fileno $lifeline, 1);
        my $client = $listener->accept or next;
        my $pid = fork;
        if (defined $pid && !$pid) {
            close $listener;
            $self->{answer}->($client);
            POSIX::_exit(0);
        }
        close $client;
    }
}

sub answer {
    my ($client) = @_;
    alarm PATIENCE;                     # its signal ends this child
    my ($head, $body) = read_request($client);
    return if !defined $head;
    my ($reply) = $head =~ /^X-Reply:[ \t]*(\S*)/mi;
    $reply = defined $reply ? decode_base64($reply) : describe($head, $body);
    $client->autoflush(1);
    print {$client} $reply;
    # Closing with unread input would reset the connection under the reply.
    shutdown $client, 1;
    1 while sysread $client, my $rest, 4096;
    close $client;
    return;
}

# The request line with its headers, and the body; nothing if the client left.
sub read_request {
    my ($client) = @_;
    my $data = '';
    until ($data =~ /\r?\n\r?\n/) {
        return if length $data > MAX_HEADER;
        sysread($client, $data, 65_536, length $data) or return;
    }
    my ($head, $body) = split /\r?\n\r?\n/, $data, 2;
    # The body comes when the reply says so.
    return ($head, $body) if $head =~ /^Expect:[ \t]*100-continue/mi;
    if ($head =~ /^Transfer-Encoding:.*chunked/mi) {
        until ($body =~ /(?:^|\n)0\r\n\r\n\z/) {
            sysread($client, $body, 65_536, length $body) or last;
        }
    }
    elsif ($head =~ /^Content-Length:[ \t]*(\d+)/mi) {
        my $length = $1;
        while (length $body < $length) {
            sysread($client, $body, 65_536, length $body) or last;
        }
    }
    return ($head, $body);
}

sub describe {
    my ($head, $body) = @_;
    $head =~ s/\r//g;
    my $text = "$head\n\n$body";
    return join "\r\n", 'HTTP/1.1 200 OK', 'Content-Type: text/plain',
        'Content-Length: ' . length $text, 'Connection: close', '', $text;
}

1;
