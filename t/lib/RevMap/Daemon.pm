# SPDX-License-Identifier: Apache-2.0

package RevMap::Daemon;

# A server program that lives as long as this process and no longer, however
# this process ends: a shell between the two reads from a pipe that breaks.
#
#   my $daemon = RevMap::Daemon->start(
#       command => ['httpd', '-DFOREGROUND', ...],
#       port    => 8080,            # ready when this one takes connections,
#       socket  => '/tmp/x/socket', # or this Unix socket
#       log     => '/tmp/x/output', # of both its outputs
#       seconds => 100,             # to wait for that, instead of 30
#   );
#   $daemon->stop;

use strict;
use warnings;

use IO::Socket::INET ();
use IO::Socket::UNIX ();
use POSIX ();

use constant PATIENCE => 30;            # seconds until it is ready

# A line or the end of file ends the program, and the program ends the shell.
# A signal may come at a moment when the program does not heed it. The shell
# outlives one for the whole process group, which mpm_prefork sends when it
# begins to end: its port is free only when it is gone.
use constant WATCH => <<'END';
trap : TERM
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ read -r end; while kill $program; do sleep 1; done; } <&3 2>/dev/null &
while kill -0 $program; do wait $program; done 2>/dev/null
kill $! 2>/dev/null
END

sub start {
    my ($class, %is) = @_;
    pipe(my $reader, my $lifeline) or die "daemon: pipe: $!\n";
    defined(my $pid = fork) or die "daemon: fork: $!\n";
    if (!$pid) {
        # ^C in a terminal is for our parent alone, who then stops us.
        setpgrp 0, 0;
        open STDIN,  '<&', $reader and
        open STDOUT, '>>', $is{log} and
        open STDERR, '>&', \*STDOUT and
        exec 'sh', '-c', WATCH, 'sh', @{ $is{command} };
        # Not a plain exit: the END blocks belong to the parent.
        POSIX::_exit(127);
    }
    close $reader;
    my $self = bless { pid => $pid, lifeline => $lifeline }, $class;
    for (1 .. 10 * ($is{seconds} || PATIENCE)) {
        return $self if answers(\%is);
        last if waitpid $pid, POSIX::WNOHANG();
        select undef, undef, undef, 0.1;
    }
    $self->stop;
    my $where = defined $is{port} ? "port $is{port}" : $is{socket};
    die "$is{command}[0] does not listen on $where:\n", read_text($is{log});
}

# A line, because a child that was forked since holds the pipe open as well.
sub stop {
    my ($self) = @_;
    my $pid = delete $self->{pid} or return;
    local $SIG{PIPE} = 'IGNORE';        # it may have been killed already
    syswrite $self->{lifeline}, "\n";
    close delete $self->{lifeline};
    local $?;                           # exit() in END is not ours to change
    waitpid $pid, 0;
    return;
}

sub answers {
    my ($is) = @_;
    return IO::Socket::UNIX->new(Peer => $is->{socket}) if !$is->{port};
    return IO::Socket::INET->new(
        PeerAddr => '127.0.0.1',
        PeerPort => $is->{port}
    );
}

sub read_text {
    my ($path) = @_;
    open my $file, '<', $path or return "$path: $!\n";
    local $/;
    my $text = <$file>;
    return defined $text ? $text : '';
}

1;
